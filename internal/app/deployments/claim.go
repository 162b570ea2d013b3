package deployments

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Input is a deployment as somebody states it.
type Input struct {
	Good         string // slug or id
	Body         string // slug or id of the organisation here for which they speak; "" where they do not, or for their only one
	Side         deploy.Side
	Integrations []string // slugs or ids
	deploy.Statement
	Contacts []deploy.Contact // private; nil leaves those that are there
}

// Claim states a new deployment.
func (a *App) Claim(ctx context.Context, who access.Who, in Input) (*deploy.Record, int64, error) {
	if err := access.May(who, access.ClaimDeployment); err != nil {
		return nil, 0, err
	}
	r, says, err := a.prepare(ctx, a.DB.Primary(), who, &in)
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, says.actor, func(ctx context.Context, tx *store.Tx) error {
		return a.claim(ctx, tx, r, says, in.Contacts)
	})
	return r, position, err
}

// prepare checks a claim and finds for whom who speaks.
func (a *App) prepare(ctx context.Context, db reader, who access.Who, in *Input) (*deploy.Record, as, error) {
	g, err := named(ctx, db, "good", in.Good)
	if err != nil {
		return nil, as{}, err
	}
	r := &deploy.Record{Good: g.ID}
	if err := a.speakFor(ctx, db, who, r, in); err != nil {
		return nil, as{}, err
	}
	if err := a.check(ctx, db, r, in); err != nil {
		return nil, as{}, err
	}
	r.Statement = in.Statement
	s, err := speak(ctx, db, r)
	if err != nil {
		return nil, as{}, err
	}
	says, err := a.side(who, access.ClaimDeployment, s, cmp.Or(in.Side, deploy.Maintainer))
	another := err == nil && says.By != deploy.Desk && in.Side != "" && says.By != in.Side
	if another || good.KindOf(err) == good.Forbidden && who.Scopes == nil {
		key := "deploy.error.stranger"
		if r.Body != "" {
			key = "deploy.error.unproved"
		}
		err = &good.Error{Kind: good.Forbidden, Key: key, Args: map[string]any{"Good": g.Name, "Name": in.Organisation}}
	}
	return r, says, err
}

// named is a good that somebody named in a field.
func named(ctx context.Context, db reader, field, key string) (*good.Good, error) {
	g, err := find(ctx, db, strings.TrimSpace(key))
	if good.KindOf(err) == good.NotFound || err == nil && g == nil {
		err = &good.Error{Kind: good.Invalid, Key: "deploy.error.good", Field: field, Args: map[string]any{"Name": key}, Err: err}
	}
	return g, err
}

// speakFor puts the organisation for which somebody speaks into a record: its
// name is the one it has here.
func (a *App) speakFor(ctx context.Context, db reader, who access.Who, r *deploy.Record, in *Input) error {
	if in.Side == deploy.Maintainer || who.Person == "" {
		return nil
	}
	held, err := db.BodiesOf(ctx, who.Person)
	if err != nil {
		return err
	}
	for _, b := range held {
		if in.Body != string(b.ID) && in.Body != b.Slug && (in.Body != "" || in.Side != deploy.Adopter || len(held) > 1 || !strings.EqualFold(cmp.Or(strings.TrimSpace(in.Organisation), b.Name), b.Name)) {
			continue
		}
		r.Body, in.Organisation, in.Side = b.ID, b.Name, deploy.Adopter
		domains, err := db.Domains(ctx, b.ID)
		for _, d := range domains {
			if !d.Verified.IsZero() {
				in.Website = cmp.Or(in.Website, "https://"+d.Domain)
			}
		}
		return err
	}
	if in.Body != "" {
		return &good.Error{Kind: good.Forbidden, Key: "deploy.error.body", Field: "body"}
	}
	return nil
}

// check says what is wrong with a statement of a deployment as it stands, with
// the goods it names. One with which it worked and that became part of its own
// good since is shown no more, and kept for when the two are parted.
func (a *App) check(ctx context.Context, db reader, r *deploy.Record, in *Input) error {
	inside, err := absorbed(ctx, db, r)
	if err != nil {
		return err
	}
	for _, key := range in.Integrations {
		if strings.TrimSpace(key) == "" {
			continue
		}
		g, err := named(ctx, db, "integrations", key)
		if err != nil {
			return err
		}
		if g.ID == r.Good && len(inside) > 0 {
			continue
		}
		if g.ID == r.Good {
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.itself", Field: "integrations"}
		}
		in.Statement.Integrations = append(in.Statement.Integrations, g.ID)
	}
	in.Statement.Integrations = append(in.Statement.Integrations, inside...)
	today := day(a.Now())
	if err := in.Statement.Check(today); err != nil {
		return err
	}
	g, err := db.Good(ctx, r.Good)
	if err != nil || g == nil {
		return cmp.Or(err, error(&good.Error{Kind: good.NotFound, Key: "deploy.error.unknown"}))
	}
	if err := in.CheckDetails(g.Kinds, today); err != nil {
		return err
	}
	return deploy.CheckContacts(in.Contacts)
}

// absorbed are the goods with which a deployment worked and that are its own
// good now.
func absorbed(ctx context.Context, db reader, r *deploy.Record) ([]good.ID, error) {
	var out []good.ID
	for _, id := range r.Integrations {
		g, err := find(ctx, db, string(id))
		if err != nil && good.KindOf(err) != good.Gone {
			return nil, err
		}
		if g != nil && g.ID == r.Good {
			out = append(out, id)
		}
	}
	return out, nil
}

// claim writes a new deployment within a transaction.
func (a *App) claim(ctx context.Context, tx *store.Tx, r *deploy.Record, says as, contacts []deploy.Contact) error {
	r.ID, r.Version = tx.NewID(), 0
	if err := settle(ctx, tx, r); err != nil {
		return err
	}
	r.Say(r.Statement, says.Word)
	same, err := twin(ctx, tx, r)
	if err != nil {
		return err
	}
	if same != nil {
		return &good.Error{Kind: good.Conflict, Key: "deploy.error.twice", Field: "organisation", Args: map[string]any{"ID": string(same.ID)}}
	}
	if err := state(ctx, tx, r); err != nil {
		return err
	}
	if err := tx.PutDeploymentContacts(ctx, r.ID, contacts); err != nil {
		return err
	}
	return a.ask(ctx, tx, r)
}

// settle makes a new record one of the good that there is when it is written:
// since it was looked up, its own may have gone, or become part of another.
func settle(ctx context.Context, db reader, r *deploy.Record) error {
	g, err := find(ctx, db, string(r.Good))
	if good.KindOf(err) == good.Gone {
		return &good.Error{Kind: good.Conflict, Key: "deploy.error.gone", Field: "good"}
	}
	if err != nil || g.ID == r.Good {
		return err
	}
	r.Good = g.ID
	r.Integrations = slices.DeleteFunc(slices.Clone(r.Integrations), func(id good.ID) bool { return id == g.ID })
	return nil
}

// twin is the deployment that a new record would say again, of its good or of
// one that became part of it; nil if there is none.
func twin(ctx context.Context, db reader, r *deploy.Record) (*deploy.Record, error) {
	if same, err := db.SameDeployment(ctx, r.Same()); err != nil || same != nil {
		return same, err
	}
	held, err := db.Absorbed(ctx, r.Good)
	for _, id := range held {
		of := *r
		of.Good = id
		same, err := db.SameDeployment(ctx, of.Same())
		if err != nil || same != nil && same.Good == r.Good {
			return same, err
		}
	}
	return nil, err
}

// state writes what is said of a deployment and says so in the journal. What
// may name a person stands for itself, so that it can be erased.
func state(ctx context.Context, tx *store.Tx, r *deploy.Record) error {
	if err := tx.PutDeployment(ctx, r); err != nil {
		return err
	}
	public := *r
	public.Place, public.Programme, public.Details, public.Reason, public.Version = "", "", nil, "", 0
	values := []store.NamedValue{value("deployment", public)}
	for _, t := range []struct{ name, text string }{{"place", r.Place}, {"programme", r.Programme}} {
		if t.text != "" {
			values = append(values, value(t.name, t.text))
		}
	}
	if len(r.Details) > 0 {
		values = append(values, value("details", r.Details))
	}
	tx.Append(good.DeploymentStated, []good.ID{r.Good, r.ID}, values...)
	return nil
}

// ask tells the other side that something waits for their word.
func (a *App) ask(ctx context.Context, tx *store.Tx, r *deploy.Record) error {
	if a.Tell == nil {
		return nil
	}
	people, err := asked(ctx, tx, r)
	if err != nil {
		return err
	}
	return a.tell(ctx, tx, r, "deployment-waiting", r.Stated.At, people)
}

// tell has people told of a deployment, once for a kind and a time.
func (a *App) tell(ctx context.Context, tx *store.Tx, r *deploy.Record, kind string, at time.Time, people []good.ID) error {
	if a.Tell == nil || len(people) == 0 {
		return nil
	}
	g, err := tx.Good(ctx, r.Good)
	if err != nil || g == nil {
		return err
	}
	slices.Sort(people)
	var out error
	for _, p := range slices.Compact(people) {
		n := good.Notice{Person: p, Kind: kind, Args: map[string]string{"Good": g.Name, "Name": r.Organisation}, Path: "/deployments/" + string(r.ID)}
		out = errors.Join(out, a.Tell(ctx, tx, kind+"/"+string(r.ID)+"/"+at.UTC().Format(time.DateOnly), n))
	}
	return out
}

// Change states a deployment anew, as either side or the secretariat: it is to
// be confirmed by the other side again. The good and the organisation stay.
func (a *App) Change(ctx context.Context, who access.Who, id good.ID, in Input) (*deploy.Record, int64, error) {
	return a.move(ctx, who, id, access.KeepDeployment, "", func(ctx context.Context, tx *store.Tx, r *deploy.Record, says as) error {
		if err := r.MayChange(); err != nil {
			return err
		}
		in.Organisation = r.Organisation
		if in.Website == "" {
			in.Website = r.Website
		}
		if in.Website != r.Website { // it says who may speak for the organisation
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.fixed", Field: "website"}
		}
		in.Country = cmp.Or(in.Country, r.Country)
		if err := a.check(ctx, tx, r, &in); err != nil {
			return err
		}
		if in.Country != r.Country {
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.fixed", Field: "country"}
		}
		r.Say(in.Statement, says.Word)
		if in.Contacts != nil {
			if err := tx.PutDeploymentContacts(ctx, r.ID, in.Contacts); err != nil {
				return err
			}
		}
		if err := state(ctx, tx, r); err != nil {
			return err
		}
		return a.ask(ctx, tx, r)
	})
}
