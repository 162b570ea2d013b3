package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// crawler calls the catalogue API as the crawler of publiccode.yml does: the
// same addresses, made in the same way, the same bodies in the same order.
type crawler struct {
	t           *testing.T
	base, token string
}

type crawled struct {
	ID            string    `json:"id"`
	URL           string    `json:"url"`
	Aliases       []string  `json:"aliases"`
	PubliccodeYml string    `json:"publiccodeYml"`
	Active        bool      `json:"active"`
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
}

// call sends a request and decodes the answer; bodies are sent with the token.
func (c crawler) call(method, address, media string, body, into any) int {
	c.t.Helper()
	var raw io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		raw = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, address, raw)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		req.Header.Add("Authorization", "Bearer "+c.token)
		req.Header.Add("Content-Type", media)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			c.t.Fatalf("%s %s: %d %v\n%s", method, address, resp.StatusCode, err, answer)
		}
	}
	return resp.StatusCode
}

// under is where calls about a catalogue go, "" for none.
func (c crawler) under(catalog string) string {
	if catalog == "" {
		return c.base
	}
	return c.base + "/catalogs/" + url.PathEscape(catalog)
}

// process is what the crawler does with one repository: it looks whether the
// software is known, posts or changes it, and leaves a note.
func (c crawler) process(catalog, repository, canonical, file string, valid bool) *crawled {
	c.t.Helper()
	var found struct{ Data []crawled }
	c.call(http.MethodGet, c.under(catalog)+"/software?url="+repository, "", nil, &found)
	var known *crawled
	if len(found.Data) > 0 {
		known = &found.Data[0]
	}
	var aliases []string
	if repository != canonical {
		aliases = append(aliases, repository)
	}
	out := &crawled{}
	if known == nil {
		doc := map[string]any{"publiccodeYml": file, "url": canonical, "aliases": aliases, "active": valid}
		if got := c.call(http.MethodPost, c.under(catalog)+"/software", "application/json", doc, out); got != http.StatusOK {
			c.t.Fatalf("post %s: %d", canonical, got)
		}
	} else {
		aliases = append(aliases, known.Aliases...)
		doc := map[string]any{"publiccodeYml": file, "url": canonical, "aliases": aliases}
		if got := c.call(http.MethodPatch, c.under(catalog)+"/software/"+known.ID, "application/merge-patch+json", doc, out); got != http.StatusOK {
			c.t.Fatalf("patch %s: %d", canonical, got)
		}
	}
	note := map[string]any{"message": fmt.Sprintf("[%s] publiccode.yml found\n[%s] GOOD publiccode.yml\nask ada.planted@people.example", repository, repository)}
	at := c.under(catalog) + "/logs"
	if known != nil {
		at = c.under(catalog) + "/software/" + known.ID + "/logs"
	}
	if got := c.call(http.MethodPost, at, "application/json", note, nil); got != http.StatusOK {
		c.t.Fatalf("note: %d", got)
	}
	return out
}

// stoa runs a command beside the node and returns what it says.
func (n *node) stoa(args ...string) string {
	n.t.Helper()
	cmd := exec.Command(testkit.Program(n.t), args...)
	cmd.Env = n.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		n.t.Fatalf("stoa %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

const wellFile = `publiccodeYmlVersion: "0.7"
name: Well Watch
url: https://git.example/wells/watch
landingURL: https://wellwatch.example
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: Finds dry wells before people do.
    longDescription: %s
    features: [maps]
legal:
  license: AGPL-3.0-or-later
maintenance:
  type: community
  contacts:
    - name: Ada Planted
      email: ada.planted@people.example
localisation:
  localisationReady: true
  availableLanguages: [en, fr]
`

// TestACrawlerPostsUnchanged plays a crawl against the program: catalogues and
// publishers are read page by page, software is posted and changed, and becomes
// a good whose facts name where they are from, recognised by nobody.
func TestACrawlerPostsUnchanged(t *testing.T) {
	testkit.Program(t)
	dir := filepath.Join(t.TempDir(), "data")
	n := startNodesIn(t, dir, "STOA_EMPTY=true")
	n.stoa("user", "add", "crawler@example.org", "--role", "secretariat")
	token := strings.TrimSpace(n.stoa("user", "token", "crawler@example.org", "--name", "crawler", "--scope", "crawl"))
	c := crawler{t, n.url + "/v1", token}

	// What the operator of a catalogue sets up first.
	for i := range 30 {
		source := map[string]any{"url": fmt.Sprintf("https://git.example/org%d", i), "driver": "gitlab"}
		if got := c.call(http.MethodPost, c.base+"/catalogs", "application/json", map[string]any{"name": fmt.Sprintf("Catalogue %d", i), "alternativeId": fmt.Sprintf("cat-%02d", i), "sources": []any{source}}, nil); got != http.StatusOK {
			t.Fatalf("catalogue %d: %d", i, got)
		}
		hosting := map[string]any{"url": fmt.Sprintf("https://git.example/pub%d", i), "group": true}
		if got := c.call(http.MethodPost, c.base+"/publishers", "application/json", map[string]any{"description": fmt.Sprintf("Publisher %d", i), "email": "ada.planted@people.example", "codeHosting": []any{hosting}}, nil); got != http.StatusOK {
			t.Fatalf("publisher %d: %d", i, got)
		}
	}
	// The crawler joins addresses and links as they are.
	for _, list := range []string{"/publishers", "/catalogs?all=true"} {
		seen, after := map[string]bool{}, ""
		for {
			var p struct {
				Data  []struct{ ID string }
				Links struct{ Next string }
			}
			if got := c.call(http.MethodGet, c.base+list+after, "", nil, &p); got != http.StatusOK {
				t.Fatalf("%s: %d", list, got)
			}
			for _, d := range p.Data {
				if seen[d.ID] {
					t.Fatalf("%s lists %s twice", list, d.ID)
				}
				seen[d.ID] = true
			}
			if after = p.Links.Next; after == "" {
				break
			}
		}
		if len(seen) != 30 {
			t.Errorf("%s: %d of 30", list, len(seen))
		}
	}

	long := strings.Repeat("Wells that fall dry are seen from what people report. ", 4)
	const repo = "https://git.example/wells/watch"
	first := c.process("cat-03", repo, repo, fmt.Sprintf(wellFile, long), true)
	if first.ID == "" || !first.CreatedAt.Equal(first.UpdatedAt) || !first.Active || strings.Contains(first.PubliccodeYml, "Planted") || strings.Contains(first.PubliccodeYml, "@") {
		t.Fatalf("%+v", first)
	}
	second := c.process("cat-03", repo, repo, fmt.Sprintf(wellFile, long+"It tells whom it concerns."), true)
	if second.ID != first.ID || !strings.Contains(second.PubliccodeYml, "concerns") || !second.CreatedAt.Equal(first.CreatedAt) {
		t.Errorf("again: %+v", second)
	}
	third := c.process("cat-03", repo, "https://git.example/water/watch", fmt.Sprintf(wellFile, long), true)
	if third.ID != first.ID || third.URL != "https://git.example/water/watch" || len(third.Aliases) != 1 || third.Aliases[0] != repo {
		t.Errorf("moved: %+v", third)
	}
	bad := c.process("", "https://git.example/bad/file", "https://git.example/bad/file", "name: Bad\n", false)
	if bad.Active {
		t.Errorf("%+v", bad)
	}
	var got crawled
	if status := c.call(http.MethodGet, c.base+"/software/"+bad.ID, "", nil, &got); status != http.StatusOK || got.URL != "https://git.example/bad/file" {
		t.Errorf("%d %+v", status, got)
	}

	// What was posted is a good before long; what is not active is none.
	var found struct {
		Items []struct{ Slug, Stage string }
	}
	for until := time.Now().Add(patience); len(found.Items) == 0 && time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		c.call(http.MethodGet, n.url+"/api/v1/goods?q=watch", "", nil, &found)
	}
	if len(found.Items) != 1 || found.Items[0].Stage != "nominated" {
		t.Fatalf("%+v", found)
	}
	_, whole := n.ask("/api/v1/goods/" + found.Items[0].Slug)
	for _, want := range []string{`"AGPL-3.0-or-later"`, `"source":"publiccode-posted-`, "https://git.example/water/watch", first.ID} {
		if !strings.Contains(whole, want) {
			t.Errorf("the good lacks %s:\n%s", want, whole)
		}
	}
	for _, path := range []string{"/api/v1/goods/" + found.Items[0].Slug, "/v1/software?all=true", "/v1/publishers", "/v1/logs", "/goods/" + found.Items[0].Slug} {
		if _, said := n.ask(path); strings.Contains(said, "planted") || strings.Contains(said, "Planted") {
			t.Errorf("%s names a person", path)
		}
	}
}
