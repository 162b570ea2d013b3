package harvest

import (
	"cmp"
	"time"

	"stoa/internal/good"
)

// Instance is a good as another instance's API gives it, whole.
type Instance struct {
	good.Facts
	ID           string             `json:"id"`
	Page         string             `json:"page"`
	Updated      time.Time          `json:"updated"`
	Recognitions []good.Recognition `json:"recognitions"`
}

// ReadInstance makes a candidate of a good of another instance, in whose own
// name it speaks as issuer. What that instance only reports of others' decisions
// is not taken: whoever decided says so better.
func ReadInstance(source, issuer string, raw []byte) Candidate {
	var g Instance
	if reason := object(raw, &g); reason != "" {
		return broken(source, "", reason, raw)
	}
	if g.Cite == nil && good.WebAddress(g.Page) {
		g.Cite = map[good.Field]string{"": g.Page}
	}
	g.Standing = nil
	for _, r := range g.Recognitions {
		if r.Issuer == issuer && !r.Reported && issuer != "" {
			g.Standing = &good.Standing{State: r.State, Issuer: issuer, Reason: r.Reason, URL: r.URL}
		}
	}
	return ownForm(source, g.ID, "?", good.Date(cmp.Or(day(g.Updated), "?")), g.Facts, raw)
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
