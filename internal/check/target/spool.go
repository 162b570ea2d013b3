package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"stoa/internal/check"
)

// spool keeps the files of strangers one after the other in one file of ours.
// Their names are never names on this machine, so that none of them can lead
// anywhere.
type spool struct {
	limits  Limits
	o       *Options
	file    *os.File
	end     int64
	at      map[string]span
	entries map[string]int64 // size of each file by its path
	read    int64            // bytes unpacked
	cuts    cuts
}

// span is where a file lies, as far as it is kept.
type span struct{ at, size int64 }

// errEnough ends what fills a spool: a limit is met.
var errEnough = errors.New("a limit is met")

func newSpool(o *Options) (*spool, error) {
	f, err := os.CreateTemp(o.Temp, "stoa-target-*")
	if err != nil {
		return nil, fmt.Errorf("make room for a target: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil { // gone with the last handle, whatever happens
		return nil, errors.Join(fmt.Errorf("make room for a target: %w", err), f.Close())
	}
	return &spool{limits: o.Limits, o: o, file: f, at: map[string]span{}, entries: map[string]int64{}}, nil
}

// close frees what it holds; what lies there is nobody's any more.
func (s *spool) close() { _ = s.file.Close() }

// add keeps a file. It returns errEnough where there is no room for more, and
// an error of r as it is; what came until then is kept.
func (s *spool) add(ctx context.Context, name string, r io.Reader) error {
	p, ok := inside(name)
	switch {
	case !ok:
		s.cuts.add("target.cut.names")
		return nil
	case git(p):
		return nil
	case depth(p) >= s.limits.Depth:
		s.cuts.add("target.cut.depth", "Most", s.limits.Depth)
		return nil
	case len(s.entries) >= s.limits.Files:
		s.cuts.add("target.cut.files", "Most", s.limits.Files)
		return errEnough
	}
	room := s.limits.Bytes - s.read
	w := &io.LimitedReader{R: &patient{ctx, r}, N: min(s.limits.File, room)}
	kept, err := io.Copy(io.NewOffsetWriter(s.file, s.end), w)
	rest := int64(0)
	if err == nil && w.N <= 0 {
		rest, err = io.Copy(io.Discard, &io.LimitedReader{R: &patient{ctx, r}, N: room - kept + 1})
	}
	if kept > 0 || err == nil {
		s.at[p], s.entries[p] = span{s.end, kept}, kept+rest
		s.end += kept
		s.read += kept + rest
	}
	if n := len(s.entries); n%500 == 0 {
		s.o.step(StepUnpack, n)
	}
	if err == nil && s.read > s.limits.Bytes {
		s.cuts.add("target.cut.bytes", "Most", megabytes(s.limits.Bytes))
		return errEnough
	}
	return err
}

// patient ends a read with its context.
type patient struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// ended says what an end of filling means: err, or nil where what came until
// then can be looked at.
func (s *spool) ended(ctx context.Context, err error) error {
	switch {
	case err == nil || errors.Is(err, errEnough):
		return nil
	case len(s.entries) == 0:
		return err
	case ctx.Err() != nil:
		s.cuts.late(s.limits)
	default:
		s.cuts.add("target.cut.damaged")
	}
	return nil
}

// target is what was kept. The one folder in which forges pack everything is
// left out of the paths.
func (s *spool) target() *check.Target {
	t := &check.Target{Cut: s.cuts}
	front := ""
	for p := range s.entries {
		first, _, deeper := strings.Cut(p, "/")
		if !deeper || front != "" && front != first+"/" {
			front = ""
			break
		}
		front = first + "/"
	}
	files := make(map[string]span, len(s.at))
	for p, size := range s.entries {
		short := strings.TrimPrefix(p, front)
		files[short] = s.at[p]
		t.Entries = append(t.Entries, check.Entry{Path: short, Size: size})
	}
	t.Entries, t.FS = sorted(t.Entries), spooled{s.file, files}
	return t
}

// spooled is a spool to read from, any number at once.
type spooled struct {
	file  *os.File
	files map[string]span
}

// Open implements fs.FS for regular files, which are all there are.
func (s spooled) Open(name string) (fs.File, error) {
	at, ok := s.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &packed{io.NewSectionReader(s.file, at.at, at.size), path.Base(name)}, nil
}

// packed is one file of a spool, and what is known of it.
type packed struct {
	*io.SectionReader
	name string
}

func (f *packed) Stat() (fs.FileInfo, error) { return f, nil }
func (f *packed) Close() error               { return nil }
func (f *packed) Name() string               { return f.name }
func (f *packed) Mode() fs.FileMode          { return 0o444 }
func (f *packed) ModTime() time.Time         { return time.Time{} }
func (f *packed) IsDir() bool                { return false }
func (f *packed) Sys() any                   { return nil }
