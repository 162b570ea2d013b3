package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/match"
)

// transfer is what went from one good to another when they became one.
type transfer struct {
	Records      []string     `json:"records"`      // keys
	Applications []good.ID    `json:"applications"` // drafts too
	Identifiers  [][2]string  `json:"identifiers"`  // scheme and value
	Community    [][2]string  `json:"community"`    // source and foreign id of what volunteers found
	Due          []assess.Due `json:"due"`
	Deployments  []good.ID    `json:"deployments"`
	Shortlists   []good.Moved `json:"shortlists,omitempty"` // of needs
	good.Followers
}

// MergeGood makes old one with another good: what is known of it moves, and its
// addresses redirect. person says whether a person decided so. The other is to
// be stated anew by the caller.
func (tx *Tx) MergeGood(ctx context.Context, old *good.Good, into good.ID, reason string, person bool) error {
	m, err := tx.movable(ctx, old.ID, into)
	if err != nil {
		return err
	}
	records, err := tx.Records(ctx, old.ID)
	if err != nil {
		return err
	}
	for _, r := range records {
		r.Good = into
		if err := tx.PutRecord(ctx, r); err != nil {
			return err
		}
	}
	if _, err := tx.moveDeployments(ctx, m.Deployments, old.ID, into); err != nil {
		return err
	}
	told, err := tx.follow(ctx, m, old.ID, into)
	if err != nil {
		return err
	}
	if err := errors.Join(tx.SetMatchKeys(ctx, old.ID, nil), tx.MoveIdentifiers(ctx, old.ID, into), tx.MoveApplications(ctx, old.ID, into)); err != nil {
		return err
	}
	doc, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO merges (good, moved) VALUES ($1, $2) ON CONFLICT (good) DO UPDATE SET moved = excluded.moved`), old.ID, string(doc)); err != nil {
		return err
	}
	if err := tx.inherit(ctx, old.ID, into); err != nil {
		return err
	}
	if err := tx.decide(ctx, old.ID, into, match.Merged, person); err != nil {
		return err
	}
	old.Tombstone = &good.Tombstone{Reason: reason, At: tx.now, By: tx.actor.Role, Into: into}
	*old = old.Restate(nil, nil)
	values := []NamedValue{{Name: "reason", Value: reason}}
	if person {
		values = append(values, NamedValue{Name: "decided", Value: true})
	}
	if len(m.Deployments) > 0 {
		values = append(values, NamedValue{Name: "deployments", Value: m.Deployments})
	}
	tx.Append(good.GoodMerged, []good.ID{old.ID, into}, append(values, followed(told)...)...)
	if err := tx.PutGood(ctx, old); err != nil {
		return err
	}
	return tx.listCommunities(ctx, old.ID)
}

// movable lists what would move with a good.
func (tx *Tx) movable(ctx context.Context, id, into good.ID) (transfer, error) {
	var m transfer
	records, err := tx.Records(ctx, id)
	if err != nil {
		return m, err
	}
	for _, r := range records {
		m.Records = append(m.Records, r.Key())
	}
	applications, err := tx.ApplicationsOf(ctx, id)
	if err != nil {
		return m, err
	}
	for _, a := range applications {
		m.Applications = append(m.Applications, a.ID)
	}
	public, err := tx.Assessments(ctx, id)
	if err != nil {
		return m, err
	}
	for _, r := range public {
		if !slices.Contains(m.Applications, r.Application) {
			m.Applications = append(m.Applications, r.Application)
		}
	}
	two := func(query string) (out [][2]string, err error) {
		return out, each(ctx, tx.q, query, []any{id}, func(scan func(...any) error) error {
			var v [2]string
			err := scan(&v[0], &v[1])
			out = append(out, v)
			return err
		})
	}
	if m.Identifiers, err = two(Q(`SELECT scheme, value FROM identifiers WHERE good = $1 ORDER BY scheme, value`)); err != nil {
		return m, err
	}
	if m.Community, err = two(Q(`SELECT source, foreign_id FROM community_reviews WHERE good = $1 ORDER BY source, foreign_id`)); err != nil {
		return m, err
	}
	if err := each(ctx, tx.q, Q(`SELECT id FROM deployments WHERE good = $1 ORDER BY id DESC`), []any{string(id)}, func(scan func(...any) error) error {
		var use good.ID
		err := scan(&use)
		m.Deployments = append(m.Deployments, use)
		return err
	}); err != nil {
		return m, err
	}
	if m.Followers, m.Shortlists, err = tx.naming(ctx, id); err != nil {
		return m, err
	}
	due, err := tx.DueOf(ctx, id)
	if err != nil {
		return m, err
	}
	theirs, err := tx.DueOf(ctx, into)
	for _, d := range due { // what is due of both stays due of the other
		if !slices.ContainsFunc(theirs, func(t assess.Due) bool { return t.Key == d.Key }) {
			m.Due = append(m.Due, d)
		}
	}
	return m, err
}

// inherit keeps the good that stays apart from whatever people kept the one that
// goes apart from, and forgets what else was proposed about it.
func (tx *Tx) inherit(ctx context.Context, old, into good.ID) error {
	pairs, err := tx.PairsOf(ctx, old)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		third := p.One
		if third == old {
			third = p.Other
		}
		switch {
		case third == into:
		case p.State == match.Open:
			err = tx.DropPair(ctx, p.ID)
		case p.State == match.Apart:
			var held match.Pair
			if held, err = tx.PairOf(ctx, into, third); err == nil && !held.Judged {
				held.State, held.Judged, held.Role, held.Decided = match.Apart, true, p.Role, p.Decided
				err = tx.PutPair(ctx, held)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Part undoes a merge: old is brought back with what went from it, and whoever
// holds that now is stated anew. It is an error of kind Invalid where old is no
// merged good.
func (tx *Tx) Part(ctx context.Context, old *good.Good, reason string) error {
	holder := old
	for hops := 0; holder.Tombstone != nil && holder.Tombstone.Into != "" && hops < 100; hops++ {
		next, err := tx.Good(ctx, holder.Tombstone.Into)
		if err != nil {
			return err
		}
		holder = next
	}
	if holder == old || holder.Tombstone != nil {
		return &good.Error{Kind: good.Invalid, Key: "match.error.whole", Args: map[string]any{"Name": old.Name}}
	}
	return tx.part(ctx, old, holder, reason)
}

func (tx *Tx) part(ctx context.Context, old, holder *good.Good, reason string) error {
	m, err := tx.whatMoved(ctx, old.ID)
	if err != nil {
		return err
	}
	var back []string
	for _, key := range m.Records {
		r, err := tx.recordByKey(ctx, key)
		if err != nil {
			return err
		}
		if r != nil && r.Good == holder.ID {
			r.Good = old.ID
			if err := tx.PutRecord(ctx, *r); err != nil {
				return err
			}
			back = append(back, key)
		}
	}
	used, err := tx.moveDeployments(ctx, m.Deployments, holder.ID, old.ID)
	if err != nil {
		return err
	}
	told, err := tx.follow(ctx, m, holder.ID, old.ID)
	if err != nil {
		return err
	}
	public, err := tx.partApplications(ctx, m, old.ID, holder.ID)
	if err != nil {
		return err
	}
	for _, i := range m.Identifiers {
		if _, err := tx.q.ExecContext(ctx, Q(`UPDATE identifiers SET good = $1 WHERE scheme = $2 AND value = $3 AND good = $4`), old.ID, i[0], i[1], holder.ID); err != nil {
			return err
		}
	}
	for _, c := range m.Community {
		if _, err := tx.q.ExecContext(ctx, Q(`UPDATE community_reviews SET good = $1 WHERE source = $2 AND foreign_id = $3 AND good = $4`), old.ID, c[0], c[1], holder.ID); err != nil {
			return err
		}
	}
	for _, d := range m.Due {
		if _, err := tx.q.ExecContext(ctx, Q(`UPDATE due SET subject = $1 WHERE subject = $2 AND key = $3`), old.ID, holder.ID, d.Key); err != nil {
			return err
		}
	}
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM merges WHERE good = $1`), old.ID); err != nil {
		return err
	}
	into := old.Tombstone.Into
	old.Tombstone = nil
	tx.Append(good.GoodParted, []good.ID{old.ID, holder.ID}, append(followed(told), NamedValue{Name: "records", Value: back}, NamedValue{Name: "applications", Value: public}, NamedValue{Name: "deployments", Value: used}, NamedValue{Name: "reason", Value: reason})...)
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	for _, g := range []*good.Good{old, holder} {
		if err := tx.Restate(ctx, g, sources); err != nil {
			return err
		}
		if err := tx.PutGood(ctx, g); err != nil {
			return err
		}
	}
	if err := tx.listCommunities(ctx, holder.ID); err != nil {
		return err
	}
	return tx.decide(ctx, old.ID, into, match.Open, true)
}

// moveDeployments makes deployments of one good those of another and says which
// it were: one that went elsewhere since stays there.
func (tx *Tx) moveDeployments(ctx context.Context, list []good.ID, from, to good.ID) (moved []good.ID, err error) {
	change := changes{}
	for _, id := range list {
		r, err := tx.Deployment(ctx, id)
		if err != nil {
			return moved, err
		}
		if r == nil || r.Good != from {
			continue
		}
		was := *r
		r.Move(to)
		if err := tx.putDeployment(ctx, &was, r, change); err != nil {
			return moved, err
		}
		moved = append(moved, id)
	}
	return moved, tx.tally(ctx, change)
}

// partApplications gives applications back and says which of them are public.
func (tx *Tx) partApplications(ctx context.Context, m transfer, back, from good.ID) (public []good.ID, err error) {
	settings, err := tx.Settings(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range m.Applications {
		a, err := tx.Application(ctx, id)
		switch {
		case good.KindOf(err) == good.NotFound: // withdrawn as a draft, or known by its record alone
		case err != nil:
			return nil, err
		case a.Good == from:
			a.Good = back
			if err := tx.PutApplication(ctx, a, settings.Settings); err != nil {
				return nil, err
			}
		}
		rec, err := tx.Assessment(ctx, id)
		if err != nil {
			return nil, err
		}
		if rec != nil && rec.Good == from {
			rec.Good = back
			if err := tx.PutAssessment(ctx, *rec); err != nil {
				return nil, err
			}
			public = append(public, id)
		}
	}
	return public, nil
}

// whatMoved is what is known of a merge: what was noted, or, of a database made
// of the journal alone, what the journal tells.
func (tx *Tx) whatMoved(ctx context.Context, id good.ID) (transfer, error) {
	var m transfer
	var doc []byte
	err := tx.q.QueryRowContext(ctx, Q(`SELECT moved FROM merges WHERE good = $1`), id).Scan(&doc)
	if err == nil {
		return m, json.Unmarshal(doc, &m)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return m, err
	}
	last := false // the merge that is to be undone was met
	for todo, known := []good.ID{id}, map[good.ID]bool{}; len(todo) > 0; todo = todo[1:] {
		if known[todo[0]] {
			continue
		}
		known[todo[0]] = true
		history, err := tx.History(ctx, todo[0], 1<<30)
		if err != nil {
			return m, err
		}
		for _, e := range history {
			var r good.Record
			switch {
			case e.Verb == good.RecordStated && e.Subjects[0] == todo[0] && e.Value("record", &r):
				m.Records = append(m.Records, r.Key())
				for scheme, value := range r.Facts.Identifiers {
					m.Identifiers = append(m.Identifiers, [2]string{scheme, value})
				}
			case e.Verb == good.GoodMerged && e.Subjects[0] == id && !last: // the newest comes first
				e.Value("deployments", &m.Deployments)
				e.Value("followed", &m.Followers)
				last = true
			case assess.Tells(e.Verb) && len(e.Subjects) > 1 && e.Subjects[1] == todo[0]:
				m.Applications = append(m.Applications, e.Subjects[0])
			case e.Verb == good.GoodMerged && e.Subjects[1] == todo[0]: // it held that one, too, if nobody parted them since
				g, err := tx.Good(ctx, e.Subjects[0])
				if err != nil {
					return m, err
				}
				if g.Tombstone != nil && g.Tombstone.Into == todo[0] {
					todo = append(todo, g.ID)
				}
			}
		}
	}
	slices.Sort(m.Records)
	m.Records = slices.Compact(m.Records)
	slices.Sort(m.Applications)
	m.Applications = slices.Compact(m.Applications)
	return m, nil
}

func (tx *Tx) recordByKey(ctx context.Context, key string) (*good.Record, error) {
	for i := range len(key) { // a source's id has no slash, a foreign id may
		if key[i] == '/' {
			return tx.Record(ctx, key[:i], key[i+1:])
		}
	}
	return nil, nil
}
