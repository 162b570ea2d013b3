package check

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"

	"stoa/internal/finding"
)

// ahead is how many files are read before the probes see them, readers how
// many are read at once, and MostBytes how much of a target is read in all.
const (
	ahead     = 64
	readers   = 2
	MostBytes = 4 << 30
)

// pass is the one walk over the files of a target.
type pass struct {
	fs       fs.FS
	probes   []*looker
	progress Progress

	bytes      int64
	unreadable int
	ended      bool // by its context
	full       bool // MostBytes were read
}

// shown is a file on its way from a reader to the probes.
type shown struct {
	file  File
	want  Want
	wants []Want // by probe
	buf   []byte
	err   error
	done  chan struct{}
}

// run shows each file to the probes that want it, in the order of paths.
func (p *pass) run(ctx context.Context, entries []Entry) {
	work := make(chan *shown, ahead)
	var group sync.WaitGroup
	for range readers {
		group.Go(func() {
			for s := range work {
				s.read(p.fs)
				s.done <- struct{}{}
			}
		})
	}
	ring := make([]*shown, ahead)
	for i := range ring {
		ring[i] = &shown{wants: make([]Want, len(p.probes)), done: make(chan struct{}, 1)}
	}
	from, to := 0, 0 // in the ring are those from..to
	for i := range entries {
		if i%256 == 0 && !p.goesOn(ctx, i, len(entries)) {
			break
		}
		if to-from == ahead {
			p.show(ring[from%ahead])
			from++
		}
		if s := ring[to%ahead]; p.ask(s, &entries[i]) {
			work <- s
			to++
		}
	}
	close(work)
	for ; from < to; from++ {
		p.show(ring[from%ahead])
	}
	group.Wait()
	if p.progress != nil && !p.ended {
		p.progress(len(entries), len(entries))
	}
}

// goesOn says whether there is time and room for the next files.
func (p *pass) goesOn(ctx context.Context, i, all int) bool {
	p.ended = ctx.Err() != nil
	p.full = p.bytes > MostBytes
	if p.progress != nil {
		p.progress(i, all)
	}
	return !p.ended && !p.full
}

// ask asks the probes what they want of an entry, and says whether any wants
// to see it.
func (p *pass) ask(s *shown, e *Entry) bool {
	if e.Name == "" {
		*e = At(e.Path, e.Size)
	}
	s.want = Nothing
	for i, l := range p.probes {
		s.wants[i] = l.wants(e)
		s.want = max(s.want, s.wants[i])
	}
	s.file = File{Entry: *e}
	return s.want != Nothing
}

// show hands a file that has been read to who wants it.
func (p *pass) show(s *shown) {
	<-s.done
	p.bytes += int64(len(s.buf))
	if s.err != nil {
		p.unreadable++
		return
	}
	for i, l := range p.probes {
		switch f := s.file; s.wants[i] {
		case Head:
			if len(f.Text) > HeadSize {
				f.Text, f.Cut = f.Text[:HeadSize], true
			}
			l.see(&f)
		case Whole:
			l.see(&f)
		}
	}
}

// cut says which limits the pass met.
func (p *pass) cut() (out []finding.Text) {
	if p.ended {
		out = append(out, finding.Say("check.cut.time"))
	}
	if p.full {
		out = append(out, finding.Say("check.cut.bytes", "GB", MostBytes>>30))
	}
	if p.unreadable > 0 {
		out = append(out, finding.Say("check.cut.unreadable", "Count", p.unreadable))
	}
	return out
}

// read reads as much of the file as is wanted.
func (s *shown) read(from fs.FS) {
	limit := HeadSize
	if s.want == Whole {
		limit = WholeSize
	}
	s.buf, s.err = s.buf[:0], nil
	f, err := from.Open(s.file.Path)
	if err != nil {
		s.err = err
		return
	}
	defer f.Close() // read only
	// One byte more than the file is said to have tells that it has ended.
	s.room(int(min(s.file.Size, int64(limit))) + 1)
	for len(s.buf) <= limit {
		if len(s.buf) == cap(s.buf) {
			s.room(2 * cap(s.buf))
		}
		n, err := f.Read(s.buf[len(s.buf):min(cap(s.buf), limit+1)])
		s.buf = s.buf[:len(s.buf)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			s.err = err
			return
		}
	}
	s.file.Text = s.buf[:min(len(s.buf), limit)]
	s.file.Cut = len(s.buf) > limit
	s.file.Binary = bytes.IndexByte(s.buf[:min(len(s.buf), HeadSize)], 0) >= 0
}

// room gives the buffer room for n bytes. A great one is not kept for the
// small files that follow.
func (s *shown) room(n int) {
	if cap(s.buf) >= n && (cap(s.buf) <= 256<<10 || n > 256<<10) {
		return
	}
	grown := make([]byte, len(s.buf), max(n, HeadSize+1))
	copy(grown, s.buf)
	s.buf = grown
}
