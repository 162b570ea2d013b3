// Package match says whether two statements are about the same good, and why.
// Imports, nominations and the search for duplicates ask it alike: it is the
// one rule. It is pure.
package match

import (
	"slices"
	"strings"

	"stoa/internal/good"
)

// Edition grows whenever the same record would have other keys, or two goods
// another finding, than before: what is kept of them is made anew.
const Edition = 1

// The schemes of keys that are not identifiers a source gives.
const (
	keyRepository = "repo:"    // host/path of a source repository
	keyPackage    = "package:" // registry/name of a published package
	keyWebsite    = "web:"     // host/path of a website
	keyName       = "name:"    // folded name
	keyAlias      = "alias:"
	keySound      = "sound:" // what is left of a name however it is spelt
	keyDOI        = "doi:"   // an identifier, whoever gives it
)

// onePerGood are the identifier schemes in which one good has one value for
// ever: two values are two goods, whatever else looks alike.
var onePerGood = []string{"dpgid:"}

// Keys are the identity keys of a record, sorted: what two statements about
// the same good have in common. Identifiers are strong; repositories and
// packages decide together with a name or a website; names decide unless
// contradicted; aliases and websites only confirm; how a name sounds only says
// where to look.
func Keys(r good.Record) []string {
	f := r.Facts
	keys := make([]string, 0, 6+len(f.Repositories)+2*len(f.Aliases)+len(f.Identifiers))
	add := func(scheme, value string) {
		if value != "" {
			keys = append(keys, scheme+value)
		}
	}
	for scheme, id := range f.Identifiers {
		if scheme = strings.ToLower(scheme) + ":"; scheme == keyDOI {
			id = strings.ToLower(id)
		}
		add(scheme, strings.TrimSpace(id))
	}
	for _, l := range f.Repositories {
		add(address(l.URL, keyRepository))
	}
	add(address(f.Website, keyWebsite))
	add(keyName, foldName(f.Name))
	add(keySound, sound(f.Name))
	for _, a := range f.Aliases {
		add(keyAlias, foldName(a))
		add(keySound, sound(a))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// KeysOf are the identity keys of all records of a good, sorted, each once.
func KeysOf(records []good.Record) []string {
	var keys []string
	for _, r := range records {
		keys = append(keys, Keys(r)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// LookupKeys are the keys to look for when asking which goods a record with
// these keys is about: an alias here may be the name there and the other way
// round.
func LookupKeys(keys []string) []string {
	out := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return strings.HasPrefix(k, keySound) })
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

// NearKeys are LookupKeys and those of all that merely looks alike.
func NearKeys(keys []string) []string {
	out := LookupKeys(keys)
	for _, k := range keys {
		if strings.HasPrefix(k, keySound) {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// identifies says whether a key is an id that a register, or whoever gives out
// such ids, gave.
func identifies(key string) bool {
	scheme, _, _ := strings.Cut(key, ":")
	switch scheme + ":" {
	case keyRepository, keyPackage, keyWebsite, keyName, keyAlias, keySound:
		return false
	}
	return true
}

// sharedIdentifier is an id that both carry, or "".
func sharedIdentifier(a, b []string) string {
	for _, k := range a {
		if !identifies(k) {
			continue
		}
		if _, found := slices.BinarySearch(b, k); found {
			return k
		}
	}
	return ""
}

func withScheme(keys []string, scheme string) []string {
	from, _ := slices.BinarySearch(keys, scheme)
	var out []string
	for _, k := range keys[from:] {
		s, ok := strings.CutPrefix(k, scheme)
		if !ok {
			break
		}
		out = append(out, s)
	}
	return out
}

// common is something both have, or "".
func common(a, b []string) string {
	for _, s := range a {
		if slices.Contains(b, s) {
			return s
		}
	}
	return ""
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
