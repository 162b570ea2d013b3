package needs_test

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/need"
	"stoa/internal/testkit"
)

// judged is a need with what two gradings say of goods.
type judged struct {
	id     string
	ask    need.Ask
	apart  bool
	grades [2]map[good.ID]int
}

// mean is what a good is worth to the need by both gradings.
func (j judged) mean(id good.ID) float64 { return float64(j.grades[0][id]+j.grades[1][id]) / 2 }

// lines reads a file of the judged set.
func lines(t testing.TB, name string, each func(cols []string)) {
	t.Helper()
	in, err := os.Open(filepath.Join(testkit.Root(t), "testdata", "needs", name))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for s := bufio.NewScanner(in); s.Scan(); {
		if !strings.HasPrefix(s.Text(), "#") {
			each(strings.Split(s.Text(), "\t"))
		}
	}
}

// pairs reads "a=3,b=1".
func pairs(t testing.TB, s string, each func(key string, grade int)) {
	t.Helper()
	for p := range strings.SplitSeq(s, ",") {
		key, grade, _ := strings.Cut(p, "=")
		n, err := strconv.Atoi(grade)
		if err != nil || n < 1 || n > 3 {
			t.Fatalf("%q is no grade", p)
		}
		each(key, n)
	}
}

func judgedNeeds(t testing.TB) []judged {
	t.Helper()
	var out []judged
	at := map[string]int{}
	lines(t, "needs.tsv", func(cols []string) {
		j := judged{id: cols[0], ask: need.Ask{Lang: cols[1], Problem: cols[2]}, apart: len(out)%3 == 2}
		for field := range strings.SplitSeq(cols[3], ";") {
			key, values, _ := strings.Cut(field, "=")
			list := strings.Split(values, ",")
			switch key {
			case "sectors":
				j.ask.Sectors = list
			case "blocks":
				j.ask.Blocks = list
			case "standards":
				j.ask.Standards = list
			case "kinds":
				for _, k := range list {
					j.ask.Kinds = append(j.ask.Kinds, good.Kind(k))
				}
			case "must":
				for _, m := range list {
					j.ask.Musts = append(j.ask.Musts, need.Must(m))
				}
			case "sdgs":
				for _, s := range list {
					n, _ := strconv.Atoi(s)
					j.ask.SDGs = append(j.ask.SDGs, n)
				}
			}
		}
		if err := j.ask.Check(); err != nil {
			t.Fatalf("%s: %v", j.id, err)
		}
		for i := range j.grades {
			j.grades[i] = map[good.ID]int{}
		}
		at[j.id], out = len(out), append(out, j)
	})
	for grader, file := range []string{"by-need.tsv", "by-second.tsv"} {
		lines(t, file, func(cols []string) {
			pairs(t, cols[1], func(id string, n int) { out[at[cols[0]]].grades[grader][good.ID(id)] = n })
		})
	}
	return out
}

// register is the newest register of the DPGA, each good under its id there.
func register(t testing.TB) (*catalog.Snapshot, map[good.ID]*good.Good) {
	t.Helper()
	in, err := harvest.Open(filepath.Join(testkit.RealData(t), "dpga", "registry-2026", "dpgs.json"), "")
	if err != nil {
		t.Fatal(err)
	}
	goods := map[good.ID]*good.Good{}
	var list []*good.Good
	for c, err := range in.Each {
		if err != nil {
			t.Fatal(err)
		}
		id := good.ID(c.ForeignID)
		goods[id] = &good.Good{ID: id, Slug: c.ForeignID, Stage: good.Recognised, Facts: c.Facts}
		list = append(list, goods[id])
	}
	slices.SortFunc(list, func(a, b *good.Good) int { return cmp.Compare(a.ID, b.ID) })
	s, err := catalog.Build(func(yield func(*good.Good, error) bool) {
		for _, g := range list {
			if !yield(g, nil) {
				return
			}
		}
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s, goods
}

// ndcg is the normalised discounted cumulative gain of the first ten.
func (j judged) ndcg(got []good.ID) float64 {
	gain := func(grade float64, place int) float64 { return (math.Exp2(grade) - 1) / math.Log2(float64(place)+2) }
	all := map[good.ID]bool{}
	for _, g := range j.grades {
		for id := range g {
			all[id] = true
		}
	}
	var ideal []float64
	for id := range all {
		ideal = append(ideal, j.mean(id))
	}
	slices.SortFunc(ideal, func(a, b float64) int { return cmp.Compare(b, a) })
	sum, best := 0.0, 0.0
	for i, id := range got[:min(len(got), 10)] {
		sum += gain(j.mean(id), i)
	}
	for i, grade := range ideal[:min(len(ideal), 10)] {
		best += gain(grade, i)
	}
	return sum / best
}

func ranked(s *catalog.Snapshot, goods map[good.ID]*good.Good, a need.Ask) []good.ID {
	var out []good.ID
	for _, r := range a.Rank(s.Answer(a.Question(), 40), goods) {
		out = append(out, r.Good.ID)
	}
	return out
}

func searched(s *catalog.Snapshot, a need.Ask) []good.ID {
	var out []good.ID
	for _, c := range s.Search(good.Query{Text: a.Problem, Lang: a.Lang, Sort: good.ByRelevance, Limit: 10}).Cards {
		out = append(out, c.ID)
	}
	return out
}

// bm25 is the plainest text search there is: words between spaces, any of
// them, ranked by BM25 over all that is told of a good.
func bm25(goods map[good.ID]*good.Good) func(text string) []good.ID {
	counts, length, df, whole := map[good.ID]map[string]int{}, map[good.ID]int{}, map[string]int{}, 0
	for id, g := range goods {
		texts := append([]string{g.Name}, g.Aliases...)
		for _, s := range g.Summary {
			texts = append(texts, s)
		}
		for _, goal := range g.Goals {
			texts = append(texts, goal.Relevance)
		}
		texts = append(append(texts, g.Sectors...), g.Standards...)
		counts[id] = map[string]int{}
		for _, w := range strings.Fields(strings.ToLower(strings.Join(texts, " "))) {
			if counts[id][w]++; counts[id][w] == 1 {
				df[w]++
			}
			length[id]++
			whole++
		}
	}
	n := float64(len(goods))
	return func(text string) []good.ID {
		score := map[good.ID]float64{}
		for _, w := range strings.Fields(strings.ToLower(text)) {
			for id, have := range counts {
				if tf := float64(have[w]); tf > 0 {
					idf := math.Log(1 + (n-float64(df[w])+0.5)/(float64(df[w])+0.5))
					score[id] += idf * tf * 2.2 / (tf + 1.2*(0.25+0.75*float64(length[id])/(float64(whole)/n)))
				}
			}
		}
		return slices.SortedFunc(maps.Keys(score), func(a, b good.ID) int {
			return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b))
		})
	}
}

// interval is the 95 % interval of the mean of differences, by a paired
// bootstrap that always draws the same.
func interval(diff []float64) (low, high float64) {
	seed := sha256.Sum256([]byte("needs"))
	r := rand.New(rand.NewChaCha8(seed))
	means := make([]float64, 10_000)
	for i := range means {
		for range diff {
			means[i] += diff[r.IntN(len(diff))] / float64(len(diff))
		}
	}
	slices.Sort(means)
	return means[len(means)*25/1000], means[len(means)*975/1000]
}

func mean(list []float64) (m float64) {
	for _, v := range list {
		m += v / float64(len(list))
	}
	return m
}

// TestJudgedNeedsAreAnsweredBetterThanBySearch holds the ranking to needs in
// six languages that were judged before it was made, against the better of two
// text searches for the same words: the catalogue's own and plain BM25.
func TestJudgedNeedsAreAnsweredBetterThanBySearch(t *testing.T) {
	s, goods := register(t)
	list, plain := judgedNeeds(t), bm25(goods)
	for _, set := range []struct {
		name string
		in   func(judged) bool
	}{{"all", func(judged) bool { return true }}, {"tuned", func(j judged) bool { return !j.apart }}, {"held apart", func(j judged) bool { return j.apart }}} {
		var ours, bare, own, simple, diff []float64
		for _, j := range list {
			if !set.in(j) {
				continue
			}
			ours = append(ours, j.ndcg(ranked(s, goods, j.ask)))
			bare = append(bare, j.ndcg(ranked(s, goods, need.Ask{Problem: j.ask.Problem, Lang: j.ask.Lang})))
			own, simple = append(own, j.ndcg(searched(s, j.ask))), append(simple, j.ndcg(plain(j.ask.Problem)))
		}
		text := own
		if mean(simple) > mean(own) {
			text = simple
		}
		for i := range ours {
			diff = append(diff, ours[i]-text[i])
		}
		low, high := interval(diff)
		t.Logf("%s, %d needs: nDCG@10 %.3f (words alone %.3f), the catalogue's search %.3f, plain BM25 %.3f; difference %.3f, 95 %% interval %.3f to %.3f",
			set.name, len(ours), mean(ours), mean(bare), mean(own), mean(simple), mean(diff), low, high)
		if mean(diff) < 0.10 || low <= 0 {
			t.Errorf("%s: the ranking is %.3f better than text search (from %.3f), want 0.10 and an interval above 0", set.name, mean(diff), low)
		}
	}
}

// agreement is Cohen's kappa of two gradings over some pairs of need and good,
// by squared distance where weighted.
func agreement(pairs [][2]int, weighted bool) float64 {
	var both [4][4]float64
	n := float64(len(pairs))
	var a, b [4]float64
	for _, p := range pairs {
		both[p[0]][p[1]] += 1 / n
		a[p[0]] += 1 / n
		b[p[1]] += 1 / n
	}
	seen, chance := 0.0, 0.0
	for i := range 4 {
		for k := range 4 {
			off := 1.0
			if i == k {
				off = 0
			} else if weighted {
				off = float64((i-k)*(i-k)) / 9
			}
			seen += off * both[i][k]
			chance += off * a[i] * b[k]
		}
	}
	return 1 - seen/chance
}

// TestTheTwoGradingsAgree prints how far, over all pairs of need and good, and
// over those alone that one of the gradings names.
func TestTheTwoGradingsAgree(t *testing.T) {
	_, goods := register(t)
	list := judgedNeeds(t)
	apart := 0
	var every, named [][2]int
	for _, j := range list {
		if j.apart {
			apart++
		}
		best := 0
		for _, grades := range j.grades {
			for id, n := range grades {
				if goods[id] == nil {
					t.Errorf("%s names %s, which is not in the register", j.id, id)
				}
				best = max(best, n)
			}
		}
		if best < 2 {
			t.Errorf("nothing answers %s", j.id)
		}
		for id := range goods {
			p := [2]int{j.grades[0][id], j.grades[1][id]}
			if every = append(every, p); p != [2]int{} {
				named = append(named, p)
			}
		}
	}
	if len(list) < 60 || apart < 20 {
		t.Errorf("%d needs, %d of them apart, want 60 and 20", len(list), apart)
	}
	same := 0
	for _, p := range named {
		if p[0] == p[1] {
			same++
		}
	}
	plain, weighted := agreement(every, false), agreement(every, true)
	t.Logf("%d needs, %d held apart; %d pairs named by either, %d with the same grade; Cohen's kappa over all %d pairs %.3f, weighted by squares %.3f; over the named ones %.3f",
		len(list), apart, len(named), same, len(every), plain, weighted, agreement(named, true))
	if weighted < 0.6 {
		t.Errorf("the gradings agree by %.3f, want 0.6", weighted)
	}
}
