package check

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"sync/atomic"
	"time"

	"stoa/internal/finding"
)

// ahead is how many files are read before the probes see them, readers how
// many are read at once, and MostBytes how much of a target is read in all.
const (
	ahead     = 64
	readers   = 2
	MostBytes = 4 << 30
)

// pass is the one walk over the files of a target. One worker calls the
// probes, one call after the other; watch.go takes over from one that does not
// return.
type pass struct {
	fs       fs.FS
	probes   []*looker
	progress Progress
	patience time.Duration // how long a call may take, and the reading of a file

	entries []Entry
	work    chan *batch
	batch   *batch   // to be read next
	ring    []*shown // in it are those from..to
	from    int
	to      int
	next    int  // entry to ask about
	probe   int  // that is called next
	come    bool // the file at from has been read

	watch

	bytes      int64
	unreadable int
	ended      bool // by its context
	full       bool // MostBytes were read
	slow       []finding.Text
}

// shown is a file on its way from a reader to the probes.
type shown struct {
	file  File
	want  Want
	wants []Want // by probe
	batch *batch // that it is of
	buf   []byte
	err   error
	done  chan struct{}
}

// run shows each file to the probes that want it, in the order of paths, and
// has them say what they found of t.
func (p *pass) run(ctx context.Context, t *Target) {
	p.patience = cmp.Or(p.patience, patience)
	p.entries, p.work, p.batch = t.Entries, make(chan *batch, ahead), &batch{}
	p.ring = make([]*shown, ahead)
	for i := range p.ring {
		p.ring[i] = p.slot()
	}
	for range readers {
		go p.reader(nil)
	}
	p.oversee(ctx, func(w *worker) { p.goOn(ctx, w, t) })
	close(p.work)
}

func (p *pass) slot() *shown {
	return &shown{wants: make([]Want, len(p.probes)), done: make(chan struct{}, 1)}
}

// batch are files that are read one after the other: to hand over each would
// take as long as to read it.
type batch struct {
	files []*shown
	taken atomic.Int32
}

// together is how many those are: some batches are ahead of what is shown.
const together = ahead / 4

// reader reads what is left of a batch, and then others.
func (p *pass) reader(left *batch) {
	left.read(p.fs)
	for b := range p.work {
		b.read(p.fs)
	}
}

func (b *batch) read(from fs.FS) {
	if b == nil {
		return
	}
	for i := int(b.taken.Add(1)); i <= len(b.files); i = int(b.taken.Add(1)) {
		s := b.files[i-1]
		s.read(from)
		s.done <- struct{}{}
	}
}

// send has the files read that were asked for.
func (p *pass) send() {
	if len(p.batch.files) > 0 {
		p.work <- p.batch
		p.batch = &batch{files: make([]*shown, 0, together)}
	}
}

// goOn works from where the pass is to its end, or until another worker has
// taken over.
func (p *pass) goOn(ctx context.Context, w *worker, t *Target) {
	for {
		switch more := p.next < len(p.entries); {
		case more && p.probe == 0 && p.next%256 == 0 && !p.goesOn(ctx):
			p.entries = p.entries[:p.next]
		case p.from < p.to && (!more || p.to-p.from == ahead):
			if !more {
				p.send()
			}
			if !p.show(w) {
				return
			}
		case more:
			if !p.ask(w) {
				return
			}
		default:
			if p.progress != nil && !p.ended {
				p.progress(len(p.entries), len(p.entries))
			}
			p.conclude(w, t)
			return
		}
	}
}

// goesOn says whether there is time and room for the next files.
func (p *pass) goesOn(ctx context.Context) bool {
	p.ended = ctx.Err() != nil
	p.full = p.bytes > MostBytes
	if p.progress != nil {
		p.progress(p.next, len(p.entries))
	}
	return !p.ended && !p.full
}

// ask asks the probes what they want of the next entry, and has it read if any
// wants to see it.
func (p *pass) ask(w *worker) bool {
	s, e := p.ring[p.to%ahead], &p.entries[p.next]
	if p.probe == 0 {
		if e.Name == "" {
			*e = At(e.Path, e.Size)
		}
		s.want, s.file = Nothing, File{Entry: *e}
		clear(s.wants)
	}
	for ; p.probe < len(p.probes); p.probe++ {
		l := p.probes[p.probe]
		if l.broken {
			continue
		}
		w.enter()
		want, whole := l.wants(e)
		if !w.leave() {
			return false
		}
		l.broken = !whole
		s.wants[p.probe] = want
		s.want = max(s.want, want)
	}
	p.probe = 0
	p.next++
	if s.want != Nothing {
		p.to++
		s.batch = p.batch
		if p.batch.files = append(p.batch.files, s); len(p.batch.files) == together {
			p.send()
		}
	}
	return true
}

// show hands the oldest file that was asked for to who wants it.
func (p *pass) show(w *worker) bool {
	s := p.ring[p.from%ahead]
	if !p.come {
		if !p.arrived(s) { // it belongs to its reader, for as long as that one takes
			p.unreadable++
			p.ring[p.from%ahead] = p.slot()
			p.from++
			go p.reader(s.batch)
			return true
		}
		p.come = true
		p.bytes += int64(len(s.buf))
		if s.err != nil {
			p.unreadable++
		}
	}
	for ; p.probe < len(p.probes) && s.err == nil; p.probe++ {
		l, f := p.probes[p.probe], s.file
		if l.broken || s.wants[p.probe] == Nothing {
			continue
		}
		if s.wants[p.probe] == Head && len(f.Text) > HeadSize {
			f.Text, f.Cut, f.sum, f.doc = f.Text[:HeadSize], true, "", nil
		}
		w.enter()
		whole := l.see(&f)
		if !w.leave() {
			return false
		}
		if l.broken = !whole; len(f.Text) == len(s.file.Text) {
			s.file.sum, s.file.doc = f.sum, f.doc // for the next probe
		}
	}
	p.probe, p.come = 0, false
	p.from++
	return true
}

// conclude has each probe say what it found.
func (p *pass) conclude(w *worker, t *Target) {
	for ; p.probe < len(p.probes); p.probe++ {
		l := p.probes[p.probe]
		if l.broken {
			continue
		}
		w.enter()
		found, whole := l.findings(t)
		if !w.leave() {
			return
		}
		l.found, l.broken = found, !whole
	}
	p.finish()
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
	for _, l := range p.probes {
		if l.broken && !l.slow {
			out = append(out, finding.Say("check.cut.probe", "Probe", l.ids[0]))
		}
	}
	return append(out, p.slow...)
}

// read reads as much of the file as is wanted.
func (s *shown) read(from fs.FS) {
	limit := HeadSize
	if s.want == Whole {
		limit = WholeSize
	}
	s.buf, s.err = s.buf[:0], nil
	// One byte more than the file is said to have tells that it has ended.
	s.room(int(min(s.file.Size, int64(limit))) + 1)
	if !s.readHead(from, limit) {
		s.readAll(from, limit)
	}
	s.file.Text = s.buf[:min(len(s.buf), limit)]
	s.file.Cut = len(s.buf) > limit
	s.file.Binary = bytes.IndexByte(s.buf[:min(len(s.buf), HeadSize)], 0) >= 0
}

// readHead reads the file in one go, and says whether that was all.
func (s *shown) readHead(from fs.FS, limit int) bool {
	h, can := from.(Heads)
	if !can {
		return false
	}
	room := s.buf[:min(cap(s.buf), limit+1)]
	n, err := h.ReadHead(s.file.Path, room)
	if s.err = err; err == nil && n == len(room) && n <= limit {
		return false // it is longer than it was said to be
	}
	s.buf = room[:n]
	return true
}

// readAll reads the file bit by bit.
func (s *shown) readAll(from fs.FS, limit int) {
	f, err := from.Open(s.file.Path)
	if err != nil {
		s.err = err
		return
	}
	defer f.Close() // read only
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
