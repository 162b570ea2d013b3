package sources

import (
	"testing"

	"stoa/internal/app/imports/runs"
	"stoa/internal/i18n"
)

func TestEveryKindHasAName(t *testing.T) {
	for _, k := range runs.Kinds() {
		if kindNames[k.Name][0] == "" {
			t.Errorf("the kind %s has no name for readers", k.Name)
		}
	}
}

// TestEveryOptionHasALabel asks for the words of each option of each kind.
func TestEveryOptionHasALabel(t *testing.T) {
	l, _ := i18n.Get("en")
	for _, k := range runs.Kinds() {
		for _, o := range k.Options {
			keys := []string{"", ".hint"}
			for _, w := range o.Words {
				keys = append(keys, "."+w)
			}
			for _, more := range keys {
				if key := "harvest.option." + o.Name + more; l.T(key) == key || l.T(key) == "" {
					t.Errorf("%s of %s has no sentence %s", o.Name, k.Name, key)
				}
			}
		}
	}
}
