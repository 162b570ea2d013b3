package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgresServer is a PostgreSQL server of a test's own that it may stop, kill
// and promote. Unlike the shared one it is durable: what it has said is on the
// disk.
type PostgresServer struct {
	t        testing.TB
	dir      string
	as       *syscall.Credential
	settings []string
}

// DurablePostgres starts a server with fsync on and an empty database named
// stoa.
func DurablePostgres(t testing.TB, settings ...string) *PostgresServer {
	t.Helper()
	s := newServer(t, append(settings, "listen_addresses=", "shared_buffers=32MB", "max_connections=60", "wal_level=replica", "max_wal_senders=5"))
	s.run("initdb", "-D", s.data(), "-U", "stoa", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en")
	s.Start()
	s.Exec("postgres", "CREATE DATABASE stoa TEMPLATE template0")
	return s
}

// Replica starts a streaming replica of s under a name.
func (s *PostgresServer) Replica(name string) *PostgresServer {
	s.t.Helper()
	r := newServer(s.t, s.settings)
	r.run("pg_basebackup", "-D", r.data(), "-d", "host="+s.dir+" user=stoa application_name="+name, "-R", "-X", "stream", "-c", "fast", "--no-sync")
	r.Start()
	return r
}

func newServer(t testing.TB, settings []string) *PostgresServer {
	t.Helper()
	Need(t, "PostgreSQL's programs (Debian's package postgresql)", postgresPrograms() != "")
	as, err := unprivileged()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("/tmp", "stoa-pg-") // a socket's path has 107 bytes at most
	if err == nil && as != nil {
		err = os.Chown(dir, int(as.Uid), int(as.Gid))
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &PostgresServer{t: t, dir: dir, as: as, settings: settings}
	t.Cleanup(func() {
		s.Stop(syscall.SIGQUIT)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *PostgresServer) data() string { return filepath.Join(s.dir, "data") }

func (s *PostgresServer) env() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "LC_ALL=C", "TZ=UTC"}
}

// run runs one of PostgreSQL's programs to its end.
func (s *PostgresServer) run(program string, args ...string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(postgresPrograms(), program), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = s.dir, s.env(), &syscall.SysProcAttr{Credential: s.as}
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

// Start starts the server, again perhaps, and waits until it answers.
func (s *PostgresServer) Start() {
	s.t.Helper()
	program := []string{filepath.Join(postgresPrograms(), "postgres"), "-D", s.data(), "-k", s.dir}
	for _, c := range s.settings {
		program = append(program, "-c", c)
	}
	if err := leash(s.dir, "QUIT", s.as, s.env(), program...); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := s.try("postgres", "SELECT 1")
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(s.dir, "output.log"))
			s.t.Fatalf("start PostgreSQL: %v\n%s", err, log)
		}
	}
}

// Stop ends the server with a signal (SIGTERM lets its clients finish, SIGINT
// sends them away, SIGQUIT is a crash) and waits until it is gone.
func (s *PostgresServer) Stop(signal syscall.Signal) {
	s.t.Helper()
	raw, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return // it does not run
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Kill(pid, signal); errors.Is(err, syscall.ESRCH) {
		return
	}
	for deadline := time.Now().Add(60 * time.Second); syscall.Kill(pid, 0) == nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("PostgreSQL does not stop")
		}
	}
}

// URL is where the database stoa is; other servers that may stand in for s, in
// the order they are tried, take its place where they can be written.
func (s *PostgresServer) URL(others ...*PostgresServer) string {
	hosts := s.dir
	for _, o := range others {
		hosts += "," + o.dir
	}
	url := "postgres:///stoa?host=" + hosts + "&user=stoa"
	if len(others) > 0 {
		url += "&target_session_attrs=read-write"
	}
	return url
}

// Exec runs one statement.
func (s *PostgresServer) Exec(database, statement string) {
	s.t.Helper()
	if err := s.try(database, statement); err != nil {
		s.t.Fatal(err)
	}
}

func (s *PostgresServer) try(database, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, "postgres:///"+database+"?host="+s.dir+"&user=stoa")
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
