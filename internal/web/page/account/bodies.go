package account

import (
	"context"
	"net/http"
	"net/url"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// bodyRoutes are the pages of one organisation.
func (p *Pages) bodyRoutes() []page.Route {
	at := "/account/organisations/{organisation}"
	routes := []page.Route{
		{Pattern: "GET " + at, Act: access.ManageOrganisation, Handler: p.body},
		{Pattern: "GET /account/domain", Act: access.ManageOrganisation, Handler: p.lookAtDomain},
		{Pattern: "POST /account/domain", Act: access.ManageOrganisation, Handler: p.proveByMail},
	}
	for pattern, d := range p.bodyDeeds() {
		routes = append(routes, page.Route{Pattern: "POST " + at + pattern, Act: access.ManageOrganisation, Handler: p.bodyDeed(d)})
	}
	return routes
}

type bodyDeed struct {
	fields []string
	do     func(ctx context.Context, v access.Viewer, body string, sent url.Values, f *page.Frame) error
	done   string
}

func (p *Pages) bodyDeeds() map[string]bodyDeed {
	a := p.People
	return map[string]bodyDeed{
		"/domains": {[]string{"domain"}, func(ctx context.Context, v access.Viewer, body string, s url.Values, _ *page.Frame) error {
			_, err := a.AddDomain(ctx, v, body, s.Get("domain"))
			return err
		}, "saved"},
		"/domains/prove": {[]string{"which", "way", "mailbox"}, func(ctx context.Context, v access.Viewer, body string, s url.Values, f *page.Frame) error {
			return a.ProveDomain(ctx, v, body, s.Get("which"), s.Get("way"), s.Get("mailbox"), f.Code)
		}, "proved"},
		"/domains/drop": {[]string{"which"}, func(ctx context.Context, v access.Viewer, body string, s url.Values, _ *page.Frame) error {
			return a.DropDomain(ctx, v, body, s.Get("which"))
		}, "removed"},
		"/members": {[]string{"which", "keeper"}, func(ctx context.Context, v access.Viewer, body string, s url.Values, _ *page.Frame) error {
			return a.SetKeeper(ctx, v, body, good.ID(s.Get("which")), s.Get("keeper") == "yes")
		}, "saved"},
		"/members/drop": {[]string{"which"}, func(ctx context.Context, v access.Viewer, body string, s url.Values, _ *page.Frame) error {
			return a.DropMember(ctx, v, body, good.ID(s.Get("which")))
		}, "removed"},
	}
}

// body shows an organisation to those who act for it.
func (p *Pages) body(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &model{Form: &page.Form{}}
	switch d := r.URL.Query().Get("done"); d {
	case "saved", "removed", "proved", "asked":
		m.Done = f.T("people.done." + d)
	}
	return p.writeBody(w, r, f, http.StatusOK, m)
}

func (p *Pages) writeBody(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, m *model) error {
	b, err := p.People.Body(r.Context(), me(r), r.PathValue("organisation"))
	if err != nil {
		return err
	}
	m.Tab, m.Body = "organisations", &b
	return p.write(w, r, f, status, m)
}

// bodyDeed has a form's work done, and leads back.
func (p *Pages) bodyDeed(d bodyDeed) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		body := r.PathValue("organisation")
		sent, err := page.Sent(r, d.fields...)
		if err == nil {
			err = d.do(r.Context(), me(r), body, sent, f)
		}
		if err == nil {
			to, done := f.Prefix+"/account/organisations/"+page.PathEscape(body)+"?done=", d.done
			if sent.Get("way") == "mail" {
				done = "asked"
			}
			if d.done == "removed" && sent.Get("which") == string(me(r).Person) { // who left sees it no more
				to = f.Prefix + "/account/organisations?done="
			}
			http.Redirect(w, r, to+done, http.StatusSeeOther)
			return nil
		}
		m := &model{Form: &page.Form{Values: sent}}
		if !m.Add(f, err) {
			return err
		}
		return p.writeBody(w, r, f, http.StatusUnprocessableEntity, m)
	}
}

// lookAtDomain asks whether the link sent to a domain is to prove it.
func (p *Pages) lookAtDomain(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address holds a secret
	m := &model{Tab: "organisations", Form: &page.Form{}, PendingT: r.URL.Query().Get("t")}
	var err error
	if m.Pending, err = p.People.LookAtDomain(r.Context(), me(r), m.PendingT); err != nil {
		return p.wrong(w, r, f, m, err)
	}
	return p.write(w, r, f, http.StatusOK, m)
}

// proveByMail proves a domain by the link that was sent to it.
func (p *Pages) proveByMail(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "t")
	if err == nil {
		err = p.People.ProveByMail(r.Context(), me(r), sent.Get("t"))
	}
	if err != nil {
		return p.wrong(w, r, f, &model{Tab: "organisations", Form: &page.Form{}}, err)
	}
	http.Redirect(w, r, f.Prefix+"/account/organisations?done=proved", http.StatusSeeOther)
	return nil
}

// postmasters are the mailboxes to choose from.
func postmasters(domain string) []page.Option {
	var out []page.Option
	for _, name := range people.Postmasters {
		out = append(out, page.Option{Value: name, Label: name + "@" + domain})
	}
	return out
}
