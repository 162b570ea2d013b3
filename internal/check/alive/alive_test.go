package alive_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"stoa/internal/check/alive"
	"stoa/internal/fence"
	"stoa/internal/recipe"
)

const index = `apiVersion: v1
entries:
  births:
    - version: 1.4.0
      appVersion: "2.1"
    - version: 1.3.0
`

// hosts is a registry, a chart repository and a web server in one.
func hosts(t *testing.T) (string, *atomic.Int64) {
	t.Helper()
	var tokens atomic.Int64
	mux := http.NewServeMux()
	var server *httptest.Server
	manifest := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") == "":
			w.Header().Set("WWW-Authenticate", `Bearer realm="`+server.URL+`/token",service="registry, of births",scope="repository:births/server:pull"`)
			w.WriteHeader(http.StatusUnauthorized)
		case r.Header.Get("Authorization") != "Bearer for-anybody":
			w.WriteHeader(http.StatusForbidden)
		case r.PathValue("ref") != "2.1" || !strings.Contains(r.Header.Get("Accept"), "oci.image.index"):
			w.WriteHeader(http.StatusNotFound)
		}
	}
	mux.HandleFunc("HEAD /v2/births/server/manifests/{ref}", manifest)
	mux.HandleFunc("HEAD /v2/births/secret/manifests/{ref}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+server.URL+`/token"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	mux.HandleFunc("HEAD /v2/births/trap/manifests/{ref}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="http://169.254.169.254/token"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	mux.HandleFunc("GET /v2/births/chart/tags/list", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"tags":["1"]}`)) })
	mux.HandleFunc("GET /token", func(w http.ResponseWriter, r *http.Request) {
		tokens.Add(1)
		if r.URL.Query().Get("scope") == "repository:births/server:pull" && r.URL.Query().Get("service") != "registry, of births" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = w.Write([]byte(`{"token":"for-anybody"}`))
	})
	mux.HandleFunc("GET /charts/index.yaml", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(index)) })
	mux.HandleFunc("GET /broken/index.yaml", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) })
	mux.HandleFunc("GET /huge/index.yaml", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat("# nothing\n", 1<<20)))
	})
	mux.HandleFunc("GET /package", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	mux.HandleFunc("GET /signin", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	mux.HandleFunc("GET /trouble", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	mux.HandleFunc("GET /private/file", func(http.ResponseWriter, *http.Request) { t.Error("robots.txt is not kept to") })
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("User-agent: *\nDisallow: /private/\n"))
	})
	server = httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL, &tokens
}

func looker(t *testing.T, addresses ...string) alive.Looker {
	t.Helper()
	p := fence.Policy{MaxBytes: 32 << 20, MaxTime: 10e9, MaxRedirects: 2, UserAgent: "test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil {
			t.Fatal(err)
		}
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		p.Ports = append(p.Ports, uint16(port))
	}
	return alive.Looker{Client: fence.New(p).HTTP(64 << 20), Token: fence.WithToken}
}

func TestWhatBecameOfRecipes(t *testing.T) {
	base, tokens := hosts(t)
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	l := looker(t, base, dead.URL)
	registry := strings.TrimPrefix(base, "http://")
	for name, c := range map[string]struct {
		recipe.Recipe
		want recipe.Word
	}{
		"an image":                           {recipe.Recipe{Kind: recipe.Container, Address: registry + "/births/server:2.1"}, recipe.Alive},
		"an image by its version":            {recipe.Recipe{Kind: recipe.Container, Address: registry + "/births/server", Version: "2.1"}, recipe.Alive},
		"an image without that tag":          {recipe.Recipe{Kind: recipe.Container, Address: registry + "/births/server:9"}, recipe.Gone},
		"an image that nobody may fetch":     {recipe.Recipe{Kind: recipe.Container, Address: registry + "/births/secret:1"}, recipe.Gone},
		"an image whose tokens are a trap":   {recipe.Recipe{Kind: recipe.Container, Address: registry + "/births/trap:1"}, recipe.Unclear},
		"an image of a registry that is off": {recipe.Recipe{Kind: recipe.Container, Address: strings.TrimPrefix(dead.URL, "http://") + "/births/server:1"}, recipe.Silent},
		"a chart in a registry":              {recipe.Recipe{Kind: recipe.Chart, Name: "births", Address: "oci://" + registry + "/births/chart"}, recipe.Alive},
		"a chart":                            {recipe.Recipe{Kind: recipe.Chart, Name: "births", Address: base + "/charts"}, recipe.Alive},
		"a chart of a version":               {recipe.Recipe{Kind: recipe.Chart, Name: "births", Address: base + "/charts/", Version: "v1.3.0"}, recipe.Alive},
		"a chart of a version of the good":   {recipe.Recipe{Kind: recipe.Chart, Name: "births", Address: base + "/charts", Version: "2.1"}, recipe.Alive},
		"a chart of a version that went":     {recipe.Recipe{Kind: recipe.Chart, Name: "births", Address: base + "/charts", Version: "1.0.0"}, recipe.Gone},
		"a chart that went":                  {recipe.Recipe{Kind: recipe.Chart, Name: "deaths", Address: base + "/charts"}, recipe.Gone},
		"a chart repository that went":       {recipe.Recipe{Kind: recipe.Chart, Name: "births", Address: base + "/nothing"}, recipe.Gone},
		"no chart repository":                {recipe.Recipe{Kind: recipe.Chart, Name: "births", Address: base + "/broken"}, recipe.Unclear},
		"a chart index that has no end":      {recipe.Recipe{Kind: recipe.Chart, Name: "births", Address: base + "/huge"}, recipe.Unclear},
		"a package":                          {recipe.Recipe{Kind: recipe.Package, Address: base + "/package"}, recipe.Alive},
		"a file that went":                   {recipe.Recipe{Kind: recipe.Media, Address: base + "/gone"}, recipe.Gone},
		"a service behind a sign-in":         {recipe.Recipe{Kind: recipe.Hosted, Address: base + "/signin"}, recipe.Alive},
		"a file behind a sign-in":            {recipe.Recipe{Kind: recipe.Media, Address: base + "/signin"}, recipe.Unclear},
		"a server in trouble":                {recipe.Recipe{Kind: recipe.Hosted, Address: base + "/trouble"}, recipe.Unclear},
		"what robots are kept from":          {recipe.Recipe{Kind: recipe.Media, Address: base + "/private/file"}, recipe.Unclear},
		"a service that is off":              {recipe.Recipe{Kind: recipe.Hosted, Address: dead.URL}, recipe.Silent},
	} {
		if got := l.Look(t.Context(), &c.Recipe); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if tokens.Load() == 0 {
		t.Error("no token was asked for")
	}
}

func TestNothingInsideIsAsked(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("let in") }))
	defer inside.Close()
	l := alive.Looker{Client: fence.New(fence.Proofs).HTTP(1 << 20), Token: fence.WithToken}
	for _, r := range []recipe.Recipe{{Kind: recipe.Hosted, Address: inside.URL}, {Kind: recipe.Container, Address: strings.TrimPrefix(inside.URL, "http://") + "/a/b:1"}, {Kind: recipe.Chart, Name: "a", Address: inside.URL}} {
		if got := l.Look(t.Context(), &r); got != recipe.Unclear {
			t.Errorf("%s: %s", r.Address, got)
		}
	}
}

func FuzzIndexed(f *testing.F) {
	for _, s := range []string{index, "entries: {a: [{version: 1}]}", "entries: &a [*a]", "a: &b [x,x]\nentries: *b", "\x00", strings.Repeat("[", 5000)} {
		f.Add([]byte(s), "births", "1.3.0")
	}
	f.Fuzz(func(t *testing.T, raw []byte, name, version string) {
		if w := alive.Indexed(raw, name, version); w != recipe.Alive && w != recipe.Gone && w != recipe.Unclear {
			t.Errorf("%q", w)
		}
	})
}
