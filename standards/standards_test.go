package standards

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"

	"stoa/internal/check"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/vocab"
)

func library(t *testing.T) *standard.Library {
	t.Helper()
	l, err := standard.Load(shape.New(), FS)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func find(t *testing.T, key string) *standard.Set {
	t.Helper()
	s, ok := library(t).Find(key)
	if !ok {
		t.Fatalf("there is no %s", key)
	}
	return s
}

func TestTheSetsThatCome(t *testing.T) {
	var keys []string
	for _, s := range library(t).Sets() {
		keys = append(keys, s.Key())
	}
	if want := []string{"dpg@1.1.7", "dpg@1.1.6", "maturity@1.0", "readiness@1.0"}; !slices.Equal(keys, want) {
		t.Errorf("sets %v, want %v", keys, want)
	}
	var ids []string
	for _, i := range find(t, "dpg").Judged() {
		ids = append(ids, i.ID)
	}
	if want := strings.Fields("1 2 3 4 5 6 7 8 9a 9b 9c"); !slices.Equal(ids, want) {
		t.Errorf("the DPG Standard judges %v, want %v", ids, want)
	}
}

// textsOf are all texts of a set, found without knowing where they are.
func textsOf(t *testing.T, s *standard.Set) []good.Text {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var out []good.Text
	var walk func(v any)
	walk = func(v any) {
		switch x := v.(type) {
		case []any:
			for _, e := range x {
				walk(e)
			}
		case map[string]any:
			if _, isText := x["en"].(string); isText {
				text := good.Text{}
				for lang, s := range x {
					text[lang], _ = s.(string)
				}
				out = append(out, text)
				return
			}
			for _, e := range x {
				walk(e)
			}
		}
	}
	walk(v)
	return out
}

var scripts = map[string]*unicode.RangeTable{"ar": unicode.Arabic, "zh": unicode.Han, "ru": unicode.Cyrillic, "fr": unicode.Latin, "es": unicode.Latin}

func TestEveryTextIsInEveryLanguage(t *testing.T) {
	for _, s := range library(t).Sets() {
		n := 0
		for _, text := range textsOf(t, s) {
			n++
			for lang, script := range scripts {
				switch said := text[lang]; {
				case said == "":
					t.Errorf("%s: %q is not said in %s", s.Key(), text["en"], lang)
				case strings.HasPrefix(text["en"], "https://") && !strings.Contains(text["en"], " "):
				case said == text["en"] && said != "Documentation":
					t.Errorf("%s: %q is left in English in %s", s.Key(), said, lang)
				case !strings.ContainsFunc(said, func(r rune) bool { return unicode.Is(script, r) }):
					t.Errorf("%s: %q is not in the script of %s", s.Key(), said, lang)
				case strings.HasSuffix(text["en"], "?") != strings.ContainsAny(said[len(said)-min(4, len(said)):], "?？؟"):
					t.Errorf("%s: %q is a question in one of English and %s: %q", s.Key(), text["en"], lang, said)
				}
			}
		}
		if n < 60 {
			t.Errorf("%s has only %d texts", s.Key(), n)
		}
	}
}

func TestEachKindIsHelpedAndLicensed(t *testing.T) {
	for _, key := range []string{"dpg@1.1.7", "dpg@1.1.6"} {
		s := find(t, key)
		for _, k := range good.Kinds {
			helped := slices.ContainsFunc(s.Questions(), func(q standard.Question) bool { return len(q.HelpBy[k]) > 0 })
			if !helped || len(s.Licences[k]) == 0 {
				t.Errorf("%s says nothing to the kind %s", key, k)
			}
			for _, l := range vocab.Licences() {
				if !l.Deprecated && l.Accepts(k) != slices.Contains(s.Licences[k], l.ID) {
					t.Errorf("%s and the list of licences differ in %s for %s", key, l.ID, k)
				}
			}
		}
		for _, i := range s.Judged() {
			for _, q := range i.Questions {
				if authorised := i.ID >= "7"; (q.By == standard.Authorised) != authorised {
					t.Errorf("%s: %s may be answered by %s", key, q.ID, q.By)
				}
			}
		}
	}
}

// answers of a sound piece of software.
func software() standard.Answers {
	text := func(s string) standard.Answer { return standard.Answer{Text: s} }
	link := standard.Answer{Links: []good.Link{{URL: "https://example.org/x"}}}
	chosen := func(c ...string) standard.Answer { return standard.Answer{Choices: c} }
	return standard.Answers{
		"general.name": text("Sounder"), "general.kinds": chosen("software"), "general.summary": text("It measures."), "general.website": link, "general.source": link,
		"sdg.goals": chosen("6"), "sdg.relevance": {Items: map[string]string{"6": "It finds clean water."}},
		"licence.licences": chosen("EUPL-1.2"), "licence.evidence": link,
		"owner.name": text("Sounder Foundation"), "owner.evidence": link, "owner.country": chosen("KE"), "owner.all": chosen("yes"),
		"platform.closed": chosen("no"), "docs.links": link, "data.handles": chosen("no"),
		"law.list": text("GDPR"), "law.evidence": link, "standards.open": text("HTTP"), "standards.practices": text("Review"),
		"privacy.personal": chosen("none"), "content.handled": chosen("none"), "harassment.interact": chosen("no"),
	}
}

func TestTheStandardAsksWhatItShould(t *testing.T) {
	now := find(t, "dpg@1.1.7")
	if gaps := now.Gaps([]good.Kind{good.Software}, software()); len(gaps) > 0 {
		t.Errorf("sound software has gaps: %+v", gaps)
	}
	gaps := func(s *standard.Set, k good.Kind, change func(standard.Answers)) string {
		a := software()
		change(a)
		var out []string
		for _, g := range s.Gaps([]good.Kind{k}, a) {
			out = append(out, g.Question+" "+strings.TrimPrefix(g.Key, "standard.gap."))
		}
		return strings.Join(out, ", ")
	}
	none := func(standard.Answers) {}
	for _, c := range []struct {
		key    string
		kind   good.Kind
		change func(standard.Answers)
		want   string
	}{
		{"dpg@1.1.7", good.AI, none, "licence.ai-data missing, licence.ai-code missing, licence.ai-model missing"},
		{"dpg@1.1.7", good.Data, none, "licence.licences licence, licence.whole missing"},
		{"dpg@1.1.7", good.Content, func(a standard.Answers) {
			a["licence.licences"] = standard.Answer{Choices: []string{"CC-BY-NC-4.0"}}
			a["licence.whole"] = standard.Answer{Choices: []string{"no"}}
		}, "licence.whole must"},
		{"dpg@1.1.6", good.Content, func(a standard.Answers) {
			a["licence.licences"] = standard.Answer{Choices: []string{"CC-BY-SA-4.0"}}
		}, ""},
		{"dpg@1.1.7", good.Standard, none, "licence.implementing missing, platform.implementations missing, standards.governance missing"},
		{"dpg@1.1.7", good.Software, func(a standard.Answers) {
			a["platform.closed"], a["data.handles"], a["harassment.interact"] = standard.Answer{Choices: []string{"yes"}}, standard.Answer{Choices: []string{"yes"}}, standard.Answer{Choices: []string{"yes"}}
			a["privacy.personal"], a["content.handled"], a["owner.all"] = standard.Answer{Choices: []string{"stored"}}, standard.Answer{Choices: []string{"collected"}}, standard.Answer{Choices: []string{"no"}}
			delete(a, "sdg.relevance")
		}, "sdg.relevance missing, owner.rights missing, platform.alternatives missing, data.export missing, privacy.types missing, privacy.security missing, content.types missing, content.moderation missing, harassment.protection missing"},
	} {
		if got := gaps(find(t, c.key), c.kind, c.change); got != c.want {
			t.Errorf("%s, %s: gaps\n%s, want\n%s", c.key, c.kind, got, c.want)
		}
	}
}

func TestWhatTheNextRenewalNewlyAsks(t *testing.T) {
	old, now := find(t, "dpg@1.1.6"), find(t, "dpg@1.1.7")
	for kind, want := range map[good.Kind]string{
		good.Software: "", good.Standard: "", good.Data: "licence.whole", good.Content: "licence.whole",
		good.AI: "licence.ai-data licence.ai-code licence.ai-model",
	} {
		a := software()
		if kind != good.Data && kind != good.Content {
			delete(a, "owner.all") // 1.1.6 asks it of data and content alone
		}
		c := standard.Carry(old, now, []good.Kind{kind}, a)
		var asked []string
		for _, q := range c.New {
			if q.Question.ID != "owner.all" {
				asked = append(asked, q.Question.ID)
			}
		}
		if got := strings.Join(asked, " "); got != want || len(c.Lost) > 0 {
			t.Errorf("%s: newly asked %q, want %q; lost %v", kind, got, want, c.Lost)
		}
	}
}

func TestASetOfAnotherShape(t *testing.T) {
	s := find(t, "maturity")
	tops := 0
	for _, i := range s.Indicators {
		if i.Parent == "" {
			tops++
		}
	}
	if tops != 5 || len(s.Levels) != 3 || len(s.Judged()) != 15 || !s.Advisory || len(s.Licences) > 0 {
		t.Errorf("%d pillars, %d levels, %d criteria, advisory %t", tops, len(s.Levels), len(s.Judged()), s.Advisory)
	}
	a := standard.Answers{}
	for _, q := range s.Questions() {
		if q.Type == standard.YesNo {
			a[q.ID] = standard.Answer{Choices: []string{"yes"}}
		} else {
			a[q.ID] = standard.Answer{Links: []good.Link{{URL: "https://example.org"}}}
		}
	}
	a["funding.sources"] = standard.Answer{Choices: []string{"no"}}
	delete(a, "funding.sources.evidence")
	met := map[string]bool{}
	for _, i := range s.Judged() {
		met[i.ID] = s.Met(i.ID, a)
	}
	if got := s.Grade(met); got["funding"] != "begun" || got["quality"] != "lasting" {
		t.Errorf("levels %v", got)
	}
	if gaps := s.Gaps(nil, a); len(gaps) > 0 {
		t.Errorf("a level out of reach is no gap: %v", gaps)
	}
}

func TestARenewalNamesTheVersionInForce(t *testing.T) {
	l := library(t)
	to, newly := l.Renewal("dpg@1.1.6", []good.Kind{good.AI})
	if to == nil || to.Version != "1.1.7" || len(newly) != 4 || newly[0].ID != "licence.ai-data" {
		t.Errorf("%v %v", to, newly)
	}
	for _, pinned := range []string{"dpg@1.1.7", "dpg@9", "", "maturity@1.0"} {
		if to, newly := l.Renewal(pinned, nil); to != nil || len(newly) > 0 {
			t.Errorf("%q is renewed by %v", pinned, to)
		}
	}
}

func TestQuestionsAreSeenByProbesThatThereAre(t *testing.T) {
	known, named := check.IDs(), 0
	for _, s := range library(t).Sets() {
		for _, q := range s.Questions() {
			for _, p := range q.SeenBy {
				named++
				if !slices.Contains(known, p) {
					t.Errorf("%s: question %s is seen by %s, and there is no such probe", s.Key(), q.ID, p)
				}
			}
		}
	}
	if named == 0 {
		t.Error("no question is seen by any probe")
	}
}
