package attachments_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"stoa/internal/access"
	"stoa/internal/app/attachments"
	"stoa/internal/assess"
	"stoa/internal/blob"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

const pdf = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

// gate lets its owner do everything, and nobody else anything; shut, its owner
// no more.
type gate struct {
	owner good.ID
	shut  bool
}

func (g *gate) may(who access.Who) error {
	switch {
	case who.Anonymous():
		return &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	case who.Person != g.owner:
		return &good.Error{Kind: good.Forbidden, Key: "error.access.forbidden"}
	}
	return nil
}

// MayReadFile implements attachments.Subject.
func (g *gate) MayReadFile(_ context.Context, who access.Who, _ good.ID, _ string) error {
	return g.may(who)
}

// MayAttach implements attachments.Subject.
func (g *gate) MayAttach(_ context.Context, who access.Who, _ good.ID, _ string) error {
	return g.may(who)
}

// Attaching implements attachments.Subject.
func (g *gate) Attaching(_ context.Context, _ *store.Tx, who access.Who, _ good.ID, _ string) error {
	if g.shut {
		return &good.Error{Kind: good.Conflict, Key: "assess.error.closed"}
	}
	return g.may(who)
}

// room is an instance that keeps files, with a clock to turn.
type room struct {
	*attachments.App
	gate *gate
	now  time.Time
}

var (
	ana = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZ1"}
	eve = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZ2"}
)

const about = good.ID("01KB0ZZZZZZZZZZZZZZZZZZZZZ")

// everywhere runs fn on both databases, with a directory, and with storage that
// speaks S3.
func everywhere(t *testing.T, fn func(t *testing.T, r *room)) {
	make := func(t *testing.T, url string, keeper func(now func() time.Time) blob.Keeper, temp string) {
		r := &room{now: time.Now(), gate: &gate{owner: ana.Person}}
		clock := func() time.Time { return r.now }
		db, err := store.Open(t.Context(), url, store.Options{Now: clock, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.App = &attachments.App{DB: db, Vault: &blob.Vault{Keeper: keeper(clock), Temp: temp}, Rand: rand.Reader, Subject: r.gate}
		fn(t, r)
	}
	testkit.Databases(t, func(t *testing.T, url string) {
		dir := t.TempDir()
		make(t, url, func(now func() time.Time) blob.Keeper { return blob.Dir{Path: dir, Now: now} }, dir)
	})
	t.Run("s3", func(t *testing.T) {
		mem := s3mem.New()
		if err := mem.CreateBucket("stoa"); err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(gofakes3.New(mem).Server())
		t.Cleanup(server.Close)
		s, err := blob.NewS3(strings.Replace(server.URL, "http://", "http://key:secret@", 1) + "/stoa?region=us-east-1")
		if err != nil {
			t.Fatal(err)
		}
		make(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), func(func() time.Time) blob.Keeper { return s }, t.TempDir())
	})
}

func (r *room) attach(t *testing.T, name, text string) attachments.Attachment {
	t.Helper()
	a, err := r.Attach(t.Context(), ana, about, "owner.files", name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// kept are the hashes of the files that are kept.
func (r *room) kept(t *testing.T) (out []string) {
	t.Helper()
	if err := r.Vault.Keeper.Each(t.Context(), func(hash string, _ time.Time) error { out = append(out, hash); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func (r *room) read(t *testing.T, who access.Who, id string) (string, error) {
	t.Helper()
	_, f, err := r.Open(t.Context(), who, id)
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return string(raw), nil
}

func TestWhatIsAttachedCanBeReadByThoseWhoMay(t *testing.T) {
	everywhere(t, func(t *testing.T, r *room) {
		a := r.attach(t, "deed.pdf", pdf)
		if got, err := r.read(t, ana, a.ID); err != nil || got != pdf || len(a.ID) < 26 {
			t.Fatalf("%q %q %v", a.ID, got, err)
		}
		if again := r.attach(t, "deed.pdf", pdf); again.ID != a.ID {
			t.Error("sent twice it is there twice")
		}
		if list, err := r.List(t.Context(), ana, about); err != nil || len(list) != 1 || list[0].Size != int64(len(pdf)) || list[0].Type != "application/pdf" || list[0].Question != "owner.files" {
			t.Errorf("the list is %+v %v", list, err)
		}
		for who, want := range map[*access.Who]good.ErrorKind{&eve: good.NotFound, {}: good.Unauthenticated} {
			if _, err := r.read(t, *who, a.ID); good.KindOf(err) != want {
				t.Errorf("%q reads it: %v", who.Person, err)
			}
			if err := r.Detach(t.Context(), *who, about, a.ID); good.KindOf(err) != want {
				t.Errorf("%q takes it away: %v", who.Person, err)
			}
			if _, err := r.List(t.Context(), *who, about); err == nil {
				t.Errorf("%q lists it", who.Person)
			}
			if _, err := r.Attach(t.Context(), *who, about, "owner.files", "a.pdf", strings.NewReader(pdf)); err == nil {
				t.Errorf("%q attaches", who.Person)
			}
		}
		if _, err := r.read(t, ana, "nowhere"); good.KindOf(err) != good.NotFound {
			t.Errorf("what is not there: %v", err)
		}
		if err := r.Detach(t.Context(), ana, "01KB0ZZZZZZZZZZZZZZZZZZZZY", a.ID); good.KindOf(err) != good.NotFound {
			t.Errorf("taken from another thing: %v", err)
		}
		if err := r.Detach(t.Context(), ana, about, a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := r.read(t, ana, a.ID); good.KindOf(err) != good.NotFound {
			t.Errorf("taken away and read: %v", err)
		}
	})
}

func TestOrphansAreSweptAndNothingElse(t *testing.T) {
	everywhere(t, func(t *testing.T, r *room) {
		kept, dropped := r.attach(t, "kept.pdf", pdf), r.attach(t, "dropped.txt", "no more")
		twice := r.attach(t, "twice.txt", "here and there")
		other, err := r.Attach(t.Context(), ana, "01KB0ZZZZZZZZZZZZZZZZZZZZY", "law.files", "twice.txt", strings.NewReader("here and there"))
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []attachments.Attachment{dropped, twice} {
			if err := r.Detach(t.Context(), ana, about, a.ID); err != nil {
				t.Fatal(err)
			}
		}
		r.gate.shut = true // handed in meanwhile: the file is durable, and nothing refers to it
		if _, err := r.Attach(t.Context(), ana, about, "owner.files", "late.txt", strings.NewReader("too late")); good.KindOf(err) != good.Conflict {
			t.Fatalf("attached to what is closed: %v", err)
		}
		if n := len(r.kept(t)); n != 4 {
			t.Fatalf("%d files are kept, want 4", n)
		}
		if err := r.Tick(t.Context(), r.now); err != nil || len(r.kept(t)) != 4 {
			t.Fatalf("swept at once: %d %v", len(r.kept(t)), err)
		}
		r.now = r.now.Add(25 * time.Hour)
		for range 2 {
			if err := r.Tick(t.Context(), r.now); err != nil || len(r.kept(t)) != 2 {
				t.Fatalf("%d files are kept, want 2: %v", len(r.kept(t)), err)
			}
		}
		for id, want := range map[string]string{kept.ID: pdf, other.ID: "here and there"} {
			if got, err := r.read(t, ana, id); err != nil || got != want {
				t.Errorf("%q %v", got, err)
			}
		}
	})
}

func TestThereIsRoomForSoManyFiles(t *testing.T) {
	everywhere(t, func(t *testing.T, r *room) {
		for n := range standard.MaxFiles {
			r.attach(t, "a.txt", strings.Repeat("x", n+1))
		}
		_, err := r.Attach(t.Context(), ana, about, "owner.files", "more.txt", strings.NewReader("one more"))
		var e *good.Error
		if !errors.As(err, &e) || e.Key != "mail.error.files" {
			t.Errorf("one too many: %v", err)
		}
		if _, err := r.Attach(t.Context(), ana, about, "law.files", "more.txt", strings.NewReader("one more")); err != nil {
			t.Errorf("to another question: %v", err)
		}
	})
}

// TestOnePersonAttachesOnlySoMuch holds the setting over everything that a
// person works on; the same file twice is one.
func TestOnePersonAttachesOnlySoMuch(t *testing.T) {
	everywhere(t, func(t *testing.T, r *room) {
		_, err := r.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			settings := assess.Defaults()
			settings.Uploads = 1
			return tx.PutSettings(ctx, 0, "a test", settings)
		})
		if err != nil {
			t.Fatal(err)
		}
		put := func(about good.ID, name, more string) error {
			_, err := r.Attach(t.Context(), ana, about, "owner.files", name, strings.NewReader(pdf+strings.Repeat(more, 400_000)))
			return err
		}
		another := good.ID("01KB1ZZZZZZZZZZZZZZZZZZZZZ")
		if err := errors.Join(put(about, "one.pdf", "a"), put(about, "two.pdf", "b"), put(another, "one.pdf", "a")); err != nil {
			t.Fatal(err)
		}
		var e *good.Error
		if err := put(another, "three.pdf", "c"); !errors.As(err, &e) || e.Kind != good.Limited || e.Key != "mail.error.uploads" || e.Args["Max"] != int64(1) {
			t.Errorf("beyond the bound: %v", err)
		}
	})
}

func TestNamesLeadNowhere(t *testing.T) {
	everywhere(t, func(t *testing.T, r *room) {
		for name, want := range map[string]string{"../../etc/passwd.pdf": "passwd.pdf", `C:\deeds\Ürkunde.pdf`: "Ürkunde.pdf", "a\u202efdp.exe.pdf": "afdp.exe.pdf", "a\r\nb\x00.pdf": "ab.pdf",
			".pdf": "file.pdf", `"><script>.pdf`: "script.pdf", strings.Repeat("n", 300) + ".pdf": strings.Repeat("n", 100) + ".pdf"} {
			if a := r.attach(t, name, pdf); a.Name != want {
				t.Errorf("%q is called %q, want %q", name, a.Name, want)
			}
		}
	})
}

// broken is storage that takes nothing.
type broken struct{ blob.Keeper }

func (broken) Put(context.Context, string, string, int64) error { return errors.New("no space left") }

func TestNothingRefersToAFileThatIsNotDurable(t *testing.T) {
	everywhere(t, func(t *testing.T, r *room) {
		whole := r.Vault.Keeper
		r.Vault.Keeper = broken{whole}
		if _, err := r.Attach(t.Context(), ana, about, "owner.files", "a.pdf", strings.NewReader(pdf)); err == nil {
			t.Fatal("attached to nothing")
		}
		r.Vault.Keeper = whole
		if list, err := r.List(t.Context(), ana, about); err != nil || len(list) != 0 {
			t.Errorf("listed: %+v %v", list, err)
		}
		a := r.attach(t, "a.pdf", pdf)
		if err := whole.Delete(t.Context(), a.Hash); err != nil {
			t.Fatal(err)
		}
		if _, err := r.read(t, ana, a.ID); !errors.Is(err, fs.ErrNotExist) || good.KindOf(err) != good.Internal {
			t.Errorf("a lost file: %v", err)
		}
	})
}
