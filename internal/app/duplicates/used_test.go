package duplicates_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/access"
	"stoa/internal/app/countries"
	"stoa/internal/app/deployments"
	"stoa/internal/app/duplicates"
	"stoa/internal/app/goods"
	"stoa/internal/app/journal"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// acting is the secretariat as the journal names it.
var acting = good.Actor{Role: access.Secretariat, Pseudonym: "p-1"}

// inUse is everything that is told and counted of deployments.
func inUse(t *testing.T, a *duplicates.App, ids []good.ID) map[string]any {
	t.Helper()
	out := map[string]any{}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.DB.EachDeployment(t.Context(), func(r deploy.Record) error {
		r.Version = 0
		out[string(r.ID)] = r
		return nil
	}))
	for _, id := range ids {
		for _, country := range []string{"", "KE", "UG"} {
			list, err := a.DB.Tallies(t.Context(), store.DeploymentsThat{Good: id, Country: country})
			must(err)
			out[country+"/"+string(id)] = list
		}
	}
	for _, country := range []string{"KE", "UG"} {
		v, err := (&countries.App{DB: a.DB, Now: time.Now}).Compare(t.Context(), []string{country})
		must(err)
		v[0].Stages = slices.Clone(v[0].Stages)
		out[country] = v
		for _, kind := range []store.UseKind{store.UseGood, store.UseOrganisation, store.UseSector} {
			list, err := a.DB.CountryUses(t.Context(), country, kind, 50)
			must(err)
			out[country+" "+string(kind)] = list
		}
	}
	return out
}

// TestDeploymentsFollowAMergeAndComeBack merges goods in any order and undoes it
// in any other: all that is told and counted of their use is as it was, and what
// follows from the journal is what stands.
func TestDeploymentsFollowAMergeAndComeBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		used := &deployments.App{DB: a.DB, Now: time.Now}
		all := &goods.App{DB: a.DB}
		var ids []good.ID
		for i, name := range []string{"births", "deaths", "clinics", "schools"} {
			ids = append(ids, state(t, a, "one", name, good.Facts{Name: name, Goals: []good.Goal{{SDG: 3 + i%2}}, Sectors: []string{[]string{"health", "education"}[i/2]}}))
			for _, where := range []string{"KE Ministry of Health", "UG Ministry of Health"}[:1+i%2] {
				r, _, err := used.Claim(t.Context(), desk, deployments.Input{Good: name, Statement: deploy.Statement{Country: where[:2], Organisation: where[3:], Stage: deploy.Live}})
				if err != nil {
					t.Fatal(err)
				}
				if i == 2 {
					continue // of this one nobody but the desk speaks
				}
				if _, err := a.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
					w := deploy.Word{By: deploy.Adopter, Proof: deploy.Domain, At: tx.Now()}
					if err := r.Confirm(w); err != nil {
						return err
					}
					tx.Append(good.DeploymentConfirmed, []good.ID{r.Good, r.ID}, store.NamedValue{Name: "step", Value: w})
					return tx.PutDeployment(ctx, r)
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		before := inUse(t, a, ids)
		for seed := range uint64(6) {
			any := rand.New(rand.NewPCG(seed, 1))
			whole, gone := slices.Clone(ids), []good.ID{}
			for range 1 + any.IntN(3) {
				any.Shuffle(len(whole), func(i, j int) { whole[i], whole[j] = whole[j], whole[i] })
				if _, _, err := all.Merge(t.Context(), acting, string(whole[0]), string(whole[1]), "one"); err != nil {
					t.Fatal(err)
				}
				gone, whole = append(gone, whole[0]), whole[1:]
			}
			n := 0
			for _, id := range whole {
				list, err := used.List(t.Context(), deployments.Which{Good: string(id)}, 50)
				if err != nil {
					t.Fatal(err)
				}
				n += list.Total
			}
			if n != 6 {
				t.Errorf("round %d: of 6 deployments %d are told of the goods that there are", seed, n)
			}
			asked, err := used.List(t.Context(), deployments.Which{Good: string(gone[0])}, 50)
			if err != nil || asked.Total == 0 || asked.Good.Tombstone != nil {
				t.Errorf("round %d: the old address tells of %d deployments: %v", seed, asked.Total, err)
			}
			if seed == 0 {
				replays(t, a)
			}
			any.Shuffle(len(gone), func(i, j int) { gone[i], gone[j] = gone[j], gone[i] })
			for _, id := range gone {
				if _, _, err := all.Part(t.Context(), acting, string(id), "two"); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(before, inUse(t, a, ids)); diff != "" {
				t.Fatalf("round %d: merged and parted again, it is not as it was: %s", seed, diff)
			}
		}
		replays(t, a)
		if _, _, err := all.Merge(t.Context(), acting, "births", "deaths", "one"); err != nil {
			t.Fatal(err)
		}
		anew := open(t, fmt.Sprintf("sqlite:%s/anew.db", t.TempDir()))
		if diff, err := (&journal.App{DB: a.DB}).Rebuild(t.Context(), anew.DB); err != nil || diff != "" {
			t.Fatalf("%s %v", diff, err)
		}
		if diff := cmp.Diff(inUse(t, a, ids), inUse(t, anew, ids)); diff != "" {
			t.Errorf("made of the journal alone it is otherwise: %s", diff)
		}
		if _, _, err := (&goods.App{DB: anew.DB}).Part(t.Context(), acting, "births", "two"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, inUse(t, anew, ids)); diff != "" {
			t.Errorf("made of the journal alone it comes back otherwise: %s", diff)
		}
	})
}
