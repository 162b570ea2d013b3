package listings

import (
	"time"

	"stoa/internal/store"
)

// Forms of what is kept, for the faces, which know no store.
type (
	Listed = store.Listed     // a listing
	Row    = store.Row        // one in a list
	Log    = store.ListingLog // what a crawler noted
	Span   = store.Span       // a part of a list
	Mark   = store.Mark       // a place in a list
)

// After is the mark behind everything made at t.
func After(t time.Time) Mark { return store.After(t) }

// Before is the mark before everything made at t.
func Before(t time.Time) Mark { return store.Before(t) }
