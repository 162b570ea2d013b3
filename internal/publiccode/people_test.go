package publiccode

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestNobodyIsLeftInAFile writes people in every way YAML has for it.
func TestNobodyIsLeftInAFile(t *testing.T) {
	for _, file := range []string{
		"name: A\nmaintenance:\n  type: internal\n  contacts:\n  - name: Planted\n    email: planted@people.example\nlegal:\n  license: MIT\n",
		"name: A\nmaintenance:\n  contacts:\n    - name: Planted\n      phone: |\n        1\n        Planted\n  type: internal\nlegal:\n  license: MIT\n",
		"name: A\nmaintenance:\n  contractors:\n    - name: Planted\n  contacts:\n    - {name: Planted}\n  type: internal\nlegal: {license: MIT}\n",
		"name: A\nmaintenance: {type: internal, contacts: [{name: Planted}]}\nlegal:\n  license: MIT\n",
		"{name: A, maintenance: {type: internal, contacts: [{name: Planted}]}, legal: {license: MIT}}",
		"name: A\n\"maintenance\":\n  'contacts': [{name: Planted}]\n  type: internal\nlegal:\n  license: MIT\n",
		"name: A\nmaintenance:\n  \"\\x63ontacts\":\n  - name: Planted\n  type: internal\nlegal:\n  license: MIT\n",
		"name: A\r\nmaintenance:\r\n  contacts:\r\n  - name: Planted\r\n  type: internal\r\nlegal:\r\n  license: MIT\r\n",
		"legal:\n  license: MIT\nname: A\nmaintenance:\n  type: internal\n  contacts:\n  - name: Planted\n",
		"x: &m\n  type: internal\n  contacts:\n  - name: Planted\nname: A\nmaintenance: *m\nlegal:\n  license: MIT\n",
	} {
		out, err := WithoutPeople([]byte(file))
		if err != nil {
			if strings.Contains(file, "&m") { // refused is as good
				continue
			}
			t.Errorf("%v\n%s", err, file)
			continue
		}
		var doc struct {
			Name        string
			Maintenance struct{ Type string }
			Legal       struct{ License string }
		}
		if err := yaml.Unmarshal(out, &doc); err != nil || doc.Name != "A" || doc.Legal.License != "MIT" || doc.Maintenance.Type != "internal" {
			t.Errorf("%v %+v of\n%s\n→\n%s", err, doc, file, out)
		}
		if strings.Contains(string(out), "lanted") {
			t.Errorf("somebody is left of\n%s\n→\n%s", file, out)
		}
	}
	plain := "name: A\ndescription:\n  en:\n    longDescription: Write to us@people.example or clone git@git.example:a/b.git\n"
	if out, err := WithoutPeople([]byte(plain)); err != nil || strings.Contains(string(out), "us@people") || !strings.Contains(string(out), "git@git.example") {
		t.Errorf("%v %s", err, out)
	}
	if _, err := WithoutPeople([]byte("a: [b")); err == nil {
		t.Error("what is no YAML is taken")
	}
}

func FuzzWithoutPeople(f *testing.F) {
	f.Add("name: A\nmaintenance:\n  contacts:\n  - name: Planted\n")
	f.Add("maintenance: &a\n  contacts: *a\n")
	f.Add("maintenance:\n contacts:\n -\n? maintenance\n")
	f.Fuzz(func(t *testing.T, file string) {
		out, err := WithoutPeople([]byte(file))
		if err == nil && len(out) > 2*len(file)+4096 {
			t.Errorf("%d bytes of %d", len(out), len(file))
		}
	})
}
