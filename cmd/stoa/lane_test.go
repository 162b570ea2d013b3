package main

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"os/exec"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stoa/internal/good"
	"stoa/internal/store"
)

// open opens the database as a restarted program would.
func (l *lane) open() *store.DB {
	db, err := store.Open(context.Background(), l.url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		l.t.Fatal(err)
	}
	return db
}

// must runs the program and wants it to be content.
func (l *lane) must(args ...string) {
	cmd := exec.Command(l.program, args...)
	cmd.Env, cmd.Dir = l.env, l.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// check looks after a kill whether all is well.
func (l *lane) check() {
	ctx := context.Background()
	l.must("verify")
	db := l.open()
	defer db.Close()
	said := map[int64]string{}
	size := int64(0)
	for {
		entries, err := db.Entries(ctx, size, 1000)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, e := range entries {
			if e.Position != size {
				l.t.Fatalf("entry %d stands at %d", e.Position, size)
			}
			size++
			for _, v := range e.Values {
				said[e.Position] += string(v.Data)
			}
		}
		if len(entries) == 0 {
			break
		}
	}
	l.size = size
	for slug, acks := range l.edits {
		for _, a := range acks {
			if !strings.Contains(said[a.position], a.marker) {
				l.t.Fatalf("%s: %s was acknowledged at %d and is lost; there is %q", slug, a.marker, a.position, said[a.position])
			}
		}
		g, _, err := db.GoodBySlug(ctx, slug)
		if err != nil {
			l.t.Fatal(err)
		}
		if last := acks[len(acks)-1].marker; g.Website != last && g.Website != l.pending[slug] {
			l.t.Fatalf("%s shows %s, acknowledged was %s", slug, g.Website, last)
		}
		if g.Website == l.pending[slug] { // it was written after all, and stays
			l.edits[slug] = append(l.edits[slug], ack{g.Website, g.Position})
			delete(l.pending, slug)
		}
	}
	l.whole(ctx, db)
}

// whole compares every good with what its records give: a good is in or out.
func (l *lane) whole(ctx context.Context, db *store.DB) {
	sources, err := db.Sources(ctx)
	if err != nil {
		l.t.Fatal(err)
	}
	found := 0
	for g, err := range db.EachGood(ctx) {
		if err != nil {
			l.t.Fatal(err)
		}
		found++
		records, err := db.Records(ctx, g.ID)
		if err != nil {
			l.t.Fatal(err)
		}
		if len(records) == 0 {
			l.t.Fatalf("%s has no record", g.Slug)
		}
		if diff := cmp.Diff(g.Restate(records, sources), *g, cmpopts.EquateEmpty()); diff != "" {
			l.t.Fatalf("%s is not what its records say: %s", g.Slug, diff)
		}
	}
	if found < l.stated || found > len(l.records) {
		l.t.Fatalf("%d goods, of %d acknowledged and %d sent", found, l.stated, len(l.records))
	}
}

// complete holds the end against what was sent, record by record, and that
// nothing was stated twice.
func (l *lane) complete() {
	ctx := context.Background()
	db := l.open()
	defer db.Close()
	for _, r := range l.records {
		id, found, err := db.FindIdentifier(ctx, "dpgid", r["dpgid"].(string))
		if err != nil || !found {
			l.t.Fatalf("%s is missing: %v", r["name"], err)
		}
		g, err := db.Good(ctx, id)
		if err != nil {
			l.t.Fatal(err)
		}
		if text, _ := g.Summary.In("en"); text != r["description"] {
			l.t.Errorf("%s says %q, sent was %q", g.Slug, text, r["description"])
		}
		history, err := db.History(ctx, id, 1000)
		if err != nil {
			l.t.Fatal(err)
		}
		created, last := 0, ""
		for _, e := range history {
			switch e.Verb {
			case good.GoodCreated:
				created++
			case good.RecordStated:
				for _, v := range e.Values {
					if v.Name != "record" {
						continue
					}
					if string(v.Data) == last {
						l.t.Errorf("%s: the same was stated twice running, at %d", g.Slug, e.Position)
					}
					last = string(v.Data)
				}
			}
		}
		if created != 1 {
			l.t.Errorf("%s was created %d times", g.Slug, created)
		}
	}
}
