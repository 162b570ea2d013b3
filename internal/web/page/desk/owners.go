package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// sought are the pages on which the owners are sought of goods that others
// report as recognised.
func (h *pages) sought() []page.Route {
	if h.Owners == nil {
		return nil
	}
	return []page.Route{
		{Pattern: "GET /desk/owners", Act: access.SeekOwners, Handler: h.owners},
		{Pattern: "POST /desk/owners/contact", Act: access.SeekOwners, Handler: h.setContact},
		{Pattern: "GET /desk/owners/letters", Act: access.SeekOwners, Handler: h.letters},
		{Pattern: "POST /desk/owners/letters", Act: access.SeekOwners, Handler: h.writeOwners},
		{Pattern: "POST /desk/owners/recall", Act: access.SeekOwners, Handler: h.recall},
	}
}

// seekings are the sorts of goods to look through.
var seekings = []string{"", "write", "none", "written"}

// ownerless is the page of goods whose owners are sought.
type ownerless struct {
	*page.Frame
	Items  []messages.Ownerless
	Counts map[string]int
	Which  string
	Text   string
	After  good.ID
	More   bool
	On     *page.Form
	Told   string
	Mail   bool // letters are sent here
}

// at is the address of the list from another place on.
func (m *ownerless) at(which string, after good.ID) string {
	return owners(url.Values{"which": {which}, "q": {m.Text}, "after": {string(after)}})
}

// owners is the address of the list, with what is not empty of q.
func owners(q url.Values) string {
	for name := range q {
		if q.Get(name) == "" {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return "/desk/owners"
	}
	return "/desk/owners?" + q.Encode()
}

// field is a field of the form about the contact of one good.
func (m *ownerless) field(o messages.Ownerless, d page.Field) page.Field {
	d.ID = d.Name + "-" + o.Slug
	if m.wrong(o) {
		return m.On.Field(d)
	}
	if hand := byHand(o); hand != nil {
		d.Value = map[string]string{"address": hand.Address, "name": hand.Name}[d.Name]
	}
	return d
}

// wrong says whether what was sent of a good's contact is shown again.
func (m *ownerless) wrong(o messages.Ownerless) bool {
	return m.On != nil && m.On.Values.Get("which-good") == o.Slug
}

// byHand is what somebody here wrote down of a good's owner, nil for nothing.
func byHand(o messages.Ownerless) *messages.Contact {
	for i, c := range o.Contacts {
		if c.Source == good.ByHand {
			return &o.Contacts[i]
		}
	}
	return nil
}

// ticked says whether a good was chosen in the form that was sent.
func (m *ownerless) ticked(slug string) bool {
	return m.On != nil && slices.Contains(m.On.Values["good"], slug)
}

// source says where an address is from.
func source(f *page.Frame, c messages.Contact) string {
	if c.Source == good.ByHand || c.Source == good.ByDomain {
		return f.T("sought.source." + c.Source)
	}
	return f.Tell("sought.source", "Name", c.Source)
}

// fate is what became of a letter, in words.
func fate(f *page.Frame, s good.Fate) string { return f.T("sought.fate." + string(s)) }

// tongues are the languages a letter can be in.
func tongues(f *page.Frame) []page.Option {
	var out []page.Option
	for _, t := range f.Site.Tongues {
		out = append(out, page.Option{Value: t.Code, Label: t.Native})
	}
	return out
}

func (h *pages) owners(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	q := r.URL.Query()
	m := &ownerless{Frame: f, Which: q.Get("which"), Text: page.Cut(strings.TrimSpace(page.Valid(q.Get("q"))), 100), After: good.ID(q.Get("after"))}
	if q.Get("done") != "" {
		m.Told = f.T("desk.saved")
	}
	return h.showOwners(w, r, http.StatusOK, m)
}

func (h *pages) showOwners(w http.ResponseWriter, r *http.Request, status int, m *ownerless) error {
	if !slices.Contains(seekings, m.Which) {
		m.Which = ""
	}
	var err error
	m.Items, m.Counts, err = h.Owners.Ownerless(r.Context(), m.Reader(), messages.Seeking{Which: m.Which, Text: m.Text, After: m.After, Limit: perPage + 1})
	if err != nil {
		return err
	}
	if m.More = len(m.Items) > perPage; m.More {
		m.Items = m.Items[:perPage]
	}
	m.Mail, m.Title, m.Work, m.Here, m.Path = h.Owners.Mail != nil, m.T("sought.title"), true, "desk", "/desk/owners"
	_, m.Query, _ = strings.Cut(m.at(m.Which, m.After), "?")
	return page.Write(w, r, m.Frame, status, ownersPage(m))
}

// setContact says by hand who may own a good.
func (h *pages) setContact(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "which-good", "address", "name", "do", "which", "q", "after")
	if err != nil {
		return err
	}
	if v.Get("do") == "reset" {
		err = h.Owners.ResetContact(r.Context(), f.Reader(), v.Get("which-good"))
	} else {
		err = h.Owners.SetContact(r.Context(), f.Reader(), v.Get("which-good"), v.Get("address"), v.Get("name"))
	}
	if err == nil {
		http.Redirect(w, r, f.Prefix+owners(url.Values{"which": {v.Get("which")}, "q": {v.Get("q")}, "after": {v.Get("after")}, "done": {"1"}})+"#"+page.PathEscape(v.Get("which-good")), http.StatusSeeOther)
		return nil
	}
	m := &ownerless{Frame: f, Which: v.Get("which"), Text: page.Cut(page.Valid(v.Get("q")), 100), After: good.ID(v.Get("after")), On: &page.Form{Values: v}}
	if good.KindOf(err) != good.Invalid || !m.On.Add(f, err) {
		return err
	}
	m.On.Wrong[0].Field += "-" + v.Get("which-good")
	return h.showOwners(w, r, http.StatusUnprocessableEntity, m)
}

// plan is the page on which letters are looked at before they are written.
type plan struct {
	*page.Frame
	messages.Plan
	Sent url.Values
}

// writeOwners shows the letters that were asked for, or has them written.
func (h *pages) writeOwners(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "good*", "all", "language", "rate", "go", "which", "q", "after")
	if err != nil {
		return err
	}
	in := messages.Asking{Goods: v["good"], All: v.Get("all") != "", Language: v.Get("language")}
	if in.AnHour, err = strconv.Atoi(v.Get("rate")); err != nil {
		in.AnHour = -1
	}
	do := h.Owners.PlanLetters
	if v.Get("go") == "send" {
		do = h.Owners.WriteOwners
	}
	p, err := do(r.Context(), f.Reader(), in)
	if err != nil {
		m := &ownerless{Frame: f, Which: v.Get("which"), Text: page.Cut(page.Valid(v.Get("q")), 100), After: good.ID(v.Get("after")), On: &page.Form{Values: v}}
		if good.KindOf(err) == good.Internal || !m.On.Add(f, err) {
			return err
		}
		return h.showOwners(w, r, http.StatusUnprocessableEntity, m)
	}
	if v.Get("go") == "send" {
		http.Redirect(w, r, f.Prefix+"/desk/owners/letters?done=written&n="+strconv.Itoa(len(p.To)), http.StatusSeeOther)
		return nil
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/owners/letters", f.T("sought.preview"), true, "desk"
	return page.Write(w, r, f, http.StatusOK, planPage(&plan{f, p, v}))
}

// recall takes back what was not sent yet.
func (h *pages) recall(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	n, err := h.Owners.Recall(r.Context(), f.Reader())
	if err == nil {
		http.Redirect(w, r, f.Prefix+"/desk/owners/letters?done=recalled&n="+strconv.FormatInt(n, 10), http.StatusSeeOther)
	}
	return err
}

// lettersSent is the page of what became of letters.
type lettersSent struct {
	*page.Frame
	Items  []messages.OwnerLetter
	Counts map[good.Fate]int
	Fate   good.Fate
	Before good.ID
	More   bool
	Told   string
}

func (m *lettersSent) at(f good.Fate, before good.ID) string {
	_, q, _ := strings.Cut(owners(url.Values{"state": {string(f)}, "before": {string(before)}}), "?")
	return "/desk/owners/letters?" + q
}

// all is how many letters there are.
func (m *lettersSent) all() (n int) {
	for _, c := range m.Counts {
		n += c
	}
	return n
}

func (h *pages) letters(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	q := r.URL.Query()
	m := &lettersSent{Frame: f, Fate: good.Fate(q.Get("state")), Before: good.ID(q.Get("before"))}
	if !slices.Contains(good.Fates, m.Fate) {
		m.Fate = ""
	}
	if n, err := strconv.Atoi(q.Get("n")); err == nil && n >= 0 && n <= messages.MostSought && (q.Get("done") == "written" || q.Get("done") == "recalled") {
		m.Told = f.N("sought.done."+q.Get("done"), n)
	}
	var err error
	if m.Items, m.Counts, err = h.Owners.OwnerLetters(r.Context(), f.Reader(), m.Fate, m.Before, perPage+1); err != nil {
		return err
	}
	if m.More = len(m.Items) > perPage; m.More {
		m.Items = m.Items[:perPage]
	}
	f.Title, f.Work, f.Here, f.Path = f.T("sought.letters"), true, "desk", "/desk/owners/letters"
	_, f.Query, _ = strings.Cut(m.at(m.Fate, m.Before), "?")
	return page.Write(w, r, f, http.StatusOK, lettersPage(m))
}

// ownersTable are the goods whose owners are sought, for a file.
func (h *pages) ownersTable(r *http.Request, f *page.Frame, row func(...string)) error {
	row("id", "good", "name", "website", "issuers", "contact", "address", "source", "letter", "sent")
	s := messages.Seeking{Which: r.URL.Query().Get("which"), Text: page.Cut(page.Valid(r.URL.Query().Get("q")), 100), Limit: tableRows}
	for range tableMost / tableRows {
		list, _, err := h.Owners.Ownerless(r.Context(), f.Reader(), s)
		if err != nil {
			return err
		}
		for _, o := range list {
			s.After = o.ID
			var c messages.Contact
			var l messages.OwnerLetter
			if len(o.Contacts) > 0 {
				c = o.Contacts[0]
			}
			if len(o.Letters) > 0 {
				l = o.Letters[0]
			}
			row(string(o.ID), o.Slug, o.Name, o.Website, strings.Join(o.Issuers, " | "), c.Name, c.Address, c.Source, string(l.Fate), instant(l.Sent))
		}
		if len(list) < tableRows {
			break
		}
	}
	return nil
}

// ownerLettersTable are the letters to owners, for a file.
func (h *pages) ownerLettersTable(r *http.Request, f *page.Frame, row func(...string)) error {
	row("id", "good", "name", "address", "language", "state", "created", "due", "sent", "opened")
	for before, n := good.ID(""), 0; n < tableMost; n += tableRows {
		list, _, err := h.Owners.OwnerLetters(r.Context(), f.Reader(), good.Fate(r.URL.Query().Get("state")), before, tableRows)
		if err != nil {
			return err
		}
		for _, l := range list {
			before = l.ID
			row(string(l.ID), l.Slug, l.Name, l.Address, l.Language, string(l.Fate), instant(l.Created), instant(l.Due), instant(l.Sent), instant(l.Opened))
		}
		if len(list) < tableRows {
			break
		}
	}
	return nil
}
