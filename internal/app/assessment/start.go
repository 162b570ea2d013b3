package assessment

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Start is what an application begins with.
type Start struct {
	ID       good.ID // that the form was given, so that it is one application however often it is sent; "" for another each time
	Good     string  // slug or id of a good that is known; "" for a new one
	Name     string  // of a new one
	Link     string
	Kinds    []good.Kind
	Standard string // key, "dpg@1.1.7" or "dpg"; "" for the standard of recognition
	// Entry is one's own entry in a call: what was answered there is not asked
	// again.
	Entry good.ID
}

// DefaultStandard is the standard by which goods are recognised.
const DefaultStandard = "dpg"

// maxDrafts is how many applications that are not handed in one person may have.
const maxDrafts = 100

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
		sent, err := a.sent(ctx, tx, in.ID, who.Person)
		if err != nil || sent != nil {
			app = sent
			return err
		}
		from, already, err := a.entered(ctx, tx, &in, who.Person)
		if err != nil {
			return err
		}
		if already != nil {
			app = already
			return nil
		}
		app = &assess.Application{ID: cmp.Or(in.ID, tx.NewID()), Kind: assess.First, Standard: set.Key(), Name: in.Name, Link: in.Link, Goods: in.Kinds,
			State: assess.Draft, Since: tx.Now(), Opened: tx.Now(), Owners: []good.ID{who.Person}}
		answers := standard.Answers{}
		if in.Good != "" {
			g, goOn, err := about(ctx, tx, in.Good, set.ID, who.Person)
			if err != nil {
				return err
			}
			if goOn != nil {
				app = goOn
				if err := a.takeUp(ctx, tx, app, g, who.Person); err != nil {
					return err
				}
				return a.handOver(ctx, tx, from, app, who.Person)
			}
			app.Good = g.ID
			answers = prefilled(set, g)
		} else {
			if err := in.sound(); err != nil {
				return err
			}
			answers = prefilled(set, &good.Good{Facts: good.Facts{Name: in.Name, Website: in.Link, Kinds: in.Kinds}})
		}
		given, err := handed(set, from)
		if err != nil {
			return err
		}
		maps.Copy(answers, given)
		app.Name, app.Link, app.Goods = header(set, answers)
		if app.Name == "" {
			app.Name = in.Name
		}
		if err := mayBegin(ctx, tx, who.Person); err != nil {
			return err
		}
		if err := a.begin(ctx, tx, app, answers, who.Person); err != nil {
			return err
		}
		return a.handOver(ctx, tx, from, app, who.Person)
	})
	return app, err
}

// about finds the good that a person may apply for by a standard, and the
// application that they go on with instead of beginning another.
func about(ctx context.Context, tx *store.Tx, slugOrID, set string, person good.ID) (*good.Good, *assess.Application, error) {
	g, err := findGood(ctx, tx, slugOrID)
	if err != nil {
		return nil, nil, err
	}
	proved, err := mine(ctx, tx, g, person)
	if err != nil {
		return nil, nil, err
	}
	if err := notAnew(ctx, tx, g, set); err != nil {
		return nil, nil, err
	}
	goOn, err := begun(ctx, tx, g.ID, set, person, proved)
	return g, goOn, err
}

// sound refuses a new good that is described wrongly.
func (in Start) sound() error {
	if err := needText("name", in.Name); err != nil {
		return err
	}
	if utf8.RuneCountInString(in.Name) > good.MaxName {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: "name", Args: map[string]any{"Max": good.MaxName}}
	}
	if in.Link != "" && !good.WebAddress(in.Link) {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.link", Field: "link"}
	}
	return nil
}

// mayBegin refuses another application to who has too many that are not handed
// in.
func mayBegin(ctx context.Context, tx *store.Tx, person good.ID) error {
	if err := tx.Hold(ctx, string(person)); err != nil { // of two that are begun at once one is counted first
		return err
	}
	drafts, err := tx.DraftsOf(ctx, person)
	if err == nil && drafts >= maxDrafts {
		err = &good.Error{Kind: good.Limited, Key: "assess.error.drafts", Args: map[string]any{"Max": maxDrafts}}
	}
	return err
}

// sent is what a form that was sent before became; nil where it was not.
func (a *App) sent(ctx context.Context, tx *store.Tx, id, person good.ID) (*assess.Application, error) {
	if id == "" {
		return nil, nil
	}
	if err := tx.Hold(ctx, string(id)); err != nil { // it may be sent twice in one moment
		return nil, err
	}
	app, err := tx.Application(ctx, id)
	switch {
	case good.KindOf(err) == good.NotFound:
		return nil, nil
	case err == nil && !app.Owned(person):
		return nil, &good.Error{Kind: good.Conflict, Key: "nominate.error.stale"}
	}
	return app, err
}

// mine refuses a good that somebody else has shown to be theirs, or for whom it
// was recognised here, and says whether the person has shown that it is theirs.
// Any other anybody may apply for, who can declare their authority.
func mine(ctx context.Context, tx *store.Tx, g *good.Good, person good.ID) (proved bool, err error) {
	owners, err := tx.OwnersOf(ctx, g.ID)
	if err == nil && len(owners) == 0 {
		last, _, err := lastOf(ctx, tx, g.ID)
		if err != nil || last == nil || slices.Contains(last.Owners, person) || len(last.Owners) == 0 {
			return false, err
		}
		owners = last.Owners
	}
	if proved = slices.Contains(owners, person); err != nil || proved {
		return proved, err
	}
	return false, &good.Error{Kind: good.Conflict, Key: "apply.error.claimed", Field: "good", Args: map[string]any{"Name": g.Name}}
}

// notAnew refuses to begin anew what a recognition by the same standard stands
// for, or stood for until it lapsed: that is renewed. What was removed since
// begins anew.
func notAnew(ctx context.Context, tx *store.Tx, g *good.Good, set string) error {
	last, _, err := lastOf(ctx, tx, g.ID)
	if err != nil || last == nil || !strings.HasPrefix(last.Standard, set+"@") {
		return err
	}
	held, err := own(ctx, tx, g.ID)
	if err != nil || held == nil || held.Facts.Standing == nil {
		return err
	}
	switch held.Facts.Standing.State {
	case good.Recognised, good.RenewalDue, good.Lapsed:
		return &good.Error{Kind: good.Conflict, Key: "apply.error.recognised", Field: "good", Args: map[string]any{"Name": g.Name}}
	}
	return nil
}

// begun is the application for a good that the person goes on with instead of
// beginning another: their own that is not handed in, else, where they have
// shown that the good is theirs, one that came from elsewhere and has no owner.
func begun(ctx context.Context, tx *store.Tx, id good.ID, set string, person good.ID, proved bool) (*assess.Application, error) {
	list, err := tx.ApplicationsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	find := func(fits func(*assess.Application) bool) *assess.Application {
		i := slices.IndexFunc(list, func(app *assess.Application) bool {
			return app.Kind == assess.First && (app.State == assess.Draft || app.State == assess.Returned) && strings.HasPrefix(app.Standard, set+"@") && fits(app)
		})
		if i < 0 {
			return nil
		}
		return list[i]
	}
	if proved {
		if app := find(func(app *assess.Application) bool { return len(app.Owners) == 0 }); app != nil {
			return app, nil
		}
	}
	return find(func(app *assess.Application) bool { return app.Owned(person) }), nil
}

// takeUp makes the person an owner of an application that is there, and answers
// what it left open from what is known of the good.
func (a *App) takeUp(ctx context.Context, tx *store.Tx, app *assess.Application, g *good.Good, person good.ID) error {
	if app.Owned(person) {
		return nil
	}
	set, err := a.standardOf(app.Standard)
	if err != nil {
		return err
	}
	answers, err := answersOf(ctx, tx, app.ID)
	if err != nil {
		return err
	}
	more := prefilled(set, g)
	for question := range answers {
		delete(more, question)
	}
	app.Owners = []good.ID{person}
	return a.begin(ctx, tx, app, more, person)
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
		if len(answer.Files) > 0 {
			continue // they are carried, not written
		}
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
	if !ok || set.Draft || set.About != "" {
		return nil, &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Field: "standard", Args: map[string]any{"Standard": key}}
	}
	return set, nil
}

// goods is what both a database and a transaction find goods by.
type goods interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
}

// findGood finds a good by slug or id; a tombstone is no good.
func findGood(ctx context.Context, r goods, slugOrID string) (g *good.Good, err error) {
	if id := good.ID(slugOrID); id.Valid() {
		g, err = r.Good(ctx, id)
	} else {
		g, _, err = r.GoodBySlug(ctx, slugOrID)
	}
	if err == nil && g.Tombstone != nil {
		return nil, &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": g.Name}}
	}
	return g, err
}

// Known is a good that an application may be about, by slug or id.
func (a *App) Known(ctx context.Context, slugOrID string) (*good.Good, error) {
	return findGood(ctx, a.DB, slugOrID)
}
