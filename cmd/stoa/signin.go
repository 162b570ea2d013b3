package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/app/people"
	"stoa/internal/edge"
	"stoa/internal/fence"
	"stoa/internal/store"
	"stoa/internal/web/page"
	"stoa/internal/web/page/account"
	"stoa/internal/web/signin"
)

// SignInFlags say which other sites vouch for people.
type SignInFlags struct {
	OIDCIssuer   string `name:"oidc-issuer" help:"OpenID Connect issuer that people may sign in with." env:"STOA_OIDC_ISSUER" placeholder:"URL"`
	OIDCClientID string `name:"oidc-client-id" help:"This instance as the issuer knows it." env:"STOA_OIDC_CLIENT_ID"`
	OIDCSecret   string `name:"oidc-client-secret" help:"Secret the issuer gave." env:"STOA_OIDC_CLIENT_SECRET" secret:""`
	OIDCName     string `name:"oidc-name" help:"What the issuer is called on the button." env:"STOA_OIDC_NAME"`
	GitHubID     string `name:"github-client-id" help:"OAuth application at GitHub that people may sign in with." env:"STOA_GITHUB_CLIENT_ID"`
	GitHubSecret string `name:"github-client-secret" help:"Secret of the application." env:"STOA_GITHUB_CLIENT_SECRET" secret:""`
	GitHubURL    string `name:"github-url" help:"Address of a GitHub of one's own." env:"STOA_GITHUB_URL" placeholder:"URL"`
	GitHubAPI    string `name:"github-api-url" help:"Address of its API." env:"STOA_GITHUB_API_URL" placeholder:"URL"`
}

// sites are those that vouch for people.
func (f SignInFlags) sites() ([]signin.Site, error) {
	var out []signin.Site
	if f.OIDCIssuer != "" {
		if f.OIDCClientID == "" {
			return nil, errors.New("--oidc-issuer needs --oidc-client-id")
		}
		out = append(out, &signin.Issuer{URL: f.OIDCIssuer, ClientID: f.OIDCClientID, Secret: f.OIDCSecret, Called: f.OIDCName})
	}
	if f.GitHubID != "" {
		if f.GitHubSecret == "" {
			return nil, errors.New("--github-client-id needs --github-client-secret")
		}
		out = append(out, &signin.GitHub{ClientID: f.GitHubID, Secret: f.GitHubSecret, Web: f.GitHubURL, API: f.GitHubAPI})
	}
	return out, nil
}

// routes are the pages around accounts.
func (f SignInFlags) routes(app *people.App, base string, heard *messages.App, proxies []netip.Prefix) ([]page.Route, error) {
	sites, err := f.sites()
	if err != nil {
		return nil, err
	}
	in, err := signin.New(signin.Config{People: app, BaseURL: base, Now: app.Now, Sites: sites, Proxies: proxies})
	if err != nil {
		return nil, err
	}
	own := &account.Pages{People: app, Keys: in.Keys(), Heard: heard.Unseen}
	for _, s := range sites {
		own.Sites = append(own.Sites, [2]string{s.Name(), s.Label()})
	}
	return slices.Concat(in.Routes(), own.Routes()), nil
}

// accounts are people and the pages around them.
func (c *ServeCmd) accounts(env *Env, db *store.DB, base string) (*people.App, []page.Route, error) {
	app, err := env.people(db, base)
	if err != nil {
		return nil, nil, err
	}
	app.Look, app.Mail = newProber(), c.mail
	proxies, err := c.trusted()
	if err != nil {
		return nil, nil, err
	}
	routes, err := c.routes(app, base, c.heard, proxies)
	return app, routes, err
}

// known tells the edge who holds a session or a token.
type known struct{ app *people.App }

// Session implements edge.Identity.
func (k known) Session(ctx context.Context, secret string) (edge.Viewer, error) {
	return k.app.Session(ctx, secret)
}

// Token implements edge.Identity.
func (k known) Token(ctx context.Context, secret string) (access.Viewer, error) {
	return k.app.Token(ctx, secret)
}

// prober looks at domains that strangers name, through the fence.
type prober struct {
	*net.Resolver
	client *fence.Client
}

// maxProof is how much of a file is read that proves a domain, in bytes.
const maxProof = 4 << 10

func newProber() *prober {
	return &prober{Resolver: net.DefaultResolver, client: fence.New(fence.Policy{MaxBytes: maxProof, MaxTime: 15 * time.Second, UserAgent: "Stoa"})}
}

// TXT implements people.Prober.
func (p *prober) TXT(ctx context.Context, name string) ([]string, error) {
	return p.LookupTXT(ctx, name)
}

// Get implements people.Prober.
func (p *prober) Get(ctx context.Context, address string) ([]byte, error) {
	var b bytes.Buffer
	_, err := p.client.Fetch(ctx, address, &b)
	return b.Bytes(), err
}
