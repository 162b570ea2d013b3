package desk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	accounts "stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// peopled are the pages of who has an account and which role.
func (h *pages) peopled() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/people", Act: access.SeePeople, Handler: h.people},
		{Pattern: "GET /desk/people/{person}", Act: access.SeePeople, Handler: h.person},
		{Pattern: "POST /desk/people/{person}/roles", Act: access.ManageRoles, Handler: h.changeRole},
	}
}

// crowd is the page of people who were searched for.
type crowd struct {
	*page.Frame
	Now        time.Time
	Text, Role string
	Items      []accounts.Listed
	After      good.ID
	More       bool
	Addresses  bool // the reader may see them
}

// query is the address of the same search from another place on.
func (m *crowd) query(after good.ID) url.Values {
	q := url.Values{}
	for name, v := range map[string]string{"q": m.Text, "role": m.Role, "after": string(after)} {
		if v != "" {
			q.Set(name, v)
		}
	}
	return q
}

// people answers /desk/people.
func (h *pages) people(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	q := r.URL.Query()
	m := &crowd{Frame: f, Now: h.app.Now(), Text: page.Cut(strings.TrimSpace(page.Valid(q.Get("q"))), 100), Role: q.Get("role"), After: good.ID(q.Get("after")), Addresses: may(f.Reader(), access.ManagePeople)}
	if !slices.Contains(access.Granted, m.Role) {
		m.Role = ""
	}
	var err error
	if m.Items, err = h.People.Find(r.Context(), f.Reader(), accounts.Search{Text: m.Text, Role: m.Role, After: m.After, Limit: perPage + 1}); err != nil {
		return err
	}
	if m.More = len(m.Items) > perPage; m.More {
		m.Items = m.Items[:perPage]
	}
	f.Title, f.Work, f.Here, f.Query = f.T("office.people"), true, "desk", m.query(m.After).Encode()
	return page.Write(w, r, f, http.StatusOK, peoplePage(m))
}

// person is the page of one person.
type person struct {
	page.Past
	accounts.Known
	Now       time.Time
	Addresses bool
	Manages   bool // the reader gives and takes roles
	On        *page.Form
	Told      string
}

// lacks are the roles that the person does not have.
func (m *person) lacks() []page.Option {
	return slices.DeleteFunc(roleOptions(m.Frame), func(o page.Option) bool { return slices.Contains(m.Roles, o.Value) })
}

// field is a field of the form of one role.
func (m *person) field(which string, d page.Field) page.Field {
	d.ID = d.Name + "-" + which
	if m.On == nil || m.On.Values.Get("form") != which {
		return d
	}
	return m.On.Field(d)
}

func (h *pages) person(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writePerson(w, r, f, http.StatusOK, nil)
}

func (h *pages) writePerson(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	id := good.ID(r.PathValue("person"))
	known, err := h.People.Know(r.Context(), f.Reader(), string(id))
	if err != nil {
		return err
	}
	m := &person{Past: page.Past{Frame: f}, Known: known, Now: h.app.Now(), Addresses: may(f.Reader(), access.ManagePeople), Manages: may(f.Reader(), access.ManageRoles), On: on, Told: told(r, f)}
	f.Path, f.Title, f.Work, f.Here = "/desk/people/"+page.PathEscape(string(id)), f.Called(known.Name, known.Pseudonym, known.Roles...), true, "desk"
	return page.Write(w, r, f, status, personPage(m))
}

// changeRole gives a role or takes it. The form says which it is in "form":
// "give", or the role that is taken.
func (h *pages) changeRole(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "form", "role", "reason")
	if err != nil {
		return err
	}
	id, role, reason := r.PathValue("person"), v.Get("role"), strings.TrimSpace(v.Get("reason"))
	if v.Get("form") == "give" {
		_, err = h.People.Grant(r.Context(), f.Reader(), id, role, reason)
	} else {
		role = v.Get("form")
		_, err = h.People.Revoke(r.Context(), f.Reader(), id, role, reason)
	}
	if err == nil {
		http.Redirect(w, r, f.Prefix+"/desk/people/"+page.PathEscape(id)+"?done=1", http.StatusSeeOther)
		return nil
	}
	on, status := &page.Form{Values: v}, http.StatusUnprocessableEntity
	if good.KindOf(err) == good.Forbidden && may(f.Reader(), access.ManageRoles) { // one's own: said on the page
		status = http.StatusForbidden
		err = &good.Error{Kind: good.Invalid, Key: "people.error.last_administrator", Field: "reason"}
	}
	if !on.Add(f, err) {
		return err
	}
	on.Wrong[0].Field += "-" + v.Get("form")
	return h.writePerson(w, r, f, status, on)
}

// roleOf is the role that an entry is about, "" where it is about none.
func roleOf(e good.Entry) string {
	for _, v := range e.Values {
		var role string
		if v.Name == "role" && json.Unmarshal(v.Data, &role) == nil && slices.Contains(access.Granted, role) {
			return role
		}
	}
	return ""
}
