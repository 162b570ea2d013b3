package target

import (
	"strings"

	"stoa/internal/check"
)

// node is an object of a JSON document, by the last parts of its keys: "title"
// of "dct:title" and of "http://purl.org/dc/terms/title".
type node map[string]any

func nodeOf(v any) node {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	out := make(node, len(m))
	for k, v := range m {
		if short := k[strings.LastIndexAny(k, ":/#")+1:]; out[short] == nil {
			out[short] = v
		}
	}
	return out
}

// list is a value as a list of one or more.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// deepest is how far down a description of data is looked for.
const deepest = 4

// find finds what describes a set of data in a document.
func find(v any, depth int) (node, check.Form) {
	if depth > deepest {
		return nil, ""
	}
	for _, one := range list(v) {
		n := nodeOf(one)
		if n == nil {
			continue
		}
		if form := n.form(); form != "" {
			return n, form
		}
		for _, key := range []string{"@graph", "mainEntity", "dataset"} {
			if n[key] == nil {
				continue
			}
			if found, form := find(n[key], depth+1); found != nil {
				return found, form
			}
		}
	}
	return nil, ""
}

// form is how a node describes data, "" where it does not.
func (n node) form() check.Form {
	about := ""
	for _, t := range append(list(n["@type"]), list(n["type"])...) {
		s, _ := t.(string)
		if s[strings.LastIndexAny(s, ":/#")+1:] == "Dataset" {
			about = s
		}
	}
	switch {
	case about != "" && (n["recordSet"] != nil || strings.Contains(n.text("conformsTo"), "croissant")):
		return check.Croissant
	case strings.Contains(about, "dcat") || about != "" && (n["accessRights"] != nil || n["title"] != nil && n["name"] == nil):
		return check.DCAT
	case about != "":
		return check.SchemaOrg
	case len(n.nodes("resources")) > 0 && (n["name"] != nil || n["profile"] != nil || n["licenses"] != nil):
		return check.DataPackage
	}
	return ""
}

// nodes are the objects under the first of these keys that has any.
func (n node) nodes(keys ...string) []node {
	for _, key := range keys {
		var out []node
		for _, v := range list(n[key]) {
			if m := nodeOf(v); m != nil && len(out) < mostColumns {
				out = append(out, m)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// texts are what the first of these keys says that says anything: strings, and
// of objects their values, addresses or names.
func (n node) texts(keys ...string) []string {
	for _, key := range keys {
		var out []string
		for _, v := range list(n[key]) {
			s, ok := v.(string)
			if m := nodeOf(v); !ok && m != nil {
				for _, inner := range []string{"@value", "path", "url", "@id", "name", "title"} {
					if s, ok = m[inner].(string); ok && s != "" && !strings.HasPrefix(s, "_:") {
						break
					}
				}
			}
			if s = strings.TrimSpace(text(s)); s != "" && len(out) < mostTables {
				out = append(out, s)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// text is the first of texts; of a person or an organisation, its name.
func (n node) text(keys ...string) string {
	for _, key := range keys {
		for _, m := range n.nodes(key) {
			if s, ok := m["name"].(string); ok && s != "" {
				return text(s)
			}
		}
		if all := n.texts(key); len(all) > 0 {
			return all[0]
		}
	}
	return ""
}

// columns adds what fields say of themselves.
func (d *described) columns(fields []node) {
	for _, f := range fields {
		if name := f.text("name", "@id"); name != "" && len(d.Columns) < mostColumns {
			d.Columns = append(d.Columns, check.Column{Name: name, Type: f.text("dataType", "type", "unitText"), Description: f.text("description")})
		}
	}
}
