package assessment

import (
	"context"
	"encoding/json"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Start is what an application begins with.
type Start struct {
	Good     string // slug or id of a good that is known; "" for a new one
	Name     string // of a new one
	Link     string
	Kinds    []good.Kind
	Standard string // key, "dpg@1.1.7" or "dpg"; "" for the standard of recognition
}

// DefaultStandard is the standard by which goods are recognised.
const DefaultStandard = "dpg"

// Start begins an application, prefilled from everything that is known of the
// good. Nothing of it is public until it is submitted.
func (a *App) Start(ctx context.Context, who access.Who, in Start) (*assess.Application, error) {
	actor, err := access.As(who, access.Apply, access.Own(who.Person))
	if err != nil {
		return nil, err
	}
	set, err := a.standardOf(in.Standard)
	if err != nil {
		return nil, err
	}
	var app *assess.Application
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		app = &assess.Application{ID: tx.NewID(), Kind: assess.First, Standard: set.Key(), Name: in.Name, Link: in.Link, Goods: in.Kinds,
			State: assess.Draft, Since: tx.Now(), Opened: tx.Now(), Owners: []good.ID{who.Person}}
		answers := standard.Answers{}
		if in.Good != "" {
			g, err := findGood(ctx, tx, in.Good)
			if err != nil {
				return err
			}
			if err := mine(ctx, tx, g, who.Person); err != nil {
				return err
			}
			app.Good = g.ID
			answers = prefilled(set, g)
		} else {
			if err := needText("name", in.Name); err != nil {
				return err
			}
			if in.Link != "" && !good.WebAddress(in.Link) {
				return &good.Error{Kind: good.Invalid, Key: "assess.error.link", Field: "link"}
			}
			answers = prefilled(set, &good.Good{Facts: good.Facts{Name: in.Name, Website: in.Link, Kinds: in.Kinds}})
		}
		app.Name, app.Link, app.Goods = header(set, answers)
		if app.Name == "" {
			app.Name = in.Name
		}
		return a.begin(ctx, tx, app, answers, who.Person)
	})
	return app, err
}

// mine refuses a good that somebody else has shown to be theirs, or for whom it
// was recognised here. Any other anybody may apply for, who can declare their
// authority.
func mine(ctx context.Context, tx *store.Tx, g *good.Good, person good.ID) error {
	owners, err := tx.OwnersOf(ctx, g.ID)
	if err == nil && len(owners) == 0 {
		var last *assess.Application
		if last, _, err = lastOf(ctx, tx, g.ID); last != nil {
			owners = last.Owners
		}
	}
	if err != nil || len(owners) == 0 || slices.Contains(owners, person) {
		return err
	}
	return &good.Error{Kind: good.Conflict, Key: "apply.error.claimed", Field: "good", Args: map[string]any{"Name": g.Name}}
}

// begin writes a new application with its first answers.
func (a *App) begin(ctx context.Context, tx *store.Tx, app *assess.Application, answers standard.Answers, person good.ID) error {
	settings, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	if err := tx.PutApplication(ctx, app, settings.Settings); err != nil {
		return err
	}
	rows, err := encodeAll(answers, person)
	if err != nil {
		return err
	}
	return tx.PutAnswers(ctx, app.ID, rows)
}

func encodeAll(answers standard.Answers, person good.ID) ([]store.StoredAnswer, error) {
	var rows []store.StoredAnswer
	for id, answer := range answers {
		doc, err := json.Marshal(answer)
		if err != nil {
			return nil, err
		}
		rows = append(rows, store.StoredAnswer{Question: id, Person: person, Doc: doc})
	}
	slices.SortFunc(rows, func(x, y store.StoredAnswer) int { return compareText(x.Question, y.Question) })
	return rows, nil
}

// standardOf finds a version that can be applied against; "" is the current
// one of the standard of recognition.
func (a *App) standardOf(key string) (*standard.Set, error) {
	if key == "" {
		key = DefaultStandard
	}
	set, ok := a.Library.Find(key)
	if !ok || set.Draft {
		return nil, &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Field: "standard", Args: map[string]any{"Standard": key}}
	}
	return set, nil
}

// findGood finds a good by slug or id; a tombstone is no good.
func findGood(ctx context.Context, tx *store.Tx, slugOrID string) (g *good.Good, err error) {
	if id := good.ID(slugOrID); id.Valid() {
		g, err = tx.Good(ctx, id)
	} else {
		g, _, err = tx.GoodBySlug(ctx, slugOrID)
	}
	if err == nil && g.Tombstone != nil {
		return nil, &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": g.Name}}
	}
	return g, err
}
