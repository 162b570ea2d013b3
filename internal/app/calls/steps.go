package calls

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"stoa/internal/access"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Step is one thing that can be done with one call, or with one entry, by a
// program or at the command line: what it is called, who may, and what it takes
// as JSON. key is the slug or id of the call, or the id of the entry.
type Step struct {
	Name    string
	Act     access.Act
	Summary string
	In, Out any // zero values of what it takes and answers
	Do      func(ctx context.Context, a *App, who access.Who, key string, in []byte) (any, error)
}

// What steps take.
type (
	// Seen is the version of what one saw; 0 for any.
	Seen struct {
		Version int64 `json:"version,omitempty"`
	}
	// Why is a reason.
	Why struct {
		Reason string `json:"reason"`
	}
	// Words are a text in the language of the call.
	Words struct {
		Text string `json:"text,omitempty"`
	}
	// Address is the e-mail address of somebody's account.
	Address struct {
		Person string `json:"person" format:"email"`
	}
	// Pseudonym is that of a juror.
	Pseudonym struct {
		Juror string `json:"juror"`
	}
	// Verdicts are what is decided of each entry of a stage.
	Verdicts struct {
		Version  int64          `json:"version,omitempty"`
		Verdicts []call.Verdict `json:"verdicts"`
	}
	// Written is a call as its partner writes it.
	Written struct {
		Version   int64           `json:"version,omitempty"`
		Lang      string          `json:"lang" doc:"Of questions, stages and sheets: BCP 47." example:"en"`
		Title     good.Text       `json:"title" doc:"By language."`
		Text      good.Text       `json:"text,omitempty" doc:"By language."`
		Themes    []string        `json:"themes,omitempty"`
		SDGs      []int           `json:"sdgs,omitempty" doc:"One of them has to be helped; none: any."`
		Kinds     []good.Kind     `json:"kinds,omitempty" doc:"None: all."`
		Countries []string        `json:"countries,omitempty" doc:"Where entrants are: ISO 3166-1 alpha-2; none: everywhere."`
		Zone      string          `json:"zone,omitempty" doc:"Of the time zone database." example:"Africa/Nairobi"`
		Opens     string          `json:"opens,omitempty" doc:"On the clocks of the zone." example:"2026-12-01T09:00:00"`
		Closes    string          `json:"closes,omitempty" doc:"The first second that is too late." example:"2027-01-31T18:00:00"`
		Standard  string          `json:"standard,omitempty" example:"dpg"`
		Asks      []string        `json:"asks,omitempty" doc:"Questions of the standard, by id."`
		Questions []call.Question `json:"questions,omitempty" doc:"The call's own."`
		Stages    []call.Stage    `json:"stages,omitempty"`
	}
	// Entered is an entry as it is handed in or changed.
	Entered struct {
		Version  int64            `json:"version,omitempty" doc:"Of the entry that is changed, as one saw it."`
		Name     string           `json:"name" maxLength:"200"`
		Link     string           `json:"link" maxLength:"2048"`
		Kinds    []good.Kind      `json:"kinds"`
		SDGs     []int            `json:"sdgs"`
		Country  string           `json:"country" doc:"Of who enters: ISO 3166-1 alpha-2." example:"KE"`
		Lang     string           `json:"lang,omitempty" example:"en"`
		Named    bool             `json:"named,omitempty" doc:"May be told of though not chosen."`
		Answers  standard.Answers `json:"answers,omitempty" doc:"By question."`
		Distinct bool             `json:"distinct,omitempty" doc:"Hand it in though the same is entered already."`
	}
	// Cause is why an entry is refused.
	Cause struct {
		Cause  string `json:"cause" enum:"duplicate,not-eligible,spam"`
		Reason string `json:"reason"`
	}
	// Points are what a juror gives, by criterion.
	Points struct {
		Points  map[string]int `json:"points"`
		Comment string         `json:"comment,omitempty"`
	}
	// Done is the answer of a step that leaves nothing to be told.
	Done struct {
		Done bool `json:"done"`
	}
)

// Call is w as a call.
func (w Written) Call() call.Call {
	return call.Call{Lang: w.Lang, Title: w.Title, Text: w.Text, Themes: w.Themes, SDGs: w.SDGs, Kinds: w.Kinds, Countries: w.Countries, Zone: w.Zone, Opens: w.Opens, Closes: w.Closes,
		Standard: w.Standard, Asks: w.Asks, Questions: w.Questions, Stages: w.Stages}
}

// Input is e as an entry that comes in.
func (e Entered) Input() Input {
	return Input{Name: e.Name, Link: e.Link, Kinds: e.Kinds, SDGs: e.SDGs, Country: e.Country, Lang: e.Lang, Named: e.Named, Answers: e.Answers, Distinct: e.Distinct}
}

// Steps are all that can be done with one call.
var Steps = []Step{
	step("change", access.RunCall, "Put what the partner writes in place of what is there.", func(ctx context.Context, a *App, who access.Who, key string, in Written) (*call.Call, error) {
		c, _, err := a.Change(ctx, who, key, in.Version, in.Call())
		return c, err
	}),
	step("drop", access.RunCall, "Delete a draft.", func(ctx context.Context, a *App, who access.Who, key string, _ struct{}) (Done, error) {
		return Done{true}, a.Drop(ctx, who, key)
	}),
	step("announce", access.RunCall, "Make a draft public; it opens and closes by its clock.", func(ctx context.Context, a *App, who access.Who, key string, in Seen) (*call.Call, error) {
		c, _, err := a.Announce(ctx, who, key, in.Version)
		return c, err
	}),
	step("cancel", access.RunCall, "Give a call up, with a public reason.", func(ctx context.Context, a *App, who access.Who, key string, in Why) (*call.Call, error) {
		c, _, err := a.Cancel(ctx, who, key, in.Reason)
		return c, err
	}),
	step("add-juror", access.RunCall, "Ask the person with an address to score.", func(ctx context.Context, a *App, who access.Who, key string, in Address) (Done, error) {
		_, err := a.AddJuror(ctx, who, key, in.Person)
		return Done{true}, err
	}),
	step("drop-juror", access.RunCall, "Take somebody out of the jury.", func(ctx context.Context, a *App, who access.Who, key string, in Pseudonym) (Done, error) {
		_, err := a.DropJuror(ctx, who, key, in.Juror)
		return Done{true}, err
	}),
	step("assign", access.RunCall, "Give entries to jurors, nobody one in which they have a conflict of interest.", func(ctx context.Context, a *App, who access.Who, key string, _ struct{}) (Assigned, error) {
		return a.Assign(ctx, who, key)
	}),
	step("decide", access.RunCall, "End the stage under way: who goes on, and why.", func(ctx context.Context, a *App, who access.Who, key string, in Verdicts) (*call.Call, error) {
		c, _, err := a.Decide(ctx, who, key, in.Version, in.Verdicts)
		return c, err
	}),
	step("publish", access.RunCall, "Tell everybody who was chosen, and why.", func(ctx context.Context, a *App, who access.Who, key string, in Words) (*call.Call, error) {
		c, _, err := a.Publish(ctx, who, key, in.Text)
		return c, err
	}),
	step("enter", access.Enter, "Hand an entry in.", func(ctx context.Context, a *App, who access.Who, key string, in Entered) (*EntryView, error) {
		e, _, err := a.Enter(ctx, who, key, in.Input())
		if err != nil {
			return nil, err
		}
		return a.Entry(ctx, who, e.ID)
	}),
}

// EntrySteps are all that can be done with one entry.
var EntrySteps = []Step{
	step("amend", access.EditEntry, "Change an entry while its call is open.", func(ctx context.Context, a *App, who access.Who, key string, in Entered) (*EntryView, error) {
		e, _, err := a.Amend(ctx, who, good.ID(key), in.Version, in.Input())
		if err != nil {
			return nil, err
		}
		return a.Entry(ctx, who, e.ID)
	}),
	step("withdraw", access.EditEntry, "Take an entry back.", func(ctx context.Context, a *App, who access.Who, key string, _ struct{}) (Done, error) {
		_, _, err := a.Withdraw(ctx, who, good.ID(key))
		return Done{true}, err
	}),
	step("refuse", access.RunCall, "Take an entry out of the call, as its partner.", func(ctx context.Context, a *App, who access.Who, key string, in Cause) (Done, error) {
		_, _, err := a.Refuse(ctx, who, good.ID(key), in.Cause, in.Reason)
		return Done{true}, err
	}),
	step("score", access.ScoreEntry, "Give points, for every criterion of the sheet.", func(ctx context.Context, a *App, who access.Who, key string, in Points) (Done, error) {
		return Done{true}, a.Score(ctx, who, good.ID(key), in.Points, in.Comment)
	}),
	step("stand-aside", access.ScoreEntry, "Say why one must not score an entry.", func(ctx context.Context, a *App, who access.Who, key string, in Why) (Done, error) {
		return Done{true}, a.StandAside(ctx, who, good.ID(key), in.Reason)
	}),
}

func step[T, R any](name string, act access.Act, summary string, do func(ctx context.Context, a *App, who access.Who, key string, in T) (R, error)) Step {
	return Step{Name: name, Act: act, Summary: summary, In: *new(T), Out: *new(R), Do: func(ctx context.Context, a *App, who access.Who, key string, raw []byte) (any, error) {
		in, err := Received[T](raw)
		if err != nil {
			return nil, err
		}
		return do(ctx, a, who, key, in)
	}}
}

// Received decodes JSON into T; what T does not know is a mistake.
func Received[T any](in []byte) (T, error) {
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
