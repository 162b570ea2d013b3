package check

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/l10n"
)

// translations counts the sentences of a program by language. A language's
// share is of what the fullest one has, set by set.
type translations struct {
	asked int
	tree  l10n.Tree
}

// mostTables is how many tables of sentences are read.
const mostTables = 3000

func newTranslations(*Target) Probe { return &translations{} }

// Wants implements Probe.
func (t *translations) Wants(e *Entry) Want {
	if e.Vendored || isAside(e.Path) {
		return Nothing
	}
	if _, ok := l10n.PlaceOf(e.Path); !ok {
		return Nothing
	}
	if t.asked++; t.asked > mostTables {
		return Nothing
	}
	return Whole
}

// See implements Probe.
func (t *translations) See(f *File) {
	if p, ok := l10n.PlaceOf(f.Path); ok {
		t.tree.Add(p, f.Path, f.Text)
	}
}

// Findings say in which languages the good speaks, and how much of it.
func (t *translations) Findings(*Target) []finding.Finding {
	f := finding.Finding{Probe: "health.translations", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.translations.none")}
	all := t.tree.Shares()
	if len(all) == 0 {
		return []finding.Finding{f}
	}
	said := make([]string, 0, len(all))
	for _, s := range all {
		said = append(said, s.Language+" "+strconv.Itoa(s.Percent)+" %")
		if s.Percent >= 50 {
			f.Values = append(f.Values, s.Language)
		}
		if len(f.Evidence) < 10 {
			f.Evidence = append(f.Evidence, finding.Evidence{Path: t.tree.First(s.Language)})
		}
	}
	rest := ""
	if len(said) > 12 {
		said, rest = said[:12], ", …"
	}
	f.State, f.Confidence = finding.Met, finding.Medium
	f.Why = finding.Say("probe.translations", "Number", len(all), "Shares", strings.Join(said, ", ")+rest)
	return []finding.Finding{f}
}

// Translations says how much of a target speaks which language, by reading the
// files that hold its sentences, how many those are, and what was left unread.
func Translations(ctx context.Context, t *Target) (shares []l10n.Share, files int, cut []finding.Text) {
	probe := &translations{}
	pass := &pass{fs: t.FS, probes: []*looker{{ids: []string{"health.translations"}, probe: probe}}}
	pass.run(ctx, t)
	return probe.tree.Shares(), probe.tree.Files(), append(slices.Clone(t.Cut), pass.cut()...)
}
