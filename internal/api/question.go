package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/vocab"
)

// question is what a list is asked.
type question struct {
	good.Query
	cursor *cursor
	full   bool
}

// listParameters are the parameters of the list of goods: those of the page
// and the API's own.
var listParameters = func() []string {
	out := []string{"q"}
	for _, f := range good.Facets {
		out = append(out, string(f))
	}
	return append(out, "sort", "lang", "limit", "offset", "cursor", "facets", "view")
}()

// ask reads the question of a list, or says everything that is wrong with it.
func ask(r *http.Request) (question, error) {
	v, err := parameters(r, listParameters...)
	if err != nil {
		return question{}, err
	}
	q, err := good.ParseQuery(v, "lang", "cursor", "facets", "view")
	if err != nil {
		return question{}, refuse(err, v)
	}
	out := question{Query: q}
	bad := &badParameters{code: "invalid-parameter"}
	for _, f := range good.Facets {
		for _, value := range q.Filters[f] {
			if known, ok := understood(f, value); !ok {
				bad.add(string(f), value, "api.detail.value", known)
			}
		}
	}
	out.Lang = bad.lang(v)
	switch view := last(v, "view"); view {
	case "", "summary":
	case "full":
		out.full = true
	default:
		bad.add("view", view, "api.detail.value", []string{"summary", "full"})
	}
	out.Counted = []good.Facet{} // not all of them
	for _, value := range v["facets"] {
		for name := range strings.SplitSeq(value, ",") {
			if f := good.Facet(strings.TrimSpace(name)); slices.Contains(good.Facets, f) {
				out.Counted = append(out.Counted, f)
			} else if f == "all" {
				out.Counted = slices.Clone(good.Facets)
			} else if f != "" {
				bad.add("facets", string(f), "api.detail.value", append(words(good.Facets), "all"))
			}
		}
	}
	if len(bad.parts) > 0 {
		return question{}, bad
	}
	return out, out.readCursor(v)
}

// readCursor reads the place to go on from; it belongs to one question only.
func (q *question) readCursor(v url.Values) error {
	s := last(v, "cursor")
	if s == "" {
		return nil
	}
	bad := &badParameters{code: "invalid-cursor"}
	if last(v, "offset") != "" {
		bad.add("cursor", "", "api.detail.cursor_offset", nil)
		return bad
	}
	c, ok := decodeCursor(s, q.Query)
	if !ok {
		bad.add("cursor", s, "api.detail.cursor", nil)
		return bad
	}
	q.cursor = &c
	return nil
}

// values is the question as parameters, without its place.
func (q question) values() url.Values {
	at := q.Query
	at.Offset = 0
	v := at.Values()
	if len(q.Counted) > 0 {
		v.Set("facets", strings.Join(words(q.Counted), ","))
	}
	if q.full {
		v.Set("view", "full")
	}
	if q.Lang != "en" {
		v.Set("lang", q.Lang)
	}
	return v
}

// understood says whether value can be a value of facet f, and where the
// values are few, which there are.
func understood(f good.Facet, value string) (known []string, ok bool) {
	switch f {
	case good.FacetKind:
		known = words(good.Kinds)
	case good.FacetStage:
		known = append(words(good.Stages), good.AllStages)
	case good.FacetSDG:
		n, err := strconv.Atoi(value)
		return []string{"1", "…", "17"}, err == nil && n >= 1 && n <= 17 && strconv.Itoa(n) == value
	case good.FacetCountry, good.FacetDevelopedIn:
		if _, ok = vocab.CountryByCode(value); !ok {
			if c, found := vocab.FindCountry(value); found {
				known = []string{c.Alpha2}
			}
		}
		return known, ok
	case good.FacetLicence:
		if _, ok = vocab.LicenceByID(value); !ok {
			if id, found := vocab.FindLicence(value); found {
				known = []string{id}
			}
		}
		return known, ok
	case good.FacetLanguage:
		if ok = vocab.ValidLanguage(value); !ok {
			if tag, found := vocab.FindLanguage(value); found {
				known = []string{tag}
			}
		}
		return known, ok
	case good.FacetYear:
		_, err := time.Parse("2006", value)
		return []string{"2020", "2021", "…"}, err == nil
	case good.FacetSector:
		if ok = slices.Contains(vocab.Sectors(), value); !ok {
			if code, found := vocab.FindSector(value); found {
				known = []string{code}
			}
		}
		return known, ok
	case good.FacetParty, good.FacetCollection:
		if ok = good.Slugify(value) == value; !ok {
			known = []string{good.Slugify(value)}
		}
		return known, ok
	}
	return known, slices.Contains(known, value)
}

// parameters reads the query of r and refuses every parameter not known.
func parameters(r *http.Request, known ...string) (url.Values, error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		bad := &badParameters{code: "invalid-parameter"}
		bad.add("", clip(r.URL.RawQuery), "api.detail.query", nil)
		return nil, bad
	}
	bad := &badParameters{code: "unknown-parameter"}
	for name := range v {
		if !slices.Contains(known, name) {
			bad.add(name, last(v, name), "api.detail.unknown", known)
		}
	}
	if len(bad.parts) > 0 {
		slices.SortFunc(bad.parts, func(a, b mistake) int { return strings.Compare(a.err.Field, b.err.Field) })
		return nil, bad
	}
	for name, values := range v {
		for _, s := range values {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				bad := &badParameters{code: "invalid-parameter"}
				bad.add(name, s, "error.query.utf8", nil)
				return nil, bad
			}
		}
	}
	return v, nil
}

// onlyKnown refuses every parameter but those known.
func onlyKnown(r *http.Request, known ...string) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	_, err := parameters(r, known...)
	return err
}

func (b *badParameters) add(name, value, key string, known []string) {
	b.parts = append(b.parts, mistake{value: value, known: known, err: &good.Error{Kind: good.Invalid, Key: key, Field: name,
		Args: map[string]any{"Field": clip(name), "Value": clip(value), "Known": strings.Join(known, ", ")}}})
}

// lang reads the language of the question; English where none is named.
func (b *badParameters) lang(v url.Values) string {
	code := last(v, "lang")
	if code == "" {
		return "en"
	}
	if _, ok := i18n.Get(code); !ok {
		var known []string
		for _, l := range i18n.All() {
			known = append(known, l.Code)
		}
		b.add("lang", code, "api.detail.value", known)
	}
	return code
}

// number reads a number between 1 and most; absent it is usual.
func (b *badParameters) number(v url.Values, name string, usual, most int) int {
	s := last(v, name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		b.add(name, s, "api.detail.value", []string{"1", "…", strconv.Itoa(most)})
	}
	return n
}

// refuse wraps what ParseQuery says.
func refuse(err error, v url.Values) error {
	e, ok := err.(*good.Error)
	if !ok {
		return err
	}
	m := mistake{err: e, value: last(v, e.Field)}
	switch e.Field {
	case "sort":
		m.known = words(good.Sorts)
	case "limit":
		m.known = []string{"1", "…", strconv.Itoa(good.MaxLimit)}
	case "offset":
		m.known = []string{"0", "…", strconv.Itoa(good.MaxOffset)}
	}
	return &badParameters{code: "invalid-parameter", parts: []mistake{m}}
}

func last(v url.Values, name string) string {
	if s := v[name]; len(s) > 0 {
		return s[len(s)-1]
	}
	return ""
}
