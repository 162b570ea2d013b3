package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/app/assessment/season"
	"stoa/internal/assess"
	"stoa/internal/testkit"
)

// How many applications a season has: in the test suite, and with
// STOA_TEST_LONG.
const (
	seasonShort = 60
	seasonLong  = 2000
)

// TestASeasonOverHTTPEndsSound plays a season on the real program, which is
// killed again and again. The program itself names the first invariant that
// does not hold, and ends badly; here it is seen that everything was played.
func TestASeasonOverHTTPEndsSound(t *testing.T) {
	n := seasonShort
	if os.Getenv("STOA_TEST_LONG") != "" {
		n = seasonLong
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), testkit.Program(t), "simulate", "season", "--applications", strconv.Itoa(n))
			cmd.Env, cmd.Stderr = append(os.Environ(), "STOA_DATA="+t.TempDir(), "STOA_DATABASE_URL="), os.Stderr
			if engine == "postgres" {
				cmd.Env = append(cmd.Env, "STOA_DATABASE_URL="+testkit.Postgres(t))
			}
			raw, err := cmd.Output()
			if err != nil {
				t.Fatalf("the season does not end well: %v\n%s", err, raw)
			}
			var told struct {
				Season         season.Report
				Kills, Erased  int
				Requests, Days int
				Seconds        int
			}
			if err := json.Unmarshal(raw, &told); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d applications: %d requests over %d days in %d s, %d kills", n, told.Requests, told.Days, told.Seconds, told.Kills)
			for _, state := range assess.States {
				if told.Season.Passed[state] == 0 {
					t.Errorf("no application was ever %s", state)
				}
			}
			for _, kind := range assess.Kinds {
				if told.Season.Applications[kind] == 0 {
					t.Errorf("there was no %s application", kind)
				}
			}
			r := told.Season
			if r.Applications[assess.First] != n || told.Kills < 2 || told.Erased == 0 || r.Lapsed == 0 || r.Renewed == 0 || r.Extended == 0 || r.Appeals == 0 || len(r.Held) < 15 {
				t.Errorf("too little was played: %+v", told)
			}
		})
	}
}

// TestNoListOfProcessesShowsTheDatabase holds that the address of the database,
// with its password, is not on the command line of the season's server.
func TestNoListOfProcessesShowsTheDatabase(t *testing.T) {
	const secret = "postgres://stoa:secret@db.example/stoa"
	cmd := (&played{env: &Env{Data: "/data", Database: secret}}).command("stoa")
	if slices.ContainsFunc(cmd.Args, func(a string) bool { return strings.Contains(a, "secret") }) {
		t.Errorf("%q", cmd.Args)
	}
	if cmd.Env[len(cmd.Env)-1] != "STOA_DATABASE_URL="+secret {
		t.Error("the server is not told where the database is")
	}
}
