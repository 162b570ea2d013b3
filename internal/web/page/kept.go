package page

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"
)

// Kept holds parts of pages that were rendered before, by what they depend on.
// It is for parts that many pages repeat: a good in a list, a value of a facet.
// It keeps two generations of at most Max parts each; when the young one is
// full the old one is forgotten.
type Kept[K comparable] struct {
	Max int

	mu         sync.RWMutex
	young, old map[K]string
}

// Each writes the part of every key in turn; part(i) makes the one of keys[i]
// where it is not kept.
func (k *Kept[K]) Each(n int, key func(i int) K, part func(i int) templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for i := range n {
			s, ok := k.get(key(i))
			if !ok {
				var b bytes.Buffer
				if err := part(i).Render(ctx, &b); err != nil {
					return err
				}
				s = b.String()
				k.put(key(i), s)
			}
			if _, err := io.WriteString(w, s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *Kept[K]) get(key K) (string, bool) {
	k.mu.RLock()
	s, ok := k.young[key]
	if ok {
		k.mu.RUnlock()
		return s, true
	}
	s, ok = k.old[key]
	k.mu.RUnlock()
	if ok {
		k.put(key, s)
	}
	return s, ok
}

func (k *Kept[K]) put(key K, s string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.young == nil || len(k.young) >= k.Max {
		k.old, k.young = k.young, make(map[K]string, 64)
	}
	k.young[key] = s
}
