package nominations_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

func TestAPersonTakesAwayWhatTheyNominatedAndIsForgottenWithTheirAddress(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a, ctx := open(t, url), t.Context()
		ana := good.Person{ID: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "p-ana"}
		_, err := a.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PutPerson(ctx, &ana); err != nil {
				return err
			}
			return tx.PutEmail(ctx, good.Email{Address: "ana@example.org", Person: ana.ID, Main: true})
		})
		if err != nil {
			t.Fatal(err)
		}
		out := nominated(t, a, sound())
		if _, err := a.Begin(ctx, access.Who{Person: ana.ID, Pseudonym: ana.Pseudonym}, out.Slug); err != nil {
			t.Fatal(err)
		}
		kept, err := a.Kept(ctx, ana)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(kept)
		if err != nil || !strings.Contains(string(raw), `"OpenCRVS"`) || !strings.Contains(string(raw), `"ana@example.org"`) || !strings.Contains(string(raw), `"claims"`) {
			t.Errorf("of Ana is kept %s: %v", raw, err)
		}
		if _, err := a.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error { return nominations.Forget(ctx, tx, ana) }); err != nil {
			t.Fatal(err)
		}
		if n, err := a.DB.Nomination(ctx, out.ID); err != nil || n.Email != "" || n.Name != "OpenCRVS" || n.Good == "" {
			t.Errorf("the nomination is %+v: %v", n, err)
		}
	})
}
