package fence

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
)

// maxAnswer is how much is read of the answer to a Post, which nobody looks at.
const maxAnswer = 16 << 10

// Post sends body to address and returns the status of the answer. It follows
// no redirect: a message is for the address that was named and no other.
func (c *Client) Post(ctx context.Context, address string, header map[string]string, body []byte) (status int, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, refused("error.fence.address", &url.URL{Path: "?"}, err)
	}
	if err := checkURL(u); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.policy.MaxTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return 0, refused("error.fence.address", u, err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	req.Header.Set("User-Agent", c.policy.UserAgent)
	once := *c.http
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := once.Do(req)
	if err != nil {
		return 0, unreached(u, err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // the status is the answer; an end without end changes nothing
	return res.StatusCode, nil
}
