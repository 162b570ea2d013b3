package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/api"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// TestHarvestAtTheCommandLine adds a source, reads it, looks at it, pauses and
// resumes it, on both engines.
func TestHarvestAtTheCommandLine(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		names := []string{"Rain Gauge", "Well Watch"}
		source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			fmt.Fprintln(w, "Ref,Title")
			for n, name := range names {
				fmt.Fprintf(w, "T-%d,%s\n", n, name)
			}
		}))
		defer source.Close()
		at, err := url.Parse(source.URL)
		if err != nil {
			t.Fatal(err)
		}
		where := []string{"--data", t.TempDir()}
		if strings.HasPrefix(database, "postgres") {
			where = append(where, "--database", database)
		}
		do := func(code int, into any, args ...string) string {
			t.Helper()
			var out, told bytes.Buffer
			args = append(append(append([]string{"harvest"}, args...), where...), "--harvest-networks", "127.0.0.0/8", "--harvest-ports", at.Port())
			if got := run(t.Context(), args, &out, &told); got != code {
				t.Fatalf("%v: %d, want %d: %s", args, got, code, &told)
			}
			if into != nil {
				if err := json.Unmarshal(out.Bytes(), into); err != nil {
					t.Fatalf("%v: %v: %s", args, err, &out)
				}
			}
			return told.String()
		}
		mapping := filepath.Join(t.TempDir(), "mapping.yml")
		if err := os.WriteFile(mapping, []byte("source: {id: any, name: Tools}\ncomplete: true\nid: Ref\ncolumns: {Title: name}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		add := []string{"add", "tools", "--name", "Tools of the council", "--kind", "table", "--address", source.URL + "/tools.csv", "--option", "mapping=@" + mapping, "--keeper", "Office of tools"}
		var h api.Harvest
		do(0, &h, add...)
		if h.Source != "tools" || h.Hours != 24 || h.Priority != 40 || h.Due == nil || h.Version != 1 {
			t.Errorf("added: %+v", h)
		}
		var r good.Run
		do(0, &r, "run", "tools")
		if r.End != good.RunWhole || r.New != 2 || r.N != 1 {
			t.Errorf("first: %+v", r)
		}
		names = names[:1]
		do(0, &r, "run", "tools")
		if r.Gone != 1 || r.Unchanged != 1 || r.N != 2 {
			t.Errorf("second: %+v", r)
		}
		var shown struct {
			Source api.Harvest
			Runs   []good.Run
		}
		do(0, &shown, "show", "tools")
		if len(shown.Runs) != 2 || shown.Source.Last.N != 2 || shown.Source.Keeper != "Office of tools" {
			t.Errorf("shown: %+v", shown)
		}
		do(0, nil, "pause", "tools")
		if told := do(1, nil, "run", "tools"); !strings.Contains(told, "paused") {
			t.Errorf("paused: %s", told)
		}
		do(0, nil, "resume", "tools")
		do(0, &h, append(add, "--hours", "6")...)
		if h.Version < 3 || h.Hours != 6 || h.Paused {
			t.Errorf("said anew: %+v", h)
		}
		var list api.HarvestList
		do(0, &list, "list")
		if len(list.Items) != 1 || len(list.Kinds) < 10 {
			t.Errorf("%d sources, %d kinds", len(list.Items), len(list.Kinds))
		}
		if told := do(2, nil, "add", "x", "--name", "X", "--kind", "pigeon", "--address", source.URL); !strings.Contains(told, "pigeon") {
			t.Errorf("a strange kind: %s", told)
		}
		do(1, nil, "show", "nothing")
	})
}

// TestAServerThatIsKilledReadsOn kills a server in the middle of a run: the next
// one goes on with the same run, and in the end everything is there once.
func TestAServerThatIsKilledReadsOn(t *testing.T) {
	const records, each = 400, 20
	slow := make(chan struct{}, records) // a page is given out for each
	source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/robots.txt":
			http.NotFound(w, r)
			return
		case strings.HasSuffix(r.URL.Path, "/publishers"):
			fmt.Fprint(w, `{"data":[],"links":{}}`)
			return
		}
		select {
		case <-slow:
		case <-r.Context().Done():
			return
		}
		begin := 0
		_, _ = fmt.Sscan(r.URL.Query().Get("page[after]"), &begin)
		var page []string
		for n := begin; n < min(begin+each, records); n++ {
			page = append(page, fmt.Sprintf(`{"id":"id-%d","url":"https://git.example.org/x/%d","publiccodeYml":"publiccodeYmlVersion: \"0.4\"\nname: Tool %d of %d\nurl: https://git.example.org/x/%d\nlegal: {license: MIT}\n"}`, n, n, n, n*7919, n))
		}
		next := "null"
		if begin+each < records {
			next = fmt.Sprintf(`"?page%%5Bafter%%5D=%d"`, begin+each)
		}
		fmt.Fprintf(w, `{"data":[%s],"links":{"next":%s}}`, strings.Join(page, ","), next)
	}))
	defer source.Close()
	at, err := url.Parse(source.URL)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	var out, told bytes.Buffer
	if code := run(t.Context(), []string{"harvest", "add", "slow", "--data", data, "--name", "Slow", "--kind", "publiccode", "--address", source.URL + "/v1", "--rate", "6000", "--agreed",
		"--harvest-networks", "127.0.0.0/8", "--harvest-ports", at.Port()}, &out, &told); code != 0 {
		t.Fatal(told.String())
	}
	env := append(os.Environ(), "STOA_DATA="+data, "STOA_ADDR=127.0.0.1:0", "STOA_DATABASE_URL=", "STOA_HARVEST_NETWORKS=127.0.0.0/8", "STOA_HARVEST_PORTS="+at.Port())
	until := func(s *server, enough func(api.Harvest) bool) (h api.Harvest) {
		t.Helper()
		for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			res, err := http.Get(s.url + "/api/v1/harvests/slow")
			if err != nil {
				t.Fatal(err)
			}
			h = api.Harvest{}
			err = json.NewDecoder(res.Body).Decode(&h)
			if res.Body.Close(); err != nil {
				t.Fatal(err)
			}
			if enough(h) {
				return h
			}
		}
		t.Fatalf("it does not come to it: %+v %+v", h.Running, h.Last)
		return h
	}
	for kills := range 3 {
		s, err := startServer(testkit.Program(t), env, dir, "--empty")
		if err != nil {
			t.Fatal(err)
		}
		defer s.end(syscall.SIGKILL)
		for range 5 {
			slow <- struct{}{}
		}
		if kills < 2 {
			until(s, func(h api.Harvest) bool { return h.Running != nil && h.Running.Pages >= 4*(kills+1) })
			_ = s.end(syscall.SIGKILL)
			continue
		}
		close(slow)
		h := until(s, func(h api.Harvest) bool { return h.Last != nil })
		if h.Last.N != 1 || h.Last.End != good.RunWhole || h.Last.New != records || h.Last.Pages != records/each || h.Last.Waiting != 0 {
			t.Errorf("%+v", h.Last)
		}
	}
}
