package target

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"

	"github.com/temoto/robotstxt"

	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
)

// remote opens what stands at a web address: a repository where git is spoken
// there, else what comes back.
func remote(ctx context.Context, u *url.URL, o *Options) (t *check.Target, free func(), err error) {
	fetching, cancel := context.WithTimeout(ctx, o.Limits.Time*3/4) // the rest is for looking at what has come
	defer func() {
		if err != nil && fetching.Err() != nil {
			err = late(o, err)
		}
		cancel()
	}()
	r := &reach{ctx: fetching, whole: ctx, o: o}
	if repo := repository(u); repo != nil {
		t, free, err = r.repository(repo)
		var e *good.Error
		if err == nil || repo.known || errors.As(err, &e) && e.Key == "error.fence.private" {
			return t, free, err
		}
		if free != nil {
			free()
		}
		if fetching.Err() != nil {
			return nil, nil, err
		}
	}
	return r.web(u)
}

// reach is what fetches for one target.
type reach struct {
	ctx    context.Context // for fetching
	whole  context.Context // for what is done with it
	o      *Options
	brief  bool                             // no more is asked than what is there
	robots map[string]*robotstxt.RobotsData // by scheme and host
}

// get asks for an address. An answer that is no success is an error.
func (r *reach) get(address, accept string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, wrong("target.error.address", err)
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	res, err := r.o.Client.Do(req)
	if err != nil {
		return nil, plain(err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, errors.Join(refused(res), res.Body.Close())
	}
	return res, nil
}

func refused(res *http.Response) error {
	return &good.Error{Kind: good.Invalid, Key: "error.fence.status", Field: "target", Args: map[string]any{"Host": res.Request.URL.Host, "Status": strconv.Itoa(res.StatusCode)}}
}

// plain is the error of the fence within an error, or err.
func plain(err error) error {
	var e *good.Error
	if errors.As(err, &e) {
		return e
	}
	return err
}

// small reads a whole answer that is to be small, or as much of it as is.
func (r *reach) small(res *http.Response, most int64) ([]byte, error) {
	defer res.Body.Close() // read only
	return io.ReadAll(io.LimitReader(res.Body, most))
}

// keep puts an answer into a file of its own, without a name. Of one that
// breaks off, or is too large, it keeps what came.
func (r *reach) keep(res *http.Response) (*os.File, error) {
	defer res.Body.Close() // read only
	f, err := os.CreateTemp(r.o.Temp, "stoa-fetch-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if n, err := io.Copy(f, io.LimitReader(&told{Reader: res.Body, o: r.o}, r.o.Limits.Bytes)); err != nil && n < beginning {
		return nil, errors.Join(plain(err), f.Close())
	}
	return f, nil
}

// told tells how much has come.
type told struct {
	io.Reader
	o    *Options
	n    int
	last int
}

// Read implements io.Reader.
func (t *told) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if t.n += n; t.n-t.last > 1<<20 {
		t.last = t.n
		t.o.step(StepFetch, t.n)
	}
	return n, err
}

// mostPage is how much is read of a page, in bytes.
const mostPage = 4 << 20

// web opens a page, or the document or archive that comes instead of one.
func (r *reach) web(u *url.URL) (*check.Target, func(), error) {
	if !r.allowed(u) {
		return nil, nil, wrong("target.error.robots", nil, "Host", u.Host)
	}
	res, err := r.get(u.String(), "")
	if err != nil {
		return nil, nil, err
	}
	final := res.Request.URL
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")) // "" for one that is none
	if kind == "text/html" || kind == "application/xhtml+xml" {
		text, err := r.small(res, mostPage)
		if err != nil {
			return nil, nil, plain(err)
		}
		t := &check.Target{URL: final.String(), Alone: true, FS: spooled{}, Pages: []check.Page{{URL: final.String(), Status: res.StatusCode, Type: kind, Text: text}}}
		r.site(t)
		carried(t)
		return t, nil, nil
	}
	f, err := r.keep(res)
	if err != nil {
		return nil, nil, err
	}
	closed := func() { _ = f.Close() }
	head := make([]byte, beginning)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, closed, err
	}
	name := documentName(final, kind)
	if packingOf(head[:n]) != notPacked && !document(name) {
		t, free, err := archive(r.whole, f, r.o)
		if t != nil {
			t.URL = final.String()
		}
		return t, func() {
			if free != nil {
				free()
			}
			closed()
		}, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, closed, err
	}
	t := &check.Target{URL: final.String(), Alone: true, FS: spooled{f, map[string]span{name: {0, info.Size()}}}, Entries: []check.Entry{{Path: name, Size: info.Size()}}}
	if info.Size() >= r.o.Limits.Bytes {
		t.Cut = []finding.Text{finding.Say("target.cut.bytes", "Most", megabytes(r.o.Limits.Bytes))}
	}
	describe(t)
	return t, closed, nil
}

// endings are how documents of a type end, where their address does not say.
var endings = map[string]string{"application/json": ".json", "application/ld+json": ".jsonld", "text/csv": ".csv", "application/yaml": ".yaml", "text/yaml": ".yaml",
	"application/vnd.oai.openapi": ".yaml", "application/vnd.oai.openapi+json": ".json", "text/markdown": ".md", "application/xml": ".xml", "text/turtle": ".ttl",
	"application/vnd.apache.parquet": ".parquet"}

// documentName is what a document is called in a target of its own.
func documentName(u *url.URL, kind string) string {
	name, ok := inside(path.Base(u.Path))
	if !ok {
		name = "document"
	}
	if path.Ext(name) == "" {
		name += endings[kind]
	}
	return name
}
