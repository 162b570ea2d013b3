package checks

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"stoa/internal/assess"
	"stoa/internal/check"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// often is how often it is said how far a check is.
const often = 500 * time.Millisecond

// Do does the task of a check. It bears to be called again: what has ended
// stays ended.
func (a *App) Do(ctx context.Context, t good.Task) error {
	var id good.ID
	if err := json.Unmarshal(t.Args, &id); err != nil {
		return err
	}
	return a.Run(ctx, id)
}

// Run looks, and keeps what was found.
func (a *App) Run(ctx context.Context, id good.ID) error {
	s, err := a.DB.Primary().StoredCheck(ctx, id)
	if good.KindOf(err) == good.NotFound || err == nil && !s.Ended.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	looking, stop := context.WithCancel(ctx)
	defer stop()
	p := &progress{step: target.StepAsk}
	var telling sync.WaitGroup
	telling.Go(func() { a.tell(looking, stop, id, p) })
	report, failure := a.look(looking, s, p)
	cut := looking.Err() != nil
	stop()
	telling.Wait()
	if ctx.Err() != nil { // the process ends: it is taken up again
		return ctx.Err()
	}
	if cut { // somebody ended it
		return nil
	}
	return a.save(ctx, s, report, failure)
}

// look opens the target and shows it to the probes.
func (a *App) look(ctx context.Context, s store.StoredCheck, p *progress) (report *finding.Report, failure *finding.Text) {
	defer func() {
		if recover() != nil { // a parser fell over a stranger's bytes
			report, failure = nil, &finding.Text{Key: "assess.check.failed"}
		}
	}()
	limits := a.Limits
	t, free, err := target.Open(ctx, s.Target, target.Options{Client: a.Client(), Limits: limits, Kinds: s.Kinds, Now: a.Now(), Temp: a.Temp, Progress: p.set})
	defer free()
	if err != nil {
		return nil, said(err)
	}
	if set, ok := a.standard(ctx, s.Application); ok {
		t.Accepted = set.Licences
	}
	reading, cancel := context.WithTimeout(ctx, limits.Time/2)
	defer cancel()
	return check.RunWith(reading, t, func(passed, _ int) { p.set("read", passed) }), nil
}

// standard is the standard by which an application is judged; for none, the one
// that goods are recognised by.
func (a *App) standard(ctx context.Context, application good.ID) (*standard.Set, bool) {
	if application == "" {
		return a.Library.Find("dpg")
	}
	app, err := a.DB.Primary().Application(ctx, application)
	if err != nil {
		return nil, false
	}
	return a.Library.Find(app.Standard)
}

// said is an error as a person reads it.
func said(err error) *finding.Text {
	var known *good.Error
	if errors.As(err, &known) {
		return &finding.Text{Key: known.Key, Args: known.Args}
	}
	return &finding.Text{Key: "assess.check.failed"}
}

// progress is how far a check is.
type progress struct {
	mu    sync.Mutex
	step  string
	count int
}

func (p *progress) set(step string, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step, p.count = step, count
}

// tell says how far a check is, and stops it where somebody ended it.
func (a *App) tell(ctx context.Context, stop func(), id good.ID, p *progress) {
	tick := time.NewTicker(often)
	defer tick.Stop()
	for {
		p.mu.Lock()
		step, count := p.step, p.count
		p.mu.Unlock()
		goesOn := true
		_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) (err error) {
			goesOn, err = tx.MoveCheck(ctx, id, string(Running), step, count)
			return err
		})
		if err == nil && !goesOn {
			stop()
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// save ends a check with what was found, and fills in what the application
// leaves open: both, or neither.
func (a *App) save(ctx context.Context, s store.StoredCheck, report *finding.Report, failure *finding.Text) error {
	state, docs := Done, [2][]byte{}
	if failure != nil {
		state = Failed
	}
	for i, v := range []any{failure, report} {
		if (i == 0) != (failure != nil) {
			continue
		}
		doc, err := json.Marshal(v)
		if err != nil {
			return err
		}
		docs[i] = doc
	}
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		ended, err := tx.EndCheck(ctx, s.ID, string(state), docs[0], docs[1])
		if err != nil || !ended || report == nil || s.Application == "" {
			return err
		}
		return a.fill(ctx, tx, s.Application, report)
	})
	return err
}

// fill answers what nobody has answered of a draft with what was seen.
func (a *App) fill(ctx context.Context, tx *store.Tx, application good.ID, report *finding.Report) error {
	if err := tx.Hold(ctx, string(application)); err != nil {
		return err
	}
	app, err := tx.Application(ctx, application)
	if err != nil {
		return err
	}
	set, ok := a.Library.Find(app.Standard)
	if !ok || app.State != assess.Draft || len(app.Owners) == 0 {
		return nil
	}
	stored, err := tx.Answers(ctx, application)
	if err != nil {
		return err
	}
	answers, err := answersOf(stored)
	if err != nil {
		return err
	}
	var rows []store.StoredAnswer
	for {
		before := len(rows)
		for _, asked := range set.Asked(app.Goods, answers) { // an answer may open further questions
			q := asked.Question
			if held, answered := stored[q.ID]; answered && held.Version > 0 || !answers[q.ID].Empty() {
				continue
			}
			answer := check.Answer(set, q, report).Answer
			if answer.Empty() {
				continue
			}
			doc, err := json.Marshal(answer)
			if err != nil {
				return err
			}
			answers[q.ID] = answer
			rows = append(rows, store.StoredAnswer{Question: q.ID, Person: app.Owners[0], Doc: doc})
		}
		if len(rows) == before {
			break
		}
	}
	return tx.PutAnswers(ctx, application, rows)
}

func answersOf(stored map[string]store.StoredAnswer) (standard.Answers, error) {
	out := standard.Answers{}
	for id, s := range stored {
		var answer standard.Answer
		if len(s.Doc) > 0 {
			if err := json.Unmarshal(s.Doc, &answer); err != nil {
				return nil, err
			}
		}
		out[id] = answer
	}
	return out, nil
}
