package good_test

import (
	"strings"
	"testing"

	"stoa/internal/good"
)

func TestDisguises(t *testing.T) {
	for s, want := range map[string]bool{
		"paypal": false, "pаypal": true, // its second letter is Cyrillic
		"SMSом": false, "Жителям нужен DHIS2": false, "COVID и другие": false, "Ελλάδα 2026": false, "gοοgle": true, // two letters are Greek
		"": false, "شرح SMS": false, "用SMS通知": false,
	} {
		if got := good.Disguised(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestAdvertisements(t *testing.T) {
	for s, want := range map[string]bool{
		"See https://www.a.example, https://www.b.example and https://www.c.example.": false,
		"": false, "We train nurses, see https://a.example and https://b.example.": false,
		"https://a.example http://b.example www.c.example https://d.example": true, "Buy <a href=x>this</a>": true, "[url=x]win[/url]": true, "<SCRIPT>x": true,
		strings.Repeat("z", 31): true, "----------------------------------------": false,
		strings.Repeat("win ", 21): true, strings.Repeat("we help people with maps ", 5): false,
	} {
		if got := good.Advertises(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestPhrasesAreSaidAsWholeWords(t *testing.T) {
	for _, c := range []struct {
		text, phrase string
		want         bool
	}{
		{"we maintain wells", "ai", false}, {"ai for wells", "ai", true}, {"wells (ai)", "ai", true}, {"we maintain ai", "ai", true}, {"children", "id", false}, {"id2020", "id", false},
		{"我们用人工智能打井", "人工智能", true}, {"في الصحة العامة", "الصحة", true}, {"anything", "", false}, {"start art", "art", true}, {"", "art", false},
	} {
		if got := good.Says(c.text, c.phrase); got != c.want {
			t.Errorf("%q in %q: %v", c.phrase, c.text, got)
		}
	}
}
