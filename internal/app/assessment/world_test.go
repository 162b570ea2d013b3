package assessment_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/standards"
)

// people are those of a test.
type people map[good.ID]assessment.Person

// world is an instance with a clock of its own.
type world struct {
	*assessment.App
	people people
	now    time.Time
}

func (w *world) pass(d time.Duration) { w.now = w.now.Add(d) }

func (w *world) who(id good.ID) access.Who {
	p := w.people[id]
	return access.Who{Person: p.ID, Pseudonym: p.Pseudonym, Roles: p.Roles}
}

func person(n int) good.ID { return good.ID(fmt.Sprintf("01HZZZZZZZZZZZZZZZZZZZZZ%02d", n)) }

// The people of the tests.
var (
	owner, one, two, three, expert, chief, second, third = person(1), person(2), person(3), person(4), person(5), person(6), person(7), person(8)
)

const days = 24 * time.Hour

func build(t testing.TB, url string) *world {
	t.Helper()
	if url == "" {
		url = "sqlite:" + filepath.Join(t.TempDir(), "stoa.db")
	}
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{now: time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC), people: people{}}
	for id, roles := range map[good.ID][]string{owner: nil, one: {access.Reviewer}, two: {access.Reviewer}, three: {access.Reviewer}, expert: {access.Expert},
		chief: {access.Coordinator}, second: {access.Secretariat}, third: {access.Secretariat}} {
		w.people[id] = assessment.Person{ID: id, Pseudonym: "p-" + string(id[24:]), Name: "Person " + string(id[24:]), Roles: roles}
	}
	db, err := store.Open(t.Context(), url, store.Options{Now: func() time.Time { return w.now }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for id, p := range w.people {
			if err := tx.PutPerson(ctx, &good.Person{ID: id, Pseudonym: p.Pseudonym, Name: p.Name}); err != nil {
				return err
			}
			for _, role := range p.Roles {
				if _, err := tx.PutRole(ctx, id, role); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.App = &assessment.App{DB: db, Library: library, Now: func() time.Time { return w.now }, Issuer: "Test Alliance"}
	return w
}

func must[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// ok fails on the error of a verb on an application.
func ok(t testing.TB, app *assess.Application, _ int64, err error) *assess.Application {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
	return app
}

// key is the sentence an error gives.
func key(err error) string {
	for err != nil {
		if e, is := err.(*good.Error); is {
			return e.Key
		}
		u, is := err.(interface{ Unwrap() error })
		if !is {
			break
		}
		err = u.Unwrap()
	}
	return ""
}

// sample is a sound answer to a question.
func sample(set *standard.Set, q standard.Question, answers standard.Answers) standard.Answer {
	switch q.Type {
	case standard.YesNo:
		if len(q.Must) > 0 {
			return standard.Answer{Choices: q.Must[:1]}
		}
		return standard.Answer{Choices: []string{"no"}}
	case standard.Choice, standard.Choices:
		for _, o := range q.Options {
			if len(q.Must) == 0 || slices.Contains(q.Must, o.ID) {
				return standard.Answer{Choices: []string{o.ID}}
			}
		}
	case standard.Countries:
		return standard.Answer{Choices: []string{"KE"}}
	case standard.Licences:
		return standard.Answer{Choices: []string{"Apache-2.0"}}
	case standard.Languages:
		return standard.Answer{Choices: []string{"en"}}
	case standard.SDGs:
		return standard.Answer{Choices: []string{"3"}}
	case standard.Items:
		a := standard.Answer{Items: map[string]string{}}
		for _, c := range answers[q.Of].Choices {
			a.Items[c] = "It helps health workers."
		}
		return a
	case standard.Links:
		return standard.Answer{Links: []good.Link{{URL: "https://good.example/" + q.ID}}}
	case standard.Files:
		return standard.Answer{}
	}
	return standard.Answer{Text: "An answer to " + q.ID}
}

// fill answers everything that an application still needs.
func (w *world) fill(t testing.TB, id good.ID, by good.ID) {
	t.Helper()
	for range 10 {
		f, err := w.Application(t.Context(), w.who(by), id)
		if err != nil {
			t.Fatal(err)
		}
		answers := standard.Answers{}
		for q, s := range f.Answers {
			answers[q] = s.Answer
		}
		var edits []assessment.Edit
		for _, g := range f.Gaps {
			q, _ := f.Set.Question(g.Question)
			answer := sample(f.Set, q, answers)
			answers[q.ID] = answer
			edits = append(edits, assessment.Edit{Question: q.ID, Version: f.Answers[q.ID].Version, Answer: answer})
		}
		if len(edits) == 0 {
			return
		}
		if _, err := w.Save(t.Context(), w.who(by), id, edits); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("there is no end of gaps")
}

// drafted is an application that can be handed in.
func (w *world) drafted(t testing.TB, name string) *assess.Application {
	t.Helper()
	ctx, me := t.Context(), w.who(owner)
	app, err := w.Start(ctx, me, assessment.Start{Name: name, Link: "https://good.example/" + good.Slugify(name), Kinds: []good.Kind{good.Software}})
	if err != nil {
		t.Fatal(err)
	}
	w.fill(t, app.ID, owner)
	if _, err := w.Save(ctx, me, app.ID, []assessment.Edit{{Question: "general.contact", Answer: standard.Answer{Text: "owner@home.example"}}}); err != nil {
		t.Fatal(err)
	}
	app, err = w.Authorise(ctx, me, app.ID, "I maintain it.")
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// submitted is an application handed in.
func (w *world) submitted(t testing.TB, name string) *assess.Application {
	t.Helper()
	a, p, err := w.Submit(t.Context(), w.who(owner), w.drafted(t, name).ID, 0)
	return ok(t, a, p, err)
}

// reviewed takes an application that was handed in to where it is decided.
func (w *world) reviewed(t testing.TB, id good.ID) *assess.Application {
	t.Helper()
	a, p, err := w.Screen(t.Context(), w.who(chief), id, 0, assessment.Screening{Decision: "accept",
		Screened: assess.Screened{Findings: map[string]assess.Finding{"1": {Verdict: assess.Pass}, "2": {Verdict: assess.Pass}}}})
	app := ok(t, a, p, err)
	for _, r := range []good.ID{one, two} {
		a, p, err := w.Claim(t.Context(), w.who(r), id)
		app = ok(t, a, p, err)
	}
	w.judge(t, app, one, nil)
	return w.judge(t, app, two, nil)
}

// accepted is an application through screening.
func (w *world) accepted(t testing.TB, name string) *assess.Application {
	t.Helper()
	app := w.submitted(t, name)
	a, p, err := w.Screen(t.Context(), w.who(chief), app.ID, app.Version, assessment.Screening{Decision: "accept",
		Screened: assess.Screened{Findings: map[string]assess.Finding{"1": {Verdict: assess.Pass}, "2": {Verdict: assess.Pass}}}})
	return ok(t, a, p, err)
}

// inReview is an application with two reviewers.
func (w *world) inReview(t testing.TB, name string) *assess.Application {
	t.Helper()
	app := w.accepted(t, name)
	for _, r := range []good.ID{one, two} {
		a, p, err := w.Claim(t.Context(), w.who(r), app.ID)
		app = ok(t, a, p, err)
	}
	return app
}

// judge has a reviewer find what findings say, and that all else holds.
func (w *world) judge(t testing.TB, app *assess.Application, by good.ID, findings map[string]assess.Finding) *assess.Application {
	t.Helper()
	for _, id := range app.Scope {
		f, special := findings[id]
		if !special {
			f = assess.Finding{Verdict: assess.Pass, Reason: "The evidence shows it."}
		}
		if err := w.Verdict(t.Context(), w.who(by), app.ID, id, 0, f); err != nil {
			t.Fatalf("%s on %s: %v", by, id, err)
		}
	}
	a, p, err := w.Finish(t.Context(), w.who(by), app.ID)
	return ok(t, a, p, err)
}

// recognised is a good that was recognised on the present day.
func (w *world) recognised(t testing.TB, name string) *assess.Application {
	t.Helper()
	app := w.inReview(t, name)
	w.judge(t, app, one, nil)
	w.judge(t, app, two, nil)
	return w.decide(t, app.ID, assess.Recognised)
}

func (w *world) decide(t testing.TB, id good.ID, outcome assess.Outcome) *assess.Application {
	t.Helper()
	ctx := t.Context()
	a, p, err := w.Propose(ctx, w.who(chief), id, 0, outcome, nil)
	app := ok(t, a, p, err)
	a, p, err = w.Confirm(ctx, w.who(second), id, app.Version)
	app = ok(t, a, p, err)
	if outcome == assess.NotEligible {
		return app
	}
	a, p, err = w.Publish(ctx, w.who(second), id)
	return ok(t, a, p, err)
}

// standing is how a good stands here.
func (w *world) standing(t testing.TB, id good.ID) good.Recognition {
	t.Helper()
	g, err := w.DB.Good(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range g.Recognitions {
		if r.Issuer == w.Issuer {
			return r
		}
	}
	return good.Recognition{}
}

// reported is a good that another registry reports as recognised.
func (w *world) reported(t testing.TB, name string) (id good.ID) {
	t.Helper()
	_, err := w.DB.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		src := good.Source{ID: "dpga", Name: "DPGA", Issuer: "DPGA", Priority: 10, AsOf: "2027-01-01"}
		slug := good.Slugify(name)
		id = tx.NewID()
		rec := good.Record{Source: "dpga", ForeignID: slug, Good: id, Facts: good.Facts{Name: name, Website: "https://" + slug + ".example", Kinds: []good.Kind{good.Software},
			Licences: []good.Licence{{SPDX: "MIT"}}, Standing: &good.Standing{State: good.Recognised, Issuer: "DPGA", Last: "2027-01-01"}}}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: src})
		tx.Append(good.GoodCreated, []good.ID{id}, store.NamedValue{Name: "slug", Value: slug})
		tx.Append(good.RecordStated, []good.ID{id}, store.NamedValue{Name: "record", Value: rec})
		g := good.Good{ID: id, Slug: slug}.Restate([]good.Record{rec}, map[string]good.Source{"dpga": src})
		return errors.Join(tx.PutSource(ctx, src), tx.PutGood(ctx, &g), tx.PutRecord(ctx, rec))
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
