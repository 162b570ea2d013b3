package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/assessment/season"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// grown is a whole instance in the midst of a season, with who has work there.
type grown struct {
	*instance
	cookies map[string]string
	begun   []good.ID                        // the applications of the season itself
	at      map[assess.State]assessment.Item // one of each state
}

// grow plays the first days of a small season in an empty database.
func grow(tb testing.TB, url string, applications int) *grown {
	tb.Helper()
	g := &grown{instance: newInstanceOn(tb, &ServeCmd{}, "http://stoa.example", url), cookies: map[string]string{}, at: map[assess.State]assessment.Item{}}
	ctx, enough := tb.Context(), errors.New("enough")
	var passed atomic.Int64 // a millisecond with each look at the clock
	begun := g.now
	g.clock = func() time.Time { return begun.Add(time.Duration(passed.Add(1)) * time.Millisecond) }
	set, _ := g.assessed.Library.Find(assessment.DefaultStandard)
	cast, err := season.Gather(ctx, g.db, rand.Reader, applications)
	if err != nil {
		tb.Fatal(err)
	}
	s := &season.Season{Instance: &within{grown: g, passed: &passed, enough: enough}, N: applications, Cast: cast, Set: set}
	if err := s.Play(ctx); !errors.Is(err, enough) {
		tb.Fatalf("the season was to be cut: %v", err)
	}
	g.now, g.clock = g.clock(), nil
	list, _, err := g.db.Applications(ctx, assessment.Filter{States: assess.States, Limit: applications})
	if err != nil {
		tb.Fatal(err)
	}
	for _, i := range list {
		g.begun = append(g.begun, i.ID)
		g.at[i.State] = i
	}
	for name, pseudonym := range map[string]string{"coordinator": "season-coordinator-000", "secretariat": "season-secretariat-000"} {
		g.enter(name, pseudonym)
	}
	g.cookies["administrator"] = g.someone("adam", access.Administrator).cookie
	for _, state := range []assess.State{assess.Review, assess.Queued} { // who reviews, whose is reviewed
		i, ok := g.at[state]
		if !ok {
			tb.Fatalf("no application is %s after some weeks: %d states", state, len(g.at))
		}
		for part, name := range map[string]string{assessment.PartReviewer: "reviewer", assessment.PartOwner: "owner"} {
			if people := i.People[part]; len(people) > 0 {
				g.enter(name+" of "+string(state), string(people[0]))
			}
		}
	}
	return g
}

// within plays a season on an instance in this process, for some weeks: until
// something waits for reviewers and something is under review.
type within struct {
	*grown
	passed *atomic.Int64
	enough error
}

// Ask implements season.Instance.
func (w *within) Ask(r *http.Request) (*http.Response, error) {
	r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:1"
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer.Result(), nil
}

// Pass implements season.Instance.
func (w *within) Pass(ctx context.Context, d time.Duration) error {
	now := w.clock()
	if _, err := w.assessed.Tick(ctx, now); err != nil {
		return err
	}
	waits, _, err := w.db.Applications(ctx, assessment.Filter{States: []assess.State{assess.Queued}, Limit: 1})
	if err != nil {
		return err
	}
	reviewed, _, err := w.db.Applications(ctx, assessment.Filter{States: []assess.State{assess.Review}, Limit: 1})
	if err != nil {
		return err
	}
	if now.After(w.now.AddDate(0, 0, 20)) && len(waits) > 0 && len(reviewed) > 0 {
		return w.enough
	}
	w.passed.Add(d.Milliseconds())
	return nil
}

// enter signs somebody in.
func (g *grown) enter(name, key string) {
	g.t.Helper()
	known, err := g.db.PeopleOf(g.t.Context(), []string{key})
	if err == nil {
		_, err = g.db.Do(g.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutEmail(ctx, good.Email{Address: known[0].Pseudonym + "@example.org", Person: known[0].ID, Verified: tx.Now(), Main: true})
		})
	}
	if err != nil {
		g.t.Fatal(name, key, err)
	}
	link, err := g.app.PrintLink(g.t.Context(), operating, key)
	if err != nil {
		g.t.Fatal(name, key, err)
	}
	_, secret, _ := strings.Cut(link, "?t=")
	in, err := g.app.UseLink(g.t.Context(), secret, "", "", "")
	if err != nil {
		g.t.Fatal(err)
	}
	g.cookies[name] = in.Secret
}

// more makes copies of every application of the season, people, and entries of
// the journal, in the database itself, in words that both engines know: as many
// as years would bring. The first has a number that no copy had before.
func (g *grown) more(first, copies, people, entries int) {
	g.t.Helper()
	ctx := g.t.Context()
	db, err := testkit.SQL(g.t, g.url).Conn(ctx)
	if err != nil {
		g.t.Fatal(err)
	}
	defer db.Close()
	run := func(query string, args ...any) {
		g.t.Helper()
		if _, err := db.ExecContext(ctx, query, args...); err != nil {
			g.t.Fatalf("%v\n%s", err, query)
		}
	}
	const count, id = `WITH RECURSIVE k(n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM k WHERE n + 1 < $2) `, ` || substr(CAST(1000000 + k.n AS TEXT), 2)`
	postgres := !strings.HasPrefix(g.url, "sqlite:")
	if postgres {
		run(`SET synchronous_commit = off`)
	} else {
		run(`PRAGMA synchronous = OFF`)
	}
	begun := make([]string, len(g.begun))
	for i, id := range g.begun {
		begun[i] = string(id)
	}
	run(`CREATE TABLE grown AS SELECT id FROM applications WHERE id IN ('` + strings.Join(begun, "','") + `')`)
	doc := func(doc, id, of string) string { // a record of the copy, which is no listed good's
		return `replace(replace(` + doc + `, ` + id + `, substr(` + id + `, 1, 20) ` + of + `), '"good":"', '"copied":"')`
	}
	run(count+`INSERT INTO applications SELECT substr(a.id, 1, 20) `+id+`, '', a.kind, a.standard, a.name || ' ' || k.n, a.state, a.since - (k.n + 300) * 21600000, a.opened, a.submitted,
		CASE WHEN a.deadline = 0 THEN 0 ELSE a.deadline - (k.n + 300) * 21600000 END, a.ended, a.version, replace(`+doc(`a.doc`, `a.id`, id)+`, '"name":"' || a.name || '"', '"name":"' || a.name || ' ' || k.n || '"')
		FROM grown s JOIN applications a ON a.id = s.id, k`, first, first+copies)
	run(count+`INSERT INTO application_people SELECT substr(p.application, 1, 20) `+id+`, p.part, p.person, p.since, p.done FROM grown s JOIN application_people p ON p.application = s.id, k`, first, first+copies)
	run(count+`INSERT INTO answers SELECT substr(a.application, 1, 20) `+id+`, a.question, a.version, a.person, a.time, a.doc FROM grown s JOIN answers a ON a.application = s.id, k`, first, first+copies)
	run(count+`INSERT INTO verdicts SELECT substr(v.application, 1, 20) `+id+`, v.round, v.person, v.indicator, v.verdict, v.reason, v.version, v.time FROM grown s JOIN verdicts v ON v.application = s.id, k`, first, first+copies)
	run(count+`INSERT INTO application_records SELECT substr(r.application, 1, 20) `+id+`, '', r.submitted, `+doc(`r.doc`, `r.application`, id)+` FROM grown s JOIN application_records r ON r.application = s.id, k`, first, first+copies)
	run(count+`INSERT INTO persons (id, pseudonym, version, created, doc, folded) SELECT '01HZZZZZZZZZZZZZZZZZ' `+id+`, 'grown-' || k.n, 1, 0, '{"name":"Person ' || k.n || '"}', 'person ' || k.n FROM k`, first, first+people)
	run(count+`INSERT INTO emails SELECT 'person' || k.n || '@example.org', '01HZZZZZZZZZZZZZZZZZ' `+id+`, 1, 1 FROM k`, first, first+people)
	run(count+`INSERT INTO nominations (id, created, settled, settlement, good, doc, doubts, email, rubbish) SELECT '01HZZZZZZZZZZZZZZZZZ' `+id+`, 1, 0, '', '',
		'{"name":"Proposal ' || k.n || '","link":"https://proposal' || k.n || '.org","why":"Because clinics need it, and because midwives record risky pregnancies with it."}', '["no-licence"]', '', k.n % 2 FROM k`, first, first+people)
	run(count+`INSERT INTO nomination_keys SELECT 'name:proposal ' || k.n, '01HZZZZZZZZZZZZZZZZZ' `+id+` FROM k`, first, first+people)
	run(count+`INSERT INTO notices SELECT '01HZZZZZZZZZZZZZZZZZ' `+id+`, p.person, 'submitted', p.application, k.n, '{"Name":"A good"}', '/apply', k.n, 0, 0 FROM k, application_people p WHERE p.application = $3 AND p.part = 'owner'`, first, first+min(people, 1000), string(g.at[assess.Review].ID))
	g.years(run)
	run(`CREATE TABLE grown_all AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM applications`)
	run(`CREATE INDEX grown_n ON grown_all (n)`)
	for from := g.size(); from < entries; from += 100_000 {
		upTo := min(entries, from+100_000)
		run(count+`INSERT INTO journal SELECT k.n, 1767225600000 + k.n * 1000, 'reviewer', 'grown-' || (k.n % 10000), 'review.finished', '["' || a.id || '"]', $3
			FROM k JOIN grown_all a ON a.n = k.n % (SELECT count(*) FROM grown_all)`, from, upTo, make([]byte, 96))
		run(`INSERT INTO journal_subjects SELECT substr(subjects, 3, 26), position FROM journal WHERE position >= $1 AND position < $2`, from, upTo)
		run(`INSERT INTO journal_values SELECT position, 0, 'step', $3, $4, NULL FROM journal WHERE position >= $1 AND position < $2`, from, upTo, make([]byte, 32), []byte(`{"step":"finish","from":"review","to":"deciding"}`))
		run(`UPDATE log_head SET size = $1`, upTo)
	}
	run(`DROP TABLE grown`)
	run(`DROP TABLE grown_all`)
	if postgres {
		run(`ANALYZE`) // which it does by itself where it has a minute
	}
}

// size is how many entries the journal has.
func (g *grown) size() int {
	n, err := g.db.Position(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return int(n + 1)
}

// years are the times that states took in two years, and some settings and
// announcements.
func (g *grown) years(run func(string, ...any)) {
	for _, kind := range assess.Kinds {
		for month := range 24 {
			for n, state := range assess.States {
				hours := map[int]int{}
				for h := range 60 {
					hours[h*(n+1)] = 1 + h%5
				}
				doc, err := json.Marshal(hours)
				if err != nil {
					g.t.Fatal(err)
				}
				run(`INSERT INTO state_times VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, string(kind), g.now.AddDate(0, -month, 0).Format("2006-01"), string(state), string(doc))
			}
		}
	}
	_, err := g.db.Do(g.t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for n := range 60 {
			if err := tx.PutAnnouncement(ctx, store.Announcement{ID: tx.NewID(), Time: tx.Now(), Title: good.Text{"en": fmt.Sprint("News ", n)}, Body: good.Text{"en": strings.Repeat("Something changed. ", 20)}}); err != nil {
				return err
			}
		}
		held, err := tx.Settings(ctx)
		for n := int64(0); n < 40 && err == nil; n++ {
			held.Settings.Stuck = int(30 + n)
			err = tx.PutSettings(ctx, held.Version+n, "It was too short.", held.Settings)
		}
		return err
	})
	if err != nil {
		g.t.Fatal(err)
	}
}

// sight is one page as somebody reads it.
type sight struct{ name, who, path string }

// pages are those of applications and reviews, and what shows lists of them.
func (g *grown) pages() []sight {
	reviewed, queued := string(g.at[assess.Review].ID), string(g.at[assess.Queued].ID)
	reviewer := string(g.at[assess.Review].People[assessment.PartReviewer][0])
	desk, apply := "/desk/applications/"+reviewed, "/apply/"+reviewed
	return []sight{
		{"desk, reviewer", "reviewer of review", "/desk"}, {"desk, secretariat", "secretariat", "/desk"}, {"desk, far on", "secretariat", "/desk?state=&from=5000"},
		{"desk, published", "secretariat", "/desk?state=published"}, {"desk, by age", "coordinator", "/desk?state=&order=age"}, {"desk, late only", "coordinator", "/desk?state=&late=yes"}, {"desk, one kind", "coordinator", "/desk?state=&kind=renewal"},
		{"review", "reviewer of review", desk}, {"review, coordinator", "coordinator", desk}, {"review, one indicator", "reviewer of review", desk + "?on=5"},
		{"review, Arabic", "reviewer of review", "/ar" + desk}, {"assign", "coordinator", "/desk/applications/" + queued + "/assign"},
		{"pipeline", "secretariat", "/desk/pipeline"}, {"late", "secretariat", "/desk/late"}, {"stuck", "secretariat", "/desk/stuck"},
		{"reviewers", "secretariat", "/desk/reviewers"}, {"one reviewer", "coordinator", "/desk/reviewers/" + reviewer}, {"profile", "reviewer of review", "/desk/profile"},
		{"nominations", "coordinator", "/desk/nominations"}, {"nominations, spam", "coordinator", "/desk/nominations?sift=spam"},
		{"people", "administrator", "/desk/people"}, {"people, searched", "administrator", "/desk/people?q=person+77"}, {"one person", "administrator", "/desk/people/" + reviewer},
		{"announcements", "secretariat", "/desk/announcements"}, {"settings", "secretariat", "/desk/settings"}, {"advisory", "secretariat", "/desk/advisory"},
		{"applications", "owner of review", "/apply"}, {"begin", "owner of review", "/apply/new"}, {"application", "owner of review", apply}, {"part", "owner of review", apply + "/part/5"}, {"check", "owner of review", apply + "/check"},
		{"account", "owner of review", "/account"}, {"ways in", "owner of review", "/account/signin"}, {"notifications", "owner of review", "/account/notifications"},
		{"public pipeline", "", "/pipeline"}, {"public pipeline, anew", "secretariat", "/pipeline"},
	}
}

// read asks for a page.
func (g *grown) read(p sight) (bytes int) {
	g.t.Helper()
	w := g.ask(http.MethodGet, p.path, g.cookies[p.who], "", "")
	if w.Code != http.StatusOK {
		g.t.Fatalf("%s (%s): %d %.300s", p.name, p.path, w.Code, w.Body)
	}
	return w.Body.Len()
}

// TestNoPageAsksMoreOftenForALongerList reads the pages of the desk, of
// applicants and of accounts where little is in the lists and where much is:
// the database is asked as often.
func TestNoPageAsksMoreOftenForALongerList(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) { testAsksAsOften(t, grow(t, url, 60)) })
}

func testAsksAsOften(t *testing.T, g *grown) {
	g.more(1, 1, 3, 0)
	asked := func() map[string]int64 {
		out := map[string]int64{}
		for _, p := range g.pages() {
			g.read(p) // what is made once
			before := g.asked.Load()
			g.read(p)
			out[p.name] = g.asked.Load() - before
		}
		return out
	}
	few := asked()
	g.more(100, 40, 200, 0)
	for name, n := range asked() {
		if n != few[name] {
			t.Errorf("%s asks %d times where there is little, %d times where there is much", name, few[name], n)
		}
	}
}

// BenchmarkPages reads each page at 10,000 applications and 1,000,000 entries
// of the journal, on both engines, and fails where one takes more than 20 ms of
// the processor: of ours alone, with PostgreSQL. "ms" is by the clock, which
// counts the database and whatever else the machine does.
func BenchmarkPages(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			url := ""
			if engine == "postgres" {
				url = testkit.Postgres(b)
			}
			g := grow(b, url, 60)
			g.more(1, 10_000/60, 10_000, 1_000_000)
			for _, p := range g.pages() {
				b.Run(strings.ReplaceAll(p.name, " ", "-"), func(b *testing.B) { g.bench(b, p) })
			}
		})
	}
}

func (g *grown) bench(b *testing.B, p sight) {
	var clock, processor []time.Duration
	size := g.read(p)
	for b.Loop() {
		begun, cpu := time.Now(), testkit.ProcessTime()
		g.read(p)
		clock, processor = append(clock, time.Since(begun)), append(processor, testkit.ProcessTime()-cpu)
	}
	took := median(processor)
	b.ReportMetric(took, "cpu-ms")
	b.ReportMetric(median(clock), "ms")
	b.ReportMetric(float64(size)/1024, "kB")
	b.ReportMetric(0, "ns/op")
	if took > 20 {
		b.Errorf("%s takes %.1f ms of the processor", p.name, took)
	}
}

// median is the middle one, in milliseconds.
func median(list []time.Duration) float64 {
	slices.Sort(list)
	return float64(list[len(list)/2].Microseconds()) / 1000
}
