package testkit

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Databases runs fn as two subtests, "sqlite" and "postgres", each with the
// URL of an empty database of its own.
func Databases(t *testing.T, fn func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db")) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// Postgres returns the URL of a fresh, empty PostgreSQL database that is
// dropped after the test. The first call of a process starts a throw-away
// cluster, which ends with the process; without PostgreSQL's programs the test
// is skipped.
func Postgres(t testing.TB) string {
	t.Helper()
	return PostgresFrom(t, "", nil)
}

// PostgresFrom is Postgres with a database that prepare has filled: prepare
// runs once per process and key, and every test gets a copy of what it made.
// prepare must close its connections before it returns.
func PostgresFrom(t testing.TB, key string, prepare func(url string) error) string {
	t.Helper()
	Need(t, "PostgreSQL's programs (Debian's package postgresql)", postgresPrograms() != "")
	c, err := startCluster()
	if err != nil {
		t.Fatal(err)
	}
	name, err := c.copy(key, prepare)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.url(name)
}

// cluster is a PostgreSQL server of this process alone.
type cluster struct {
	dir    string
	number atomic.Int64

	mu        sync.Mutex // CREATE DATABASE wants its template for itself
	templates map[string]string
}

// clusterSettings favour speed over the survival of the machine, but not of
// the server's own processes, and are deliberately odd where code could rely
// on a habit of one installation: collation, time zone.
var clusterSettings = []string{
	"fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=120", "shared_buffers=32MB",
	"timezone=Asia/Kathmandu", "log_min_messages=warning", "max_wal_size=256MB", "autovacuum_naptime=1h",
}

var startCluster = sync.OnceValues(func() (*cluster, error) {
	as, err := unprivileged()
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	// Not the test's own temporary directory: a socket's path has 107 bytes at most.
	dir, err := os.MkdirTemp("/tmp", "stoa-pg-")
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
	}
	bin, data := postgresPrograms(), filepath.Join(dir, "data")
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C", "TZ=UTC"}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "stoa", "--auth=trust", "--no-sync", "--encoding=UTF8",
		"--locale=C", "--locale-provider=icu", "--icu-locale=en")
	initdb.Dir, initdb.Env, initdb.SysProcAttr = dir, env, &syscall.SysProcAttr{Credential: as}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: initdb: %w\n%s", err, out)
	}
	program := []string{filepath.Join(bin, "postgres"), "-D", data, "-k", dir}
	for _, s := range clusterSettings {
		program = append(program, "-c", s)
	}
	if err := leash(dir, "QUIT", as, env, program...); err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, templates: map[string]string{}}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := c.admin("SELECT 1")
		if err == nil {
			return c, nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "output.log"))
			return nil, fmt.Errorf("start PostgreSQL: %w\n%s", err, log)
		}
	}
})

// url is where database name is.
func (c *cluster) url(name string) string {
	return "postgres:///" + name + "?host=" + c.dir + "&user=stoa"
}

// admin runs one statement outside any test's database.
func (c *cluster) admin(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return fmt.Errorf("throw-away PostgreSQL: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("throw-away PostgreSQL: %s: %w", statement, err)
	}
	return nil
}

// copy makes a database as prepare left the template of this key.
func (c *cluster) copy(key string, prepare func(url string) error) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	template := "template0"
	if prepare != nil {
		template = c.templates[key]
		if template == "" {
			template = fmt.Sprintf("template_%d", c.number.Add(1))
			if err := c.admin("CREATE DATABASE " + template + " TEMPLATE template0"); err != nil {
				return "", err
			}
			if err := prepare(c.url(template)); err != nil {
				return "", fmt.Errorf("prepare a template database: %w", err)
			}
			c.templates[key] = template
		}
	}
	name := fmt.Sprintf("test_%d", c.number.Add(1))
	return name, c.admin("CREATE DATABASE " + name + " TEMPLATE " + template)
}

// postgresPrograms is the directory of initdb and postgres, or "".
var postgresPrograms = sync.OnceValue(func() string {
	if p, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(p); err == nil {
			p = real // the others stand beside it
		}
		return filepath.Dir(p)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is right
	newest := ""
	for _, p := range found {
		if len(p) > len(newest) || len(p) == len(newest) && strings.Compare(p, newest) > 0 {
			newest = p
		}
	}
	if newest == "" {
		return ""
	}
	return filepath.Dir(newest)
})
