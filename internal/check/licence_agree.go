package check

import (
	"regexp"
	"slices"
	"strings"
)

// families are words that names of licences have which are no identifiers.
var families = regexp.MustCompile(`\b(?:bsd|mit|apache|[al]?gpl|mpl|epl|eupl|isc|cc|creative commons|public domain)`)

// tellsOf says whether the front page names the licence of the text beside
// others: it tells of which part each is.
func (l *licence) tellsOf(own ownLicence) bool {
	return len(l.front) > 0 && related(expression{ids: l.front}, own.expression)
}

// plain says whether it is beyond doubt what the text is.
func (o ownLicence) plain() bool {
	first := o.texts[0]
	return o.closed != nil || !first.named && !first.limits && !o.mixed && (first.percent >= 75 || first.percent == 0)
}

// other says whether a manifest of the root names a family of licences of which
// that of the whole is none.
func (l *licence) other(own ownLicence) bool {
	return slices.ContainsFunc(l.claims, func(c claim) bool {
		if c.depth > 0 || c.known || c.closed != nil || c.form == "readme" {
			return false
		}
		named := families.FindString(plain([]byte(c.raw)))
		return named != "" && !slices.ContainsFunc(own.ids, func(id string) bool {
			words := plain([]byte(id))
			return strings.Contains(words, named) || named == "creative commons" && strings.HasPrefix(words, "cc") || named == "public domain" && (words == "cc0 1 0" || words == "unlicense")
		})
	})
}

// otherwise says whether something near the root is put under a licence of these
// that has nothing to do with that of the text: data whose programs are under
// the licence that the text is of.
func (l *licence) otherwise(own ownLicence, list []string) bool {
	return slices.ContainsFunc(l.claims, func(c claim) bool {
		return c.depth <= 1 && c.known && c.closed == nil && !related(c.expression, own.expression) && c.allows(list)
	})
}

// gainsaid says whether a declaration of the root names another licence.
func (l *licence) gainsaid(own ownLicence) bool {
	return slices.ContainsFunc(l.claims, func(c claim) bool {
		return c.depth == 0 && (c.closed != nil || c.known) && (c.closed != nil || !related(c.expression, own.expression))
	})
}
