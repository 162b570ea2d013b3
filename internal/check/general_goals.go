package check

import (
	"bytes"
	"strconv"
	"strings"

	"stoa/internal/check/prose"
	"stoa/internal/check/subject"
	"stoa/internal/finding"
	"stoa/internal/lazy"
)

// goalNamed is how a text names a goal of sustainable development.
var goalNamed = lazy.New(`(?i)(?:\bSDGs?|\bSustainable Development Goals?|\bODS|\bODD|ЦУР|可持续发展目标|أهداف? التنمية المستدامة)[\s#:_-]*(?:number |no\.? |goal )?((?:1[0-7]|[1-9])(?:\s*(?:,|and|&|y|et|и|、)\s*(?:SDG\s*)?(?:1[0-7]|[1-9]))*)(?:[^\d%]|$)|sdgs\.un\.org/goals/goal(1[0-7]|[1-9])\b`)

var number = lazy.New(`\d+`)

// goals takes the goals that a text names by number. A goal that stands only
// in a list of all is no more than a list.
func (g *general) goals(f *File, rank int) {
	found := map[string]int{}
	for _, m := range goalNamed.FindAllSubmatchIndex(f.Text, 200) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		for _, n := range number.FindAll(f.Text[from:to], -1) {
			if _, seen := found[string(n)]; !seen {
				found[string(n)] = f.Line(from)
			}
		}
	}
	if len(found) > 8 {
		return
	}
	for n := 1; n <= 17; n++ {
		line, is := found[strconv.Itoa(n)]
		if have, known := g.named[n]; is && (!known || rank < have.rank) {
			g.named[n] = hit{at: f.At(line), rank: rank}
		}
	}
}

// said is a text that tells what the good is, and where it stands.
type said struct {
	text string
	at   finding.Evidence
}

// How many paragraphs of a front page, and letters of a text, tell what a good
// is for: further down a page tells other things.
const (
	mostParagraphs = 3
	mostTold       = 700
)

// tells takes a text that says what the good is.
func (g *general) tells(text string, at finding.Evidence) {
	if r := []rune(text); len(r) > mostTold {
		text = string(r[:mostTold])
	}
	if text != "" && len(g.about) < 20 {
		g.about = append(g.about, said{text, at})
	}
}

// topics takes the words by which a file made to describe a good has it found.
func (g *general) topics(f *File, doc map[string]any) {
	var words []string
	for _, key := range []string{"keywords", "categories"} {
		switch list := doc[key].(type) {
		case string:
			words = append(words, list)
		case []any:
			for _, w := range list {
				if s, ok := w.(string); ok {
					words = append(words, s)
				}
			}
		}
	}
	g.tells(strings.Join(words, ", "), f.At(0))
}

// notSaid is what of a text in Markdown or HTML people do not read.
var notSaid = lazy.New(`<[^>]*>|!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|\]:\s*\S+|https?://\S+|(?s:\x60{3}.*?\x60{3})`)

// subjects takes what the front page says the good is for: its first two
// headings, what stands before the second part, and the paragraphs further down
// that tell what it is.
func (g *general) subjects(f *File, d *prose.Doc, name string) {
	ends := len(f.Text)
	for i, h := range d.Headings[:min(len(d.Headings), 2)] {
		if h.Line < 15 {
			g.tells(h.Text, f.At(h.Line))
		}
		if i == 1 {
			for ends = 0; f.Line(ends) < h.Line; ends++ {
				if next := bytes.IndexByte(f.Text[ends:], '\n'); next >= 0 {
					ends += next
				} else {
					ends = len(f.Text)
					break
				}
			}
		}
	}
	g.tells(notSaid.ReplaceAllString(string(f.Text[:min(ends, 3*mostTold)]), " "), f.At(1))
	taken := 0
	for _, l := range d.Leads {
		if taken < mostParagraphs && g.tellsWhat(d, l.Line, name) {
			taken++
			g.tells(l.Text, f.At(l.Line))
		}
	}
}

// goalsFound are the goals that are named by number; where none is, those that
// what is said of the good is about.
func (g *general) goalsFound(t *Target) finding.Finding {
	f := unknown("general.goals", "probe.fact.none")
	for n := 1; n <= 17; n++ {
		if h, is := g.named[n]; is {
			f.State, f.Confidence = finding.Met, finding.Medium
			f.Values, f.Evidence = append(f.Values, strconv.Itoa(n)), append(f.Evidence, h.at)
		}
	}
	if len(f.Values) > 0 {
		f.Why = finding.Say("probe.fact", "Value", strings.Join(f.Values, ", "), "Where", f.Evidence[0].Path)
		return f
	}
	if t.Forge != nil {
		g.tells(strings.ReplaceAll(strings.Join(t.Forge.Topics, ", "), "-", " "), finding.Evidence{URL: t.URL})
	}
	if t.URL != "" {
		g.tells(strings.Join(g.called[min(g.owned, len(g.called)):], " "), finding.Evidence{URL: t.URL})
	}
	texts := make([]string, len(g.about))
	for i, s := range g.about {
		texts[i] = s.text
	}
	var words []string
	for _, m := range subject.Goals(texts...) {
		f.State, f.Confidence = finding.Met, finding.Medium
		f.Values, f.Evidence = append(f.Values, strconv.Itoa(m.Goal)), append(f.Evidence, g.about[m.Texts[0]].at)
		for _, w := range m.Words[:min(len(m.Words), 3)] {
			words = append(words, strings.TrimSuffix(w, "*"))
		}
	}
	if len(f.Values) > 0 {
		f.Why = finding.Say("probe.goals.subject", "Where", f.Evidence[0].Path+f.Evidence[0].URL, "Words", words)
	}
	return f
}
