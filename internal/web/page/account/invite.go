package account

import (
	"net/http"
	"slices"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// inviteRoutes are the pages on which people ask others to join what they look
// after, and answer.
func (p *Pages) inviteRoutes() []page.Route {
	at := "/account/invite/{kind}/{thing}"
	return []page.Route{
		{Pattern: "GET /account/invitations", Act: access.Join, Handler: p.show("invitations")},
		{Pattern: "POST /account/invitations", Act: access.Join, Handler: p.answer},
		{Pattern: "GET " + at, Act: access.Invite, Handler: p.circle},
		{Pattern: "POST " + at, Act: access.Invite, Handler: p.invite},
		{Pattern: "POST " + at + "/back", Act: access.Invite, Handler: p.takeBack},
	}
}

// answer accepts an invitation, and leads to what was joined; or declines it.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "which", "answer")
	m := &model{Tab: "invitations", Form: &page.Form{}}
	to, accept := page.TabPath("invitations")+"?done=declined", sent.Get("answer") == "accept"
	if err == nil && accept {
		list, failed := p.People.Invitations(r.Context(), f.Reader())
		err = failed
		if n := slices.IndexFunc(list, func(a people.Asked) bool { return string(a.ID) == sent.Get("which") }); n >= 0 {
			to = list[n].Path()
		}
	}
	if err == nil {
		err = p.People.Answer(r.Context(), f.Reader(), good.ID(sent.Get("which")), accept)
	}
	if err != nil {
		return p.wrong(w, r, f, m, err)
	}
	http.Redirect(w, r, f.Prefix+to, http.StatusSeeOther)
	return nil
}

// circle answers GET /account/invite/{kind}/{thing}.
func (p *Pages) circle(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &model{Form: &page.Form{}}
	switch d := r.URL.Query().Get("done"); d {
	case "invited", "back":
		m.Done = f.T("people.done." + d)
	}
	return p.writeCircle(w, r, f, http.StatusOK, m)
}

func (p *Pages) writeCircle(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, m *model) error {
	c, err := p.People.Circle(r.Context(), f.Reader(), good.Invited(r.PathValue("kind")), r.PathValue("thing"))
	if err != nil {
		return err
	}
	m.Tab, m.Circle = "invitations", &c
	return p.write(w, r, f, status, m)
}

// asking has the work of a form about invitations done, and leads back.
func (p *Pages) asking(w http.ResponseWriter, r *http.Request, f *page.Frame, done string, fields []string, do func(kind good.Invited, thing string, m *model) error) error {
	sent, err := page.Sent(r, fields...)
	if err != nil {
		return err
	}
	m := &model{Form: &page.Form{Values: sent}}
	kind, thing := r.PathValue("kind"), r.PathValue("thing")
	if err := do(good.Invited(kind), thing, m); err != nil {
		if !m.Add(f, err) {
			return err
		}
		return p.writeCircle(w, r, f, http.StatusUnprocessableEntity, m)
	}
	http.Redirect(w, r, f.Prefix+"/account/invite/"+page.PathEscape(kind)+"/"+page.PathEscape(thing)+"?done="+done, http.StatusSeeOther)
	return nil
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return p.asking(w, r, f, "invited", []string{"address", "keeper"}, func(kind good.Invited, thing string, m *model) error {
		_, err := p.People.Invite(r.Context(), f.Reader(), kind, thing, m.Values.Get("address"), m.Values.Get("keeper") != "", f.Code)
		return err
	})
}

func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return p.asking(w, r, f, "back", []string{"which"}, func(kind good.Invited, thing string, m *model) error {
		return p.People.TakeBack(r.Context(), f.Reader(), kind, thing, good.ID(m.Values.Get("which")))
	})
}

// circleAt is the address of a page about what the reader invites to.
func circleAt(m *model, rest string) string {
	return "/account/invite/" + string(m.Circle.Kind) + "/" + page.PathEscape(string(m.Circle.About)) + rest
}

// inviteHint says what becomes of an invitation: a letter, where there are any.
func inviteHint(m *model) string {
	if m.Mail {
		return m.T("invite.ask.hint")
	}
	return m.Tell("invite.no_mail", "Link", m.Site.Base+m.Prefix+"/account/invitations")
}
