package connect

import (
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"stoa/internal/good"
)

// Manners say how a source is visited.
type Manners struct {
	Rate     float64       // requests a second to one host, at most; 0 for DefaultRate
	Agreed   string        // the host, with its port, of who agreed to be read whatever its robots.txt says; "" for nobody
	Patience time.Duration // how long one answer is waited for, pauses that the host asks for included; 0 for DefaultPatience
	Pause    time.Duration // before an address that failed is asked for again, growing each time; 0 for DefaultPause
	Agent    string        // as robots.txt may name us; "" for "stoa"
}

// What holds where Manners say nothing.
const (
	DefaultRate     = 2.0
	DefaultPatience = 5 * time.Minute
	DefaultPause    = time.Second
)

// attempts is how often an address is asked for that fails in a way that may pass.
const attempts = 6

// Hosts remembers when each host was visited, so that two sources on one host
// keep to its rate together. One serves a whole process; its zero value is ready.
type Hosts struct {
	mu     sync.Mutex
	limits map[string]*rate.Limiter
}

// maxHosts bounds what Hosts remembers.
const maxHosts = 10_000

func (h *Hosts) limiter(host string, perSecond float64) *rate.Limiter {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.limits == nil || len(h.limits) > maxHosts {
		h.limits = map[string]*rate.Limiter{}
	}
	l := h.limits[host]
	if l == nil {
		l = rate.NewLimiter(rate.Limit(perSecond), 1)
		h.limits[host] = l
	} else if l.Limit() != rate.Limit(perSecond) {
		l.SetLimit(rate.Limit(perSecond))
	}
	return l
}

// Client asks strangers' hosts for one source: at its rate, within robots.txt,
// patient with hosts that are busy, and with bounds on what comes back.
type Client struct {
	http    *http.Client // the fence, and whether robots.txt lets us follow it elsewhere
	plain   *http.Client // the fence alone
	hosts   *Hosts
	manners Manners
	robots  robots
}

// NewClient returns a client that asks through h, which is the fence's.
func NewClient(h *http.Client, hosts *Hosts, m Manners) *Client {
	m.Rate, m.Patience, m.Agent = cmp.Or(m.Rate, DefaultRate), cmp.Or(m.Patience, DefaultPatience), cmp.Or(m.Agent, "stoa")
	m.Pause = cmp.Or(m.Pause, DefaultPause)
	c := &Client{plain: h, hosts: hosts, manners: m}
	kept := *h
	kept.CheckRedirect = c.follow
	c.http = &kept
	return c
}

// Ask is how an address is asked for.
type Ask struct {
	Accept string
	Tag    string // of an earlier Answer: if nothing changed since, the answer is Same
	Max    int64  // bytes of the body, 0 for MaxBody
}

// MaxBody is how large an answer may be where an Ask does not say.
const MaxBody = 32 << 20

// Answer is what a host said.
type Answer struct {
	URL    string // where it was found in the end
	Status int    // 200; or 404 or 410, where there is nothing; or 304
	Tag    string // ETag, else Last-Modified; for the next Ask
	Type   string // media type, without parameters
	Link   http.Header
	Body   []byte
}

// Same says that nothing changed since the Tag that was sent.
func (a *Answer) Same() bool { return a.Status == http.StatusNotModified }

// Gone says that there is nothing at the address.
func (a *Answer) Gone() bool {
	return a.Status == http.StatusNotFound || a.Status == http.StatusGone
}

// Get asks for an address and reads the whole answer. It waits and asks again
// where the host is busy or failed, as long as the Manners' patience lasts;
// then, and for every status but 200, 304, 404 and 410, it is an error.
func (c *Client) Get(ctx context.Context, address string, ask Ask) (*Answer, error) {
	var a *Answer
	err := c.patiently(ctx, address, func(ctx context.Context) error {
		res, err := c.once(ctx, address, ask)
		if err != nil {
			return err
		}
		defer res.Body.Close() // read only
		a = answer(res)
		if a.Status == http.StatusOK {
			a.Body, err = io.ReadAll(c.bounded(res, ask))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Copy asks for an address as Get does and copies the body to w as it comes,
// for what is too large to hold. What broke off is not asked for again.
func (c *Client) Copy(ctx context.Context, address string, ask Ask, w io.Writer) (*Answer, error) {
	var res *http.Response
	begun, cancel := context.WithCancel(ctx) // outlives the patience for the answer to begin
	defer cancel()
	err := c.patiently(ctx, address, func(context.Context) (err error) {
		res, err = c.once(begun, address, ask)
		return err
	})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() // read only
	a := answer(res)
	if a.Status == http.StatusOK {
		_, err = io.Copy(w, c.bounded(res, ask))
	}
	return a, err
}

func answer(res *http.Response) *Answer {
	a := &Answer{URL: res.Request.URL.String(), Status: res.StatusCode, Tag: res.Header.Get("ETag"), Link: http.Header{"Link": res.Header.Values("Link")}}
	if a.Tag == "" {
		a.Tag = res.Header.Get("Last-Modified")
	}
	a.Type, _, _ = mime.ParseMediaType(res.Header.Get("Content-Type")) // "" for one that is none
	return a
}

// Next is the address that the answer's Link header calls the next, or "".
func (a *Answer) Next() string {
	base, err := url.Parse(a.URL)
	if err != nil {
		return ""
	}
	for _, line := range a.Link.Values("Link") {
		for part := range strings.SplitSeq(line, ",") {
			target, rest, _ := strings.Cut(strings.TrimSpace(part), ">")
			if !strings.HasPrefix(target, "<") || !strings.Contains(strings.ReplaceAll(rest, `"`, "")+";", "rel=next;") {
				continue
			}
			if u, err := base.Parse(target[1:]); err == nil {
				return u.String()
			}
		}
	}
	return ""
}

// again is an error that may pass; after says when the host wants to be asked.
type again struct {
	error
	after time.Duration
}

// Unwrap returns the cause.
func (a again) Unwrap() error { return a.error }

// patiently calls do until it succeeds, fails for good, or patience ends.
func (c *Client) patiently(ctx context.Context, address string, do func(context.Context) error) error {
	patient, cancel := context.WithTimeout(ctx, c.manners.Patience)
	defer cancel()
	var last again
	var paused time.Duration
	for n := 1; ; n++ {
		err := do(patient)
		var passing again
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.As(err, &passing):
			if patient.Err() == nil {
				return err
			}
			passing = again{error: err}
		}
		if last = passing; n >= attempts || patient.Err() != nil {
			break
		}
		pause := max(passing.after, time.Duration(n*n)*c.manners.Pause)
		if paused += pause; paused > c.manners.Patience {
			break
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return &good.Error{Kind: good.Limited, Key: "harvest.error.busy", Args: map[string]any{"Address": address}, Retry: last.after, Err: last.error}
}

// once asks once. An answer that is none of those that Get returns is an error.
func (c *Client) once(ctx context.Context, address string, ask Ask) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || !good.WebAddress(address) {
		return nil, wrong("address", "harvest.error.address", map[string]any{"Value": address})
	}
	if ask.Accept != "" {
		req.Header.Set("Accept", ask.Accept)
	}
	switch {
	case strings.HasPrefix(ask.Tag, `"`), strings.HasPrefix(ask.Tag, "W/"):
		req.Header.Set("If-None-Match", ask.Tag)
	case ask.Tag != "":
		req.Header.Set("If-Modified-Since", ask.Tag)
	}
	if err := c.mayAsk(ctx, req.URL); err != nil {
		return nil, err
	}
	res, err := c.do(c.http, req)
	if err != nil {
		return nil, err
	}
	switch s := res.StatusCode; {
	case s == http.StatusOK, s == http.StatusNotModified && ask.Tag != "", s == http.StatusNotFound, s == http.StatusGone:
		return res, nil
	default:
		_ = res.Body.Close()
		err := &good.Error{Kind: good.Invalid, Key: "error.fence.status", Args: map[string]any{"Host": req.URL.Host, "Status": strconv.Itoa(s)}}
		spent := res.Header.Get("X-RateLimit-Remaining") == "0" // as GitHub says it, with 403
		if spent || s == http.StatusTooManyRequests || s == http.StatusRequestTimeout || s >= 500 || res.Header.Get("Retry-After") != "" {
			return nil, again{err, retryAfter(res)}
		}
		return nil, err
	}
}

// do sends a request when its host's turn has come.
func (c *Client) do(by *http.Client, req *http.Request) (*http.Response, error) {
	if err := c.turn(req); err != nil {
		return nil, err
	}
	res, err := by.Do(req)
	if err == nil {
		return res, nil
	}
	var passing again // from a host that it leads to
	if errors.As(err, &passing) {
		return nil, passing
	}
	var known *good.Error
	if errors.As(err, &known) {
		if known.Key == "error.fence.unreachable" {
			return nil, again{error: known}
		}
		return nil, known
	}
	return nil, again{error: err}
}

// turn waits until it is the turn of a request at its host.
func (c *Client) turn(req *http.Request) error {
	if err := c.hosts.limiter(req.URL.Host, c.rate(req.URL)).Wait(req.Context()); err != nil {
		return again{error: err}
	}
	return nil
}

// follow says whether a redirect may be followed: each host that one leads to
// has a robots.txt and a turn of its own.
func (c *Client) follow(req *http.Request, via []*http.Request) error {
	if c.plain.CheckRedirect != nil {
		if err := c.plain.CheckRedirect(req, via); err != nil {
			return err
		}
	} else if len(via) >= mostRedirects {
		return &good.Error{Kind: good.Invalid, Key: "harvest.error.circles", Args: map[string]any{"Address": via[0].URL.String()}}
	}
	if err := c.mayAsk(req.Context(), req.URL); err != nil {
		return err
	}
	if last := via[len(via)-1]; last.URL.Host == req.URL.Host {
		return nil
	}
	return c.turn(req)
}

// mostRedirects is how many are followed where the fence does not say.
const mostRedirects = 10

// longest is how long a pause is taken at its word.
const longest = 24 * time.Hour

// retryAfter is how long a host asks us to wait, 0 where it does not say.
func retryAfter(res *http.Response) time.Duration {
	said := res.Header.Get("Retry-After")
	if n, err := strconv.Atoi(said); err == nil {
		return min(max(time.Duration(min(n, 1<<20))*time.Second, 0), longest)
	}
	at, err := http.ParseTime(said)
	if err != nil {
		seconds, err := strconv.ParseInt(cmp.Or(res.Header.Get("X-RateLimit-Reset"), res.Header.Get("RateLimit-Reset")), 10, 64) // as forges say it
		if err != nil || res.StatusCode < http.StatusBadRequest {
			return 0
		}
		at = time.Unix(seconds, 0)
	}
	from, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(at.Sub(from), 0), longest)
}

// bounded is a body that ends with an error where it is too large or breaks off.
func (c *Client) bounded(res *http.Response, ask Ask) io.Reader {
	most := cmp.Or(ask.Max, MaxBody)
	return &bounded{Reader: res.Body, left: most, most: most, host: res.Request.URL.Host}
}

type bounded struct {
	io.Reader
	left, most int64
	host       string
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, &good.Error{Kind: good.Invalid, Key: "error.fence.large", Args: map[string]any{"Host": b.host, "Max": strconv.FormatInt(b.most>>20, 10)}}
	}
	var known *good.Error
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &known) {
		err = again{error: &good.Error{Kind: good.Invalid, Key: "error.fence.cut", Args: map[string]any{"Host": b.host}, Err: err}}
	}
	return n, err
}
