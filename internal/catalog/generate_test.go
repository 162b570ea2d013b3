package catalog

import (
	"iter"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"stoa/internal/good"
)

// generator makes goods like the registry's, only more of them: the words,
// countries and organisations of texts and lists are as unevenly frequent as
// in life.
type generator struct {
	r         *rand.Rand
	words     []string
	countries []string
	licences  []string
	languages []string
}

// generated are the words of all generators.
var generated = sync.OnceValue(func() (words []string) {
	r := rand.New(rand.NewPCG(1, 7))
	syllables := strings.Fields("ba be bi bo bu da de di do du fa fe fi ga go ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo za")
	common := strings.Fields("health data open digital school water farm children village payment registry system platform mobile community learning climate map government")
	words = append(words, common...)
	for i := 0; len(words) < 150_000; i++ {
		var b strings.Builder
		for n := 2 + i%3; n > 0; n-- {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		words = append(words, b.String()+string(rune('b'+r.IntN(20))))
	}
	return words
})

func newGenerator(seed uint64) *generator {
	g := &generator{r: rand.New(rand.NewPCG(seed, 7)), words: generated()}
	for i := range 240 {
		g.countries = append(g.countries, string([]byte{'A' + byte(i/26), 'A' + byte(i%26)}))
	}
	for i := range 60 {
		g.licences = append(g.licences, "Licence-"+strconv.Itoa(i)+".0")
	}
	for i := range 120 {
		g.languages = append(g.languages, string([]byte{'a' + byte(i/26), 'a' + byte(i%26)}))
	}
	return g
}

// zipf picks one of n, the first the most often.
func (g *generator) zipf(n int) int {
	return int(math.Exp(g.r.Float64()*math.Log(float64(n)+1))) - 1
}

// word picks a word: the most frequent stand in every eighth text or so.
func (g *generator) word() string {
	const flat = 20
	n := float64(len(g.words))
	return g.words[min(int(flat*math.Exp(g.r.Float64()*math.Log(n/flat+1))-flat), len(g.words)-1)]
}

func (g *generator) text(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		if g.r.IntN(4) == 0 {
			b.WriteString([]string{"and", "of", "the", "for", "in"}[g.r.IntN(5)])
		} else {
			b.WriteString(g.word())
		}
	}
	return b.String()
}

func (g *generator) some(from []string, most int) []string {
	var out []string
	for range g.r.IntN(most + 1) {
		out = append(out, from[min(g.zipf(len(from)), len(from)-1)])
	}
	return out
}

func (g *generator) id(i int) good.ID {
	id, err := good.NewID(time.UnixMilli(1_700_000_000_000+int64(i)), fixed{byte(i)})
	if err != nil {
		panic(err)
	}
	return id
}

type fixed struct{ b byte }

func (z fixed) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = z.b
	}
	return len(p), nil
}

func (g *generator) good(i int) *good.Good {
	out := &good.Good{ID: g.id(i), Stage: good.Stages[min(g.zipf(len(good.Stages)-2), 8)], Updated: time.Unix(1_700_000_000+int64(g.r.IntN(50_000_000)), 0).UTC(), Position: int64(i)}
	out.Name = strings.ToUpper(g.words[g.r.IntN(len(g.words))]) + " " + g.word()
	out.Slug = good.Slugify(out.Name)
	if g.r.IntN(3) == 0 {
		out.Aliases = []string{g.words[g.r.IntN(len(g.words))]}
	}
	out.Summary = good.Text{"en": g.text(20 + g.r.IntN(30))}
	out.Kinds = []good.Kind{good.Kinds[min(g.zipf(5), 4)]}
	for range 1 + g.r.IntN(3) {
		out.Goals = append(out.Goals, good.Goal{SDG: 1 + min(g.zipf(17), 16)})
	}
	out.Sectors = []string{g.words[20+min(g.zipf(20), 19)]}
	for _, c := range g.some(g.countries, 6) {
		out.Deployments = append(out.Deployments, good.Deployment{Country: c})
	}
	out.DevelopedIn = g.some(g.countries, 2)
	out.Licences = []good.Licence{{SPDX: g.licences[min(g.zipf(len(g.licences)), len(g.licences)-1)]}}
	out.Languages = g.some(g.languages, 3)
	out.Parties = []good.Party{{Name: "Org " + g.words[min(g.zipf(50_000), 49_999)], Role: good.Owner}}
	out.Website = "https://" + good.Slugify(out.Name) + ".example.org"
	return out
}

func (g *generator) goods(n int) iter.Seq2[*good.Good, error] {
	return func(yield func(*good.Good, error) bool) {
		for i := range n {
			if !yield(g.good(i), nil) {
				return
			}
		}
	}
}
