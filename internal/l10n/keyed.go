package l10n

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// readJSON reads texts that lie under keys, however deep. What a key that begins
// with @ says is about another.
func readJSON(text string) (*File, error) {
	doc, err := parsed(text)
	if err != nil {
		return nil, err
	}
	out := &File{}
	if l, ok := doc["@@locale"].(string); ok {
		out.Language = strings.ReplaceAll(l, "_", "-")
	}
	within(out, doc, "", 0)
	return out, nil
}

func parsed(text string) (map[string]any, error) {
	var doc map[string]any
	if json.Unmarshal([]byte(text), &doc) != nil || doc == nil {
		return nil, wrong("l10n.error.json")
	}
	return doc, nil
}

func within(out *File, v any, key string, depth int) {
	if depth > mostDepth || len(out.Units) > MaxUnits {
		return
	}
	switch v := v.(type) {
	case string:
		if v != "" {
			out.Units = append(out.Units, Unit{Key: key, Source: v})
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if strings.HasPrefix(k, "@") {
				continue
			}
			n := len(out.Units)
			within(out, v[k], strings.TrimPrefix(key+"."+k, "."), depth+1)
			if about, ok := v["@"+k].(map[string]any); ok && len(out.Units) == n+1 {
				out.Units[n].Note, _ = about["description"].(string)
			}
		}
	case []any:
		for i, inner := range v {
			within(out, inner, key+"."+strconv.Itoa(i), depth+1)
		}
	}
}

// readXCStrings reads a catalogue of Apple's: of all its languages, one unit for
// each text of the source.
func readXCStrings(text string) (*File, error) {
	languages, err := catalogue(text)
	if err != nil {
		return nil, err
	}
	out := &File{Language: languages.source}
	for _, key := range languages.keys {
		out.Units = append(out.Units, Unit{Key: key, Source: first(languages.of[languages.source][key], key)})
	}
	return out, nil
}

// strings are the texts of every language of one file.
type catalogued struct {
	source string
	keys   []string
	of     map[string]map[string]string
}

func catalogue(text string) (*catalogued, error) {
	var doc struct {
		Source  string `json:"sourceLanguage"`
		Strings map[string]struct {
			Localizations map[string]any `json:"localizations"`
			Translate     *bool          `json:"shouldTranslate"`
		} `json:"strings"`
	}
	if json.Unmarshal([]byte(text), &doc) != nil || doc.Source == "" || doc.Strings == nil {
		return nil, wrong("l10n.error.json")
	}
	out := &catalogued{source: doc.Source, of: map[string]map[string]string{}}
	for _, key := range slices.Sorted(maps.Keys(doc.Strings)) {
		s := doc.Strings[key]
		if key == "" || s.Translate != nil && !*s.Translate {
			continue
		}
		out.keys = append(out.keys, key)
		for lang, l := range s.Localizations {
			if out.of[lang] == nil {
				out.of[lang] = map[string]string{}
			}
			if value := valueOf(l, 0); value != "" {
				out.of[lang][key] = value
			}
		}
	}
	return out, nil
}

// valueOf is the first text that is translated within a localisation.
func valueOf(v any, depth int) string {
	m, ok := v.(map[string]any)
	if !ok || depth > 8 {
		return ""
	}
	if unit, ok := m["stringUnit"].(map[string]any); ok {
		if state, _ := unit["state"].(string); state == "translated" || state == "" {
			s, _ := unit["value"].(string)
			return s
		}
		return ""
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if s := valueOf(m[k], depth+1); s != "" {
			return s
		}
	}
	return ""
}

// android reads the resources of an Android program.
type android struct {
	out   File
	name  string
	item  int
	key   string
	on    bool
	skip  bool
	text  strings.Builder
	known bool
}

func readAndroid(text string) (*File, error) {
	a := &android{}
	err := walk(text, "l10n.error.android", a.begin, func(_ []string, s string) {
		if a.on && a.text.Len() <= 4*MaxText {
			a.text.WriteString(s)
		}
	}, a.end)
	if err == nil && !a.known {
		err = wrong("l10n.error.android")
	}
	return &a.out, err
}

func (a *android) begin(path []string, e xml.StartElement) {
	switch e.Name.Local {
	case "resources":
		a.known = len(path) == 1
	case "string", "plurals", "string-array":
		a.name, a.item = attr(e, "name"), 0
		a.skip = attr(e, "translatable") == "false"
		if a.key = a.name; e.Name.Local == "string" {
			a.on = true
		}
	case "item":
		if len(path) > 1 && (path[len(path)-2] == "plurals" || path[len(path)-2] == "string-array") {
			a.key, a.on = a.name+"."+first(attr(e, "quantity"), strconv.Itoa(a.item)), true
			a.item++
		}
	}
}

func (a *android) end(path []string) {
	last := path[len(path)-1]
	if last != "string" && last != "item" || !a.on {
		return
	}
	s := strings.NewReplacer(`\'`, "'", `\"`, `"`, `\n`, "\n", `\t`, "\t", `\@`, "@", `\?`, "?", `\\`, `\`).Replace(strings.TrimSpace(a.text.String()))
	if s != "" && !a.skip && len(a.out.Units) <= MaxUnits {
		a.out.Units = append(a.out.Units, Unit{Key: a.key, Source: s})
	}
	a.text.Reset()
	a.on = false
}
