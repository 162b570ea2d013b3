package l10n

import "strings"

// Plural is how a language counts things.
type Plural struct {
	Forms int
	Rule  string // in C, as gettext wants it
}

// plurals are the rules that are not the common one, by languages.
var plurals = []struct {
	languages string
	Plural
}{
	{" ja zh ko vi th id ms lo my km bo dz ig ii jv kde kea lkt sah ses sg su to wo yo ", Plural{1, "0"}},
	{" fr pt ln ti am wa mg tr uz ak bh guw nso pa hy kab ff ", Plural{2, "(n > 1)"}},
	{" ru uk be sr hr bs ", Plural{3, "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"}},
	{" pl ", Plural{3, "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"}},
	{" cs sk ", Plural{3, "(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2)"}},
	{" lt ", Plural{3, "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2)"}},
	{" lv ", Plural{3, "(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2)"}},
	{" ro ", Plural{3, "(n==1 ? 0 : n==0 || (n%100 > 0 && n%100 < 20) ? 1 : 2)"}},
	{" sl ", Plural{4, "(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3)"}},
	{" mt ", Plural{4, "(n==1 ? 0 : n==0 || (n%100 > 1 && n%100 < 11) ? 1 : (n%100 > 10 && n%100 < 20) ? 2 : 3)"}},
	{" ga ", Plural{5, "(n==1 ? 0 : n==2 ? 1 : n<7 ? 2 : n<11 ? 3 : 4)"}},
	{" ar ", Plural{6, "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"}},
}

// PluralOf is how a language counts things; where nobody told us, as English.
func PluralOf(language string) Plural {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	for _, p := range plurals {
		if strings.Contains(p.languages, " "+base+" ") {
			return p.Plural
		}
	}
	return Plural{2, "(n != 1)"}
}

// For are the units of a file as one translates them into a language: as many
// forms of each plural as that has.
func For(language string, units []Unit) []Unit {
	forms := PluralOf(language).Forms
	var out []Unit
	for i, u := range units {
		if u.Form == 0 {
			out = append(out, u)
		}
		for f := 1; u.Form == 1 && f <= forms; f++ {
			next := u
			if more := i + f - 1; more < len(units) && units[more].Form == f && units[more].Key == u.Key && units[more].One == u.One {
				next = units[more]
			} else {
				next.Target, next.State, next.Origin = "", New, ""
			}
			if next.Form, next.Source = f, u.Many; f == 1 && forms > 1 {
				next.Source = u.One
			}
			out = append(out, next)
		}
	}
	for i := range out {
		out[i].N = i + 1
	}
	return out
}
