package deploy_test

import (
	"strings"
	"testing"
	"time"

	"stoa/internal/deploy"
	"stoa/internal/good"
)

const today = good.Date("2026-11-26")

func sound() deploy.Statement {
	return deploy.Statement{Organisation: "Ministry of Health", Website: "health.go.ke", Country: "Kenya", Place: "Kisumu", Stage: deploy.Live, Since: "2024-05", Languages: []string{"sw", "English"}, Hosting: "public",
		Scale: []deploy.Measure{{Number: 1_200_000, Unit: deploy.People, Date: "2026"}}, Evidence: []string{"health.go.ke/crvs"}}
}

func TestWhatCannotBeSaid(t *testing.T) {
	type change = func(*deploy.Statement)
	for field, changes := range map[string][]change{
		"organisation": {func(s *deploy.Statement) { s.Organisation = " 42 " }, func(s *deploy.Statement) { s.Organisation = "Health\u202eyrtsiniM" }, func(s *deploy.Statement) { s.Organisation = "a\xff" }, func(s *deploy.Statement) { s.Organisation = strings.Repeat("x", 201) }},
		"website":      {func(s *deploy.Statement) { s.Website = "javascript://x" }},
		"country":      {func(s *deploy.Statement) { s.Country = "Atlantis" }, func(s *deploy.Statement) { s.Country = "" }},
		"place":        {func(s *deploy.Statement) { s.Place = "Kampala, Uganda" }, func(s *deploy.Statement) { s.Place = "Ki\u2066sumu" }},
		"stage":        {func(s *deploy.Statement) { s.Stage = "huge" }},
		"since":        {func(s *deploy.Statement) { s.Since = "2027" }, func(s *deploy.Statement) { s.Since = "2026-12" }, func(s *deploy.Statement) { s.Since = "2026-11-27" }, func(s *deploy.Statement) { s.Since = "1969" }, func(s *deploy.Statement) { s.Since = "2024-02-30" }, func(s *deploy.Statement) { s.Since = "soon" }},
		"until": {func(s *deploy.Statement) { s.Until = "2025" }, func(s *deploy.Statement) { s.Stage = deploy.Retired }, func(s *deploy.Statement) { s.Stage, s.Until = deploy.Retired, "2023" },
			func(s *deploy.Statement) { s.Stage, s.Until = deploy.Retired, "2030" }},
		"people":    {func(s *deploy.Statement) { s.Scale[0].Number = -1 }, func(s *deploy.Statement) { s.Scale[0].Number = 20_000_000_000 }},
		"scale":     {func(s *deploy.Statement) { s.Scale[0].Unit = "goats" }, func(s *deploy.Statement) { s.Scale = append(s.Scale, s.Scale[0]) }},
		"date":      {func(s *deploy.Statement) { s.Scale[0].Date = "2099" }},
		"source":    {func(s *deploy.Statement) { s.Scale[0].Source = "my cousin" }},
		"languages": {func(s *deploy.Statement) { s.Languages = []string{"Klingonese"} }},
		"hosting":   {func(s *deploy.Statement) { s.Hosting = "moon" }},
		"evidence":  {func(s *deploy.Statement) { s.Evidence = []string{"ask me"} }, func(s *deploy.Statement) { s.Evidence = make([]string, 21) }},
	} {
		for n, change := range changes {
			s := sound()
			change(&s)
			err := s.Check(today)
			if good.KindOf(err) != good.Invalid {
				t.Errorf("%s %d: %v", field, n, err)
			} else if e := err.(*good.Error); e.Field != field {
				t.Errorf("%s %d: said of %s: %v", field, n, e.Field, err)
			}
		}
	}
	s := sound()
	if err := s.Check(today); err != nil || s.Country != "KE" || s.Website != "https://health.go.ke" || s.Evidence[0] != "https://health.go.ke/crvs" || strings.Join(s.Languages, " ") != "en sw" {
		t.Errorf("a sound one: %+v %v", s, err)
	}
}

func TestAWordHoldsForAYear(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	word := func(by deploy.Side) deploy.Word { return deploy.Word{By: by, At: now} }
	var r deploy.Record
	r.Say(sound(), word(deploy.Maintainer))
	if r.State != deploy.Claimed || r.Counts() {
		t.Errorf("claimed: %+v", r)
	}
	for _, by := range []deploy.Side{deploy.Maintainer, deploy.Desk} {
		if err := r.Confirm(word(by)); good.KindOf(err) != good.Forbidden {
			t.Errorf("%s confirms its own: %v", by, err)
		}
	}
	if err := r.Confirm(word(deploy.Adopter)); err != nil || !r.Counts() {
		t.Errorf("%+v %v", r, err)
	}
	if err := r.Confirm(word(deploy.Adopter)); good.KindOf(err) != good.Conflict {
		t.Errorf("twice: %v", err)
	}
	if r.Age(now.Add(364 * 24 * time.Hour)) {
		t.Error("came due too soon")
	}
	if now = now.Add(deploy.Year); !r.Age(now) || r.State != deploy.Due || r.Counts() {
		t.Errorf("after a year: %+v", r)
	}
	if err := r.Confirm(word(deploy.Adopter)); err != nil || !r.Counts() || !r.Due.Equal(now.Add(deploy.Year)) {
		t.Errorf("confirmed again: %+v %v", r, err)
	}
	// What the other side confirmed was another statement.
	r.Say(sound(), word(deploy.Adopter))
	if r.State != deploy.Claimed || r.Confirmed != nil || good.KindOf(r.Confirm(word(deploy.Adopter))) != good.Forbidden || r.Confirm(word(deploy.Maintainer)) != nil {
		t.Errorf("stated anew: %+v", r)
	}
}

func TestADisputeStandsUntilItIsSettled(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	word := func(by deploy.Side) deploy.Word { return deploy.Word{By: by, At: now} }
	var r deploy.Record
	r.Say(sound(), word(deploy.Maintainer))
	if err := r.Deny(word(deploy.Adopter), " "); good.KindOf(err) != good.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := r.Settle(true, "no", now); good.KindOf(err) != good.Conflict {
		t.Errorf("settled undisputed: %v", err)
	}
	if err := r.Deny(word(deploy.Adopter), "We never used it."); err != nil || r.State != deploy.Disputed {
		t.Errorf("%+v %v", r, err)
	}
	if r.Say(sound(), word(deploy.Maintainer)); r.State != deploy.Disputed {
		t.Error("said again, it was disputed no more")
	}
	if err := r.Confirm(word(deploy.Adopter)); good.KindOf(err) != good.Conflict {
		t.Errorf("confirmed while disputed: %v", err)
	}
	stands := r
	if err := stands.Settle(false, "They do.", now); err != nil || stands.State != deploy.Claimed {
		t.Errorf("dismissed: %+v %v", stands, err)
	}
	if err := r.Settle(true, "They do not.", now); err != nil || r.State != deploy.Withdrawn || !r.Due.IsZero() {
		t.Errorf("upheld: %+v %v", r, err)
	}
	if err := r.Confirm(word(deploy.Adopter)); good.KindOf(err) != good.Conflict {
		t.Errorf("confirmed what is withdrawn: %v", err)
	}
}
