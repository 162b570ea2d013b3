package dpga_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// facts are what an instance says of every good, by the id the registry knows
// it by.
func (s *instance) facts(scheme string) map[string]good.Facts {
	s.t.Helper()
	out := map[string]good.Facts{}
	for g, err := range s.db.EachGood(context.Background()) {
		if err != nil {
			s.t.Fatal(err)
		}
		out[g.Identifiers[scheme]] = g.Facts
	}
	return out
}

// What is served in the registry's shape and read by an import of that shape
// says the same of every good: the mapping out undoes the mapping in.
func TestWhatIsServedCanBeReadBackUnchanged(t *testing.T) {
	first := newInstance(t)
	first.bring(filepath.Join(testkit.RealData(t), "dpga/registry-2026/dpgs.json"))
	var body []json.RawMessage
	for _, list := range []string{"dpgs", "nominees"} {
		var part []json.RawMessage
		if err := json.Unmarshal(first.get("/dpga/v1/api/"+list).Body.Bytes(), &part); err != nil {
			t.Fatal(err)
		}
		body = append(body, part...)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dpgs.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	second := newInstance(t)
	second.bring(file)
	was, is := first.facts("dpga"), second.facts("dpga")
	if len(was) < 200 || len(is) != len(was) {
		t.Errorf("%d goods went out, %d came back", len(was), len(is))
	}
	for id, want := range was {
		if diff := cmp.Diff(kept(want), kept(is[id])); diff != "" {
			t.Errorf("%s (-was +is):\n%.1500s", id, diff)
		}
	}
}

// kept is what of a good's facts the registry's shape can hold: repositories
// without names of their own, the documentation but no further websites, and
// texts in which single spaces stand.
func kept(f good.Facts) good.Facts {
	f.Repositories = slices.Clone(f.Repositories)
	for i := range f.Repositories {
		f.Repositories[i].Name = ""
	}
	f.Answers = slices.Clone(f.Answers)
	f.Documentation = slices.Clone(f.Documentation)
	for i, a := range f.Answers {
		f.Answers[i].Text = strings.Join(strings.Fields(a.Text), " ")
		if a.Question == "documentation" {
			f.Documentation = slices.DeleteFunc(f.Documentation, func(l good.Link) bool {
				return !slices.ContainsFunc(a.Links, func(m good.Link) bool { return m.URL == l.URL })
			})
		}
	}
	return f
}
