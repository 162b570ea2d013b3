package access

import (
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
)

// The law written out a second time, as a person would check it.
func TestWhoMayDoWhat(t *testing.T) {
	all := []Act{Import, Settle, Edit, Rename, Remove, Merge, Erase}
	may := map[string]string{
		Operator: "import settle edit rename remove merge erase",
		Importer: "import",
		"public": "", "Operator": "", " operator": "",
	}
	for role, allowed := range may {
		for _, act := range all {
			err := Can(good.Actor{Role: role}, act)
			if want := slices.Contains(strings.Fields(allowed), string(act)); (err == nil) != want {
				t.Errorf("%q %s: allowed %v, want %v", role, act, err == nil, want)
			}
			if err != nil && good.KindOf(err) != good.Forbidden {
				t.Errorf("%q %s: kind %v", role, act, good.KindOf(err))
			}
		}
		if Can(good.Actor{Role: role}, "anything else") == nil {
			t.Errorf("%q may do an unknown act", role)
		}
	}
	if err := Can(good.Actor{}, Import); good.KindOf(err) != good.Unauthenticated {
		t.Errorf("nobody may import: %v", err)
	}
}
