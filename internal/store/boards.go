package store

import (
	"context"
	"encoding/json"

	"stoa/internal/good"
	"stoa/internal/sourcing"
)

// SourcingBoards returns every board, by slug.
func (r reads) SourcingBoards(ctx context.Context) ([]sourcing.Board, error) {
	return docs[sourcing.Board](ctx, r, Q(`SELECT doc FROM boards ORDER BY slug`))
}

// SourcingBoard returns a board by id or slug; nil if there is none.
func (r reads) SourcingBoard(ctx context.Context, key string) (*sourcing.Board, error) {
	return first(docs[sourcing.Board](ctx, r, Q(`SELECT doc FROM boards WHERE id = $1 OR slug = $1`), key))
}

// SourcingBoardsIn returns the boards with those ids that are there.
func (r reads) SourcingBoardsIn(ctx context.Context, ids []good.ID) ([]sourcing.Board, error) {
	return docsIn[sourcing.Board](ctx, r, Q(`SELECT doc FROM boards WHERE id IN (SELECT value FROM json_each($1))`), ids)
}

// SourcingBoardsOf returns the boards that a person works on, by slug.
func (r reads) SourcingBoardsOf(ctx context.Context, person good.ID) ([]sourcing.Board, error) {
	return docs[sourcing.Board](ctx, r, Q(`SELECT b.doc FROM boards b JOIN board_people p ON p.board = b.id WHERE p.person = $1 ORDER BY b.slug`), person)
}

// PutBoard writes a board: a new one if its Version is 0, else a change of
// exactly that version. It sets Version.
func (tx *Tx) PutBoard(ctx context.Context, b *sourcing.Board) error {
	was := b.Version
	b.Version++
	doc, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO boards (id, slug, version, doc) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, doc = excluded.doc WHERE boards.version = $5`), string(b.ID), b.Slug, b.Version, string(doc), was)
}

// BoardPeople returns who leads a board, and who else works on it.
func (r reads) BoardPeople(ctx context.Context, board good.ID) (leads, others []good.ID, err error) {
	err = each(ctx, r.q, Q(`SELECT person, leads FROM board_people WHERE board = $1 ORDER BY person`), []any{board}, func(scan func(...any) error) error {
		var person good.ID
		var lead int64
		if err := scan(&person, &lead); err != nil {
			return err
		}
		if lead != 0 {
			leads = append(leads, person)
		} else {
			others = append(others, person)
		}
		return nil
	})
	return leads, others, err
}

// PutBoardPerson lets a person work on a board, or lead it.
func (tx *Tx) PutBoardPerson(ctx context.Context, board, person good.ID, leads bool) error {
	lead := int64(0)
	if leads {
		lead = 1
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO board_people (board, person, leads) VALUES ($1, $2, $3) ON CONFLICT (board, person) DO UPDATE SET leads = excluded.leads`), string(board), string(person), lead)
	return err
}

// DropBoardPerson takes a person off a board.
func (tx *Tx) DropBoardPerson(ctx context.Context, board, person good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM board_people WHERE board = $1 AND person = $2`), string(board), string(person))
	return err
}

// Cards returns the cards of a board, by id.
func (r reads) Cards(ctx context.Context, board good.ID) ([]sourcing.Card, error) {
	return docs[sourcing.Card](ctx, r, Q(`SELECT doc FROM cards WHERE board = $1 ORDER BY id`), board)
}

// CardsOf returns the cards of every board that are about a good.
func (r reads) CardsOf(ctx context.Context, id good.ID) ([]sourcing.Card, error) {
	return docs[sourcing.Card](ctx, r, Q(`SELECT doc FROM cards WHERE good = $1 AND good <> '' ORDER BY id`), id)
}

// DueCards returns up to limit cards behind an id whose reminder is on a day or
// before it.
func (r reads) DueCards(ctx context.Context, day good.Date, after good.ID, limit int) ([]sourcing.Card, error) {
	return docs[sourcing.Card](ctx, r, Q(`SELECT doc FROM cards WHERE remind <> '' AND remind <= $1 AND id > $2 ORDER BY id LIMIT $3`), string(day), after, limit)
}

// Card returns one card; nil if there is none.
func (r reads) Card(ctx context.Context, id good.ID) (*sourcing.Card, error) {
	return first(docs[sourcing.Card](ctx, r, Q(`SELECT doc FROM cards WHERE id = $1`), id))
}

// PutCard writes a card: a new one if its Version is 0, else a change of
// exactly that version. It sets Version.
func (tx *Tx) PutCard(ctx context.Context, c *sourcing.Card) error {
	was := c.Version
	c.Version++
	doc, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO cards (id, board, good, remind, version, doc) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET good = excluded.good, remind = excluded.remind, version = excluded.version, doc = excluded.doc WHERE cards.version = $7`),
		string(c.ID), string(c.Board), string(c.Good), string(c.Remind), c.Version, string(doc), was)
}

// CardEvents returns what happened to a card, the oldest first.
func (r reads) CardEvents(ctx context.Context, card good.ID) ([]sourcing.Event, error) {
	return docs[sourcing.Event](ctx, r, Q(`SELECT doc FROM card_events WHERE card = $1 ORDER BY n`), card)
}

// AddCardEvent notes what happened to a card.
func (tx *Tx) AddCardEvent(ctx context.Context, e sourcing.Event) error {
	doc, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO card_events (id, card, n, doc) SELECT $1, $2, COALESCE((SELECT MAX(n) FROM card_events WHERE card = $2), 0) + 1, $3`), string(e.ID), string(e.Card), string(doc))
	return err
}
