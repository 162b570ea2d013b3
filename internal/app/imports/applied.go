package imports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Taken counts what became of applications or reviews made elsewhere.
type Taken struct {
	Records      int `json:"records"`
	Kept         int `json:"kept"`
	Repaired     int `json:"repaired"`
	NeedsAPerson int `json:"needs-a-person"`
	Unreadable   int `json:"unreadable"` // of those: nothing of it was taken over
	Changed      int `json:"changed"`    // new or changed
	Matched      int `json:"matched"`    // about a good that is known here
	Answers      int `json:"answers"`    // or findings
	Lost         int `json:"lost"`       // values without a place, each named in the report
}

// TakenRecord is one line of the report: what became of one record.
type TakenRecord struct {
	Source  string           `json:"source"`
	ID      string           `json:"id"`
	Good    string           `json:"good"` // slug
	Outcome Outcome          `json:"outcome"`
	Answers int              `json:"answers"`
	Repairs []harvest.Repair `json:"repairs"`
	Reasons []string         `json:"reasons"`
	Lost    []harvest.Lost   `json:"lost"`

	unreadable, changed bool
}

// taking is an import of applications or reviews under way.
type taking struct {
	run
	totals  Taken
	records []TakenRecord
}

func (a *App) taking(ctx context.Context, actor good.Actor, o Options) (*taking, error) {
	if err := access.Can(actor, access.Import); err != nil {
		return nil, err
	}
	sources, err := a.DB.Sources(ctx)
	return &taking{run: run{app: a, actor: actor, o: o, sources: sources}, records: []TakenRecord{}}, err
}

// add counts a record.
func (t *taking) add(r TakenRecord) {
	t.totals.Records++
	switch r.Outcome {
	case Kept:
		t.totals.Kept++
	case Repaired:
		t.totals.Repaired++
	case NeedsAPerson:
		t.totals.NeedsAPerson++
	}
	if r.unreadable {
		t.totals.Unreadable++
	}
	if r.changed {
		t.totals.Changed++
	}
	if r.Good != "" {
		t.totals.Matched++
	}
	t.totals.Answers += r.Answers
	t.totals.Lost += len(r.Lost)
	if r.Repairs == nil {
		r.Repairs = []harvest.Repair{}
	}
	if r.Reasons == nil {
		r.Reasons = []string{}
	}
	if r.Lost == nil {
		r.Lost = []harvest.Lost{}
	}
	t.records = append(t.records, r)
	if t.o.Progress != nil {
		t.o.Progress(t.totals.Records)
	}
}

// done writes the report.
func (t *taking) done(err error) (Taken, error) {
	w := t.o.Report
	if w == nil {
		w = io.Discard
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return t.totals, errors.Join(err, enc.Encode(map[string]any{"records": t.records, "totals": t.totals}))
}

// Applications takes in applications made elsewhere, each as a draft that
// nobody owns yet and that nobody but the secretariat sees, against set. What
// they say of being recognised is not believed. Running it again changes
// nothing; what somebody changed here is not written over.
func (a *App) Applications(ctx context.Context, actor good.Actor, set *standard.Set, list iter.Seq2[harvest.Applied, error], o Options) (Taken, error) {
	t, err := a.taking(ctx, actor, o)
	if err != nil {
		return Taken{}, err
	}
	for c, err := range list {
		if err != nil {
			return t.done(err)
		}
		r, err := t.application(ctx, set, c)
		if err != nil {
			return t.done(err)
		}
		t.add(r)
	}
	return t.done(nil)
}

func hash(raw []byte, key string) string {
	sum := sha256.Sum256(append(slices.Clone(raw), key...))
	return hex.EncodeToString(sum[:])
}

// application decides on one application and saves it where it is new.
func (t *taking) application(ctx context.Context, set *standard.Set, c harvest.Applied) (TakenRecord, error) {
	r := TakenRecord{Source: c.Source, ID: c.ForeignID, Outcome: outcome(c.Held, c.Repairs), Answers: len(c.Answers), Repairs: c.Repairs, Reasons: c.Reasons, Lost: c.Lost}
	if len(c.Answers) == 0 {
		r.Outcome, r.unreadable = NeedsAPerson, true
		return r, nil
	}
	db := t.app.DB
	g, doubts, err := t.known(ctx, db, good.Record{Source: c.Source, ForeignID: c.ForeignID, Facts: c.Facts})
	if err != nil {
		return r, err
	}
	r.Reasons = append(slices.Clip(r.Reasons), doubts...)
	if g != nil {
		r.Good = g.Slug
	}
	sum := hash(c.Raw, set.Key())
	before, err := db.ImportedApplication(ctx, c.Source, c.ForeignID)
	if err != nil || before.Hash == sum {
		return r, err
	}
	if before.Application != "" {
		app, err := db.Application(ctx, before.Application)
		if err != nil {
			return r, err
		}
		if app.State != assess.Draft || app.Version > 1 || len(app.Owners) > 0 {
			r.Reasons = append(r.Reasons, "changed-here")
			return r, nil
		}
	}
	r.changed = true
	if t.o.DryRun {
		return r, nil
	}
	_, err = db.Do(ctx, t.actor, func(ctx context.Context, tx *store.Tx) error {
		return draft(ctx, tx, set, c, g, before.Application, sum)
	})
	return r, err
}

func outcome(held bool, repairs []harvest.Repair) Outcome {
	switch {
	case held:
		return NeedsAPerson
	case len(repairs) > 0:
		return Repaired
	}
	return Kept
}

// known is the good that a record is about, nil where it is not known or a
// person would have to decide: then doubts say so.
func (t *taking) known(ctx context.Context, db reader, rec good.Record) (*good.Good, []string, error) {
	old, err := db.Record(ctx, rec.Source, rec.ForeignID)
	if err != nil {
		return nil, nil, err
	}
	if old != nil {
		g, err := db.Good(ctx, old.Good)
		return g, nil, err
	}
	goods, doubts, err := t.about(ctx, db, rec)
	if err != nil || len(goods) == 0 {
		return nil, doubts, err
	}
	return goods[0], doubts, nil
}

// draft writes an application as a draft; id is that of the one it replaces.
func draft(ctx context.Context, tx *store.Tx, set *standard.Set, c harvest.Applied, g *good.Good, id good.ID, sum string) error {
	app := &assess.Application{ID: id, Kind: assess.First, Standard: set.Key(), Name: c.Facts.Name, Link: c.Facts.Website, Goods: c.Facts.Kinds,
		State: assess.Draft, Since: tx.Now(), Opened: tx.Now()}
	if id != "" {
		app.Version = 1
	} else {
		app.ID = tx.NewID()
	}
	if g != nil {
		app.Good = g.ID
	}
	settings, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	if err := tx.PutApplication(ctx, app, settings.Settings); err != nil {
		return err
	}
	var rows []store.StoredAnswer
	for question, answer := range c.Answers {
		doc, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		rows = append(rows, store.StoredAnswer{Question: question, Doc: doc})
	}
	if err := errors.Join(tx.DropAnswers(ctx, app.ID), tx.PutAnswers(ctx, app.ID, rows)); err != nil {
		return err
	}
	if err := tx.PutContacts(ctx, c.Source, c.ForeignID, c.Contacts); err != nil {
		return err
	}
	return tx.PutImportedApplication(ctx, c.Source, c.ForeignID, store.Imported{Application: app.ID, Hash: sum})
}
