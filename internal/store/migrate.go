package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"stoa/internal/fault"
	"stoa/internal/good"
)

//go:embed migrations
var migrations embed.FS

// Migration is one step of the schema and whether it has been taken.
type Migration struct {
	Name    string
	Applied bool
}

func (db *DB) provider(pool *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations/"+db.dialect.name)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(db.written()...)}
	if db.dialect.name == "postgres" { // nodes that start together take turns
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(db.dialect.goose, pool, dir, options...)
}

// Migrate brings the schema to this program's version. Each step is a
// transaction of its own. A schema from a newer program is left alone, with an
// error.
func (db *DB) Migrate(ctx context.Context) error {
	if db.w == nil {
		return &good.Error{Kind: good.Forbidden, Key: "error.db.readonly"}
	}
	p, err := db.provider(db.w)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if current > target {
		return &good.Error{Kind: good.Conflict, Key: "error.db.newer", Args: map[string]any{"Schema": current, "Program": target}}
	}
	err = steps(ctx, p)
	for range p.ListSources() { // another process may take the same steps at the same time
		if err == nil {
			break
		}
		err = steps(ctx, p)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// steps takes every step that is missing.
func steps(ctx context.Context, p *goose.Provider) error {
	for {
		_, err := p.UpByOne(ctx)
		if errors.Is(err, goose.ErrNoNextVersion) {
			return nil
		}
		if err != nil {
			return err
		}
		fault.At("migration: a step is taken")
	}
}

// Engine names the database engine.
func (db *DB) Engine() string { return db.dialect.name }

// Schema is the version of the schema: the last step that was taken.
func (db *DB) Schema(ctx context.Context) (int64, error) {
	p, err := db.provider(db.r)
	if err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, nil
}

// MigrateTo brings the schema to a version that is not above this program's,
// for data of that version; a schema beyond it stays as it is.
func (db *DB) MigrateTo(ctx context.Context, version int64) error {
	if db.w == nil {
		return &good.Error{Kind: good.Forbidden, Key: "error.db.readonly"}
	}
	p, err := db.provider(db.w)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; version > newest {
		return &good.Error{Kind: good.Conflict, Key: "error.db.newer", Args: map[string]any{"Schema": version, "Program": newest}}
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Migrations lists the steps of the schema.
func (db *DB) Migrations(ctx context.Context) ([]Migration, error) {
	p, err := db.provider(db.r)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	begun, err := db.migrated(ctx)
	if err != nil {
		return nil, err
	}
	var out []Migration
	if !begun { // goose would make its table first, which a look must not
		for _, s := range p.ListSources() {
			out = append(out, Migration{Name: s.Path})
		}
		return out, nil
	}
	steps, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	for _, s := range steps {
		out = append(out, Migration{Name: s.Source.Path, Applied: s.State == goose.StateApplied})
	}
	return out, nil
}

// Ready returns an error that says what to do unless the schema is that of
// this program.
func (db *DB) Ready(ctx context.Context) error {
	steps, err := db.Migrations(ctx)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if !s.Applied {
			return &good.Error{Kind: good.Conflict, Key: "error.db.older", Args: map[string]any{"Step": s.Name}}
		}
	}
	return nil
}

// migrated says whether any step was ever taken.
func (db *DB) migrated(ctx context.Context) (bool, error) {
	query := `SELECT 1 FROM sqlite_master WHERE name = 'goose_db_version'`
	if db.dialect.name == "postgres" {
		query = `SELECT 1 WHERE to_regclass('goose_db_version') IS NOT NULL`
	}
	var one int
	err := db.r.QueryRowContext(ctx, query).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the schema: %w", err)
	}
	return true, nil
}
