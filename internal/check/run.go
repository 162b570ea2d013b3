package check

import (
	"cmp"
	"context"
	"slices"
	"time"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// Progress is told, now and then, how many of all files have been passed.
type Progress func(passed, all int)

// Run shows a target to every probe that looks at its kinds, in one pass, and
// returns what they found. Where nobody said the kinds, they are guessed. It
// always returns a report, soon after the context has ended at the latest:
// where that ends, a file cannot be read, or a probe is too long at one, the
// report's Cut says so, and that something was not seen counts against the good
// no longer.
func Run(ctx context.Context, t *Target) *finding.Report { return RunWith(ctx, t, nil) }

// RunWith is Run, which tells progress how far it is.
func RunWith(ctx context.Context, t *Target, progress Progress) *finding.Report {
	var guessed []finding.Finding
	if len(t.Kinds) == 0 {
		guessed = []finding.Finding{guessKinds(t.Entries)}
		if t.Alone && len(t.Data) > 0 && t.Data[0].Form != OpenAPI && t.Data[0].Form != AsyncAPI {
			guessed[0] = looksLike(good.Data, finding.Medium) // a table, or what describes one
			guessed[0].Evidence = []finding.Evidence{t.Data[0].at()}
		}
		if guessed[0].Values[0] == string(good.Software) && doubtful(t) {
			guessed[0].Confidence = finding.Low
		}
		t.Kinds = []good.Kind{good.Kind(guessed[0].Values[0])}
	}
	r := &finding.Report{Target: t.Name, URL: t.URL, Commit: t.Commit, Kinds: t.Kinds, At: t.Now.UTC().Truncate(time.Second), Files: len(t.Entries)}
	pass := &pass{fs: t.FS, probes: probesFor(t, Probes()), progress: progress}
	pass.run(ctx, t)
	r.Bytes = pass.bytes
	r.Cut = append(slices.Clone(t.Cut), pass.cut()...)
	r.Findings = guessed
	for _, p := range pass.probes {
		r.Findings = append(r.Findings, p.found...)
	}
	unsure := len(guessed) > 0 && guessed[0].Confidence == finding.Low
	for i := range r.Findings {
		t.settle(&r.Findings[i], len(r.Cut) > 0)
		if f := &r.Findings[i]; t.Alone && unsure && f.Probe == "licence.accepted" && f.State == finding.NotMet {
			f.State, f.Confidence, f.Mend = finding.NotObservable, finding.Low, nil // which licences are depends on the kind
		}
	}
	return r
}

// settle gives the evidence its commit and address, and takes back what was
// said because something was not there when not everything was looked at, or
// when it may lie around the one document that was.
func (t *Target) settle(f *finding.Finding, partial bool) {
	for i := range f.Evidence {
		e := &f.Evidence[i]
		if e.Path == "" {
			continue
		}
		e.Commit = cmp.Or(e.Commit, t.Commit)
		if e.URL == "" && t.Address != nil {
			e.URL = t.Address(e.Path, e.Line)
		}
	}
	why, lacks := "check.partial", f.State == finding.NotMet && len(f.Evidence) == 0
	switch {
	case t.Alone && len(t.Entries) == 0:
		why, lacks = "check.alone.pages", lacks || f.Why.Key == "probe.no-tree" || f.Why.Key == "probe.elsewhere"
	case t.Alone:
		why, lacks = "check.alone", lacks || f.State == finding.NotMet && f.Probe == "docs.links"
	}
	if t.Alone && f.State == finding.NotObservable {
		f.Mend = nil // it may lie there
	}
	if (partial || t.Alone) && lacks {
		*f = finding.Finding{Probe: f.Probe, State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say(why)}
	}
}

// looker is a probe at work.
type looker struct {
	ids    []string
	probe  Probe
	found  []finding.Finding
	broken bool // it panicked, or got stuck: what it says is not taken
	slow   bool // it got stuck
}

func probesFor(t *Target, all []Named) []*looker {
	var out []*looker
	for _, n := range all {
		if n.serves(t.Kinds) {
			out = append(out, &looker{ids: n.IDs, probe: n.Make(t)})
		}
	}
	return out
}

// guard keeps a parser that falls over a stranger's bytes from taking all
// other findings with it.
func guard(whole *bool) {
	if recover() != nil {
		*whole = false
	}
}

// wants, see and findings call the probe, and say whether it came through.

func (l *looker) wants(e *Entry) (w Want, whole bool) {
	defer guard(&whole)
	return l.probe.Wants(e), true
}

func (l *looker) see(f *File) (whole bool) {
	defer guard(&whole)
	l.probe.See(f)
	return true
}

func (l *looker) findings(t *Target) (out []finding.Finding, whole bool) {
	defer guard(&whole)
	out = l.probe.Findings(t)
	for _, f := range out {
		if !slices.Contains(l.ids, f.Probe) {
			panic("check: a probe of " + l.ids[0] + " speaks as " + f.Probe)
		}
	}
	return out, true
}
