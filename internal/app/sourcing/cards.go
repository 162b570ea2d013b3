package sourcing

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/sourcing"
	"stoa/internal/store"
)

// Add puts a card on a board: about a good, named by slug or id in Link where
// that is no address, or about an address.
func (a *App) Add(ctx context.Context, who access.Who, key string, in sourcing.Card) (sourcing.Card, error) {
	b, err := a.board(ctx, who, access.WorkBoard, key)
	if err != nil {
		return in, err
	}
	out := sourcing.Card{Title: in.Title, Link: strings.TrimSpace(in.Link), Next: in.Next, Remind: in.Remind, Why: in.Why, State: sourcing.Suggested, Board: b.ID}
	if out.Link != "" && !strings.ContainsAny(out.Link, "./: ") {
		g, err := a.good(ctx, out.Link)
		if err != nil {
			return in, err
		}
		out.Good, out.Link, out.Title = g.ID, "", cmp.Or(strings.TrimSpace(out.Title), g.Name)
		out.State = cmp.Or(sourcing.Follows(out.State, g.Stage), out.State)
	}
	return out, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := cmp.Or(sourcing.CheckCard(&out, day(tx.Now())), sourcing.Ahead(out.Remind, day(tx.Now()))); err != nil {
			return err
		}
		held, err := tx.Cards(ctx, b.ID)
		if err != nil {
			return err
		}
		if len(held) >= mostCards {
			return &good.Error{Kind: good.Limited, Key: "board.error.cards", Field: "link", Args: map[string]any{"Max": mostCards}}
		}
		for _, h := range held { // a form sent twice is one card
			if out.Good != "" && h.Good == out.Good || out.Link != "" && h.Link == out.Link {
				return &good.Error{Kind: good.Conflict, Key: "board.error.twice", Field: "link", Args: map[string]any{"Name": h.Title}}
			}
		}
		out.ID, out.Created, out.Moved = tx.NewID(), tx.Now(), tx.Now()
		if err := tx.PutCard(ctx, &out); err != nil {
			return err
		}
		return note(ctx, tx, out.ID, who.Pseudonym, sourcing.Added, out.State, out.Why)
	})
}

// good finds a good by slug or id; a tombstone is none.
func (a *App) good(ctx context.Context, key string) (g *good.Good, err error) {
	if id := good.ID(key); id.Valid() {
		g, err = a.DB.Primary().Good(ctx, id)
	} else {
		g, _, err = a.DB.Primary().GoodBySlug(ctx, key)
	}
	if good.KindOf(err) == good.NotFound || err == nil && g.Tombstone != nil {
		err = &good.Error{Kind: good.Invalid, Key: "board.error.good", Field: "link", Args: map[string]any{"Name": key}}
	}
	return g, err
}

func note(ctx context.Context, tx *store.Tx, card good.ID, by string, what sourcing.What, to sourcing.State, text string) error {
	return tx.AddCardEvent(ctx, sourcing.Event{ID: tx.NewID(), Card: card, At: tx.Now(), By: by, What: what, To: to, Text: text})
}

// Told is a card with what happened to it.
type Told struct {
	sourcing.Card
	Events []sourcing.Event `json:"events"`
	Slug   string           `json:"slug,omitempty"` // of its good
}

// Card shows one card of a board.
func (a *App) Card(ctx context.Context, who access.Who, key string, id good.ID) (Told, View, error) {
	v, err := a.Show(ctx, who, key)
	if err != nil {
		return Told{}, v, err
	}
	i := slices.IndexFunc(v.Cards, func(c sourcing.Card) bool { return c.ID == id })
	if i < 0 {
		return Told{}, v, &good.Error{Kind: good.NotFound, Key: "board.error.card"}
	}
	out := Told{Card: v.Cards[i]}
	if out.Events, err = a.DB.Primary().CardEvents(ctx, id); err != nil {
		return out, v, err
	}
	if !v.Works {
		for i := range out.Events {
			if out.Events[i].By = ""; out.Events[i].What == sourcing.Noted || out.Events[i].What == sourcing.Moved {
				out.Events[i].Text = ""
			}
		}
	}
	if out.Good != "" {
		g, err := a.DB.Primary().Good(ctx, out.Good)
		if err != nil {
			return out, v, err
		}
		out.Slug = g.Slug
	}
	return out, v, nil
}

// Step is what somebody does with a card. Version is that of the card they
// saw, 0 for whatever it is.
type Step struct {
	State   sourcing.State // "" where it stays
	Owner   string         // pseudonym of who looks after it from now on, "" for nobody
	Next    string
	Remind  good.Date
	Note    string
	Version int64
}

// Move changes where a card stands, who looks after it and what is next. Its
// history keeps what changed.
func (a *App) Move(ctx context.Context, who access.Who, key string, id good.ID, s Step) (sourcing.Card, error) {
	b, err := a.board(ctx, who, access.WorkBoard, key)
	if err != nil {
		return sourcing.Card{}, err
	}
	if s.Note = strings.TrimSpace(s.Note); sourcing.Note(s.Note) != nil {
		return sourcing.Card{}, sourcing.Note(s.Note)
	}
	if s.Owner != "" {
		people, err := a.DB.Primary().PeopleOf(ctx, []string{s.Owner})
		if err != nil {
			return sourcing.Card{}, err
		}
		if len(people) == 0 || !slices.Contains(b.all().Owners, people[0].ID) {
			return sourcing.Card{}, &good.Error{Kind: good.Invalid, Key: "board.error.person", Field: "owner"}
		}
		s.Owner = people[0].Pseudonym
	}
	var out sourcing.Card
	return out, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := card(ctx, tx, b.ID, id)
		if err != nil {
			return err
		}
		if s.Version != 0 && s.Version != c.Version {
			return &good.Error{Kind: good.Conflict, Key: "board.error.changed"}
		}
		was := *c
		c.State, c.Owner, c.Next, c.Remind = cmp.Or(s.State, c.State), s.Owner, s.Next, s.Remind
		if err := sourcing.CheckCard(c, day(tx.Now())); err != nil {
			return err
		}
		if c.Remind != was.Remind {
			if err := sourcing.Ahead(c.Remind, day(tx.Now())); err != nil {
				return err
			}
		}
		what, to := sourcing.Noted, sourcing.State("")
		if c.State != was.State {
			what, to, c.Moved = sourcing.Moved, c.State, tx.Now()
		}
		text := s.Note
		if c.Next != was.Next && c.Next != "" {
			text = strings.TrimSpace(text + "\n→ " + c.Next)
		}
		if err := tx.PutCard(ctx, c); err != nil {
			return err
		}
		out = *c
		return note(ctx, tx, c.ID, who.Pseudonym, what, to, text)
	})
}

// card is one card of one board: another's is not there.
func card(ctx context.Context, db interface {
	Card(ctx context.Context, id good.ID) (*sourcing.Card, error)
}, board, id good.ID) (*sourcing.Card, error) {
	c, err := db.Card(ctx, id)
	if err == nil && (c == nil || c.Board != board) {
		err = &good.Error{Kind: good.NotFound, Key: "board.error.card"}
	}
	return c, err
}

// Bounds of letters to owners.
const (
	askedFor   = 30 * 24 * time.Hour // how long one counts as under way
	mostAskDay = 20                  // by one person
)

// Invite asks whoever has an address to claim the good of a card as its owner,
// by a letter that leads there. To one address and about one good a letter goes
// once.
func (a *App) Invite(ctx context.Context, who access.Who, key string, id good.ID, address, lang string) (sourcing.Card, error) {
	b, err := a.board(ctx, who, access.WorkBoard, key)
	if err != nil {
		return sourcing.Card{}, err
	}
	if address, err = good.EmailAddress(address); err != nil {
		return sourcing.Card{}, err
	}
	var out sourcing.Card
	return out, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Hold(ctx, string(who.Person)); err != nil { // one may ask many at once
			return err
		}
		c, err := card(ctx, tx, b.ID, id)
		if err != nil {
			return err
		}
		if c.Good == "" {
			return &good.Error{Kind: good.Conflict, Key: "board.error.nominate", Field: "address"}
		}
		if err := mayAsk(ctx, tx, who, c.Good, address); err != nil {
			return err
		}
		i := good.Invitation{ID: tx.NewID(), Kind: good.ToClaim, About: c.Good, Address: address, Person: who.Person, Lang: lang, Created: tx.Now(), Expires: tx.Now().Add(askedFor)}
		if err := tx.AddInvitation(ctx, i); err != nil {
			return err
		}
		if a.Tasks != nil {
			if err := a.Tasks.Enqueue(ctx, tx, good.Task{Kind: "invitation", Key: string(i.ID)}); err != nil {
				return err
			}
		}
		if c.State == sourcing.Suggested {
			c.State, c.Moved = sourcing.Contacted, tx.Now()
		}
		if err := tx.PutCard(ctx, c); err != nil {
			return err
		}
		out = *c
		return note(ctx, tx, c.ID, who.Pseudonym, sourcing.Invited, c.State, "")
	})
}

func mayAsk(ctx context.Context, tx *store.Tx, who access.Who, about good.ID, address string) error {
	owners, err := tx.OwnersOf(ctx, about)
	if err != nil {
		return err
	}
	if len(owners) > 0 {
		return &good.Error{Kind: good.Conflict, Key: "board.error.owned", Field: "address"}
	}
	sent, err := tx.InvitationsTo(ctx, good.ToClaim, about)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(sent, func(i good.Invitation) bool { return i.Address == address }) {
		return &good.Error{Kind: good.Conflict, Key: "board.error.asked", Field: "address"}
	}
	today, err := tx.InvitationsBy(ctx, who.Person, tx.Now().Add(-24*time.Hour))
	if err == nil && len(today) >= mostAskDay {
		err = &good.Error{Kind: good.Limited, Key: "invite.error.day", Field: "address", Args: map[string]any{"Max": mostAskDay}}
	}
	return err
}
