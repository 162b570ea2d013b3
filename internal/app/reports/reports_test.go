package reports_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"stoa/internal/app/deployments"
	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/app/reports"
	"stoa/internal/catalog"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// world is some goods and where they are in use.
type world struct {
	*reports.App
	goods *goods.App
	uses  *deployments.App
}

func open(t *testing.T, address string) world {
	t.Helper()
	db, err := store.Open(t.Context(), address, store.Options{Now: func() time.Time { return now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	stages := []good.Stage{good.Recognised, good.Nominated, good.Lapsed}
	countries := []string{"KE", "SN", "NE", "BD"}
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for n := range 12 {
			g := good.Good{ID: tx.NewID(), Slug: fmt.Sprintf("good-%d", n), Stage: stages[n%3], Recognitions: []good.Recognition{{Issuer: "example", Reported: true, State: stages[n%3], First: good.Date(fmt.Sprintf("%d-01-02", 2022+n%4)), Source: "example"}},
				Facts: good.Facts{Name: fmt.Sprintf("Good %d", n), Kinds: []good.Kind{good.Software}, Deployments: []good.Deployment{{Country: countries[n%4]}}}}
			g.Goals = []good.Goal{{SDG: 1 + n%3}}
			if err := tx.PutGood(ctx, &g); err != nil {
				return err
			}
			for k := range n {
				s := deploy.Statement{Organisation: fmt.Sprintf("Ministry %d", k), Country: countries[k%4], Stage: deploy.Stages[k%5], Programme: []string{"", "Caisse des Écoles", "World Bank: ID4D"}[k%3]}
				if k%2 == 0 {
					s.Since = good.Date(fmt.Sprintf("20%d-05", 19+k%6))
				}
				if s.Stage == deploy.Retired {
					s.Until = "2026"
				}
				r := deploy.Record{ID: tx.NewID(), Good: g.ID, Statement: s, State: deploy.States[(n+k)%5]}
				if err := tx.PutDeployment(ctx, &r); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	live := &catalog.Live{}
	follower := &follow.Follower{Store: db, Primary: db, Live: live, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}
	if err := follower.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	g := &goods.App{DB: db, Live: live}
	clock := func() time.Time { return now }
	return world{&reports.App{DB: db, Goods: g, Now: clock}, g, &deployments.App{DB: db, Now: clock}}
}

// found is how many records an address of a report lists.
func (w world) found(t *testing.T, link string) int {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	v := u.Query()
	switch u.Path {
	case "/goods":
		q, err := good.ParseQuery(v)
		if err != nil {
			t.Fatalf("%s: %v", link, err)
		}
		res, err := w.goods.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return res.Total
	case "/deployments":
		list, err := w.uses.List(t.Context(), deployments.Which{Good: v.Get("good"), Country: v.Get("country"), Stage: deploy.Stage(v.Get("stage")), State: deploy.State(v.Get("state")),
			Programme: v.Get("programme"), Since: v.Get("since")}, 500)
		if err != nil {
			t.Fatalf("%s: %v", link, err)
		}
		if len(list.Uses) != list.Total {
			t.Errorf("%s lists %d and says %d", link, len(list.Uses), list.Total)
		}
		return list.Total
	}
	return -1
}

// TestEveryNumberIsThatOfTheRecordsItLeadsTo follows the address of each number
// of every report there is.
func TestEveryNumberIsThatOfTheRecordsItLeadsTo(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		w := open(t, address)
		all, err := w.Index(t.Context())
		if err != nil || len(all.Years) != 6 || len(all.Goals) != 3 || len(all.Countries) != 4 || len(all.Programmes) != 2 {
			t.Fatalf("%+v %v", all, err)
		}
		for _, list := range [][]reports.Bar{all.Years, all.Goals, all.Countries, all.Programmes, {{Link: "/reports/goods/good-11"}, {Link: "/reports/goods/good-0"}, {Link: "/reports/countries/FR"}}} {
			for _, b := range list {
				part := strings.Split(b.Link, "/")
				r, err := w.Of(t.Context(), reports.Kind(part[2]), part[3])
				if err != nil {
					t.Fatalf("%s: %v", b.Link, err)
				}
				names := map[string]bool{}
				for i, x := range r.Figures {
					if (i == 0) != (x.Words == reports.Statistics) || names[x.Name] {
						t.Errorf("%s: figure %d is %s", b.Link, i, x.Name)
					}
					names[x.Name] = true
					for _, n := range x.Bars {
						if n.Value == "countries" || n.Value == "countries-claimed" {
							continue // countries, not records
						}
						if got := w.found(t, n.Link); got != n.Count {
							t.Errorf("%s: %s %q says %d and leads to %d: %s", b.Link, x.Name, n.Value, n.Count, got, n.Link)
						}
					}
				}
			}
		}
		r, err := w.Of(t.Context(), reports.Programme, "caisse-des-ecoles")
		if err != nil || r.Name != "Caisse des Écoles" {
			t.Errorf("%+v %v", r, err)
		}
	})
}

func TestWhatThereIsNoReportOf(t *testing.T) {
	w := open(t, "sqlite:"+t.TempDir()+"/stoa.db")
	for _, c := range [][2]string{{"years", "1066"}, {"years", "2031"}, {"years", "+202"}, {"goals", "18"}, {"goals", "03"}, {"countries", "ZZ"}, {"programmes", "nobody"}, {"programmes", ""}, {"goods", "nothing"}, {"planets", "1"}} {
		if r, err := w.Of(t.Context(), reports.Kind(c[0]), c[1]); good.KindOf(err) != good.NotFound {
			t.Errorf("%v: %+v %v", c, r, err)
		}
	}
}
