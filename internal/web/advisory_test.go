package web_test

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	appadvisory "stoa/internal/app/advisory"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/web"
	"stoa/internal/web/page/advisory"
)

// cast are people by the secret of their session.
type cast map[string]access.Viewer

var players = cast{
	"desk":    {Who: access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "p-desk", Roles: []string{access.Secretariat}}, Name: "Dana"},
	"advisor": {Who: access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "p-amina", Roles: []string{access.Advisor}}, Name: "Amina"},
	"citizen": {Who: access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "p-cem"}, Name: "Cem"},
}

// Session implements edge.Identity.
func (c cast) Session(_ context.Context, secret string) (access.Viewer, error) {
	v := c[secret]
	v.Session = "s"
	return v, nil
}

// Token implements edge.Identity.
func (cast) Token(context.Context, string) (access.Viewer, error) { return access.Viewer{}, nil }

// stage serves the pages of the advisory group to the players, at a day that
// the test moves.
func stage(t *testing.T) (url string, day *atomic.Int64) {
	t.Helper()
	day = &atomic.Int64{}
	now := func() time.Time { return time.Date(2026, 11, 26+int(day.Load()), 12, 0, 0, 0, time.UTC) }
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		p := good.Person{ID: players["advisor"].Person, Pseudonym: players["advisor"].Pseudonym}
		if err := tx.PutPerson(ctx, &p); err != nil {
			return err
		}
		return tx.PutEmail(ctx, good.Email{Address: "amina@example.org", Person: p.ID, Main: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	var site http.Handler
	mux := http.NewServeMux()
	mux.HandleFunc("GET /as/{who}", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: edge.SessionCookie, Value: r.PathValue("who"), Path: "/"})
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<link rel="icon" href="data:,">`) // so that the browser asks for no other
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { site.ServeHTTP(w, r) })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	s := samples()
	pages, err := web.New(web.Config{Goods: s, Cases: s, Whole: s, Directory: s, Shelves: s, Registry: s, Dumps: s, BaseURL: srv.URL, Version: "browser", Now: now,
		More: advisory.Routes(&appadvisory.App{DB: db, Now: now})})
	if err != nil {
		t.Fatal(err)
	}
	site = edge.Identify(players, false, pages.Deny)(pages)
	return srv.URL, day
}

// as makes the reader one of the players, and leads to a page.
func (r reader) as(url, who, path string) {
	r.t.Helper()
	r.do(chromedp.Navigate(url+"/as/"+who), chromedp.Navigate(url+path))
	r.sound()
}

// sound fails the test where the page does not fit or is not accessible.
func (r reader) sound() {
	r.t.Helper()
	r.fits()
	testkit.Accessible(r.t, r.ctx)
}

func (r reader) fill(field, text string) {
	r.t.Helper()
	r.do(chromedp.SetValue(chromedp.CSS("[name="+field+"]"), text))
}

func (r reader) choose(field, value string) {
	r.t.Helper()
	r.do(chromedp.Click(chromedp.CSS("input[name=" + field + "][value=" + value + "]")))
}

// send submits the form that holds a field.
func (r reader) send(field string) {
	r.t.Helper()
	r.turn(chromedp.Click(chromedp.CSS("form:has([name=" + field + "]) button")))
	r.sound()
}

func TestAConsultationIsHeldByThreePeople(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			url, day := stage(t)
			at := prefixes[lang]
			r := newReader(t, testkit.Screen{Width: 360, Height: 780, Phone: true, NoScript: true})
			r.as(url, "desk", at+"/desk/advisory")
			r.fill("person", "nobody@example.org")
			r.do(chromedp.SetValue(chromedp.CSS("select[name=constituency]"), "academia"))
			r.fill("until", "2027-11-26")
			r.send("person")
			if got := see(r, chromedp.Value(chromedp.CSS("[name=until]"))); got != "2027-11-26" || !script[bool](r, `!!document.querySelector('.wrong a[href="#person"]')`) {
				t.Errorf("after a mistake the form holds %q", got)
			}
			r.fill("person", "amina@example.org")
			r.fill("name", "Amina Diallo")
			r.send("person")
			r.choose("subject", "standard")
			r.fill("ref", "dpg@1.2.0")
			r.fill("title", "Draft 1.2.0")
			r.fill("text", "What do you think of the draft?\n<script>alert(1)</script>")
			r.do(chromedp.Click(chromedp.CSS("#public")))
			r.fill("closes", "2026-11-30")
			r.send("title")
			page := at + "/consultations/draft-1-2-0"
			if got := see(r, chromedp.Location()); got != url+page {
				t.Fatalf("led to %s", got)
			}
			r.as(url, "citizen", page)
			r.fill("text", "Name the licences.")
			r.do(chromedp.Click(chromedp.CSS("#named")))
			r.send("on")
			r.as(url, "advisor", page)
			r.choose("position", "support-with-changes")
			r.send("position") // without a reason
			r.fill("opinion", "Say what a collection is.")
			r.send("position")
			day.Store(10)
			r.as(url, "desk", page)
			r.choose("disposition", "accepted")
			r.fill("answer", "We will.")
			r.send("answer")
			r.fill("outcome", "Adopted with one change.")
			r.fill("minutes", "We met and talked.")
			r.send("minutes")
			r.as(url, "nobody", page)
			text := see(r, chromedp.Text(chromedp.CSS("main")))
			for _, want := range []string{"Amina Diallo", "Cem", "Name the licences.", "We will.", "Say what a collection is.", "Adopted with one change.", "<script>alert(1)</script>"} {
				contains(t, text, want)
			}
			r.as(url, "advisor", at+"/advisory/seat")
			r.fill("text", "I maintain DHIS2")
			r.send("text")
			r.as(url, "nobody", at+"/advisory")
			contains(t, see(r, chromedp.Text(chromedp.CSS("main"))), "Amina Diallo")
		})
	}
}

func TestWhatIsOfTheDeskIsNobodyElses(t *testing.T) {
	url, _ := stage(t)
	for _, who := range []string{"", "citizen", "advisor"} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/desk/advisory", nil)
		if who != "" {
			req.AddCookie(&http.Cookie{Name: edge.SessionCookie, Value: who})
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if want := map[bool]int{true: 401, false: 403}[who == ""]; resp.StatusCode != want {
			t.Errorf("%q: %d, want %d", who, resp.StatusCode, want)
		}
	}
}

func contains(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%q is not in %q", want, text)
	}
}
