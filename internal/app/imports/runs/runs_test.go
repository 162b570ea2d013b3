package runs_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/imports/runs"
	"stoa/internal/app/journal"
	"stoa/internal/good"
)

// TestASourceIsReadAgainAndAgain reads a source through its life: everything is
// new, nothing changed, some changed, some went and came back.
func TestASourceIsReadAgainAndAgain(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		api := &catalogue{size: 10}
		for n := range 35 {
			api.put(fmt.Sprintf("id-%02d", n), fmt.Sprintf("Tool %02d", n))
		}
		base := serve(t, api)
		p.reads(base)
		p.source("made", base)
		if r := p.read("made"); counts(r) != "whole 35/0/0/0/0" || r.N != 1 || r.Pages != 4 || p.goods() != 35 {
			t.Fatalf("first: %+v, %d goods", r, p.goods())
		}
		before := position(t, p)
		p.pass(48 * time.Hour)
		if r := p.read("made"); counts(r) != "whole 0/0/35/0/0" {
			t.Fatalf("nothing changed: %+v", r)
		}
		if after := position(t, p); after != before+1 {
			t.Errorf("a reading that found nothing wrote %d entries", after-before)
		}
		api.put("id-03", "Tool three")
		api.put("id-99", "Tool 99")
		api.drop("id-07")
		p.pass(24 * time.Hour)
		if r := p.read("made"); counts(r) != "whole 1/1/34/1/0" && counts(r) != "whole 1/1/33/1/0" {
			t.Fatalf("changes: %+v", r)
		}
		rec, err := p.DB.Record(ctx, "made", "id-07")
		if err != nil || rec.Gone != "2026-11-26" || rec.Facts.Name != "Tool 07" {
			t.Fatalf("what is gone: %+v %v", rec, err)
		}
		g, err := p.DB.Good(ctx, rec.Good)
		if err != nil || g.Name != "Tool 07" || g.Records[0].Gone != "2026-11-26" {
			t.Errorf("its good: %+v %v", g, err)
		}
		p.pass(time.Hour)
		if r := p.read("made"); r.Gone != 0 {
			t.Errorf("gone twice: %+v", r)
		}
		api.put("id-07", "Tool 07")
		if r := p.read("made"); counts(r) != "whole 0/1/35/0/0" {
			t.Errorf("it came back: %+v", r)
		}
		if rec, err := p.DB.Record(ctx, "made", "id-07"); err != nil || rec.Gone != "" {
			t.Errorf("what came back: %+v %v", rec, err)
		}
		replayed(t, p)
	})
}

func position(t *testing.T, p *place) int64 {
	t.Helper()
	at, err := p.DB.Position(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// replayed holds that the journal gives what the database has.
func replayed(t *testing.T, p *place) {
	t.Helper()
	app := &journal.App{DB: p.DB}
	live, err := app.Live(ctx)
	if err != nil {
		t.Fatal(err)
	}
	replay, err := app.Replay(ctx)
	if err != nil {
		t.Fatal(err)
	}
	a, errA := live.Hash()
	b, errB := replay.Hash()
	if a != b || errA != nil || errB != nil {
		t.Errorf("the journal gives %d runs and %d records, the database has %d and %d", len(replay.Runs), len(replay.Records), len(live.Runs), len(live.Records))
	}
	if len(live.Runs) == 0 {
		t.Error("no run is known")
	}
}

// TestARunGoesOnWhereItWasCut cuts a run in the middle, again and again, as a
// kill does: what was committed stands, and nothing is read or counted twice.
func TestARunGoesOnWhereItWasCut(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		api := &catalogue{size: 7}
		for n := range 100 {
			api.put(fmt.Sprintf("id-%03d", n), fmt.Sprintf("Tool %03d", n))
		}
		cut := context.CancelFunc(func() {})
		api.before = func(_ http.ResponseWriter, _ *http.Request) bool {
			if n := api.asked.Load(); n == 4 || n == 9 || n == 13 {
				cut()
			}
			return false
		}
		base := serve(t, api)
		p.reads(base)
		p.source("made", base)
		var r good.Run
		cuts := 0
		for ; cuts < 10; cuts++ {
			cutting, stop := context.WithCancel(ctx)
			defer stop()
			cut = stop
			var err error
			if r, err = p.ReadNow(cutting, operator, "made", true, nil); err == nil {
				break
			}
			if cutting.Err() == nil {
				t.Fatal(err)
			}
			s, err := p.Show(ctx, "made")
			if err != nil || s.Run == nil || s.Last != nil {
				t.Fatalf("after a cut: %+v %v", s, err)
			}
			api.asked.Add(1) // so that it is not cut there again
		}
		if counts(r) != "whole 100/0/0/0/0" || r.N != 1 || r.Pages != 15 || cuts != 3 || p.goods() != 100 {
			t.Errorf("%d cuts, %d goods, %+v", cuts, p.goods(), r)
		}
		replayed(t, p)
	})
}

// TestTheClockReadsOneSourceAtATime has the clock find what is due, and two who
// want the same source.
func TestTheClockReadsOneSourceAtATime(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		api := &catalogue{size: 10}
		api.put("id-1", "Tool")
		base := serve(t, api)
		p.reads(base)
		p.source("made", base)
		tick := func(want int) {
			t.Helper()
			p.todo = nil
			if err := p.Tick(ctx, p.Now()); err != nil || len(p.todo) != want {
				t.Fatalf("%d tasks, want %d: %v", len(p.todo), want, err)
			}
		}
		tick(1)
		mine := p.todo[0]
		tick(0) // somebody has it
		if _, err := p.ReadNow(ctx, operator, "made", false, nil); keyOf(err) != "harvest.error.running" {
			t.Errorf("a second reader: %v", err)
		}
		p.pass(11 * time.Minute) // whoever had it is dead
		tick(1)
		if err := p.Do(ctx, mine); err != nil || api.asked.Load() != 0 {
			t.Errorf("who came too late read: %v", err)
		}
		tick(0)
		p.pass(11 * time.Minute)
		tick(1)
		if err := p.Do(ctx, p.todo[0]); err != nil {
			t.Fatal(err)
		}
		s, err := p.Show(ctx, "made")
		if err != nil || s.Last == nil || s.Last.New != 1 || s.Due.Sub(s.Last.Began) != 24*time.Hour {
			t.Fatalf("%+v %v", s, err)
		}
		tick(0)
		if err := p.Hurry(ctx, operator, "made"); err != nil {
			t.Fatal(err)
		}
		tick(1)
		if err := p.Pause(ctx, operator, "made", true); err != nil {
			t.Fatal(err)
		}
		if err := p.Do(ctx, p.todo[0]); err != nil || api.asked.Load() != 1 {
			t.Errorf("it was paused and read: %v", err)
		}
		p.pass(48 * time.Hour)
		tick(0)
		if err := p.Hurry(ctx, operator, "made"); keyOf(err) != "harvest.error.paused" {
			t.Errorf("hurried while paused: %v", err)
		}
		if err := p.Pause(ctx, operator, "made", false); err != nil {
			t.Fatal(err)
		}
		tick(1)
	})
}

// TestWhoMaySayWhatIsRead asks for what only the secretariat may.
func TestWhoMaySayWhatIsRead(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		in := runs.Source{Harvest: good.Harvest{Source: "made", Kind: "publiccode", Address: "https://api.example.org/v1", Hours: 1}, About: good.Source{Name: "Made"}}
		somebody := access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZZ", Roles: []string{access.Reviewer}}
		if _, err := p.Set(ctx, somebody, in); good.KindOf(err) != good.Forbidden {
			t.Errorf("set by a reviewer: %v", err)
		}
		if _, err := p.ReadNow(ctx, somebody, "made", false, nil); good.KindOf(err) != good.Forbidden {
			t.Errorf("read by a reviewer: %v", err)
		}
		if err := p.Pause(ctx, somebody, "made", true); good.KindOf(err) != good.Forbidden {
			t.Errorf("paused by a reviewer: %v", err)
		}
		if err := p.Hurry(ctx, somebody, "made"); good.KindOf(err) != good.Forbidden {
			t.Errorf("hurried by a reviewer: %v", err)
		}
		for field, change := range map[string]func(*runs.Source){
			"source": func(s *runs.Source) { s.Source = "stoa" }, "name": func(s *runs.Source) { s.About.Name = " " }, "kind": func(s *runs.Source) { s.Kind = "x" },
			"address": func(s *runs.Source) { s.Address = "file:///etc/passwd" }, "hours": func(s *runs.Source) { s.Hours = -1 },
			"keeper": func(s *runs.Source) { s.Keeper = "jane@example.org" }, "priority": func(s *runs.Source) { s.About.Priority = 95 },
			"rate": func(s *runs.Source) { s.Rate = 1_000_000 }, "colour": func(s *runs.Source) { s.Options = map[string]string{"colour": "red"} },
		} {
			bad := in
			change(&bad)
			var e *good.Error
			if _, err := p.Set(ctx, operator, bad); !asError(err, &e) || e.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		s, err := p.Set(ctx, operator, in)
		if err != nil || s.Version != 1 || s.About.Priority != 42 || s.About.URL != in.Address {
			t.Fatalf("%+v %v", s, err)
		}
		if _, err := p.Set(ctx, operator, in); keyOf(err) != "harvest.error.exists" {
			t.Errorf("twice: %v", err)
		}
		in.Version, in.Hours = 1, 12
		if s, err = p.Set(ctx, operator, in); err != nil || s.Hours != 12 || s.Version != 2 {
			t.Errorf("%+v %v", s, err)
		}
		if _, err := p.Set(ctx, operator, in); keyOf(err) != "harvest.error.changed" {
			t.Errorf("over somebody else's change: %v", err)
		}
	})
}
