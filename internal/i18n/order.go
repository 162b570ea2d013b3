package i18n

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/collate"

	"stoa/internal/vocab"
)

// CompareCountries orders two countries by their names as a dictionary of the
// language does: accents beside their letters, Chinese by sound.
func (l *Locale) CompareCountries(a, b string) int {
	rank := l.countryRank()
	ra, oka := rank[a]
	rb, okb := rank[b]
	switch {
	case oka && okb:
		return cmp.Compare(ra, rb)
	case oka:
		return -1
	case okb:
		return 1
	}
	return strings.Compare(a, b)
}

// rankCountries gives every country its place in the order of names.
func (l *Locale) rankCountries() map[string]int {
	all := vocab.Countries()
	names := make(map[string]string, len(all))
	codes := make([]string, 0, len(all))
	for _, c := range all {
		codes = append(codes, c.Alpha2)
		names[c.Alpha2] = l.Country(c.Alpha2)
	}
	order := collate.New(l.tag)
	slices.SortStableFunc(codes, func(a, b string) int { return order.CompareString(names[a], names[b]) })
	rank := make(map[string]int, len(codes))
	for i, c := range codes {
		rank[c] = i
	}
	return rank
}
