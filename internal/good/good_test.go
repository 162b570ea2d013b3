package good

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestIDsSortByTime(t *testing.T) {
	at := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	a, err := NewID(at, bytes.NewReader(bytes.Repeat([]byte{0xff}, 10)))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := NewID(at.Add(time.Millisecond), bytes.NewReader(make([]byte, 10)))
	if !a.Valid() || !b.Valid() || a >= b {
		t.Errorf("%s %s", a, b)
	}
	if _, err := NewID(at, strings.NewReader("short")); err == nil {
		t.Error("an id without randomness was given")
	}
	for _, bad := range []ID{"", "opencrvs", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav"} {
		if bad.Valid() {
			t.Errorf("%q is taken for an id", bad)
		}
	}
}

func TestSlugsAreAddresses(t *testing.T) {
	for name, want := range map[string]string{
		"OpenCRVS": "opencrvs", "X-Road®": "x-road", "  DIGIT / Urban  ": "digit-urban", "Côte d’Ivoire": "cote-divoire",
		"Ørsted & Łódź": "orsted-lodz", "数字身份": "数字身份", "Цифровое благо": "цифровое-благо", "***": "",
	} {
		if got := Slugify(name); got != want {
			t.Errorf("%q → %q, want %q", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := Slugify(rapid.String().Draw(t, "name"))
		if Slugify(s) != s || !utf8.ValidString(s) || strings.ContainsAny(s, "/?#% ") || len(s) > 90 {
			t.Fatalf("slug %q", s)
		}
	})
}

func TestQueryReadsItsOwnForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := url.Values{"q": {rapid.StringN(0, 50, 200).Draw(t, "q")}}
		for _, f := range Facets {
			if rapid.Bool().Draw(t, string(f)) {
				v[string(f)] = rapid.SliceOfN(rapid.StringMatching(`[A-Za-z0-9 .-]{0,9}`), 0, 4).Draw(t, "values")
			}
		}
		v.Set("sort", string(rapid.SampledFrom(Sorts).Draw(t, "sort")))
		q, err := ParseQuery(v)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseQuery(q.Values())
		if diff := cmp.Diff(q, again); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		f := rapid.SampledFrom(Facets).Draw(t, "toggled")
		if diff := cmp.Diff(q.Filters, q.With(f, "some value").With(f, "some value").Filters); diff != "" && !slices.Contains(q.Filters[f], "some value") {
			t.Fatal("choosing and unchoosing changes the query:", diff)
		}
	})
}

func TestQueryNamesWhatIsWrong(t *testing.T) {
	for raw, field := range map[string]string{
		"colour=red": "colour", "sort=best": "sort", "offset=-1": "offset", "offset=1000000000": "offset", "offset=x": "offset",
		"limit=0": "limit", "limit=101": "limit", "q=" + strings.Repeat("a", 301): "q", "q=%ff": "q", "sdg=%ff": "sdg",
		"country=" + strings.Repeat("a", 201): "country",
	} {
		v, _ := url.ParseQuery(raw)
		_, err := ParseQuery(v)
		var e *Error
		if !errors.As(err, &e) || e.Kind != Invalid || e.Field != field || e.Key == "" {
			t.Errorf("%.30s: %v", raw, err)
		}
	}
	if _, err := ParseQuery(url.Values{"cursor": {"x"}}, "cursor"); err != nil {
		t.Error("a parameter of the caller's own was refused:", err)
	}
}

func TestTextFallsBackToALanguageThereIs(t *testing.T) {
	for want, c := range map[string]struct {
		t    Text
		lang string
	}{
		"b fr": {Text{"en": "a", "fr": "b"}, "fr"}, "a en": {Text{"en": "a", "fr": "b"}, "zh"},
		"b es": {Text{"fr": "c", "es": "b"}, "zh"}, " ": {nil, "en"},
	} {
		if s, in := c.t.In(c.lang); s+" "+in != want {
			t.Errorf("%v in %s: %q %q", c.t, c.lang, s, in)
		}
	}
}
