package alliance

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/alliance"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Entry is a member as the secretariat enters it. Keeper is the address of
// whoever is to keep its commitments, "" for the secretariat alone.
type Entry struct {
	alliance.Member
	Keeper string
}

// Admit enters a member, and asks whoever has the keeper's address to act for
// it.
func (a *App) Admit(ctx context.Context, who access.Who, e Entry) (alliance.Member, int64, error) {
	var err error
	if e.Keeper = strings.TrimSpace(e.Keeper); e.Keeper != "" {
		if e.Keeper, err = good.EmailAddress(e.Keeper); err != nil {
			return e.Member, 0, &good.Error{Kind: good.Invalid, Key: "nominate.error.email", Field: "keeper", Err: err}
		}
	}
	e.Since = cmp.Or(e.Since, day(a.Now()))
	if err := alliance.CheckMember(&e.Member); err != nil {
		return e.Member, 0, err
	}
	if e.Since > day(a.Now()) {
		return e.Member, 0, &good.Error{Kind: good.Invalid, Key: "alliance.error.since", Field: "since"}
	}
	position, err := a.do(ctx, who, access.ManageAlliance, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		return a.admit(ctx, tx, &e, "")
	})
	return e.Member, position, err
}

// admit enters a member within a transaction. person, where somebody is known,
// acts for it at once.
func (a *App) admit(ctx context.Context, tx *store.Tx, e *Entry, person good.ID) error {
	slug, err := good.FreeSlug(func(slug string) (bool, error) {
		m, err := tx.AllianceMember(ctx, slug)
		return m != nil, err
	}, e.Name, string(tx.NewID()))
	if err != nil {
		return err
	}
	all, err := tx.AllianceMembers(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(m alliance.Member) bool { return m.Belongs() && strings.EqualFold(m.Name, e.Name) }) {
		return &good.Error{Kind: good.Conflict, Key: "alliance.error.taken", Field: "name", Args: map[string]any{"Name": e.Name}}
	}
	e.ID, e.Slug, e.Version, e.Until = tx.NewID(), slug, 0, ""
	if e.Keeper != "" || person != "" {
		if e.Body, err = a.embody(ctx, tx, e, person); err != nil {
			return err
		}
	}
	return state(ctx, tx, &e.Member, "")
}

// embody finds the organisation that a person acts for, or makes the one that
// somebody is to act for: whoever is not known asks nobody but the address.
func (a *App) embody(ctx context.Context, tx *store.Tx, e *Entry, person good.ID) (good.ID, error) {
	if person != "" {
		held, err := tx.BodiesOf(ctx, person)
		if err != nil {
			return "", err
		}
		for _, b := range held {
			if strings.EqualFold(b.Name, e.Name) {
				return b.ID, nil
			}
		}
	}
	b := good.Body{ID: tx.NewID(), Name: e.Name, Created: tx.Now()}
	var err error
	b.Slug, err = good.FreeSlug(func(slug string) (bool, error) {
		held, err := tx.Body(ctx, slug)
		return held != nil, err
	}, e.Name, string(b.ID))
	if err != nil {
		return "", err
	}
	if err := tx.AddBody(ctx, b); err != nil {
		return "", err
	}
	tx.Append(good.OrganisationJoined, []good.ID{b.ID}, value("organisation", map[string]string{"name": b.Name, "slug": b.Slug}))
	if person != "" {
		return b.ID, tx.PutMember(ctx, good.Member{Body: b.ID, Person: person, Keeper: true, Since: tx.Now()})
	}
	i := good.Invitation{ID: tx.NewID(), Kind: good.ToOrganisation, About: b.ID, Address: e.Keeper, Keeper: true, Lang: e.Lang, Created: tx.Now(), Expires: tx.Now().AddDate(0, 0, invitedDays)}
	if err := tx.AddInvitation(ctx, i); err != nil || a.Tasks == nil {
		return b.ID, err
	}
	return b.ID, a.Tasks.Enqueue(ctx, tx, good.Task{Kind: "invitation", Key: string(i.ID)})
}

// invitedDays is how long whoever is to keep a member's commitments has to
// accept it.
const invitedDays = 60

// state writes a member and says so in the journal.
func state(ctx context.Context, tx *store.Tx, m *alliance.Member, reason string) error {
	if err := tx.PutAllianceMember(ctx, m); err != nil {
		return err
	}
	public := *m
	public.Summary = ""
	values := []store.NamedValue{value("member", public)}
	for name, text := range map[string]string{"summary": m.Summary, "reason": reason} {
		if text != "" {
			values = append(values, value(name, text))
		}
	}
	slices.SortFunc(values, func(x, y store.NamedValue) int { return cmp.Compare(x.Name, y.Name) })
	tx.Append(good.MemberStated, []good.ID{m.ID}, values...)
	return nil
}

// Profile is what is changed of a member: those who keep it say Website,
// Summary and Lang; the rest is for the secretariat. What is nil stays.
type Profile struct {
	Website, Summary *string
	Lang             string
	Roles            []alliance.Role
	Leaves           bool   // it belongs to the alliance no more, from today on
	Reason           string // why it leaves; public
}

// Change changes what is said of a member.
func (a *App) Change(ctx context.Context, who access.Who, key string, p Profile) (int64, error) {
	m, err := member(ctx, a.DB.Primary(), key)
	if err != nil {
		return 0, err
	}
	thing, err := keepers(ctx, a.DB.Primary(), m)
	if err != nil {
		return 0, err
	}
	act := access.KeepCommitments
	if p.Leaves || len(p.Roles) > 0 && !slices.Equal(p.Roles, m.Roles) {
		act = access.ManageAlliance
	}
	if p.Reason = strings.TrimSpace(p.Reason); p.Leaves && p.Reason == "" {
		return 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	return a.do(ctx, who, act, thing, func(ctx context.Context, tx *store.Tx) error {
		m, err := belongs(ctx, tx, string(m.ID))
		if err != nil {
			return err
		}
		if p.Website != nil {
			m.Website = *p.Website
		}
		if p.Summary != nil {
			m.Summary, m.Lang = *p.Summary, cmp.Or(p.Lang, m.Lang)
		}
		if len(p.Roles) > 0 {
			m.Roles = slices.Clone(p.Roles)
		}
		if p.Leaves {
			m.Until = day(tx.Now())
		}
		if err := alliance.CheckMember(m); err != nil {
			return err
		}
		return state(ctx, tx, m, p.Reason)
	})
}

// belongs is a member that has not left.
func belongs(ctx context.Context, db reader, key string) (*alliance.Member, error) {
	m, err := member(ctx, db, key)
	if err == nil && !m.Belongs() {
		err = &good.Error{Kind: good.Conflict, Key: "alliance.error.left", Args: map[string]any{"Name": m.Name, "Until": m.Until}}
	}
	return m, err
}

// mostPromises bounds how many commitments a member has.
const mostPromises = 500

// Commit enters what a member commits to.
func (a *App) Commit(ctx context.Context, who access.Who, key string, c alliance.Commitment) (alliance.Commitment, int64, error) {
	m, err := member(ctx, a.DB.Primary(), key)
	if err != nil {
		return c, 0, err
	}
	thing, err := keepers(ctx, a.DB.Primary(), m)
	if err != nil {
		return c, 0, err
	}
	position, err := a.do(ctx, who, access.KeepCommitments, thing, func(ctx context.Context, tx *store.Tx) error {
		if _, err := belongs(ctx, tx, string(m.ID)); err != nil {
			return err
		}
		c.Reports, c.Version = nil, 0
		if err := alliance.CheckCommitment(&c, day(tx.Now())); err != nil {
			return err
		}
		held, err := tx.CommitmentsOf(ctx, m.ID)
		if err != nil {
			return err
		}
		for _, h := range held { // a form sent twice is one commitment
			if h.Text == c.Text && h.Due == c.Due {
				return &good.Error{Kind: good.Conflict, Key: "alliance.error.twice", Field: "text"}
			}
		}
		if len(held) >= mostPromises {
			return &good.Error{Kind: good.Limited, Key: "alliance.error.many", Field: "text", Args: map[string]any{"Max": mostPromises}}
		}
		c.ID, c.Member, c.Made = tx.NewID(), m.ID, tx.Now()
		if err := tx.PutCommitment(ctx, &c); err != nil {
			return err
		}
		public := c
		public.Text, public.Version = "", 0
		tx.Append(good.CommitmentMade, []good.ID{m.ID, c.ID}, value("commitment", public), value("text", c.Text))
		return nil
	})
	return c, position, err
}

// Report adds what a member says of how a commitment gets on. What was said
// before stays.
func (a *App) Report(ctx context.Context, who access.Who, id good.ID, r alliance.Report) (alliance.Commitment, int64, error) {
	c, err := a.DB.Primary().Commitment(ctx, id)
	if err != nil {
		return alliance.Commitment{}, 0, err
	}
	if c == nil {
		return alliance.Commitment{}, 0, &good.Error{Kind: good.NotFound, Key: "alliance.error.commitment"}
	}
	m, err := member(ctx, a.DB.Primary(), string(c.Member))
	if err != nil {
		return *c, 0, err
	}
	thing, err := keepers(ctx, a.DB.Primary(), m)
	if err != nil {
		return *c, 0, err
	}
	position, err := a.do(ctx, who, access.KeepCommitments, thing, func(ctx context.Context, tx *store.Tx) error {
		if _, err := belongs(ctx, tx, string(m.ID)); err != nil {
			return err
		}
		if c, err = tx.Commitment(ctx, id); err != nil {
			return err
		}
		if err := alliance.CheckReport(c, &r, day(tx.Now())); err != nil {
			return err
		}
		if len(c.Reports) >= good.MaxItems {
			return &good.Error{Kind: good.Limited, Key: "alliance.error.reports", Field: "report", Args: map[string]any{"Max": good.MaxItems}}
		}
		r.At = tx.Now()
		c.Reports = append(c.Reports, r)
		if err := tx.PutCommitment(ctx, c); err != nil {
			return err
		}
		public := r
		public.Text = ""
		values := []store.NamedValue{value("report", public)}
		if r.Text != "" {
			values = append(values, value("text", r.Text))
		}
		tx.Append(good.CommitmentReported, []good.ID{m.ID, c.ID}, values...)
		return nil
	})
	return *c, position, err
}
