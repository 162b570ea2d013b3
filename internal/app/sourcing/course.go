package sourcing

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/sourcing"
	"stoa/internal/store"
)

// Follower is the name under which the journal is read for boards.
const Follower = "boards 1"

// Wants says which entries of the journal may move a card.
func Wants(v good.Verb) bool {
	return v == good.RecordStated || v == good.StageChanged || strings.HasPrefix(string(v), "application.") || v == good.RecognitionLapsed
}

// Read moves the cards of the goods that an entry is about to where the goods
// are.
func (a *App) Read(ctx context.Context, e good.Entry) (func(context.Context, *store.Tx) error, error) {
	var ids []good.ID
	for _, id := range e.Subjects {
		cards, err := a.DB.Primary().CardsOf(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, c := range cards {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return func(ctx context.Context, tx *store.Tx) error {
		for _, id := range ids {
			if err := follow(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func follow(ctx context.Context, tx *store.Tx, id good.ID) error {
	c, err := tx.Card(ctx, id)
	if err != nil || c == nil {
		return err
	}
	g, err := tx.Good(ctx, c.Good)
	if err != nil {
		return err
	}
	to := sourcing.Follows(c.State, g.Stage)
	if to == "" {
		return nil
	}
	c.State, c.Moved = to, tx.Now()
	if err := tx.PutCard(ctx, c); err != nil {
		return err
	}
	return note(ctx, tx, c.ID, "", sourcing.Moved, to, "")
}

// Tick has whoever looks after a card told on the day of its reminder, once:
// its owner, else those who lead the board.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	if a.Tell == nil {
		return nil
	}
	const slice = 200
	for after := good.ID(""); ; {
		cards, err := a.DB.Primary().DueCards(ctx, day(now), after, slice)
		if err != nil {
			return err
		}
		for _, c := range cards {
			after = c.ID
			if c.State == sourcing.Recognised || c.State == sourcing.Declined {
				continue
			}
			if err := a.remind(ctx, c); err != nil {
				return err
			}
		}
		if len(cards) < slice {
			return nil
		}
	}
}

func (a *App) remind(ctx context.Context, c sourcing.Card) error {
	b, err := a.DB.Primary().SourcingBoard(ctx, string(c.Board))
	if err != nil || b == nil {
		return err
	}
	people, _, err := a.DB.Primary().BoardPeople(ctx, b.ID)
	if err != nil {
		return err
	}
	if c.Owner != "" {
		owner, err := a.DB.Primary().PeopleOf(ctx, []string{c.Owner})
		if err != nil {
			return err
		}
		if len(owner) > 0 {
			people = []good.ID{owner[0].ID}
		}
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range people {
			n := good.Notice{Person: p, Kind: "card-due", Args: map[string]string{"Good": c.Title, "Title": b.Name}, Path: "/boards/" + b.Slug + "/cards/" + string(c.ID)}
			if err := a.Tell(ctx, tx, "card/"+string(c.ID)+"/"+string(c.Remind), n); err != nil {
				return err
			}
		}
		return nil
	})
}

// Gap is a goal for which no good of a kind is recognised: in a country, or at
// all.
type Gap struct {
	SDG     int       `json:"sdg"`
	Kind    good.Kind `json:"kind"`
	Country string    `json:"country,omitempty"`
}

// Suggestion is a good that might fill a gap.
type Suggestion struct {
	ID    good.ID    `json:"id"`
	Slug  string     `json:"slug"`
	Name  string     `json:"name"`
	Stage good.Stage `json:"stage"`
	Gaps  []Gap      `json:"gaps"`           // the reason
	Here  bool       `json:"here,omitempty"` // it is in use in the board's country
}

// mostSuggested bounds how many suggestions there are.
const mostSuggested = 20

// open are the stages in which a good may yet be recognised.
var open = []string{string(good.Nominated), string(good.NotEligible), string(good.Withdrawn), string(good.Lapsed)}

// Suggest finds goods for a board: those that are known, are not recognised and
// serve a goal for which no good of their kind is recognised where the board
// looks. Those that are in use there come first.
func (a *App) Suggest(ctx context.Context, who access.Who, key string) ([]Suggestion, error) {
	b, err := a.board(ctx, who, access.WorkBoard, key)
	if err != nil || a.Goods == nil {
		return nil, err
	}
	cards, err := a.DB.Primary().Cards(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	found := map[good.ID]*Suggestion{}
	var order []good.ID
	kinds := b.Kinds
	if len(kinds) == 0 {
		kinds = good.Kinds
	}
	for _, kind := range kinds {
		missing, err := a.missing(ctx, b.Board, kind)
		if err != nil {
			return nil, err
		}
		for _, here := range []bool{true, false} {
			if len(missing) == 0 || here && b.Country == "" {
				continue
			}
			q := good.Query{Limit: 50, EveryStage: true, Counted: []good.Facet{}, Filters: map[good.Facet][]string{good.FacetKind: {string(kind)}, good.FacetSDG: missing, good.FacetStage: slices.Sorted(slices.Values(open))}}
			if here {
				q.Filters[good.FacetCountry] = []string{b.Country}
			}
			res, err := a.Goods.Search(ctx, q)
			if err != nil {
				return nil, err
			}
			for _, g := range res.Cards {
				if found[g.ID] != nil || slices.ContainsFunc(cards, func(c sourcing.Card) bool { return c.Good == g.ID }) {
					continue
				}
				s := &Suggestion{ID: g.ID, Slug: g.Slug, Name: g.Name, Stage: g.Stage, Here: here}
				for _, n := range g.SDGs {
					if slices.Contains(missing, strconv.Itoa(n)) {
						s.Gaps = append(s.Gaps, Gap{n, kind, b.Country})
					}
				}
				if len(s.Gaps) > 0 { // each is told with its reason
					found[g.ID], order = s, append(order, g.ID)
				}
			}
		}
	}
	var out []Suggestion
	for _, id := range order {
		out = append(out, *found[id])
	}
	slices.SortStableFunc(out, func(x, y Suggestion) int {
		if x.Here != y.Here {
			if x.Here {
				return -1
			}
			return 1
		}
		return len(y.Gaps) - len(x.Gaps)
	})
	return out[:min(len(out), mostSuggested)], nil
}

// missing are the goals of a board for which no good of a kind is recognised
// where it looks, as a filter wants them.
func (a *App) missing(ctx context.Context, b sourcing.Board, kind good.Kind) ([]string, error) {
	q := good.Query{Limit: 1, Counted: []good.Facet{good.FacetSDG}, Filters: map[good.Facet][]string{good.FacetKind: {string(kind)}, good.FacetStage: {string(good.Recognised), string(good.RenewalDue)}}}
	if b.Country != "" {
		q.Filters[good.FacetCountry] = []string{b.Country}
	}
	res, err := a.Goods.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	goals := b.SDGs
	if len(goals) == 0 {
		for n := 1; n <= 17; n++ {
			goals = append(goals, n)
		}
	}
	var out []string
	for _, n := range goals {
		s := strconv.Itoa(n)
		if !slices.ContainsFunc(res.Facets[good.FacetSDG], func(c good.Count) bool { return c.Value == s && c.Count > 0 }) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out, nil
}
