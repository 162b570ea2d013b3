package testkit

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// sql runs statements and returns the number the last one gives.
func sql(t *testing.T, url string, statements ...string) int {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	last := len(statements) - 1
	for _, s := range statements[:last] {
		if _, err := conn.Exec(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := conn.QueryRow(ctx, statements[last]).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	a, b := Postgres(t), Postgres(t)
	sql(t, a, "CREATE TABLE x (y int)", "SELECT 1")
	if n := sql(t, b, "SELECT count(*) FROM pg_class WHERE relname = 'x'"); n != 0 {
		t.Error("a table of one database is seen in the other")
	}
}

func TestACopyHasWhatThePreparationMade(t *testing.T) {
	runs := 0
	prepare := func(url string) error {
		runs++
		sql(t, url, "CREATE TABLE x AS SELECT 7 AS y", "SELECT 1")
		return nil
	}
	for range 3 {
		if got := sql(t, PostgresFrom(t, "seven", prepare), "SELECT y FROM x"); got != 7 {
			t.Errorf("got %d, want 7", got)
		}
	}
	if runs != 1 {
		t.Errorf("prepared %d times", runs)
	}
}

// TestNothingOutlivesTheProcess kills a process that holds a program on the
// leash in the way that leaves it no chance to clean up.
func TestNothingOutlivesTheProcess(t *testing.T) {
	if os.Getenv("TESTKIT_CHILD") != "" {
		url := Postgres(t)
		os.Stdout.WriteString("ready " + url + "\n")
		time.Sleep(time.Minute)
	}
	Need(t, "PostgreSQL's programs (Debian's package postgresql)", postgresPrograms() != "")
	cmd := exec.Command(os.Args[0], "-test.run=TestNothingOutlivesTheProcess")
	cmd.Env = append(os.Environ(), "TESTKIT_CHILD=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	if err != nil || !strings.HasPrefix(string(buf[:n]), "ready ") {
		t.Fatalf("the child says %q, %v", buf[:n], err)
	}
	_, rest, _ := strings.Cut(string(buf[:n]), "host=")
	dir, _, _ := strings.Cut(rest, "&")
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", dir)
		}
	}
}
