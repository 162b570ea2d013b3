package vocab

import (
	_ "embed"
	"slices"
	"sync"
)

//go:embed data/sectors.tsv
var sectorsTSV string

type sectorIndex struct {
	codes      []string
	bySpelling map[string]string
}

var sectors = sync.OnceValue(func() sectorIndex {
	ix := sectorIndex{bySpelling: map[string]string{}}
	for f := range rows(sectorsTSV) {
		ix.codes = append(ix.codes, f[0])
		for _, s := range f {
			if k := fold(s); ix.bySpelling[k] == "" {
				ix.bySpelling[k] = f[0]
			}
		}
	}
	return ix
})

// Sectors lists the codes of the sectors goods serve, in alphabetical order.
// The caller must not change the slice.
func Sectors() []string { return slices.Clip(sectors().codes) }

// FindSector finds the sector meant by a spelling.
func FindSector(spelling string) (code string, ok bool) {
	code, ok = sectors().bySpelling[fold(spelling)]
	return code, ok
}
