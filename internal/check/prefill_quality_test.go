package check

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/standard"
	setform "stoa/internal/standard/shape"
	"stoa/internal/testkit"
)

// readable is a value as a person who settles it reads it.
func readable(a standard.Answer) string {
	parts := slices.Clone(a.Choices)
	if a.Text != "" {
		parts = append(parts, a.Text)
	}
	for _, l := range a.Links {
		parts = append(parts, l.URL)
	}
	return strings.Join(parts, " | ")
}

// mark is what is kept of a value: enough to know it again.
func mark(value string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(value)))[:12] }

// form is what of the required questions of a form was answered.
type form struct {
	required, filled int
	missing          []string
}

// askedOf counts the questions that need an answer, those that the answers
// themselves call for among them.
func askedOf(set *standard.Set, kinds []good.Kind, filled map[string]Prefilled) (y form, need map[string]bool) {
	answers := standard.Answers{}
	for id, p := range filled {
		answers[id] = p.Answer
	}
	need = map[string]bool{}
	for _, a := range set.Asked(kinds, answers) {
		need[a.Question.ID] = a.Required
	}
	for _, q := range set.Questions() {
		// A list of items is asked once its subjects are chosen, and needed all the same.
		if !need[q.ID] && !(q.Type == standard.Items && q.Required) {
			continue
		}
		y.required++
		if _, is := filled[q.ID]; is {
			y.filled++
		} else {
			y.missing = append(y.missing, q.ID)
		}
	}
	return y, need
}

// BenchmarkPrefill says which part of the form of the newest version of the DPG
// Standard is filled in for real repositories, and how many of the values stood
// when a person settled them (settled.tsv). Nothing is asked of a forge or a
// website: a repository given by its address tells more.
func BenchmarkPrefill(b *testing.B) {
	folder := os.Getenv("STOA_CHECK_MATERIAL")
	if folder == "" {
		b.Log("STOA_CHECK_MATERIAL names no folder of repositories, so nothing was measured")
		return
	}
	library, err := standard.Load(setform.New(), os.DirFS(filepath.Join(testkit.Root(b), "standards")))
	if err != nil {
		b.Fatal(err)
	}
	set, _ := library.Find("dpg@1.1.7")
	settled := map[string][]string{} // repository and question: verdict, mark
	for _, f := range table(b, "settled.tsv", 4) {
		settled[f[0]+" "+f[1]] = f[2:]
	}
	var shown *os.File
	if name := os.Getenv("STOA_CHECK_VALUES"); name != "" { // for who settles them
		if shown, err = os.Create(name); err != nil {
			b.Fatal(err)
		}
		defer shown.Close()
	}
	shares, settledOf, standOf := map[string][]float64{}, map[string]int{}, map[string]int{} // by kind and part
	asked, filled, verdicts := map[string]int{}, map[string]int{}, map[string]map[string]int{}
	for _, m := range readMaterial(b) {
		chosen := slices.ContainsFunc(slices.Collect(maps.Keys(settled)), func(k string) bool { return strings.HasPrefix(k, m.repository+" ") })
		if only := os.Getenv("STOA_CHECK_PART"); only != "" && m.part != only || only == "" && !chosen {
			continue
		}
		dir, at := atHand(folder, m.repository)
		if !at {
			b.Logf("%s is not at hand", m.repository)
			continue
		}
		from, entries := openCommit(b, dir, m.commit, "")
		address := "https://github.com/" + m.repository
		r := Run(context.Background(), &Target{Name: address, URL: address, Commit: m.commit, FS: from, Entries: entries, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
			Address: func(path string, line int) string {
				at := address + "/blob/" + m.commit + "/" + path
				if line > 0 {
					at += fmt.Sprintf("#L%d", line)
				}
				return at
			}})
		got := Prefill(set, r)
		y, asks := askedOf(set, r.Kinds, got)
		group := m.kind + " " + m.part
		shares[group] = append(shares[group], float64(y.filled)/float64(y.required))
		for _, id := range y.missing {
			asked[id]++
		}
		if shown != nil {
			fmt.Fprintf(shown, "##### %s (%s): %d of %d; missing %s\n", m.repository, m.kind, y.filled, y.required, strings.Join(y.missing, " "))
		}
		for _, q := range set.Questions() {
			p, is := got[q.ID]
			if _, asked := asks[q.ID]; !is || !asked {
				continue
			}
			asked[q.ID]++
			filled[q.ID]++
			value := readable(p.Answer)
			verdict := "unsettled"
			if s := settled[m.repository+" "+q.ID]; s != nil && s[1] == mark(value) {
				verdict = s[0]
				settledOf[group]++
				if verdict == "stands" {
					standOf[group]++
				}
			}
			if verdicts[q.ID] == nil {
				verdicts[q.ID] = map[string]int{}
			}
			verdicts[q.ID][verdict]++
			if shown != nil {
				fmt.Fprintf(shown, "%s\t%s\t%s\t%s\n", q.ID, mark(value), verdict, strings.ReplaceAll(strings.ReplaceAll(value, address+"/blob/"+m.commit, ""), "\n", " ⏎ "))
			}
		}
	}
	for _, group := range slices.Sorted(maps.Keys(shares)) {
		s := shares[group]
		slices.Sort(s)
		fmt.Printf("%s: %d repositories, %.0f %% of the required questions filled in (median), from %.0f to %.0f %%, %d of %d settled values stand\n", group, len(s), 100*median(s), 100*s[0], 100*s[len(s)-1], standOf[group], settledOf[group])
	}
	stand, all := 0, 0
	fmt.Printf("%-24s %12s %8s %8s %8s %10s\n", "question", "filled/asked", "stands", "better", "wrong", "unsettled")
	for _, id := range slices.SortedFunc(maps.Keys(asked), func(a, c string) int { return cmp.Or(filled[c]-filled[a], strings.Compare(a, c)) }) {
		v := verdicts[id]
		fmt.Printf("%-24s %12s %8d %8d %8d %10d\n", id, fmt.Sprintf("%d/%d", filled[id], asked[id]), v["stands"], v["better"], v["wrong"], v["unsettled"])
		stand, all = stand+v["stands"], all+v["stands"]+v["better"]+v["wrong"]
	}
	fmt.Printf("%d of %d settled values stand unchanged: %.1f %%\n", stand, all, 100*float64(stand)/float64(max(all, 1)))
}

// median is the middle of shares in their order.
func median(s []float64) float64 { return (s[(len(s)-1)/2] + s[len(s)/2]) / 2 }
