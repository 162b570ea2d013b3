package runs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/harvest/connect"
	"stoa/internal/store"
)

// marked is the mark of what a record says, whatever day it was said on: that
// of its bytes, where the connector gives it one. A program that reads it in
// another way has another mark.
func marked(c harvest.Candidate) (string, error) {
	if c.Mark != "" {
		return c.Mark, nil
	}
	doc, err := json.Marshal(struct {
		Facts    good.Facts
		Contacts []good.Contact
		Reasons  []string
		Held     bool
	}{c.Facts, c.Contacts, c.Reasons, c.Held})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(doc)
	return hex.EncodeToString(sum[:16]), nil
}

// sorted is what a page brought, sorted by what is to be done with it.
type sorted struct {
	fresh  []harvest.Candidate // to be taken in
	marks  map[string]string   // of those
	same   []store.Seen        // unchanged
	still  []store.Seen        // unchanged, as the source says
	back   []string            // of them: were gone
	gone   []string
	had    map[string]store.Seen
	faults []good.RunFault
	again  bool // a record of an earlier page came again
}

// sort sorts a page's records. What a part of this page that was committed
// before a kill took in is left out.
func (r *reading) sort(ctx context.Context, p connect.Page) (*sorted, error) {
	s := &sorted{marks: map[string]string{}}
	for _, f := range p.Faults {
		s.fault(f.ID, f.Key, f.Args)
	}
	var ids []string
	for _, c := range p.Candidates {
		ids = append(ids, c.ForeignID)
	}
	ids = append(append(ids, p.Still...), p.Gone...)
	var err error
	if s.had, err = r.DB.Primary().SeenOf(ctx, r.Source, ids); err != nil {
		return nil, err
	}
	today := good.Date(r.Now().UTC().Format(time.DateOnly))
	for _, c := range p.Candidates {
		if key, args := r.refused(c); key != "" {
			s.fault(c.ForeignID, key, args)
			continue
		}
		judge(&c, r.source, today)
		mark, err := marked(c)
		if err != nil {
			return nil, err
		}
		s.one(c, mark, r.now)
	}
	for _, id := range p.Still {
		s.stays(id, r.now)
	}
	for _, id := range p.Gone {
		if had, known := s.had[id]; known && !had.Gone && s.first(id) {
			s.gone = append(s.gone, id)
		}
	}
	return s, nil
}

// saw says whether this reading saw a record already.
func (p progress) saw(s store.Seen) bool { return s.Pass == p.Pass && s.Mark != "" }

// first says whether a record has not come in this page before.
func (s *sorted) first(id string) bool {
	_, came := s.marks[id]
	if !came {
		s.marks[id] = s.had[id].Mark
	}
	return !came
}

// stays sorts a record that the source says is unchanged.
func (s *sorted) stays(id string, now progress) {
	had, known := s.had[id]
	if !known || had.Mark == "" || !s.first(id) {
		return
	}
	if now.saw(had) {
		s.again = s.again || had.Page != now.Page // else it is from before a kill
		return
	}
	if had.Gone {
		s.back = append(s.back, id)
	}
	s.still = append(s.still, store.Seen{ID: id, Mark: had.Mark, Pass: now.Pass, Page: now.Page})
}

// one sorts one candidate.
func (s *sorted) one(c harvest.Candidate, mark string, now progress) {
	id := c.ForeignID
	had, known := s.had[id]
	if other, twice := s.marks[id]; twice { // in this page
		if other != mark {
			s.fault(id, "harvest.fault.twice", nil)
		}
		return
	}
	s.marks[id] = mark
	switch {
	case known && now.saw(had) && had.Page == now.Page: // before a kill
	case known && now.saw(had) && had.Mark == mark:
		s.again = true
	case known && now.saw(had):
		s.again = true
		s.fault(id, "harvest.fault.twice", nil)
	case known && had.Mark == mark && !had.Gone:
		s.same = append(s.same, store.Seen{ID: id, Mark: mark, Pass: now.Pass, Page: now.Page})
	default:
		s.fresh = append(s.fresh, c)
	}
}

func (s *sorted) fault(id, key string, args map[string]any) {
	f := good.RunFault{ID: short(id), Key: key}
	for k, v := range args {
		if f.Args == nil {
			f.Args = map[string]string{}
		}
		f.Args[k] = short(fmt.Sprint(v))
	}
	s.faults = append(s.faults, f)
}

// short is a stranger's text as a report holds it.
func short(text string) string {
	if len(text) > maxID {
		text = text[:maxID]
		for !utf8.ValidString(text) && text != "" {
			text = text[:len(text)-1]
		}
	}
	return text
}

// refused says why a record is not this source's to give, "" if it is.
func (r *reading) refused(c harvest.Candidate) (key string, args map[string]any) {
	switch {
	case c.Source != r.Source:
		return "harvest.fault.other-source", map[string]any{"Source": c.Source}
	case c.ForeignID == "" || len(c.ForeignID) > maxID || !utf8.ValidString(c.ForeignID):
		return "harvest.fault.id", nil
	}
	return "", nil
}

// take takes a page in.
func (r *reading) take(ctx context.Context, p connect.Page) error {
	s, err := r.sort(ctx, p)
	if err != nil {
		return err
	}
	today := good.Date(r.Now().UTC().Format(time.DateOnly))
	if len(s.gone) > 0 {
		if err := r.Import.Lapse(ctx, r.actor, r.Source, s.gone, today, r.commit(s.lapsed)); err != nil {
			return err
		}
	}
	if len(s.back) > 0 {
		if err := r.Import.Lapse(ctx, r.actor, r.Source, s.back, "", r.commit(s.returned)); err != nil {
			return err
		}
	}
	return r.Import.Take(ctx, r.actor, r.source, s.fresh, r.commit(func(next *progress, done []imports.Settled, left int) ([]store.Seen, []good.RunFault) {
		seen := s.counted(next, done)
		if left > 0 {
			return seen, nil
		}
		fresh := len(s.fresh) + len(s.same) + len(s.still) + len(s.gone) + len(p.Faults)
		next.Run.Unchanged += len(s.same) + len(s.still)
		next.Seen += len(s.same) + len(s.still)
		next.Run.Faulty += len(s.faults)
		next.Run.Pages++
		next.Page++
		next.Run.Total, next.Listing = max(p.Total, 0), p.Listing
		next.Shifted = next.Shifted || s.again
		since := next.State.Since
		if next.State = p.Next; !p.Done {
			next.State.Since = since
		}
		next.Read = p.Done
		next.Circles = !p.Done && next.Loop.next(p.Next.Cursor, fresh, s.again)
		return append(append(seen, s.same...), s.still...), s.faults
	}))
}

// counted counts what was taken in.
func (s *sorted) counted(next *progress, done []imports.Settled) []store.Seen {
	var seen []store.Seen
	for _, d := range done {
		_, known := s.had[d.ID]
		switch {
		case !known:
			next.Run.New++
		case d.Changed:
			next.Run.Changed++
		default:
			next.Run.Unchanged++
		}
		if d.Waits && d.Changed {
			next.Run.Waiting++
		}
		next.Seen++
		seen = append(seen, store.Seen{ID: d.ID, Mark: s.marks[d.ID], Pass: next.Pass, Page: next.Page})
	}
	return seen
}

// lapsed notes records that are gone.
func (s *sorted) lapsed(next *progress, done []imports.Settled, _ int) ([]store.Seen, []good.RunFault) {
	var seen []store.Seen
	for _, d := range done {
		next.Run.Gone++
		seen = append(seen, store.Seen{ID: d.ID, Mark: s.had[d.ID].Mark, Pass: next.Pass, Page: next.Page, Gone: true})
	}
	return seen, nil
}

// returned notes records that were gone and are listed again.
func (s *sorted) returned(next *progress, done []imports.Settled, _ int) ([]store.Seen, []good.RunFault) {
	var seen []store.Seen
	for _, d := range done { // this reading sees them with the rest of the page
		had := s.had[d.ID]
		seen = append(seen, store.Seen{ID: d.ID, Mark: had.Mark, Pass: had.Pass, Page: had.Page})
	}
	return seen, nil
}
