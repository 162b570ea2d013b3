package analysis

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestSpellingsOfAWordAreOne(t *testing.T) {
	for _, same := range [][]string{
		{"Éducation", "education", "ÉDUCATION", "e\u0301ducation", "ｅｄｕｃａｔｉｏｎ"},
		{"Straße", "strasse", "STRASSE"},
		{"Ёлка", "елка", "ЕЛКА"},
		{"أمراض", "امراض", "أمْراض", "أمـــراض"},
		{"صحة", "صحه"},
		{"مستشفى", "مستشفي"},
		{"کتاب", "كتاب"},
		{"٢٠٢٦", "2026", "۲۰۲۶", "२०२६"},
		{"soft\u00adware", "software", "soft\u200bware", "\u202bsoftware\u202c"},
		{"Łódź", "lodz"},
		{"open-source", "open source", "Open/Source", "  open,source! "},
		{"ﬁnance", "finance"},
		{"疫苗", "疫苗"},
	} {
		for _, s := range same[1:] {
			if Key(s) != Key(same[0]) {
				t.Errorf("%q is %q, %q is %q", s, Key(s), same[0], Key(same[0]))
			}
		}
	}
	for _, other := range [][2]string{{"किताब", "कताब"}, {"health", "wealth"}, {"疫苗", "苗疫"}} {
		if Key(other[0]) == Key(other[1]) {
			t.Errorf("%q and %q are one", other[0], other[1])
		}
	}
}

func stems(text, tag string) []string {
	var out []string
	NewStemmer().Words(text, tag, func(w Word) { out = append(out, w.Stem) })
	return out
}

func TestFormsOfAWordShareAStem(t *testing.T) {
	for _, c := range []struct {
		tag   string
		forms string
	}{
		{"en", "vaccination vaccinations"}, {"en", "farmer farmers"}, {"fr", "agriculteur agriculteurs"}, {"fr", "numérique numériques"},
		{"es", "escuela escuelas"}, {"es", "educativo educativa educativos"}, {"ru", "регистрация регистрации регистрацию"}, {"ru", "школа школы школе"}, {"ar", "المدرسة مدرسة"},
	} {
		got := stems(c.forms, c.tag)
		if got[0] == "" || len(slices.Compact(got)) != 1 {
			t.Errorf("%s %q: %q", c.tag, c.forms, got)
		}
	}
}

func TestNamesAreKnownByTheirParts(t *testing.T) {
	for name, want := range map[string][]string{
		"OpenMRS": {"open", "mrs"}, "DHIS2": {"dhis", "2"}, "District Health Information Software": {"dhis"}, "HTMLParser": {"html", "parser"}, "plain words": nil, "ODK": nil, "Fonds für Bildung": nil,
	} {
		if diff := cmp.Diff(want, Parts(name)); diff != "" {
			t.Error(name, diff)
		}
	}
}

// meets says whether a question's needed words can all be met by the words of
// a text, as the index would say.
func meets(question, lang, text, textLang string) bool {
	have := map[string]bool{}
	var order []string
	NewStemmer().Words(text, textLang, func(w Word) {
		have["w:"+w.Text], have[string(rune('0'+w.Lang))+":"+w.Stem] = true, true
		order = append(order, w.Text)
	})
	joined := " " + strings.Join(order, " ") + " "
	groups := NewStemmer().Question(question, lang)
	for _, g := range groups {
		met := g.Optional
		for _, o := range g.Options {
			switch {
			case o.Stem != "":
				met = met || have[string(rune('0'+o.Lang))+":"+o.Stem] || o.Own && have["w:"+o.Stem]
			case o.Prefix:
				met = met || strings.Contains(joined, " "+o.Words[0])
			case len(o.Words) > 0:
				met = met || strings.Contains(joined, " "+strings.Join(o.Words, " ")+" ")
			}
		}
		if !met {
			return false
		}
	}
	return len(groups) > 0
}

func TestNeedsInSixLanguagesMeetEnglishTexts(t *testing.T) {
	for _, c := range []struct{ lang, question, text string }{
		{"fr", "vaccination des enfants", "Tracks immunization of children at clinics."},
		{"fr", "l'état civil", "Civil registration for every birth and death."},
		{"es", "agua potable", "Maps drinking water points."},
		{"es", "historias clínicas", "An electronic medical record."},
		{"ru", "продовольственная безопасность", "Data on food security"},
		{"ru", "дистанционное обучение", "Courses for online learning"},
		{"ar", "الهوية الرقمية", "A digital identity platform"},
		{"ar", "المزارعين", "Advice for every farmer"},
		{"zh", "电子病历", "Electronic health records for hospitals"},
		{"zh", "灾害预警", "Early warning of floods, a disaster tool"},
		{"zh", "没有互联网的村庄登记出生", "Births are registered offline in rural villages with no internet: civil registration"},
		{"en", "healthcare", "Better health for all"},
	} {
		if !meets(c.question, c.lang, c.text, "en") {
			t.Errorf("%s %q does not meet %q", c.lang, c.question, c.text)
		}
	}
	for _, c := range []struct{ lang, question, text string }{
		{"en", "malaria", "Maps of drinking water"}, {"fr", "santé", "Payments between banks"}, {"zh", "支付", "A library of books"},
	} {
		if meets(c.question, c.lang, c.text, "en") {
			t.Errorf("%q meets %q", c.question, c.text)
		}
	}
}

func TestQuestions(t *testing.T) {
	count := func(text string) (need, all int) {
		for _, g := range NewStemmer().Question(text, "en") {
			all++
			if !g.Optional {
				need++
			}
		}
		return need, all
	}
	for text, want := range map[string]int{"": 0, "?!…": 0, "the": 1, "how to register a birth": 2, `"birth registration"`: 1, `"unbalanced phrase`: 2, `""`: 0, "«open data» «maps»": 2, "WHO": 1} {
		if need, _ := count(text); need != want {
			t.Errorf("%q needs %d words, want %d", text, need, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		need, all := count(text)
		if all > maxGroups || need > all || (all > 0) != (need > 0) {
			t.Fatalf("%d of %d", need, all)
		}
		letters := strings.ContainsFunc(norm.NFKC.String(text), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		if !letters && all > 0 {
			t.Fatal("words out of nothing")
		}
	})
}

func TestWordsAreBoundedAndValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		tag := rapid.SampledFrom([]string{"", "en", "fr", "es", "ru", "ar", "zh", "xx-YY"}).Draw(t, "tag")
		last := -1
		NewStemmer().Words(text, tag, func(w Word) {
			if w.Text == "" && text != "" || len(w.Text) > maxWord || !utf8.ValidString(w.Text) || !utf8.ValidString(w.Stem) || w.Pos < last {
				t.Fatalf("%+q gives %+v after place %d", text, w, last)
			}
			last = w.Pos
		})
	})
}

func TestThesaurusSpeaksSixLanguages(t *testing.T) {
	scripts := map[string]*unicode.RangeTable{"ar": unicode.Arabic, "zh": unicode.Han, "ru": unicode.Cyrillic}
	ids := map[string]bool{}
	for line := range strings.Lines(thesaurusTSV) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cols := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cols) != 8 || ids[cols[0]] {
			t.Fatalf("row %q: %d columns, or twice", cols[0], len(cols))
		}
		ids[cols[0]] = true
		for i, tag := range conceptTags {
			names := splitNames(cols[i+2])
			own := 0
			for _, n := range names {
				if table := scripts[tag]; table == nil || strings.ContainsFunc(n, func(r rune) bool { return unicode.Is(table, r) }) {
					own++
				}
			}
			if own == 0 && cols[0] != "health-standard" {
				t.Errorf("%s has no name of its own in %s", cols[0], tag)
			}
		}
	}
	if len(ids) < 150 {
		t.Errorf("%d concepts", len(ids))
	}
}

// TestKeysOfPlainNamesAreThoseOfAllNames compares the quick way of plain names
// with the words that every text is cut into.
func TestKeysOfPlainNamesAreThoseOfAllNames(t *testing.T) {
	long := strings.Repeat("ab", maxWord)
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOf(rapid.OneOf(rapid.StringMatching(`[ -~\t\n]{0,12}`), rapid.Just(long))).Draw(t, "name"), " ")
		var words []string
		runs(name, func(r run) { words = append(words, fold(r.text)) })
		if got, want := Key(name), strings.Join(words, " "); got != want {
			t.Fatalf("%q is %q, want %q", name, got, want)
		}
	})
}
