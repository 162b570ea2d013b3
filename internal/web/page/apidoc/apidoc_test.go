package apidoc_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/docs/snippets"
	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/api"
	"stoa/internal/app/advisory"
	"stoa/internal/app/alliance"
	"stoa/internal/app/assessment"
	"stoa/internal/app/calls"
	"stoa/internal/app/communities"
	"stoa/internal/app/countries"
	"stoa/internal/app/deployments"
	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/app/guides"
	"stoa/internal/app/imports"
	harvests "stoa/internal/app/imports/runs"
	"stoa/internal/app/localisation"
	"stoa/internal/app/needs"
	"stoa/internal/app/recipes"
	"stoa/internal/app/reports"
	"stoa/internal/app/sourcing"
	"stoa/internal/app/support"
	"stoa/internal/app/watching"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/i18n"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/web"
	"stoa/internal/web/page/apidoc"
	"stoa/standards"
)

const registry = `[
 {"id":"1","dpgid":"G1","name":"DHIS2","stage":"DPG","categories":["Open Software"],"repositories":[{"name":"main","url":"https://code.example/dhis2"}]},
 {"id":"2","dpgid":"G2","name":"Open \"Clinic\"","stage":"DPG","categories":["Open Software"],"repositories":[{"name":"main","url":"https://code.example/clinic"}]},
 {"id":"3","dpgid":"G3","name":"Registre électronique","stage":"DPG","categories":["Open Software"],"repositories":[{"name":"main","url":"https://code.example/registre"}]},
 {"id":"4","dpgid":"G4","name":"Wells","stage":"DPG","categories":["Open Data"],"repositories":[{"name":"main","url":"https://code.example/wells"}]}]`

// instance serves the page and the API it is about, as cmd wires them.
func instance(t testing.TB) *httptest.Server {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	body := filepath.Join(t.TempDir(), "dpgs-2026-07-10.json")
	if err := os.WriteFile(body, []byte(registry), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := harvest.Open(body, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&imports.App{DB: db, Now: time.Now}).Import(ctx, good.Actor{Role: access.Operator}, in, imports.Options{}); err != nil {
		t.Fatal(err)
	}
	live := &catalog.Live{}
	f := &follow.Follower{Store: db, Live: live, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if err := f.Start(ctx); err != nil {
		t.Fatal(err)
	}
	app := &goods.App{DB: db, Live: live, CatchUp: f.CatchUp}
	sets, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	group := &advisory.App{DB: db, Now: time.Now}
	if _, _, err := group.Consult(ctx, access.Machine(access.Operator), advise.Consultation{Subject: advise.OnStandard, Ref: "dpg@1.2.0", Title: "Draft 1.2.0", Text: "What do you think?",
		Lang: "en", Public: true, Opens: "2026-01-01", Closes: "2099-01-01"}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	folder, err := fs.Sub(standards.Guides, "guides")
	if err != nil {
		t.Fatal(err)
	}
	lists, err := standard.Load(shape.New(), folder)
	if err != nil {
		t.Fatal(err)
	}
	programs, err := api.New(api.Config{Goods: app, Registry: app, Standards: sets, Assessment: &assessment.App{DB: db, Library: sets, Now: time.Now, Issuer: "Stoa"}, Advisory: group, Watch: &watching.App{DB: db, Now: time.Now},
		Alliance: &alliance.App{DB: db, Now: time.Now}, Boards: &sourcing.App{DB: db, Now: time.Now, Goods: app}, Calls: &calls.App{DB: db, Library: sets, Now: time.Now},
		Reports: &reports.App{DB: db, Goods: app, Now: time.Now}, Countries: &countries.App{DB: db, Now: time.Now, Library: sets}, Languages: &localisation.App{DB: db, Now: time.Now}, Deployments: &deployments.App{DB: db, Now: time.Now}, Recipes: &recipes.App{DB: db, Now: time.Now}, Communities: &communities.App{DB: db, Now: time.Now}, Guides: &guides.App{DB: db, Now: time.Now, Lists: func() (*standard.Library, error) { return lists, nil }}, Needs: &needs.App{DB: db, Live: live, Now: time.Now}, Support: &support.App{DB: db, Now: time.Now}, Harvests: &harvests.App{DB: db, Import: &imports.App{DB: db, Now: time.Now}, Now: time.Now}, BaseURL: server.URL, Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := web.New(web.Config{Goods: app, BaseURL: server.URL, Version: "v1", API: apidoc.Source{Spec: api.OpenAPI, Snippets: snippets.FS}})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/api/", programs)
	mux.Handle("/", pages)
	return server
}

// read asks for an address and returns status and body.
func read(t testing.TB, address string) (int, string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

var (
	request  = regexp.MustCompile(`curl &#34;([^&]+(?:&amp;[^&]+)*)&#34;`)
	anchor   = regexp.MustCompile(`href="#([^"]+)"`)
	id       = regexp.MustCompile(`\bid="([^"]+)"`)
	program  = regexp.MustCompile(`(?s)<pre.*?</pre>`)
	untagged = regexp.MustCompile(`<[^>]*>`)
)

// Every request the page offers, and every example of every parameter, gives
// an answer.
func TestEveryExampleOfThePageRuns(t *testing.T) {
	server := instance(t)
	status, body := read(t, server.URL+"/docs/api")
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	tried := request.FindAllStringSubmatch(body, -1)
	if len(tried) < 9 {
		t.Fatalf("only %d requests on the page", len(tried))
	}
	for _, m := range tried {
		address := html.UnescapeString(m[1])
		if !strings.HasPrefix(address, server.URL+"/api/v1/") {
			t.Errorf("%s is not of this instance", address)
		}
		if status, body := read(t, address); status != http.StatusOK {
			t.Errorf("%s: %d %.200s", address, status, body)
		}
	}
	var spec struct {
		Paths map[string]map[string]struct {
			Security   []any
			Parameters []struct {
				Name, In string
				Example  any
			}
		}
	}
	raw, err := api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &spec); err != nil {
		t.Fatal(err)
	}
	parameters := 0
	for path, methods := range spec.Paths {
		if !strings.Contains(body, html.EscapeString(path)) {
			t.Errorf("the page does not speak of %s", path)
		}
		for _, p := range methods["get"].Parameters {
			if len(methods["get"].Security) > 0 { // nobody in particular may not
				continue
			}
			if p.In != "query" || p.Example == nil {
				continue
			}
			value := strings.Trim(strings.ReplaceAll(string(must(json.Marshal(p.Example))), `"`, ""), "[]")
			try := p.Name + "=" + value
			if !strings.Contains(html.UnescapeString(body), try) {
				t.Errorf("the page does not show %s", try)
			}
			address := server.URL + strings.NewReplacer("{good}", "dhis2", "{set}", "dpg", "{version}", "1.1.7").Replace(path) + "?" + p.Name + "=" + url.QueryEscape(value)
			if status, body := read(t, address); status != http.StatusOK {
				t.Errorf("%s: %d %.200s", address, status, body)
			}
			parameters++
		}
	}
	if parameters < 15 {
		t.Errorf("only %d parameters have an example", parameters)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestThePageStandsInEveryLanguage(t *testing.T) {
	server := instance(t)
	for _, l := range i18n.All() {
		prefix := "/" + l.Code
		if l.Code == "en" {
			prefix = ""
		}
		status, body := read(t, server.URL+prefix+"/docs/api")
		if status != http.StatusOK || !strings.Contains(body, html.EscapeString(l.T("web.apidoc.heading"))) {
			t.Errorf("%s: status %d", l.Code, status)
		}
		ids := map[string]bool{}
		for _, m := range id.FindAllStringSubmatch(body, -1) {
			if ids[m[1]] {
				t.Errorf("%s: id %s twice", l.Code, m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range anchor.FindAllStringSubmatch(body, -1) {
			if !ids[m[1]] {
				t.Errorf("%s: #%s leads nowhere", l.Code, m[1])
			}
		}
		if text := untagged.ReplaceAllString(program.ReplaceAllString(body, ""), " "); strings.Contains(text, "web.apidoc") || strings.Contains(text, "%!") || strings.Contains(text, "map[") || strings.Contains(text, "`") {
			t.Errorf("%s: something was not put into words", l.Code)
		}
	}
}

func TestThePageIsAccessible(t *testing.T) {
	server := instance(t)
	for _, path := range []string{"/docs/api", "/ar/docs/api"} {
		ctx := testkit.Browser(t, testkit.Screen{Width: 360, Height: 800})
		if _, err := chromedp.Run(ctx, chromedp.Navigate(server.URL+path)); err != nil {
			t.Fatal(err)
		}
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth`))
		if err != nil {
			t.Fatal(err)
		}
		if wide {
			t.Errorf("%s is wider than a phone", path)
		}
		testkit.Accessible(t, ctx)
	}
}

// said is what every client prints of the registry above.
var said = []string{"3 goods", "dhis2", "open-clinic", "registre-electronique", "dhis2 is recognised", "304"}

func TestEveryClientRuns(t *testing.T) {
	server := instance(t)
	for _, c := range []struct{ program, file, check string }{
		{"sh", "client.sh", "curl --version"},
		{"python3", "client.py", "python3 --version"},
		{"node", "client.mjs", "node --version"},
		{"Rscript", "client.R", "Rscript -e 'library(curl); library(jsonlite)'"},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			testkit.Need(t, c.check, exec.Command("sh", "-c", c.check).Run() == nil)
			runs(t, server.URL, c.program, c.file)
		})
	}
}

// runs runs a client and holds what it says to what there is.
func runs(t *testing.T, at, program, file string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, filepath.Join(testkit.Root(t), "docs", "snippets", file))
	cmd.Env = append(os.Environ(), "STOA="+at, "NO_PROXY=*", "no_proxy=*", "PYTHONUTF8=1")
	var faults bytes.Buffer
	cmd.Stderr = &faults
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, faults.String())
	}
	var got []string
	for line := range strings.Lines(string(out)) {
		got = append(got, strings.TrimSpace(line))
	}
	if !slices.Equal(got, said) {
		t.Errorf("%s says %q, want %q", file, got, said)
	}
}
