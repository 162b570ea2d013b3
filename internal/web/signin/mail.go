package signin

import (
	"net/http"

	"stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// model is what the pages show.
type model struct {
	*page.Frame
	*page.Form
	Next    string
	Mail    bool // links are sent
	Keys    bool // passkeys can be used
	Sites   []Site
	Again   bool   // who reads is signed in, and asked to prove it once more
	Trouble string // what went wrong on the way

	Link people.Sent
	Code string
	Til  string
}

func (p *Pages) model(f *page.Frame, next string) *model {
	return &model{Frame: f, Form: &page.Form{}, Next: local(next), Mail: p.cfg.People.Mail != nil, Keys: p.keys != nil, Sites: p.cfg.Sites, Again: f.Viewer != nil}
}

// form shows the ways in. Who is in already goes on, unless asked to prove it.
func (p *Pages) form(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	q := r.URL.Query()
	f.Title, f.Here = f.T("people.signin.title"), "signin"
	if f.Viewer != nil && q.Get("again") == "" {
		http.Redirect(w, r, onward(f, q.Get("next")), http.StatusSeeOther)
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, ways(p.model(f, q.Get("next"))))
}

// ask sends a link and leads on, whoever's the address is.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := values(r, "address", "next")
	if err == nil {
		err = p.asking.Take(r)
	}
	var browser string
	if err == nil {
		browser, err = p.cfg.People.AskLink(r.Context(), sent.Get("address"), f.Code, local(sent.Get("next")))
	}
	if err != nil {
		return p.wrong(w, r, f, sent.Get("next"), &page.Form{Values: sent}, err)
	}
	p.set(w, askedCookie, browser, people.LinkFor)
	http.Redirect(w, r, f.Prefix+"/signin/sent", http.StatusSeeOther)
	return nil
}

// wrong shows the ways in again, with what was typed and what is wrong with it.
func (p *Pages) wrong(w http.ResponseWriter, r *http.Request, f *page.Frame, next string, form *page.Form, err error) error {
	if !form.Add(f, err) {
		return err
	}
	f.Title, f.Here = f.T("people.signin.title"), "signin"
	m := p.model(f, next)
	m.Form = form
	return page.Write(w, r, f, http.StatusUnprocessableEntity, ways(m))
}

// sent says that a link is on its way, and the code for other devices.
func (p *Pages) sent(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	browser := p.cookie(r, askedCookie)
	if browser == "" {
		http.Redirect(w, r, f.Prefix+"/signin", http.StatusSeeOther)
		return nil
	}
	f.Title, f.Here = f.T("people.sent.title"), "signin"
	m := p.model(f, "")
	m.Code = people.Code(browser)
	return page.Write(w, r, f, http.StatusOK, sent(m))
}

// look shows what a link would do and does nothing: programs that open every
// link in a message use none up.
func (p *Pages) look(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address holds a secret
	if err := p.trying.Take(r); err != nil {
		return err
	}
	return p.confirm(w, r, f, http.StatusOK, r.URL.Query().Get("t"), &page.Form{})
}

func (p *Pages) confirm(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, secret string, form *page.Form) error {
	f.Title, f.Here = f.T("people.link.title"), "signin"
	m := p.model(f, "")
	var err error
	if m.Link, err = p.cfg.People.LookAtLink(r.Context(), secret, p.cookie(r, askedCookie)); err != nil {
		return p.over(w, r, f, err)
	}
	m.Form, m.Code = form, secret
	return page.Write(w, r, f, status, confirm(m))
}

// over says that a link or a visit elsewhere is no good any more, beside the
// ways in.
func (p *Pages) over(w http.ResponseWriter, r *http.Request, f *page.Frame, err error) error {
	e, ok := mendable(err)
	if !ok {
		return err
	}
	f.Title, f.Here = f.T("people.signin.title"), "signin"
	m := p.model(f, "")
	m.Trouble = f.Say(e)
	return page.Write(w, r, f, http.StatusGone, ways(m))
}

// use signs in.
func (p *Pages) use(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	sent, err := values(r, "t", "code")
	if err == nil {
		err = p.trying.Take(r)
	}
	if err != nil {
		return err
	}
	in, err := p.cfg.People.UseLink(r.Context(), sent.Get("t"), p.cookie(r, askedCookie), sent.Get("code"), device(r))
	if good.KindOf(err) == good.Invalid {
		form := &page.Form{Values: sent}
		form.Add(f, err)
		return p.confirm(w, r, f, http.StatusUnprocessableEntity, sent.Get("t"), form)
	}
	if err != nil {
		return p.over(w, r, f, err)
	}
	p.set(w, askedCookie, "", 0)
	if err := p.enter(w, r, in); err != nil {
		return err
	}
	http.Redirect(w, r, onward(f, in.Next), http.StatusSeeOther)
	return nil
}
