package assessment

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// stand makes of the good what the application now means for it: our own
// record of it, which says how it stands here and, once it is recognised, what
// its owner answered in public.
func (a *App) stand(ctx context.Context, s *scene) error {
	if s.Good == "" || s.set.Advisory {
		return nil
	}
	rec, err := own(ctx, s.tx, s.Good)
	if err != nil {
		return err
	}
	var was *good.Standing
	if rec != nil {
		was = rec.Facts.Standing
	}
	next := s.Standing(was, a.Issuer)
	if next == nil || was != nil && *was == *next {
		return nil
	}
	var facts good.Facts
	if rec != nil {
		facts = rec.Facts
	}
	decision := s.Decision()
	if s.State == assess.Published && s.Kind != assess.Challenge && decision.Outcome == assess.Recognised {
		answers, err := answersOf(ctx, s.tx, s.ID)
		if err != nil {
			return err
		}
		facts = factsOf(s.set, s.Goods, answers)
	}
	facts.Standing = next
	if err := a.state(ctx, s.tx, s.Good, facts); err != nil {
		return err
	}
	if s.State != assess.Published {
		return nil
	}
	return s.tx.SetDue(ctx, s.Good, assess.Held{Good: s.Good, Standing: *next}.Dues(s.turn.Settings))
}

// own is our own record of a good; of two goods made one it is that which holds
// the longest. nil if there is none.
func own(ctx context.Context, tx *store.Tx, id good.ID) (*good.Record, error) {
	list, err := tx.Records(ctx, id)
	if err != nil {
		return nil, err
	}
	var out *good.Record
	for i := range list {
		r := &list[i]
		if r.Source == SourceID && (out == nil || r.Facts.Standing != nil && (out.Facts.Standing == nil || r.Facts.Standing.Until > out.Facts.Standing.Until)) {
			out = r
		}
	}
	return out, nil
}

// state states our own record of a good.
func (a *App) state(ctx context.Context, tx *store.Tx, id good.ID, facts good.Facts) error {
	g, err := tx.Good(ctx, id)
	if err != nil {
		return err
	}
	sources, err := a.declare(ctx, tx)
	if err != nil {
		return err
	}
	r := good.Record{Source: SourceID, ForeignID: string(id), Good: id, Seen: assess.DateOf(tx.Now()), Facts: facts}
	held, err := own(ctx, tx, id)
	if err != nil {
		return err
	}
	if held != nil {
		r.ForeignID = held.ForeignID
	}
	if err := tx.PutRecord(ctx, r); err != nil {
		return err
	}
	tx.Append(good.RecordStated, []good.ID{id}, store.NamedValue{Name: "record", Value: r})
	if err := tx.Restate(ctx, g, sources); err != nil {
		return err
	}
	return tx.PutGood(ctx, g)
}

// declare makes sure that our own source is known by the name we have now.
func (a *App) declare(ctx context.Context, tx *store.Tx) (map[string]good.Source, error) {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return nil, err
	}
	s := good.Source{ID: SourceID, Name: a.Issuer, Issuer: a.Issuer, Priority: 90, Fields: sources[SourceID].Fields}
	if s.Same(sources[SourceID]) {
		return sources, nil
	}
	sources[SourceID] = s
	tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s})
	return sources, tx.PutSource(ctx, s)
}

// create makes a new good of an application that screening lets in.
func (a *App) create(ctx context.Context, s *scene) error {
	answers, err := answersOf(ctx, s.tx, s.ID)
	if err != nil {
		return err
	}
	slug, err := freeSlug(ctx, s.tx, s.Name)
	if err != nil {
		return err
	}
	s.Good = s.tx.NewID()
	s.tx.Append(good.GoodCreated, []good.ID{s.Good}, store.NamedValue{Name: "slug", Value: slug})
	g := good.Good{ID: s.Good, Slug: slug, Created: s.tx.Now()}.Restate(nil, nil)
	if err := s.tx.PutGood(ctx, &g); err != nil {
		return err
	}
	return a.state(ctx, s.tx, s.Good, factsOf(s.set, s.Goods, answers))
}

// freeSlug is an address for a name that no good ever had.
func freeSlug(ctx context.Context, tx *store.Tx, name string) (string, error) {
	base := good.Slugify(name)
	if base == "" || good.ID(base).Valid() {
		base = "good"
	}
	for n := 1; ; n++ {
		slug := base
		if n > 1 {
			slug = base + "-" + itoa(n)
		}
		_, _, err := tx.GoodBySlug(ctx, slug)
		if good.KindOf(err) == good.NotFound {
			return slug, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// answersOf reads an application's answers, the files among them.
func answersOf(ctx context.Context, r interface {
	Answers(ctx context.Context, application good.ID) (map[string]store.StoredAnswer, error)
	Attachments(ctx context.Context, about good.ID) ([]store.Attachment, error)
}, id good.ID) (standard.Answers, error) {
	stored, err := r.Answers(ctx, id)
	if err != nil {
		return nil, err
	}
	out, err := decodeAll(stored)
	if err != nil {
		return nil, err
	}
	list, err := r.Attachments(ctx, id)
	for question, s := range filed(list) {
		out[question] = s.Answer
	}
	return out, err
}

func decodeAll(stored map[string]store.StoredAnswer) (standard.Answers, error) {
	out := standard.Answers{}
	for id, s := range stored {
		var answer standard.Answer
		if err := json.Unmarshal(s.Doc, &answer); err != nil {
			return nil, err
		}
		if !answer.Empty() {
			out[id] = answer
		}
	}
	return out, nil
}

// public are the answers that everybody may read, among those a good of these
// kinds is asked for.
func public(set *standard.Set, kinds []good.Kind, answers standard.Answers) map[string]any {
	out := map[string]any{}
	for _, q := range set.Asked(kinds, answers) {
		if answer, ok := answers[q.Question.ID]; ok && q.Question.Public {
			out[q.Question.ID] = answer
		}
	}
	return out
}

// same says whether two answers say the same; where a file lies does not matter.
func same(x, y standard.Answer) bool {
	files := slices.EqualFunc(x.Files, y.Files, func(a, b standard.FileRef) bool { return a.Hash == b.Hash && a.Name == b.Name })
	x.Files, y.Files = nil, nil
	return files && (x.Empty() && y.Empty() || reflect.DeepEqual(x, y))
}
