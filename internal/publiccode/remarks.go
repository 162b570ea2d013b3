package publiccode

import (
	"maps"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// version is the release the file says it is of. Without one that is known
// nothing else can be judged.
func (d *document) version() (string, bool) {
	path := []string{"publiccodeYmlVersion"}
	raw, ok := d.value[path[0]].(string)
	switch {
	case !ok && d.value[path[0]] == nil:
		d.say(Error, path, d.find(path), "is mandatory")
	case !ok || d.tag[where(path)] != "!!str":
		d.say(Error, path, d.find(path), `must be a text: put the version in quotes, as "%s"`, Latest)
	case versions[raw] == "":
		d.say(Error, path, d.find(path), "must be a version from 0.2 to %s", Latest)
	default:
		if versions[raw] != Latest {
			d.say(Warning, path, d.find(path), "%s is not the latest version, which is %s", raw, Latest)
		}
		return versions[raw], true
	}
	return "", false
}

// unknownAndOld warns of keys that the format does not know and of those that
// are deprecated.
func (d *document) unknownAndOld(s *jsonschema.Schema, path []string, v any) {
	switch x := v.(type) {
	case []any:
		for i, e := range x {
			d.unknownAndOld(items(s), append(path[:len(path):len(path)], item(i)), e)
		}
	case map[string]any:
		if t := target(s); t == nil || t.Properties == nil && t.AdditionalProperties == nil {
			return // a mapping where none belongs: said already
		}
		for _, key := range slices.Sorted(maps.Keys(x)) {
			here := append(path[:len(path):len(path)], key)
			c := child(s, key)
			switch {
			case c == nil:
				d.say(Warning, here, d.find(here), "the format does not know this key")
			case c.Deprecated:
				d.say(Warning, here, d.find(here), "is deprecated: %s", c.Description)
			}
			if c != nil {
				d.unknownAndOld(c, here, x[key])
			}
		}
	}
}

// remarks warns of what is right but old, careless, or wrong in the version the
// file says it is of.
func (d *document) remarks(version string) {
	d.unquoted(nil, root(), d.value)
	for _, key := range []string{"countries", "unsupportedCountries"} {
		for i, c := range list(d.value, "intendedAudience", key) {
			if s, ok := c.(string); ok && s != strings.ToUpper(s) && country(s) == nil {
				here := []string{"intendedAudience", key, item(i)}
				d.say(Warning, here, d.find(here), "country codes in small letters are deprecated; write %s", strings.ToUpper(s))
			}
		}
	}
	if d.value["it"] != nil && d.value["IT"] != nil {
		d.say(Error, []string{"it"}, d.find([]string{"it"}), "IT is there already; remove this section")
	}
	for i, f := range list(d.value, "fundedBy") {
		if m, ok := f.(map[string]any); ok && m["name"] == nil {
			here := []string{"fundedBy", item(i), "name"}
			d.say(Warning, here, d.find(here), "should say who funds the software")
		}
	}
	for lang, v := range mapping(d.value, "description") {
		d.description(lang, v, version)
	}
	d.sinceThen(version)
}

// unquoted warns of texts that other readers will take for numbers.
func (d *document) unquoted(path []string, s *jsonschema.Schema, v any) {
	switch x := v.(type) {
	case map[string]any:
		for key, e := range x {
			d.unquoted(append(path[:len(path):len(path)], key), child(s, key), e)
		}
	case []any:
		for i, e := range x {
			d.unquoted(append(path[:len(path):len(path)], item(i)), items(s), e)
		}
	case string:
		if tag := d.tag[where(path)]; textual(s) && (tag == "!!int" || tag == "!!float" || tag == "!!bool") {
			d.say(Warning, path, d.find(path), "is a text: put it in quotes")
		}
	}
}

// description warns of what one language's section had to be in its version.
func (d *document) description(lang string, v any, version string) {
	m, ok := v.(map[string]any)
	if !ok {
		return
	}
	here := func(keys ...string) []string { return append([]string{"description", lang}, keys...) }
	if version != "0.2" {
		return
	}
	if m["genericName"] == nil {
		d.say(Warning, here("genericName"), d.find(here("genericName")), "is mandatory in 0.2, and deprecated from 0.3 on")
	}
	if long, ok := m["longDescription"].(string); ok && length(150, 10_000)(long) == nil && uniseg.GraphemeClusterCount(long) < 500 {
		d.say(Warning, here("longDescription"), d.find(here("longDescription")), "must have at least 500 characters in 0.2, 150 from 0.3 on")
	}
	for i, f := range list(m, "features") {
		if s, ok := f.(string); ok && uniseg.GraphemeClusterCount(s) > 100 {
			p := here("features", item(i))
			d.say(Warning, p, d.find(p), "must have at most 100 characters in 0.2")
		}
	}
}

// sinceThen warns of keys and values newer than the version of the file, and of
// those its version demanded.
func (d *document) sinceThen(version string) {
	for key, s := range root().Properties {
		if since, ok := strings.CutPrefix(s.Comment, "since "); ok && d.value[key] != nil && version < since {
			d.say(Warning, []string{key}, d.find([]string{key}), "is known from %s on; the file says it is of %s", since, version)
		}
	}
	for key, until := range map[string]string{"releaseDate": "0.4", "categories": "0.5"} {
		if version < until && d.value[key] == nil {
			d.say(Warning, []string{key}, d.find([]string{key}), "is mandatory before %s; the file says it is of %s", until, version)
		}
	}
	for i, c := range list(d.value, "categories") {
		s, _ := c.(string)
		if since := newCategories[s]; version < since {
			here := []string{"categories", item(i)}
			d.say(Warning, here, d.find(here), "is a category from %s on; the file says it is of %s", since, version)
		}
	}
}

// newCategories are those that came after 0.2.
var newCategories = map[string]string{"educational-content": "0.3", "whistleblowing": "0.3", "design": "0.4", "design-system": "0.4",
	"integrated-library-system": "0.4", "regulations-and-directives": "0.4", "other": "0.5"}

func mapping(v any, keys ...string) map[string]any {
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	m, _ := v.(map[string]any)
	return m
}

func list(v any, keys ...string) []any {
	n := len(keys) - 1
	l, _ := mapping(v, keys[:n]...)[keys[n]].([]any)
	return l
}
