package target

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"stoa/internal/check"
)

// packing is a way to pack files, known by how it begins.
type packing int

const (
	notPacked packing = iota
	zipped
	gzipped // a tape archive within, or nothing we read
	taped
)

// beginning is how much of a file tells how it is packed.
const beginning = 512

func packingOf(head []byte) packing {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return zipped
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzipped
	case len(head) >= 262 && string(head[257:262]) == "ustar":
		return taped
	}
	return notPacked
}

// mostRatio is by how much files may grow in unpacking, once there are enough
// bytes for it to mean anything.
const (
	mostRatio   = 200
	ratioBefore = 64 << 20
)

// unpack fills a spool from an archive that lies in f, whose size is given.
func (s *spool) unpack(ctx context.Context, f *os.File, size int64) (commit string, err error) {
	head := make([]byte, beginning)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if most := max(ratioBefore, size*mostRatio); s.limits.Bytes > most {
		s.limits.Bytes = most
	}
	switch packingOf(head[:n]) {
	case zipped:
		commit, err = s.unzip(ctx, f, size)
	case gzipped:
		var z *gzip.Reader
		if z, err = gzip.NewReader(bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 1<<16)); err == nil {
			commit, err = s.untar(ctx, z)
		}
	case taped:
		commit, err = s.untar(ctx, bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 1<<16))
	default:
		err = errors.New("not packed in a way that is known")
	}
	if err = s.ended(ctx, err); err != nil {
		return "", wrong("target.error.archive", err)
	}
	if len(s.entries) == 0 {
		return "", wrong("target.error.archive", nil)
	}
	return commit, nil
}

// untar reads a tape archive. Links, devices and pipes are no files.
func (s *spool) untar(ctx context.Context, r io.Reader) (commit string, err error) {
	// What stands between files counts, too: an archive of folders alone is
	// endless otherwise.
	all := &io.LimitedReader{R: &patient{ctx, r}, N: 2*s.limits.Bytes + int64(s.limits.Files)*2048}
	t := tar.NewReader(all)
	for i := 0; ; i++ {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF) && all.N > 0:
			return commit, nil
		case all.N <= 0:
			s.cuts.add("target.cut.bytes", "Most", megabytes(s.limits.Bytes))
			return commit, errEnough
		case err != nil:
			return commit, err
		case h.Typeflag == tar.TypeXGlobalHeader:
			if commit == "" {
				commit = hash(h.PAXRecords["comment"]) // as git writes it
			}
		case h.Typeflag == tar.TypeReg:
			if err := s.add(ctx, h.Name, t); err != nil {
				return commit, err
			}
		}
	}
}

// hash is a commit's, or "".
func hash(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if _, err := hex.DecodeString(text); err != nil || len(text) != 40 && len(text) != 64 {
		return ""
	}
	return text
}

// mostDirectory is how large the list of a zip file may be: it is held in memory.
const mostDirectory = 64 << 20

func (s *spool) unzip(ctx context.Context, f *os.File, size int64) (commit string, err error) {
	if err := listed(f, size); err != nil {
		return "", err
	}
	z, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return "", fmt.Errorf("read a zip file: %w", err)
	}
	commit = hash(z.Comment)
	for _, e := range z.File {
		if !e.Mode().IsRegular() || strings.HasSuffix(e.Name, "/") {
			continue
		}
		r, err := e.Open()
		if err != nil { // packed in a way we do not know, or overlapping: the others may be whole
			s.cuts.add("target.cut.damaged")
			continue
		}
		err = s.add(ctx, e.Name, r)
		_ = r.Close()
		if errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) {
			s.cuts.add("target.cut.damaged")
			continue
		}
		if err != nil {
			return commit, err
		}
	}
	return commit, nil
}

// listed refuses a zip file whose list would fill the memory: the list lies
// between its files and its end, so that the end says how large it is.
func listed(f io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 66_000))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || i+22 > len(tail) {
		return zip.ErrFormat
	}
	at := tail[i+12:]
	length := int64(at[0]) | int64(at[1])<<8 | int64(at[2])<<16 | int64(at[3])<<24
	if length == 0xffffffff || length > mostDirectory {
		return errors.New("the list of its files is too large")
	}
	return nil
}

// archive opens an archive that lies in f.
func archive(ctx context.Context, f *os.File, o *Options) (*check.Target, func(), error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	s, err := newSpool(o)
	if err != nil {
		return nil, nil, err
	}
	commit, err := s.unpack(ctx, f, info.Size())
	if err != nil {
		return nil, s.close, err
	}
	t := s.target()
	t.Commit = commit
	describe(t)
	return t, s.close, nil
}
