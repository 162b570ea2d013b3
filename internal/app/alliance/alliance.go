// Package alliance holds what can be done in the alliance: who belongs to it,
// what each committed and how that gets on, all of it public; and who asks to
// join.
package alliance

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	"stoa/internal/good"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB    *store.DB
	Now   func() time.Time
	Tasks Queue // for letters; nil where none are written
	// Tell has a person told, once for a key; nil where nobody is told.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
}

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

func day(t time.Time) good.Date { return good.Date(t.UTC().Format(time.DateOnly)) }

func value(name string, v any) store.NamedValue { return store.NamedValue{Name: name, Value: v} }

// do runs one verb of who.
func (a *App) do(ctx context.Context, who access.Who, act access.Act, thing access.Thing, fn func(context.Context, *store.Tx) error) (int64, error) {
	actor, err := access.As(who, act, thing)
	if err != nil {
		return 0, err
	}
	return a.DB.Do(ctx, actor, fn)
}

// year is that of a day that was found to be one.
func year(d good.Date) int { n, _ := strconv.Atoi(string(d)[:4]); return n }

// Promise is a commitment with whose it is, and how far it is today.
type Promise struct {
	alliance.Commitment
	By    alliance.Member `json:"by"`
	Stand alliance.State  `json:"state"`
	Until good.Date       `json:"until"` // the last day as it stands now
}

// Which says which commitments are looked at; the zero value, every one.
type Which struct {
	Role    alliance.Role
	Country string // ISO 3166-1 alpha-2
	SDG     int
	State   alliance.State
	Year    int // in which they are due
}

// Check says what is wrong with a question.
func (w Which) Check() error {
	bad := func(field, value string) error {
		return &good.Error{Kind: good.Invalid, Key: "alliance.error.filter", Field: field, Args: map[string]any{"Field": field, "Value": value}}
	}
	switch {
	case w.Role != "" && !slices.Contains(alliance.Roles, w.Role):
		return bad("role", string(w.Role))
	case w.State != "" && !slices.Contains(alliance.States, w.State):
		return bad("state", string(w.State))
	case w.SDG < 0 || w.SDG > 17:
		return bad("sdg", "")
	}
	return nil
}

func (w Which) takes(p Promise) bool {
	return (w.Role == "" || slices.Contains(p.By.Roles, w.Role)) && (w.State == "" || w.State == p.Stand) &&
		(w.SDG == 0 || slices.Contains(p.SDGs, w.SDG)) && (w.Year == 0 || w.Year == year(p.Until)) &&
		(w.Country == "" || w.Country == p.By.Country || slices.Contains(p.Countries, w.Country))
}

// Roadmap is the alliance as the public sees it.
type Roadmap struct {
	Members  []alliance.Member // by role and name; those who left come last
	Promises []Promise         // of those that were asked for: what is due first
	All      int               // how many commitments there are in all
	Today    good.Date
	// What there is to filter by.
	Countries []string
	Years     []int
}

// Roadmap returns who belongs to the alliance and what they committed.
func (a *App) Roadmap(ctx context.Context, which Which) (Roadmap, error) {
	out := Roadmap{Today: day(a.Now())}
	if err := which.Check(); err != nil {
		return out, err
	}
	var err error
	if out.Members, err = a.DB.AllianceMembers(ctx); err != nil {
		return out, err
	}
	list, err := a.DB.Commitments(ctx)
	if err != nil {
		return out, err
	}
	out.All = len(list)
	by := map[good.ID]alliance.Member{}
	for _, m := range out.Members {
		by[m.ID] = m
	}
	years, countries := map[int]bool{}, map[string]bool{}
	for _, p := range promises(list, by, out.Today) {
		years[year(p.Until)] = true
		for _, c := range append(slices.Clone(p.Countries), p.By.Country) {
			countries[c] = c != ""
		}
		if which.takes(p) {
			out.Promises = append(out.Promises, p)
		}
	}
	for y := range years {
		out.Years = append(out.Years, y)
	}
	for c, named := range countries {
		if named {
			out.Countries = append(out.Countries, c)
		}
	}
	slices.Sort(out.Years)
	slices.Sort(out.Countries)
	slices.SortStableFunc(out.Members, func(x, y alliance.Member) int {
		return cmp.Or(cmp.Compare(place(x), place(y)), cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)))
	})
	return out, nil
}

// place is where a member stands in the list.
func place(m alliance.Member) int {
	if !m.Belongs() {
		return len(alliance.Roles)
	}
	return slices.Index(alliance.Roles, m.Roles[0])
}

func promises(list []alliance.Commitment, by map[good.ID]alliance.Member, today good.Date) []Promise {
	var out []Promise
	for _, c := range list {
		out = append(out, Promise{Commitment: c, By: by[c.Member], Stand: c.State(today), Until: c.Until()})
	}
	slices.SortStableFunc(out, func(x, y Promise) int { return cmp.Compare(x.Until, y.Until) })
	return out
}

// View is one member with all that it committed.
type View struct {
	alliance.Member
	Promises []Promise
	Today    good.Date
	Keeps    bool // the reader keeps its commitments
	Manages  bool // the reader says who belongs
}

// Member returns a member by id or slug, as who sees it.
func (a *App) Member(ctx context.Context, who access.Who, key string) (View, error) {
	out := View{Today: day(a.Now())}
	m, err := member(ctx, a.DB, key)
	if err != nil {
		return out, err
	}
	out.Member = *m
	list, err := a.DB.CommitmentsOf(ctx, m.ID)
	if err != nil {
		return out, err
	}
	out.Promises = promises(list, map[good.ID]alliance.Member{m.ID: *m}, out.Today)
	if who.Anonymous() {
		return out, nil
	}
	thing, err := keepers(ctx, a.DB, m)
	_, no := access.As(who, access.KeepCommitments, thing)
	_, never := access.As(who, access.ManageAlliance, access.Thing{})
	out.Keeps, out.Manages = no == nil, never == nil
	return out, err
}

type reader interface {
	AllianceMember(ctx context.Context, key string) (*alliance.Member, error)
	Members(ctx context.Context, body good.ID) ([]good.Member, error)
}

func member(ctx context.Context, db reader, key string) (*alliance.Member, error) {
	m, err := db.AllianceMember(ctx, key)
	if err == nil && m == nil {
		err = &good.Error{Kind: good.NotFound, Key: "alliance.error.unknown", Args: map[string]any{"Name": key}}
	}
	return m, err
}

// keepers are those who act for the organisation that a member is.
func keepers(ctx context.Context, db reader, m *alliance.Member) (access.Thing, error) {
	if m.Body == "" {
		return access.Thing{}, nil
	}
	list, err := db.Members(ctx, m.Body)
	var out access.Thing
	for _, one := range list {
		out.Owners = append(out.Owners, one.Person)
	}
	return out, err
}

// Mine are the members whose commitments a person keeps.
func (a *App) Mine(ctx context.Context, who access.Who) ([]alliance.Member, error) {
	if who.Person == "" {
		return nil, nil
	}
	return a.DB.AllianceMembersOf(ctx, who.Person)
}

// Remind has the keepers told of commitments that are due within a month, and
// of those that are overdue, once each.
func (a *App) Remind(ctx context.Context, now time.Time) error {
	if a.Tell == nil {
		return nil
	}
	list, err := a.DB.Primary().Commitments(ctx)
	if err != nil {
		return err
	}
	today, soon := day(now), day(now.AddDate(0, 1, 0))
	for _, c := range list {
		state, until := c.State(today), c.Until()
		if state == alliance.Done || state == alliance.Dropped || until > soon {
			continue
		}
		m, err := member(ctx, a.DB.Primary(), string(c.Member))
		if err != nil {
			return err
		}
		thing, err := keepers(ctx, a.DB.Primary(), m)
		if err != nil {
			return err
		}
		_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for _, person := range thing.Owners {
				n := good.Notice{Person: person, Kind: "commitment-due", Args: map[string]string{"Title": m.Name, "Until": string(until)}, Path: "/alliance/" + m.Slug + "#" + string(c.ID)}
				if err := a.Tell(ctx, tx, "commitment/"+string(c.ID)+"/"+string(until)+"/"+string(state), n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
