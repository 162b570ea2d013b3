// Package signin is the way in and out: links by e-mail, passkeys, and other
// sites that vouch for people. The ceremonies themselves are libraries' and are
// done nowhere else; who is who is decided in app/people.
package signin

import (
	_ "embed"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of these pages.
//
//go:embed signin.css
var Style []byte

// Config is what signing in is made of. People and BaseURL must be set.
type Config struct {
	People  *people.App
	BaseURL string // public address of the instance, without a slash at the end
	Now     func() time.Time
	Sites   []Site         // that vouch for people, in the order in which they are offered
	Proxies []netip.Prefix // whose word counts about who asks
}

// Pages are the pages and ceremonies.
type Pages struct {
	cfg    Config
	https  bool
	keys   *webauthn.WebAuthn // nil where the address is none that passkeys can be for
	sites  map[string]Site
	asking *edge.Quota // links asked for
	trying *edge.Quota // links, codes, passkeys and other sites tried
}

// New makes the pages.
func New(cfg Config) (*Pages, error) {
	u, err := url.Parse(cfg.BaseURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("sign-in: %q is no address", cfg.BaseURL)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	p := &Pages{cfg: cfg, https: u.Scheme == "https", sites: map[string]Site{},
		asking: edge.NewQuota(10, time.Minute, "people.error.quota", cfg.Proxies, cfg.Now), trying: edge.NewQuota(30, 6*time.Second, "people.error.quota", cfg.Proxies, cfg.Now)}
	if p.keys, err = keysFor(u); err != nil {
		return nil, err
	}
	for _, s := range cfg.Sites {
		p.sites[s.Name()] = s
	}
	return p, nil
}

// Keys says whether passkeys can be used at the instance's address.
func (p *Pages) Keys() bool { return p.keys != nil }

// Routes are the pages and what each is for.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /signin", Act: access.Public, Handler: p.private(p.form)},
		{Pattern: "POST /signin", Act: access.Public, Handler: p.private(p.ask)},
		{Pattern: "GET /signin/sent", Act: access.Public, Handler: p.private(p.sent)},
		{Pattern: "GET /signin/link", Act: access.Public, Handler: p.private(p.look)},
		{Pattern: "POST /signin/link", Act: access.Public, Handler: p.private(p.use)},
		{Pattern: "POST /signin/passkey/begin", Act: access.Public, Handler: p.private(p.beginKey)},
		{Pattern: "POST /signin/passkey/finish", Act: access.Public, Handler: p.private(p.finishKey)},
		{Pattern: "GET /signin/with/{site}", Act: access.Public, Handler: p.private(p.leave)},
		{Pattern: "GET /signin/from/{site}", Act: access.Public, Handler: p.private(p.back)},
		{Pattern: "POST /signout", Act: access.Public, Handler: p.private(p.out)},

		{Pattern: "POST /account/passkeys/begin", Act: access.Account, Handler: p.beginNewKey},
		{Pattern: "POST /account/passkeys/finish", Act: access.Account, Handler: p.finishNewKey},
		{Pattern: "GET /account/with/{site}", Act: access.Account, Handler: p.leave},
	}
}

// private keeps a page out of every cache and index.
func (p *Pages) private(h page.Handler) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		edge.Private(w.Header())
		f.Unlisted, f.Work = true, true
		return h(w, r, f)
	}
}

// The cookies, besides the session's, that hold a secret of this browser.
const (
	askedCookie    = "stoa_asked"    // it asked for a link
	ceremonyCookie = "stoa_ceremony" // it began a ceremony
)

func (p *Pages) cookieName(name string) string {
	if p.https {
		return "__Host-" + name
	}
	return name
}

// set gives the browser a secret; with age 0 it is taken away.
func (p *Pages) set(w http.ResponseWriter, name, value string, age time.Duration) {
	c := &http.Cookie{Name: p.cookieName(name), Value: value, Path: "/", MaxAge: int(age / time.Second), HttpOnly: true, Secure: p.https, SameSite: http.SameSiteLaxMode}
	if age <= 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (p *Pages) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(p.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// enter gives the browser its session. The one it had before ends: no secret
// outlives a sign-in.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, in people.SignedIn) error {
	if v := edge.ViewerOf(r); v != nil && v.Session != "" {
		if err := p.cfg.People.SignOut(r.Context(), *v); err != nil {
			return err
		}
	}
	p.set(w, edge.SessionCookie, in.Secret, in.Expires.Sub(p.cfg.Now()))
	return nil
}

// onward is where a reader goes who is in: where they wanted to, or to their
// account.
func onward(f *page.Frame, next string) string {
	if next = local(next); next != "" {
		return next
	}
	return f.Prefix + "/account"
}

// local is an address on this instance, "" for any other: nobody is led away
// by a link they trusted.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") ||
		u.Scheme != "" || u.Host != "" || u.User != nil || len(next) > 2000 || strings.HasPrefix(u.Path, "/signin") || strings.HasPrefix(u.Path, "/signout") {
		return ""
	}
	return next
}

// values reads a form and refuses fields that are repeated or not the form's.
func values(r *http.Request, known ...string) (url.Values, error) {
	return page.Sent(r, known...)
}

// device is what a person knows a session by: browser and system, in short.
func device(r *http.Request) string {
	agent := r.UserAgent()
	name := func(marks ...string) string {
		for i := 0; i < len(marks); i += 2 {
			if strings.Contains(agent, marks[i]) {
				return marks[i+1]
			}
		}
		return ""
	}
	browser := name("Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := name("Android", "Android", "iPhone", "iOS", "iPad", "iPadOS", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	return strings.Trim(browser+" · "+system, " ·")
}

// out ends the session in use.
func (p *Pages) out(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if v := edge.ViewerOf(r); v != nil && v.Session != "" {
		if err := p.cfg.People.SignOut(r.Context(), *v); err != nil {
			return err
		}
	}
	p.set(w, edge.SessionCookie, "", 0)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	http.Redirect(w, r, f.Prefix+"/", http.StatusSeeOther)
	return nil
}

// viewer is who is signed in; only pages for the act Account ask.
func viewer(r *http.Request) (access.Viewer, error) {
	v := edge.ViewerOf(r)
	if v == nil {
		return access.Viewer{}, &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	return *v, nil
}
