package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"stoa/internal/good"
)

// dialect is all in which the engines differ.
type dialect struct {
	name  string
	goose goose.Dialect
	// words says a statement in the engine's words, where they differ.
	words func(query string) string
	// unique says whether an error is a broken uniqueness.
	unique func(error) bool
	// lost says whether a transaction lost a race, so that it may run again.
	lost func(error) bool
	// busy says whether another process kept the database for too long.
	busy func(error) bool
	// away says whether the database cannot be reached at the moment.
	away func(error) bool
	// lockKeys keeps other transactions from deciding on the same things until
	// this one ends; "" where there is one writer.
	lockKeys string
	// scrub clears away what was deleted, so that it is in no file any more.
	scrub []string
	// shrink gives back the memory of a connection; "" where it is not ours.
	shrink string
	// damage asks the engine for what is broken; "" where it cannot tell.
	damage string
	// describe lists the columns of a table: name and type.
	describe string
	// still is what keeps a transaction's view as it was at its start.
	still sql.IsolationLevel
}

// openSQLite opens a file. R and W are apart so that reads go on while one
// writes; W is a single connection.
func openSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	dsn := func(mode string, more url.Values, pragmas ...string) string {
		v := url.Values{"_txlock": {mode}, "_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", o.Patience.Milliseconds()), "foreign_keys(1)"}, pragmas...)}
		for k, vals := range more {
			v[k] = vals
		}
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
	}
	db := &DB{o: o, turn: make(chan struct{}, 1), dialect: dialect{name: "sqlite", goose: goose.DialectSQLite3,
		words:    func(query string) string { return query },
		unique:   isSQLite(sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY),
		lost:     func(error) bool { return false }, // one writer: no races
		busy:     isSQLite(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_LOCKED),
		away:     isSQLite(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED),
		scrub:    []string{`PRAGMA wal_checkpoint(TRUNCATE)`}, // the file itself is overwritten by secure_delete
		shrink:   `PRAGMA shrink_memory`,
		damage:   `PRAGMA integrity_check`,
		describe: `SELECT name, type FROM pragma_table_info($1) ORDER BY cid`, // any transaction holds still
	}}
	var err error
	if o.ReadOnly {
		db.r, err = openExisting(ctx, path, dsn)
		return db, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // it holds what is private; its logs are made likewise
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	// WAL lets reads go on; FULL because what is acknowledged is durable;
	// secure_delete because what is erased is gone.
	if db.w, err = sql.Open("sqlite", dsn("immediate", nil, "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)", "secure_delete(1)", "cache_size(-16000)")); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.w.SetMaxOpenConns(1)
	db.prepared = newPrepared(db.w)
	if err := db.w.PingContext(ctx); err != nil { // makes the file, so that readers find it
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.w.Close())
	}
	// Each reader has a cache of its own; the system's, which they share, is near.
	// None makes a file.
	if db.r, err = sql.Open("sqlite", dsn("deferred", url.Values{"mode": {"rw"}}, "query_only(1)", "cache_size(-4000)")); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.w.Close())
	}
	if db.waits, err = os.OpenFile(waitsFile(path), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.w.Close(), db.r.Close())
	}
	db.r.SetMaxOpenConns(readers())
	db.r.SetMaxIdleConns(readers())
	return db, nil
}

// openExisting opens a file for reading alone, also on a medium that cannot be
// written.
func openExisting(ctx context.Context, path string, dsn func(string, url.Values, ...string) string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "error.db.none", Args: map[string]any{"Path": path}, Err: err}
	}
	modes := []url.Values{{"mode": {"ro"}}}
	if _, err := os.Stat(path + "-wal"); err != nil { // nothing is outside the file itself
		modes = append(modes, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	}
	var errs []error
	for _, mode := range modes {
		r, err := sql.Open("sqlite", dsn("deferred", mode, "query_only(1)"))
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
		var n int
		if err = r.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&n); err == nil {
			return r, nil
		}
		errs = append(errs, err, r.Close())
	}
	return nil, fmt.Errorf("open %s: %w", path, errors.Join(errs...))
}

func isSQLite(codes ...int) func(error) bool {
	return func(err error) bool {
		var e *sqlite.Error
		if errors.As(err, &e) {
			for _, c := range codes {
				if e.Code() == c || e.Code()&0xff == c { // the kind of failure, or exactly this one
					return true
				}
			}
		}
		return false
	}
}

func openPostgres(dsn string, o Options) (*DB, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil { // it may hold a password: not repeated
		return nil, &good.Error{Kind: good.Invalid, Key: "error.db.url", Field: "database"}
	}
	var options []stdlib.OptionOpenDB
	if o.ReadOnly { // once connected: an address may ask for a server that can be written
		options = append(options, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
			_, err := c.Exec(ctx, `SET default_transaction_read_only = on`)
			return err
		}))
	}
	pool := stdlib.OpenDB(*cfg, options...)
	pool.SetMaxOpenConns(20)
	pool.SetMaxIdleConns(10)
	db := &DB{r: pool, o: o, dialect: dialect{name: "postgres", goose: goose.DialectPostgres,
		words:    postgresWords.Replace,
		unique:   isPostgres("23505"),
		lost:     isPostgres("40"), // serialisation, deadlock
		busy:     isPostgres("53300", "55P03", "57P03"),
		away:     isPostgresAway,
		describe: `SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`,
		still:    sql.LevelRepeatableRead,
		// Plain VACUUM leaves the bytes in the free part of a page: only what is
		// written anew is without them.
		scrub: []string{`VACUUM FULL journal_values, records, goods, directory, application_records, answers, nominations, claims, contacts, sought`,
			`VACUUM FULL persons, emails, passkeys, identities, sessions, tokens, ceremonies, roles, memberships, invitations`,
			`VACUUM FULL seats, opinions, comments, challenge_reporters, conflicts, reviewers`,
			`VACUUM FULL notices, mail_wishes, bounces, feeds, webhooks, deliveries`},
		lockKeys: `SELECT pg_advisory_xact_lock(hashtextextended(value, 0)) FROM (SELECT value FROM json_each($1) ORDER BY value) keys`,
	}}
	if !o.ReadOnly {
		db.w = pool
	}
	return db, nil
}

// isPostgresAway says whether a failure is that of a server which is not
// there, is ending or beginning, or has no place left.
func isPostgresAway(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, driver.ErrBadConn) || isPostgres("08", "53300", "57P01", "57P02", "57P03")(err)
}

func isPostgres(prefixes ...string) func(error) bool {
	return func(err error) bool {
		var e *pgconn.PgError
		if errors.As(err, &e) {
			for _, p := range prefixes {
				if strings.HasPrefix(e.Code, p) {
					return true
				}
			}
		}
		return false
	}
}

// postgresWords say in PostgreSQL's words what statements say in SQLite's: a
// list of any length is handed over as one JSON array.
var postgresWords = strings.NewReplacer("json_each($1)", "json_array_elements_text($1::json)", "json_each($2)", "json_array_elements_text($2::json)")
