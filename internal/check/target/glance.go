package target

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"

	"github.com/go-git/go-git/v5/plumbing/transport"

	"stoa/internal/good"
)

// Word is what became of a place on the web when it was asked for.
type Word string

// The words. Unclear says that nothing can be said: it was refused, it was asked
// too often, or something is broken there.
const (
	Stands   Word = "stands"
	Gone     Word = "gone"     // it says that there is no such thing
	Nameless Word = "nameless" // the name of its host leads nowhere
	Silent   Word = "silent"   // nobody answered
	Unclear  Word = "unclear"
)

// Glance is a short look at one place.
type Glance struct {
	Word     Word
	Status   int    // of HTTP, where there was an answer
	Told     bool   // the forge said something of the repository
	Archived bool   // it says that the repository can only be read
	Moved    string // where the repository is found now, if not where it was
}

// Glances looks briefly at places on the web, one after the other, without
// fetching what they hold.
type Glances struct{ r *reach }

// NewGlances returns what looks through a client, within a context.
func NewGlances(ctx context.Context, client *http.Client) *Glances {
	return &Glances{&reach{ctx: ctx, whole: ctx, o: &Options{Client: client, Limits: Limits{}.whole()}}}
}

// Repository asks git and the forge for a repository. Whatever is no address of
// one is asked for as a page.
func (g *Glances) Repository(address string) Glance {
	u, err := url.Parse(Address(address))
	if err != nil || u.Host == "" || u.User != nil {
		return Glance{Word: Unclear}
	}
	u.Fragment = ""
	repo := repository(u)
	if repo == nil {
		return g.Page(address)
	}
	asked, err := g.r.ask(repo)
	if err != nil {
		if g.r.ctx.Err() != nil { // our time is up, not theirs
			return Glance{Word: Unclear}
		}
		if !repo.known && !errors.Is(err, transport.ErrEmptyRemoteRepository) {
			return g.Page(address) // perhaps it only looked like one
		}
		return Glance{Word: repositoryWord(err)}
	}
	out := Glance{Word: Stands, Moved: asked.moved}
	if f := g.r.said(repo); f != nil {
		out.Told, out.Archived = true, f.Archived
		if f.Moved != "" {
			out.Moved = f.Moved
		}
	}
	return out
}

// repositoryWord is what an error of git's says of a repository. Forges ask who
// it is where there is none; where one refuses, nothing can be said.
func repositoryWord(err error) Word {
	switch {
	case errors.Is(err, transport.ErrRepositoryNotFound), errors.Is(err, transport.ErrAuthenticationRequired):
		return Gone
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return Stands
	}
	return wordOf(err)
}

// wordOf is what an error on the way says of a place.
func wordOf(err error) Word {
	var dns *net.DNSError
	var known *good.Error
	switch {
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return Nameless
		}
		return Unclear // our own resolver may be at fault
	case errors.As(err, &known) && known.Key == "error.fence.unreachable":
		return Silent
	}
	return Unclear
}

// Page asks for a page. One that robots.txt keeps programs from is not asked for.
func (g *Glances) Page(address string) Glance {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return Glance{Word: Unclear}
	}
	u.Fragment = ""
	req, err := http.NewRequestWithContext(g.r.ctx, http.MethodGet, u.String(), nil)
	if err != nil || !g.r.allowed(u) {
		return Glance{Word: Unclear}
	}
	res, err := g.r.o.Client.Do(req)
	if err != nil {
		if g.r.ctx.Err() != nil { // our time is up, not theirs
			return Glance{Word: Unclear}
		}
		return Glance{Word: wordOf(err)}
	}
	_ = res.Body.Close() // what it holds is not read
	out := Glance{Status: res.StatusCode}
	switch {
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		out.Word = Gone
	case res.StatusCode < 300:
		out.Word = Stands
	default:
		out.Word = Unclear
	}
	return out
}
