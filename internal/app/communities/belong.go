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

const day = 24 * time.Hour

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
		m, err := tx.CommunityMember(ctx, c.ID, who.Person, b)
		switch {
		case err != nil:
			return err
		case m != nil && m.Person != who.Person:
			return &good.Error{Kind: good.Conflict, Key: "community.error.there", Field: "body"}
		case m != nil:
			m.Named = named
			return tx.PutCommunityMember(ctx, *m)
		}
		today, err := tx.JoinedCommunity(ctx, who.Person, tx.Now().Add(-day).UnixMilli())
		if err != nil {
			return err
		}
		if today > community.MaxJoinsDay {
			return &good.Error{Kind: good.Limited, Key: "community.error.flood", Args: map[string]any{"Max": community.MaxJoinsDay}}
		}
		return tx.PutCommunityMember(ctx, community.Member{Community: c.ID, Person: who.Person, Body: b, Named: named, Since: tx.Now()})
	})
}

// Leave has somebody belong to it no more: themselves, or the organisation for
// which they act, which is left by anybody who acts for it. The last keeper
// cannot leave. What is hidden can be left, too.
func (a *App) Leave(ctx context.Context, who access.Who, key, organisation string) error {
	if _, err := access.As(who, access.JoinCommunity, access.Thing{}); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := held(ctx, tx, key)
		if err != nil {
			return err
		}
		b, err := body(ctx, tx, who, organisation)
		if err != nil {
			return err
		}
		m, err := tx.CommunityMember(ctx, c.ID, who.Person, b)
		if err != nil {
			return err
		}
		if m == nil {
			if _, err := find(ctx, tx, who, key); err != nil {
				return err
			}
			return &good.Error{Kind: good.NotFound, Key: "community.error.outside"}
		}
		if err := c.left(*m); err != nil {
			return err
		}
		return tx.DropCommunityMember(ctx, c.ID, m.Person, b)
	})
}

// left says whether the community still has a keeper without a member.
func (c circle) left(m community.Member) error {
	if m.Keeper && len(c.keepers) == 1 {
		return &good.Error{Kind: good.Conflict, Key: "community.error.last"}
	}
	return nil
}

// What a keeper does with a member.
const (
	MakeKeeper = "keeper"
	MakePlain  = "member"
	SendAway   = "away"
)

// Member has a keeper make a member, named by pseudonym, a keeper or none, or
// take them out of it; or take an organisation out, which is never a keeper.
// Where a community has no keeper, the secretariat says who is one.
func (a *App) Member(ctx context.Context, who access.Who, key, pseudonym, organisation, how string) error {
	organisation = strings.TrimSpace(organisation)
	if !slices.Contains([]string{MakeKeeper, MakePlain, SendAway}, how) || organisation != "" && how != SendAway {
		return &good.Error{Kind: good.Invalid, Key: "community.error.how", Field: "how", Args: map[string]any{"Value": good.Short(how)}}
	}
	may := func(c circle) error {
		if how == MakeKeeper {
			return c.appoints(who)
		}
		_, err := access.As(who, access.KeepCommunity, c.thing())
		return err
	}
	return a.with(ctx, who, key, may, func(ctx context.Context, tx *store.Tx, c circle) (*community.Event, error) {
		m, err := member(ctx, tx, c.ID, strings.TrimSpace(pseudonym), organisation)
		if err != nil {
			return nil, err
		}
		if how != MakeKeeper {
			if err := c.left(*m); err != nil {
				return nil, err
			}
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
		return &community.Event{What: what}, tx.PutCommunityMember(ctx, *m)
	})
}

// member is a member that somebody names: an organisation where one is named,
// else a person.
func member(ctx context.Context, tx *store.Tx, id good.ID, pseudonym, organisation string) (m *community.Member, err error) {
	wrong := &good.Error{Kind: good.Invalid, Key: "community.error.member", Field: "member"}
	if organisation != "" {
		wrong.Field = "body"
		if b, failed := tx.Body(ctx, organisation); b != nil {
			m, err = tx.CommunityMember(ctx, id, "", b.ID)
		} else {
			err = failed
		}
	} else if p, failed := tx.PersonByPseudonym(ctx, pseudonym); p != nil {
		m, err = tx.CommunityMember(ctx, id, p.ID, "")
	} else {
		err = failed
	}
	if err == nil && m == nil {
		return nil, wrong
	}
	return m, err
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
		out = nil // it may be a second try
		dates, err := community.Dates(p.Local, p.Repeat, max(p.Times, 1))
		if err != nil {
			return nil, err
		}
		if err := room(ctx, tx, c.ID, len(dates), "times"); err != nil {
			return nil, err
		}
		for _, local := range dates {
			m := p.Meeting
			m.ID, m.Community, m.Local, m.Changed, m.Version, m.Notes, m.Cancelled = tx.NewID(), c.ID, local, tx.Now(), 0, "", false
			if err := m.Check(); err != nil {
				return nil, err
			}
			if m.Start.Before(tx.Now().Add(-day)) {
				return nil, &good.Error{Kind: good.Invalid, Key: "community.error.past", Field: "local"}
			}
			if err := tx.PutMeeting(ctx, &m); err != nil {
				return nil, err
			}
			out = append(out, m)
		}
		if err := a.announce(ctx, tx, who, kindMet, out...); err != nil {
			return nil, err
		}
		return &community.Event{What: community.Met, Text: out[0].Title}, nil
	})
}

// room says whether a community may announce more meetings. Those of the last
// day count: one may still be announced then.
func room(ctx context.Context, tx *store.Tx, id good.ID, more int, field string) error {
	ahead, err := tx.Meetings(ctx, id, tx.Now().Add(-day).UnixMilli(), 0, community.MaxAhead+1)
	if err == nil && len(ahead)+more > community.MaxAhead {
		err = &good.Error{Kind: good.Limited, Key: "community.error.ahead", Field: field, Args: map[string]any{"Max": community.MaxAhead}}
	}
	return err
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
		if since := tx.Now().Add(-day); m.Start.Before(since) && !in.Start.Before(since) {
			if err := room(ctx, tx, c.ID, 1, "local"); err != nil {
				return nil, err
			}
		}
		out = &in
		if err := tx.PutMeeting(ctx, out); err != nil {
			return nil, err
		}
		return &community.Event{What: community.Met, Text: in.Title}, a.announce(ctx, tx, who, turned(*m, in), in)
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
