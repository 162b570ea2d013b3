package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"stoa/internal/alliance"
	"stoa/internal/deploy"
	"stoa/internal/good"
)

// DeploymentsThat says which deployments are meant; the zero value, every one.
// An organisation is named by the address of its name.
type DeploymentsThat struct {
	Good         good.ID
	Country      string
	Organisation string
	Stage        deploy.Stage
	State        deploy.State // or deploy.Standing
	Programme    string       // address of its name
	Since        string       // the year
}

// where are the conditions of a question and their values.
func (d DeploymentsThat) where(args ...any) (string, []any) {
	cond := ""
	for _, c := range []struct{ column, value string }{{"organisation", d.Organisation}, {"good", string(d.Good)}, {"programme", d.Programme}, {"country", d.Country}, {"since", d.Since}, {"state", string(d.State)}, {"stage", string(d.Stage)}} {
		if c.value != "" && c.value != string(deploy.Standing) {
			args = append(args, c.value)
			if column := c.column; cond == "" {
				cond = fmt.Sprintf("%s = $%d", column, len(args))
			} else { // one index alone gives the order, too: the one of what says most
				cond += fmt.Sprintf(" AND (%s || '') = $%d", column, len(args))
			}
		}
	}
	if d.State == deploy.Standing {
		cond = strings.TrimPrefix(cond+" AND state <> 'withdrawn'", " AND ")
	}
	return cmp.Or(cond, "1 = 1"), args
}

// Deployment returns one deployment; nil if there is none.
func (r reads) Deployment(ctx context.Context, id good.ID) (*deploy.Record, error) {
	return first(docs[deploy.Record](ctx, r, Q(`SELECT doc FROM deployments WHERE id = $1`), id))
}

// SameDeployment returns the deployment that a record would say again; nil if
// there is none.
func (r reads) SameDeployment(ctx context.Context, same string) (*deploy.Record, error) {
	return first(docs[deploy.Record](ctx, r, Q(`SELECT doc FROM deployments WHERE same = $1`), same))
}

// Absorbed returns the goods of which deployments were stated that are one's
// now, for they became part of it.
func (r reads) Absorbed(ctx context.Context, id good.ID) ([]good.ID, error) {
	var out []good.ID
	err := each(ctx, r.q, Q(`SELECT DISTINCT substr(same, 1, 26) AS was FROM deployments WHERE good = $1 AND state <> 'withdrawn' AND substr(same, 1, 26) <> good ORDER BY was`), []any{string(id)}, func(scan func(...any) error) error {
		var was good.ID
		err := scan(&was)
		out = append(out, was)
		return err
	})
	return out, err
}

// Deployments returns up to limit deployments, the newest first, before one;
// "" for the first.
func (r reads) Deployments(ctx context.Context, that DeploymentsThat, before good.ID, limit int) ([]deploy.Record, error) {
	cond, args := that.where(int64(limit), string(cmp.Or(before, "~")))
	return docs[deploy.Record](ctx, r, `SELECT doc FROM deployments WHERE `+cond+` AND id < $2 ORDER BY id DESC LIMIT $1`, args...)
}

// KnownBy returns up to limit confirmed deployments of some goods by
// organisations of some names, in their order.
func (r reads) KnownBy(ctx context.Context, names []string, goods []good.ID, limit int) ([]deploy.Record, error) {
	slugs := make([]string, len(names))
	for i, n := range names {
		slugs[i] = good.Slugify(n)
	}
	by, err := json.Marshal(slugs)
	if err != nil {
		return nil, err
	}
	of, err := json.Marshal(append([]good.ID{}, goods...))
	if err != nil {
		return nil, err
	}
	return docs[deploy.Record](ctx, r, Q(`SELECT doc FROM deployments WHERE organisation IN (SELECT value FROM json_each($1)) AND good IN (SELECT value FROM json_each($2)) AND (state || '') = 'confirmed'
		ORDER BY organisation, good, id DESC LIMIT $3`), string(by), string(of), limit)
}

// DueDeployments returns up to limit deployments of which somebody is to say by
// a time that they are still so.
func (r reads) DueDeployments(ctx context.Context, until int64, limit int) ([]deploy.Record, error) {
	return docs[deploy.Record](ctx, r, Q(`SELECT doc FROM deployments WHERE due > 0 AND due <= $1 AND state IN ('claimed', 'confirmed') ORDER BY due LIMIT $2`), until, limit)
}

// EachDeployment hands over every deployment, by id.
func (r reads) EachDeployment(ctx context.Context, f func(deploy.Record) error) error {
	return each(ctx, r.q, Q(`SELECT doc FROM deployments ORDER BY id`), nil, func(scan func(...any) error) error {
		var raw []byte
		var rec deploy.Record
		if err := scan(&raw); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &rec); err != nil {
			return fmt.Errorf("decode a deployment: %w", err)
		}
		return f(rec)
	})
}

// Tally is how many deployments are in a stage and a state.
type Tally struct {
	Stage deploy.Stage
	State deploy.State
	N     int
}

// Tallies counts deployments by stage and state. What is asked of an
// organisation is counted, everything else read from where each write counts.
func (r reads) Tallies(ctx context.Context, that DeploymentsThat) ([]Tally, error) {
	query, args := Q(`SELECT stage, state, n FROM deployment_tallies WHERE scope = $1 AND n > 0 ORDER BY stage, state`), []any{scope(that.Country, that.Good)}
	switch {
	case that.Organisation+that.Programme != "", that.Since != "" && that.Good != "":
		all := that
		all.Stage, all.State = "", ""
		var cond string
		cond, args = all.where()
		query = `SELECT stage, state, count(*) FROM deployments WHERE ` + cond + ` GROUP BY stage, state ORDER BY stage, state`
	case that.Since != "":
		args[0] = begun(that.Country, that.Since)
	}
	var out []Tally
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var t Tally
		if err := scan(&t.Stage, &t.State, &t.N); err != nil {
			return err
		}
		if (that.Stage == "" || that.Stage == t.Stage) && (that.State == "" || that.State == t.State || that.State == deploy.Standing && t.State != deploy.Withdrawn) {
			out = append(out, t)
		}
		return nil
	})
	return out, err
}

// scope is under what the deployments of a country, of a good or of both are
// counted; of neither, all.
func scope(country string, id good.ID) string {
	return strings.Trim(country+"/"+string(id), "/")
}

// begun is under what the deployments that began in a year are counted, in a
// country or in all.
func begun(country, year string) string { return country + "@" + year }

// Begun counts the running and retired deployments of a country, or of all, by
// the year in which they began; what is said no more is not counted.
func (r reads) Begun(ctx context.Context, country string) (map[string]int, error) {
	out := map[string]int{}
	from := begun(country, "")
	return out, each(ctx, r.q, Q(`SELECT scope, n FROM deployment_tallies WHERE scope > $1 AND scope < $2 AND n > 0 AND state <> 'withdrawn'`), []any{from, from + "~"}, func(scan func(...any) error) error {
		var scope string
		var n int
		err := scan(&scope, &n)
		out[strings.TrimPrefix(scope, from)] += n
		return err
	})
}

// DeploymentsBy counts the deployments that fit and are not withdrawn by what
// each says in a column: "country", "good", "since" or "programme". The most
// come first.
func (r reads) DeploymentsBy(ctx context.Context, that DeploymentsThat, column string, limit int) ([]Share, error) {
	var query string
	cond, args := that.where(int64(limit))
	switch column {
	case "country", "good", "since", "programme":
		query = `SELECT ` + column + `, count(*) AS n FROM deployments WHERE ` + cond + ` AND state <> 'withdrawn' AND ` + column + ` <> '' GROUP BY ` + column + ` ORDER BY n DESC, ` + column + ` LIMIT $1`
	default:
		return nil, fmt.Errorf("deployments are not counted by %q", column)
	}
	var out []Share
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var s Share
		err := scan(&s.Of, &s.N)
		out = append(out, s)
		return err
	})
}

// Share is how many deployments say one thing.
type Share struct {
	Of string
	N  int
}

// line is one number of the tallies.
type line struct {
	scope        string
	stage, state string
}

// changes are what is to be added to the tallies.
type changes map[line]int64

// from adds what changed from one record to another; the first may be nil.
func (c changes) from(was, is *deploy.Record) {
	count := func(r *deploy.Record, n int64) {
		for _, s := range []string{scope("", ""), scope(r.Country, ""), scope("", r.Good), scope(r.Country, r.Good)} {
			c[line{s, string(r.Stage), string(r.State)}] += n
		}
		if year := r.Year(); year != "" {
			c[line{begun("", year), string(r.Stage), string(r.State)}] += n
			c[line{begun(r.Country, year), string(r.Stage), string(r.State)}] += n
		}
	}
	if was != nil {
		count(was, -1)
	}
	count(is, 1)
}

// tally writes what changed.
func (tx *Tx) tally(ctx context.Context, change changes) error {
	var lines []line
	for l, n := range change {
		if n != 0 {
			lines = append(lines, l)
		}
	}
	// in one order, so that two writers never wait for each other
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.scope, b.scope), cmp.Compare(a.stage, b.stage), cmp.Compare(a.state, b.state))
	})
	for _, l := range lines {
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO deployment_tallies (scope, stage, state, n) VALUES ($1, $2, $3, $4)
			ON CONFLICT (scope, stage, state) DO UPDATE SET n = deployment_tallies.n + excluded.n`), l.scope, l.stage, l.state, change[l]); err != nil {
			return err
		}
	}
	return nil
}

// PutDeployment writes a deployment: a new one if its Version is 0, else a
// change of exactly that version. It sets Version. One that is said already is
// a Conflict.
func (tx *Tx) PutDeployment(ctx context.Context, rec *deploy.Record) error {
	was, err := tx.Deployment(ctx, rec.ID)
	if err != nil {
		return err
	}
	change := changes{}
	if err := tx.putDeployment(ctx, was, rec, change); err != nil {
		return err
	}
	return tx.tally(ctx, change)
}

// putDeployment is PutDeployment where was, nil for none, is known and others
// follow: the caller writes what changed of the tallies.
func (tx *Tx) putDeployment(ctx context.Context, was, rec *deploy.Record, change changes) error {
	version := rec.Version
	rec.Version++
	doc, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	due := int64(0)
	if !rec.Due.IsZero() {
		due = millis(rec.Due)
	}
	err = tx.changed(ctx, Q(`INSERT INTO deployments (id, good, country, organisation, stage, state, due, same, version, doc, programme, since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12, $13)
		ON CONFLICT (id) DO UPDATE SET good = excluded.good, country = excluded.country, organisation = excluded.organisation, stage = excluded.stage, state = excluded.state, due = excluded.due, same = excluded.same,
		version = excluded.version, doc = excluded.doc, programme = excluded.programme, since = excluded.since WHERE deployments.version = $11`),
		string(rec.ID), string(rec.Good), rec.Country, good.Slugify(rec.Organisation), string(rec.Stage), string(rec.State), due, rec.Same(), rec.Version, string(doc), version, good.Slugify(rec.Programme), rec.Year())
	if tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "deploy.error.twice", Field: "organisation"}
	}
	if err != nil {
		return err
	}
	change.from(was, rec)
	return tx.countUse(ctx, was, rec)
}

// DeploymentContacts returns whom to ask about a deployment. It is private.
func (r reads) DeploymentContacts(ctx context.Context, id good.ID) ([]deploy.Contact, error) {
	var out []deploy.Contact
	err := each(ctx, r.q, Q(`SELECT role, address FROM deployment_contacts WHERE deployment = $1 ORDER BY role, address`), []any{id}, func(scan func(...any) error) error {
		var c deploy.Contact
		err := scan(&c.Role, &c.Address)
		out = append(out, c)
		return err
	})
	return out, err
}

// PutDeploymentContacts makes a list whom to ask about a deployment.
func (tx *Tx) PutDeploymentContacts(ctx context.Context, id good.ID, list []deploy.Contact) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM deployment_contacts WHERE deployment = $1`), string(id)); err != nil {
		return err
	}
	for _, c := range list {
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO deployment_contacts (deployment, role, address) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`), string(id), c.Role, c.Address); err != nil {
			return err
		}
	}
	return nil
}

// ContactOf is a deployment about which a person is to be asked.
type ContactOf struct {
	Deployment good.ID `json:"deployment"`
	deploy.Contact
}

// DeploymentContactsOf returns where an address of a person stands.
func (r reads) DeploymentContactsOf(ctx context.Context, person good.ID) ([]ContactOf, error) {
	var out []ContactOf
	err := each(ctx, r.q, Q(`SELECT deployment, role, address FROM deployment_contacts WHERE address IN (SELECT address FROM emails WHERE person = $1) ORDER BY deployment, role`), []any{person}, func(scan func(...any) error) error {
		var c ContactOf
		err := scan(&c.Deployment, &c.Role, &c.Address)
		out = append(out, c)
		return err
	})
	return out, err
}

// ForgetDeploymentContacts takes the addresses of a person off deployments.
func (tx *Tx) ForgetDeploymentContacts(ctx context.Context, person good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM deployment_contacts WHERE address IN (SELECT address FROM emails WHERE person = $1)`), string(person))
	return err
}

// MembersByDomain returns who acts for an organisation that proved one of the
// domains.
func (r reads) MembersByDomain(ctx context.Context, domains []string) ([]good.ID, error) {
	var out []good.ID
	for _, d := range domains {
		err := each(ctx, r.q, Q(`SELECT m.person FROM memberships m JOIN domains d ON d.organisation = m.organisation WHERE d.domain = $1 AND d.verified > 0 ORDER BY m.person`), []any{d}, func(scan func(...any) error) error {
			var id good.ID
			err := scan(&id)
			out = append(out, id)
			return err
		})
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// CountryKeepers returns who keeps what a pathfinder country commits to.
func (r reads) CountryKeepers(ctx context.Context, country string) ([]good.ID, error) {
	all, err := r.AllianceMembers(ctx)
	var out []good.ID
	for _, m := range all {
		if m.Country != country || m.Body == "" || !m.Belongs() || !slices.Contains(m.Roles, alliance.Pathfinder) {
			continue
		}
		list, err := r.Members(ctx, m.Body)
		if err != nil {
			return out, err
		}
		for _, one := range list {
			out = append(out, one.Person)
		}
	}
	return out, err
}
