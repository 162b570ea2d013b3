package messages

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// TaskSought is a letter to somebody who may own a good: its key is the letter.
const TaskSought = "sought"

const kindSought = "sought"

// DoSought sends a letter to somebody who may own a good, if there is a need
// still. It is a task.
func (a *App) DoSought(ctx context.Context, t good.Task) error {
	s, err := a.DB.Primary().Sought(ctx, good.ID(t.Key))
	if err != nil || s == nil || s.Fate != good.FateWaits || s.Address == "" {
		return err
	}
	end := func(became good.Fate) error {
		return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.EndSought(ctx, s.ID, became) })
	}
	needed, err := a.DB.Primary().IsSought(ctx, s.Good)
	if err != nil {
		return err
	}
	if !needed || a.Mail == nil {
		return end(good.FateDropped)
	}
	if wanted, err := a.wantsLetters(ctx, s.Mark, s.Address); err != nil || !wanted {
		return cmp.Or(err, end(good.FateLeft))
	}
	g, err := a.DB.Primary().Good(ctx, s.Good)
	if err != nil {
		return err
	}
	sources, err := a.DB.Primary().Sources(ctx)
	if err != nil {
		return err
	}
	l, err := a.toOwner(ctx, s.Lang, g, s.Origin, cmp.Or(sources[s.Origin].Name, s.Origin), s.Person)
	if err != nil {
		return err
	}
	seal, err := a.seal(ctx)
	if err != nil {
		return err
	}
	in := locale(s.Lang)
	l.ID, l.To, l.Return = string(derived(-1, t.Kind, t.Key)), s.Address, returning(seal, a.Now(), s.ID, s.Address)
	l.Link = a.Base + prefix(in) + "/letters/" + opening(seal, s.ID)
	l.Leave, l.LeaveAt = in.T("mail.sought.leave"), a.Base+prefix(in)+"/unsubscribe/"+leave(seal, s.Mark, kindSought)
	err = a.Mail.Send(ctx, l)
	if errors.Is(err, notify.ErrRefused) {
		a.log().WarnContext(ctx, "an address takes no letters", "letter", s.ID)
		return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(tx.PutBounce(ctx, s.Address, "smtp"), tx.EndSought(ctx, s.ID, good.FateBounced))
		})
	}
	if err != nil {
		return err
	}
	// A kill here costs one repeat, under the same Message-ID.
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.SentSought(ctx, s.ID) })
}

// toOwner is a letter to somebody who may own a good, in words: who writes and
// why, and where their address is from.
func (a *App) toOwner(ctx context.Context, lang string, g *good.Good, origin, source string, sender good.ID) (notify.Letter, error) {
	in := locale(lang)
	l := a.letter(in, good.Notice{Kind: kindSought, Args: map[string]string{"Good": g.Name, "Issuer": in.Terms(issuers(g)), "Instance": a.Name}}, "")
	p, err := a.DB.Primary().Person(ctx, sender)
	if err != nil {
		return l, err
	}
	from := in.T("mail.sought.from", "Instance", a.Name)
	if p != nil && p.Named && p.Name != "" {
		from = in.T("mail.sought.from.person", "Instance", a.Name, "Name", in.Apart(p.Name))
	}
	key := "mail.sought.why.source"
	if origin == good.ByHand || origin == good.ByDomain {
		key = "mail.sought.why." + origin
	}
	l.Body = append(l.Body, in.T("mail.sought.more"), from+" "+in.T(key, "Source", in.Apart(source), "Good", in.Apart(g.Name)))
	l.Why = in.T("mail.why.sought")
	return l, nil
}

// opening is what names a letter in its link, which nobody can make up.
func opening(seal []byte, letter good.ID) string {
	mac := hmac.New(sha256.New, seal)
	mac.Write([]byte("letter " + string(letter)))
	return string(letter) + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// Opened is what the link of a letter to an owner shows: the good with all that
// is known of it, and who wrote why.
type Opened struct {
	Good    *good.Good
	Issuers []string
	Owned   bool   // somebody owns it by now, or applies for it
	Ended   bool   // they said that it is not theirs, or want no such letters
	Leave   string // what ends such letters, at /unsubscribe/
}

// Open is what the link of a letter shows. It writes nothing: machines follow
// links, too.
func (a *App) Open(ctx context.Context, token string) (Opened, error) {
	s, seal, err := a.soughtBy(ctx, token)
	if err != nil {
		return Opened{}, err
	}
	g, err := a.known(ctx, string(s.Good))
	if err != nil {
		return Opened{}, err
	}
	needed, err := a.DB.Primary().IsSought(ctx, s.Good)
	return Opened{Good: g, Issuers: issuers(g), Owned: !needed, Ended: s.Fate == good.FateDeclined || s.Fate == good.FateLeft, Leave: leave(seal, s.Mark, kindSought)}, err
}

// soughtBy is the letter that a link names.
func (a *App) soughtBy(ctx context.Context, token string) (*good.Sought, []byte, error) {
	seal, err := a.seal(ctx)
	if err != nil {
		return nil, nil, err
	}
	id, _, _ := strings.Cut(token, ".")
	if hmac.Equal([]byte(opening(seal, good.ID(id))), []byte(token)) {
		if s, err := a.DB.Primary().Sought(ctx, good.ID(id)); err != nil || s != nil {
			return s, seal, err
		}
	}
	return nil, nil, &good.Error{Kind: good.NotFound, Key: "sought.error.link"}
}

// Reply notes what whoever got a letter says: that they go on to claim the
// good, or that it is not theirs. It returns the slug of the good, and bears a
// repeat.
func (a *App) Reply(ctx context.Context, token string, mine bool) (string, error) {
	s, _, err := a.soughtBy(ctx, token)
	if err != nil {
		return "", err
	}
	g, err := a.known(ctx, string(s.Good))
	if err != nil {
		return "", err
	}
	return g.Slug, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if !mine {
			return tx.EndSought(ctx, s.ID, good.FateDeclined)
		}
		return tx.OpenSought(ctx, s.ID)
	})
}
