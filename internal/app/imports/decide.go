package imports

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/match"
	"stoa/internal/store"
)

// reader is what a decision needs to know: the database, a transaction, or a
// rehearsal over the database.
type reader interface {
	statements
	addresses
}

type statements interface {
	Record(ctx context.Context, source, foreignID string) (*good.Record, error)
	Records(ctx context.Context, id good.ID) ([]good.Record, error)
	MatchKeys(ctx context.Context, keys []string) (map[string][]good.ID, error)
	CaseFor(ctx context.Context, source, foreignID string) (*store.Case, error)
}

type addresses interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (g *good.Good, current bool, err error)
	PairOf(ctx context.Context, a, b good.ID) (match.Pair, error)
}

// Outcome is how a record ended.
type Outcome string

// The outcomes.
const (
	Kept         Outcome = "kept"
	Repaired     Outcome = "repaired"
	NeedsAPerson Outcome = "needs-a-person"
)

// decision is what becomes of one candidate.
type decision struct {
	outcome Outcome
	reasons []string
	record  good.Record
	slug    string      // of the good it is about, if known
	isNew   bool        // the good is new
	write   bool        // the record is new or changed
	merge   []good.ID   // goods that the record shows to be the same one
	open    *store.Case // to be opened, or closed
}

func (d decision) unchanged() bool { return !d.write && d.open == nil }

// decide says what becomes of c, writing nothing.
func (r *run) decide(ctx context.Context, db reader, c harvest.Candidate) (decision, error) {
	d := decision{outcome: Kept, reasons: c.Reasons}
	if len(c.Repairs) > 0 {
		d.outcome = Repaired
	}
	d.record = good.Record{Source: c.Source, ForeignID: c.ForeignID, Seen: r.seen(c), Facts: c.Facts}
	d.record.Facts.Standing = dated(c.Facts.Standing, d.record.Seen)
	old, err := db.Record(ctx, c.Source, c.ForeignID)
	if err != nil {
		return d, err
	}
	if old != nil && old.Facts.Standing != nil && old.Facts.Standing.Decided { // what we decided nobody else restates
		d.record = *old
		g, err := db.Good(ctx, old.Good)
		if err == nil {
			d.slug = g.Slug
		}
		return d, err
	}
	held, err := db.CaseFor(ctx, c.Source, c.ForeignID)
	if err != nil {
		return d, err
	}
	settled := held != nil && held.Settlement != "" && bytes.Equal(held.Raw, c.Raw)
	switch {
	case settled && old == nil: // a person dropped just this
		d.outcome, d.reasons = NeedsAPerson, append(slices.Clip(d.reasons), "settled: "+held.Settlement)
		return d, nil
	case c.Held && !settled:
		return r.hold(d, c, held), nil
	}
	if old != nil {
		return d, r.restated(ctx, db, &d, *old)
	}
	about, doubt, err := r.about(ctx, db, d.record)
	if err != nil {
		return d, err
	}
	if len(doubt) > 0 {
		d.reasons = append(slices.Clip(d.reasons), doubt...)
		return r.hold(d, c, held), nil
	}
	d.write, d.isNew = true, len(about) == 0
	if d.isNew {
		d.slug, err = freeSlug(ctx, db, d.record)
	} else {
		d.record.Good, d.slug = about[0].ID, about[0].Slug
		for _, g := range about[1:] {
			d.merge = append(d.merge, g.ID)
		}
	}
	if err == nil && held != nil && held.Settlement == "" {
		d.open = closing(held)
	}
	return d, err
}

// restated brings the record we have and the one that came together.
func (r *run) restated(ctx context.Context, db reader, d *decision, old good.Record) error {
	d.record.Good = old.Good
	next := together(old, d.record)
	same, err := equal(old, next)
	if err != nil {
		return err
	}
	d.record, d.write = next, !same
	g, err := db.Good(ctx, old.Good)
	if err != nil {
		return fmt.Errorf("the good of %s: %w", old.Key(), err)
	}
	d.slug = g.Slug
	return nil
}

// about finds the goods a new record is about, the oldest first; with doubts, a
// person must decide.
func (r *run) about(ctx context.Context, db reader, rec good.Record) (goods []*good.Good, doubts []string, err error) {
	said := match.SideOf([]good.Record{rec}, r.sources)
	matches, err := db.MatchKeys(ctx, match.LookupKeys(said.Keys))
	if err != nil {
		return nil, nil, err
	}
	var ids []good.ID
	for _, m := range matches {
		ids = append(ids, m...)
	}
	slices.Sort(ids)
	var profiles []match.Profile
	for _, id := range slices.Compact(ids) {
		records, err := db.Records(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		profiles = append(profiles, match.Profile{ID: id, Side: match.SideOf(records, r.sources)})
	}
	same, other := match.Resolve(said, profiles)
	if len(same) > 1 {
		decided, err := r.decidedByPerson(ctx, db, same)
		if err != nil {
			return nil, nil, err
		}
		if decided { // never undo what a person did
			same, other = nil, same
		}
	}
	for _, id := range slices.Concat(same, other) {
		g, err := db.Good(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		if len(other) > 0 {
			doubts = append(doubts, "may-be: "+g.Slug)
		} else {
			goods = append(goods, g)
		}
	}
	slices.SortFunc(goods, func(a, b *good.Good) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Slug, b.Slug)) })
	return goods, doubts, nil
}

// decidedByPerson says whether a person said that one of the goods is one of
// its own.
func (r *run) decidedByPerson(ctx context.Context, db reader, ids []good.ID) (bool, error) {
	for i, id := range ids {
		for _, other := range ids[:i] {
			if p, err := db.PairOf(ctx, id, other); err != nil || p.Judged {
				return p.Judged, err
			}
		}
		records, err := db.Records(ctx, id)
		if err != nil {
			return false, err
		}
		for _, rec := range records {
			c, err := db.CaseFor(ctx, rec.Source, rec.ForeignID)
			if err != nil {
				return false, err
			}
			if c != nil && strings.HasPrefix(c.Settlement, asNew) {
				return true, nil
			}
		}
	}
	return false, nil
}

// hold is the decision that a person must decide. A case with the same content
// stays as it is, but for the days on which the source said so; what an older
// listing said changes nothing.
func (r *run) hold(d decision, c harvest.Candidate, held *store.Case) decision {
	d.outcome = NeedsAPerson
	next := store.Case{OpenCase: good.OpenCase{Source: c.Source, ForeignID: c.ForeignID, Name: cmp.Or(c.Facts.Name, c.ForeignID), Reasons: d.reasons},
		Raw: c.Raw, Facts: d.record.Facts}
	if held != nil {
		same := bytes.Equal(held.Raw, c.Raw) && slices.Equal(held.Reasons, d.reasons)
		days := together(good.Record{Seen: lastDay(held.Facts), Facts: held.Facts}, good.Record{Seen: lastDay(next.Facts), Facts: next.Facts})
		next.ID, next.Since = held.ID, held.Since
		if lastDay(next.Facts) < lastDay(held.Facts) || (same && held.Settlement == "") {
			next = *held
		}
		next.Facts.Standing = days.Facts.Standing
		if bytes.Equal(next.Raw, held.Raw) && slices.Equal(next.Reasons, held.Reasons) && next.Settlement == held.Settlement &&
			sameDays(next.Facts, held.Facts) {
			return d
		}
	}
	d.open = &next
	return d
}

// lastDay is the last day on which a source said this, or "".
func lastDay(f good.Facts) good.Date {
	if f.Standing == nil {
		return ""
	}
	return f.Standing.Last
}

func sameDays(a, b good.Facts) bool {
	return a.Standing == b.Standing || (a.Standing != nil && b.Standing != nil && *a.Standing == *b.Standing)
}

// closing settles a case that was mended at its source.
func closing(c *store.Case) *store.Case {
	next := *c
	next.Settlement = "mended at the source"
	return &next
}

// dated is st with the day it was seen, where it says none of its own. What
// comes from elsewhere is reported, whatever it says of itself: decided here is
// only what people decide here.
func dated(st *good.Standing, seen good.Date) *good.Standing {
	if st == nil {
		return nil
	}
	out := *st
	out.Decided, out.From, out.Until, out.Standard, out.Renewing = false, "", "", "", ""
	if out.First == "" && out.Last == "" {
		out.First, out.Last = seen, seen
	}
	return &out
}

// together is what two statements of one source under one id come to, whichever
// came first: the facts of the later, the days of both.
func together(a, b good.Record) good.Record {
	early, late := a, b
	if b.Seen < a.Seen {
		early, late = b, a
	}
	es, ls := early.Facts.Standing, late.Facts.Standing
	if es != nil && ls != nil && es.Issuer == ls.Issuer && es.State == ls.State {
		st := *ls
		st.First, st.Last = earlier(es.First, ls.First), max(es.Last, ls.Last)
		late.Facts.Standing = &st
	}
	return late
}

// earlier is the earlier of two days, of which one may be unknown.
func earlier(a, b good.Date) good.Date {
	if a == "" || (b != "" && b < a) {
		return b
	}
	return a
}

func equal(a, b good.Record) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	if err != nil {
		return false, err
	}
	return bytes.Equal(x, y), nil
}

// freeSlug is an address for the good of a record that no other good has or
// had.
func freeSlug(ctx context.Context, db reader, rec good.Record) (string, error) {
	return good.FreeSlug(func(slug string) (bool, error) {
		_, _, err := db.GoodBySlug(ctx, slug)
		if good.KindOf(err) == good.NotFound {
			return false, nil
		}
		return true, err
	}, rec.Facts.Name, rec.ForeignID)
}
