package apply

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// invitationLasts is how long an invitation can be taken up.
const invitationLasts = 14 * 24 * time.Hour

// invitation is a word by which whoever holds it may join an application, at
// the word of one of its owners, until a day.
func (c Config) invitation(id, by good.ID) string {
	until := strconv.FormatInt(c.Now().Add(invitationLasts).Unix(), 36)
	return string(by) + "." + until + "." + c.seal(id, by, until)
}

func (c Config) seal(id, by good.ID, until string) string {
	m := hmac.New(sha256.New, c.Key)
	m.Write([]byte("stoa invitation\n" + string(id) + "\n" + string(by) + "\n" + until))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}

// inviter is who gave an invitation, as they are now.
func (c Config) inviter(r *http.Request, id good.ID, word string) (access.Who, error) {
	stale := &good.Error{Kind: good.Forbidden, Key: "apply.error.invitation"}
	by, rest, _ := strings.Cut(word, ".")
	until, seal, _ := strings.Cut(rest, ".")
	end, err := strconv.ParseInt(until, 36, 64)
	if err != nil || !hmac.Equal([]byte(seal), []byte(c.seal(id, good.ID(by), until))) || c.Now().After(time.Unix(end, 0)) {
		return access.Who{}, stale
	}
	who, err := c.People.Act(r.Context(), by)
	if good.KindOf(err) == good.NotFound {
		return who, stale
	}
	return who, err
}

// asked is the page of an invitation.
type asked struct {
	*page.Frame
	ID   good.ID
	Name string
	Word string
}

// invited answers GET /apply/{id}/join.
func (c Config) invited(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	id, word := good.ID(r.PathValue("application")), r.URL.Query().Get("invitation")
	by, err := c.inviter(r, id, word)
	if err != nil {
		return err
	}
	full, err := c.Views.Application(r.Context(), by, id)
	if err != nil {
		return err
	}
	if full.Owned(f.Reader().Person) {
		return to(w, r, f, id, "")
	}
	f.Work, f.Here, f.Title = true, "apply", f.Tell("apply.join", "Name", full.Name)
	return page.Write(w, r, f, http.StatusOK, joinPage(&asked{Frame: f, ID: id, Name: full.Name, Word: word}))
}

// join answers POST /apply/{id}/join.
func (c Config) join(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "invitation")
	if err != nil {
		return err
	}
	id := good.ID(r.PathValue("application"))
	by, err := c.inviter(r, id, v.Get("invitation"))
	if err != nil {
		return err
	}
	if _, err := c.Answers.AddOwner(r.Context(), by, id, f.Reader().Person); err != nil {
		return err
	}
	return to(w, r, f, id, "")
}
