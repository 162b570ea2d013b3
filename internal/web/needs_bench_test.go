package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"stoa/internal/app/calls"
	matched "stoa/internal/app/needs"
	"stoa/internal/app/support"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/web"
	needspage "stoa/internal/web/page/needs"
	supportpage "stoa/internal/web/page/support"
)

// offered writes 10,000 offers of help of 200 organisations, a tenth of them in
// one country, a fiftieth about goods, and what the needs above say.
const offered = `
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
INSERT INTO support_things (id, face, owner, public, state, opened, version, doc) SELECT printf('01HS%022d', i), 'offer', 'body-' || (i % 200), 1, 'open', 0, 1,
	json_object('id', printf('01HS%022d', i), 'body', 'body-' || (i % 200), 'organisation', 'Body ' || (i % 200), 'state', 'open', 'opened', '2026-11-01T00:00:00Z', 'changed', '2026-11-01T00:00:00Z', 'version', 1,
	'title', 'We help, number ' || i, 'text', 'We set it up, train your people and stay for a year.', 'kinds', json_array(CASE i % 3 WHEN 0 THEN 'training' WHEN 1 THEN 'hosting' ELSE 'implementation' END),
	'countries', json_array(CASE i % 10 WHEN 0 THEN 'KE' ELSE 'UG' END), 'languages', json_array('en', 'sw'), 'goods', CASE i % 50 WHEN 0 THEN json_array(printf('01HG%022d', i % 40)) ELSE json_array() END) FROM n;
INSERT INTO support_terms (term, thing) SELECT 'kind:' || (doc ->> '$.kinds[0]'), id FROM support_things UNION ALL SELECT 'country:' || (doc ->> '$.countries[0]'), id FROM support_things
	UNION ALL SELECT 'language:en', id FROM support_things UNION ALL SELECT 'language:sw', id FROM support_things UNION ALL SELECT 'good:' || (doc ->> '$.goods[0]'), id FROM support_things WHERE json_array_length(doc, '$.goods') > 0;
UPDATE needs SET doc = json_set(doc, '$.problem', 'Health workers in villages register births and vaccinations on paper, and the district hears of it months later.', '$.lang', 'en', '$.sdgs', json_array(3, 16), '$.sectors', json_array('health'), '$.languages', json_array('sw'))`

// BenchmarkNeeds reads the pages of needs and of help among 100,000 goods,
// 1,000,000 deployments, 50,000 needs and 10,000 offers, each made anew as a
// whole request, and fails where one takes more than 20 ms of the processor or
// weighs more than 60 kB on the wire.
func BenchmarkNeeds(b *testing.B) {
	db := million(b, offered)
	snapshot, err := catalog.Build(func(yield func(*good.Good, error) bool) {
		n := 0
		for g, err := range varied(100_000) {
			g.ID = good.ID(fmt.Sprintf("01HG%022d", n))
			if n++; !yield(g, err) {
				return
			}
		}
	}, 1)
	if err != nil {
		b.Fatal(err)
	}
	_, err = db.Do(b.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		n := 0
		for g, err := range varied(100_000) {
			id := fmt.Sprintf("01HG%022d", n)
			if n++; err != nil {
				return err
			}
			g.ID = good.ID(id)
			doc, err := json.Marshal(g)
			if err != nil {
				return err
			}
			if _, err := tx.SQL().ExecContext(ctx, `UPDATE goods SET slug = $1, doc = $2 WHERE id = $3`, g.Slug, string(doc), id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	live := &catalog.Live{}
	live.Store(snapshot)
	help := &support.App{DB: db, Now: midday}
	needed := &matched.App{DB: db, Live: live, Now: midday, Offers: help.ForNeed, Calls: (&calls.App{DB: db, Now: midday}).ForNeed}
	all := entire{changing{indexed{Snapshot: snapshot}}, db}
	site, err := web.New(web.Config{Goods: all, Whole: all, Directory: samples(), BaseURL: base, Version: "bench", Now: midday, MaxCache: -1, More: append(needspage.Routes(needspage.Config{App: needed}), supportpage.Routes(supportpage.Config{App: help})...)})
	if err != nil {
		b.Fatal(err)
	}
	n, _, err := db.Need(b.Context(), "01HN0000000000000000049999")
	if err != nil || n == nil {
		b.Fatal(n, err)
	}
	found, err := needed.Match(b.Context(), &n.Ask, 10)
	if err != nil || len(found) != 10 {
		b.Fatal(len(found), err)
	}
	beside, err := needed.Aids(b.Context(), &n.Ask, found)
	if err != nil || len(beside.Offers) != 5 {
		b.Fatal(len(beside.Offers), err)
	}
	one := "/needs/" + string(n.ID)
	light(b, site, "/needs", "/ar/needs", "/needs?country=KE&state=open", "/needs/new", one, "/ar"+one, one+"/brief", "/support", "/support?kind=training&country=KE&language=sw", "/support/offers/01HS0000000000000000000050")
}
