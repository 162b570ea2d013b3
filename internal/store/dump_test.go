package store_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestEveryTableIsInACopy fails when a migration adds a table that backups
// would leave out.
func TestEveryTableIsInACopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stoa.db")
	open(t, "sqlite:"+path)
	rows, err := testkit.SQL(t, "sqlite:"+path).Query(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var have []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if name != "goose_db_version" && !strings.HasPrefix(name, "sqlite_") {
			have = append(have, name)
		}
	}
	listed := append(store.Tables(), store.Left...)
	slices.Sort(listed)
	if !slices.Equal(have, listed) {
		t.Errorf("the database has the tables %v, a copy %v", have, listed)
	}
}

func TestRowsOfStrangersAreRefused(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db := open(t, url)
		for name, r := range map[string]store.Rows{
			"table":   {Table: "goods; DROP TABLE goods", Columns: []string{"id"}, N: 1, Lines: []byte("[\"x\"]\n")},
			"column":  {Table: "sources", Columns: []string{"id", "doc) VALUES ('a', 'b'); --"}, N: 1, Lines: []byte("[\"x\",\"y\"]\n")},
			"twice":   {Table: "sources", Columns: []string{"id", "id"}, N: 1, Lines: []byte("[\"x\",\"y\"]\n")},
			"none":    {Table: "sources", N: 1, Lines: []byte("[]\n")},
			"width":   {Table: "sources", Columns: []string{"id", "doc"}, N: 1, Lines: []byte("[\"x\"]\n")},
			"count":   {Table: "sources", Columns: []string{"id", "doc"}, N: 2, Lines: []byte("[\"x\",\"y\"]\n")},
			"kind":    {Table: "sources", Columns: []string{"id", "doc"}, N: 1, Lines: []byte("[\"x\",7]\n")},
			"garbage": {Table: "sources", Columns: []string{"id", "doc"}, N: 1, Lines: []byte("{{{{\n")},
		} {
			if err := db.Load(t.Context(), func(l *store.Loading) error { return l.Put(t.Context(), r) }); err == nil {
				t.Errorf("%s: taken", name)
			}
		}
		err := db.Still(t.Context(), func(s *store.Still) error {
			n, err := s.Rows(t.Context(), "sources")
			if n != 0 {
				t.Errorf("%d rows came in", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
