package nominate

import (
	"context"
	"errors"
	"net/http"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/web/page"
)

// Claims is what the pages about claiming ask.
type Claims interface {
	ClaimOf(ctx context.Context, who access.Who, slugOrID string) (*nominations.Claim, error)
	Prove(ctx context.Context, who access.Who, slugOrID string) ([]nominations.Look, int64, error)
	Release(ctx context.Context, who access.Who, slugOrID string) error
}

// claimed is what the page about a claim shows.
type claimed struct {
	*page.Frame
	*nominations.Claim
	Looks []nominations.Look // what was found, where somebody looked
	Form  page.Form
}

// step is what to do for a proof by a method, in words.
func (c *claimed) step(p nominate.Place) string {
	return c.Tell("nominate.claim."+string(p.Method)+".do", "Where", p.Where)
}

// put is what has to be at a place: the very text to copy.
func (c *claimed) put(p nominate.Place) []string {
	switch p.Method {
	case nominate.ByDNS:
		return []string{nominate.TXTLabel + p.Where + ". TXT \"" + nominate.TXTPrefix + c.Token + "\""}
	case nominate.ByRepository:
		return []string{"echo " + c.Token + " > " + nominate.FileName, "git tag " + nominate.RefPrefix + c.Token + " && git push origin " + nominate.RefPrefix + c.Token}
	case nominate.ByFile:
		return []string{c.Token}
	}
	return nil
}

// found is what was found at a place, "" where nobody looked yet.
func (c *claimed) found(p nominate.Place) string {
	for _, l := range c.Looks {
		if l.Err != nil && l.Place.Method == p.Method && l.Place.Where == p.Where {
			return c.Say(l.Err)
		}
	}
	return ""
}

// claim answers GET /goods/{slug}/claim.
func (c Config) claim(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.showClaim(w, r, f, nil, nil)
}

func (c Config) showClaim(w http.ResponseWriter, r *http.Request, f *page.Frame, looks []nominations.Look, wrong *good.Error) error {
	claim, err := c.Claims.ClaimOf(r.Context(), f.Reader(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	m := &claimed{Frame: f, Claim: claim, Looks: looks}
	status := http.StatusOK
	if wrong != nil {
		m.Form.Add(f, wrong)
		status = http.StatusTooManyRequests
	}
	f.Work, f.Title = true, f.Tell("nominate.claim.title", "Name", claim.Good.Name)
	return page.Write(w, r, f, status, claimPage(m))
}

// prove answers POST /goods/{slug}/claim: it looks for the proof now.
func (c Config) prove(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	looks, _, err := c.Claims.Prove(r.Context(), f.Reader(), r.PathValue("slug"))
	var wait *good.Error
	if errors.As(err, &wait) && wait.Kind == good.Limited {
		return c.showClaim(w, r, f, nil, wait)
	}
	if err != nil {
		return err
	}
	for _, l := range looks {
		if l.Err == nil {
			looks = nil // proved: the page says so
			break
		}
	}
	if looks == nil {
		http.Redirect(w, r, string(f.Href("/goods/"+page.PathEscape(r.PathValue("slug"))+"/claim")), http.StatusSeeOther)
		return nil
	}
	return c.showClaim(w, r, f, looks, nil)
}

// release answers POST /goods/{slug}/release: the good is given up.
func (c Config) release(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	if err := c.Claims.Release(r.Context(), f.Reader(), r.PathValue("slug")); err != nil {
		return err
	}
	http.Redirect(w, r, string(f.Good(r.PathValue("slug"))), http.StatusSeeOther)
	return nil
}
