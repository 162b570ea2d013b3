package messages

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// A letter goes back, if it cannot be delivered, to an address that names whom
// it was for and is sealed: bounces+{sealed}@…. Only who was sent the letter,
// or handled it, can know it, so that nobody else's report silences anybody.
const (
	// returnFor is how long a letter may take to come back. Mail servers give
	// up after five days.
	returnFor = 14 * 24 * time.Hour
	day       = 24 * time.Hour
	dayDigits = 4  // of a day since 1970, in base 36
	idDigits  = 26 // of the person or nomination
	sealSize  = 8  // bytes; 13 digits
)

var sealedForm = regexp.MustCompile(`^[0-9a-z]{4}[0-9a-z]{26}[a-z2-7]{13}$`)

// returning is what is added to the return path of a letter to an address of
// a person, or of who nominated something; "" where it cannot be.
func returning(seal []byte, at time.Time, of good.ID, address string) string {
	if len(of) != idDigits {
		return ""
	}
	n := strconv.FormatInt(at.Unix()/int64(day/time.Second), 36)
	what := strings.Repeat("0", max(dayDigits-len(n), 0)) + n + strings.ToLower(string(of))
	mac := hmac.New(sha256.New, seal)
	mac.Write([]byte("return " + what + " " + strings.ToLower(address)))
	return what + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:sealSize]))
}

// returned is the address that a letter was sent to which came back to one of
// paths; "" if none of them is one of ours, or it is too old.
func (a *App) returned(ctx context.Context, paths []string) (string, error) {
	seal, err := a.seal(ctx)
	if err != nil {
		return "", err
	}
	for _, path := range paths {
		local, _, _ := strings.Cut(strings.ToLower(path), "@")
		sealed := local[strings.LastIndexByte(local, '+')+1:]
		if !sealedForm.MatchString(sealed) {
			continue
		}
		n, err := strconv.ParseInt(sealed[:dayDigits], 36, 64)
		at := time.Unix(n*int64(day/time.Second), 0)
		if err != nil || a.Now().Before(at) || a.Now().Sub(at) > returnFor {
			continue
		}
		of := good.ID(strings.ToUpper(sealed[dayDigits : dayDigits+idDigits]))
		addresses, err := a.addresses(ctx, of)
		if err != nil {
			return "", err
		}
		for _, address := range addresses {
			if hmac.Equal([]byte(returning(seal, at, of, address)), []byte(sealed)) {
				return address, nil
			}
		}
	}
	return "", nil
}

// addresses are those of a person, of who nominated something or asked to join
// the alliance, or of whom an invitation or a letter to an owner went to.
func (a *App) addresses(ctx context.Context, of good.ID) ([]string, error) {
	emails, err := a.DB.Primary().Emails(ctx, of)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range emails {
		out = append(out, e.Address)
	}
	n, err := a.DB.Primary().Nomination(ctx, of)
	if err == nil && n != nil && n.Email != "" {
		out = append(out, n.Email)
	}
	if err != nil {
		return nil, err
	}
	i, err := a.DB.Primary().Invitation(ctx, of)
	if err == nil && i != nil {
		out = append(out, i.Address)
	}
	if err != nil {
		return nil, err
	}
	j, err := a.DB.Primary().Joining(ctx, of)
	if err == nil && j != nil && j.Email != "" {
		out = append(out, j.Email)
	}
	if err != nil {
		return nil, err
	}
	l, err := a.DB.Primary().Sought(ctx, of)
	if err == nil && l != nil && l.Address != "" {
		out = append(out, l.Address)
	}
	return out, err
}

// Bounced reads a returned letter and notes that the address it was for takes
// none, where it never will. recipient is where it came back to, if the mail
// server said so beside the message; else its header does. Anyone can send us
// mail, so only a return path that we have sealed counts. It returns whether
// anything was noted; an error of kind Invalid says what is wrong with the
// report.
func (a *App) Bounced(ctx context.Context, who access.Who, r io.Reader, recipient string) (bool, error) {
	if _, err := access.As(who, access.NoteBounce, access.Thing{}); err != nil {
		return false, err
	}
	report, err := notify.ReadBounce(r)
	if err != nil {
		return false, err
	}
	address, err := a.returned(ctx, append([]string{recipient}, report.To...))
	if err != nil {
		return false, err
	}
	if address == "" {
		return false, &good.Error{Kind: good.Invalid, Key: "mail.error.bounce-path", Args: map[string]any{"Days": int(returnFor / day)}}
	}
	for _, b := range report.Failed {
		if b.Gone {
			return true, a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.PutBounce(ctx, address, b.Status) })
		}
	}
	return false, nil
}

// missedFor is how old what a person had to know may be to be sent again once
// their address works.
const missedFor = 30 * 24 * time.Hour

// TryAgain forgets that letters to the person came back: they say that the
// address works. What they had to know and have not seen is sent again.
func (a *App) TryAgain(ctx context.Context, who access.Who) error {
	if err := own(who, access.Hear); err != nil {
		return err
	}
	to, err := a.Reach(ctx, who.Person)
	if err != nil || to.Address == "" {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		back, err := tx.Bounce(ctx, to.Address)
		if err != nil || back == nil {
			return err
		}
		if err := tx.DeleteBounce(ctx, to.Address); err != nil || a.Queue == nil {
			return err
		}
		missed, err := tx.Notices(ctx, who.Person, 0, 200)
		if err != nil {
			return err
		}
		for _, n := range missed {
			if !Essential(n.Kind) || !n.Seen.IsZero() || tx.Now().Sub(n.Created) > missedFor || !n.Mailed.IsZero() && n.Mailed.Before(back.Since.Add(-returnFor)) {
				continue
			}
			if err := tx.UnmailNotice(ctx, n.ID); err != nil {
				return err
			}
			again := string(n.ID) + "/" + strconv.FormatInt(tx.Now().UnixMilli(), 36)
			if err := a.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskMail, Key: again}); err != nil {
				return err
			}
		}
		return nil
	})
}
