package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/app/advisory"
	"stoa/internal/app/nominations"
	"stoa/internal/good"
	"stoa/internal/nominate"
)

// things are a seat, a comment, a nomination and an announcement of somebody's.
type things struct {
	seat        advise.Seat
	comment     advise.Comment
	nomination  good.ID
	of          map[string]string // what stands for each in an address
	advisory    *advisory.App
	nominations *nominations.App
}

func (i *instance) things(victim someone) things {
	i.t.Helper()
	ctx := i.t.Context()
	t := things{advisory: &advisory.App{DB: i.db, Now: func() time.Time { return i.now }}, nominations: &nominations.App{DB: i.db}}
	must := func(err error) {
		i.t.Helper()
		if err != nil {
			i.t.Fatal(err)
		}
	}
	today := i.now.UTC()
	day := func(n int) good.Date { return good.Date(today.AddDate(0, 0, n).Format(time.DateOnly)) }
	var err error
	t.seat, _, err = t.advisory.Appoint(ctx, operating, "victim@example.org", advise.Seat{Constituency: advise.Academia, Name: "Victim", From: day(0), Until: day(300)})
	must(err)
	c, _, err := t.advisory.Consult(ctx, operating, advise.Consultation{Subject: advise.OnPolicy, Ref: "https://example.org/policy", Title: "A policy", Text: "What do you think of it?", Lang: "en", Public: true, Opens: day(0), Closes: day(60)})
	must(err)
	t.comment, _, err = t.advisory.Comment(ctx, victim.Who, c.Slug, advise.Comment{Text: "A word of the victim.", Lang: "en"})
	must(err)
	out, _, err := t.nominations.Nominate(ctx, access.Who{}, nominations.Input{Email: "victim-third@example.org", Nomination: nominate.Nomination{Name: "Proposal of the victim", Link: "https://proposal.org",
		Why: "Midwives record risky pregnancies with it and refer them earlier.", Lang: "en"}})
	must(err)
	t.nomination = out.ID
	t.of = maps.Clone(named)
	maps.Copy(t.of, map[string]string{"seat": string(t.seat.ID), "comment": string(t.comment.ID), "slug": c.Slug, "consultation": c.Slug, "nomination": string(t.nomination), "n": "0"})
	return t
}

// whole is everything there is of them now.
func (t things) whole(tb testing.TB, victim someone) string {
	tb.Helper()
	seats, err := t.advisory.SeatsOf(tb.Context(), victim.Person)
	if err != nil {
		tb.Fatal(err)
	}
	rec, err := t.advisory.Record(tb.Context(), t.of["slug"])
	if err != nil {
		tb.Fatal(err)
	}
	waiting, _, err := t.nominations.Queue(tb.Context(), operating, "", 10)
	if err != nil {
		tb.Fatal(err)
	}
	doc, err := json.Marshal([]any{seats, rec.Comments, rec.Opinions, rec.Closes, waiting})
	if err != nil {
		tb.Fatal(err)
	}
	return string(doc)
}

// TestAnothersSeatsCommentsAndNominationsAreOutOfReach tries the ids of
// another's seat, comment and nomination at every address that takes one, as
// everybody there can be whom no role lets to it: nothing is changed, and
// nobody's address is told.
func TestAnothersSeatsCommentsAndNominationsAreOutOfReach(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	victim := i.someone("victim", access.Advisor)
	mine := i.things(victim)
	before := mine.whole(t, victim)
	forms := map[string]string{"interests": "text=I+own+it", "withdraw": "", "end": "reason=x", "answers": "disposition=declined&answer=x", "nominations": "decision=spam&reason=x", "sorting": `{"decision":"drop","reason":"x"}`}
	asked := 0
	for _, role := range append([]string{""}, access.Granted...) {
		s := i.someone("taker" + role)
		if role != "" {
			s = i.someone("taking"+role, role)
		}
		for _, r := range i.routes() {
			about := strings.Contains(r.path, "{seat}") || strings.Contains(r.path, "{comment}") || strings.Contains(r.path, "{nomination}") || strings.HasPrefix(r.path, "/api/v1/nominations/{id}")
			if !about || r.act == access.Public {
				continue
			}
			if _, err := access.As(s.Who, r.act, access.Own(victim.Person)); err == nil && !strings.Contains(r.path, "/advisory/seat/") && r.act != access.Opine {
				continue // their role lets them
			}
			of := maps.Clone(mine.of)
			of["id"] = string(mine.nomination)
			path, missing := fill(r.path, of)
			if len(missing) > 0 {
				t.Fatalf("%s: %v", r.path, missing)
			}
			form, media := "reason=x", "application/x-www-form-urlencoded"
			for part, f := range forms {
				if strings.Contains(r.path, "/"+part) {
					form = f
				}
			}
			if r.api {
				media = "application/json"
				if !strings.HasPrefix(form, "{") {
					form = `{"text":"I own it","reason":"x","disposition":"declined","answer":"x"}`
				}
			}
			if r.method == http.MethodGet {
				form = ""
			}
			for how, cookie := range map[string]string{"signed in": s.cookie, "anonymous": ""} {
				asked++
				w := i.ask(r.method, path, cookie, form, media)
				if ok := w.Code >= 400 && w.Code < 500 || cookie == "" && w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/signin"); !ok {
					t.Errorf("%q, %s, asks %s %s (%s): status %d to %q: %.200s", role, how, r.method, r.path, r.act, w.Code, w.Header().Get("Location"), w.Body)
				}
				if strings.Contains(w.Body.String(), "victim-third@example.org") || strings.Contains(w.Body.String(), "victim@example.org") {
					t.Errorf("%q: %s tells an address", role, r.path)
				}
			}
		}
	}
	if asked < 60 {
		t.Errorf("only %d questions were asked", asked)
	}
	if after := mine.whole(t, victim); after != before {
		t.Errorf("what is another's was changed:\n%s\n%s", before, after)
	}
	// And what is one's own is in reach, so that the above is no wall of another kind.
	if w := i.ask("POST", "/advisory/seat/"+string(mine.seat.ID)+"/interests", victim.cookie, "text=I+own+it", "application/x-www-form-urlencoded"); w.Code != http.StatusSeeOther {
		t.Errorf("the holder of the seat is refused: %d %.300s", w.Code, w.Body)
	}
	sara := i.someone("sara", access.Secretariat)
	for name, want := range map[string]string{"seats": "academia,Victim", "consultations": "A policy"} {
		if w := i.ask("GET", "/desk/advisory/tables/"+name+".csv", sara.cookie, "", ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("the table of %s: %d %.300s", name, w.Code, w.Body)
		}
	}
	for path, form := range map[string]string{"/desk/nominations/" + string(mine.nomination): "decision=refuse&reason=x", "/consultations/" + mine.of["slug"] + "/answers/" + string(mine.comment.ID): "disposition=declined&answer=x", "/desk/advisory/seats/" + string(mine.seat.ID) + "/end": "reason=x"} {
		if w := i.ask("POST", path, sara.cookie, form, "application/x-www-form-urlencoded"); w.Code != http.StatusSeeOther {
			t.Errorf("the secretariat is refused %s: %d %.300s", path, w.Code, w.Body)
		}
	}
}
