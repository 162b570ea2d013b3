package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// saved is how it went when many saved at once.
type saved struct {
	waits     []time.Duration // of each save, in order of length
	imports   int             // that were made meanwhile
	processor time.Duration   // of the server
	took      time.Duration
	load      string // of the machine, at the end
}

func (s saved) at(percent int) time.Duration { return s.waits[len(s.waits)*percent/100] }

// saver is somebody with an application of theirs.
type saver struct {
	token, application string
}

// savers has people save in a closed loop, each so often, over HTTP, on a real
// server with its jobs and SQLite, while real registries are imported by
// another process. It fails if a save was lost.
func savers(t testing.TB, people, times int) saved {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(testkit.RealData(t), "dpga")
	env := append(os.Environ(), "STOA_DATA="+filepath.Join(dir, "data"), "STOA_DATABASE_URL=", "STOA_ADDR=127.0.0.1:0")
	list := enrolled(t, dir, people)
	server, err := startServer(testkit.Program(t), env, dir, "--empty", "--log-level", "error")
	if err != nil {
		t.Fatal(err)
	}
	defer server.end(syscall.SIGTERM)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: people}}
	ask := func(s *saver, method, path string, in, out any) error {
		var body bytes.Buffer
		if in != nil {
			if err := json.NewEncoder(&body).Encode(in); err != nil {
				return err
			}
		}
		req, err := http.NewRequestWithContext(t.Context(), method, server.url+path, &body)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+s.token)
		if in != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		if resp.StatusCode >= 300 {
			return fmt.Errorf("%s: %s %.300s", path, resp.Status, raw)
		}
		return json.Unmarshal(raw, out)
	}
	for i, s := range list {
		var made struct{ ID string }
		if err := ask(s, "POST", "/api/v1/applications", map[string]any{"name": fmt.Sprintf("Good %02d", i), "link": fmt.Sprintf("https://good-%02d.example", i), "kinds": []string{"software"}}, &made); err != nil {
			t.Fatal(err)
		}
		s.application = made.ID
	}
	out := saved{}
	ctx, stop := context.WithCancel(t.Context())
	var beside sync.WaitGroup
	beside.Go(func() { out.imports = importing(t, ctx, env, data) })
	before, begun := processorOf(t, server.cmd.Process.Pid), time.Now()
	waits := make([][]time.Duration, people)
	var working sync.WaitGroup
	for n, s := range list {
		working.Go(func() {
			for i := range times {
				began := time.Now()
				err := ask(s, "POST", "/api/v1/applications/"+s.application+"/save", map[string]any{"answers": []any{map[string]any{"question": "general.summary", "version": i, "answer": map[string]any{"text": word(n, i)}}}}, new(any))
				if err != nil {
					t.Error(err)
					return
				}
				waits[n] = append(waits[n], time.Since(began))
			}
		})
	}
	working.Wait()
	out.took, out.processor = time.Since(begun), processorOf(t, server.cmd.Process.Pid)-before
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	out.load = strings.TrimSpace(string(load))
	stop()
	beside.Wait()
	for n, s := range list {
		var doc struct {
			Answers []struct {
				Question string
				Version  int
				Answer   struct{ Text string }
			}
		}
		if err := ask(s, "GET", "/api/v1/applications/"+s.application, nil, &doc); err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(doc.Answers, func(a struct {
			Question string
			Version  int
			Answer   struct{ Text string }
		}) bool {
			return a.Question == "general.summary" && a.Version == times && a.Answer.Text == word(n, times-1)
		}); i < 0 {
			t.Errorf("a save of person %d was lost: %+v", n, doc.Answers)
		}
	}
	out.waits = slices.Concat(waits...)
	slices.Sort(out.waits)
	return out
}

// word is what a person writes for the i-th time.
func word(person, i int) string {
	return fmt.Sprintf("Person %d writes for the %d-th time.", person, i)
}

// enrolled are people with a token each, in a database that is there before the
// server.
func enrolled(t testing.TB, dir string, n int) []*saver {
	t.Helper()
	env := &Env{Ctx: t.Context(), Now: time.Now, Rand: rand.Reader, Data: filepath.Join(dir, "data"), Log: slog.New(slog.DiscardHandler), holds: &holds{}}
	db, err := env.Open()
	if err != nil {
		t.Fatal(err)
	}
	var out []*saver
	_, err = db.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for i := range n {
			secret, err := access.NewSecret(rand.Reader)
			if err != nil {
				return err
			}
			p := &good.Person{ID: tx.NewID(), Pseudonym: fmt.Sprintf("saver-%02d", i)}
			if err := tx.PutPerson(ctx, p); err != nil {
				return err
			}
			token := access.Token{ID: tx.NewID(), Person: p.ID, Name: "saver", Scopes: []string{string(access.Read), string(access.Applying)}, Created: tx.Now(), Expires: tx.Now().Add(time.Hour)}
			if err := tx.AddToken(ctx, token, access.Hash(secret)); err != nil {
				return err
			}
			out = append(out, &saver{token: secret})
		}
		return nil
	})
	env.holds.release()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// importing imports real registries, one after the other and again, until ctx
// ends, and says how many.
func importing(t testing.TB, ctx context.Context, env []string, data string) (n int) {
	for ; ctx.Err() == nil; n++ {
		from := [][]string{{"registry-history/dpgs-2023-05-31.json"}, {"registry-history/dpgs-2024-06-28.json"}, {"registry-history/dpgs-2025-06-27.json"}, {"registry-2026/dpgs.json", "--seen", "2026-07-10"}}[n%4]
		cmd := exec.CommandContext(ctx, testkit.Program(t), append([]string{"import", filepath.Join(data, from[0])}, from[1:]...)...)
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil && ctx.Err() == nil {
			t.Errorf("import %s: %v\n%s", from[0], err, out)
			return n
		}
	}
	return n
}

// processorOf is the processor time a process used so far.
func processorOf(t testing.TB, pid int) time.Duration {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields, ticks := strings.Fields(rest), 0
	for _, f := range fields[11:13] { // of the program, and of the system for it
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func TestFiftyWhoSaveBesideARealImportLoseNothing(t *testing.T) {
	s := savers(t, 50, 4)
	if len(s.waits) != 200 {
		t.Errorf("%d saves of 200 were made", len(s.waits))
	}
	t.Logf("p50 %v, p99 %v, lost 0; %v of the server's processor in %v, %d imports; load %s", s.at(50), s.at(99), s.processor, s.took, s.imports, s.load)
}

// BenchmarkFiftySavers measures how long each of fifty people waits for a save
// over HTTP while registries are imported beside.
func BenchmarkFiftySavers(b *testing.B) {
	for b.Loop() {
		s := savers(b, 50, 40)
		b.ReportMetric(float64(s.at(50).Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(s.at(99).Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(s.processor.Microseconds())/1000/float64(len(s.waits)), "cpu-ms/save")
		b.ReportMetric(float64(s.took.Microseconds())/1000/float64(len(s.waits)), "clock-ms/save")
		b.ReportMetric(float64(s.imports), "imports")
		b.ReportMetric(0, "lost") // or it fails
		b.Logf("load %s", s.load)
	}
}
