package web_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// BenchmarkDesk asks for pages of the desk of an instance with 10,000
// applications, past and under way.
func BenchmarkDesk(b *testing.B) {
	in := newBench(b)
	app := in.inReview(b, "Clinic Book")
	_, err := in.DB.Do(b.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for n := range 10_000 {
			state := assess.States[1+n%(len(assess.States)-1)]
			since := in.now.Add(-time.Duration(n) * time.Hour)
			a := &assess.Application{ID: tx.NewID(), Kind: assess.Kinds[n%2], Standard: app.Standard, Name: fmt.Sprintf("Good %d", n), Goods: app.Goods, State: state,
				Since: since, Opened: since, Submitted: since, Owners: app.Owners, Round: 1, Deadline: since.AddDate(0, 0, 30)}
			if state == assess.Review || state == assess.Published {
				a.Seats = []assess.Seat{{Person: in.who("ravi").Person, Pseudonym: "p-ravi", Since: since, Done: state == assess.Published}}
			}
			if err := tx.PutApplication(ctx, a, assess.Defaults()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for name, ask := range map[string][2]string{"home/secretariat": {"sara", "/desk"}, "home/reviewer": {"rosa", "/desk"}, "application/reviewer": {"rosa", at(app, "")},
		"application/coordinator": {"carl", at(app, "")}, "pipeline": {"sara", "/desk/pipeline"}, "late": {"sara", "/desk/late"}, "reviewers": {"sara", "/desk/reviewers"},
		"deep": {"sara", "/desk?state=&from=5000"}, "assign": {"carl", at(app, "/assign")}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if status, _, body := in.ask(b, ask[0], ask[1], nil); status != 200 {
					b.Fatalf("%d %.200s", status, body)
				}
			}
		})
	}
}
