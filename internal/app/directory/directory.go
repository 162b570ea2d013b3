// Package directory holds what is kept beside goods: curated collections, and
// what is known of organisations and countries.
package directory

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/vocab"
)

// App is the noun's verbs and views.
type App struct{ DB *store.DB }

// Collections returns every collection that stands, by slug.
func (a *App) Collections(ctx context.Context) ([]good.Collection, error) {
	entries, err := a.DB.Directory(ctx, good.OfCollection)
	var out []good.Collection
	for _, e := range entries {
		if !e.Gone {
			out = append(out, *e.Collection)
		}
	}
	return out, err
}

// Collection returns a collection and the version it has.
func (a *App) Collection(ctx context.Context, slug string) (good.Collection, int64, error) {
	e, err := a.DB.DirectoryEntry(ctx, good.OfCollection, slug)
	if err != nil {
		return good.Collection{}, 0, err
	}
	if e == nil {
		return good.Collection{}, 0, &good.Error{Kind: good.NotFound, Key: "error.collection.unknown", Args: map[string]any{"Name": slug}}
	}
	if e.Gone {
		return good.Collection{}, e.Version, &good.Error{Kind: good.Gone, Key: "error.collection.gone", Args: map[string]any{"Name": slug}}
	}
	return *e.Collection, e.Version, nil
}

// Organisation returns what is known of an organisation; found is false where
// nothing is.
func (a *App) Organisation(ctx context.Context, slug string) (o good.Organisation, found bool, err error) {
	e, err := a.DB.DirectoryEntry(ctx, good.OfOrganisation, slug)
	if err != nil || e == nil || e.Gone {
		return good.Organisation{Slug: slug}, false, err
	}
	return *e.Organisation, true, nil
}

// Countries returns the notes on countries by code.
func (a *App) Countries(ctx context.Context) (map[string]good.CountryNote, error) {
	entries, err := a.DB.Directory(ctx, good.OfCountry)
	out := map[string]good.CountryNote{}
	for _, e := range entries {
		if !e.Gone {
			out[e.Key] = *e.Country
		}
	}
	return out, err
}

// State writes an entry as a whole, with the reason, and returns the journal's
// position. version 0 means "whatever it is". Undoing is stating what was
// before: the history has it.
func (a *App) State(ctx context.Context, actor good.Actor, e good.DirectoryEntry, version int64, reason string) (int64, error) {
	if err := access.Can(actor, access.Edit); err != nil {
		return 0, err
	}
	if reason == "" {
		return 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	if err := check(&e); err != nil {
		return 0, err
	}
	return a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.DirectoryEntry(ctx, e.Kind, e.Key)
		if err != nil {
			return err
		}
		e.Version = 0
		if held != nil {
			e.Version = held.Version
		}
		if version != 0 && version != e.Version {
			return &good.Error{Kind: good.Conflict, Key: "error.good.changed", Args: map[string]any{"Name": e.Key}}
		}
		subjects, err := resolve(ctx, tx, e.Collection)
		if err != nil {
			return err
		}
		if held != nil && held.Collection != nil { // what leaves the list is told, too
			for _, item := range held.Collection.Items {
				if !slices.Contains(subjects, item.Good) {
					subjects = append(subjects, item.Good)
				}
			}
		}
		if err := tx.PutDirectory(ctx, &e); err != nil {
			return err
		}
		if err := shelve(ctx, tx, e, subjects); err != nil {
			return err
		}
		tx.Append(good.DirectoryStated, subjects, store.NamedValue{Name: "entry", Value: e}, store.NamedValue{Name: "reason", Value: reason})
		return nil
	})
}

// shelve notes with each good whether the collection names it.
func shelve(ctx context.Context, tx *store.Tx, e good.DirectoryEntry, goods []good.ID) error {
	for _, id := range goods {
		g, err := tx.Good(ctx, id)
		if err != nil {
			return err
		}
		g.Shelve(e)
		if err := tx.PutGood(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// resolve makes sure that every good of a collection is there.
func resolve(ctx context.Context, tx *store.Tx, c *good.Collection) ([]good.ID, error) {
	if c == nil {
		return nil, nil
	}
	var ids []good.ID
	for _, item := range c.Items {
		g, err := tx.Good(ctx, item.Good)
		if err != nil {
			return nil, err
		}
		if slices.Contains(ids, g.ID) {
			return nil, &good.Error{Kind: good.Invalid, Key: "error.collection.twice", Field: "items", Args: map[string]any{"Name": g.Name}}
		}
		ids = append(ids, g.ID)
	}
	return ids, nil
}

func check(e *good.DirectoryEntry) error {
	bad := func(field, value string) error {
		return &good.Error{Kind: good.Invalid, Key: "error.directory.form", Field: field, Args: map[string]any{"Field": field, "Value": value}}
	}
	texts := map[string]good.Text{}
	switch {
	case e.Kind == good.OfCollection && e.Collection != nil:
		c := e.Collection
		e.Key = c.Slug
		texts["name"], texts["summary"] = c.Name, c.Summary
		for _, item := range c.Items {
			texts["reason of "+string(item.Good)] = item.Reason
			if len(item.Reason) == 0 {
				return bad("reason", string(item.Good))
			}
		}
		if name, _ := c.Name.In("en"); name == "" || c.Keeper == "" || len(c.Items) > good.MaxItems {
			return bad("name, keeper", c.Slug)
		}
	case e.Kind == good.OfOrganisation && e.Organisation != nil:
		o := e.Organisation
		e.Key = o.Slug
		texts["summary"] = o.Summary
		if _, ok := vocab.CountryByCode(o.Country); o.Country != "" && !ok {
			return bad("country", o.Country)
		}
		if o.Website != "" && !good.WebAddress(o.Website) {
			return bad("website", o.Website)
		}
	case e.Kind == good.OfCountry && e.Country != nil:
		e.Key = e.Country.Code
		texts["summary"] = e.Country.Summary
		if _, ok := vocab.CountryByCode(e.Key); !ok {
			return bad("code", e.Key)
		}
	default:
		return bad("kind", string(e.Kind))
	}
	if e.Kind != good.OfCountry && (e.Key == "" || good.Slugify(e.Key) != e.Key) {
		return bad("slug", e.Key)
	}
	for field, t := range texts {
		for lang, s := range t {
			if !vocab.ValidLanguage(lang) || len([]rune(s)) > good.MaxSummary {
				return bad(field, lang)
			}
		}
	}
	return nil
}
