// Package nominations holds what can be done with a nomination, from anyone's
// first mention of a good to its owner's claim.
package nominations

import (
	"context"
	"io"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/nominate"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB    *store.DB
	Rand  io.Reader
	Proof Prover
	Key   []byte                                 // seals what a proof must hold, so that it can be told before it is kept
	Near  func(g *good.Good, most int) []good.ID // goods that share rare words with g; nil where there is no catalogue
	Tasks Queue                                  // for letters to nominators; nil where none are written
	// CatchUp makes the snapshot show what was just committed; nil where no
	// snapshot is served.
	CatchUp func(context.Context) error
}

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// tell has it told what happened to a nomination: "thanks" or "sorted".
func (a *App) tell(ctx context.Context, tx *store.Tx, id good.ID, what string) error {
	if a.Tasks == nil || id == "" {
		return nil
	}
	return a.Tasks.Enqueue(ctx, tx, good.Task{Kind: "nominator", Key: string(id) + "/" + what})
}

// ForgetEmail erases the address to answer to of a nomination, for whoever
// holds its id: its nominator, who has it from the page and from each letter.
func (a *App) ForgetEmail(ctx context.Context, id good.ID) error {
	if _, err := a.Became(ctx, id); err != nil {
		return err
	}
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.ForgetNominator(ctx, id, "") })
	return err
}

// Input is a nomination as it comes in. ID is the one its form was given;
// where there is none, each call is a nomination of its own.
type Input struct {
	nominate.Nomination
	ID       good.ID
	Email    string // to answer to; private
	Distinct bool   // the nominator has seen what is alike and says it is another good
	Filled   nominate.Filled
}

// State is what became of a nomination.
type State string

// The states.
const (
	Known   State = "known"   // a good like it is there already; nothing was written
	Public  State = "public"  // it is a nominee
	Waiting State = "waiting" // a person looks at it first
	Dropped State = "dropped" // a person decided against it
)

// Outcome is what became of a nomination.
type Outcome struct {
	ID     good.ID          `json:"id,omitempty"`
	State  State            `json:"state"`
	Slug   string           `json:"slug,omitempty"`   // of the public nominee
	Like   []good.Card      `json:"like,omitempty"`   // what is there already
	Doubts []nominate.Doubt `json:"doubts,omitempty"` // why a person looks at it
}

// mostWaiting bounds the queue, so that a flood cannot fill the disk.
const mostWaiting = 10_000

// Nominate takes in a nomination: it is a public nominee at once where it is
// sound, meets indicators 1 and 2 and is about no good that is there already;
// else it waits for a person, or says what it is like. A form sent twice is one
// nomination.
func (a *App) Nominate(ctx context.Context, who access.Who, in Input) (out Outcome, position int64, err error) {
	actor, err := access.As(who, access.Nominate, access.Thing{})
	if err != nil {
		return Outcome{}, 0, err
	}
	in.Clean()
	if m := in.Mistakes(); len(m) > 0 {
		return Outcome{}, 0, m[0]
	}
	if in.Email, err = nominate.Email(in.Email); err != nil {
		return Outcome{}, 0, err
	}
	seen, err := a.seek(ctx, a.DB.Primary(), in.Facts()) // all goods are searched while others write
	if err != nil {
		return Outcome{}, 0, err
	}
	position, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if out, err = take(ctx, tx, in, seen); err != nil {
			return err
		}
		return a.tell(ctx, tx, out.ID, "thanks")
	})
	if err == nil && a.CatchUp != nil {
		err = a.CatchUp(ctx)
	}
	return out, position, err
}

// take decides on a new nomination, of which seen was found before: only what
// came meanwhile by the same keys is compared here.
func take(ctx context.Context, tx *store.Tx, in Input, seen likeness) (Outcome, error) {
	if len(seen.said.Keys) > 0 {
		matches, err := tx.MatchKeys(ctx, match.LookupKeys(seen.said.Keys)) // first: whoever sends the same waits here
		if err != nil {
			return Outcome{}, err
		}
		if seen, err = seen.with(ctx, tx, distinct(matches)); err != nil {
			return Outcome{}, err
		}
	}
	like, near, err := seen.goods(ctx, tx)
	if err != nil {
		return Outcome{}, err
	}
	if in.ID != "" {
		if sent, err := tx.Nomination(ctx, in.ID); err != nil {
			return Outcome{}, err
		} else if sent != nil {
			return outcome(ctx, tx, *sent)
		}
	}
	if len(like) > 0 && !in.Distinct {
		return Outcome{State: Known, Like: cards(like)}, nil
	}
	n := store.Nomination{Nomination: in.Nomination, ID: in.ID, Created: tx.Now(), Email: in.Email, Doubts: in.Doubts(in.Filled)}
	if n.ID == "" {
		n.ID = tx.NewID()
	}
	for _, g := range append(like, near...) {
		n.Doubts = append(n.Doubts, nominate.MayBe.Of(g.Slug))
	}
	if len(n.Doubts) == 0 {
		if err := publish(ctx, tx, &n, "published"); err != nil {
			return Outcome{}, err
		}
	} else if honest, rubbish, err := tx.CountWaitingNominations(ctx); err != nil {
		return Outcome{}, err
	} else if honest+rubbish >= mostWaiting {
		return Outcome{}, &good.Error{Kind: good.Limited, Key: "nominate.error.full"}
	}
	if err := tx.PutNomination(ctx, n); err != nil {
		return Outcome{}, err
	}
	return outcome(ctx, tx, n)
}

// outcome says what became of a nomination that is written.
func outcome(ctx context.Context, db interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
}, n store.Nomination) (Outcome, error) {
	out := Outcome{ID: n.ID, State: Waiting, Doubts: n.Doubts}
	switch {
	case n.Good != "":
		g, err := db.Good(ctx, n.Good)
		if err != nil {
			return out, err
		}
		out.State, out.Slug, out.Doubts = Public, g.Slug, nil
	case !n.Settled.IsZero():
		out.State = Dropped
	}
	return out, nil
}

func cards(goods []*good.Good) []good.Card {
	out := make([]good.Card, len(goods))
	for i, g := range goods {
		out[i] = g.Card()
	}
	return out
}

// source is where what nominators state comes from: everybody's word beats it.
var source = good.Source{ID: nominate.Source, Name: "Nominations"}

// publish makes a nomination a good of its own.
func publish(ctx context.Context, tx *store.Tx, n *store.Nomination, settlement string) error {
	slug, err := good.FreeSlug(func(slug string) (bool, error) {
		_, _, err := tx.GoodBySlug(ctx, slug)
		return err == nil, absent(err)
	}, n.Name, string(n.ID))
	if err != nil {
		return err
	}
	g := &good.Good{ID: tx.NewID(), Slug: slug, Created: tx.Now()}
	tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: slug})
	if err := tx.PutGood(ctx, g); err != nil { // before what refers to it
		return err
	}
	n.Good, n.Settled, n.Settlement = g.ID, tx.Now(), settlement
	return state(ctx, tx, g, n)
}

// state writes what a nomination says of a good.
func state(ctx context.Context, tx *store.Tx, g *good.Good, n *store.Nomination) error {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	if _, declared := sources[source.ID]; !declared {
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: source})
		if err := tx.PutSource(ctx, source); err != nil {
			return err
		}
		sources[source.ID] = source
	}
	rec := good.Record{Source: source.ID, ForeignID: string(n.ID), Good: g.ID, Seen: good.Date(n.Created.Format(time.DateOnly)), Facts: n.Facts()}
	tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: rec})
	if err := tx.PutRecord(ctx, rec); err != nil {
		return err
	}
	if err := tx.Restate(ctx, g, sources); err != nil {
		return err
	}
	return tx.PutGood(ctx, g)
}

// absent is err, but nil where it says that there is no such thing.
func absent(err error) error {
	if good.KindOf(err) == good.NotFound {
		return nil
	}
	return err
}

type reader interface {
	MatchKeys(ctx context.Context, keys []string) (map[string][]good.ID, error)
	NearKeys(ctx context.Context, keys []string, most int) ([]good.ID, error)
	RecordsOf(ctx context.Context, ids []good.ID) (map[good.ID][]good.Record, error)
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
	Sources(ctx context.Context) (map[string]good.Source, error)
}

// sideOf is what one nomination says when it is compared.
func sideOf(f good.Facts) match.Side { return match.SideOf([]good.Record{{Facts: f}}, nil) }

// Bounds of what a nomination is compared with besides what an import is.
const (
	mostNear  = 12 // goods that share rare words
	mostByKey = 40 // goods with one key; what more have tells nothing
)

// likeness is what is known of the goods that facts were compared with.
type likeness struct {
	said     match.Side
	profiles []match.Profile
}

// seek compares facts with the goods that they are, or may be, about, as an
// import would, and with those that only look alike, as the search for
// duplicates would.
func (a *App) seek(ctx context.Context, db reader, f good.Facts) (likeness, error) {
	l := likeness{said: sideOf(f)}
	if len(l.said.Keys) == 0 {
		return l, nil
	}
	matches, err := db.MatchKeys(ctx, match.LookupKeys(l.said.Keys))
	if err != nil {
		return l, err
	}
	ids, err := db.NearKeys(ctx, match.NearKeys(l.said.Keys), mostByKey)
	if err != nil {
		return l, err
	}
	if a.Near != nil {
		sources, err := db.Sources(ctx)
		if err != nil {
			return l, err
		}
		g := good.Merge([]good.Record{{Facts: f}}, sources)
		ids = append(ids, a.Near(&g, mostNear)...)
	}
	return l.with(ctx, db, append(ids, distinct(matches)...))
}

// with is l after the comparison with these goods too; those that it has are
// not read again.
func (l likeness) with(ctx context.Context, db reader, ids []good.ID) (likeness, error) {
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id good.ID) bool {
		return slices.ContainsFunc(l.profiles, func(p match.Profile) bool { return p.ID == id })
	})
	if len(ids) == 0 {
		return l, nil
	}
	sources, err := db.Sources(ctx)
	if err != nil {
		return l, err
	}
	records, err := db.RecordsOf(ctx, ids)
	if err != nil {
		return l, err
	}
	l.profiles = slices.Clone(l.profiles)
	for _, id := range ids {
		l.profiles = append(l.profiles, match.Profile{ID: id, Side: match.SideOf(records[id], sources)})
	}
	return l, nil
}

// goods are the goods that facts are, or may be, about, and those that only
// look alike.
func (l likeness) goods(ctx context.Context, db reader) (like, near []*good.Good, err error) {
	about, doubts := match.Resolve(l.said, l.profiles)
	likely, alike := slices.Concat(about, doubts), []good.ID(nil)
	for _, p := range l.profiles {
		if match.Compare(l.said, p.Side).Level == match.Alike {
			alike = append(alike, p.ID)
		}
	}
	ids := slices.Concat(likely, alike)
	if len(ids) == 0 {
		return nil, nil, nil
	}
	goods, err := db.Goods(ctx, ids)
	there := func(ids []good.ID) (out []*good.Good) {
		for _, id := range ids {
			if g := goods[id]; g != nil && g.Tombstone == nil {
				out = append(out, g)
			}
		}
		return out
	}
	return there(likely), there(alike), err
}

// alike is seek, and what came of it.
func (a *App) alike(ctx context.Context, f good.Facts) (like, near []*good.Good, err error) {
	l, err := a.seek(ctx, a.DB, f)
	if err != nil {
		return nil, nil, err
	}
	return l.goods(ctx, a.DB)
}

func distinct(matches map[string][]good.ID) []good.ID {
	var out []good.ID
	for _, ids := range matches {
		out = append(out, ids...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Alike lists the goods a nomination of this name and link may be about, for
// whoever is still typing it.
func (a *App) Alike(ctx context.Context, name, link string) ([]good.Card, error) {
	n := nominate.Nomination{Name: name, Link: link}
	n.Clean()
	goods, _, err := a.alike(ctx, n.Facts())
	return cards(goods), err
}
