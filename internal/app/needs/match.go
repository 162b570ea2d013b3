// Package needs holds what can be done with needs: goods are ranked for one,
// and who keeps one changes, shows, shares and closes it. A need is what
// somebody wishes and no fact of the registry: it is not in the journal, and one
// that is private is nobody else's to see.
package needs

import (
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/catalog"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB   *store.DB
	Live *catalog.Live
	Now  func() time.Time
	// Tell has a person told, once for a key; nil where nobody is told.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
}

// looked is how many of the goods that the index finds are read and weighed;
// Most is how many are shown at most.
const (
	looked = 40
	Most   = 25
)

// Match ranks up to n goods for what is asked, the best first. It mends what
// can be mended of the question.
func (a *App) Match(ctx context.Context, ask *need.Ask, n int) ([]need.Ranked, error) {
	if err := ask.Check(); err != nil {
		return nil, err
	}
	found := a.Live.Load().Answer(ask.Question(), looked)
	ids := make([]good.ID, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	goods, err := a.DB.Goods(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := ask.Rank(found, goods)
	list = list[:min(n, len(list))]
	return list, a.confirm(ctx, ask.Country, list)
}

// confirm says of each good whether it is in confirmed use in the country.
func (a *App) confirm(ctx context.Context, country string, list []need.Ranked) error {
	if country == "" {
		return nil
	}
	for i := range list {
		uses, err := a.DB.Tallies(ctx, store.DeploymentsThat{Good: list[i].Good.ID, Country: country, State: deploy.Confirmed})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(uses, func(t store.Tally) bool { return t.Stage != deploy.Retired && t.N > 0 }) {
			list[i].Confirm(country)
		}
	}
	return nil
}

// View is a need as who sees it.
type View struct {
	need.Record
	Short   []*good.Good  // the shortlist
	Answers []need.Answer // all to who keeps it; the accepted ones and one's own to others
	Bodies  []good.Body   // for which who could answer
	Keeps   bool
	Hides   bool // who may take it away from the public
	Asks    bool // who may answer it
}

// Show shows a need.
func (a *App) Show(ctx context.Context, who access.Who, id good.ID) (View, error) {
	if _, err := access.As(who, access.ReadNeed, access.Thing{}); err != nil {
		return View{}, err
	}
	db := a.DB.Primary()
	s, err := find(ctx, db, who, id)
	if err != nil {
		return View{}, err
	}
	v := View{Record: *s.Record, Keeps: s.keeps, Hides: access.May(who, access.HideNeed) == nil && s.Visibility == need.Public && s.Outcome != need.Hidden}
	goods, err := db.Goods(ctx, s.Shortlist)
	if err != nil {
		return v, err
	}
	for _, id := range s.Shortlist {
		if g := goods[id]; g != nil {
			v.Short = append(v.Short, g)
		}
	}
	list, people, err := db.NeedAnswers(ctx, id)
	if err != nil {
		return v, err
	}
	answered := false
	for i, x := range list {
		theirs := who.Person != "" && people[i] == who.Person
		if answered = answered || theirs; theirs || s.keeps || x.State == need.Accepted {
			v.Answers = append(v.Answers, x)
		}
	}
	if who.Person == "" || s.keeps || answered || !s.Wanted || s.Open() != nil {
		return v, nil
	}
	v.Bodies, err = db.BodiesOf(ctx, who.Person)
	v.Asks = len(v.Bodies) > 0
	return v, err
}

// Listed says whether a good is on the shortlist.
func (v *View) Listed(id good.ID) bool { return slices.Contains(v.Shortlist, id) }
