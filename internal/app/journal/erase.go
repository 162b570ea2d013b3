package journal

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/store"
	"stoa/internal/watch"
)

// Erase deletes one value of an entry for ever, with its salt. The log still
// verifies; the goods are made anew without what was derived from the value: a
// record whose newest statement is erased falls back to the statement before
// it that still stands, or goes.
func (a *App) Erase(ctx context.Context, actor good.Actor, position int64, name, reason string) (int64, error) {
	if err := access.Can(actor, access.Erase); err != nil {
		return 0, err
	}
	if reason == "" {
		return 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	at, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		entries, err := tx.Entries(ctx, position, 1)
		if err != nil {
			return err
		}
		if len(entries) == 0 || entries[0].Position != position {
			return &good.Error{Kind: good.NotFound, Key: "error.value.unknown", Args: map[string]any{"Position": position, "Name": name}}
		}
		if kept(entries[0].Verb, name) {
			return &good.Error{Kind: good.Forbidden, Key: "error.value.kept", Args: map[string]any{"Position": position, "Name": name}}
		}
		if err := tx.Erase(ctx, position, name); err != nil {
			return err
		}
		touched, err := remake(ctx, tx, entries[0])
		if err != nil {
			return err
		}
		tx.Append(good.ValueErased, touched, store.NamedValue{Name: "position", Value: position}, store.NamedValue{Name: "name", Value: name}, store.NamedValue{Name: "reason", Value: reason})
		return nil
	})
	if err != nil {
		return 0, err
	}
	if err := a.DB.Scrub(ctx); err != nil {
		return at, err
	}
	if a.CatchUp != nil {
		err = a.CatchUp(ctx)
	}
	return at, err
}

// kept says whether the journal hangs together by a value: addresses redirect
// for ever, facts rest on their sources, and what was erased must be known.
func kept(verb good.Verb, name string) bool {
	if name == "step" || name == "application" || watch.Tells(verb) && (name == "kind" || name == "settled") {
		return true
	}
	switch verb {
	case good.GoodCreated, good.GoodRenamed:
		return name == "slug"
	case good.SourceDeclared:
		return name == "source"
	case good.RecordMoved:
		return name == "record"
	case good.HarvestSet, good.SourceHarvested:
		return true
	case good.SeatStated: // the name lies apart
		return name == "seat"
	case good.ConsultationStated, good.ConsultationConcluded:
		return name == "consultation"
	case good.SupportOffered:
		return name == "offer"
	case good.SupportRequested:
		return name == "request"
	case good.SupportReached:
		return name == "reach"
	case good.SupportAgreed:
		return name == "agreement"
	case good.DeploymentStated:
		return name == "deployment"
	case good.DeploymentConfirmed, good.DeploymentDisputed, good.DeploymentSettled, good.DeploymentWithdrawn, good.DeploymentDue:
		return name == "step"
	case good.CountryStated:
		return name == "country"
	case good.LocalisationOpened, good.LocalisationClaimed, good.LocalisationReleased, good.LocalisationHandedIn, good.LocalisationReturned, good.LocalisationFinished, good.LocalisationWithdrawn:
		return name == "task"
	case good.RecipesLooked:
		return name == "sights"
	case good.MemberStated:
		return name == "member"
	case good.CommitmentMade:
		return name == "commitment"
	case good.CommitmentReported:
		return name == "report"
	case good.CallPartnerStated:
		return name == "partner"
	case good.CallStated, good.CallOpened, good.CallClosed, good.CallCancelled, good.CallDecided, good.CallPublished:
		return name == "call"
	case good.ValueErased:
		return name == "position" || name == "name"
	}
	return false
}

// remake makes the subjects of an entry, and the goods their records came from
// or went to, anew of what the journal still says. It returns the ids of those
// that are changed thereby, the subjects always among them.
func remake(ctx context.Context, tx *store.Tx, e good.Entry) ([]good.ID, error) {
	ids := e.Subjects
	p, err := replayOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	sources, err := tx.Sources(ctx)
	if err != nil {
		return nil, err
	}
	if err := putDirectory(ctx, tx, p); err != nil {
		return nil, err
	}
	if apart, err := putApart(ctx, tx, p, e); apart || err != nil {
		return ids, err
	}
	var touched []good.ID
	if assess.Tells(e.Verb) {
		if err := tx.PutAssessment(ctx, p.Applications[ids[0]]); err != nil {
			return nil, err
		}
		touched = append(touched, ids[0])
		ids = ids[1:]
	}
	if watch.Tells(e.Verb) {
		held, err := tx.Sign(ctx, ids[1])
		if err != nil {
			return nil, err
		}
		held.Sign = p.Signs[ids[1]]
		return ids[1:], tx.PutSign(ctx, *held) // the good is as it was
	}
	of := p.byGood()
	for _, id := range slices.Sorted(maps.Keys(p.Goods)) {
		g, err := tx.Good(ctx, id)
		if err != nil {
			return nil, err
		}
		changed, err := putRecords(ctx, tx, id, of[id])
		if err != nil {
			return nil, err
		}
		next := *p.Goods[id]
		next.Version, next.Position, next.Updated = g.Version, g.Position, g.Updated
		next = next.Restate(of[id], sources)
		if same, err := equal(*g, next); err != nil {
			return nil, err
		} else if same && !changed && !slices.Contains(ids, id) {
			continue
		}
		if err := putGood(ctx, tx, &next, of[id], sources); err != nil {
			return nil, err
		}
		touched = append(touched, id)
	}
	return touched, nil
}

// putApart makes the subjects of an entry anew where they are no goods, and says
// whether they are none.
func putApart(ctx context.Context, tx *store.Tx, p *projections, e good.Entry) (bool, error) {
	_, advises := advisory[e.Verb]
	_, sources := sourcing[e.Verb]
	_, allies := allied[e.Verb]
	switch {
	case sources: // what is left to erase is in no projection
		return true, nil
	case advises:
		return true, putAdvisory(ctx, tx, p, e)
	case allies:
		return true, putAlliance(ctx, tx, p, e)
	case slices.Contains(listing, e.Verb):
		return true, putListing(ctx, tx, p, e.Subjects[0])
	case prescribes(e.Verb):
		return true, putRecipe(ctx, tx, p, e)
	case localises(e.Verb):
		return true, putLocalisation(ctx, tx, p, e)
	case slices.Contains(supporting, e.Verb):
		return true, putSupport(ctx, tx, p.Support, e)
	case slices.Contains(deployed, e.Verb):
		return true, putDeployment(ctx, tx, p, e)
	case e.Verb == good.CountryStated:
		return true, putLand(ctx, tx, p, e.Subjects[0])
	}
	return false, nil
}

// replayOf replays what the journal says of some goods and those related.
func replayOf(ctx context.Context, tx *store.Tx, ids []good.ID) (*projections, error) {
	declared, err := tx.Declarations(ctx)
	if err != nil {
		return nil, err
	}
	byPosition := map[int64]good.Entry{}
	for _, e := range declared {
		byPosition[e.Position] = e
	}
	todo, known := slices.Clone(ids), map[good.ID]bool{}
	for len(todo) > 0 {
		id := todo[0]
		if todo = todo[1:]; known[id] {
			continue
		}
		known[id] = true
		history, err := tx.History(ctx, id, wholeHistory)
		if err != nil {
			return nil, err
		}
		for _, e := range history {
			byPosition[e.Position] = e
			if e.Verb == good.GoodMerged || e.Verb == good.GoodParted || e.Verb == good.RecordMoved {
				todo = append(todo, e.Subjects...)
			}
		}
	}
	p := newProjections()
	for _, position := range slices.Sorted(maps.Keys(byPosition)) {
		if err := p.apply(byPosition[position]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// wholeHistory is more entries than any good has.
const wholeHistory = 1 << 30

// putRecords makes the records of a good those given and says whether any
// differed.
func putRecords(ctx context.Context, tx *store.Tx, id good.ID, records []good.Record) (changed bool, err error) {
	held, err := tx.Records(ctx, id)
	if err != nil {
		return false, err
	}
	stands := map[string]good.Record{}
	for _, r := range records {
		stands[r.Key()] = r
	}
	for _, h := range held {
		r, ok := stands[h.Key()]
		same := false
		if ok {
			if same, err = equal(h, r); err != nil {
				return false, err
			}
		}
		switch {
		case same:
			continue
		case ok:
			err = tx.PutRecord(ctx, r)
		default:
			err = tx.DeleteRecord(ctx, h.Source, h.ForeignID)
		}
		if err != nil {
			return false, err
		}
		changed = true
	}
	return changed, nil
}

// putDirectory makes the directory what the journal still says.
func putDirectory(ctx context.Context, tx *store.Tx, p *projections) error {
	for _, kind := range directoryKinds {
		held, err := tx.Directory(ctx, kind)
		if err != nil {
			return err
		}
		live := newProjections()
		for _, h := range held {
			live.enter(h)
			key := string(h.Kind) + "/" + h.Key
			d, stands := p.Directory[key]
			if !stands {
				err = tx.ForgetDirectory(ctx, h.Kind, h.Key)
			} else if same, eerr := equal(d, live.Directory[key]); eerr != nil || !same {
				d.Version = h.Version
				err = errors.Join(eerr, tx.PutDirectory(ctx, &d))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func putGood(ctx context.Context, tx *store.Tx, g *good.Good, records []good.Record, sources map[string]good.Source) error {
	if err := errors.Join(tx.SetMatchKeys(ctx, g.ID, match.KeysOf(records)), tx.SetClashes(ctx, g.ID, good.Clashes(records, sources))); err != nil {
		return err
	}
	return tx.PutGood(ctx, g)
}

func equal[T any](a, b T) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return string(x) == string(y), err
}
