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
	"testing"

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
