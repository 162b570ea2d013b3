package web_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/imports"
	"stoa/internal/app/nominations"
	"stoa/internal/app/people"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/web"
	applypage "stoa/internal/web/page/apply"
	deskpages "stoa/internal/web/page/desk"
	"stoa/standards"
)

// bench is an instance with people who judge, and a clock of its own.
type bench struct {
	*assessment.App
	cast cast
	now  time.Time
	url  string
	site http.Handler
}

// judges are the people of the desk by name and role.
var judges = map[string][]string{"olga": nil, "rosa": {access.Reviewer}, "ravi": {access.Reviewer}, "remi": {access.Reviewer}, "elif": {access.Expert},
	"carl": {access.Coordinator}, "sara": {access.Secretariat}, "adam": {access.Administrator}, "mona": {access.Community}}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{now: time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC), cast: cast{}}
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: func() time.Time { return b.now }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for name, roles := range judges {
			p := good.Person{ID: tx.NewID(), Pseudonym: "p-" + name, Name: strings.ToUpper(name[:1]) + name[1:]}
			if err := tx.PutPerson(ctx, &p); err != nil {
				return err
			}
			for _, role := range roles {
				if _, err := tx.PutRole(ctx, p.ID, role); err != nil {
					return err
				}
			}
			b.cast[name] = access.Viewer{Who: access.Who{Person: p.ID, Pseudonym: p.Pseudonym, Roles: roles}, Name: p.Name}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.App = &assessment.App{DB: db, Library: library, Now: func() time.Time { return b.now }, Issuer: "Test Alliance"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /as/{who}", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: edge.SessionCookie, Value: r.PathValue("who"), Path: "/"})
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<link rel="icon" href="data:,">`) // so that the browser asks for no other
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { b.site.ServeHTTP(w, r) })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	s := samples()
	pages, err := web.New(web.Config{Goods: s, Cases: s, Whole: s, Directory: s, Shelves: s, Registry: s, Dumps: s, Standards: library, BaseURL: srv.URL, Version: "browser",
		Now: func() time.Time { return b.now }, More: append(deskpages.Routes(b.pages()),
			applypage.Routes(applypage.Config{Views: b, Answers: b, Carrier: b, Steps: b, Replies: b, Tickets: nominate.Tickets{Key: []byte("k")}, Now: func() time.Time { return b.now }, Rand: rand.Reader})...)})
	if err != nil {
		t.Fatal(err)
	}
	b.url, b.site = srv.URL, edge.Identify(b.cast, false, pages.Deny)(pages)
	return b
}

// pages are the pages of the desk.
func (b *bench) pages() deskpages.Config {
	return deskpages.Config{Assessment: b.App, Nominations: &nominations.App{DB: b.DB, Rand: rand.Reader},
		People: &people.App{DB: b.DB, Now: func() time.Time { return b.now }, Rand: rand.Reader}, Crowd: &imports.App{DB: b.DB, Now: func() time.Time { return b.now }}}
}

func (b *bench) who(name string) access.Who { return b.cast[name].Who }

// answerTo is a sound answer to a question.
func answerTo(q standard.Question, answers standard.Answers) standard.Answer {
	switch q.Type {
	case standard.YesNo:
		if len(q.Must) > 0 {
			return standard.Answer{Choices: q.Must[:1]}
		}
		return standard.Answer{Choices: []string{"no"}}
	case standard.Choice, standard.Choices:
		for _, o := range q.Options {
			if len(q.Must) == 0 || slices.Contains(q.Must, o.ID) {
				return standard.Answer{Choices: []string{o.ID}}
			}
		}
	case standard.Countries:
		return standard.Answer{Choices: []string{"KE", "TZ"}}
	case standard.Licences:
		return standard.Answer{Choices: []string{"Apache-2.0"}}
	case standard.Languages:
		return standard.Answer{Choices: []string{"en", "sw"}}
	case standard.SDGs:
		return standard.Answer{Choices: []string{"3", "10"}}
	case standard.Items:
		a := standard.Answer{Items: map[string]string{}}
		for _, c := range answers[q.Of].Choices {
			a.Items[c] = "Midwives in forty clinics of two districts record risky pregnancies with it and refer them earlier."
		}
		return a
	case standard.Links:
		return standard.Answer{Links: []good.Link{{URL: "https://good.example/" + q.ID, Name: "Where it is shown"}}}
	case standard.Files:
		return standard.Answer{}
	}
	return standard.Answer{Text: "An answer to " + q.ID + ", as long as such answers often are: it says what is done, who does it, and since when."}
}

// submitted is an application that Olga handed in.
func (b *bench) submitted(t testing.TB, name string) *assess.Application {
	t.Helper()
	ctx, me := t.Context(), b.who("olga")
	app, err := b.Start(ctx, me, assessment.Start{Name: name, Link: "https://good.example/" + good.Slugify(name), Kinds: []good.Kind{good.Software}})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		f, err := b.Application(ctx, me, app.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Gaps) == 0 {
			break
		}
		answers, edits := standard.Answers{}, []assessment.Edit{}
		for q, s := range f.Answers {
			answers[q] = s.Answer
		}
		for _, g := range f.Gaps {
			q, _ := f.Set.Question(g.Question)
			answers[q.ID] = answerTo(q, answers)
			edits = append(edits, assessment.Edit{Question: q.ID, Version: f.Answers[q.ID].Version, Answer: answers[q.ID]})
		}
		if _, err := b.Save(ctx, me, app.ID, edits); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Authorise(ctx, me, app.ID, "I maintain it."); err != nil {
		t.Fatal(err)
	}
	app, _, err = b.Submit(ctx, me, app.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// inReview is an application that Rosa and Ravi review.
func (b *bench) inReview(t testing.TB, name string) *assess.Application {
	t.Helper()
	app := b.submitted(t, name)
	_, _, err := b.Screen(t.Context(), b.who("carl"), app.ID, 0, assessment.Screening{Decision: "accept",
		Screened: assess.Screened{Findings: map[string]assess.Finding{"1": {Verdict: assess.Pass}, "2": {Verdict: assess.Pass}}}})
	for _, r := range []string{"rosa", "ravi"} {
		if err == nil {
			app, _, err = b.Claim(t.Context(), b.who(r), app.ID)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// judged has a reviewer pass all that is open, but for what findings say.
func (b *bench) judged(t testing.TB, name string, app *assess.Application, findings map[string]assess.Finding) {
	t.Helper()
	for _, id := range app.Scope {
		f, special := findings[id]
		if !special {
			f = assess.Finding{Verdict: assess.Pass, Reason: "The evidence shows it."}
		}
		if err := b.Verdict(t.Context(), b.who(name), app.ID, id, 0, f); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := b.Finish(t.Context(), b.who(name), app.ID); err != nil {
		t.Fatal(err)
	}
}

// ask sends a form as somebody, or reads a page where there is none, and
// returns status, place led to and page.
func (b *bench) ask(t testing.TB, name, path string, form url.Values) (status int, to, body string) {
	t.Helper()
	method, sent := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, sent = http.MethodPost, strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, sent)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: edge.SessionCookie, Value: name})
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	return w.Code, w.Header().Get("Location"), w.Body.String()
}

func at(app *assess.Application, more string) string {
	return "/desk/applications/" + string(app.ID) + more
}

func TestAReviewPageIsSmallAndWhole(t *testing.T) {
	b := newBench(t)
	app := b.inReview(t, "Clinic Book")
	for _, lang := range []string{"", "/ar", "/ru", "/zh"} {
		for _, name := range []string{"rosa", "carl", "sara"} {
			status, _, body := b.ask(t, name, lang+at(app, ""), nil)
			if status != 200 || len(body) > 80<<10 {
				t.Errorf("%s %s: %d, %d bytes", lang, name, status, len(body))
			}
			for _, want := range []string{"Clinic Book", "An answer to ", "https://good.example/", "Apache-2.0"} {
				if !strings.Contains(body, want) {
					t.Errorf("%s %s: no %q", lang, name, want)
				}
			}
		}
	}
}

func TestACoordinatorGoesOnWithTheNext(t *testing.T) {
	b := newBench(t)
	first, second := b.submitted(t, "Clinic Book"), b.submitted(t, "School Atlas")
	_, to, _ := b.ask(t, "carl", at(first, "/screen"), url.Values{"version": {strconv.FormatInt(first.Version, 10)}, "decision": {"accept"}, "verdict-1": {"pass"}, "verdict-2": {"pass"}})
	_, _, body := b.ask(t, "carl", to, nil)
	if link := `href="` + at(second, "") + `" rel="next"`; strings.Count(body, link) != 2 || strings.Contains(body, `href="`+at(first, "")+`" rel="next"`) {
		t.Errorf("after the first look the page does not lead on to the next: %s", around(body, `rel="next"`))
	}
	if _, _, body := b.ask(t, "carl", at(second, ""), nil); strings.Contains(body, `rel="next"`) {
		t.Error("it leads on where nothing waits")
	}
	if _, _, body := b.ask(t, "carl", "/desk", nil); !strings.Contains(body, "New today") || strings.Contains(body, "0 days") {
		t.Error("what came today is not said to be new")
	}
}
