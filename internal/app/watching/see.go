package watching

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"stoa/internal/check"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/watch"
)

// What one look asks for at most.
const (
	mostRepositories = 3
	mostPages        = 12
	glanceTime       = 45 * time.Second // for asking briefly
)

// see looks at a good. What cannot be seen is no sign.
func (a *App) see(ctx context.Context, r *result) {
	client := a.polite()
	a.glance(ctx, r, client)
	if r.whole && ctx.Err() == nil {
		a.read(ctx, r, client)
	}
	if !r.clear() && r.failure == nil {
		r.failure = &finding.Text{Key: "sign.failure.nothing"}
	}
}

// clear says whether any place said something clear: that a name leads
// somewhere is not enough.
func (r *result) clear() bool {
	return slices.ContainsFunc(r.seen, func(s watch.Seen) bool { return s.Kind != watch.DomainLapsed || s.Ill })
}

// places are the pages that are asked for, each once, by what it would mean if
// it were dead.
func (a *App) places(g *good.Good, set *standard.Set) map[watch.Kind][]string {
	out, known, n := map[watch.Kind][]string{}, map[string]bool{}, 0
	for _, l := range g.Repositories {
		known[l.URL] = true
	}
	add := func(kind watch.Kind, address string) {
		if u, err := url.Parse(address); err != nil || u.Host == "" || known[address] || n >= mostPages {
			return
		}
		known[address] = true
		out[kind] = append(out[kind], address)
		n++
	}
	add(watch.WebsiteDead, g.Website)
	for i, l := range g.Documentation {
		if i < mostRepositories {
			add(watch.DocumentationDead, l.URL)
		}
	}
	for _, answer := range g.Answers {
		if aboutPolicies(set, answer) {
			for _, l := range answer.Links {
				add(watch.PolicyDead, l.URL)
			}
		}
	}
	return out
}

// aboutPolicies says whether an answer names policies: privacy, terms, harm.
func aboutPolicies(set *standard.Set, answer good.Answer) bool {
	if set == nil {
		return false
	}
	for _, q := range set.Questions() {
		if q.ID != answer.Question && q.Indicator != answer.Indicator {
			continue
		}
		for _, probe := range q.SeenBy {
			if matter, _, _ := strings.Cut(probe, "."); matter == "law" || matter == "harm" {
				return true
			}
		}
	}
	return false
}

// glance asks where the good lives what became of it.
func (a *App) glance(ctx context.Context, r *result, client *http.Client) {
	ctx, cancel := context.WithTimeout(ctx, glanceTime)
	defer cancel()
	look := target.NewGlances(ctx, client)
	names := map[string]bool{} // hosts by whether their names lead anywhere
	note := func(address string, g target.Glance) {
		u, err := url.Parse(target.Address(address))
		if err != nil || u.Hostname() == "" {
			return
		}
		switch {
		case g.Word == target.Nameless:
			if !names[u.Hostname()] {
				names[u.Hostname()] = false
			}
		case g.Status != 0 || g.Word == target.Stands || g.Word == target.Gone:
			names[u.Hostname()] = true
		}
	}
	for i, l := range r.good.Repositories {
		if i >= mostRepositories {
			break
		}
		g := look.Repository(l.URL)
		note(l.URL, g)
		r.seen = append(r.seen, repositorySeen(l.URL, g)...)
	}
	set, _ := a.standard(r.good)
	places := a.places(r.good, set)
	for _, kind := range watch.Kinds {
		for _, address := range places[kind] {
			g := look.Page(address)
			note(address, g)
			if s, ok := deadSeen(kind, address, g); ok {
				r.seen = append(r.seen, s)
			}
		}
	}
	for name, leads := range names {
		r.seen = append(r.seen, watch.Seen{Kind: watch.DomainLapsed, About: name, Ill: !leads})
	}
	slices.SortFunc(r.seen, func(a, b watch.Seen) int {
		if c := slices.Index(watch.Kinds, a.Kind) - slices.Index(watch.Kinds, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.About, b.About)
	})
}

// deadSeen is what a glance says of whether a place is dead; false where it
// says nothing of that.
func deadSeen(kind watch.Kind, address string, g target.Glance) (watch.Seen, bool) {
	s := watch.Seen{Kind: kind, About: address}
	switch g.Word {
	case target.Stands:
	case target.Gone:
		s.Ill = true
		if g.Status != 0 {
			s.Is = strconv.Itoa(g.Status)
		}
	case target.Silent:
		s.Ill, s.Slow = true, true
	default:
		return s, false
	}
	return s, true
}

func repositorySeen(address string, g target.Glance) []watch.Seen {
	s, ok := deadSeen(watch.RepositoryGone, address, g)
	if !ok {
		return nil
	}
	out := []watch.Seen{s}
	if g.Word == target.Stands {
		out = append(out, watch.Seen{Kind: watch.RepositoryMoved, About: address, Ill: g.Moved != "", Is: g.Moved})
		if g.Told {
			out = append(out, watch.Seen{Kind: watch.RepositoryArchived, About: address, Ill: g.Archived})
		}
	}
	return out
}

// standard is the standard that a good is recognised by here, else the one that
// goods are recognised by.
func (a *App) standard(g *good.Good) (*standard.Set, bool) {
	for _, r := range g.Recognitions {
		if set, ok := a.Library.Find(r.Standard); ok && r.Standard != "" && !r.Reported {
			return set, true
		}
	}
	return a.Library.Find("dpg")
}

// read looks at all of a good, as a check does.
func (a *App) read(ctx context.Context, r *result, client *http.Client) {
	address := r.good.Website
	if len(r.good.Repositories) > 0 {
		address = r.good.Repositories[0].URL
	}
	set, ok := a.standard(r.good)
	if !ok || target.Address(address) == "" {
		r.read = true // there is nothing to be read
		return
	}
	report, failure := a.report(ctx, r.good, address, set, client)
	if report == nil {
		r.failure = failure
		return
	}
	r.read, r.report = true, report
	r.seen = append(r.seen, licencesSeen(address, report)...)
	if len(report.Cut) == 0 {
		r.seen = append(r.seen, answersSeen(r.good, set, report)...)
	}
}

func (a *App) report(ctx context.Context, g *good.Good, address string, set *standard.Set, client *http.Client) (report *finding.Report, failure *finding.Text) {
	defer func() {
		if recover() != nil { // a parser fell over a stranger's bytes
			report, failure = nil, &finding.Text{Key: "assess.check.failed"}
		}
	}()
	t, free, err := target.Open(ctx, address, target.Options{Client: client, Limits: a.Limits, Kinds: g.Kinds, Now: a.Now(), Temp: a.Temp})
	defer free()
	if err != nil {
		return nil, said(err)
	}
	t.Accepted = set.Licences
	reading, cancel := context.WithTimeout(ctx, a.Limits.Time)
	defer cancel()
	return check.Run(reading, t), nil
}

// none is how SPDX writes that there is no licence.
const none = "NONE"

// licencesSeen are the licences of the text and of what the files declare, as
// far as they are surely known.
func licencesSeen(address string, report *finding.Report) []watch.Seen {
	var out []watch.Seen
	for probe, kind := range map[string]watch.Kind{"licence.text": watch.LicenceText, "licence.declared": watch.LicenceChanged} {
		for _, f := range report.Of(probe) {
			is := strings.Join(slices.Sorted(slices.Values(f.Values)), ", ")
			if is == "" && f.State == finding.NotMet && f.Confidence == finding.High {
				if is, _ = f.Why.Args["Licence"].(string); is == "" && kind == watch.LicenceText && len(report.Cut) == 0 {
					is = none
				}
			}
			if is != "" && f.Confidence == finding.High {
				out = append(out, watch.Seen{Kind: kind, About: address, Is: is})
			}
		}
	}
	return out
}

// answersSeen are the questions on whose answers a recognition rests, as far as
// a machine surely sees them met or not. What licences say is seen apart.
func answersSeen(g *good.Good, set *standard.Set, report *finding.Report) []watch.Seen {
	judged := map[string]bool{}
	for _, in := range set.Judged() {
		judged[in.ID] = true
	}
	var out []watch.Seen
	for _, q := range set.Questions() {
		if !judged[q.Indicator] || !rests(g, q) || !slices.ContainsFunc(q.SeenBy, func(p string) bool { return !strings.HasPrefix(p, "licence.") }) {
			continue
		}
		found := report.Of(q.SeenBy...)
		state := finding.Sum(found)
		sure := slices.ContainsFunc(found, func(f finding.Finding) bool { return f.State == state && f.Confidence == finding.High })
		if state == finding.Met || state == finding.NotMet && sure {
			out = append(out, watch.Seen{Kind: watch.FindingTurned, About: q.ID, Indicator: q.Indicator, Is: string(state)})
		}
	}
	return out
}

// rests says whether what is known of a good answers a question, or whether
// nothing is known of its answers.
func rests(g *good.Good, q standard.Question) bool {
	return len(g.Answers) == 0 || slices.ContainsFunc(g.Answers, func(a good.Answer) bool { return a.Question == q.ID || a.Indicator == q.Indicator })
}

// polite is a client that waits a little between two requests to one host.
func (a *App) polite() *http.Client {
	c := *a.Client()
	if a.Pause > 0 {
		c.Transport = &patient{RoundTripper: c.Transport, pause: a.Pause, next: map[string]time.Time{}, now: a.Now}
	}
	return &c
}

// patient is a transport that lets time pass between requests to one host.
type patient struct {
	http.RoundTripper
	pause time.Duration
	now   func() time.Time

	mu   sync.Mutex
	next map[string]time.Time
}

// RoundTrip implements http.RoundTripper.
func (p *patient) RoundTrip(req *http.Request) (*http.Response, error) {
	p.mu.Lock()
	wait := p.next[req.URL.Host].Sub(p.now())
	p.next[req.URL.Host] = p.now().Add(max(wait, 0) + p.pause)
	p.mu.Unlock()
	if wait > 0 {
		rest := time.NewTimer(wait)
		defer rest.Stop()
		select {
		case <-rest.C:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	return p.RoundTripper.RoundTrip(req)
}
