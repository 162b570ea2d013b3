package duplicates_test

import (
	"bufio"
	"cmp"
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/app/duplicates"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/match"
	"stoa/internal/testkit"
)

// stated reads the records of a part of the real data, without the ids that
// would make finding them easy: id → facts.
func stated(t *testing.T, path, source string) map[string]good.Facts {
	t.Helper()
	in, err := harvest.Open(filepath.Join(testkit.RealData(t), "dpga", path), "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]good.Facts{}
	for c, err := range in.Each {
		if err != nil {
			t.Fatal(err)
		}
		if c.Source == source && c.Facts.Name != "" {
			c.Facts.Identifiers, c.Facts.Standing = nil, nil
			out[c.ForeignID] = c.Facts
		}
	}
	return out
}

// known are goods that are there, by the id a source gives them: as folders say
// it, or of one register.
func known(t *testing.T, facts map[string]good.Facts) (*duplicates.App, map[good.ID]string) {
	t.Helper()
	a := open(t, "sqlite:"+t.TempDir()+"/a.db")
	names := map[good.ID]string{}
	bySource := map[string][]string{}
	for id := range facts {
		source := sourceOf(id)
		bySource[source] = append(bySource[source], id)
	}
	for source, ids := range bySource {
		list := make([]good.Facts, len(ids))
		for i, id := range ids {
			list[i] = facts[id]
		}
		for i, id := range register(t, a, source, list) {
			names[id] = ids[i]
		}
	}
	show(t, a)
	return a, names
}

func sourceOf(id string) string {
	folder, _, found := strings.Cut(id, "/")
	if !found {
		return "one"
	}
	return folder
}

func proposals(t *testing.T, a *duplicates.App, source string, id good.ID, f good.Facts) []duplicates.Proposal {
	t.Helper()
	p, err := a.Propose(t.Context(), a.DB, id, []good.Record{{Source: source, ForeignID: "x", Facts: f}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

//go:embed testdata/renamed.tsv
var renewed string

// registered says which good an application of the register is about: each
// renewal is another application. The register's own id says it where there is
// one, else that of the same name, else the list of those that were renamed,
// which was made by hand.
func registered(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(testkit.RealData(t), "dpga", "registry-history", "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var index struct {
		Applications []struct{ ID, DPGID, Name string }
	}
	if err := json.Unmarshal(raw, &index); err != nil {
		t.Fatal(err)
	}
	byName, out := map[string]string{}, map[string]string{}
	for _, a := range index.Applications {
		if a.DPGID != "" {
			byName[strings.ToLower(a.Name)] = a.DPGID
		}
	}
	for _, a := range index.Applications {
		name := strings.ToLower(a.Name)
		out[a.ID] = cmp.Or(a.DPGID, byName[name], name)
	}
	for s := bufio.NewScanner(strings.NewReader(renewed)); s.Scan(); {
		if old, now, ok := strings.Cut(s.Text(), "\t"); ok && out[now] != "" {
			out[old] = out[now]
		}
	}
	return out
}

// What the register said of a good years ago is found to be about the same good
// today, whatever it is called now and wherever it has moved.
func TestQualityOnTheRealHistory(t *testing.T) {
	a, names := known(t, stated(t, "registry-2026/dpgs.json", "dpga-v1"))
	gid := registered(t)
	there := map[string]bool{}
	for _, id := range names {
		there[gid[id]] = true
	}
	var q quality
	renamed := 0
	for _, day := range []string{"2023-05-31", "2024-06-28", "2025-06-27"} {
		for id, f := range stated(t, "registry-history/dpgs-"+day+".json", "dpga-v1") {
			found := false
			for _, p := range proposals(t, a, "two", "", f) {
				right := gid[names[p.Good.ID]] == gid[id]
				found = found || right
				if p.Level == match.Same {
					if q.sure++; right {
						q.surelyRight++
					} else {
						t.Logf("surely wrong: %s %q for %s %q: %v", names[p.Good.ID], p.Good.Name, id, f.Name, p.Reasons)
					}
				}
				if right && p.Good.Name != f.Name {
					renamed++
				}
			}
			if there[gid[id]] {
				if q.twins++; found {
					q.found++
				} else {
					t.Logf("not proposed: %s %q", id, f.Name)
				}
			}
		}
	}
	t.Log(q, "renamed:", renamed)
	q.hold(t, 400)
}

// hold holds both figures.
func (q quality) hold(t *testing.T, least int) {
	t.Helper()
	if p := float64(q.surelyRight) / float64(q.sure); p < 0.99 {
		t.Errorf("of what merges by itself %.4f are right, of %d", p, q.sure)
	}
	if r := float64(q.found) / float64(q.twins); r < 0.95 || q.twins < least {
		t.Errorf("of what is stated twice %.4f are proposed, of %d", r, q.twins)
	}
}

//go:embed testdata/pairs.tsv
var labelled string

// The pairs were found in the old repository's folders and labelled by hand.
func TestQualityOnLabelledRealPairs(t *testing.T) {
	labels := map[string]string{} // "a b" → same or other
	for s := bufio.NewScanner(strings.NewReader(labelled)); s.Scan(); {
		if f := strings.Split(s.Text(), "\t"); len(f) == 3 && f[0] != "label" {
			labels[f[1]+" "+f[2]] = f[0]
		}
	}
	facts := stated(t, ".", "dpga-folders")
	for id := range facts { // these two say the same of the nominees once more
		if strings.HasPrefix(id, "digitalpublicgoods/") || strings.HasPrefix(id, "screening/") {
			delete(facts, id)
		}
	}
	a, names := known(t, facts)
	ids := map[string]good.ID{}
	for id, name := range names {
		ids[name] = id
	}
	proposed := map[string]match.Finding{}
	for name, f := range facts {
		for _, p := range proposals(t, a, sourceOf(name), ids[name], f) {
			proposed[min(name, names[p.Good.ID])+" "+max(name, names[p.Good.ID])] = p.Finding
		}
	}
	var q quality
	for pair, label := range labels {
		if label == "same" {
			if q.twins++; proposed[pair].Level > match.Other {
				q.found++
			} else {
				t.Logf("not proposed: %s", pair)
			}
		}
	}
	for pair, f := range proposed {
		if f.Level == match.Same {
			if q.sure++; labels[pair] == "same" {
				q.surelyRight++
			} else {
				t.Logf("surely, but labelled %q: %s: %v", labels[pair], pair, f.Reasons)
			}
		}
		if labels[pair] == "" {
			t.Logf("UNLABELLED\t%d\t%d\t%s\t%v", f.Level, f.Score, pair, f.Reasons)
		}
		if q.proposed++; labels[pair] == "same" {
			q.right++
		}
	}
	t.Log(q)
	q.hold(t, 10)
}
