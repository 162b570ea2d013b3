package runs_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/app/imports/runs"
	"stoa/internal/good"
)

func asError(err error, e **good.Error) bool { return errors.As(err, e) }

// bad is a source that misbehaves after three good pages of ten.
func bad(t *testing.T, p *place, then func(w http.ResponseWriter, r *http.Request) bool) *catalogue {
	t.Helper()
	api := &catalogue{size: 10}
	for n := range 60 {
		api.put(fmt.Sprintf("id-%02d", n), fmt.Sprintf("Tool %02d", n))
	}
	base := serve(t, api)
	p.reads(base)
	p.source("made", base)
	api.before = func(w http.ResponseWriter, r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, "/software") && r.URL.Query().Get("page[after]") == "30" && then(w, r)
	}
	return api
}

// TestASourceThatBreaksOff ends a run with what was read so far and why it
// ended; the next goes on from there, and nothing lapsed meanwhile.
func TestASourceThatBreaksOff(t *testing.T) {
	for name, c := range map[string]struct {
		then func(w http.ResponseWriter, r *http.Request) bool
		why  string
	}{
		"429 without end": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}, "harvest.error.busy"},
		"429 for an hour": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Retry-After", "36000")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}, "harvest.error.busy"},
		"10 GB": {func(w http.ResponseWriter, _ *http.Request) bool {
			chunk := []byte(strings.Repeat(" ", 1<<20))
			for range 10 << 10 {
				if _, err := w.Write(chunk); err != nil {
					return true
				}
			}
			t.Error("all of 10 GB was taken")
			return true
		}, "error.fence.large"},
		"a redirect into the private network": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://192.168.0.1/software", http.StatusFound)
			return true
		}, "error.fence.private"},
		"not the API": {func(w http.ResponseWriter, _ *http.Request) bool {
			fmt.Fprint(w, "<h1>We are closed</h1>")
			return true
		}, "harvest.error.not-the-api"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, "sqlite:"+t.TempDir()+"/stoa.db")
			api := bad(t, p, c.then)
			r := p.read("made")
			if counts(r) != "partial 30/0/0/0/0" || r.Why != c.why || p.goods() != 30 {
				t.Fatalf("%+v, %d goods", r, p.goods())
			}
			s, err := p.Show(ctx, "made")
			if err != nil || !s.Due.After(p.Now()) {
				t.Errorf("due %s: %v", s.Due, err)
			}
			if name == "429 for an hour" && s.Due.Sub(p.Now()) < 10*time.Hour {
				t.Errorf("asked to wait ten hours, due after %s", s.Due.Sub(p.Now()))
			}
			api.before = nil
			pages := api.asked.Load()
			if r := p.read("made"); counts(r) != "whole 30/0/0/0/0" || r.N != 2 || api.asked.Load()-pages != 3 || p.goods() != 60 {
				t.Errorf("the next, after %d pages: %+v", api.asked.Load()-pages, r)
			}
			replayed(t, p)
		})
	}
}

// TestASourceThatGoesInCircles ends runs that would have no end.
func TestASourceThatGoesInCircles(t *testing.T) {
	page := func(api *catalogue, next string) string {
		return fmt.Sprintf(`{"data":[%s],"links":{"next":"?page%%5Bafter%%5D=%s"}}`, strings.Join([]string{api.entries["id-01"], api.entries["id-02"]}, ","), next)
	}
	for name, next := range map[string]func(n int, after string) string{
		"the same cursor":             func(int, string) string { return "30" },
		"three cursors in turn":       func(n int, _ string) string { return fmt.Sprint("c", n%3) },
		"always the same, under more": func(n int, _ string) string { return fmt.Sprint("n", n) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, "sqlite:"+t.TempDir()+"/stoa.db")
			api := bad(t, p, nil)
			n := 0
			api.before = func(w http.ResponseWriter, r *http.Request) bool {
				after := r.URL.Query().Get("page[after]")
				if !strings.HasSuffix(r.URL.Path, "/software") || after == "" || after == "10" || after == "20" {
					return false
				}
				n++
				fmt.Fprint(w, page(api, next(n, after)))
				return true
			}
			r := p.read("made")
			if r.End != good.RunPartial || r.Why != "harvest.error.circles" || r.New != 30 || r.Gone != 0 || n > 40 || p.goods() != 30 {
				t.Errorf("after %d pages: %+v", n, r)
			}
			if r := p.read("made"); r.N != 2 || r.Unchanged != 30 {
				t.Errorf("the next does not begin anew: %+v", r)
			}
		})
	}
}

// TestASourceThatEndsNowhere ends a run at the number of records it may have.
func TestASourceThatEndsNowhere(t *testing.T) {
	p := newPlace(t, "sqlite:"+t.TempDir()+"/stoa.db")
	n := 0
	base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/publishers") {
			fmt.Fprint(w, `{"data":[],"links":{}}`)
			return
		}
		n++
		fmt.Fprintf(w, `{"data":[%s],"links":{"next":"?page%%5Bafter%%5D=%d"}}`, entry(fmt.Sprint("id-", n), fmt.Sprint("Tool ", n)), n)
	}))
	p.reads(base)
	p.source("made", base, func(s *runs.Source) { s.Most = 25 })
	if r := p.read("made"); r.End != good.RunPartial || r.Why != "harvest.error.many" || n != 26 {
		t.Errorf("after %d pages: %+v", n, r)
	}
}

// TestWhatIsNoProofThatSomethingIsGone reads listings that lack records, but
// cannot be believed.
func TestWhatIsNoProofThatSomethingIsGone(t *testing.T) {
	t.Run("it changed while it was read", func(t *testing.T) {
		p := newPlace(t, "sqlite:"+t.TempDir()+"/stoa.db")
		api := bad(t, p, nil)
		api.before = nil
		p.read("made")
		api.drop("id-45")
		done := false
		api.before = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("page[after]") == "30" && !done {
				done = true
				api.mu.Lock()
				api.ids = slices.Insert(api.ids, 0, "id-98") // one more before, so that one comes again
				api.entries["id-98"] = entry("id-98", "Tool 98")
				api.mu.Unlock()
			}
			return false
		}
		r := p.read("made")
		if r.End != good.RunWhole || r.Gone != 0 || r.Why != "harvest.why.shifted" {
			t.Errorf("%+v", r)
		}
		api.before = nil
		if r := p.read("made"); counts(r) != "whole 1/0/59/1/0" {
			t.Errorf("and when it stands still: %+v", r)
		}
	})
	t.Run("half of it is missing", func(t *testing.T) {
		p := newPlace(t, "sqlite:"+t.TempDir()+"/stoa.db")
		api := bad(t, p, nil)
		api.before = nil
		p.read("made")
		api.mu.Lock()
		api.ids = api.ids[:25]
		api.mu.Unlock()
		if r := p.read("made"); r.End != good.RunWhole || r.Gone != 0 || r.Why != "harvest.why.half" || r.Args["Missing"] != "35" {
			t.Errorf("%+v", r)
		}
	})
}

// TestRecordsThatAreNotTheirs sends records that cannot be taken in, beside some
// that can.
func TestRecordsThatAreNotTheirs(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		api := &catalogue{size: 100}
		api.put("id-1", "Tool 1")
		api.put("id-2", "Tool 2")
		api.entries["id-2"] = strings.Replace(api.entries["id-2"], `"id-2"`, `"id-1"`, 1) // under another's id
		api.put("id-3", "Tool 3")
		api.entries["id-3"] = "{\"id\":\"id-3\",\"url\":\"https://git.example.org/\xff\xfe\"}" // mixed encodings
		api.put("id-4", "Tool 4")
		api.entries["id-4"] = `{"id":"id-4","url":"https://git.example.org/made/bomb","publiccodeYml":"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\npubliccodeYmlVersion: \"0.4\"\nname: Bomb\n"}`
		api.put("id-5", "Tool 5")
		base := serve(t, api)
		p.reads(base)
		p.source("made", base)
		r := p.read("made")
		if counts(r) != "whole 3/0/0/0/2" || r.Waiting != 1 || p.goods() != 2 {
			t.Fatalf("%+v, %d goods", r, p.goods())
		}
		faults, err := p.Faults(ctx, "made", 1, 100)
		if err != nil || len(faults) != 2 || faults[0].Key != "harvest.fault.record" || faults[0].Args["Reason"] != "not-utf-8" ||
			faults[1].ID != "id-1" || faults[1].Key != "harvest.fault.twice" {
			t.Errorf("%+v %v", faults, err)
		}
		rec, err := p.DB.Record(ctx, "made", "id-1")
		if err != nil || rec.Facts.Name != "Tool 1" {
			t.Errorf("the first of two: %+v %v", rec, err)
		}
		cases, err := p.DB.OpenCases(ctx)
		if err != nil || len(cases) != 1 || cases[0].ForeignID != "id-4" {
			t.Errorf("%+v %v", cases, err)
		}
	})
}
