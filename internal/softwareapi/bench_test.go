package softwareapi_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// file is a publiccode.yml of the usual size.
func file(n int) string {
	return fmt.Sprintf(`publiccodeYmlVersion: "0.7"
name: Soft %d
url: https://git.example/org/soft-%d
landingURL: https://soft-%d.example
platforms: [web, linux]
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: Registers what an office has to register.
    longDescription: %s
    features: [forms, search, export, archive]
legal:
  license: AGPL-3.0-or-later
maintenance:
  type: community
  contacts:
    - name: Somebody
      email: somebody@people.example
localisation:
  localisationReady: true
  availableLanguages: [en, fr, it]
`, n, n, n, strings.Repeat("Whoever comes with a form is served at once, and what was said is kept. ", 12))
}

// begun is when the first entry was made.
var begun = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// filled is an instance with 50,000 entries.
func filled(b *testing.B) (i *instance, ids []good.ID) {
	i = newInstance(b)
	const entries, slice = 50_000, 1000
	for n := 0; n < entries; n += slice {
		_, err := i.db.Do(b.Context(), good.Actor{Role: "operator"}, func(ctx context.Context, tx *store.Tx) error {
			for k := n; k < n+slice; k++ {
				at := begun.Add(time.Duration(k) * time.Second)
				id := good.ID(fmt.Sprintf("%08x-0000-4000-8000-%012x", k*2654435761%(1<<32), k))
				doc := fmt.Sprintf(`{"id":%q,"url":"https://git.example/org/soft-%d","aliases":[],"publiccodeYml":%s,"active":true,"vitality":null,"createdAt":%q,"updatedAt":%q}`,
					id, k, strconv.Quote(file(k)), at.Format(time.RFC3339), at.Format(time.RFC3339))
				if err := tx.PutListing(ctx, &store.Listed{Listing: good.Listing{Kind: good.ListedSoftware, ID: id, Active: true, Created: at, Updated: at, Doc: []byte(doc)}, Posted: true}); err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return i, ids
}

// cursorOf is a cursor behind the n-th entry.
func cursorOf(n int) string {
	at := begun.Add(time.Duration(n) * time.Second).UnixMilli()
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(at, 36) + ".~"))
}

// BenchmarkRead measures what a list of 25 and a single entry among 50,000 take
// of the processor, never the same address twice, beside a bare handler that
// writes as many bytes.
func BenchmarkRead(b *testing.B) {
	i, ids := filled(b)
	n := 0
	for _, c := range []struct {
		name string
		path func() string
	}{
		{"list-of-25", func() string {
			return "/v1/software?page[after]=" + cursorOf(n*7919%len(ids)) + "&x=" + strconv.Itoa(n)
		}},
		{"item", func() string { return "/v1/software/" + string(ids[n*7919%len(ids)]) + "?x=" + strconv.Itoa(n) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			const kept = 2000
			var requests []*http.Request
			for n = range kept {
				requests = append(requests, httptest.NewRequest(http.MethodGet, c.path(), nil))
			}
			w := httptest.NewRecorder()
			i.handler.ServeHTTP(w, requests[0])
			body := w.Body.Bytes()
			if w.Code != http.StatusOK || len(body) < 1000 {
				b.Fatalf("%d %s", w.Code, body)
			}
			b.ReportMetric(float64(len(body)), "bytes")
			bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(body)
			})
			at := 0
			ask := func(h http.Handler) func() {
				return func() { at++; h.ServeHTTP(&thrown{h: http.Header{}}, requests[at%kept]) }
			}
			testkit.Against(b, testkit.ProcessTime, ask(bare), ask(i.handler))
		})
	}
}

// BenchmarkWrite measures what an accepted entry takes among 50,000, durable,
// with its entry in the journal, beside a bare transaction of four inserts of
// as many bytes.
func BenchmarkWrite(b *testing.B) {
	i, _ := filled(b)
	db := testkit.SQL(b, "sqlite:"+filepath.Join(b.TempDir(), "bare.db"))
	db.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t (id TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT"} {
		if _, err := db.Exec(q); err != nil {
			b.Fatal(err)
		}
	}
	doc, n := file(0), 0
	bare := func() {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for range 4 {
			n++
			if _, err := tx.Exec("INSERT INTO t (id, doc) VALUES (?, ?)", fmt.Sprintf("%032d", n), doc); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	post := func() {
		n++
		w := &thrown{h: http.Header{}}
		r := httptest.NewRequest(http.MethodPost, "/v1/software", strings.NewReader(fmt.Sprintf(`{"url":"https://git.example/new/soft-%d","publiccodeYml":%s,"active":true}`, n, strconv.Quote(file(n)))))
		r.Header.Set("Authorization", "Bearer crawls")
		r.Header.Set("Content-Type", "application/json")
		if i.handler.ServeHTTP(w, r); w.status != http.StatusOK {
			b.Fatal(w.status)
		}
	}
	b.Run("processor", func(b *testing.B) { testkit.Against(b, testkit.ProcessTime, bare, post) })
	start := time.Now()
	b.Run("clock", func(b *testing.B) {
		testkit.Against(b, func() time.Duration { return time.Since(start) }, bare, post)
	})
}

// thrown is an answer that nobody reads.
type thrown struct {
	h      http.Header
	status int
}

func (t *thrown) Header() http.Header         { return t.h }
func (t *thrown) Write(p []byte) (int, error) { return len(p), nil }
func (t *thrown) WriteHeader(status int)      { t.status = status }
