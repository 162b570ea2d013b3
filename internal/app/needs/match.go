// Package needs holds what can be done with needs: goods are ranked for one,
// and who keeps one changes, shows, shares and closes it. A need is what
// somebody wishes and no fact of the registry: it is not in the journal, and one
// that is private is nobody else's to see.
package needs

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"
	"weak"

	"stoa/internal/access"
	"stoa/internal/catalog"
	"stoa/internal/community"
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
	// Offers are up to n offers of help that fit a need for which goods were
	// ranked, and Calls up to n calls; nil where there are none here.
	Offers func(ctx context.Context, ask *need.Ask, ranked []*good.Good, n int) ([]need.Aid, error)
	Calls  func(ctx context.Context, ask *need.Ask, n int) ([]need.Aid, error)

	found memory
}

// memory holds answers of the index to questions, for as long as it is the same: a
// need is read more often than the catalogue changes, and its answer is the
// most work of it.
type memory struct {
	mu    sync.Mutex
	of    weak.Pointer[catalog.Snapshot] // which holds no files open that are of no use any more
	found map[string][]need.Found
}

// mostKept is how many are kept: looked goods take some 4 kB each.
const mostKept = 500

func (k *memory) answer(s *catalog.Snapshot, ask *need.Ask) ([]need.Found, error) {
	raw, err := json.Marshal(ask)
	if err != nil {
		return nil, err
	}
	key, of := string(raw), weak.Make(s)
	k.mu.Lock()
	if k.of != of || len(k.found) >= mostKept {
		k.of, k.found = of, map[string][]need.Found{}
	}
	found, ok := k.found[key]
	k.mu.Unlock()
	if ok {
		return found, nil
	}
	found = s.Answer(ask.Question(), looked)
	k.mu.Lock()
	if k.of == of {
		k.found[key] = found
	}
	k.mu.Unlock()
	return found, nil
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
	found, err := a.found.answer(a.Live.Load(), ask)
	if err != nil {
		return nil, err
	}
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

// confirm says of each good whether it is in confirmed use in the country, and
// in which countries nearby. It changes no place in the list.
func (a *App) confirm(ctx context.Context, country string, list []need.Ranked) error {
	if country == "" || len(list) == 0 {
		return nil
	}
	ids := make([]good.ID, len(list))
	for i, r := range list {
		ids[i] = r.Good.ID
	}
	used, err := a.DB.UsedIn(ctx, ids, append(need.Nearby(country), country))
	if err != nil {
		return err
	}
	for i := range list {
		where := used[list[i].Good.ID]
		near := slices.DeleteFunc(slices.Clone(where), func(c string) bool { return c == country })
		if len(near) > 0 {
			list[i].ConfirmNear(near)
		}
		if len(near) < len(where) {
			list[i].Confirm(country)
		}
	}
	return nil
}

// Aids are what there is for a need besides goods, each with its reasons.
type Aids struct {
	Offers []need.Aid // help that organisations offer
	Calls  []need.Aid // that take entries now
	// Communities are those about goods that were ranked, by address.
	Communities []community.Community
}

// aided is how many offers, and how many calls, are shown.
const aided = 5

// Aids finds who offers help that fits what is asked and the goods that were
// ranked for it, and the open calls that fit.
func (a *App) Aids(ctx context.Context, ask *need.Ask, list []need.Ranked) (out Aids, err error) {
	goods, ids := make([]*good.Good, len(list)), make([]good.ID, len(list))
	for i, r := range list {
		goods[i], ids[i] = r.Good, r.Good.ID
	}
	if out.Communities, err = a.DB.CommunitiesAbout(ctx, ids, aided); err != nil {
		return out, err
	}
	if a.Offers != nil {
		if out.Offers, err = a.Offers(ctx, ask, goods, aided); err != nil {
			return out, err
		}
	}
	if a.Calls != nil {
		out.Calls, err = a.Calls(ctx, ask, aided)
	}
	return out, err
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
