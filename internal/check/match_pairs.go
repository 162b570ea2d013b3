package check

import (
	"encoding/binary"
	"strings"
	"sync"

	"github.com/google/licensecheck"
)

// known are the texts of the library, and which pairs of words are in each.
type known struct {
	licences []licensecheck.License
	pairs    []string  // hashes of eight bytes, each once, by licence
	weight   []float64 // of one pair found, by licence
	size     []float64 // weights of all pairs, by licence
}

// Pairs are the pairs of words that Prepare writes, where a program brings them
// along (package index does): to find them takes longer than a small tree takes.
var Pairs string

var library = sync.OnceValue(func() *known {
	k := &known{}
	for _, l := range licensecheck.BuiltinLicenses() {
		if l.LRE != "" { // else it is an address: vocab knows those
			k.licences = append(k.licences, l)
		}
	}
	if !k.unpack(Pairs) {
		k.find()
	}
	for l, pairs := range k.pairs {
		k.weight = append(k.weight, 1)
		if len(k.licences[l].LRE) > shortText {
			k.weight[l] = oneIn
		}
		k.size = append(k.size, k.weight[l]*float64(len(pairs)/8))
	}
	return k
})

// find finds the pairs in the texts.
func (k *known) find() {
	var hashes []uint64
	var kept []byte
	var once bag
	var ends []int
	for _, l := range k.licences {
		hashes = pattern{l.LRE}.pairs(hashes[:0])
		once.empty(len(hashes))
		for _, h := range hashes {
			if (len(l.LRE) <= shortText || h%oneIn == 0) && once.add(h) {
				kept = binary.LittleEndian.AppendUint64(kept, h)
			}
		}
		ends = append(ends, len(kept))
	}
	all, from := string(kept), 0
	for _, to := range ends {
		k.pairs = append(k.pairs, all[from:to])
		from = to
	}
}

// Prepare finds the pairs, for Pairs: the sum of the texts they are of, then of
// each text how many bytes they take, then they.
func Prepare() []byte {
	k := library()
	out := binary.LittleEndian.AppendUint64(nil, k.sum())
	for _, p := range k.pairs {
		out = binary.LittleEndian.AppendUint64(out, uint64(len(p)))
	}
	return append(out, strings.Join(k.pairs, "")...)
}

// unpack takes what Prepare wrote. It says no where there is none, or where it is
// of other texts.
func (k *known) unpack(prepared string) bool {
	head := 8 * (1 + len(k.licences))
	if len(prepared) < head || eight(prepared) != k.sum() {
		return false
	}
	from := head
	for l := range k.licences {
		to := from + int(eight(prepared[8*(1+l):]))
		k.pairs = append(k.pairs, prepared[from:to])
		from = to
	}
	return true
}

// sum tells one edition of the library's texts from another by their names and
// lengths: to read all would take as long as what it spares.
func (k *known) sum() uint64 {
	h := uint64(seed)
	for _, l := range k.licences {
		h = (h ^ uint64(len(l.LRE))) * prime
		for _, c := range []byte(l.ID) {
			h = (h ^ uint64(c)) * prime
		}
	}
	return h
}

// eight is the number in the first eight bytes.
func eight(s string) uint64 { return binary.LittleEndian.Uint64([]byte(s[:8])) }
