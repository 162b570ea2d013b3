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
// returns what they found. Where nobody said the kinds, they are guessed. It always returns a report: where the context ends,
// or a file cannot be read, the report's Cut says so, and that something was
// not seen counts against the good no longer.
func Run(ctx context.Context, t *Target) *finding.Report { return RunWith(ctx, t, nil) }

// RunWith is Run, which tells progress how far it is.
func RunWith(ctx context.Context, t *Target, progress Progress) *finding.Report {
	var guessed []finding.Finding
	if len(t.Kinds) == 0 {
		guessed = []finding.Finding{guessKinds(t.Entries)}
		t.Kinds = []good.Kind{good.Kind(guessed[0].Values[0])}
	}
	r := &finding.Report{Target: t.Name, URL: t.URL, Commit: t.Commit, Kinds: t.Kinds, At: t.Now.UTC().Truncate(time.Second), Files: len(t.Entries)}
	probes := probesFor(t, Probes())
	pass := &pass{fs: t.FS, probes: probes, progress: progress}
	pass.run(ctx, t.Entries)
	r.Bytes = pass.bytes
	r.Cut = append(slices.Clone(t.Cut), pass.cut()...)
	r.Findings = guessed
	for _, p := range probes {
		r.Findings = append(r.Findings, p.findings(t)...)
	}
	for _, p := range probes {
		if p.broken {
			r.Cut = append(r.Cut, finding.Say("check.cut.probe", "Probe", p.ids[0]))
		}
	}
	for i := range r.Findings {
		t.settle(&r.Findings[i], len(r.Cut) > 0)
	}
	return r
}

// settle gives the evidence its commit and address, and takes back what was
// said because something was not there when not everything was looked at.
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
	if partial && f.State == finding.NotMet && len(f.Evidence) == 0 {
		*f = finding.Finding{Probe: f.Probe, State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("check.partial")}
	}
}

// looker is a probe at work.
type looker struct {
	ids    []string
	probe  Probe
	broken bool // it panicked: what it says is not taken
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
func (l *looker) guard() {
	if recover() != nil {
		l.broken = true
	}
}

func (l *looker) wants(e *Entry) (w Want) {
	if l.broken {
		return Nothing
	}
	defer l.guard()
	return l.probe.Wants(e)
}

func (l *looker) see(f *File) {
	if l.broken {
		return
	}
	defer l.guard()
	l.probe.See(f)
}

func (l *looker) findings(t *Target) (out []finding.Finding) {
	if l.broken {
		return nil
	}
	defer l.guard()
	out = l.probe.Findings(t)
	for _, f := range out {
		if !slices.Contains(l.ids, f.Probe) {
			panic("check: a probe of " + l.ids[0] + " speaks as " + f.Probe)
		}
	}
	return out
}
