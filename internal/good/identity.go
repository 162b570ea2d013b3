package good

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// The schemes of identity keys that are not identifiers a source gives.
const (
	keyRepository = "repo:" // host/path of a source repository
	keyWebsite    = "web:"  // host/path of a website
	keyName       = "name:" // folded name
	keyAlias      = "alias:"
)

// onePerGood are the identifier schemes in which one good has one value for
// ever: two values are two goods, whatever else looks alike.
var onePerGood = []string{"dpgid:"}

// Keys are the identity keys of a record, sorted: what two statements about
// the same good have in common. Identifiers are strong; repositories decide
// together with a name or a website; names decide unless contradicted; aliases
// and websites only confirm.
func Keys(r Record) []string {
	f := r.Facts
	keys := make([]string, 0, 4+len(f.Repositories)+len(f.Aliases)+len(f.Identifiers))
	add := func(scheme, value string) {
		if value != "" {
			keys = append(keys, scheme+value)
		}
	}
	for scheme, id := range f.Identifiers {
		add(strings.ToLower(scheme)+":", strings.TrimSpace(id))
	}
	for _, l := range f.Repositories {
		add(keyRepository, place(l.URL))
	}
	add(keyWebsite, place(f.Website))
	add(keyName, foldName(f.Name))
	for _, a := range f.Aliases {
		add(keyAlias, foldName(a))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// KeysOf are the identity keys of all records of a good, sorted, each once.
func KeysOf(records []Record) []string {
	var keys []string
	for _, r := range records {
		keys = append(keys, Keys(r)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// LookupKeys are the keys to look for when asking which goods a record with
// these keys may be about: an alias here may be the name there and the other
// way round.
func LookupKeys(keys []string) []string {
	out := slices.Clone(keys)
	for _, k := range keys {
		if s, ok := strings.CutPrefix(k, keyName); ok {
			out = append(out, keyAlias+s)
		} else if s, ok := strings.CutPrefix(k, keyAlias); ok {
			out = append(out, keyName+s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Profile is what is known of a good when asking whether a record is about it.
type Profile struct {
	ID      ID
	Keys    []string // Keys of all its records
	Issuers []string // the registers that speak of it
}

// Resolve says which of the goods a record with these keys, out of issuer's
// register, is about. More than one in about means that the record shows them
// to be one good. Where it may be about one of several that are surely
// different, or only looks like one, a person must decide among doubts.
func Resolve(keys []string, issuer string, goods []Profile) (about, doubts []ID) {
	var sure []Profile
	for _, g := range goods {
		switch verdict(keys, issuer, g) {
		case same:
			sure = append(sure, g)
		case unsure:
			doubts = append(doubts, g.ID)
		}
	}
	slices.SortFunc(sure, func(a, b Profile) int { return strings.Compare(string(a.ID), string(b.ID)) })
	if apart(sure) {
		// The id a register gave decides between goods that only look alike.
		named := slices.DeleteFunc(slices.Clone(sure), func(g Profile) bool { return !sharesIdentifier(keys, g.Keys) })
		if len(named) == 0 || apart(named) {
			return nil, ids(sure)
		}
		sure = named
	}
	if len(sure) > 0 {
		return ids(sure), nil
	}
	slices.Sort(doubts)
	return nil, doubts
}

// apart says whether some of the goods are surely not one.
func apart(goods []Profile) bool {
	for i, a := range goods {
		for _, b := range goods[:i] {
			if differ(a.Keys, b.Keys) {
				return true
			}
		}
	}
	return false
}

// differ says whether a scheme in which one good has one value tells them apart.
func differ(a, b []string) bool {
	for _, scheme := range onePerGood {
		mine, theirs := withScheme(a, scheme), withScheme(b, scheme)
		if len(mine) > 0 && len(theirs) > 0 && !overlap(mine, theirs) {
			return true
		}
	}
	return false
}

func ids(goods []Profile) []ID {
	out := make([]ID, len(goods))
	for i, g := range goods {
		out[i] = g.ID
	}
	return out
}

type likeness int

const (
	other likeness = iota
	unsure
	same
)

// verdict compares a record with one good.
func verdict(keys []string, issuer string, g Profile) likeness {
	if differ(keys, g.Keys) {
		return other
	}
	if sharesIdentifier(keys, g.Keys) {
		return same
	}
	repos, theirRepos := withScheme(keys, keyRepository), withScheme(g.Keys, keyRepository)
	webs, theirWebs := withScheme(keys, keyWebsite), withScheme(g.Keys, keyWebsite)
	repo, web := overlap(repos, theirRepos), overlap(webs, theirWebs)
	names, theirNames := withScheme(keys, keyName), withScheme(g.Keys, keyName)
	name := overlap(names, theirNames)
	alias := name || overlap(withScheme(keys, keyName), withScheme(g.Keys, keyAlias)) ||
		overlap(withScheme(keys, keyAlias), withScheme(g.Keys, keyName))
	switch {
	case name:
		elsewhere := len(repos) > 0 && len(theirRepos) > 0 && !repo && len(webs) > 0 && len(theirWebs) > 0 && !web
		if elsewhere && !slices.Contains(g.Issuers, issuer) {
			return unsure // two registers, two products, one name
		}
		return same
	case repo && (web || alias || within(names, theirNames)), web && alias:
		return same
	case repo && len(repos) == 1 && len(theirRepos) == 1 && (len(webs) == 0 || len(theirWebs) == 0):
		return unsure // renamed, or a part of it under its own name
	}
	return other
}

// sharesIdentifier says whether both carry the same id of a register.
func sharesIdentifier(a, b []string) bool {
	for _, k := range a {
		scheme, _, _ := strings.Cut(k, ":")
		switch scheme + ":" {
		case keyRepository, keyWebsite, keyName, keyAlias:
			continue
		}
		if _, found := slices.BinarySearch(b, k); found {
			return true
		}
	}
	return false
}

func withScheme(keys []string, scheme string) []string {
	var out []string
	for _, k := range keys {
		if s, ok := strings.CutPrefix(k, scheme); ok {
			out = append(out, s)
		}
	}
	return out
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// within says whether a name of one holds a name of the other, as "Mozilla
// Common Voice dataset" does; short names are within too many.
func within(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if min(len(x), len(y)) >= 6 && (strings.Contains(x, y) || strings.Contains(y, x)) {
				return true
			}
		}
	}
	return false
}

// foldName makes names comparable: lower case, letters and digits of any
// script only, Latin letters without accents.
func foldName(name string) string {
	var b strings.Builder
	for _, r := range name {
		r = unicode.ToLower(r)
		if f, ok := fold[r]; ok {
			b.WriteString(f)
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// manyTenants are hosts where an address says something of a good only
// together with its path.
var manyTenants = map[string]bool{
	"github.com": true, "gitlab.com": true, "bitbucket.org": true, "sourceforge.net": true, "huggingface.co": true,
	"codeberg.org": true, "drive.google.com": true, "docs.google.com": true, "sites.google.com": true, "play.google.com": true,
	"apps.apple.com": true, "youtube.com": true, "facebook.com": true, "twitter.com": true, "linkedin.com": true, "medium.com": true,
	"zenodo.org": true, "figshare.com": true, "kaggle.com": true, "readthedocs.io": true, "arcgis.com": true, "wikipedia.org": true,
}

// place is the host and path of an address in one spelling, with the query
// where it tells pages apart, or "" where that names nothing of its own.
func place(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := strings.TrimSuffix(strings.ToLower(strings.Trim(u.EscapedPath(), "/")), ".git")
	if host == "github.com" || host == "gitlab.com" || host == "bitbucket.org" {
		for _, tail := range []string{"/tree/", "/-/", "/blob/", "/src/"} {
			path, _, _ = strings.Cut(path, tail)
		}
	}
	path = strings.Trim(path, "/")
	if path == "" && manyTenants[host] {
		return ""
	}
	if q := u.Query(); q.Has("id") {
		path += "?id=" + strings.ToLower(q.Get("id"))
	}
	if path == "" {
		return host
	}
	return host + "/" + path
}
