package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/deploy"
	"stoa/internal/good"
)

// Lands returns what all countries say of themselves, by code.
func (r reads) Lands(ctx context.Context) ([]deploy.Land, error) {
	return docs[deploy.Land](ctx, r, Q(`SELECT doc FROM countries ORDER BY code`))
}

// Land returns what a country says of itself, by its code or id; nil if it
// never did.
func (r reads) Land(ctx context.Context, key string) (*deploy.Land, error) {
	return first(docs[deploy.Land](ctx, r, Q(`SELECT doc FROM countries WHERE code = $1 OR id = $1`), key))
}

// PutLand writes what a country says of itself: for the first time if its
// Version is 0, else a change of exactly that version. It sets Version.
func (tx *Tx) PutLand(ctx context.Context, l *deploy.Land) error {
	was := l.Version
	l.Version++
	doc, err := json.Marshal(l)
	if err != nil {
		return err
	}
	err = tx.changed(ctx, Q(`INSERT INTO countries (id, code, version, doc) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, doc = excluded.doc WHERE countries.version = $5`), string(l.ID), l.Code, l.Version, string(doc), was)
	if tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "land.error.changed"}
	}
	return err
}

// UseKind is by what the confirmed use in a country is counted.
type UseKind string

// The kinds: how many deployments of a good or of an organisation, how many
// goods for an SDG or a sector. Only what is confirmed and running counts.
const (
	UseGood         UseKind = "good"         // its id
	UseOrganisation UseKind = "organisation" // address of its name
	UseSDG          UseKind = "sdg"          // number
	UseSector       UseKind = "sector"       // code
	useTotal        UseKind = "total"        // how many goods and organisations there are
)

// Use is how much confirmed use there is of something in a country.
type Use struct {
	Country string
	Value   string
	N       int
}

func (r reads) uses(ctx context.Context, query string, args ...any) ([]Use, error) {
	var out []Use
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var u Use
		err := scan(&u.Country, &u.Value, &u.N)
		out = append(out, u)
		return err
	})
	return out, err
}

// CountryUses returns up to limit values of a kind in a country, the most used
// first.
func (r reads) CountryUses(ctx context.Context, country string, kind UseKind, limit int) ([]Use, error) {
	return r.uses(ctx, Q(`SELECT country, value, n FROM country_uses WHERE country = $1 AND kind = $2 AND n > 0 ORDER BY n DESC, value LIMIT $3`), country, string(kind), limit)
}

// UsesIn returns what is counted by a kind in several countries.
func (r reads) UsesIn(ctx context.Context, countries []string, kind UseKind) ([]Use, error) {
	list, err := json.Marshal(countries)
	if err != nil {
		return nil, err
	}
	return r.uses(ctx, Q(`SELECT country, value, n FROM country_uses WHERE country IN (SELECT value FROM json_each($1)) AND kind = $2 AND n > 0 ORDER BY country, value`), string(list), string(kind))
}

// UsesOf says how many goods and how many organisations are in confirmed use in
// each of several countries.
func (r reads) UsesOf(ctx context.Context, countries []string) (goods, organisations map[string]int, err error) {
	goods, organisations = map[string]int{}, map[string]int{}
	list, err := r.UsesIn(ctx, countries, useTotal)
	for _, u := range list {
		of := goods
		if u.Value == string(UseOrganisation) {
			of = organisations
		}
		of[u.Country] = u.N
	}
	return goods, organisations, err
}

// OrganisationNamed is the name that deployments give an organisation, by its
// address; the address where there is none.
func (r reads) OrganisationNamed(ctx context.Context, slug string) (string, error) {
	rec, err := first(docs[deploy.Record](ctx, r, Q(`SELECT doc FROM deployments WHERE organisation = $1 ORDER BY id DESC LIMIT 1`), slug))
	if rec == nil {
		return slug, err
	}
	return rec.Organisation, err
}

// TalliesIn returns how many deployments of each stage and state there are in
// each of several countries.
func (r reads) TalliesIn(ctx context.Context, countries []string) (map[string][]Tally, error) {
	list, err := json.Marshal(countries)
	if err != nil {
		return nil, err
	}
	out := map[string][]Tally{}
	err = each(ctx, r.q, Q(`SELECT scope, stage, state, n FROM deployment_tallies WHERE scope IN (SELECT value FROM json_each($1)) AND n > 0 ORDER BY scope, stage, state`), []any{string(list)}, func(scan func(...any) error) error {
		var country string
		var t Tally
		err := scan(&country, &t.Stage, &t.State, &t.N)
		out[country] = append(out[country], t)
		return err
	})
	return out, err
}

// UsedIn says in which of some countries each of several goods is in confirmed
// use that goes on, by code.
func (r reads) UsedIn(ctx context.Context, goods []good.ID, countries []string) (map[good.ID][]string, error) {
	var scopes []string
	for _, id := range goods {
		for _, c := range countries {
			scopes = append(scopes, scope(c, id))
		}
	}
	list, err := json.Marshal(scopes)
	if err != nil {
		return nil, err
	}
	out := map[good.ID][]string{}
	return out, each(ctx, r.q, Q(`SELECT DISTINCT scope FROM deployment_tallies WHERE scope IN (SELECT value FROM json_each($1)) AND state = $2 AND stage <> $3 AND n > 0 ORDER BY scope`),
		[]any{string(list), string(deploy.Confirmed), string(deploy.Retired)}, func(scan func(...any) error) error {
			var of string
			err := scan(&of)
			if country, id, ok := strings.Cut(of, "/"); ok {
				out[good.ID(id)] = append(out[good.ID(id)], country)
			}
			return err
		})
}

// countUse counts what changed of the confirmed use in a country from one
// record to another, either of which may be nil.
func (tx *Tx) countUse(ctx context.Context, was, is *deploy.Record) error {
	counts := func(r *deploy.Record) bool { return r != nil && r.Counts() }
	if counts(was) && counts(is) && was.Good == is.Good && was.Country == is.Country && good.Slugify(was.Organisation) == good.Slugify(is.Organisation) {
		return nil
	}
	if counts(was) {
		if err := tx.use(ctx, was, -1); err != nil {
			return err
		}
	}
	if counts(is) {
		return tx.use(ctx, is, 1)
	}
	return nil
}

// use adds one deployment to what is counted, or takes it away.
func (tx *Tx) use(ctx context.Context, r *deploy.Record, by int) error {
	if _, err := tx.bumpFirst(ctx, r.Country, UseOrganisation, good.Slugify(r.Organisation), by); err != nil {
		return err
	}
	first, err := tx.bumpFirst(ctx, r.Country, UseGood, string(r.Good), by)
	if err != nil || !first {
		return err
	}
	topics, err := tx.topics(ctx, r.Good)
	if err != nil {
		return err
	}
	return tx.bumpTopics(ctx, r.Country, topics, by)
}

// bumpFirst counts one thing, and the thing itself where it was the first or
// the last: it says whether it was.
func (tx *Tx) bumpFirst(ctx context.Context, country string, kind UseKind, value string, by int) (bool, error) {
	n, err := tx.bump(ctx, country, kind, value, by)
	if err != nil || by > 0 && n != 1 || by < 0 && n != 0 {
		return false, err
	}
	_, err = tx.bump(ctx, country, useTotal, string(kind), by)
	return true, err
}

func (tx *Tx) bumpTopics(ctx context.Context, country string, topics []string, by int) error {
	for _, t := range topics {
		kind, value, _ := strings.Cut(t, "/")
		if _, err := tx.bump(ctx, country, UseKind(kind), value, by); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) bump(ctx context.Context, country string, kind UseKind, value string, by int) (n int, err error) {
	err = tx.q.QueryRowContext(ctx, Q(`INSERT INTO country_uses (country, kind, value, n) VALUES ($1, $2, $3, $4)
		ON CONFLICT (country, kind, value) DO UPDATE SET n = country_uses.n + excluded.n RETURNING n`), country, string(kind), value, by).Scan(&n)
	return n, err
}

// topics are the SDGs and sectors by which a good in use is counted.
func (tx *Tx) topics(ctx context.Context, id good.ID) ([]string, error) {
	held, found, err := tx.counted(ctx, id)
	if err != nil || found {
		return held, err
	}
	g, err := tx.Good(ctx, id)
	if err != nil {
		return nil, err
	}
	return tx.setTopics(ctx, g)
}

func (tx *Tx) counted(ctx context.Context, id good.ID) (topics []string, found bool, err error) {
	var doc []byte
	err = tx.q.QueryRowContext(ctx, Q(`SELECT topics FROM used_goods WHERE good = $1`), string(id)).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return topics, true, json.Unmarshal(doc, &topics)
}

func (tx *Tx) setTopics(ctx context.Context, g *good.Good) ([]string, error) {
	topics := topicsOf(g)
	doc, err := json.Marshal(topics)
	if err != nil {
		return nil, err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO used_goods (good, topics) VALUES ($1, $2) ON CONFLICT (good) DO UPDATE SET topics = excluded.topics`), string(g.ID), string(doc))
	return topics, err
}

// topicsOf are a good's SDGs and sectors, "sdg/3", "sector/health", sorted.
func topicsOf(g *good.Good) []string {
	out := []string{}
	for _, t := range g.Goals {
		out = append(out, string(UseSDG)+"/"+strconv.Itoa(t.SDG))
	}
	for _, s := range g.Sectors {
		out = append(out, string(UseSector)+"/"+s)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// recount counts a good that is in use by the SDGs and sectors it has now.
func (tx *Tx) recount(ctx context.Context, g *good.Good) error {
	was, found, err := tx.counted(ctx, g.ID)
	if err != nil || !found || slices.Equal(was, topicsOf(g)) {
		return err
	}
	is, err := tx.setTopics(ctx, g)
	if err != nil {
		return err
	}
	list, err := tx.uses(ctx, Q(`SELECT country, value, n FROM country_uses WHERE value = $1 AND kind = 'good' AND n > 0 ORDER BY country`), string(g.ID))
	for _, u := range list {
		if err == nil {
			err = tx.bumpTopics(ctx, u.Country, was, -1)
		}
		if err == nil {
			err = tx.bumpTopics(ctx, u.Country, is, 1)
		}
	}
	return err
}
