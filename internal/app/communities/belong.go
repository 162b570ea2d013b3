package communities

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/store"
)

// body is the organisation that somebody names and acts for; "" for none.
func body(ctx context.Context, tx *store.Tx, who access.Who, key string) (good.ID, error) {
	if key = strings.TrimSpace(key); key == "" {
		return "", nil
	}
	held, err := tx.BodiesOf(ctx, who.Person)
	for _, b := range held {
		if key == b.Slug || key == string(b.ID) {
			return b.ID, nil
		}
	}
	return "", cmp.Or(err, error(&good.Error{Kind: good.Invalid, Key: "community.error.body", Field: "body"}))
}

// Join has somebody belong to a community: themselves, or an organisation for
// which they act. Named says whether a person may be named in public; an
// organisation always is. Joining again changes that.
func (a *App) Join(ctx context.Context, who access.Who, key, organisation string, named bool) error {
	if _, err := access.As(who, access.JoinCommunity, access.Thing{}); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := find(ctx, tx, who, key)
		if err != nil {
			return err
		}
		b, err := body(ctx, tx, who, organisation)
		if err != nil {
			return err
		}
		m := community.Member{Community: c.ID, Person: who.Person, Body: b, Named: named, Since: tx.Now()}
		for _, x := range c.members {
			switch {
			case x.Person == who.Person && x.Body == b:
				m = x
				m.Named = named
			case b != "" && x.Body == b:
				return &good.Error{Kind: good.Conflict, Key: "community.error.there", Field: "body"}
			}
		}
		of, err := tx.CommunitiesOf(ctx, who.Person)
		if err != nil {
			return err
		}
		today := 0
		for _, x := range of {
			if x.Since.After(tx.Now().Add(-24 * time.Hour)) {
				today++
			}
		}
		if today >= community.MaxJoinsDay {
			return &good.Error{Kind: good.Limited, Key: "community.error.flood", Args: map[string]any{"Max": community.MaxJoinsDay}}
		}
		return tx.PutCommunityMember(ctx, m)
	})
}

// Leave has somebody belong to it no more: themselves, or the organisation for
// which they act. The last keeper cannot leave.
func (a *App) Leave(ctx context.Context, who access.Who, key, organisation string) error {
	if _, err := access.As(who, access.JoinCommunity, access.Thing{}); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := find(ctx, tx, who, key)
		if err != nil {
			return err
		}
		b, err := body(ctx, tx, who, organisation)
		if err != nil {
			return err
		}
		for _, m := range c.members {
			// an organisation is left by anybody who acts for it
			if m.Body != b || b == "" && m.Person != who.Person {
				continue
			}
			if m.Keeper && len(c.keepers().Owners) == 1 {
				return &good.Error{Kind: good.Conflict, Key: "community.error.last"}
			}
			return tx.DropCommunityMember(ctx, c.ID, m.Person, b)
		}
		return &good.Error{Kind: good.NotFound, Key: "community.error.outside"}
	})
}

// What a keeper does with a member.
const (
	MakeKeeper = "keeper"
	MakePlain  = "member"
	SendAway   = "away"
)

// Member has a keeper make a member, named by pseudonym, a keeper or none, or
// take them out of it.
func (a *App) Member(ctx context.Context, who access.Who, key, pseudonym, how string) error {
	if !slices.Contains([]string{MakeKeeper, MakePlain, SendAway}, how) {
		return &good.Error{Kind: good.Invalid, Key: "community.error.how", Field: "how", Args: map[string]any{"Value": good.Short(how)}}
	}
	return a.keep(ctx, who, key, func(ctx context.Context, tx *store.Tx, c circle) (*community.Event, error) {
		p, err := tx.PersonByPseudonym(ctx, strings.TrimSpace(pseudonym))
		if err != nil {
			return nil, err
		}
		at := -1
		if p != nil {
			at = slices.IndexFunc(c.members, func(m community.Member) bool { return m.Person == p.ID && (m.Body == "" || how == SendAway) })
		}
		if at < 0 {
			return nil, &good.Error{Kind: good.Invalid, Key: "community.error.member", Field: "member"}
		}
		m := c.members[at]
		if m.Keeper && how != MakeKeeper && len(c.keepers().Owners) == 1 {
			return nil, &good.Error{Kind: good.Conflict, Key: "community.error.last"}
		}
		if how == SendAway {
			return nil, tx.DropCommunityMember(ctx, c.ID, m.Person, m.Body)
		}
		if m.Keeper == (how == MakeKeeper) {
			return nil, nil
		}
		m.Keeper = how == MakeKeeper
		what := community.Unkept
		if m.Keeper {
			what = community.Kept
		}
		return &community.Event{What: what}, tx.PutCommunityMember(ctx, m)
	})
}

// Plan is a meeting that is announced, and how often it repeats.
type Plan struct {
	community.Meeting
	Repeat string
	Times  int // in all, for what repeats
}

// Meet announces a meeting, or several at once.
func (a *App) Meet(ctx context.Context, who access.Who, key string, p Plan) ([]community.Meeting, error) {
	var out []community.Meeting
	return out, a.keep(ctx, who, key, func(ctx context.Context, tx *store.Tx, c circle) (*community.Event, error) {
		dates, err := community.Dates(p.Local, p.Repeat, max(p.Times, 1))
		if err != nil {
			return nil, err
		}
		ahead, err := tx.Meetings(ctx, c.ID, tx.Now().UnixMilli(), 0, community.MaxAhead+1)
		if err != nil {
			return nil, err
		}
		if len(ahead)+len(dates) > community.MaxAhead {
			return nil, &good.Error{Kind: good.Limited, Key: "community.error.ahead", Field: "times", Args: map[string]any{"Max": community.MaxAhead}}
		}
		for _, local := range dates {
			m := p.Meeting
			m.ID, m.Community, m.Local, m.Changed, m.Version, m.Notes, m.Cancelled = tx.NewID(), c.ID, local, tx.Now(), 0, "", false
			if err := m.Check(); err != nil {
				return nil, err
			}
			if m.Start.Before(tx.Now().Add(-24 * time.Hour)) {
				return nil, &good.Error{Kind: good.Invalid, Key: "community.error.past", Field: "local"}
			}
			if err := tx.PutMeeting(ctx, &m); err != nil {
				return nil, err
			}
			out = append(out, m)
		}
		return &community.Event{What: community.Met, Text: p.Title}, nil
	})
}

// Meeting says anew when and where a community meets, what was written down, and
// whether it takes place. Version is the one that was looked at, 0 for any.
func (a *App) Meeting(ctx context.Context, who access.Who, key string, id good.ID, in community.Meeting) (*community.Meeting, error) {
	var out *community.Meeting
	return out, a.keep(ctx, who, key, func(ctx context.Context, tx *store.Tx, c circle) (*community.Event, error) {
		m, err := tx.Meeting(ctx, id)
		if err != nil {
			return nil, err
		}
		if m == nil || m.Community != c.ID {
			return nil, &good.Error{Kind: good.NotFound, Key: "community.error.meeting"}
		}
		if in.Version != 0 && in.Version != m.Version {
			return nil, &good.Error{Kind: good.Conflict, Key: "community.error.changed"}
		}
		in.ID, in.Community, in.Version, in.Changed = m.ID, m.Community, m.Version, tx.Now()
		if err := in.Check(); err != nil {
			return nil, err
		}
		out = &in
		return &community.Event{What: community.Met, Text: in.Title}, tx.PutMeeting(ctx, out)
	})
}

// Kept returns to what a person belongs, for them to take away.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	list, err := a.DB.Primary().CommunitiesOf(ctx, p.ID)
	if len(list) == 0 {
		return nil, err
	}
	return list, err
}

// Forget has a person who is erased belong to nothing.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error {
	return tx.ForgetCommunities(ctx, p.ID)
}
