package store

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is all in which the engines differ.
type dialect struct {
	name  string
	goose goose.Dialect
	begin *sql.TxOptions
	// unique says whether an error is a broken uniqueness.
	unique func(error) bool
	// retry says whether a transaction lost a race that it may run again.
	retry func(error) bool
}

func openSQLite(path string, o Options) (*DB, error) {
	pragmas := func(mode string, more ...string) string {
		v := url.Values{"_txlock": {mode}, "_pragma": append([]string{
			"busy_timeout(10000)", "foreign_keys(1)", "journal_mode(WAL)",
			"synchronous(FULL)", // acknowledged means durable
			"temp_store(MEMORY)", "cache_size(-16000)",
		}, more...)}
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
	}
	w, err := sql.Open("sqlite", pragmas("immediate"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	w.SetMaxOpenConns(1)
	if err := w.Ping(); err != nil { // makes the file, so that readers find it
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), w.Close())
	}
	r, err := sql.Open("sqlite", pragmas("deferred", "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), w.Close())
	}
	r.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	r.SetMaxIdleConns(max(4, 2*runtime.NumCPU()))
	return &DB{r: r, w: w, o: o, turn: make(chan struct{}, 1), dialect: dialect{name: "sqlite", goose: goose.DialectSQLite3,
		unique: func(err error) bool {
			var e *sqlite.Error
			return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
		},
		retry: func(error) bool { return false }, // one writer: no races
	}}, nil
}

func openPostgres(dsn string, o Options) (*DB, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(10)
	code := func(err error) string {
		var e *pgconn.PgError
		if errors.As(err, &e) {
			return e.Code
		}
		return ""
	}
	return &DB{r: db, w: db, o: o, dialect: dialect{name: "postgres", goose: goose.DialectPostgres,
		unique: func(err error) bool { return code(err) == "23505" },
		retry:  func(err error) bool { return strings.HasPrefix(code(err), "40") }, // serialisation, deadlock
	}}, nil
}
