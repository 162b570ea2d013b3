// Package fence is the one door to strangers' hosts: it lets out only to public
// addresses, follows few redirects, and brings back only so much in so long.
package fence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"code.dny.dev/ssrf"

	"stoa/internal/good"
)

// Policy bounds what may be fetched.
type Policy struct {
	MaxBytes     int64         // of a body
	MaxTime      time.Duration // of a whole fetch
	MaxRedirects int
	UserAgent    string
	// Allow lets out to private networks as well, for an operator who names
	// them; empty for none.
	Allow []netip.Prefix
	Ports []uint16 // 80 and 443 where empty
	// Resolver looks names up; nil for the system's.
	Resolver *net.Resolver
}

// Default is the policy for what an operator asks to import.
var Default = Policy{MaxBytes: 2 << 30, MaxTime: 30 * time.Minute, MaxRedirects: 5, UserAgent: "Stoa"}

// Proofs is the policy for small texts that strangers put up to prove a thing,
// and for the list of tags of a repository.
var Proofs = Policy{MaxBytes: 8 << 20, MaxTime: 15 * time.Second, MaxRedirects: 5, UserAgent: "Stoa"}

// Client fetches under a policy.
type Client struct {
	policy Policy
	http   *http.Client
}

// New returns a client that keeps to p.
func New(p Policy) *Client {
	var v4, v6 []netip.Prefix
	for _, n := range p.Allow {
		if n.Addr().Is4() {
			v4 = append(v4, n)
		} else {
			v6 = append(v6, n)
		}
	}
	opts := []ssrf.Option{ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...)}
	if len(p.Ports) > 0 {
		opts = append(opts, ssrf.WithPorts(p.Ports...))
	}
	// The address is judged after it is looked up, at every connection, so that
	// a name that changes its mind is caught.
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: ssrf.New(opts...).Safe, Resolver: p.Resolver}
	transport := &http.Transport{
		Proxy:                  nil, // a proxy would be asked instead of the address
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConns:           4,
		IdleConnTimeout:        10 * time.Second,
		ForceAttemptHTTP2:      true,
	}
	c := &Client{policy: p}
	c.http = &http.Client{Transport: transport, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > p.MaxRedirects {
			return refused("error.fence.redirects", req.URL, nil)
		}
		if via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
			return refused("error.fence.downgrade", req.URL, nil)
		}
		return checkURL(req.URL)
	}}
	return c
}

// Fetch copies what stands at address to w and returns the address it was
// found at in the end.
func (c *Client) Fetch(ctx context.Context, address string, w io.Writer) (final string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", refused("error.fence.address", &url.URL{Path: "?"}, err)
	}
	if err := checkURL(u); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, c.policy.MaxTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", refused("error.fence.address", u, err)
	}
	req.Header.Set("User-Agent", c.policy.UserAgent)
	res, err := c.http.Do(req)
	if err != nil {
		return "", unreached(u, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		e := refused("error.fence.status", u, nil)
		e.Args["Status"] = strconv.Itoa(res.StatusCode)
		return "", e
	}
	n, err := io.Copy(w, io.LimitReader(res.Body, c.policy.MaxBytes+1))
	if err != nil {
		return "", refused("error.fence.cut", u, err)
	}
	if n > c.policy.MaxBytes {
		return "", large(u, c.policy.MaxBytes)
	}
	return res.Request.URL.String(), nil
}

// checkURL refuses what is no plain web address.
func checkURL(u *url.URL) error {
	if (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil {
		return refused("error.fence.address", u, nil)
	}
	return nil
}

func refused(key string, u *url.URL, err error) *good.Error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: "url", Args: map[string]any{"Host": u.Host}, Err: err}
}

// unreached says why no answer came.
func unreached(u *url.URL, err error) error {
	var known *good.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrProhibitedPort):
		return refused("error.fence.private", u, err)
	}
	return refused("error.fence.unreachable", u, err)
}

func large(u *url.URL, most int64) error {
	e := refused("error.fence.large", u, nil)
	e.Args["Max"] = fmt.Sprint(most >> 20)
	return e
}
