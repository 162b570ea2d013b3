package assessment

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Step is one thing that can be done with one application, by a program or at
// the command line: what it is called, who may, and what it takes as JSON.
type Step struct {
	Name    string
	Act     access.Act
	Summary string
	In, Out any // zero values of what it takes and answers
	Do      func(ctx context.Context, a *App, who access.Who, id good.ID, in []byte) (any, error)
}

// State is where an application stands, as a step leaves it.
type State struct {
	ID        good.ID      `json:"id"`
	Good      good.ID      `json:"good,omitempty"`
	Kind      assess.Kind  `json:"kind"`
	Standard  string       `json:"standard"`
	Name      string       `json:"name"`
	State     assess.State `json:"state"`
	Since     time.Time    `json:"since"`
	Submitted time.Time    `json:"submitted,omitzero"`
	Deadline  time.Time    `json:"deadline,omitzero"`
	Round     int          `json:"round,omitempty"`
	Scope     []string     `json:"scope,omitempty"`
	Disputed  []string     `json:"disputed,omitempty"`
	Version   int64        `json:"version"`
	Position  int64        `json:"position,omitempty"` // of the journal, after the step
}

// StateOf is where an application stands.
func StateOf(app *assess.Application, position int64) State {
	return State{app.ID, app.Good, app.Kind, app.Standard, app.Name, app.State, app.Since, app.Submitted, app.Deadline, app.Round, app.Scope, app.Disputed, app.Version, position}
}

// SavedAnswers are answers as they stand after a save.
type SavedAnswers struct {
	Answers []Saved `json:"answers"`
}

// Done is the answer of a step that leaves nothing to be told.
type Done struct {
	Done bool `json:"done"`
}

// received decodes JSON into T; what T does not know is a mistake.
func received[T any](in []byte) (T, error) {
	var doc T
	if len(bytes.TrimSpace(in)) == 0 {
		return doc, nil
	}
	dec := json.NewDecoder(bytes.NewReader(in))
	dec.DisallowUnknownFields()
	err := dec.Decode(&doc)
	if err == nil && dec.More() {
		err = &json.SyntaxError{}
	}
	if err == nil {
		return doc, nil
	}
	field := ""
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		field = strings.Trim(name, `"`)
	}
	return doc, &good.Error{Kind: good.Invalid, Key: "assess.error.shape", Field: field, Err: err}
}

// moves makes a step of a verb that leaves an application.
func moves[T any](name string, act access.Act, summary string, do func(ctx context.Context, a *App, who access.Who, id good.ID, in T) (*assess.Application, int64, error)) Step {
	return answers(name, act, summary, func(ctx context.Context, a *App, who access.Who, id good.ID, in T) (State, error) {
		app, position, err := do(ctx, a, who, id, in)
		if err != nil {
			return State{}, err
		}
		return StateOf(app, position), nil
	})
}

// answers makes a step of a verb that answers something else.
func answers[T, R any](name string, act access.Act, summary string, do func(ctx context.Context, a *App, who access.Who, id good.ID, in T) (R, error)) Step {
	return Step{Name: name, Act: act, Summary: summary, In: *new(T), Out: *new(R), Do: func(ctx context.Context, a *App, who access.Who, id good.ID, raw []byte) (any, error) {
		in, err := received[T](raw)
		if err != nil {
			return nil, err
		}
		return do(ctx, a, who, id, in)
	}}
}

// What steps take.
type (
	// Seen is the version of the application as one saw it; 0 for any.
	Seen struct {
		Version int64 `json:"version,omitempty"`
	}
	// Words is a text somebody signs.
	Words struct {
		Text string `json:"text"`
	}
	// Why is a reason.
	Why struct {
		Version int64  `json:"version,omitempty"`
		Reason  string `json:"reason"`
	}
	// Edits are answers to be saved, each with the version it was made from.
	Edits struct {
		Answers []EditIn `json:"answers"`
	}
	// EditIn is one of them.
	EditIn struct {
		Question string          `json:"question"`
		Version  int64           `json:"version"`
		Answer   standard.Answer `json:"answer"`
	}
	// Replied is an answer to a question back.
	Replied struct {
		Indicator string `json:"indicator"`
		Text      string `json:"text"`
	}
	// Grounds are those of an appeal.
	Grounds struct {
		Text  string      `json:"text"`
		Links []good.Link `json:"links,omitempty"`
	}
	// Whom is a person by id.
	Whom struct {
		Person good.ID        `json:"person,omitempty"`
		Why    assess.Vacancy `json:"why,omitempty"`
	}
	// Suggestion is another answer that is suggested.
	Suggestion struct {
		Question string          `json:"question"`
		Answer   standard.Answer `json:"answer"`
		Reason   string          `json:"reason"`
	}
	// Settlement accepts or declines a suggestion.
	Settlement struct {
		Suggestion good.ID `json:"suggestion"`
		Accept     bool    `json:"accept"`
	}
	// ScreeningIn is what somebody who screens decides.
	ScreeningIn struct {
		Version  int64                     `json:"version,omitempty"`
		Decision string                    `json:"decision" enum:"accept,return,refuse"`
		Findings map[string]assess.Finding `json:"findings,omitempty"`
		Cause    assess.Cause              `json:"cause,omitempty" enum:"spam,test,duplicate,ineligible,indicators"`
		Of       good.ID                   `json:"of,omitempty"`
		Reason   string                    `json:"reason,omitempty"`
	}
	// Judged is a verdict on one indicator.
	Judged struct {
		Indicator string         `json:"indicator"`
		Version   int64          `json:"version,omitempty"` // of the verdict as its author saw it
		Verdict   assess.Verdict `json:"verdict" enum:"pass,fail,clarify,needs-expert"`
		Reason    string         `json:"reason,omitempty"`
	}
	// Noted is a note to those who review.
	Noted struct {
		Indicator string `json:"indicator,omitempty"`
		Text      string `json:"text"`
	}
	// Asked is a question to an expert.
	Asked struct {
		Expert    good.ID `json:"expert"`
		Indicator string  `json:"indicator"`
		Question  string  `json:"question"`
	}
	// Opinion is what the expert answers.
	Opinion struct {
		Consultation int            `json:"consultation"`
		Verdict      assess.Verdict `json:"verdict,omitempty" enum:"pass,fail,clarify,needs-expert"`
		Opinion      string         `json:"opinion"`
	}
	// Found are findings by indicator.
	Found struct {
		Version  int64                     `json:"version,omitempty"`
		Outcome  assess.Outcome            `json:"outcome,omitempty" enum:"recognised,not-eligible"`
		Findings map[string]assess.Finding `json:"findings,omitempty"`
	}
)
