package nominate

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"stoa/internal/vocab"
)

// Doubt is a reason why a person looks at a nomination before it is shown:
// "code" or "code: value".
type Doubt string

// The doubts a nomination may raise. The words for each are
// nominate.doubt.{code}.
const (
	Automatic    Doubt = "automatic"    // it was filled in as a program does
	TestEntry    Doubt = "test-entry"   // it says that it is a test
	Gibberish    Doubt = "gibberish"    // keys pressed at random
	Placeholder  Doubt = "placeholder"  // the link leads to no good's own place
	Advertising  Doubt = "advertising"  // links or words as spam has them
	ThinReason   Doubt = "thin-reason"  // hardly a reason
	NoKind       Doubt = "no-kind"      // nobody said what it is
	NoLicence    Doubt = "no-licence"   // indicator 2: nobody said which
	NotAccepted  Doubt = "not-accepted" // indicator 2: not for this kind
	NoGoal       Doubt = "no-goal"      // indicator 1
	MayBe        Doubt = "may-be"       // value: slug of the good it may be about
	Twin         Doubt = "twin"         // value: id of another one that waits, of the same name or link; the desk's alone
	tooQuick           = 3 * time.Second
	linksAllowed       = 2
	wordsAllowed       = 2 // of those that spam is made of
)

// Filled is how a form was filled in. The zero value says nothing, as of a
// nomination that came by another way.
type Filled struct {
	Took  time.Duration // from when the form was shown; 0 where nobody knows
	Decoy bool          // a field that no person sees was filled in
}

// Doubts says why a person should look at n first; none, and it is shown at
// once. n must be without Mistakes.
func (n Nomination) Doubts(how Filled) []Doubt {
	var out []Doubt
	add := func(d Doubt, is bool) {
		if is {
			out = append(out, d)
		}
	}
	add(Automatic, how.Decoy || how.Took > 0 && how.Took < tooQuick)
	add(TestEntry, isTest(n.Name) || isTest(firstWords(n.Why)))
	add(Gibberish, gibberish(n.Name) || gibberish(n.Why))
	add(Placeholder, placeholder(n.Link))
	add(Advertising, advertises(n.Name+" "+n.Why))
	add(ThinReason, thin(n.Why) || strings.EqualFold(n.Why, n.Name))
	add(NoKind, n.Kind == "")
	licence, known := vocab.LicenceByID(n.Licence)
	add(NoLicence, n.Licence == "")
	add(NotAccepted, known && n.Kind != "" && !licence.Accepts(n.Kind))
	add(NoGoal, n.SDG == 0)
	return out
}

// Of is d with what it is about.
func (d Doubt) Of(value string) Doubt { return d + Doubt(": "+value) }

// Code is d without what it is about, and Value is that.
func (d Doubt) Code() string { code, _, _ := strings.Cut(string(d), ": "); return code }

// Value is what d is about, or "".
func (d Doubt) Value() string { _, value, _ := strings.Cut(string(d), ": "); return value }

// Field is the field of a nomination that would settle d, or "".
func (d Doubt) Field() string {
	return map[Doubt]string{NoKind: "kind", NoLicence: "licence", NotAccepted: "licence", NoGoal: "sdg", ThinReason: "why", Placeholder: "link"}[d]
}

// Lacks are the doubts that keep n from being a public nominee whoever looks at
// it: what indicators 1 and 2 ask for.
func (n Nomination) Lacks() []Doubt {
	return slices.DeleteFunc(n.Doubts(Filled{}), func(d Doubt) bool { return !slices.Contains([]Doubt{NoKind, NoLicence, NotAccepted, NoGoal}, d) })
}

// Rubbish says whether doubts are of the kind that no honest nomination raises
// by chance, so that a queue can be sorted by it.
func Rubbish(doubts []Doubt) bool {
	return slices.ContainsFunc(doubts, func(d Doubt) bool {
		return slices.Contains([]Doubt{Automatic, TestEntry, Gibberish, Placeholder, Advertising}, d)
	})
}

// tests are words by which entries made for trying something out call
// themselves, in the six languages.
var tests = map[string]bool{
	"test": true, "tests": true, "testing": true, "tester": true, "test1": true, "test2": true, "test123": true, "demo": true, "dummy": true, "asdf": true, "lorem": true,
	"ipsum": true, "foo": true, "foobar": true, "blah": true, "prueba": true, "pruebas": true, "essai": true, "тест": true, "тестовый": true, "проба": true,
	"اختبار": true, "تجربة": true, "测试": true, "测试项目": true,
}

func isTest(s string) bool {
	return slices.ContainsFunc(wordsOf(s), func(w string) bool { return tests[w] })
}

// firstWords are enough of a text to see what it calls itself: a good may well
// speak of tests further on.
func firstWords(s string) string {
	if w := strings.Fields(s); len(w) <= 3 {
		return s
	}
	return ""
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// runs are keys that lie side by side and that no word of a language we know
// has in this order.
var runs = regexp.MustCompile(`asdf|sdfg|dfgh|asda|sdasd|dasd|qwer|wert[^aeiouvbs]|zxcv|xcvb|hjkl|jkl;|йцук|фыва|ячсм`)

// gibberish says whether a text looks like keys pressed at random: runs along
// the keyboard, one sign again and again, or words without any vowel.
func gibberish(s string) bool {
	s = strings.ToLower(s)
	if runs.MatchString(s) {
		return true
	}
	last, times, odd, all := rune(0), 0, 0, 0
	for _, r := range s {
		if r == last && unicode.IsLetter(r) {
			times++
		} else {
			last, times = r, 1
		}
		if times >= 5 {
			return true
		}
	}
	for _, w := range wordsOf(s) {
		if !latin(w) || len(w) < 5 {
			continue
		}
		if all++; !strings.ContainsAny(w, "aeiouyàáâãäåèéêëìíîïòóôõöùúûü") {
			odd++
		}
	}
	return odd >= 2 && odd*2 > all
}

func latin(w string) bool {
	return !strings.ContainsFunc(w, func(r rune) bool { return !unicode.Is(unicode.Latin, r) })
}

// nowhere are hosts where no good lives: names kept for examples (RFC 2606)
// and what people type when they have nothing to type.
var nowhere = []string{"example.com", "example.org", "example.net", "abc.com", "abc.org", "test.com", "test.org", "xyz.com", "foo.com", "asdf.com", "domain.com", "website.com", "yoursite.com"}

// crowded are hosts that are somebody's place only with a path behind them.
var crowded = []string{"google.com", "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sourceforge.net", "huggingface.co", "facebook.com", "twitter.com", "x.com",
	"linkedin.com", "youtube.com", "wikipedia.org", "medium.com", "bing.com", "yahoo.com", "baidu.com", "yandex.ru", "t.me", "bit.ly", "tinyurl.com"}

func placeholder(link string) bool {
	host := hostOf(link)
	_, rest, _ := strings.Cut(link, "://")
	_, path, _ := strings.Cut(rest, "/")
	for _, tld := range []string{".example", ".test", ".invalid", ".localhost", ".local", ".onion"} {
		if strings.HasSuffix(host, tld) {
			return true
		}
	}
	return slices.Contains(nowhere, host) || slices.Contains(crowded, host) && strings.Trim(path, "/?#") == ""
}

var (
	address = regexp.MustCompile(`(?i)https?://|www\.`)
	tag     = regexp.MustCompile(`(?i)<a\s|<script|\[url|\[link|&lt;a\s`)
	// sold is what unasked-for nominations try to sell.
	sold = regexp.MustCompile(`(?i)\b(casino|viagra|cialis|betting|poker|porn|escorts?|payday|backlinks?|seo services?|buy now|click here|forex|airdrop|essay writing|weight loss|крипто|казино|ставки|кредит онлайн|apuestas|préstamos rápidos)\b|博彩|赌场|代写|发票|قمار|مراهنات`)
)

func advertises(s string) bool {
	return tag.MatchString(s) || len(address.FindAllStringIndex(s, linksAllowed+2)) > linksAllowed || len(sold.FindAllStringIndex(s, wordsAllowed)) >= wordsAllowed ||
		sold.MatchString(s) && address.MatchString(s)
}

// thin says whether a reason is too short to be one. Languages written without
// spaces say as much in a third of the signs.
func thin(why string) bool {
	n := utf8.RuneCountInString(why)
	if strings.ContainsFunc(why, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		n *= 3
	}
	return n < MinWhy
}
