package vocab

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/support.tsv
var supportTSV string

// SupportKind is a kind of help that goods need and organisations offer.
type SupportKind struct {
	Code       string
	Group      string   // "work" that somebody does, a "channel" to people, "means" that are given
	Indicators []string // of the DPG Standard, that it helps to meet
}

var supportKinds = sync.OnceValue(func() []SupportKind {
	var out []SupportKind
	for f := range rows(supportTSV) {
		k := SupportKind{Code: f[0], Group: f[1]}
		if len(f) > 2 {
			k.Indicators = strings.Fields(f[2])
		}
		out = append(out, k)
	}
	return out
})

// SupportKinds lists the kinds of support in the order in which they are shown.
// The caller must not change the slice.
func SupportKinds() []SupportKind { return slices.Clip(supportKinds()) }

// SupportKindByCode finds a kind of support.
func SupportKindByCode(code string) (SupportKind, bool) {
	for _, k := range supportKinds() {
		if k.Code == code {
			return k, true
		}
	}
	return SupportKind{}, false
}
