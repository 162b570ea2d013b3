package sources

import (
	"testing"

	"stoa/internal/app/imports/runs"
)

func TestEveryKindHasAName(t *testing.T) {
	for _, k := range runs.Kinds() {
		if kindNames[k.Name][0] == "" {
			t.Errorf("the kind %s has no name for readers", k.Name)
		}
	}
}
