package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/api"
	"stoa/internal/app/journal"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/mirror"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/tlog"
)

// plainFetch reads one address; change sees every body, as a host on the way
// does.
type plainFetch struct {
	change func(path string, body []byte) []byte
}

func (f plainFetch) Fetch(ctx context.Context, address string, w io.Writer) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", res.StatusCode, body)
	}
	if err == nil && f.change != nil {
		body = f.change(req.URL.Path, body)
	}
	_, werr := w.Write(body)
	return address, errors.Join(err, werr)
}

// published is a journal of size entries and the face that shows it.
func published(t *testing.T, url string, size int) (*store.DB, *tlog.Key, *httptest.Server) {
	t.Helper()
	key, err := tlog.LoadOrCreateKey(t.TempDir(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader, Signer: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	declare(t, db, size)
	handler := edge.Chain(api.NewLog(&journal.App{DB: db, Key: key}, "http://registry.example", slog.New(slog.DiscardHandler)), edge.Compress)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return db, key, server
}

// declare writes n entries with a value each.
func declare(t *testing.T, db *store.DB, n int) {
	t.Helper()
	if n == 0 {
		return
	}
	_, err := db.Do(t.Context(), good.Actor{Role: "importer"}, func(ctx context.Context, tx *store.Tx) error {
		for i := range n {
			tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: good.Source{ID: fmt.Sprint("source-", i), Name: "Ünïcode <&> \u2028"}})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheLogIsProvedFromOutside(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		db, key, server := published(t, url, 0)
		for _, more := range []int{0, 1, 254, 1, 1, 300} { // empty, in the first tile, at its end, beyond
			declare(t, db, more)
			log := mirror.New(server.URL, plainFetch{})
			own, err := log.Verifier(t.Context())
			if err != nil || own != key.Verifier {
				t.Fatalf("the key served is %q (%v)", own, err)
			}
			size, err := db.Position(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			p, err := tlog.Verify(t.Context(), log, own)
			if err != nil || p.Checkpoint.Size != size+1 || p.Values != int(size+1) {
				t.Fatalf("%d entries: %+v %v", size+1, p, err)
			}
		}
	})
}

func TestALogThatGrowsWhileItIsReadIsProved(t *testing.T) {
	db, key, server := published(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), 300)
	app := &journal.App{DB: db}
	erased := false
	log := mirror.New(server.URL, plainFetch{change: func(path string, body []byte) []byte {
		if strings.HasPrefix(path, "/log/tile/entries/") && !erased { // between the checkpoint and the values
			erased = true
			_, err := db.Do(t.Context(), good.Actor{Role: "operator"}, func(ctx context.Context, tx *store.Tx) error {
				tx.Append(good.GoodRemoved, nil, store.NamedValue{Name: "reason", Value: "x"})
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			// A value of the part that is being read goes meanwhile.
			if err := erase(t.Context(), db, 5); err != nil {
				t.Error(err)
			}
		}
		return body
	}})
	p, err := tlog.Verify(t.Context(), log, key.Verifier)
	if err != nil || p.Erased != 1 || p.Checkpoint.Size != 302 {
		t.Errorf("%+v %v", p, err)
	}
	if got, err := app.Size(t.Context()); err != nil || got != 302 {
		t.Error(got, err)
	}
}

// erase forgets the first value of an entry as the verb does.
func erase(ctx context.Context, db *store.DB, position int64) error {
	_, err := db.Do(ctx, good.Actor{Role: "operator"}, func(ctx context.Context, tx *store.Tx) error {
		tx.Append(good.ValueErased, nil, store.NamedValue{Name: "position", Value: position}, store.NamedValue{Name: "name", Value: "source"})
		return tx.Erase(ctx, position, "source")
	})
	return err
}

func TestAByteChangedOnTheWayIsFound(t *testing.T) {
	_, key, server := published(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), 600)
	for path, at := range map[string]string{
		"/log/checkpoint": "checkpoint", "/log/tile/entries/001": "position", "/log/values/001": "position", "/log/tile/0/001": "position",
		"/log/tile/1/000.p/2": "position", "/log/tile/entries/002.p/88": "position", "/log/values/002.p/88": "position", "/log/tile/0/002.p/88": "position",
	} {
		seen := false
		flip := func(p string, body []byte) []byte {
			if p != path {
				return body
			}
			seen = true
			return append(body[:len(body)/2], append([]byte{body[len(body)/2] ^ 1}, body[len(body)/2+1:]...)...)
		}
		_, err := tlog.Verify(t.Context(), mirror.New(server.URL, plainFetch{flip}), key.Verifier)
		if !seen || err == nil || !strings.Contains(err.Error(), at) {
			t.Errorf("%s: read %v, %v", path, seen, err)
		}
		cut := func(p string, body []byte) []byte {
			if p == path {
				body = body[:len(body)/2]
			}
			return body
		}
		if _, err := tlog.Verify(t.Context(), mirror.New(server.URL, plainFetch{cut}), key.Verifier); err == nil {
			t.Errorf("%s was cut in half and nobody noticed", path)
		}
	}
}

func TestTheLogsFaceOverHTTP(t *testing.T) {
	db, _, server := published(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), 300)
	ask := func(method, path string, header ...string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
	for path, want := range map[string]int{
		"/log/checkpoint": 200, "/log/key": 200, "/log/tile/0/000": 200, "/log/tile/0/001.p/44": 200, "/log/tile/0/001.p/3": 200,
		"/log/tile/1/000.p/1": 200, "/log/tile/entries/000": 200, "/log/tile/entries/001.p/44": 200, "/log/values/000": 200, "/log/values/001": 200,
		"/log/tile/0/001": 404, "/log/tile/0/001.p/45": 404, "/log/tile/2/000.p/1": 404, "/log/tile/0/0": 404, "/log/tile/0/x000/000": 404, "/log/tile/9/000": 404,
		"/log/tile/63/000": 404, "/log/tile/entries/x999/x999/x999/x999/x999/x999/999": 404, "/log/values/002": 404, "/log/values/": 404, "/log/": 404, "/log/tile/-1/000": 404,
	} {
		res := ask("GET", path)
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
		if res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: pages elsewhere cannot read it", path)
		}
		immutable := strings.Contains(res.Header.Get("Cache-Control"), "immutable")
		if immutable != (want == 200 && strings.HasPrefix(path, "/log/tile/")) {
			t.Errorf("%s: %q", path, res.Header.Get("Cache-Control"))
		}
	}
	for _, path := range []string{"/log/checkpoint", "/log/values/000"} {
		first := ask("GET", path)
		if again := ask("GET", path, "If-None-Match", first.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: asked again: %d", path, again.StatusCode)
		}
		if path == "/log/checkpoint" {
			declare(t, db, 1)
			if again := ask("GET", path, "If-None-Match", first.Header.Get("ETag")); again.StatusCode != http.StatusOK {
				t.Errorf("%s: an older one was called fresh", path)
			}
		}
	}
	head := ask("HEAD", "/log/tile/0/000")
	if body, err := io.ReadAll(head.Body); err != nil || len(body) > 0 || head.StatusCode != 200 || head.ContentLength != 256*32 {
		t.Errorf("HEAD: %d, %d bytes of %d, %v", head.StatusCode, len(body), head.ContentLength, err)
	}
	if post := ask("POST", "/log/checkpoint"); post.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", post.StatusCode)
	}
	body, err := io.ReadAll(ask("GET", "/log/values/000").Body)
	if err != nil || !bytes.Contains(body, []byte(`"data":"{\"id\":\"source-0\"`)) || bytes.Count(body, []byte("\n")) != 256 {
		t.Errorf("values are not readable lines: %.300s (%v)", body, err)
	}
}
