package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"stoa/internal/good"
)

// Listed is a listing as it is kept.
type Listed struct {
	good.Listing
	Good    good.ID // the good it became part of, or was made of; "" for none yet
	Posted  bool    // by somebody; else it was made of a good
	Private string  // what only those see who may post: an address of a publisher
	Version int64   // grows by one with every change; optimistic lock
}

const listedColumns = `kind, id, catalog, active, created, updated, version, good, posted, doc, analysis, private`

func readListed(scan func(...any) error) (Listed, error) {
	var l Listed
	var doc, analysis []byte
	var created, updated, active, posted int64
	if err := scan(&l.Kind, &l.ID, &l.Catalog, &active, &created, &updated, &l.Version, &l.Good, &posted, &doc, &analysis, &l.Private); err != nil {
		return l, err
	}
	l.Active, l.Posted, l.Created, l.Updated, l.Doc = active == 1, posted == 1, moment(created), moment(updated), doc
	if len(analysis) > 0 {
		l.Analysis = analysis
	}
	return l, nil
}

func (r reads) listed(ctx context.Context, query string, args ...any) (*Listed, error) {
	l, err := readListed(r.q.QueryRowContext(ctx, query, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &l, nil
}

// Listing returns the listing with that id; nil if there is none.
func (r reads) Listing(ctx context.Context, kind good.ListingKind, id good.ID) (*Listed, error) {
	return r.listed(ctx, Q(`SELECT `+listedColumns+` FROM listings WHERE kind = $1 AND id = $2`), string(kind), id)
}

// ListingNamed returns the listing to which one of its names leads; nil if
// there is none.
func (r reads) ListingNamed(ctx context.Context, kind good.ListingKind, name string) (*Listed, error) {
	return r.listed(ctx, Q(`SELECT `+listedColumns+` FROM listings WHERE kind = $1 AND id = (SELECT id FROM listing_names WHERE kind = $1 AND name = $2)`), string(kind), name)
}

// ListingOf returns the software listing of a good, one that was posted before
// one that was made of it; nil if there is none.
func (r reads) ListingOf(ctx context.Context, id good.ID) (*Listed, error) {
	return r.listed(ctx, Q(`SELECT `+listedColumns+` FROM listings WHERE good = $1 AND good <> '' ORDER BY posted DESC, created, id LIMIT 1`), id)
}

// Mark is a place in the order of listings: by the time they were made, then by
// id. The zero Mark is before all.
type Mark struct {
	Created int64 // milliseconds since 1970
	ID      string
}

// After is the mark behind everything made at t.
func After(t time.Time) Mark { return Mark{t.UnixMilli(), "~"} } // behind every id

// Before is the mark before everything made at t.
func Before(t time.Time) Mark { return Mark{Created: t.UnixMilli()} }

// Span is a part of the listings of one kind: those between two marks, in order
// or from its end.
type Span struct {
	Kind     good.ListingKind
	Catalog  *good.ID // nil for all
	All      bool     // those that are not active, too
	From, To Mark     // neither belongs to it; the zero To is the end
	Backward bool     // the last first
	Limit    int
}

// Row is a listing in a list.
type Row struct {
	Mark
	Version int64
	Doc     []byte // as it is served
}

const rowsBetween = ` AND active >= $2 AND (created, id) > ($3, $4) AND (created, id) < ($5, $6) ORDER BY created`

// Listings returns a part of the listings.
func (r reads) Listings(ctx context.Context, s Span) ([]Row, error) {
	if s.To == (Mark{}) {
		s.To = Mark{Created: 1 << 62}
	}
	active := 1
	if s.All {
		active = 0
	}
	args := []any{string(s.Kind), active, s.From.Created, s.From.ID, s.To.Created, s.To.ID, s.Limit}
	query := Q(`SELECT created, id, version, doc FROM listings WHERE kind = $1` + rowsBetween + `, id LIMIT $7`)
	switch {
	case s.Catalog != nil && s.Backward:
		query = Q(`SELECT created, id, version, doc FROM listings WHERE catalog = $8 AND kind = $1` + rowsBetween + ` DESC, id DESC LIMIT $7`)
	case s.Catalog != nil:
		query = Q(`SELECT created, id, version, doc FROM listings WHERE catalog = $8 AND kind = $1` + rowsBetween + `, id LIMIT $7`)
	case s.Backward:
		query = Q(`SELECT created, id, version, doc FROM listings WHERE kind = $1` + rowsBetween + ` DESC, id DESC LIMIT $7`)
	}
	if s.Catalog != nil {
		args = append(args, string(*s.Catalog))
	}
	out, ends, docs := make([]Row, 0, s.Limit), make([]int, 0, s.Limit), make([]byte, 0, s.Limit<<11)
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var row Row
		var doc sql.RawBytes // copied into one piece for all
		if err := scan(&row.Created, &row.ID, &row.Version, &doc); err != nil {
			return err
		}
		docs = append(docs, doc...)
		out, ends = append(out, row), append(ends, len(docs))
		return nil
	})
	begin := 0
	for i := range out {
		out[i].Doc, begin = docs[begin:ends[i]:ends[i]], ends[i]
	}
	return out, err
}

// EachPosted goes through every listing that somebody posted.
func (r reads) EachPosted(ctx context.Context, fn func(Listed) error) error {
	return each(ctx, r.q, Q(`SELECT `+listedColumns+` FROM listings WHERE posted = 1 ORDER BY kind, id`), nil, func(scan func(...any) error) error {
		l, err := readListed(scan)
		if err != nil {
			return err
		}
		return fn(l)
	})
}

// CatalogHolds says whether any listing is in a catalogue.
func (r reads) CatalogHolds(ctx context.Context, id good.ID) (bool, error) {
	var n int
	err := r.q.QueryRowContext(ctx, Q(`SELECT COUNT(*) FROM (SELECT 1 FROM listings WHERE catalog = $1 AND kind <> 'catalogs' LIMIT 1) held`), id).Scan(&n)
	return n > 0, err
}

// PutListing writes a listing: a new one if its Version is 0, else a change of
// exactly that version. It sets Version of l. A name of one that was posted
// belongs to it alone; one that was made of a good has those that are free.
func (tx *Tx) PutListing(ctx context.Context, l *Listed) error {
	if l.Version > 0 {
		if err := tx.freeNames(ctx, l.Kind, l.ID, l.Names()); err != nil {
			return err
		}
		res, err := tx.q.ExecContext(ctx, Q(`UPDATE listings SET catalog = $1, active = $2, updated = $3, good = $4, posted = $5, doc = $6, analysis = $7, private = $8, version = version + 1
			WHERE kind = $9 AND id = $10 AND version = $11`),
			l.Catalog, flag(l.Active), millis(l.Updated), l.Good, flag(l.Posted), []byte(l.Doc), string(l.Analysis), l.Private, string(l.Kind), l.ID, l.Version)
		if err != nil {
			return fmt.Errorf("keep a listing: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, &good.Error{Kind: good.Conflict, Key: "listed.error.changed"})
		}
	} else if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO listings (kind, id, catalog, active, created, updated, version, good, posted, doc, analysis, private)
		VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11)`),
		string(l.Kind), l.ID, l.Catalog, flag(l.Active), millis(l.Created), millis(l.Updated), l.Good, flag(l.Posted), []byte(l.Doc), string(l.Analysis), l.Private); err != nil {
		return fmt.Errorf("keep a listing: %w", err)
	}
	l.Version++
	for _, name := range l.Names() {
		got, err := tx.name(ctx, l, name)
		if err == nil && !got && l.Posted { // one that was made of a good may have it
			if err = tx.freeName(ctx, l.Kind, name); err == nil {
				got, err = tx.name(ctx, l, name)
			}
		}
		if err != nil || !got && l.Posted {
			return errors.Join(err, taken(name))
		}
	}
	return nil
}

// name has a name lead to a listing and says whether it does.
func (tx *Tx) name(ctx context.Context, l *Listed, name string) (bool, error) {
	res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO listing_names (kind, name, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`), string(l.Kind), name, l.ID)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 || l.Version == 1 {
		return n == 1, err
	}
	var whose good.ID
	err = tx.q.QueryRowContext(ctx, Q(`SELECT id FROM listing_names WHERE kind = $1 AND name = $2`), string(l.Kind), name).Scan(&whose)
	return whose == l.ID, err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// taken says that a name leads to another listing.
func taken(name string) error {
	sort, value := name, ""
	for i := range name {
		if name[i] == ':' {
			sort, value = name[:i], name[i+1:]
			break
		}
	}
	field := map[string]string{"id": "alternativeId", "name": "description", "url": "url"}[sort]
	return &good.Error{Kind: good.Conflict, Key: "listed.error.taken", Field: field, Args: map[string]any{"Field": field, "Value": value}}
}

// freeNames takes away the names of a listing as it was but those it keeps.
// They are read from it: an index of whose they are would be one more to write.
func (tx *Tx) freeNames(ctx context.Context, kind good.ListingKind, id good.ID, keeps []string) error {
	was, err := tx.Listing(ctx, kind, id)
	if err != nil || was == nil {
		return err
	}
	for _, name := range was.Names() {
		if slices.Contains(keeps, name) {
			continue
		}
		if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM listing_names WHERE kind = $1 AND name = $2 AND id = $3`), string(kind), name, id); err != nil {
			return err
		}
	}
	return nil
}

// freeName has a name lead nowhere unless it leads to a listing that was posted.
func (tx *Tx) freeName(ctx context.Context, kind good.ListingKind, name string) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM listing_names WHERE kind = $1 AND name = $2 AND NOT EXISTS (SELECT 1 FROM listings l WHERE l.kind = $1 AND l.id = listing_names.id AND posted = 1)`), string(kind), name)
	return err
}

// LinkListing notes of which good a posted listing became part; what was made
// of that good for want of one goes.
func (tx *Tx) LinkListing(ctx context.Context, kind good.ListingKind, id, of good.ID) error {
	if _, err := tx.q.ExecContext(ctx, Q(`UPDATE listings SET good = $1 WHERE kind = $2 AND id = $3`), of, string(kind), id); err != nil {
		return err
	}
	return tx.DropMade(ctx, of)
}

// DropMade takes away what was made of a good.
func (tx *Tx) DropMade(ctx context.Context, of good.ID) error {
	var made []good.ID
	err := each(ctx, tx.q, Q(`SELECT id FROM listings WHERE good = $1 AND good <> '' AND posted = 0`), []any{of}, func(scan func(...any) error) error {
		var id good.ID
		err := scan(&id)
		made = append(made, id)
		return err
	})
	for _, id := range made {
		err = errors.Join(err, tx.DropListing(ctx, good.ListedSoftware, id))
	}
	return err
}

// DropListing takes a listing away.
func (tx *Tx) DropListing(ctx context.Context, kind good.ListingKind, id good.ID) error {
	if err := tx.freeNames(ctx, kind, id, nil); err != nil {
		return err
	}
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM listings WHERE kind = $1 AND id = $2`), string(kind), id)
	return err
}

// ListingLog is what a crawler noted.
type ListingLog struct {
	ID      good.ID   `json:"id"`
	Message string    `json:"message"`
	Entity  string    `json:"entity,omitempty"` // "/software/…": what it is about; "" for nothing
	Created time.Time `json:"createdAt"`
	Updated time.Time `json:"updatedAt"`
}

const logColumns = `id, message, entity, created, updated`

func readLog(scan func(...any) error) (ListingLog, error) {
	var l ListingLog
	var created, updated int64
	err := scan(&l.ID, &l.Message, &l.Entity, &created, &updated)
	l.Created, l.Updated = moment(created), moment(updated)
	return l, err
}

// ListingLog returns a note; nil if there is none.
func (r reads) ListingLog(ctx context.Context, id good.ID) (*ListingLog, error) {
	l, err := readLog(r.q.QueryRowContext(ctx, Q(`SELECT `+logColumns+` FROM listing_logs WHERE id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &l, err
}

// ListingLogs returns up to s.Limit notes between two marks whose message holds
// search, in any case, those about entity or, where that is "", all.
func (r reads) ListingLogs(ctx context.Context, s Span, entity, search string) ([]ListingLog, error) {
	if s.To == (Mark{}) {
		s.To = Mark{Created: 1 << 62}
	}
	query := Q(`SELECT ` + logColumns + ` FROM listing_logs WHERE (created, id) > ($1, $2) AND (created, id) < ($3, $4) AND ($5 = '' OR entity = $5) AND LOWER(message) LIKE $6 ESCAPE '!' ORDER BY created DESC, id DESC LIMIT $7`)
	if s.Backward {
		query = Q(`SELECT ` + logColumns + ` FROM listing_logs WHERE (created, id) > ($1, $2) AND (created, id) < ($3, $4) AND ($5 = '' OR entity = $5) AND LOWER(message) LIKE $6 ESCAPE '!' ORDER BY created, id LIMIT $7`)
	}
	var out []ListingLog
	err := each(ctx, r.q, query, []any{s.From.Created, s.From.ID, s.To.Created, s.To.ID, entity, "%" + search + "%", s.Limit}, func(scan func(...any) error) error {
		l, err := readLog(scan)
		out = append(out, l)
		return err
	})
	return out, err
}

// PutListingLog writes a note.
func (tx *Tx) PutListingLog(ctx context.Context, l ListingLog) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO listing_logs (id, message, entity, created, updated) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET message = excluded.message, updated = excluded.updated`), l.ID, l.Message, l.Entity, millis(l.Created), millis(l.Updated))
	return err
}

// DropListingLog takes a note away.
func (tx *Tx) DropListingLog(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM listing_logs WHERE id = $1`), id)
	return err
}

// ForgetListingLogs deletes up to limit notes made before a time, and says how
// many there were.
func (tx *Tx) ForgetListingLogs(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`DELETE FROM listing_logs WHERE id IN (SELECT id FROM listing_logs WHERE created < $1 ORDER BY created LIMIT $2)`), millis(before), limit)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
