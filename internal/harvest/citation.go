package harvest

import (
	"fmt"
	"strings"

	"stoa/internal/good"
	"stoa/internal/publiccode"
)

// splitWords takes apart keywords that were written in one text.
func splitWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' })
}

// Citation makes candidates of a CITATION.cff file, found at address: of the
// work that the file is about, and, where references are asked for, of the works
// it refers to instead. An error is about the whole file.
func Citation(source, address string, raw []byte, references bool) ([]Candidate, error) {
	top, found := publiccode.Mapping(raw)
	if top == nil || top["cff-version"] == nil {
		for _, f := range found {
			if f.Level == publiccode.Error {
				return nil, fmt.Errorf("line %d: %s", f.Line, f.Message)
			}
		}
		return nil, fmt.Errorf("no cff-version")
	}
	if !references {
		return []Candidate{cited(source, address, top)}, nil
	}
	list, _ := top["references"].([]any)
	var out []Candidate
	for _, one := range list {
		if work, ok := one.(map[string]any); ok {
			out = append(out, cited(source, "", work))
		}
	}
	return out, nil
}

// cffKinds are the types of works that are goods of a kind.
var cffKinds = map[string]good.Kind{"": good.Software, "software": good.Software, "software-code": good.Software, "software-container": good.Software,
	"software-executable": good.Software, "software-virtual-machine": good.Software, "dataset": good.Data, "data": good.Data, "database": good.Data,
	"standard": good.Standard, "generic": good.Content, "book": good.Content, "manual": good.Content, "video": good.Content, "website": good.Content}

// cited is one work. A file that says no type is about software.
func cited(source, address string, work map[string]any) Candidate {
	m := &mend{}
	f := good.Facts{}
	text := func(key string) string {
		s, _ := work[key].(string)
		return s
	}
	if k, ok := cffKinds[text("type")]; ok {
		f.Kinds = []good.Kind{k}
	} else {
		m.note("kinds", text("type"), "", "not-a-good")
	}
	m.called(&f, []string{text("title")})
	if s := text("abstract"); s != "" {
		m.about(&f, "", s)
	}
	f.Website, _ = m.address("website", text("url"))
	m.had(&f, blanks([]string{text("repository-code"), text("repository"), text("repository-artifact")}))
	f.Licences = m.rights("licences", append(strs(work["license"]), text("license-url"))...)
	m.citedPeople(&f, work["authors"])
	m.contactsOf(work["contact"])
	m.subjects(&f, strs(work["keywords"]))
	m.identifier(&f, text("doi"))
	list, _ := work["identifiers"].([]any)
	for _, one := range list {
		if id, ok := one.(map[string]any); ok {
			value, _ := id["value"].(string)
			m.identifier(&f, value)
		}
	}
	id := ""
	for _, at := range append(mappedURLs(f.Repositories), address, f.Website) {
		if id = placeOf(at); id != "" {
			f.Cite = map[good.Field]string{"": at}
			break
		}
	}
	if id == "" {
		m.hold("id-missing", "")
		id = placeID(f.Name)
	}
	return m.finish(source, id, f, nil)
}

func mappedURLs(in []good.Link) []string {
	var out []string
	for _, l := range in {
		out = append(out, l.URL)
	}
	return out
}

// strs is a text, or a list of them, as a list.
func strs(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, one := range v {
			if s, ok := one.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// citedPeople takes over who is to be cited: entities are organisations, unless
// the work itself stands for one; everybody else is private.
func (m *mend) citedPeople(f *good.Facts, v any) {
	list, _ := v.([]any)
	for _, one := range list[:min(len(list), most)] {
		who, _ := one.(map[string]any)
		name, _ := who["name"].(string)
		website, _ := who["website"].(string)
		if name != "" {
			if !strings.EqualFold(strings.TrimSpace(name), f.Name) {
				m.organisation(f, name, website, good.Owner)
			}
			continue
		}
		m.person("author", who)
	}
}

func (m *mend) contactsOf(v any) {
	list, _ := v.([]any)
	for _, one := range list[:min(len(list), most)] {
		if who, ok := one.(map[string]any); ok {
			m.person("contact", who)
		}
	}
}

// person keeps somebody apart, privately.
func (m *mend) person(role string, who map[string]any) {
	var parts []string
	for _, key := range []string{"given-names", "name-particle", "family-names", "name-suffix"} {
		if s, _ := who[key].(string); s != "" {
			parts = append(parts, s)
		}
	}
	if name, _ := who["name"].(string); len(parts) == 0 && name != "" {
		parts = []string{name}
	}
	mail, _ := who["email"].(string)
	m.contact(role, strings.Join(parts, " "), mail)
}
