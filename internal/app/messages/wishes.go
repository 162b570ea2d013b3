package messages

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// wanted says whether a person gets letters of a kind.
func (a *App) wanted(ctx context.Context, person good.ID, kind string) (bool, error) {
	if Essential(kind) {
		return true, nil
	}
	wishes, err := a.DB.Primary().MailWishes(ctx, person)
	if err != nil {
		return false, err
	}
	wish, said := wishes[kind]
	return wish || !said, nil
}

// seal returns the secret that links to persons are sealed with, made at the
// first need.
func (a *App) seal(ctx context.Context) ([]byte, error) {
	const name = "unsubscribe"
	secret, err := a.DB.Primary().Secret(ctx, name)
	if err != nil || secret != nil {
		return secret, err
	}
	fresh := make([]byte, 32)
	if _, err := io.ReadFull(a.Rand, fresh); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	if err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.PutSecret(ctx, name, fresh) }); err != nil {
		return nil, err
	}
	return a.DB.Primary().Secret(ctx, name) // another node may have been faster
}

// leave is what names a person and a kind in a link that nobody can make up.
func leave(seal []byte, person good.ID, kind string) string {
	what := string(person) + "." + kind
	mac := hmac.New(sha256.New, seal)
	mac.Write([]byte("leave " + what))
	return what + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// Leaving is what a link out of a letter would end: letters of this kind. An
// error of kind NotFound says that the link is none of ours.
func (a *App) Leaving(ctx context.Context, token string) (person good.ID, kind string, err error) {
	unknown := &good.Error{Kind: good.NotFound, Key: "mail.error.leave"}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !slices.Contains(optional, parts[1]) {
		return "", "", unknown
	}
	seal, err := a.seal(ctx)
	if err != nil {
		return "", "", err
	}
	if !hmac.Equal([]byte(leave(seal, good.ID(parts[0]), parts[1])), []byte(token)) {
		return "", "", unknown
	}
	return good.ID(parts[0]), parts[1], nil
}

// Leave ends the letters that a link is about. It bears a repeat, and needs
// nobody to be signed in.
func (a *App) Leave(ctx context.Context, token string) (kind string, err error) {
	person, kind, err := a.Leaving(ctx, token)
	if err != nil {
		return "", err
	}
	return kind, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if kind == kindSought { // for good: the address itself is forgotten
			if err := tx.LeaveSought(ctx, person); err != nil {
				return err
			}
		}
		return tx.SetMailWish(ctx, person, kind, false)
	})
}

// Wishes says for each optional kind whether the person gets letters.
func (a *App) Wishes(ctx context.Context, who access.Who) (map[string]bool, error) {
	if err := own(who, access.ReadAccount); err != nil {
		return nil, err
	}
	said, err := a.DB.Primary().MailWishes(ctx, who.Person)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, kind := range optional {
		wish, known := said[kind]
		out[kind] = wish || !known
	}
	return out, nil
}

// SetWishes says of which optional kinds the person wants letters: of those
// named and no others.
func (a *App) SetWishes(ctx context.Context, who access.Who, kinds []string) error {
	if err := own(who, access.Hear); err != nil {
		return err
	}
	for _, k := range kinds {
		if !slices.Contains(optional, k) {
			return &good.Error{Kind: good.Invalid, Key: "mail.error.kind", Field: "mail", Args: map[string]any{"Kind": k}}
		}
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, k := range optional {
			if err := tx.SetMailWish(ctx, who.Person, k, slices.Contains(kinds, k)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Inbox is what a person hears.
type Inbox struct {
	Notices []store.Notice // newest first
	All     int
	Unseen  int
	Back    *store.Bounce // letters came back from their address
	Address string
	Letters bool      // letters are sent at all
	Feed    time.Time // since when there is a secret link, zero if there is none
}

// PageSize is how many notices Inbox gives at a time.
const PageSize = 50

// Inbox is a page of a person's notices, from 1 on.
func (a *App) Inbox(ctx context.Context, who access.Who, page int) (Inbox, error) {
	if err := own(who, access.ReadAccount); err != nil {
		return Inbox{}, err
	}
	in := Inbox{Letters: a.Mail != nil}
	var err error
	if in.Notices, err = a.DB.Primary().Notices(ctx, who.Person, (max(page, 1)-1)*PageSize, PageSize); err != nil {
		return in, err
	}
	if in.All, in.Unseen, err = a.DB.Primary().CountNotices(ctx, who.Person); err != nil {
		return in, err
	}
	if in.Feed, err = a.DB.Primary().FeedSince(ctx, who.Person); err != nil {
		return in, err
	}
	to, err := a.Reach(ctx, who.Person)
	if err != nil || to.Address == "" {
		return in, err
	}
	in.Address = to.Address
	in.Back, err = a.DB.Primary().Bounce(ctx, to.Address)
	return in, err
}

// Unseen is how many notices a person has not seen, and whether letters to them
// come back.
func (a *App) Unseen(ctx context.Context, person good.ID) (n int, back bool, err error) {
	if _, n, err = a.DB.Primary().CountNotices(ctx, person); err != nil {
		return 0, false, err
	}
	to, err := a.Reach(ctx, person)
	if err != nil || to.Address == "" {
		return n, false, err
	}
	b, err := a.DB.Primary().Bounce(ctx, to.Address)
	return n, b != nil, err
}

// See marks a notice of the person as seen, every one where id is "".
func (a *App) See(ctx context.Context, who access.Who, id good.ID) error {
	if err := own(who, access.Hear); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.SeeNotice(ctx, who.Person, id) })
}

// NewFeed makes the secret link to the person's feed, in place of the one
// before, and returns what is secret in it. It is not shown again.
func (a *App) NewFeed(ctx context.Context, who access.Who) (string, error) {
	if err := own(who, access.Hear); err != nil {
		return "", err
	}
	b := make([]byte, 24)
	if _, err := io.ReadFull(a.Rand, b); err != nil {
		return "", fmt.Errorf("make a secret link: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	return token, a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.PutFeed(ctx, who.Person, hashed(token)) })
}

// EndFeed makes the secret link lead nowhere.
func (a *App) EndFeed(ctx context.Context, who access.Who) error {
	if err := own(who, access.Hear); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.PutFeed(ctx, who.Person, "") })
}

// Feed is what a secret link leads to: the newest notices of its person, and
// the language they read. An error of kind NotFound says that it leads nowhere.
func (a *App) Feed(ctx context.Context, token string) ([]store.Notice, string, error) {
	person, err := a.DB.Primary().FeedOf(ctx, hashed(token))
	if err != nil {
		return nil, "", err
	}
	if person == "" {
		return nil, "", &good.Error{Kind: good.NotFound, Key: "mail.error.feed"}
	}
	list, err := a.DB.Primary().Notices(ctx, person, 0, PageSize)
	if err != nil {
		return nil, "", err
	}
	to, err := a.Reach(ctx, person)
	return list, locale(to.Language).Code, err
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte("feed " + token))
	return hex.EncodeToString(sum[:])
}
