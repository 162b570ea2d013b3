package assessment

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

func compareText(x, y string) int { return cmp.Compare(x, y) }

// Edit is one answer to be saved: Version is that of the answer it was made
// from, 0 where there was none.
type Edit struct {
	Question string
	Version  int64
	Answer   standard.Answer
}

// Saved is one answer as it stands.
type Saved struct {
	Question string          `json:"question"`
	Version  int64           `json:"version"`
	Answer   standard.Answer `json:"answer"`
	Person   good.ID         `json:"-"`
	Time     time.Time       `json:"time"`
}

// Clash is one answer that somebody else changed meanwhile: both are shown,
// with what a person may want to make of them.
type Clash struct {
	Question string          `json:"question"`
	Mine     standard.Answer `json:"mine"`
	Theirs   Saved           `json:"theirs"`
	Merged   standard.Answer `json:"merged"`
}

// Clashes is the error of a save that would have overwritten what somebody
// else wrote. Nothing was saved.
type Clashes struct{ List []Clash }

// Error implements error.
func (c *Clashes) Error() string { return "answers changed meanwhile" }

// Unwrap gives the error its kind and sentence.
func (c *Clashes) Unwrap() error {
	return &good.Error{Kind: good.Conflict, Key: "assess.error.clash", Field: c.List[0].Question}
}

// Save saves answers, all of them or none. Each must be made from the answer as
// it stands; else the error is *Clashes. Saving what stands already is no clash.
func (a *App) Save(ctx context.Context, who access.Who, id good.ID, edits []Edit) ([]Saved, error) {
	var out []Saved
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		s, err := a.scene(ctx, tx, who, access.EditApplication, id)
		if err != nil {
			return err
		}
		out, err = a.write(ctx, s, edits)
		return err
	})
	return out, err
}

// write saves answers within a transaction.
func (a *App) write(ctx context.Context, s *scene, edits []Edit) ([]Saved, error) {
	stored, err := s.tx.Answers(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	var rows []store.StoredAnswer
	var out []Saved
	var clashes []Clash
	for _, e := range edits {
		if err := s.mayWrite(e.Question); err != nil {
			return nil, err
		}
		if err := written(s.set, e.Question, e.Answer); err != nil {
			return nil, err
		}
		held, err := savedOf(stored[e.Question])
		if err != nil {
			return nil, err
		}
		if same(held.Answer, e.Answer) {
			held.Question = e.Question
			out = append(out, held)
			continue
		}
		if held.Version != e.Version {
			clashes = append(clashes, Clash{Question: e.Question, Mine: e.Answer, Theirs: held, Merged: merged(e.Answer, held.Answer)})
			continue
		}
		doc, err := json.Marshal(e.Answer)
		if err != nil {
			return nil, err
		}
		row := store.StoredAnswer{Question: e.Question, Version: held.Version, Person: s.turn.By.Person, Doc: doc}
		rows = append(rows, row)
		stored[e.Question] = row
		out = append(out, Saved{Question: e.Question, Version: held.Version + 1, Answer: e.Answer, Person: s.turn.By.Person, Time: s.tx.Now()})
	}
	if len(clashes) > 0 {
		return nil, &Clashes{List: clashes}
	}
	if err := s.tx.PutAnswers(ctx, s.ID, rows); err != nil {
		return nil, err
	}
	return out, a.head(ctx, s, stored, rows)
}

// mayWrite says whether a question's answer may be changed now.
func (s *scene) mayWrite(question string) error {
	q, ok := s.set.Question(question)
	if !ok {
		return &good.Error{Kind: good.Invalid, Key: "standard.answer.unknown-question", Field: question, Args: map[string]any{"Question": question}}
	}
	return open(s.Application, q)
}

// open says whether the answer to a question may be changed now.
func open(app *assess.Application, q standard.Question) error {
	if !app.MayAnswer(q.Indicator) {
		return &good.Error{Kind: good.Conflict, Key: "assess.error.closed", Field: q.ID}
	}
	return nil
}

// written checks an answer that is written; files are attached instead.
func written(set *standard.Set, question string, answer standard.Answer) error {
	if q, _ := set.Question(question); q.Type == standard.Files {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.files", Field: question}
	}
	return set.Check(question, answer)
}

// head keeps what lists show of an application as its answers say.
func (a *App) head(ctx context.Context, s *scene, stored map[string]store.StoredAnswer, rows []store.StoredAnswer) error {
	touches := slices.ContainsFunc(rows, func(r store.StoredAnswer) bool {
		q, _ := s.set.Question(r.Question)
		return slices.Contains([]good.Field{good.FieldName, good.FieldKinds, good.FieldWebsite, good.FieldRepositories}, q.Fact)
	})
	if !touches {
		return nil
	}
	answers, err := decodeAll(stored)
	if err != nil {
		return err
	}
	name, link, kinds := header(s.set, answers)
	if name = cmp.Or(name, s.Name); name == s.Name && link == s.Link && slices.Equal(kinds, s.Goods) {
		return nil
	}
	s.Name, s.Link, s.Goods = name, link, kinds
	return s.tx.PutApplication(ctx, s.Application, s.turn.Settings)
}

func savedOf(r store.StoredAnswer) (Saved, error) {
	out := Saved{Question: r.Question, Version: r.Version, Person: r.Person, Time: r.Time}
	if len(r.Doc) == 0 {
		return out, nil
	}
	return out, json.Unmarshal(r.Doc, &out.Answer)
}

// merged is both answers in one, for a person to go on from: lists united,
// texts one after the other unless one holds the other.
func merged(mine, theirs standard.Answer) standard.Answer {
	out := standard.Answer{Text: mergedText(mine.Text, theirs.Text), Links: slices.Clone(theirs.Links), Choices: slices.Clone(theirs.Choices), Files: slices.Clone(theirs.Files)}
	for _, l := range mine.Links {
		if !slices.ContainsFunc(out.Links, func(x good.Link) bool { return x.URL == l.URL }) {
			out.Links = append(out.Links, l)
		}
	}
	for _, c := range mine.Choices {
		if !slices.Contains(out.Choices, c) {
			out.Choices = append(out.Choices, c)
		}
	}
	for _, f := range mine.Files {
		if !slices.Contains(out.Files, f) {
			out.Files = append(out.Files, f)
		}
	}
	for item, text := range theirs.Items {
		if out.Items == nil {
			out.Items = map[string]string{}
		}
		out.Items[item] = text
	}
	for item, text := range mine.Items {
		if out.Items == nil {
			out.Items = map[string]string{}
		}
		out.Items[item] = mergedText(text, out.Items[item])
	}
	return out
}

func mergedText(mine, theirs string) string {
	switch {
	case strings.Contains(theirs, mine):
		return theirs
	case strings.Contains(mine, theirs):
		return mine
	}
	return theirs + "\n\n" + mine
}

// Join lets somebody else work on an application, too, at the word of one who
// may.
func (a *App) Join(ctx context.Context, tx *store.Tx, by access.Who, id good.ID, person access.Who) error {
	s, err := a.scene(ctx, tx, by, access.EditApplication, id)
	if err != nil || s.Owned(person.Person) {
		return err
	}
	was := *s.Application
	if err := s.Application.Join(person.Person); err != nil {
		return err
	}
	return a.save(ctx, s, was, assess.Event{})
}

// RemoveOwner takes somebody off an application; the last one stays.
func (a *App) RemoveOwner(ctx context.Context, who access.Who, id, person good.ID) (*assess.Application, error) {
	app, _, err := a.do(ctx, who, access.EditApplication, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
		return assess.Event{}, s.Leave(person)
	})
	return app, err
}

// Authorise declares that one may speak for the good, and why.
func (a *App) Authorise(ctx context.Context, who access.Who, id good.ID, text string) (*assess.Application, error) {
	app, _, err := a.do(ctx, who, access.EditApplication, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
		if err := needText("authority", text); err != nil {
			return assess.Event{}, err
		}
		return assess.Event{}, s.Authorise(s.turn, text)
	})
	return app, err
}

// Suggest suggests another answer; the applicant's stands until they accept.
func (a *App) Suggest(ctx context.Context, who access.Who, id good.ID, question string, answer standard.Answer, reason string) (good.ID, error) {
	var made good.ID
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		s, err := a.scene(ctx, tx, who, access.Review, id)
		if err != nil {
			return err
		}
		if s.State.Signed() {
			return &good.Error{Kind: good.Conflict, Key: "assess.error.closed", Field: question}
		}
		if err := needText("reason", reason); err != nil {
			return err
		}
		if err := written(s.set, question, answer); err != nil {
			return err
		}
		held, err := tx.Answer(ctx, id, question)
		if err != nil {
			return err
		}
		doc, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		made = tx.NewID()
		if err := tx.PutSuggestion(ctx, store.Suggestion{ID: made, Application: id, Question: question, Person: who.Person, Time: tx.Now(), Base: held.Version, Doc: doc, Reason: reason}); err != nil {
			return err
		}
		return tx.Tell(ctx, s.Application, assess.Event{Verb: good.AnswerSuggested, Values: []assess.Value{{Name: "question", Value: question}}})
	})
	return made, err
}

// Settle accepts or declines a suggestion, as the applicant. Accepting one made
// to an answer that changed since is a clash.
func (a *App) Settle(ctx context.Context, who access.Who, id, suggestion good.ID, accept bool) error {
	_, _, err := a.do(ctx, who, access.EditApplication, id, 0, func(ctx context.Context, s *scene) (assess.Event, error) {
		g, err := s.tx.Suggestion(ctx, suggestion)
		if err != nil {
			return assess.Event{}, err
		}
		if g.Application != id {
			return assess.Event{}, &good.Error{Kind: good.NotFound, Key: "assess.error.suggestion"}
		}
		if !g.Settled.IsZero() || s.State.Over() {
			return assess.Event{}, &good.Error{Kind: good.Conflict, Key: "assess.error.settled"}
		}
		if accept && s.State.Signed() {
			return assess.Event{}, &good.Error{Kind: good.Conflict, Key: "assess.error.closed"}
		}
		g.Settled, g.Settlement = s.tx.Now(), "declined"
		if !accept {
			return assess.Event{}, s.tx.PutSuggestion(ctx, g)
		}
		g.Settlement = "accepted"
		return a.accept(ctx, s, g)
	})
	return err
}

// accept takes a suggestion over as the applicant's own answer.
func (a *App) accept(ctx context.Context, s *scene, g store.Suggestion) (assess.Event, error) {
	held, err := s.tx.Answer(ctx, s.ID, g.Question)
	if err != nil {
		return assess.Event{}, err
	}
	var answer standard.Answer
	if err := json.Unmarshal(g.Doc, &answer); err != nil {
		return assess.Event{}, err
	}
	if held.Version != g.Base {
		theirs, err := savedOf(held)
		if err != nil {
			return assess.Event{}, err
		}
		return assess.Event{}, &Clashes{List: []Clash{{Question: g.Question, Mine: answer, Theirs: theirs, Merged: merged(answer, theirs.Answer)}}}
	}
	rows := []store.StoredAnswer{{Question: g.Question, Version: held.Version, Person: s.turn.By.Person, Doc: g.Doc}}
	stored, err := s.tx.Answers(ctx, s.ID)
	if err != nil {
		return assess.Event{}, err
	}
	stored[g.Question] = rows[0]
	if err := errors.Join(s.tx.PutAnswers(ctx, s.ID, rows), a.head(ctx, s, stored, rows), s.tx.PutSuggestion(ctx, g)); err != nil {
		return assess.Event{}, err
	}
	q, _ := s.set.Question(g.Question)
	if s.Submitted.IsZero() || !q.Public {
		return assess.Event{}, nil
	}
	return assess.Event{Verb: good.ApplicationAnswered, Values: []assess.Value{{Name: "answers", Value: map[string]any{g.Question: answer}}}}, nil
}
