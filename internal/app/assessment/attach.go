package assessment

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// filed are the answers that attached files give, by question.
func filed(list []store.Attachment) map[string]Saved {
	out := map[string]Saved{}
	for _, f := range list {
		s := out[f.Question]
		s.Question, s.Person, s.Time = f.Question, f.Person, f.Created
		s.Answer.Files = append(s.Answer.Files, standard.FileRef{ID: f.ID, Hash: f.Hash, Name: f.Name, Size: f.Size, Type: f.Type})
		out[f.Question] = s
	}
	return out
}

// close takes away where files can be opened.
func (f *Full) close() {
	for id, s := range f.Answers {
		s.Answer.Files = slices.Clone(s.Answer.Files)
		for i := range s.Answer.Files {
			s.Answer.Files[i].ID = ""
		}
		f.Answers[id] = s
	}
}

// MayReadFile returns nil if somebody may open what is attached to a question
// of an application: who reads all of it, and an expert where they were asked.
// A look at an application that waits for reviewers is not enough.
func (a *App) MayReadFile(ctx context.Context, who access.Who, id good.ID, question string) error {
	app, err := a.DB.Application(ctx, id)
	if err != nil {
		return err
	}
	thing, err := a.thing(ctx, a.DB, who, app)
	if err != nil {
		return err
	}
	actor, err := access.As(who, access.ReadApplication, thing)
	if err != nil || actor.Role != access.Expert {
		return err
	}
	if set, ok := a.Library.Find(app.Standard); ok {
		if q, ok := set.Question(question); ok && slices.Contains(app.AskedOf(who.Person), q.Indicator) {
			return nil
		}
	}
	return &good.Error{Kind: good.Forbidden, Key: "error.access.forbidden", Args: map[string]any{"Act": string(access.ReadApplication)}}
}

// MayAttach returns nil if somebody may attach files to a question of an
// application now, or take them away.
func (a *App) MayAttach(ctx context.Context, who access.Who, id good.ID, question string) error {
	app, err := a.DB.Application(ctx, id)
	if err != nil {
		return err
	}
	if _, err := access.As(who, access.EditApplication, access.Thing{Owners: app.Owners}); err != nil {
		return err
	}
	return a.takesFiles(app, question)
}

// Attaching is MayAttach within the transaction that attaches.
func (a *App) Attaching(ctx context.Context, tx *store.Tx, who access.Who, id good.ID, question string) error {
	s, err := a.scene(ctx, tx, who, access.EditApplication, id)
	if err != nil {
		return err
	}
	return a.takesFiles(s.Application, question)
}

func (a *App) takesFiles(app *assess.Application, question string) error {
	set, ok := a.Library.Find(app.Standard)
	if !ok {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Args: map[string]any{"Standard": app.Standard}}
	}
	q, ok := set.Question(question)
	if !ok || q.Type != standard.Files {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.no_files", Field: "question", Args: map[string]any{"Question": question}}
	}
	return open(app, q)
}
