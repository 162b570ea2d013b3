package vocab

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"stoa/internal/good"
)

//go:embed data/support.tsv
var supportTSV string

// SupportKind is a kind of help that goods need and organisations offer.
type SupportKind struct {
	Code       string
	Group      string      // "work" that somebody does, a "channel" to people, "means" that are given
	Indicators []string    // of the DPG Standard, that it helps to meet
	Kinds      []good.Kind // of good that it fits; none: every
}

var supportKinds = sync.OnceValue(func() []SupportKind {
	var out []SupportKind
	for f := range rows(supportTSV) {
		k := SupportKind{Code: f[0], Group: f[1]}
		if len(f) > 2 {
			k.Indicators = strings.Fields(f[2])
		}
		if len(f) > 3 {
			for _, of := range strings.Fields(f[3]) {
				k.Kinds = append(k.Kinds, good.Kind(of))
			}
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

// Fits says whether the help is of use for a good of some kinds; one whose kinds
// nobody knows, any help fits.
func (k SupportKind) Fits(kinds ...good.Kind) bool {
	return len(k.Kinds) == 0 || len(kinds) == 0 || slices.ContainsFunc(kinds, func(of good.Kind) bool { return slices.Contains(k.Kinds, of) })
}
