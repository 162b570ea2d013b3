package runs_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/app/imports/runs"
)

// organisation is a server that speaks the API of Forgejo over repositories that
// a test changes.
type organisation struct {
	mu    sync.Mutex
	repos []string // names
	said  map[string]string
	when  map[string]string
	files atomic.Int64 // that were asked for
}

func (o *organisation) put(name, said string, changed time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.said == nil {
		o.said, o.when = map[string]string{}, map[string]string{}
	}
	if o.said[name] == "" {
		o.repos = append(o.repos, name)
	}
	o.said[name], o.when[name] = said, changed.Format(time.RFC3339)
}

func (o *organisation) drop(name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.said, name)
	o.repos = slices.DeleteFunc(o.repos, func(have string) bool { return have == name })
}

// ServeHTTP implements http.Handler.
func (o *organisation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.URL.Path == "/api/v1/orgs/water/repos" {
		var all []string
		for _, name := range o.repos {
			all = append(all, fmt.Sprintf(`{"id":%d,"name":%q,"full_name":"water/%s","html_url":"https://git.example.org/water/%s","updated_at":%q}`, 100+int(name[0]), name, name, name, o.when[name]))
		}
		fmt.Fprintf(w, "[%s]", strings.Join(all, ","))
		return
	}
	name, file, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/v1/repos/water/"), "/raw/")
	if o.files.Add(1); ok && file == "codemeta.json" {
		fmt.Fprintf(w, `{"@context":"https://w3id.org/codemeta/3.0","type":"SoftwareSourceCode","name":"Tool %s","description":%q,"license":"https://spdx.org/licenses/MIT"}`, name, o.said[name])
		return
	}
	http.NotFound(w, r)
}

// TestAForgeIsReadAgain reads only what changed, and knows all the same what is
// gone and what is there.
func TestAForgeIsReadAgain(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		o, old := &organisation{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, name := range []string{"a", "b", "c", "d"} {
			o.put(name, "It counts the wells of "+name+".", old)
		}
		base := serve(t, o)
		p.reads(base)
		p.source("forge", base+"/water", func(s *runs.Source) { s.Kind = "forgejo" })
		for _, step := range []struct {
			change func()
			counts string
			files  int64
			goods  int
		}{
			{func() {}, "whole 4/0/0/0/0", 12, 4},
			{func() { o.put("d", "It counts the springs of d.", p.Now()) }, "whole 0/1/3/0/0", 3, 4},
			{func() { o.drop("a"); o.put("e", "It counts the wells of e.", p.Now()) }, "whole 1/0/3/1/0", 6, 5}, // d changed within the hours that clocks may differ
			{func() { o.put("a", "It counts the wells of a.", old) }, "whole 0/0/5/0/0", 3, 5},                  // it came back as it was
		} {
			p.pass(time.Minute)
			step.change()
			asked := o.files.Load()
			if got := counts(p.read("forge")); got != step.counts || o.files.Load()-asked != step.files || p.goods() != step.goods {
				t.Errorf("%s and %d files, %d goods; want %+v", got, o.files.Load()-asked, p.goods(), step)
			}
			p.pass(24 * time.Hour)
		}
	})
}
