package target

import (
	"bufio"
	"bytes"
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
)

// mostObject is how large one object of a pack may be: it is held in memory.
const mostObject = 128 << 20

// pack fetches commits, and what hangs on them as far as filter says.
func (r *reach) pack(g *asked, wants []plumbing.Hash, depth int, filter packp.Filter) (storer.EncodedObjectStorer, func(), error) {
	req := packp.NewUploadPackRequestFromCapabilities(g.can)
	req.Wants = wants
	if depth > 0 && g.can.Supports(capability.Shallow) {
		req.Depth = packp.DepthCommits(depth)
		if err := req.Capabilities.Set(capability.Shallow); err != nil {
			return nil, nil, err
		}
	}
	if filter != "" {
		if !g.can.Supports(capability.Filter) {
			return nil, nil, errors.ErrUnsupported
		}
		req.Filter = filter
		if err := req.Capabilities.Set(capability.Filter); err != nil {
			return nil, nil, err
		}
	}
	var res *packp.UploadPackResponse
	var err error
	if !decoded(func() error { res, err = g.session.UploadPack(r.ctx, req); return err }) {
		return nil, nil, wrong("target.error.git", plain(err))
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

// store keeps a pack in a folder of its own, once it is known to be no bomb.
func (r *reach) store(pack io.Reader) (storer.EncodedObjectStorer, func(), error) {
	dir, err := os.MkdirTemp(r.o.Temp, "stoa-pack-*")
	if err != nil {
		return nil, nil, err
	}
	free := func() { _ = os.RemoveAll(dir) }
	objects, err := r.unpacked(dir, pack)
	if err != nil {
		free()
		return nil, nil, err
	}
	return objects, free, nil
}

func (r *reach) unpacked(dir string, pack io.Reader) (storer.EncodedObjectStorer, error) {
	f, err := os.Create(dir + "/incoming")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := io.Copy(f, io.LimitReader(&told{Reader: &patient{r.ctx, pack}, o: r.o}, r.o.Limits.Bytes)); err != nil {
		return nil, plain(err)
	}
	if err := r.weigh(f); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	s := filesystem.NewStorageWithOptions(osfs.New(dir, osfs.WithBoundOS()), cache.NewObjectLRU(32*cache.MiByte), filesystem.Options{LargeObjectThreshold: 4 << 20})
	if !decoded(func() error { err = packfile.UpdateObjectStorage(s, f); return err }) {
		return nil, wrong("target.error.git", err)
	}
	return s, nil
}

// weigh looks through a pack before anything of it is put together: how many
// objects there are, and how large each would be, deltas applied.
func (r *reach) weigh(f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	var count uint32
	var total int64
	heavy := func(err error) error {
		return wrong("target.error.heavy", err, "Most", megabytes(r.o.Limits.Bytes))
	}
	var bad error
	ok := decoded(func() error {
		s := packfile.NewScanner(f)
		var err error
		if _, count, err = s.Header(); err != nil {
			return err
		}
		if int64(count) > 8*int64(r.o.Limits.Files)+depthOfPast*mostTags {
			bad = heavy(fmt.Errorf("%d objects", count))
			return bad
		}
		for range count {
			if err := r.ctx.Err(); err != nil {
				return err
			}
			h, err := s.NextObjectHeader()
			if err != nil {
				return err
			}
			size := h.Length
			front := &capped{}
			if _, _, err := s.NextObject(front); err != nil {
				return err
			}
			if h.Type == plumbing.OFSDeltaObject || h.Type == plumbing.REFDeltaObject {
				size = max(size, grown(front.Bytes()))
			}
			if total += size; size > mostObject || total > 2*r.o.Limits.Bytes || total < 0 {
				bad = heavy(fmt.Errorf("an object of %d bytes, %d in all", size, total))
				return bad
			}
		}
		return nil
	})
	switch {
	case bad != nil:
		return bad
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case !ok:
		return wrong("target.error.git", nil)
	}
	return nil
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
