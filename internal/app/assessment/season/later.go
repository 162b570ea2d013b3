package season

import (
	"context"
	"net/http"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
)

// fate is what is to become of an application of any kind. Of ten renewals five
// are made by a word, three with something changed, and two by nobody; of four
// doubts one is right.
func (s *Season) fate(app Item) Fate {
	switch app.Kind {
	case assess.Renewal:
		switch n := chance(app.Name, "renewal", 10); {
		case n < 5:
			return Passes
		case n < 8:
			return Fails // here: something changed
		}
		return Silent
	case assess.Challenge:
		if chance(app.Name, "right", 4) == 0 {
			return Fails
		}
		return Passes
	}
	return fateOf(app.Name)
}

// idle says whether an application is a renewal that nobody makes.
func (s *Season) idle(app Item) bool {
	return app.Kind == assess.Renewal && app.State.State == assess.Draft && s.fate(app) == Silent
}

// doubt challenges a good that was recognised, half of them in confidence.
func (s *Season) doubt(ctx context.Context, id good.ID, name string) error {
	in := map[string]any{"indicators": []string{"4"}, "text": doubted + name, "confidential": chance(name, "confidence", 2) == 0, "contact": "reporter@season.example"}
	var out assessment.State
	err := s.ask(ctx, s.Cast.of("", int(chance(name, "doubter", 1000))), http.MethodPost, "/api/v1/goods/"+string(id)+"/challenges", in, &out)
	if err != nil && refused(err) == 0 {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.doubts, id)
	if err == nil {
		s.acks = append(s.acks, Ack{out.ID, "challenge", out.Position, out.State, out.Version})
	}
	return err
}

// doubted is how every doubt begins.
const doubted = "It seems to need a closed part: "

// year is how many days after the last first application everything is over:
// a recognition's time, and what the clock waits before it lapses.
const year = 366 + 10

// over says whether the season is over, now that nobody has anything to do: a
// year after the last first application, with no renewal due.
func (s *Season) over(ctx context.Context) (bool, error) {
	if s.Days < s.busy+year {
		return false, nil
	}
	var due struct{ Total int }
	err := s.patiently(ctx, Member{}, "/api/v1/goods?stage=renewal-due&limit=1", &due)
	return due.Total == 0, err
}

// Replied is what an applicant replied to a clarification, where an entry of
// the journal tells of it; "" where it does not.
func (s *Season) Replied(e good.Entry) string {
	var r assess.PublicReply
	e.Value("reply", &r)
	return r.Text
}
