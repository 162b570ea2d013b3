package fence

import (
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
)

// HTTP returns a client for a library that speaks HTTP itself, git's say: each
// of its requests keeps to the policy, none says who asks, and together their
// answers have at most total bytes. Its errors are, or wrap, those of Fetch.
func (c *Client) HTTP(total int64) *http.Client {
	g := &guard{client: c}
	g.left.Store(total)
	return &http.Client{Transport: g, CheckRedirect: c.http.CheckRedirect, Timeout: c.policy.MaxTime}
}

// guard stands around each request of a client that others use.
type guard struct {
	client *Client
	left   atomic.Int64 // bytes that may still come
}

// telling are headers that would say who asks.
var telling = []string{"Authorization", "Proxy-Authorization", "Cookie", "Referer"}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := checkURL(req.URL); err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	for _, name := range telling {
		req.Header.Del(name)
	}
	if p, ok := req.Context().Value(passKey{}).(pass); ok && p.origin == req.URL.Scheme+"://"+req.URL.Host {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	req.Header.Set("User-Agent", g.client.policy.UserAgent)
	res, err := g.client.http.Transport.RoundTrip(req)
	if err != nil {
		return nil, unreached(req.URL, err)
	}
	res.Body = &counted{ReadCloser: res.Body, guard: g, left: g.client.policy.MaxBytes, url: req.URL}
	return res, nil
}

// counted is a body that ends with an error where it is too large.
type counted struct {
	io.ReadCloser
	guard *guard
	left  int64
	url   *url.URL
}

// Read implements io.Reader.
func (b *counted) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.guard.left.Add(-int64(n)) < 0 || b.left < 0 {
		return 0, large(b.url, b.guard.client.policy.MaxBytes)
	}
	return n, err
}
