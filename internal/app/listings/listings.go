// Package listings holds what is listed through the publiccode catalogue API:
// software, who publishes it, catalogues of both, and what crawlers noted on
// their way. What active software says of itself becomes one source's record of
// a good, never a recognition; every good that is software is listed, too.
package listings

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB   *store.DB
	Rand io.Reader
	Base string // public address of the instance
	// Bring takes in what a source says of a good; nil where nothing is.
	Bring func(context.Context, good.Source, harvest.Candidate) error
}

// Root is what the API calls the catalogue of all that is in none.
const Root = "∅"

// ErrStale says that what is to be changed is not as whoever changes it saw it.
var ErrStale = &good.Error{Kind: good.Conflict, Key: "listed.error.stale"}

// Place is where a listing is: what leads to it, and the catalogue it must be
// in, nil for any.
type Place struct {
	Kind    good.ListingKind
	ID      string // or an alternative one
	Catalog *good.ID
}

// reader is the database or a transaction.
type reader interface {
	Listing(ctx context.Context, kind good.ListingKind, id good.ID) (*store.Listed, error)
	ListingNamed(ctx context.Context, kind good.ListingKind, name string) (*store.Listed, error)
}

// MayPost says whether who may post.
func MayPost(who access.Who) bool { return access.May(who, access.List) == nil }

// unknown says that there is no such listing.
func unknown(kind good.ListingKind, id string) error {
	return &good.Error{Kind: good.NotFound, Key: "listed.error.unknown", Args: map[string]any{"Kind": string(kind), "ID": id}}
}

// find returns the listing at a place.
func find(ctx context.Context, db reader, p Place) (*store.Listed, error) {
	if len(p.ID) > 255 {
		return nil, unknown(p.Kind, p.ID[:255])
	}
	l, err := db.Listing(ctx, p.Kind, good.ID(p.ID))
	if err == nil && l == nil && p.Kind != good.ListedSoftware {
		l, err = db.ListingNamed(ctx, p.Kind, "id:"+p.ID)
	}
	if err != nil {
		return nil, err
	}
	if l == nil || p.Catalog != nil && l.Catalog != *p.Catalog {
		return nil, unknown(p.Kind, p.ID)
	}
	return l, nil
}

// One returns the listing at a place.
func (a *App) One(ctx context.Context, p Place) (*store.Listed, error) {
	return find(ctx, a.DB.Primary(), p)
}

// Catalog returns the id of the catalogue that id, or an alternative one, leads
// to: "" for Root.
func (a *App) Catalog(ctx context.Context, id string) (good.ID, error) {
	l, err := find(ctx, a.DB.Primary(), Place{Kind: good.ListedCatalog, ID: id})
	switch {
	case id == Root && good.KindOf(err) == good.NotFound:
		return "", nil
	case err != nil:
		return "", err
	case slices.Contains(l.Names(), "id:"+Root):
		return "", nil
	}
	return l.ID, nil
}

// List returns a part of the listings.
func (a *App) List(ctx context.Context, s store.Span) ([]store.Row, error) {
	return a.DB.Primary().Listings(ctx, s)
}

// Called returns the software at an address, as a list.
func (a *App) Called(ctx context.Context, address string, s store.Span) ([]store.Row, error) {
	l, err := a.DB.Primary().ListingNamed(ctx, s.Kind, "url:"+Normalised(address))
	if err != nil || l == nil || !l.Active && !s.All || s.Catalog != nil && l.Catalog != *s.Catalog {
		return nil, err
	}
	return []store.Row{{Mark: store.Mark{Created: l.Created.UnixMilli(), ID: string(l.ID)}, Version: l.Version, Doc: l.Doc}}, nil
}

// form is what may be written of a kind of listing.
type form interface {
	// clean brings the values into their one form and says what is wrong.
	clean() Mistakes
	// served is the listing as it is served; old is how it was, if it was.
	served(l good.Listing, old json.RawMessage) any
	active() bool
	private() string
}

// blank is the form of a kind.
func blank(kind good.ListingKind) form {
	switch kind {
	case good.ListedPublisher:
		return &publisherForm{}
	case good.ListedCatalog:
		return &catalogForm{}
	}
	return &softwareForm{}
}

// Post lists something in a catalogue, "" for none.
func (a *App) Post(ctx context.Context, who access.Who, kind good.ListingKind, catalog good.ID, body []byte) (*store.Listed, error) {
	actor, err := access.As(who, access.List, access.Thing{})
	if err != nil {
		return nil, err
	}
	f := blank(kind)
	if err := read(body, f); err != nil {
		return nil, err
	}
	var out *store.Listed
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		at := tx.Now()
		if kind == good.ListedCatalog { // sources are named by how its id begins
			at = time.Time{}
		}
		id, err := a.newID(at)
		if err != nil {
			return err
		}
		out = &store.Listed{Listing: good.Listing{Kind: kind, ID: id, Created: tx.Now()}, Posted: true}
		if s, ok := f.(*softwareForm); ok { // it may be listed for what is known of the good
			made, err := tx.ListingNamed(ctx, kind, "url:"+s.URL)
			if err != nil {
				return err
			}
			if made != nil && !made.Posted {
				out = made
			}
		}
		out.Catalog, out.Posted = catalog, true
		return put(ctx, tx, out, f, good.ListingPosted)
	})
	return out, err
}

// put writes a listing as f has it.
func put(ctx context.Context, tx *store.Tx, l *store.Listed, f form, verb good.Verb) error {
	l.Active, l.Private, l.Updated = f.active(), f.private(), tx.Now()
	doc, err := encode(f.served(l.Listing, l.Doc))
	if err != nil {
		return err
	}
	l.Doc = doc
	if l.Kind != good.ListedSoftware {
		for _, name := range l.Names() {
			alternative, ok := strings.CutPrefix(name, "id:")
			if !ok {
				continue
			}
			other, err := tx.Listing(ctx, l.Kind, good.ID(alternative))
			if err != nil {
				return err
			}
			if other != nil { // it would be unclear which of the two is meant
				return &good.Error{Kind: good.Conflict, Key: "listed.error.taken", Field: "alternativeId", Args: map[string]any{"Field": "alternativeId", "Value": alternative}}
			}
		}
	}
	if err := tx.PutListing(ctx, l); err != nil {
		return err
	}
	public := l.Listing
	public.Analysis = nil // it has entries of its own
	tx.Append(verb, []good.ID{l.ID}, store.NamedValue{Name: "listing", Value: public})
	return nil
}

// encode writes JSON as it is to be read: "<" stays "<".
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// Patch changes what is at a place by a JSON Merge Patch (RFC 7396), if match
// takes the version that is there. What changes nothing leaves no trace.
func (a *App) Patch(ctx context.Context, who access.Who, p Place, match func(version int64) bool, patch []byte) (*store.Listed, error) {
	actor, err := access.As(who, access.List, access.Thing{})
	if err != nil {
		return nil, err
	}
	var out *store.Listed
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		l, err := find(ctx, tx, p)
		if err != nil {
			return err
		}
		if !match(l.Version) {
			return ErrStale
		}
		out = l
		f, before := blank(p.Kind), blank(p.Kind)
		if err := errors.Join(merge(l, patch, f), current(l, before)); err != nil {
			return err
		}
		if m := before.clean(); len(m) == 0 && same(f, before) {
			return nil
		}
		if c, ok := f.(*catalogForm); ok && slices.Contains(l.Names(), "id:"+Root) && (c.AlternativeID == nil || *c.AlternativeID != Root) {
			return Mistakes{{Field: "alternativeId", Rule: "fixed"}}
		}
		verb := good.ListingChanged
		if !l.Posted {
			verb, l.Posted = good.ListingPosted, true
		}
		return put(ctx, tx, l, f, verb)
	})
	return out, err
}

func same(a, b form) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Drop takes what is at a place off the list, if match takes its version. What it said of a good stays a
// statement of its day.
func (a *App) Drop(ctx context.Context, who access.Who, p Place, match func(version int64) bool) error {
	actor, err := access.As(who, access.List, access.Thing{})
	if err != nil {
		return err
	}
	before, err := find(ctx, a.DB.Primary(), p)
	if err != nil {
		return err
	}
	remade, err := a.remade(ctx, before.Good, math.MaxInt64) // the good itself is listed again
	if err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		l, err := find(ctx, tx, p)
		if err != nil {
			return err
		}
		if !match(l.Version) {
			return ErrStale
		}
		if !l.Posted { // it follows from a good
			return &good.Error{Kind: good.Conflict, Key: "listed.error.made"}
		}
		if p.Kind == good.ListedCatalog {
			id := l.ID
			if slices.Contains(l.Names(), "id:"+Root) {
				id = ""
			}
			if held, err := tx.CatalogHolds(ctx, id); err != nil || held {
				return errors.Join(err, &good.Error{Kind: good.Conflict, Key: "listed.error.catalog"})
			}
		}
		tx.Append(good.ListingDropped, []good.ID{l.ID}, store.NamedValue{Name: "kind", Value: l.Kind})
		if err := tx.DropListing(ctx, l.Kind, l.ID); err != nil || remade == nil || l.Good != before.Good {
			return err
		}
		return remade(ctx, tx)
	})
	return err
}

// Analyse merges what programs found, each under a name of its own, into what
// was found before. Each names the version of its form as "v", 1 to 999, and is
// given the time as "t" where it changed.
func (a *App) Analyse(ctx context.Context, who access.Who, p Place, patch []byte) (json.RawMessage, error) {
	actor, err := access.As(who, access.List, access.Thing{})
	if err != nil {
		return nil, err
	}
	var in map[string]json.RawMessage
	if err := Unmarshal(patch, &in); err != nil {
		return nil, err
	}
	var out json.RawMessage
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		l, err := find(ctx, tx, p)
		if err != nil {
			return err
		}
		next, changed, err := analysed(l.Analysis, in, tx.Now())
		if out = next; err != nil || !changed {
			return err
		}
		if l.Analysis = next; !l.Posted {
			l.Posted = true
			public := l.Listing
			public.Analysis = nil
			tx.Append(good.ListingPosted, []good.ID{l.ID}, store.NamedValue{Name: "listing", Value: public})
		}
		tx.Append(good.ListingAnalysed, []good.ID{l.ID}, store.NamedValue{Name: "analysis", Value: next}, store.NamedValue{Name: "kind", Value: l.Kind})
		return tx.PutListing(ctx, l)
	})
	return out, err
}

// analysed is old with in merged into it, and whether that changes anything.
func analysed(old json.RawMessage, in map[string]json.RawMessage, now time.Time) (json.RawMessage, bool, error) {
	type found map[string]json.RawMessage
	all := map[string]found{}
	if len(old) > 0 {
		if err := json.Unmarshal(old, &all); err != nil {
			return nil, false, err
		}
	}
	changed := false
	for name, raw := range in {
		var f found
		var v int
		if json.Unmarshal(raw, &f) != nil || f == nil {
			return nil, false, Mistakes{{Field: name, Rule: "object"}}
		}
		if json.Unmarshal(f["v"], &v) != nil || v < 1 || v > 999 {
			return nil, false, Mistakes{{Field: name + ".v", Rule: "version"}}
		}
		before, err := encode(all[name])
		if err != nil {
			return nil, false, err
		}
		delete(f, "t")
		if t, ok := all[name]["t"]; ok {
			f["t"] = t
		}
		if after, err := encode(f); err != nil || bytes.Equal(before, after) {
			if err != nil {
				return nil, false, err
			}
			continue
		}
		f["t"] = json.RawMessage(`"` + now.Format(time.RFC3339) + `"`)
		all[name], changed = f, true
	}
	out, err := encode(all)
	return out, changed, err
}
