package vocab

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/countries.tsv
var countriesTSV string

//go:embed data/country_spellings.tsv
var countrySpellingsTSV string

// Country is a country or territory of ISO 3166-1. Name is the English short
// name; Region and Subregion are those of UN M49 in English, the subregion as
// detailed as M49 knows it ("Eastern Africa").
type Country struct{ Alpha2, Alpha3, Numeric, Name, Region, Subregion string }

type countryIndex struct {
	list       []Country // the 249 of ISO 3166-1
	byCode     map[string]Country
	bySpelling map[string]string // folded spelling → alpha-2
	byLetters  map[string]string // alpha-2 and alpha-3 → alpha-2
}

var countries = sync.OnceValue(func() countryIndex {
	ix := countryIndex{byCode: map[string]Country{}, bySpelling: map[string]string{}, byLetters: map[string]string{}}
	for f := range rows(countriesTSV) {
		c := Country{f[0], f[1], f[2], f[3], f[4], f[5]}
		if c.Numeric != "" {
			ix.list = append(ix.list, c)
		}
		ix.byCode[c.Alpha2] = c
		ix.bySpelling[fold(c.Name)] = c.Alpha2
		ix.byLetters[c.Alpha3], ix.byLetters[c.Alpha2] = c.Alpha2, c.Alpha2
	}
	for f := range rows(countrySpellingsTSV) {
		for _, s := range f[1:] {
			if k := fold(s); ix.bySpelling[k] == "" {
				ix.bySpelling[k] = f[0]
			}
		}
	}
	return ix
})

// Countries lists the 249 countries and territories of ISO 3166-1 by English
// name. The caller must not change the slice.
func Countries() []Country { return slices.Clip(countries().list) }

// CountryByCode finds a country by its alpha-2 code in capitals. Beside the 249
// it knows XK, the user-assigned code for Kosovo, so that a fact about a place
// outside the list is not lost.
func CountryByCode(code string) (Country, bool) {
	c, ok := countries().byCode[code]
	return c, ok
}

// ambiguous are names that several countries share: what stands in brackets
// behind them decides, and must not be left out.
var ambiguous = []string{"congo", "korea", "virgin islands", "guinea", "saint martin", "san martin", "samoa", "sudan", "ireland", "china", "macedonia", "micronesia", "timor"}

// words that codes spell: written small they are not meant as codes.
var wordsLikeCodes = []string{"am", "and", "are", "as", "at", "be", "can", "de", "do", "et", "il", "in", "is", "it", "la", "me", "my", "no", "nor", "per", "so", "to"}

// code finds a country by its alpha-2 or alpha-3 code in a text. "NA" says "not
// available" more often than Namibia, so it is nobody's.
func (ix *countryIndex) code(s string) (Country, bool) {
	s = strings.TrimSpace(s)
	capitals := strings.ToUpper(s)
	if capitals == "NA" || s != capitals && slices.Contains(wordsLikeCodes, strings.ToLower(s)) {
		return Country{}, false
	}
	c, ok := ix.byCode[ix.byLetters[capitals]]
	return c, ok
}

// FindCountry finds the country meant by a spelling met in practice: English
// names old and new, with or without brackets, quotes, accents and articles,
// names in other languages, alpha-2 and alpha-3 codes. Parts of a country that
// has a code (Scotland, Zanzibar) give the country.
func FindCountry(spelling string) (c Country, ok bool) {
	ix := countries()
	if len(spelling) > maxSpelling {
		return Country{}, false
	}
	if c, ok = ix.code(spelling); ok {
		return c, true
	}
	find := func(s string) bool {
		c, ok = ix.byCode[ix.bySpelling[fold(s)]]
		return ok
	}
	if find(spelling) {
		return c, true
	}
	head, tail, found := strings.Cut(spelling, "(")
	if !found {
		head, tail, found = strings.Cut(spelling, ",")
	}
	if !found || fold(head) == "" {
		return Country{}, false
	}
	tail = strings.TrimRight(tail, ") \"'")
	if find(tail + " " + head) { // "Korea, Republic of", "Congo (the Democratic Republic of the)"
		return c, true
	}
	if !slices.Contains(ambiguous, fold(head)) && strings.Contains(spelling, "(") && find(head) { // "Iran (Islamic Rep.)"
		return c, true
	}
	return Country{}, false
}
