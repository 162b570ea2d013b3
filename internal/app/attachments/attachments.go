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
	"slices"
	"strings"
	"time"
	"unicode"

	"stoa/internal/access"
	"stoa/internal/blob"
	"stoa/internal/fault"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// MaxFile is how large one file may be, in bytes; Kinds are the ends of the
// names that are taken, for people.
const (
	MaxFile = 20 << 20
	Kinds   = blob.Kinds
)

// orphanFor is how long a file is kept that nothing refers to: whoever puts it
// has so long to say what it is for.
const orphanFor = 24 * time.Hour

// Attachment is a file that somebody attached to something.
type Attachment = store.Attachment

// Subject is what files are attached to: it knows who may.
type Subject interface {
	MayReadFile(ctx context.Context, who access.Who, about good.ID, question string) error
	MayAttach(ctx context.Context, who access.Who, about good.ID, question string) error
	Attaching(ctx context.Context, tx *store.Tx, who access.Who, about good.ID, question string) error
}

// App is the noun's verbs and views.
type App struct {
	DB      *store.DB
	Vault   *blob.Vault
	Rand    io.Reader
	Subject Subject
}

// Attach takes a file in and attaches it to a question. It is durable before
// anything refers to it; the same file once more is the one that is there.
func (a *App) Attach(ctx context.Context, who access.Who, about good.ID, question, name string, r io.Reader) (Attachment, error) {
	if err := a.Subject.MayAttach(ctx, who, about, question); err != nil {
		return Attachment{}, err
	}
	id := make([]byte, 16)
	if _, err := io.ReadFull(a.Rand, id); err != nil {
		return Attachment{}, fmt.Errorf("address an attachment: %w", err)
	}
	out := Attachment{ID: strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id)), About: about, Question: question, Name: fileName(name), Person: who.Person}
	_, err := a.Vault.Take(ctx, out.Name, r, MaxFile, func(info blob.Info) error {
		fault.At("a file: it is kept and nothing refers to it")
		out.Hash, out.Size, out.Type = info.Hash, info.Size, info.Type
		_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			if err := a.Subject.Attaching(ctx, tx, who, about, question); err != nil {
				return err
			}
			return add(ctx, tx, &out)
		})
		return err
	})
	return out, err
}

// add notes an attachment, where there is room for it.
func add(ctx context.Context, tx *store.Tx, out *Attachment) error {
	have, err := tx.Attachments(ctx, out.About)
	if err != nil {
		return err
	}
	have = slices.DeleteFunc(have, func(h Attachment) bool { return h.Question != out.Question })
	if i := slices.IndexFunc(have, func(h Attachment) bool { return h.Hash == out.Hash && h.Name == out.Name }); i >= 0 {
		*out = have[i]
		return nil
	}
	if len(have) >= standard.MaxFiles {
		return &good.Error{Kind: good.Limited, Key: "mail.error.files", Field: "file", Args: map[string]any{"Max": standard.MaxFiles}}
	}
	settings, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	used, err := tx.Uploaded(ctx, out.Person, out.Hash)
	if err != nil {
		return err
	}
	if most := int64(settings.Settings.Uploads); used+out.Size > most<<20 {
		return &good.Error{Kind: good.Limited, Key: "mail.error.uploads", Field: "file", Args: map[string]any{"Max": most}}
	}
	out.Created = tx.Now()
	return tx.AddAttachment(ctx, *out)
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
	if end = string([]rune(end)[:min(len([]rune(end)), 20)]); len(runes) == 0 {
		return "file" + end
	}
	return string(runes) + end
}

// Open reads an attachment. One that who may not read is not there.
func (a *App) Open(ctx context.Context, who access.Who, id string) (Attachment, io.ReadCloser, error) {
	found, err := a.find(ctx, who, id, a.Subject.MayReadFile)
	if err != nil {
		return Attachment{}, nil, err
	}
	r, err := a.Vault.Keeper.Open(ctx, found.Hash)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("the file of attachment %s is lost: %w", id, err)
	}
	return *found, r, err
}

func (a *App) find(ctx context.Context, who access.Who, id string, may func(context.Context, access.Who, good.ID, string) error) (*Attachment, error) {
	found, err := a.DB.Primary().Attachment(ctx, id)
	if err != nil {
		return nil, err
	}
	if found != nil {
		err := may(ctx, who, found.About, found.Question)
		switch good.KindOf(err) {
		case good.Forbidden, good.Unauthenticated, good.NotFound: // it is as if it were not there
		default:
			return found, err
		}
	}
	if who.Anonymous() {
		return nil, &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	return nil, &good.Error{Kind: good.NotFound, Key: "mail.error.file"}
}

// List is what is attached to something and may be read.
func (a *App) List(ctx context.Context, who access.Who, about good.ID) ([]Attachment, error) {
	all, err := a.DB.Primary().Attachments(ctx, about)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 { // else whoever asks would learn that there is none
		return nil, a.Subject.MayReadFile(ctx, who, about, "")
	}
	may := map[string]error{}
	var out []Attachment
	for _, f := range all {
		err, known := may[f.Question]
		if !known {
			err = a.Subject.MayReadFile(ctx, who, about, f.Question)
			may[f.Question] = err
		}
		if err == nil {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return nil, may[all[0].Question]
	}
	return out, nil
}

// Detach takes away an attachment of something.
func (a *App) Detach(ctx context.Context, who access.Who, about good.ID, id string) error {
	found, err := a.find(ctx, who, id, a.Subject.MayAttach)
	if err != nil {
		return err
	}
	if found.About != about {
		return &good.Error{Kind: good.NotFound, Key: "mail.error.file"}
	}
	_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if err := a.Subject.Attaching(ctx, tx, who, found.About, found.Question); err != nil {
			return err
		}
		return tx.DropAttachment(ctx, id)
	})
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
