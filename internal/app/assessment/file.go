package assessment

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// AnswersFile is an application's answers as one file, which can live in the
// good's own repository.
type AnswersFile struct {
	Stoa     string           `json:"stoa"` // "answers/1"
	Standard string           `json:"standard"`
	Name     string           `json:"name,omitempty"`
	Answers  standard.Answers `json:"answers"`
}

// ParseAnswers reads a file of answers, YAML or JSON. What it does not know is
// a mistake.
func ParseAnswers(raw []byte) (AnswersFile, error) {
	f, err := standard.ParseAnswers(raw)
	return AnswersFile{Stoa: standard.AnswersForm, Standard: f.Standard, Name: f.Name, Answers: f.Given()}, err
}

// ExportAnswers returns an application's answers as one file. What is attached
// stays where it is.
func (a *App) ExportAnswers(ctx context.Context, who access.Who, id good.ID) (AnswersFile, error) {
	app, _, answers, err := a.exported(ctx, who, id)
	if err != nil {
		return AnswersFile{}, err
	}
	return AnswersFile{Stoa: standard.AnswersForm, Standard: app.Standard, Name: app.Name, Answers: answers}, nil
}

// WriteAnswers is ExportAnswers as people read it: YAML, each question above its
// answer in the language lang, what is open too.
func (a *App) WriteAnswers(ctx context.Context, who access.Who, id good.ID, lang string) ([]byte, error) {
	app, set, answers, err := a.exported(ctx, who, id)
	if err != nil {
		return nil, err
	}
	l, ok := i18n.Get(lang)
	if !ok {
		l, _ = i18n.Get("en")
	}
	return standard.WriteAnswers(set, app.Name, l.Code, l.T("apply.file.private"), app.Goods, answers)
}

func (a *App) exported(ctx context.Context, who access.Who, id good.ID) (*assess.Application, *standard.Set, standard.Answers, error) {
	app, set, err := a.read(ctx, who, id)
	if err != nil {
		return nil, nil, nil, err
	}
	answers, err := answersOf(ctx, a.DB, id)
	maps.DeleteFunc(answers, func(_ string, answer standard.Answer) bool { return len(answer.Files) > 0 })
	return app, set, answers, err
}

// Imported says what became of a file of answers.
type Imported struct {
	Changed  []string                   `json:"changed"`            // questions
	Same     []string                   `json:"same"`               // stood so already
	Unknown  []string                   `json:"unknown,omitempty"`  // the standard does not ask them
	Replaced map[string]standard.Answer `json:"replaced,omitempty"` // what stood there before
}

// ImportAnswers takes the answers of a file over, all that the standard asks
// or none where one is wrong. What it replaces and what it cannot place is
// told. A file may be to another version of the standard, not to another one.
func (a *App) ImportAnswers(ctx context.Context, who access.Who, id good.ID, f AnswersFile) (Imported, error) {
	var out Imported
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		out = Imported{Changed: []string{}, Same: []string{}, Replaced: map[string]standard.Answer{}}
		s, err := a.scene(ctx, tx, who, access.EditApplication, id)
		if err != nil {
			return err
		}
		if err := s.set.Takes(f.Standard); err != nil {
			return err
		}
		stored, err := tx.Answers(ctx, id)
		if err != nil {
			return err
		}
		var edits []Edit
		for question, answer := range f.Answers {
			held, err := savedOf(stored[question])
			if err != nil {
				return err
			}
			switch _, known := s.set.Question(question); {
			case !known:
				out.Unknown = append(out.Unknown, question)
				continue
			case same(held.Answer, answer):
				out.Same = append(out.Same, question)
				continue
			case held.Version > 0 && !held.Answer.Empty():
				out.Replaced[question] = held.Answer
			}
			out.Changed = append(out.Changed, question)
			edits = append(edits, Edit{Question: question, Version: held.Version, Answer: answer})
		}
		slices.SortFunc(edits, func(x, y Edit) int { return cmp.Compare(x.Question, y.Question) })
		slices.Sort(out.Changed)
		slices.Sort(out.Same)
		slices.Sort(out.Unknown)
		_, err = a.write(ctx, s, edits)
		return err
	})
	return out, err
}
