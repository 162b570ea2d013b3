package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Site is another site that vouches for people.
type Site interface {
	// Name is in the address, Label on the button.
	Name() string
	Label() string
	// Leave is where the browser goes; Back who came from there.
	Leave(ctx context.Context, back string, v Visit) (string, error)
	Back(ctx context.Context, back, code string, v Visit) (people.Outsider, error)
}

// Visit is what holds a visit to another site together. Nobody but this
// browser and we know it.
type Visit struct {
	State    string // in the address, there and back
	Nonce    string // in the issuer's word about the person
	Verifier string // of the code, PKCE
}

// visit is what is kept of it meanwhile.
type visit struct {
	Visit
	Site   string
	Person good.ID `json:",omitempty"` // who wants to add this way in; "" to sign in
	Next   string  `json:",omitempty"`
	Tongue string
}

const visitKind = "visit"

// backAt is where a site sends the browser.
func (p *Pages) backAt(site string) string {
	return strings.TrimRight(p.cfg.BaseURL, "/") + "/signin/from/" + site
}

// leave sends the browser to another site.
func (p *Pages) leave(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	site, ok := p.sites[r.PathValue("site")]
	if !ok {
		return &good.Error{Kind: good.NotFound, Key: "people.error.over"}
	}
	if err := p.trying.Take(r); err != nil {
		return err
	}
	v := visit{Site: site.Name(), Next: local(r.URL.Query().Get("next")), Tongue: f.Code}
	if strings.HasPrefix(f.Path, "/account/") {
		me, err := viewer(r)
		if err == nil {
			err = p.cfg.People.Fresh(me)
		}
		if err != nil {
			return err
		}
		v.Person, v.Next = me.Person, f.Prefix+"/account/signin?done=linked"
	}
	for _, s := range []*string{&v.State, &v.Nonce} {
		var err error
		if *s, err = access.NewSecret(p.cfg.People.Rand); err != nil {
			return err
		}
	}
	v.Verifier = oauth2.GenerateVerifier()
	to, err := site.Leave(r.Context(), p.backAt(site.Name()), v.Visit)
	if err != nil {
		return p.over(w, r, f, &good.Error{Kind: good.Limited, Key: "people.error.site", Args: map[string]any{"Site": site.Label()}, Err: err})
	}
	secret, err := p.cfg.People.Begin(r.Context(), visitKind, v)
	if err != nil {
		return err
	}
	p.set(w, ceremonyCookie, secret, ceremonyFor)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// back takes who comes from another site.
func (p *Pages) back(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	if err := p.trying.Take(r); err != nil {
		return err
	}
	var v visit
	if err := p.cfg.People.Continue(r.Context(), visitKind, p.cookie(r, ceremonyCookie), &v); err != nil {
		return p.over(w, r, f, err)
	}
	p.set(w, ceremonyCookie, "", 0)
	site, q := p.sites[v.Site], r.URL.Query()
	if site == nil || v.Site != r.PathValue("site") || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(v.State)) != 1 {
		return p.over(w, r, f, &good.Error{Kind: good.Gone, Key: "people.error.over"})
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		return p.over(w, r, f, &good.Error{Kind: good.Invalid, Key: "people.error.declined", Args: map[string]any{"Site": site.Label()}})
	}
	who, err := site.Back(r.Context(), p.backAt(v.Site), q.Get("code"), v.Visit)
	if err != nil {
		if _, ok := mendable(err); !ok {
			err = &good.Error{Kind: good.Limited, Key: "people.error.site", Args: map[string]any{"Site": site.Label()}, Err: err}
		}
		return p.over(w, r, f, err)
	}
	return p.arrive(w, r, f, v, who)
}

// arrive signs in whom a site vouches for, or adds the way in to who is signed
// in and asked for that.
func (p *Pages) arrive(w http.ResponseWriter, r *http.Request, f *page.Frame, v visit, who people.Outsider) error {
	if v.Person != "" {
		me := edge.ViewerOf(r)
		if me == nil || me.Person != v.Person {
			return p.over(w, r, f, &good.Error{Kind: good.Forbidden, Key: "people.error.other"})
		}
		if err := p.cfg.People.LinkFrom(r.Context(), *me, who); err != nil {
			return err
		}
		http.Redirect(w, r, v.Next, http.StatusSeeOther)
		return nil
	}
	in, err := p.cfg.People.SignInFrom(r.Context(), who, v.Tongue, device(r))
	if err != nil {
		return p.over(w, r, f, err)
	}
	if err := p.enter(w, r, in); err != nil {
		return err
	}
	next := v.Next
	if next == "" && v.Tongue != "en" {
		next = "/" + v.Tongue + "/account"
	}
	http.Redirect(w, r, onward(f, next), http.StatusSeeOther)
	return nil
}

// siteFor is how long another site may take to answer.
const siteFor = 15 * time.Second

// Issuer is an OpenID Connect issuer.
type Issuer struct {
	URL, ClientID, Secret, Called string

	mu       sync.Mutex
	provider *oidc.Provider
}

// Name implements Site.
func (i *Issuer) Name() string { return "issuer" }

// Label implements Site.
func (i *Issuer) Label() string {
	if i.Called != "" {
		return i.Called
	}
	return page.Host(i.URL)
}

// found asks the issuer once for its own description.
func (i *Issuer) found(ctx context.Context) (*oidc.Provider, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.provider != nil {
		return i.provider, nil
	}
	ctx, stop := context.WithTimeout(ctx, siteFor)
	defer stop()
	// Its keys are asked for later, too, when this request is long over.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: siteFor}), i.URL)
	if err != nil {
		return nil, fmt.Errorf("ask the issuer %s: %w", i.URL, err)
	}
	i.provider = provider
	return provider, nil
}

func (i *Issuer) oauth(provider *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{ClientID: i.ClientID, ClientSecret: i.Secret, Endpoint: provider.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
}

// Leave implements Site.
func (i *Issuer) Leave(ctx context.Context, back string, v Visit) (string, error) {
	provider, err := i.found(ctx)
	if err != nil {
		return "", err
	}
	return i.oauth(provider, back).AuthCodeURL(v.State, oidc.Nonce(v.Nonce), oauth2.S256ChallengeOption(v.Verifier)), nil
}

// Back implements Site.
func (i *Issuer) Back(ctx context.Context, back, code string, v Visit) (people.Outsider, error) {
	provider, err := i.found(ctx)
	if err != nil {
		return people.Outsider{}, err
	}
	ctx = oidc.ClientContext(ctx, &http.Client{Timeout: siteFor})
	token, err := i.oauth(provider, back).Exchange(ctx, code, oauth2.VerifierOption(v.Verifier))
	if err != nil {
		return people.Outsider{}, err
	}
	raw, _ := token.Extra("id_token").(string)
	word, err := provider.Verifier(&oidc.Config{ClientID: i.ClientID}).Verify(ctx, raw)
	if err != nil {
		return people.Outsider{}, err
	}
	if subtle.ConstantTimeCompare([]byte(word.Nonce), []byte(v.Nonce)) != 1 {
		return people.Outsider{}, errors.New("the issuer's word is about another visit")
	}
	var claims struct {
		Email         string `json:"email"`
		EmailVerified bool   `json:"email_verified"`
		Name          string `json:"name"`
		Username      string `json:"preferred_username"`
	}
	if err := word.Claims(&claims); err != nil {
		return people.Outsider{}, err
	}
	out := people.Outsider{Issuer: word.Issuer, Subject: word.Subject, Label: claims.Username, Name: claims.Name, Way: access.ByIssuer}
	if out.Label == "" {
		out.Label = claims.Email
	}
	if claims.EmailVerified {
		out.Address = claims.Email
	}
	return out, nil
}

// GitHub vouches by OAuth 2.0. API and Web are its addresses, other ones for an
// installation of one's own.
type GitHub struct{ ClientID, Secret, Web, API string }

// Name implements Site.
func (g *GitHub) Name() string { return "github" }

// Label implements Site.
func (g *GitHub) Label() string { return "GitHub" }

func (g *GitHub) oauth(back string) *oauth2.Config {
	web := orDefault(g.Web, "https://github.com")
	return &oauth2.Config{ClientID: g.ClientID, ClientSecret: g.Secret, RedirectURL: back, Scopes: []string{"user:email"},
		Endpoint: oauth2.Endpoint{AuthURL: web + "/login/oauth/authorize", TokenURL: web + "/login/oauth/access_token"}}
}

func orDefault(s, usual string) string {
	if s == "" {
		return usual
	}
	return strings.TrimRight(s, "/")
}

// Leave implements Site.
func (g *GitHub) Leave(_ context.Context, back string, v Visit) (string, error) {
	return g.oauth(back).AuthCodeURL(v.State, oauth2.S256ChallengeOption(v.Verifier)), nil
}

// Back implements Site.
func (g *GitHub) Back(ctx context.Context, back, code string, v Visit) (people.Outsider, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Timeout: siteFor})
	config := g.oauth(back)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(v.Verifier))
	if err != nil {
		return people.Outsider{}, err
	}
	client := config.Client(ctx, token)
	var user struct {
		ID    int64  `json:"id"`
		Login string `json:"login"`
		Name  string `json:"name"`
	}
	var addresses []struct {
		Email    string `json:"email"`
		Primary  bool   `json:"primary"`
		Verified bool   `json:"verified"`
	}
	if err := g.ask(ctx, client, "/user", &user); err != nil {
		return people.Outsider{}, err
	}
	if user.ID <= 0 { // logins change hands; the number never does
		return people.Outsider{}, errors.New("GitHub names no user")
	}
	if err := g.ask(ctx, client, "/user/emails", &addresses); err != nil {
		return people.Outsider{}, err
	}
	out := people.Outsider{Issuer: "github", Subject: strconv.FormatInt(user.ID, 10), Label: user.Login, Name: user.Name, Way: access.ByGitHub}
	for _, a := range addresses {
		if a.Primary && a.Verified {
			out.Address = a.Email
		}
	}
	return out, nil
}

// maxAnswer is how much of GitHub's answer is read, in bytes.
const maxAnswer = 1 << 20

func (g *GitHub) ask(ctx context.Context, client *http.Client, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, orDefault(g.API, "https://api.github.com")+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/vnd.github+json")
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GitHub answers %s with %d", path, answer.StatusCode)
	}
	return json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(into)
}
