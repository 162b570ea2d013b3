package vocab

import (
	_ "embed"
	"slices"
	"sync"
)

//go:embed data/blocks.tsv
var blocksTSV string

// Block is a building block of digital government.
type Block struct {
	Code  string
	Name  string   // in English
	Words []string // by which goods that serve as one are found, in English
}

var blocks = sync.OnceValue(func() (out []Block) {
	for f := range rows(blocksTSV) {
		out = append(out, Block{Code: f[0], Name: f[1], Words: f[2:]})
	}
	return out
})

// Blocks lists the building blocks in alphabetical order of their codes. The
// caller must not change the slice.
func Blocks() []Block { return slices.Clip(blocks()) }

// FindBlock finds the building block meant by a code or an English name.
func FindBlock(spelling string) (Block, bool) {
	key := fold(spelling)
	for _, b := range blocks() {
		if fold(b.Code) == key || fold(b.Name) == key {
			return b, true
		}
	}
	return Block{}, false
}
