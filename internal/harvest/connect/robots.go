package connect

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/temoto/robotstxt"

	"stoa/internal/good"
)

// mostRobots is how much is read of a robots.txt, in bytes.
const mostRobots = 512 << 10

// slowest is the longest pause between two requests that a robots.txt may ask
// for and be kept to; beyond it, a source cannot be read in any useful time.
const slowest = 1.0 / 60

// robots are the rules of the sites that were asked, nil for one without.
type robots struct {
	mu    sync.Mutex
	rules map[string]*robotstxt.Group
}

func site(u *url.URL) string { return u.Scheme + "://" + u.Host }

// mayAsk says whether a site's robots.txt lets us ask for u; it is asked for
// once for each site.
func (c *Client) mayAsk(ctx context.Context, u *url.URL) error {
	if strings.EqualFold(c.manners.Agreed, u.Host) { // whoever it leads to did not
		return nil
	}
	c.robots.mu.Lock()
	group, asked := c.robots.rules[site(u)]
	c.robots.mu.Unlock()
	if !asked {
		var err error
		if group, err = c.askRobots(ctx, u); err != nil {
			return err
		}
		c.robots.mu.Lock()
		if c.robots.rules == nil {
			c.robots.rules = map[string]*robotstxt.Group{}
		}
		c.robots.rules[site(u)] = group
		c.robots.mu.Unlock()
	}
	if group != nil && !group.Test(u.RequestURI()) {
		return &good.Error{Kind: good.Forbidden, Key: "harvest.error.robots", Args: map[string]any{"Host": u.Host}}
	}
	return nil
}

// askRobots reads the robots.txt of u's site. Where there is none, or it cannot
// be read as one, everything is allowed; where the site is busy, so is robots.txt.
func (c *Client) askRobots(ctx context.Context, u *url.URL) (*robotstxt.Group, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, site(u)+"/robots.txt", nil)
	if err != nil {
		return nil, err
	}
	res, err := c.do(c.plain, req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() // read only
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500 {
		return nil, again{broke("harvest.error.busy", u.String(), nil), retryAfter(res)}
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, mostRobots))
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, nil
	}
	return groupOf(text, c.manners.Agent), nil
}

// groupOf is what a robots.txt says to agent; nil where it says nothing that
// can be read.
func groupOf(text []byte, agent string) (g *robotstxt.Group) {
	defer func() {
		if recover() != nil { // the library reads strangers' bytes
			g = nil
		}
	}()
	rules, err := robotstxt.FromBytes(text)
	if err != nil {
		return nil
	}
	return rules.FindGroup(agent)
}

// rate is how many requests a second u's host may get: what we were told, or
// less where its robots.txt asks for longer pauses.
func (c *Client) rate(u *url.URL) float64 {
	c.robots.mu.Lock()
	defer c.robots.mu.Unlock()
	if g := c.robots.rules[site(u)]; g != nil && g.CrawlDelay > 0 {
		return min(c.manners.Rate, max(1/g.CrawlDelay.Seconds(), slowest))
	}
	return c.manners.Rate
}
