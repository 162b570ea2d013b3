package desk

import (
	"context"
	"time"
)

// volunteered is what one volunteer elsewhere said of one indicator. Who they
// are is known to nobody here.
type volunteered struct {
	At         time.Time
	Part       int  // from 1: of several answers, the one it is about
	Agrees     bool // that the indicator is met
	Confidence int  // 1 to 5; 0 where they did not say
	Comment    string
}

// crowd adds what volunteers elsewhere said of the application's good, for
// those who review it or look after it.
func (h *pages) crowd(ctx context.Context, m *review) error {
	if h.Crowd == nil || m.Full.Good == nil || m.Part != "" || m.Owner {
		return nil
	}
	list, err := h.Crowd.CommunityReviews(ctx, m.Full.Good.ID)
	if err != nil {
		return err
	}
	for n := range m.Indicators {
		i := &m.Indicators[n]
		for _, r := range list {
			for _, f := range r.Findings {
				if f.Indicator == i.ID {
					i.Crowd = append(i.Crowd, volunteered{r.At, f.Part, f.Agrees, f.Confidence, f.Comment})
				}
			}
		}
	}
	return nil
}

// crowdShown is how many of them are shown of an indicator, and crowdText how
// much of each: few on the page of the whole, so that it stays short.
func (m *review) crowdShown() int {
	if m.Only == "" {
		return 3
	}
	return 100
}

func (m *review) crowdText() int {
	if m.Only == "" {
		return 200
	}
	return 1500
}
