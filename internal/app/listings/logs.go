package listings

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/publiccode"
	"stoa/internal/store"
)

// Bounds of what crawlers note.
const (
	maxMessage = 20_000 // characters; what is longer is cut
	logsFor    = 90 * 24 * time.Hour
	forgotten  = 500 // at a time
)

// noteForm is what may be written of a note.
type noteForm struct {
	Message string `json:"message"`
}

// message is what a note says: whoever is named by an address in it is not.
func message(body []byte) (string, error) {
	var f noteForm
	if err := Unmarshal(body, &f); err != nil {
		return "", err
	}
	s := publiccode.WithoutAddresses(strings.ReplaceAll(strings.ToValidUTF8(f.Message, "\uFFFD"), "\x00", "\uFFFD"))
	if utf8.RuneCountInString(s) < 2 {
		return "", Mistakes{{Field: "message", Rule: "required"}}
	}
	if r := []rune(s); len(r) > maxMessage {
		s = string(r[:maxMessage]) + "…"
	}
	return s, nil
}

// Note keeps what a crawler noted about what is at a place, nil for nothing in
// particular.
func (a *App) Note(ctx context.Context, who access.Who, about *Place, body []byte) (store.ListingLog, error) {
	l := store.ListingLog{}
	actor, err := access.As(who, access.List, access.Thing{})
	if err != nil {
		return l, err
	}
	if l.Message, err = message(body); err != nil {
		return l, err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if about != nil {
			at, err := find(ctx, tx, *about)
			if err != nil {
				return err
			}
			l.Entity = "/" + string(at.Kind) + "/" + string(at.ID)
		}
		l.Created, l.Updated = tx.Now(), tx.Now()
		if l.ID, err = a.newID(tx.Now()); err != nil {
			return err
		}
		return tx.PutListingLog(ctx, l)
	})
	return l, err
}

// NoteAgain changes what a note says.
func (a *App) NoteAgain(ctx context.Context, who access.Who, id good.ID, body []byte) (store.ListingLog, error) {
	var out store.ListingLog
	actor, err := access.As(who, access.List, access.Thing{})
	if err != nil {
		return out, err
	}
	text, err := message(body)
	if err != nil {
		return out, err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.ListingLog(ctx, id)
		if err != nil {
			return err
		}
		if l == nil {
			return unknown("logs", string(id))
		}
		l.Message, l.Updated = text, tx.Now()
		out = *l
		return tx.PutListingLog(ctx, out)
	})
	return out, err
}

// DropNote takes a note away.
func (a *App) DropNote(ctx context.Context, who access.Who, id good.ID) error {
	actor, err := access.As(who, access.List, access.Thing{})
	if err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.ListingLog(ctx, id)
		if err != nil {
			return err
		}
		if l == nil {
			return unknown("logs", string(id))
		}
		return tx.DropListingLog(ctx, id)
	})
	return err
}

// NoteOf returns a note.
func (a *App) NoteOf(ctx context.Context, id good.ID) (*store.ListingLog, error) {
	l, err := a.DB.Primary().ListingLog(ctx, id)
	if err == nil && l == nil {
		err = unknown("logs", string(id))
	}
	return l, err
}

// escaped is a text in which nothing stands for anything else.
var escaped = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// Notes returns a part of the notes, the newest first: those about what is at a
// place, nil for all, that hold search.
func (a *App) Notes(ctx context.Context, s store.Span, about *Place, search string) ([]store.ListingLog, error) {
	entity := ""
	if about != nil {
		at, err := find(ctx, a.DB.Primary(), *about)
		if err != nil {
			return nil, err
		}
		entity = "/" + string(at.Kind) + "/" + string(at.ID)
	}
	return a.DB.Primary().ListingLogs(ctx, s, entity, escaped.Replace(strings.ToLower(search)))
}

// Tick forgets notes that are old.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	for {
		var n int64
		_, err := a.DB.Do(ctx, good.Actor{Role: access.Clock}, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = tx.ForgetListingLogs(ctx, now.Add(-logsFor), forgotten)
			return err
		})
		if err != nil || n < forgotten {
			return err
		}
	}
}
