package target

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"stoa/internal/good"
)

// mostObject is how large one object of a pack may be: it is held in memory.
const mostObject = 128 << 20

// pack fetches commits, and what hangs on them as far as filter says.
func (r *reach) pack(g *asked, wants []plumbing.Hash, depth int, filter packp.Filter) (*parcel, error) {
	req := packp.NewUploadPackRequestFromCapabilities(g.can)
	req.Wants = wants
	if depth > 0 && g.can.Supports(capability.Shallow) {
		req.Depth = packp.DepthCommits(depth)
		if err := req.Capabilities.Set(capability.Shallow); err != nil {
			return nil, err
		}
	}
	if filter != "" {
		if !g.can.Supports(capability.Filter) {
			return nil, errors.ErrUnsupported
		}
		req.Filter = filter
		if err := req.Capabilities.Set(capability.Filter); err != nil {
			return nil, err
		}
	}
	var res *packp.UploadPackResponse
	var err error
	if !decoded(func() error { res, err = g.session.UploadPack(r.ctx, req); return err }) {
		return nil, wrong("target.error.git", plain(err))
	}
	defer res.Close() // read only
	return r.store(demultiplexed(req, res))
}

// demultiplexed is the pack within an answer.
func demultiplexed(req *packp.UploadPackRequest, res io.Reader) io.Reader {
	switch {
	case req.Capabilities.Supports(capability.Sideband64k):
		return sideband.NewDemuxer(sideband.Sideband64k, res)
	case req.Capabilities.Supports(capability.Sideband):
		return sideband.NewDemuxer(sideband.Sideband, res)
	}
	return res
}

// parcel is what came in a pack. Where cut is set, a limit was met on the way,
// or it broke off: what came until then is there, commits and folders before
// files as git sends them.
type parcel struct {
	storer.EncodedObjectStorer
	free func()
	cut  cuts
}

// store keeps a pack in a folder of its own, once it is known to be no bomb.
func (r *reach) store(pack io.Reader) (*parcel, error) {
	dir, err := os.MkdirTemp(r.o.Temp, "stoa-pack-*")
	if err != nil {
		return nil, err
	}
	p := &parcel{free: func() { _ = os.RemoveAll(dir) }}
	if err := r.unpacked(p, dir, pack); err != nil {
		p.free()
		return nil, err
	}
	return p, nil
}

func (r *reach) unpacked(p *parcel, dir string, pack io.Reader) error {
	f, err := os.Create(dir + "/incoming")
	if err != nil {
		return err
	}
	defer f.Close()
	n, broke := io.Copy(f, io.LimitReader(&told{Reader: &patient{r.ctx, pack}, o: r.o}, r.o.Limits.Bytes))
	w := &weighing{limits: r.o.Limits}
	if err := w.weigh(r.whole, f); err != nil {
		switch {
		case w.whole == 0 && broke != nil:
			return asGit(broke)
		case w.whole == 0:
			return err
		case r.ctx.Err() != nil:
			p.cut.late(r.o.Limits)
		case tooLarge(broke) || n >= r.o.Limits.Bytes:
			p.cut.add("target.cut.bytes", "Most", megabytes(n))
		case w.many:
			p.cut.add("target.cut.files", "Most", r.o.Limits.Files)
		case w.heavy:
			p.cut.add("target.cut.bytes", "Most", megabytes(r.o.Limits.Bytes))
		default:
			p.cut.add("target.cut.damaged")
		}
		if err := w.shorten(f); err != nil {
			return err
		}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	s := filesystem.NewStorageWithOptions(osfs.New(dir, osfs.WithBoundOS()), cache.NewObjectLRU(32*cache.MiByte), filesystem.Options{LargeObjectThreshold: 4 << 20})
	if !decoded(func() error { err = packfile.UpdateObjectStorage(s, f); return err }) {
		return wrong("target.error.git", err)
	}
	p.EncodedObjectStorer = s
	return nil
}

// asGit is an error of the fence within an error, or the one that says that this
// is not what git sends: what a server says of itself is not for our readers.
func asGit(err error) error {
	var e *good.Error
	if errors.As(err, &e) {
		return e
	}
	return wrong("target.error.git", err)
}

// tooLarge says whether a body was larger than the fence lets through.
func tooLarge(err error) bool {
	var e *good.Error
	return errors.As(err, &e) && e.Key == "error.fence.large"
}

// weighing looks through a pack before anything of it is put together: how many
// objects there are, and how large each would be, deltas applied.
type weighing struct {
	limits      Limits
	many, heavy bool  // which limit was met
	whole       int   // objects before the one at which it ended
	end         int64 // where that one begins
}

// weigh returns an error where the pack is not to be put together as it is.
func (w *weighing) weigh(ctx context.Context, f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	var total int64
	var bad error
	ok := decoded(func() error {
		s := packfile.NewScanner(f)
		_, count, err := s.Header()
		if err != nil {
			return err
		}
		most := 8*w.limits.Files + depthOfPast*mostTags
		w.many = int64(count) > int64(most)
		for i := range min(int(count), most+1) {
			if err := ctx.Err(); err != nil {
				return err
			}
			h, err := s.NextObjectHeader()
			if err != nil {
				return err
			}
			w.whole, w.end = i, h.Offset
			if i == most {
				return errEnough
			}
			size := h.Length
			front := &capped{}
			if _, _, err := s.NextObject(front); err != nil {
				return err
			}
			if h.Type == plumbing.OFSDeltaObject || h.Type == plumbing.REFDeltaObject {
				size = max(size, grown(front.Bytes()))
			}
			if total += size; size > mostObject || total > 2*w.limits.Bytes || total < 0 {
				w.heavy = true
				bad = fmt.Errorf("an object of %d bytes, %d in all", size, total)
				return bad
			}
		}
		return nil
	})
	switch {
	case w.heavy || w.many:
		return wrong("target.error.heavy", bad, "Most", megabytes(w.limits.Bytes))
	case ctx.Err() != nil:
		return ctx.Err()
	case !ok:
		return wrong("target.error.git", nil)
	}
	return nil
}

// shorten makes a pack of what came whole.
func (w *weighing) shorten(f *os.File) error {
	if err := f.Truncate(w.end); err != nil {
		return err
	}
	if _, err := f.WriteAt(binary.BigEndian.AppendUint32(nil, uint32(w.whole)), 8); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := sha1.New() // what the format has
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	_, err := f.Write(sum.Sum(nil))
	return err
}

// capped keeps the beginning of what is written to it.
type capped struct{ bytes.Buffer }

// Write implements io.Writer.
func (c *capped) Write(p []byte) (int, error) {
	if room := 32 - c.Len(); room > 0 {
		c.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// grown is how large a delta says its object will be.
func grown(delta []byte) int64 {
	in := bufio.NewReader(bytes.NewReader(delta))
	var size int64
	for range 2 { // of what it is held against, then of what it makes
		size = 0
		for shift := 0; shift < 63; shift += 7 {
			b, err := in.ReadByte()
			if err != nil {
				return 1 << 62
			}
			size |= int64(b&0x7f) << shift
			if b&0x80 == 0 {
				break
			}
		}
	}
	return size
}
