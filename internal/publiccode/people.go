package publiccode

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// mailbox is an e-mail address in a text. What git clones from is none.
var mailbox = regexp.MustCompile(`[\pL\pN._%+-]{1,64}@[\pL\pN-]{1,63}(\.[\pL\pN-]{1,63})+`)

// WithoutAddresses is a text without e-mail addresses.
func WithoutAddresses(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	return mailbox.ReplaceAllStringFunc(s, func(found string) string {
		if strings.HasPrefix(found, "git@") {
			return found
		}
		return "…"
	})
}

// WithoutPeople is the file without those who maintain it: its contacts and
// contractors, and every e-mail address. What is no YAML document, is larger
// than MaxSize or nested too deeply is refused.
func WithoutPeople(raw []byte) ([]byte, error) {
	if len(raw) > MaxSize || !utf8.Valid(raw) {
		return nil, fmt.Errorf("no text of at most %d bytes in UTF-8", MaxSize)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(raw), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		return nil, err
	}
	var top yaml.Node
	if err := loader.Load(&top); err != nil {
		return nil, err
	}
	if len(top.Content) == 1 {
		if cut, ok := withoutLines(raw, top.Content[0]); ok {
			return []byte(WithoutAddresses(string(cut))), nil
		}
	}
	if len(top.Content) == 1 && unpeopled(top.Content[0]) {
		var out bytes.Buffer
		enc := yaml.NewEncoder(&out)
		enc.SetIndent(2)
		if err := enc.Encode(&top); err != nil { // what was taken out is referred to from elsewhere
			return nil, err
		}
		if err := enc.Close(); err != nil {
			return nil, err
		}
		raw = out.Bytes()
	}
	return []byte(WithoutAddresses(string(raw))), nil
}

// withoutLines is the file without the lines in which its people stand, where
// they are written as most files are: every key of a mapping in a line of its
// own. Else, and where anything refers to something else, ok is false.
func withoutLines(raw []byte, file *yaml.Node) (out []byte, ok bool) {
	if bytes.ContainsAny(raw, "&*\r") || file.Kind != yaml.MappingNode || file.Style&yaml.FlowStyle != 0 {
		return nil, false
	}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	for i := 0; i+1 < len(file.Content); i += 2 {
		m, end := file.Content[i+1], len(lines)+1
		if file.Content[i].Value != "maintenance" || m.Kind != yaml.MappingNode {
			continue
		}
		if i+2 < len(file.Content) {
			end = file.Content[i+2].Line
		}
		if m.Style&yaml.FlowStyle != 0 || m.Line == file.Content[i].Line {
			return nil, false
		}
		for k := len(m.Content) - 2; k >= 0; k -= 2 {
			key := m.Content[k]
			if key.Value == "contacts" || key.Value == "contractors" {
				for n := key.Line; n < end; n++ {
					lines[n-1] = nil
				}
			}
			end = key.Line
		}
	}
	return bytes.Join(lines, nil), true
}

// unpeopled takes the people out of a file, wherever it refers to them from, and
// says whether there were any.
func unpeopled(n *yaml.Node) bool {
	found := false
	if n.Kind == yaml.MappingNode {
		kept := n.Content[:0:0]
		for i := 0; i+1 < len(n.Content); i += 2 {
			if k := n.Content[i].Value; k == "contacts" || k == "contractors" {
				found = true
				continue
			}
			kept = append(kept, n.Content[i], n.Content[i+1])
		}
		n.Content = kept
	}
	for _, c := range n.Content {
		found = unpeopled(c) || found
	}
	return found
}
