package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/good"
)

// tables are all that a copy of the database holds, each after those it refers
// to, with the order of its rows.
var tables = []struct{ name, order string }{
	{"goods", "id"}, {"slugs", "slug"}, {"identifiers", "scheme, value"}, {"sources", "id"}, {"records", "source, foreign_id"},
	{"match_keys", "key, good"}, {"clashes", "good, field"}, {"pairs", "id"}, {"merges", "good"}, {"contacts", "source, foreign_id, n"}, {"cases", "id"}, {"directory", "kind, key"},
	{"applications", "id"}, {"application_people", "application, part, person"}, {"answers", "application, question"}, {"suggestions", "id"},
	{"verdicts", "application, round, person, indicator"}, {"review_notes", "id"}, {"conflicts", "id"}, {"reviewers", "person"},
	{"challenge_reporters", "application"}, {"application_records", "application"}, {"state_times", "kind, month, state"}, {"due", "subject, key"},
	{"announcements", "id"}, {"assessment_settings", "version"},
	{"checks", "id"}, {"disputes", "application, probe"}, {"watched", "good"}, {"signs", "id"},
	{"seats", "id"}, {"consultations", "id"}, {"opinions", "consultation, seat"}, {"comments", "id"},
	{"l10n_tasks", "id"}, {"l10n_units", "task, n"}, {"l10n_terms", "id"}, {"l10n_coverage", "good"}, {"l10n_looks", "good"}, {"l10n_texts", "good, language"}, {"support_things", "id"}, {"support_terms", "term, thing"}, {"support_talks", "id"}, {"support_notes", "id"}, {"support_references", "id"}, {"support_reports", "offer, person"}, {"support_reach", "body"}, {"deployments", "id"}, {"needs", "id"}, {"need_tags", "tag, need"}, {"need_answers", "id"}, {"deployment_tallies", "scope, stage, state"}, {"deployment_contacts", "deployment, role, address"}, {"deployment_sheets", "id"}, {"guides", "id"}, {"recipes", "id"}, {"communities", "id"}, {"community_members", "community, person, body"}, {"community_goods", "good, community"}, {"community_meetings", "id"}, {"community_events", "community, n"}, {"countries", "id"}, {"country_uses", "country, kind, value"}, {"used_goods", "good"},
	{"alliance_members", "id"}, {"commitments", "id"}, {"joinings", "id"}, {"boards", "id"}, {"board_people", "board, person"}, {"cards", "id"}, {"card_events", "id"},
	{"call_partners", "id"}, {"calls", "id"}, {"call_entries", "id"}, {"call_jurors", "call, juror"}, {"call_scores", "entry, stage, juror"},
	{"journal", "position"}, {"journal_subjects", "position, good"}, {"journal_values", "position, n"}, {"log_hashes", "id"},
	{"checkpoints", "size"}, {"log_head", "one"},
	{"persons", "id"}, {"emails", "address"}, {"passkeys", "id"}, {"identities", "issuer, subject"}, {"tokens", "id"}, {"roles", "person, role"},
	{"organisations", "id"}, {"domains", "organisation, domain"}, {"memberships", "organisation, person"}, {"invitations", "id"},
	{"tasks", "id"}, {"cursors", "name"}, {"secrets", "name"}, {"notices", "id"}, {"mail_wishes", "person, kind"}, {"bounces", "address"}, {"feeds", "person"},
	{"listings", "kind, id"}, {"listing_names", "kind, name"}, {"listing_logs", "id"},
	{"webhooks", "id"}, {"deliveries", "id"}, {"blobs", "hash"}, {"attachments", "id"},
	{"nominations", "id"}, {"nomination_keys", "key, nomination"}, {"claims", "good, person"}, {"sought", "id"},
	{"harvests", "source"}, {"harvest_runs", "source, n"}, {"harvest_faults", "source, run, n"}, {"harvested", "source, foreign_id"},
	{"imported_applications", "source, foreign_id"}, {"community_reviews", "source, foreign_id"}, {"community_reviewers", "source, foreign_id"},
}

// Left are the tables that no copy holds: who is signed in or about to be (what
// was ended must not come back), and what bounds a day's joining.
var Left = []string{"sessions", "ceremonies", "community_joins"}

// column is a column and what it holds: 't' for text, 'i' for whole numbers,
// 'b' for bytes.
type column struct {
	name string
	kind byte
}

// Rows are rows of one table, each a line: a JSON array with texts, numbers,
// bytes in base64, and null. They are the same on both engines.
type Rows struct {
	Table   string
	Columns []string
	N       int // lines
	Lines   []byte
}

// Still is the database as it is at one moment, whatever others write.
type Still struct {
	reads
	dialect dialect
	tx      *sql.Tx
}

// Still runs fn on the database as it is now. Writers go on meanwhile.
func (db *DB) Still(ctx context.Context, fn func(*Still) error) error {
	tx, err := db.r.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: db.dialect.still})
	if err != nil {
		return fmt.Errorf("hold the database still: %w", db.dialect.told(err))
	}
	defer tx.Rollback()
	return fn(&Still{reads: reads{q: db.dialect.fit(tx)}, dialect: db.dialect, tx: tx})
}

// Tables names the tables of a copy, each after those it refers to.
func Tables() []string {
	var out []string
	for _, t := range tables {
		out = append(out, t.name)
	}
	return out
}

// EachRows hands over a table in pieces of about size bytes, in the order of
// its key. from, where not negative, leaves out what is before that value of
// the key's first column.
func (s *Still) EachRows(ctx context.Context, table string, from int64, size int, f func(Rows) error) error {
	columns, err := s.dialect.columns(ctx, s.tx, table)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tables, func(t struct{ name, order string }) bool { return t.name == table })
	if i < 0 || len(columns) == 0 {
		return fmt.Errorf("there is no table %q", table)
	}
	part := Rows{Table: table}
	for _, c := range columns {
		part.Columns = append(part.Columns, c.name)
	}
	query, args := `SELECT `+strings.Join(part.Columns, ", ")+` FROM `+table, []any(nil)
	if from >= 0 {
		first, _, _ := strings.Cut(tables[i].order, ",")
		query, args = query+` WHERE `+first+` >= $1`, []any{from}
	}
	into := newRow(columns)
	var lines bytes.Buffer
	err = each(ctx, s.tx, query+` ORDER BY `+tables[i].order, args, func(scan func(...any) error) error {
		if err := scan(into.targets...); err != nil {
			return err
		}
		if err := into.encode(&lines); err != nil {
			return err
		}
		part.N++
		if lines.Len() < size {
			return nil
		}
		part.Lines = lines.Bytes()
		err := f(part)
		part.N = 0
		lines.Reset()
		return err
	})
	if err == nil && part.N > 0 {
		part.Lines = lines.Bytes()
		err = f(part)
	}
	if err != nil {
		return fmt.Errorf("read the table %s: %w", table, err)
	}
	return nil
}

// columns lists the columns of a table.
func (d dialect) columns(ctx context.Context, q runner, table string) ([]column, error) {
	var out []column
	err := each(ctx, q, d.describe, []any{table}, func(scan func(...any) error) error {
		var c column
		var kind string
		if err := scan(&c.name, &kind); err != nil {
			return err
		}
		known := map[string]byte{"TEXT": 't', "INTEGER": 'i', "BIGINT": 'i', "BLOB": 'b', "BYTEA": 'b'}
		c.kind = known[strings.ToUpper(kind)]
		if c.kind == 0 {
			return fmt.Errorf("column %s.%s is of type %s", table, c.name, kind)
		}
		out = append(out, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("describe the table %s: %w", table, err)
	}
	return out, nil
}

// row is one row on its way between an engine and a line.
type row struct {
	kinds   []byte
	texts   []sql.NullString
	numbers []sql.NullInt64
	bytes   [][]byte
	targets []any
}

func newRow(columns []column) *row {
	n := len(columns)
	r := &row{texts: make([]sql.NullString, n), numbers: make([]sql.NullInt64, n), bytes: make([][]byte, n)}
	for i, c := range columns {
		r.kinds = append(r.kinds, c.kind)
		r.targets = append(r.targets, map[byte]any{'t': &r.texts[i], 'i': &r.numbers[i], 'b': &r.bytes[i]}[c.kind])
	}
	return r
}

func (r *row) encode(to *bytes.Buffer) error {
	values := make([]any, len(r.kinds))
	for i, kind := range r.kinds {
		switch {
		case kind == 't' && r.texts[i].Valid:
			if !utf8.ValidString(r.texts[i].String) {
				return errors.New("a text is not UTF-8")
			}
			values[i] = r.texts[i].String
		case kind == 'i' && r.numbers[i].Valid:
			values[i] = r.numbers[i].Int64
		case kind == 'b' && r.bytes[i] != nil:
			values[i] = r.bytes[i]
		}
	}
	e := json.NewEncoder(to)
	e.SetEscapeHTML(false)
	return e.Encode(values)
}

// Loading is a transaction that fills the database from copies.
type Loading struct {
	tx      *Tx
	columns map[string][]column
}

// Load runs fn in one transaction on a database of which nothing else is
// asked. Unlike Do it runs fn once, for as long as it takes.
func (db *DB) Load(ctx context.Context, fn func(*Loading) error) error {
	if db.w == nil {
		return &good.Error{Kind: good.Forbidden, Key: "error.db.readonly"}
	}
	if db.turn != nil {
		db.turn <- struct{}{}
		defer func() { <-db.turn }()
	}
	tx, err := db.w.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	l := &Loading{tx: &Tx{reads: reads{q: db.dialect.fit(tx)}, tx: tx, db: db}, columns: map[string][]column{}}
	if err := fn(l); err != nil {
		return err
	}
	return commit(tx)
}

// Clear empties tables, the last named first.
func (l *Loading) Clear(ctx context.Context, names ...string) error {
	for _, name := range slices.Backward(names) {
		if !slices.Contains(Tables(), name) {
			return fmt.Errorf("there is no table %q", name)
		}
		if _, err := l.tx.q.ExecContext(ctx, `DELETE FROM `+name); err != nil {
			return fmt.Errorf("empty the table %s: %w", name, err)
		}
	}
	return nil
}

// Put inserts rows. Columns that they do not name take their defaults; those
// that the table does not know are an error.
func (l *Loading) Put(ctx context.Context, rows Rows) error {
	columns, err := l.fit(ctx, rows)
	if err != nil {
		return err
	}
	var marks []string
	for i := range columns {
		marks = append(marks, fmt.Sprintf("$%d", i+1))
	}
	query := `INSERT INTO ` + rows.Table + ` (` + strings.Join(rows.Columns, ", ") + `) VALUES (` + strings.Join(marks, ", ") + `)`
	var all [][]any
	for line := range bytes.Lines(rows.Lines) {
		values, err := decode(line, columns)
		if err != nil {
			return fmt.Errorf("row %d for the table %s: %w", len(all)+1, rows.Table, err)
		}
		all = append(all, values)
	}
	if len(all) != rows.N {
		return fmt.Errorf("%d rows for the table %s where %d are announced", len(all), rows.Table, rows.N)
	}
	if err := l.tx.insert(ctx, query, all); err != nil {
		return fmt.Errorf("fill the table %s: %w", rows.Table, err)
	}
	return nil
}

// PutGood writes a good as it is, its times included; its address follows by
// PutSlug.
func (l *Loading) PutGood(ctx context.Context, g *good.Good) error {
	doc, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("encode a good: %w", err)
	}
	_, err = l.tx.q.ExecContext(ctx, Q(`INSERT INTO goods (id, slug, version, doc, reported) VALUES ($1, $2, 1, $3, $4)`), g.ID, g.Slug, string(doc), reported(g))
	return err
}

// PutSlug has an address lead to a good.
func (l *Loading) PutSlug(ctx context.Context, slug string, id good.ID) error {
	_, err := l.tx.q.ExecContext(ctx, Q(`INSERT INTO slugs (slug, good) VALUES ($1, $2)`), slug, id)
	return err
}

// fit finds the columns that rows name.
func (l *Loading) fit(ctx context.Context, rows Rows) ([]column, error) {
	if !slices.Contains(Tables(), rows.Table) {
		return nil, fmt.Errorf("there is no table %q", rows.Table)
	}
	if l.columns[rows.Table] == nil {
		found, err := l.tx.db.dialect.columns(ctx, l.tx.tx, rows.Table)
		if err != nil {
			return nil, err
		}
		l.columns[rows.Table] = found
	}
	var out []column
	for _, name := range rows.Columns {
		i := slices.IndexFunc(l.columns[rows.Table], func(c column) bool { return c.name == name })
		if i < 0 || slices.ContainsFunc(out, func(c column) bool { return c.name == name }) {
			return nil, fmt.Errorf("the table %s has no column %q, or it is named twice", rows.Table, name)
		}
		out = append(out, l.columns[rows.Table][i])
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("rows without columns for the table %s", rows.Table)
	}
	return out, nil
}

func decode(line []byte, columns []column) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	if len(raw) != len(columns) {
		return nil, fmt.Errorf("%d values for %d columns", len(raw), len(columns))
	}
	out := make([]any, len(raw))
	for i, c := range columns {
		if string(raw[i]) == "null" {
			continue
		}
		var text string
		var number int64
		var data []byte
		into := map[byte]any{'t': &text, 'i': &number, 'b': &data}[c.kind]
		if err := json.Unmarshal(raw[i], into); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		out[i] = map[byte]any{'t': text, 'i': number, 'b': data}[c.kind]
	}
	return out, nil
}

// Rows counts the rows of a table.
func (s *Still) Rows(ctx context.Context, table string) (int64, error) {
	if !slices.Contains(Tables(), table) {
		return 0, fmt.Errorf("there is no table %q", table)
	}
	var n int64
	err := s.tx.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&n)
	return n, err
}

// Next is the value of a numbered key after the last there is, 0 in an empty
// table.
func (s *Still) Next(ctx context.Context, table string) (int64, error) { return next(ctx, s.tx, table) }

func next(ctx context.Context, q runner, table string) (n int64, err error) {
	for _, t := range tables {
		if first, _, _ := strings.Cut(t.order, ","); t.name == table {
			err = q.QueryRowContext(ctx, `SELECT coalesce(max(`+first+`), -1) + 1 FROM `+table).Scan(&n)
			return n, err
		}
	}
	return 0, fmt.Errorf("there is no table %q", table)
}

// Reopen takes away the rows of the last numbered key, which may not be all
// there, and returns that key: from there on a copy goes on.
func (l *Loading) Reopen(ctx context.Context, table string) (int64, error) {
	n, err := next(ctx, l.tx.tx, table)
	if err != nil || n == 0 {
		return 0, err
	}
	if table == "journal" || table == "log_hashes" {
		return n, nil // one row a key
	}
	_, err = l.tx.q.ExecContext(ctx, `DELETE FROM `+table+` WHERE position = $1`, n-1)
	return n - 1, err
}

// Erasure is a value that was erased.
type Erasure struct{ Position, N, When int64 }

// Erased lists every erased value.
func (s *Still) Erased(ctx context.Context) ([]Erasure, error) {
	var out []Erasure
	err := each(ctx, s.q, Q(`SELECT position, n, erased FROM journal_values WHERE erased IS NOT NULL ORDER BY position, n`), nil, func(scan func(...any) error) error {
		var e Erasure
		err := scan(&e.Position, &e.N, &e.When)
		out = append(out, e)
		return err
	})
	return out, err
}

// Erase deletes values that were erased where they come from.
func (l *Loading) Erase(ctx context.Context, erased []Erasure) error {
	for _, e := range erased {
		if _, err := l.tx.q.ExecContext(ctx, Q(`UPDATE journal_values SET salt = NULL, data = NULL, erased = $1 WHERE position = $2 AND n = $3`), e.When, e.Position, e.N); err != nil {
			return err
		}
	}
	return nil
}
