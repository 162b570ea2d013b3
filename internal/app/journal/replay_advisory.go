package journal

import (
	"context"
	"fmt"

	"stoa/internal/advise"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Advisory is what the journal says of the advisory group, lock versions left
// out.
type Advisory struct {
	Seats         map[good.ID]advise.Seat
	Consultations map[good.ID]advise.Consultation
	Opinions      map[string]advise.Opinion // by consultation and seat
	Comments      map[good.ID]advise.Comment
}

func newAdvisory() Advisory {
	return Advisory{Seats: map[good.ID]advise.Seat{}, Consultations: map[good.ID]advise.Consultation{}, Opinions: map[string]advise.Opinion{}, Comments: map[good.ID]advise.Comment{}}
}

// advisory are the verbs of the advisory group with how many subjects they have.
var advisory = map[good.Verb]int{good.SeatStated: 1, good.ConsultationStated: 1, good.ConsultationConcluded: 1, good.OpinionGiven: 2, good.CommentMade: 2, good.CommentAnswered: 2}

// advise is one step of the replay of the advisory group.
func (a *Advisory) advise(e good.Entry) error {
	if len(e.Subjects) < advisory[e.Verb] {
		return fmt.Errorf("%d subjects of %d", len(e.Subjects), advisory[e.Verb])
	}
	id := e.Subjects[len(e.Subjects)-1]
	switch e.Verb {
	case good.SeatStated:
		var s advise.Seat
		if e.Value("seat", &s) {
			e.Value("name", &s.Name)
			e.Value("interests", &s.Interests)
			s.Version = 0
			a.Seats[id] = s
		}
	case good.ConsultationStated, good.ConsultationConcluded:
		var c advise.Consultation
		if e.Value("consultation", &c) {
			c.Version = 0
			a.Consultations[id] = c
		}
	case good.OpinionGiven:
		var o advise.Opinion
		if e.Value("opinion", &o) {
			a.Opinions[opinionKey(o)] = o
		}
	case good.CommentMade:
		var m advise.Comment
		if e.Value("comment", &m) {
			e.Value("name", &m.Name)
			a.Comments[id] = m
		}
	case good.CommentAnswered:
		m, stands := a.Comments[id]
		if stands {
			m.Answered = e.Time // that there was an answer stays, whatever of it is erased
			var said struct {
				Disposition advise.Disposition
				Answer      string
			}
			if e.Value("answer", &said) {
				m.Disposition, m.Answer = said.Disposition, said.Answer
			}
			a.Comments[id] = m
		}
	}
	return nil
}

func opinionKey(o advise.Opinion) string { return string(o.Consultation) + "/" + string(o.Seat) }

// advisoryReads is what reads the advisory group: the database or a transaction.
type advisoryReads interface {
	Seats(ctx context.Context) ([]advise.Seat, error)
	Consultations(ctx context.Context) ([]advise.Consultation, error)
	Opinions(ctx context.Context, consultation good.ID) ([]advise.Opinion, error)
	Comments(ctx context.Context, consultation good.ID) ([]advise.Comment, error)
}

// liveAdvisory reads the advisory group from the database.
func liveAdvisory(ctx context.Context, db advisoryReads) (Advisory, error) {
	out := newAdvisory()
	seats, err := db.Seats(ctx)
	if err != nil {
		return out, err
	}
	for _, s := range seats {
		s.Version = 0
		out.Seats[s.ID] = s
	}
	consultations, err := db.Consultations(ctx)
	if err != nil {
		return out, err
	}
	for _, c := range consultations {
		c.Version = 0
		out.Consultations[c.ID] = c
		opinions, err := db.Opinions(ctx, c.ID)
		if err != nil {
			return out, err
		}
		for _, o := range opinions {
			out.Opinions[opinionKey(o)] = o
		}
		comments, err := db.Comments(ctx, c.ID)
		if err != nil {
			return out, err
		}
		for _, m := range comments {
			out.Comments[m.ID] = m
		}
	}
	return out, nil
}

// putAdvisory makes what an erased entry was about what the journal still says.
func putAdvisory(ctx context.Context, tx *store.Tx, p *projections, e good.Entry) error {
	id := e.Subjects[len(e.Subjects)-1]
	switch e.Verb {
	case good.SeatStated:
		held, person, err := tx.Seat(ctx, id)
		if err != nil {
			return err
		}
		s := p.Seats[id]
		s.Version = held.Version
		return tx.PutSeat(ctx, &s, person)
	case good.OpinionGiven:
		o, stands := p.Opinions[string(e.Subjects[0])+"/"+string(id)]
		if !stands {
			return tx.ForgetOpinion(ctx, e.Subjects[0], id)
		}
		return tx.PutOpinion(ctx, o)
	case good.CommentMade, good.CommentAnswered:
		m, stands := p.Comments[id]
		if !stands {
			return tx.ForgetComment(ctx, id)
		}
		return tx.PutComment(ctx, m)
	}
	return nil
}
