package messages

import (
	"cmp"
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Bounds of letters to who may own a good.
const (
	MostSought  = 500 // letters at a time
	LeastAnHour = 1
	MostAnHour  = 600
	UsualAnHour = 60
)

// Asking has letters written to who may own goods.
type Asking struct {
	Goods    []string // slugs or ids
	All      bool     // besides: every good with a contact to whom nobody wrote yet
	Language string
	AnHour   int // letters an hour at most; 0 for the usual
}

// Plan is which letters would be written, and in which words.
type Plan struct {
	Subject string    `json:"subject"`
	Body    []string  `json:"body"`
	Why     string    `json:"why"`
	To      []Planned `json:"to"`
	Left    []LeftOut `json:"left_out"`
}

// Planned is a letter that would be written.
type Planned struct {
	Slug    string    `json:"slug"`
	Name    string    `json:"name"`
	Address string    `json:"address,omitempty"` // "" where it is that of somebody with an account
	Source  string    `json:"source"`
	Due     time.Time `json:"due"`

	id   good.ID
	to   Contact
	mark good.ID
}

// LeftOut is a good about which no letter is written.
type LeftOut struct {
	Slug string `json:"slug"`
	Name string `json:"name,omitempty"`
	Why  string `json:"why"` // "owned", "no-contact", "written", "left", "bounced", "unknown"
}

// PlanLetters says what WriteOwners would do, and does nothing.
func (a *App) PlanLetters(ctx context.Context, who access.Who, in Asking) (Plan, error) {
	p := Plan{To: []Planned{}, Left: []LeftOut{}}
	if err := seeks(who); err != nil {
		return p, err
	}
	in.AnHour = cmp.Or(in.AnHour, UsualAnHour)
	switch {
	case in.AnHour < LeastAnHour || in.AnHour > MostAnHour:
		return p, &good.Error{Kind: good.Invalid, Key: "sought.error.rate", Field: "rate", Args: map[string]any{"Min": LeastAnHour, "Max": MostAnHour}}
	case locale(in.Language).Code != in.Language:
		return p, &good.Error{Kind: good.Invalid, Key: "sought.error.language", Field: "language"}
	case len(in.Goods) == 0 && !in.All:
		return p, &good.Error{Kind: good.Invalid, Key: "sought.error.none", Field: "good"}
	}
	ids, err := a.asked(ctx, in, &p)
	if err != nil {
		return p, err
	}
	list, err := a.ownerless(ctx, ids)
	if err != nil {
		return p, err
	}
	if err := a.schedule(ctx, &p, list, time.Hour/time.Duration(in.AnHour)); err != nil {
		return p, err
	}
	some := good.Good{Facts: good.Facts{Name: "…"}}
	about := Contact{Source: "…"}
	if len(p.To) > 0 {
		g, err := a.DB.Primary().Good(ctx, p.To[0].id)
		if err != nil {
			return p, err
		}
		some, about = *g, p.To[0].to
	}
	l, err := a.toOwner(ctx, locale(in.Language).Code, &some, about.origin, about.Source, who.Person)
	p.Subject, p.Body, p.Why = l.Subject, l.Body, l.Why
	return p, err
}

// asked are the goods that letters are wanted about; what is none of those
// whose owners are sought is left out.
func (a *App) asked(ctx context.Context, in Asking, p *Plan) ([]good.ID, error) {
	var ids []good.ID
	for _, key := range in.Goods {
		g, err := a.known(ctx, key)
		if good.KindOf(err) == good.NotFound || good.KindOf(err) == good.Gone {
			p.Left = append(p.Left, LeftOut{Slug: key, Why: "unknown"})
			continue
		}
		if err != nil {
			return nil, err
		}
		is, err := a.DB.Primary().IsSought(ctx, g.ID)
		if err != nil {
			return nil, err
		}
		if !is {
			p.Left = append(p.Left, LeftOut{g.Slug, g.Name, "owned"})
		} else if !slices.Contains(ids, g.ID) {
			ids = append(ids, g.ID)
		}
	}
	if in.All {
		more, err := a.DB.Primary().SoughtGoods(ctx, Seeking{Which: "write", Limit: MostSought})
		if err != nil {
			return nil, err
		}
		for _, id := range more {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids[:min(len(ids), MostSought)], nil
}

// schedule says to whom letters about goods go, and when: one after the other,
// behind those that wait, and to one address a day at most.
func (a *App) schedule(ctx context.Context, p *Plan, list []Ownerless, step time.Duration) error {
	seal, err := a.seal(ctx)
	if err != nil {
		return err
	}
	last, its := a.Now().Add(-step), map[good.ID]time.Time{}
	for _, o := range list {
		to, why, err := a.whom(ctx, seal, o)
		if err != nil {
			return err
		}
		if why != "" {
			p.Left = append(p.Left, LeftOut{o.Slug, o.Name, why})
			continue
		}
		mark := stranger(seal, to.to)
		before, told, err := a.DB.Primary().SoughtUntil(ctx, mark)
		if err != nil {
			return err
		}
		last = later(last, before).Add(step)
		due := last
		if told = later(told, its[mark]); !told.IsZero() {
			due = later(due, told.Add(day))
		}
		its[mark] = due
		p.To = append(p.To, Planned{Slug: o.Slug, Name: o.Name, Address: to.Address, Source: to.Source, Due: later(due, a.Now()), id: o.ID, to: to, mark: mark})
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// whom is the contact of a good that is written to, or why none is.
func (a *App) whom(ctx context.Context, seal []byte, o Ownerless) (Contact, string, error) {
	why := "no-contact"
	for _, c := range o.Contacts {
		mark := stranger(seal, c.to)
		back, err := a.DB.Primary().Bounce(ctx, c.to)
		if err != nil {
			return c, "", err
		}
		wanted, err := a.wantsLetters(ctx, mark, c.to)
		if err != nil {
			return c, "", err
		}
		written, err := a.DB.Primary().WasSought(ctx, o.ID, mark)
		switch {
		case err != nil:
			return c, "", err
		case written && back == nil: // once, and nobody else beside
			return c, "written", nil
		case back != nil:
			why = "bounced"
		case !wanted:
			why = "left"
		default:
			return c, "", nil
		}
	}
	return Contact{}, why, nil
}

// wantsLetters says whether an address did not have such letters ended, nor
// the person whose it is.
func (a *App) wantsLetters(ctx context.Context, mark good.ID, address string) (bool, error) {
	for _, kind := range []string{kindSought, "invited"} {
		if wanted, err := a.wanted(ctx, mark, kind); err != nil || !wanted {
			return false, err
		}
	}
	p, err := a.DB.Primary().PersonByEmail(ctx, address)
	if err != nil || p == nil {
		return err == nil, err
	}
	return a.wanted(ctx, p.ID, kindSought)
}

// WriteOwners has letters written to who may own goods, as PlanLetters says;
// each once, however often it is asked.
func (a *App) WriteOwners(ctx context.Context, who access.Who, in Asking) (Plan, error) {
	if a.Mail == nil {
		return Plan{}, &good.Error{Kind: good.Forbidden, Key: "mail.error.none"}
	}
	p, err := a.PlanLetters(ctx, who, in)
	if err != nil {
		return p, err
	}
	for slice := range slices.Chunk(p.To, 50) {
		err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, t := range slice {
				s := good.Sought{ID: tx.NewID(), Good: t.id, Mark: t.mark, Address: t.to.to, Origin: t.to.origin, Lang: in.Language, Person: who.Person, Created: tx.Now(), Due: t.Due}
				fresh, err := tx.AddSought(ctx, s)
				if err != nil {
					return err
				}
				if !fresh { // another was faster
					continue
				}
				if err := a.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskSought, Key: string(s.ID), At: s.Due}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

// Recall takes back every letter to an owner that was not sent yet, and says
// how many there were.
func (a *App) Recall(ctx context.Context, who access.Who) (n int64, err error) {
	if err := seeks(who); err != nil {
		return 0, err
	}
	return n, a.do(ctx, func(ctx context.Context, tx *store.Tx) error { n, err = tx.DropSought(ctx); return err })
}
