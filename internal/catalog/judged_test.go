package catalog

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// judgement is one query with the goods a person would want for it.
type judgement struct {
	lang, query string
	grades      map[good.ID]int
}

func judgements(t testing.TB) []judgement {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testkit.Root(t), "testdata", "judged.tsv"))
	testkit.Need(t, "judged queries", err == nil)
	var out []judgement
	for line := range strings.Lines(string(b)) {
		cols := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(cols) != 3 || cols[0] == "lang" {
			continue
		}
		j := judgement{lang: cols[0], query: cols[1], grades: map[good.ID]int{}}
		for pair := range strings.SplitSeq(cols[2], ",") {
			slug, grade, _ := strings.Cut(strings.TrimSpace(pair), "=")
			n, err := strconv.Atoi(grade)
			if err != nil {
				t.Fatalf("judged query %q: %v", j.query, err)
			}
			j.grades[good.ID(slug)] = n
		}
		out = append(out, j)
	}
	return out
}

// builtIn reads the built-in catalogue's goods; their ids are their slugs.
func builtIn(t testing.TB) []*good.Good {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join(testkit.Root(t), "catalogue", "goods", "*.json"))
	testkit.Need(t, "the built-in catalogue", len(names) > 0)
	var out []*good.Good
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var f struct {
			ForeignID string     `json:"foreign_id"`
			Facts     good.Facts `json:"facts"`
		}
		if err := json.Unmarshal(b, &f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		g := &good.Good{ID: good.ID(f.ForeignID), Slug: f.ForeignID, Stage: good.Nominated, Facts: f.Facts}
		if f.Facts.Standing != nil {
			g.Stage = f.Facts.Standing.State
		}
		out = append(out, g)
	}
	return out
}

// ndcg is the normalised discounted cumulative gain of the first ten.
func ndcg(got []good.ID, grades map[good.ID]int) float64 {
	gain := func(grade, place int) float64 { return (math.Exp2(float64(grade)) - 1) / math.Log2(float64(place)+2) }
	sum, best := 0.0, 0.0
	for i, id := range got[:min(len(got), 10)] {
		sum += gain(grades[id], i)
	}
	var ideal []int
	for _, grade := range grades {
		ideal = append(ideal, grade)
	}
	slices.Sort(ideal)
	slices.Reverse(ideal)
	for i, grade := range ideal[:min(len(ideal), 10)] {
		best += gain(grade, i)
	}
	if best == 0 {
		return 1
	}
	return sum / best
}

// plainBM25 is the ranking to beat: words between spaces, one field.
type plainBM25 struct {
	goods  []*good.Good
	counts []map[string]int
	length []int
	df     map[string]int
	mean   float64
}

func newPlainBM25(goods []*good.Good) *plainBM25 {
	p := &plainBM25{goods: goods, df: map[string]int{}}
	for _, g := range goods {
		texts := append([]string{g.Name}, g.Aliases...)
		for _, party := range g.Parties {
			texts = append(texts, party.Name)
		}
		for _, id := range g.Identifiers {
			texts = append(texts, id)
		}
		for _, s := range g.Summary {
			texts = append(texts, s)
		}
		texts = append(texts, g.Sectors...)
		for _, goal := range g.Goals {
			texts = append(texts, goal.Relevance)
		}
		texts = append(texts, g.Standards...)
		words := strings.Fields(strings.ToLower(strings.Join(texts, " ")))
		counts := map[string]int{}
		for _, w := range words {
			counts[w]++
		}
		for w := range counts {
			p.df[w]++
		}
		p.counts, p.length = append(p.counts, counts), append(p.length, len(words))
		p.mean += float64(len(words)) / float64(len(goods))
	}
	return p
}

func (p *plainBM25) search(text string) []good.ID {
	type scored struct {
		id    good.ID
		score float64
	}
	var list []scored
	for i, g := range p.goods {
		score := 0.0
		for _, w := range strings.Fields(strings.ToLower(text)) {
			tf, df := float64(p.counts[i][w]), float64(p.df[w])
			idf := math.Log(1 + (float64(len(p.goods))-df+0.5)/(df+0.5))
			score += idf * tf * 2.2 / (tf + 1.2*(0.25+0.75*float64(p.length[i])/p.mean))
		}
		if score > 0 {
			list = append(list, scored{g.ID, score})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		if a.score > b.score {
			return -1
		}
		if a.score < b.score {
			return 1
		}
		return 0
	})
	var out []good.ID
	for _, s := range list {
		out = append(out, s.id)
	}
	return out
}

// judge is the mean gain of both rankings, over all queries and by language.
func judge(t testing.TB) (ours, plain map[string]float64) {
	t.Helper()
	goods, list := builtIn(t), judgements(t)
	s, err := Build(sequence(goods), 0)
	if err != nil {
		t.Fatal(err)
	}
	bm25 := newPlainBM25(goods)
	ours, plain = map[string]float64{}, map[string]float64{}
	n := map[string]float64{}
	for _, j := range list {
		a := ndcg(cardIDs(s.Search(good.Query{Text: j.query, Lang: j.lang, Sort: good.ByRelevance, Limit: 10}).Cards), j.grades)
		b := ndcg(bm25.search(j.query), j.grades)
		for _, key := range []string{"all", j.lang} {
			ours[key] += a
			plain[key] += b
			n[key]++
		}
		if testing.Verbose() && a < 0.7 {
			t.Logf("%.2f (plain %.2f) %s %q", a, b, j.lang, j.query)
		}
	}
	for key := range n {
		ours[key] /= n[key]
		plain[key] /= n[key]
	}
	return ours, plain
}

// TestJudgedQueriesFindWhatPeopleWant holds the ranking to queries in six
// languages that were judged before it was made.
func TestJudgedQueriesFindWhatPeopleWant(t *testing.T) {
	ours, plain := judge(t)
	for key := range ours {
		t.Logf("%s: nDCG@10 %.3f, plain BM25 %.3f", key, ours[key], plain[key])
	}
	if ours["all"] < 0.85 {
		t.Errorf("nDCG@10 is %.3f, want 0.85", ours["all"])
	}
	if ours["all"] <= plain["all"] {
		t.Errorf("nDCG@10 is %.3f, plain BM25 has %.3f", ours["all"], plain["all"])
	}
}

// BenchmarkJudged prints the quality of the ranking and of plain BM25 over the
// same goods, queries and fields.
func BenchmarkJudged(b *testing.B) {
	var ours, plain map[string]float64
	for b.Loop() {
		ours, plain = judge(b)
	}
	for key := range ours {
		b.ReportMetric(ours[key], fmt.Sprintf("nDCG@10-%s", key))
		b.ReportMetric(plain[key], fmt.Sprintf("nDCG@10-%s-plain", key))
	}
}
