package vocab

import (
	_ "embed"
	"sync"
)

//go:embed data/official.tsv
var officialTSV string

var official = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for f := range rows(officialTSV) {
		out[f[0]] = f[1:]
	}
	return out
})

// OfficialLanguages are the languages in which the offices of a country work, by
// law or by use, the most used first; BCP 47. The caller must not change the
// slice.
func OfficialLanguages(alpha2 string) []string { return official()[alpha2] }
