package catalog

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
)

// recent is what common words found: who narrows a search by one facet after the
// other, turns pages or changes the order asks for the same words again. It
// belongs to a snapshot, or to a segment, and ends with it, so that nothing in
// it is ever old. The zero value is ready.
type recent[V found] struct {
	mu    sync.Mutex
	words []V // the last asked for first
	bytes int
}

// found is what one question found. It never changes.
type found interface {
	comparable
	question() (text, lang string)
	size() int // bytes
}

// oneFound is what one question found in a snapshot.
type oneFound struct {
	text, lang string
	fuzzy      bool
	parts      []foundPart
	bytes      int
}

func (w *oneFound) question() (text, lang string) { return w.text, w.lang }

func (w *oneFound) size() int { return w.bytes }

// foundPart is what was found in one part, and its scores: of the found in their
// order, or by good where most were found.
type foundPart struct {
	found  *roaring.Bitmap
	scores []float32
	size   int // goods in the part
	column bool
}

const (
	// keptFrom is how many goods words must find to be kept: others are soon
	// found again.
	keptFrom = 1024
	// keptPerGood is the most bytes that are kept, for each good of the snapshot;
	// beyond flatMost goods memory is dearer than time, and no more is kept.
	keptPerGood = 6
)

// found is find, which common words need not run twice.
func (s *Snapshot) found(text, lang string) finding {
	if k := s.words.get(text, lang); k != nil {
		return k.open()
	}
	groups := sync.OnceValue(func() []analysis.Group { return analysis.NewStemmer().Question(text, lang) })
	if f, ok := s.findOne(text, lang, groups); ok {
		return f
	}
	f := s.find(text, groups())
	total := 0
	for _, m := range f.parts {
		total += int(m.found.GetCardinality())
	}
	if total >= keptFrom {
		s.words.put(f.keep(text, lang), keptPerGood*min(s.live, flatMost))
	}
	return f
}

// get is what words found, the zero value if that is not kept.
func (k *recent[V]) get(text, lang string) (none V) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, w := range k.words {
		if t, l := w.question(); t == text && l == lang {
			copy(k.words[1:i+1], k.words[:i])
			k.words[0] = w
			return w
		}
	}
	return none
}

// put keeps w and lets go of what was not asked for the longest, down to most bytes.
func (k *recent[V]) put(w V, most int) {
	if w.size() > most {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	text, lang := w.question()
	for _, have := range k.words {
		if t, l := have.question(); t == text && l == lang {
			return // somebody else was faster
		}
	}
	k.words = append([]V{w}, k.words...)
	k.bytes += w.size()
	for k.bytes > most {
		last := len(k.words) - 1
		k.bytes -= k.words[last].size()
		k.words = slices.Delete(k.words, last, last+1)
	}
}

// keep is what was found, to be kept.
func (f *finding) keep(text, lang string) *oneFound {
	w := &oneFound{text: text, lang: lang, fuzzy: f.fuzzy, parts: make([]foundPart, len(f.parts)), bytes: len(text) + 256}
	for k := range f.parts {
		m := &f.parts[k]
		n := int(m.found.GetCardinality())
		p := foundPart{found: m.found, size: len(m.scores), column: 2*n >= len(m.scores)}
		if p.column {
			p.scores, m.kept = m.scores, true
		} else {
			p.scores = make([]float32, 0, n)
			eachOf(m.found, func(d uint32) { p.scores = append(p.scores, m.scores[d]) })
		}
		w.parts[k] = p
		w.bytes += 4*len(p.scores) + min(len(m.scores)/8, 4*n)
	}
	return w
}

// open is the finding that was kept. Only the scores of goods found are set.
func (w *oneFound) open() finding {
	f := finding{parts: make([]matched, len(w.parts)), fuzzy: w.fuzzy}
	for k, p := range w.parts {
		if p.column {
			f.parts[k] = matched{scores: p.scores, found: p.found, kept: true}
			continue
		}
		m := usedMatched(p.size)
		m.found = p.found
		i := 0
		eachOf(p.found, func(d uint32) { m.scores[d] = p.scores[i]; i++ })
		f.parts[k] = m
	}
	return f
}

// eachOf gives every number of a bitmap in order.
func eachOf(b *roaring.Bitmap, number func(uint32)) {
	var buf [256]uint32
	it := b.ManyIterator()
	for n := it.NextMany(buf[:]); n > 0; n = it.NextMany(buf[:]) {
		for _, d := range buf[:n] {
			number(d)
		}
	}
}
