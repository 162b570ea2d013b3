package connect

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// Bounds of a shelf.
const (
	shelfMost  = 20_000 // things of one source
	shelfRead  = 25     // things that are read for a page
	shelfStill = 1000   // things of a page that are not read again
	shelfPages = 1000   // of the list
)

// margin is how much earlier than the last run something may have changed, and
// still be read: clocks differ, and some forges note changes an hour late.
const margin = 2 * time.Hour

// shelf is a source that lists things with the time of their last change, and
// has more to say of each at addresses of its own. The list is read at the
// beginning of a run and whenever one is taken up again; things are gone through
// in the order of their keys, so that what comes and goes meanwhile shifts none.
type shelf struct {
	list func(ctx context.Context, from State) (*listing, error)
	read func(ctx context.Context, e entry) (*harvest.Candidate, error) // nil for what is not to be taken
	all  bool                                                           // everything that is listed is taken
	had  *listing
}

// entry is a thing on a shelf.
type entry struct {
	key     string // by which things are in order; of letters without spaces
	id      string // foreign id
	changed time.Time
	of      any
}

// listing is what a source lists.
type listing struct {
	entries   []entry
	faults    []Fault
	partial   bool // the source does not list everything
	unchanged bool
	tags      map[string]string
}

// Page implements Connector. Its cursor is the key of the last thing.
func (s *shelf) Page(ctx context.Context, from State) (Page, error) {
	if s.had == nil {
		l, err := s.list(ctx, from)
		if err != nil {
			return Page{}, err
		}
		if l.unchanged {
			return Page{Next: rest(from), Done: true, Unchanged: true, Listing: true}, nil
		}
		slices.SortFunc(l.entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
		s.had = l
	}
	out := Page{Next: from, Listing: !s.had.partial}
	if s.all { // else it is not known beforehand how many are to be taken
		out.Total = len(s.had.entries)
	}
	if from.Cursor == "" {
		out.Faults = slices.Clone(s.had.faults)
	}
	read := 0
	for _, e := range s.had.entries {
		if from.Cursor != "" && e.key <= from.Cursor {
			continue
		}
		if read >= shelfRead || len(out.Still) >= shelfStill {
			return out, nil
		}
		out.Next.Cursor = e.key
		if !from.Since.IsZero() && !e.changed.IsZero() && e.changed.Before(from.Since.Add(-margin)) {
			out.Still = append(out.Still, e.id)
			continue
		}
		read++
		c, err := s.read(ctx, e)
		if err != nil {
			return Page{}, err
		}
		if c != nil {
			out.Candidates = append(out.Candidates, *c)
		}
	}
	out.Done, out.Next.Cursor, out.Next.Tags = true, "", s.had.tags
	s.had = nil
	return out, nil
}

// small reads a file that may be there; what is too large is as good as none,
// and said.
func small(ctx context.Context, c *Client, address string) (raw []byte, tooLarge bool, err error) {
	a, err := c.Get(ctx, address, Ask{Max: maxFile})
	var known *good.Error
	switch {
	case errors.As(err, &known) && known.Key == "error.fence.large":
		return nil, true, nil
	case err != nil || a.Gone():
		return nil, false, err
	}
	return a.Body, false, nil
}

// maxFile is how large a file that describes something may be, in bytes.
const maxFile = 1 << 20

// when is a time as the sources write it, the zero time for anything else.
func when(s string) time.Time {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	if err != nil || t.Year() < 1970 || t.Year() > 9000 {
		return time.Time{}
	}
	return t
}

// latest is the last of several times; the zero time where one of the words is
// no time, since what changed then is not known.
func latest(words ...string) time.Time {
	var last time.Time
	for _, w := range words {
		if w == "" {
			continue
		}
		t := when(w)
		if t.IsZero() {
			return t
		}
		if t.After(last) {
			last = t
		}
	}
	return last
}
