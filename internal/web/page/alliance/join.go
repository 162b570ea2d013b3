package alliance

import (
	"net/http"
	"time"

	"stoa/internal/alliance"
	app "stoa/internal/app/alliance"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/web/page"
)

// decoy is the name of the field no person sees, and tooQuick is faster than a
// person fills the form in.
const (
	decoy    = "homepage"
	tooQuick = 3 * time.Second
)

// wanted is what the pages about one application to join show.
type wanted struct {
	*page.Frame
	app.Joined
	Form   *page.Form
	Ticket string
	Now    time.Time
}

func (c Config) join(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	f.Unlisted = false // everybody is to find it
	return c.writeJoin(w, r, f, http.StatusOK, nil, "")
}

func (c Config) writeJoin(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form, ticket string) error {
	f.Path, f.Title, f.Description, f.Work = "/join", f.T("alliance.join"), f.T("alliance.join.lede"), true
	if ticket == "" {
		var err error
		if ticket, err = c.Tickets.Issue(c.App.Now(), c.Rand); err != nil {
			return err
		}
	}
	return page.Write(w, r, f, status, joinPage(&wanted{Frame: f, Form: form, Ticket: ticket}))
}

// sendJoin answers POST /join.
func (c Config) sendJoin(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "role", "name", "country", "website", "why", "offer", "email", "ticket", decoy)
	if err != nil {
		return err
	}
	form := &page.Form{Values: v}
	in := app.Input{Email: v.Get("email"), Joining: alliance.Joining{Role: alliance.Role(v.Get("role")), Name: v.Get("name"), Country: v.Get("country"), Website: v.Get("website"), Why: v.Get("why"), Offer: v.Get("offer"), Lang: f.Code}}
	if err := mistake(in); err != nil { // before anything is counted against the client
		form.Add(f, err)
		return c.writeJoin(w, r, f, http.StatusUnprocessableEntity, form, v.Get("ticket"))
	}
	var took time.Duration
	ticket := ""
	if in.ID, took, err = c.Tickets.Redeem(v.Get("ticket"), c.App.Now()); err == nil {
		ticket = v.Get("ticket")
		in.Rubbish = v.Get(decoy) != "" || took < tooQuick
		err = c.Quota(r)
	}
	var j alliance.Joining
	if err == nil {
		j, err = c.App.Join(r.Context(), f.Reader(), in)
	}
	if err != nil {
		if !form.Add(f, err) {
			return err
		}
		return c.writeJoin(w, r, f, edge.Status(w.Header(), err), form, ticket)
	}
	http.Redirect(w, r, string(f.Href("/join/"+string(j.ID))), http.StatusSeeOther)
	return nil
}

// mistake is what an applicant must mend first.
func mistake(in app.Input) error {
	if err := alliance.CheckJoining(&in.Joining); err != nil {
		return err
	}
	if address, err := nominate.Email(in.Email); err != nil || address == "" {
		return &good.Error{Kind: good.Invalid, Key: "nominate.error.email", Field: "email"}
	}
	return nil
}

func (c Config) joined(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeJoined(w, r, f, http.StatusOK, nil)
}

func (c Config) writeJoined(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	j, err := c.App.Became(r.Context(), good.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work = "/join/"+string(j.ID), f.T("alliance.joining"), true
	return page.Write(w, r, f, status, joinedPage(&wanted{Frame: f, Joined: j, Form: form, Now: c.App.Now()}))
}

// reply answers POST /join/{id}/reply.
func (c Config) reply(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "reply")
	if err != nil {
		return err
	}
	_, err = c.App.Reply(r.Context(), f.Reader(), good.ID(r.PathValue("id")), v.Get("reply"))
	return c.onward(w, r, f, &page.Form{Values: v}, err)
}

// withdraw answers POST /join/{id}/withdraw.
func (c Config) withdraw(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	_, err := c.App.Withdraw(r.Context(), f.Reader(), good.ID(r.PathValue("id")))
	return c.onward(w, r, f, &page.Form{}, err)
}

func (c Config) onward(w http.ResponseWriter, r *http.Request, f *page.Frame, form *page.Form, err error) error {
	if err != nil {
		if !form.Add(f, err) {
			return err
		}
		return c.writeJoined(w, r, f, edge.Status(w.Header(), err), form)
	}
	http.Redirect(w, r, string(f.Href("/join/"+page.PathEscape(r.PathValue("id")))), http.StatusSeeOther)
	return nil
}

func (c Config) asking(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeAsking(w, r, f, http.StatusOK, nil)
}

func (c Config) writeAsking(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	j, err := c.App.Asking(r.Context(), f.Reader(), good.ID(r.PathValue("joining")))
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/alliance/"+string(j.ID), j.Name, true, "desk"
	return page.Write(w, r, f, status, askingPage(&wanted{Frame: f, Joined: j, Form: form, Now: c.App.Now()}))
}

// settle answers POST /desk/alliance/{joining}.
func (c Config) settle(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "how", "reason")
	if err != nil {
		return err
	}
	j, _, err := c.App.Settle(r.Context(), f.Reader(), good.ID(r.PathValue("joining")), v.Get("how"), v.Get("reason"))
	if err != nil {
		form := &page.Form{Values: v}
		if !form.Add(f, err) {
			return err
		}
		return c.writeAsking(w, r, f, edge.Status(w.Header(), err), form)
	}
	to := "/desk/alliance"
	if j.Slug != "" {
		to = "/alliance/" + page.PathEscape(j.Slug)
	}
	http.Redirect(w, r, string(f.Href(to)), http.StatusSeeOther)
	return nil
}

// joinings answers with every application to join as a file that spreadsheets
// read.
func (c Config) joinings(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return page.WriteTable(w, "joinings", c.App.Now(), func(row func(...string)) error {
		row("id", "role", "name", "country", "website", "language", "created", "state", "due", "settled", "why", "offer", "reason")
		return c.App.Joinings(r.Context(), f.Reader(), func(j alliance.Joining) {
			row(string(j.ID), string(j.Role), j.Name, j.Country, j.Website, j.Lang, stamp(j.Created), string(j.State), stamp(j.Due), stamp(j.Settled), j.Why, j.Offer, j.Reason)
		})
	})
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func hows(f *page.Frame) []page.Option {
	return options(f, "alliance.how.", []string{app.Ask, app.Accept, app.Decline})
}
