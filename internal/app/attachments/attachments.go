// Package attachments is the files that people attach to what they write: taken
// in after a look at them, given to those allowed, swept when nothing refers to
// them any more.
package attachments

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode"

	"stoa/internal/access"
	"stoa/internal/blob"
	"stoa/internal/good"
	"stoa/internal/store"
)

// MaxFile is how large one file may be, in bytes; MaxFiles how many may be
// attached to one thing.
const (
	MaxFile  = 20 << 20
	MaxFiles = 100
)

// orphanFor is how long a file is kept that nothing refers to: whoever puts it
// has so long to say what it is for.
const orphanFor = 24 * time.Hour

// App is the noun's verbs and views.
type App struct {
	DB    *store.DB
	Vault *blob.Vault
	Rand  io.Reader
	// May returns an error unless who may read what is attached to about, or,
	// with write, attach to it.
	May func(ctx context.Context, who access.Who, about good.ID, write bool) error
}

// Attach takes a file in and attaches it. It is durable before anything refers
// to it.
func (a *App) Attach(ctx context.Context, who access.Who, about good.ID, name string, r io.Reader) (store.Attachment, error) {
	if err := a.May(ctx, who, about, true); err != nil {
		return store.Attachment{}, err
	}
	name = fileName(name)
	id := make([]byte, 16)
	if _, err := io.ReadFull(a.Rand, id); err != nil {
		return store.Attachment{}, fmt.Errorf("address an attachment: %w", err)
	}
	out := store.Attachment{ID: strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id)), About: about, Name: name, Person: who.Person}
	_, err := a.Vault.Take(ctx, name, r, MaxFile, func(info blob.Info) error {
		out.Hash, out.Size, out.Type = info.Hash, info.Size, info.Type
		_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			have, err := tx.Attachments(ctx, about)
			if err != nil {
				return err
			}
			if len(have) >= MaxFiles {
				return &good.Error{Kind: good.Limited, Key: "mail.error.files", Field: "file", Args: map[string]any{"Max": MaxFiles}}
			}
			out.Created = tx.Now()
			return tx.AddAttachment(ctx, out)
		})
		return err
	})
	return out, err
}

// fileName is a name without folders and without what would lead astray.
func fileName(s string) string {
	s = strings.ToValidUTF8(path.Base(strings.ReplaceAll(s, "\\", "/")), "")
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"<>|:*?/`, r) {
			return -1
		}
		return r
	}, s))
	end := path.Ext(s)
	runes := []rune(strings.TrimSuffix(s, end))
	if len(runes) > 100 {
		runes = runes[:100]
	}
	if len(runes) == 0 {
		return "file" + end
	}
	return string(runes) + end
}

// Open reads an attachment. One that who may not read is not there.
func (a *App) Open(ctx context.Context, who access.Who, id string) (store.Attachment, io.ReadCloser, error) {
	found, err := a.find(ctx, who, id, false)
	if err != nil {
		return store.Attachment{}, nil, err
	}
	r, err := a.Vault.Keeper.Open(ctx, found.Hash)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("the file of attachment %s is lost: %w", id, err)
	}
	return *found, r, err
}

func (a *App) find(ctx context.Context, who access.Who, id string, write bool) (*store.Attachment, error) {
	found, err := a.DB.Primary().Attachment(ctx, id)
	if err != nil {
		return nil, err
	}
	if found != nil {
		if err := a.May(ctx, who, found.About, write); err == nil {
			return found, nil
		} else if k := good.KindOf(err); k == good.Internal || k == good.Limited {
			return nil, err
		}
	}
	if who.Anonymous() {
		return nil, &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	return nil, &good.Error{Kind: good.NotFound, Key: "mail.error.file"}
}

// List is what is attached to something.
func (a *App) List(ctx context.Context, who access.Who, about good.ID) ([]store.Attachment, error) {
	if err := a.May(ctx, who, about, false); err != nil {
		return nil, err
	}
	return a.DB.Primary().Attachments(ctx, about)
}

// Detach takes an attachment away.
func (a *App) Detach(ctx context.Context, who access.Who, id string) error {
	if _, err := a.find(ctx, who, id, true); err != nil {
		return err
	}
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.DropAttachment(ctx, id) })
	return err
}

// Tick sweeps files that nothing refers to.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	return a.Vault.Keeper.Each(ctx, func(hash string, put time.Time) error {
		if now.Sub(put) < orphanFor {
			return nil
		}
		return a.Vault.Sweep(func() error {
			gone := false
			_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) (err error) {
				gone, err = tx.DropBlob(ctx, hash, now.Add(-orphanFor))
				return err
			})
			if err != nil || !gone {
				return err
			}
			return a.Vault.Keeper.Delete(ctx, hash)
		})
	})
}
