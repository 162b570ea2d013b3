package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/testkit"
)

type headers map[string]string

func ask1(h http.Handler, method, target string, header headers, body string) *httptest.ResponseRecorder {
	var rd io.Reader
	if body != "" {
		rd = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, rd)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(h http.Handler, target string) *httptest.ResponseRecorder {
	return ask1(h, "GET", target, nil, "")
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) (doc T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return doc
}

func manyLicences(n int) string {
	v := url.Values{}
	for i := range n {
		v.Add("licence", fmt.Sprint(i))
	}
	return v.Encode()
}

func TestScenarios(t *testing.T) {
	h := serving(t, newRegistry())
	valid := newValidator(t)
	for _, c := range scenarios {
		t.Run(c.what, func(t *testing.T) {
			if c.method == "" {
				c.method = "GET"
			}
			w := ask1(h, c.method, c.target, c.send, c.body)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			body := w.Body.String()
			for _, s := range c.has {
				if !strings.Contains(body, s) {
					t.Errorf("no %s in %s", s, body)
				}
			}
			for _, s := range c.lacks {
				if strings.Contains(body, s) {
					t.Errorf("%s in %s", s, body)
				}
			}
			for k, v := range c.header {
				if got := w.Header().Get(k); got != v {
					t.Errorf("%s: %s, want %s", k, got, v)
				}
			}
			if c.method == "HEAD" && w.Body.Len() > 0 || w.Code == 304 && w.Body.Len() > 0 {
				t.Error("a body where there must be none")
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "*" {
				t.Error("other origins cannot read this")
			}
			if c.status >= 400 {
				checkProblem(t, w, c.code)
			}
			valid.check(t, c, w)
		})
	}
}

func checkProblem(t *testing.T, w *httptest.ResponseRecorder, code string) {
	t.Helper()
	p := decode[Problem](t, w)
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %s", ct)
	}
	if p.Code != code || p.Status != w.Code || p.Type != base+"/api/v1/problems/"+code || p.Title == "" || p.Detail == "" {
		t.Errorf("problem %+v, want code %s", p, code)
	}
	for _, s := range []string{p.Title, p.Detail} {
		if strings.HasPrefix(s, "api.") || strings.HasPrefix(s, "error.") || strings.Contains(s, "{{") || strings.Contains(s, "<no value>") {
			t.Errorf("not a sentence: %q", s)
		}
	}
	for _, part := range p.Errors {
		if part.Detail == "" {
			t.Errorf("part without a sentence: %+v", part)
		}
	}
}

// validator holds answers to the schemas the API publishes.
type validator struct {
	registry huma.Registry
	paths    map[string]*huma.PathItem
	shared   map[string]*huma.Response
}

func newValidator(t *testing.T) *validator {
	t.Helper()
	h := humago.New(http.NewServeMux(), describe())
	r := newRegistry()
	f := &face{cfg: Config{Goods: r, Registry: r}}
	for _, op := range f.operations(h.OpenAPI()) {
		h.OpenAPI().AddOperation(&op.doc)
	}
	return &validator{h.OpenAPI().Components.Schemas, h.OpenAPI().Paths, h.OpenAPI().Components.Responses}
}

func (v *validator) check(t *testing.T, c scenario, w *httptest.ResponseRecorder) {
	t.Helper()
	if c.method != "GET" || w.Code == 304 || w.Code == 307 || w.Code == 308 {
		return
	}
	address, _, _ := strings.Cut(c.target, "?")
	var op *huma.Operation
	for pattern, item := range v.paths {
		mux := http.NewServeMux()
		mux.HandleFunc(strings.TrimSuffix(pattern, "/v1/")+map[bool]string{true: "/v1/{$}"}[strings.HasSuffix(pattern, "/v1/")], func(http.ResponseWriter, *http.Request) {})
		if _, p := mux.Handler(httptest.NewRequest("GET", address, nil)); p != "" {
			if op == nil || !strings.Contains(pattern, "{") {
				op = item.Get
			}
		}
	}
	if op == nil {
		return
	}
	res := op.Responses[fmt.Sprint(w.Code)]
	if res == nil {
		t.Errorf("%s does not tell of status %d", op.OperationID, w.Code)
		return
	}
	if res.Ref != "" {
		res = v.shared[path.Base(res.Ref)]
	}
	media := res.Content[w.Header().Get("Content-Type")]
	if media == nil {
		t.Errorf("%s does not tell of %s", op.OperationID, w.Header().Get("Content-Type"))
		return
	}
	if ct := w.Header().Get("Content-Type"); strings.Contains(ct, "openapi") || ct == "application/yaml" {
		return
	}
	var doc any
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	out := &huma.ValidateResult{}
	huma.Validate(v.registry, media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, doc, out)
	for _, err := range out.Errors {
		t.Errorf("the answer breaks its schema: %v", err)
	}
}

func TestFaultsAreLoggedOnceAndNotTold(t *testing.T) {
	r := newRegistry()
	r.broken = errBroken
	var out bytes.Buffer
	h, err := New(Config{Goods: r, Registry: r, BaseURL: base, Log: slog.New(slog.NewTextHandler(&out, nil))})
	if err != nil {
		t.Fatal(err)
	}
	h = edge.Chain(h, edge.RequestID(strings.NewReader("abcdef")), edge.Recover(slog.New(slog.NewTextHandler(&out, nil)), Refuse(base)))
	for _, target := range []string{"/api/v1/goods", "/api/v1/goods?view=full", "/api/v1/goods/dhis2", "/api/v1/goods/dhis2/history", "/api/v1/sources"} {
		out.Reset()
		w := get(h, target)
		if w.Code != 500 || strings.Contains(w.Body.String(), "fire") || strings.Count(out.String(), "\n") != 1 || !strings.Contains(out.String(), "disk on fire") {
			t.Errorf("%s: %d %s\n%s", target, w.Code, w.Body, out.String())
		}
		checkProblem(t, w, "internal")
		if id := decode[Problem](t, w).RequestID; id == "" || !strings.Contains(out.String(), id) {
			t.Error("the log does not hold the request's id")
		}
	}
	r.panics = true
	if w := get(h, "/api/v1/goods"); w.Code != 500 {
		t.Error(w.Code)
	} else {
		checkProblem(t, w, "internal")
	}
	r.panics, r.broken = false, &good.Error{Kind: good.Limited, Key: "error.limit.busy"}
	if w := get(h, "/api/v1/goods"); w.Code != 429 {
		t.Error(w.Code)
	} else {
		checkProblem(t, w, "too-many-requests")
	}
}

func TestTheEdgeRefusesInTheAPIsManner(t *testing.T) {
	h := edge.Chain(serving(t, newRegistry()), edge.Limits{MaxBody: 5, MaxURL: 100, Rate: -1, Deny: Refuse(base)}.Middleware)
	w := ask1(h, "POST", "/api/v1/goods", nil, "0123456789")
	if w.Code != 413 {
		t.Error(w.Code)
	}
	checkProblem(t, w, "too-large")
	w = get(h, "/api/v1/goods?q="+strings.Repeat("x", 200))
	if w.Code != 414 {
		t.Error(w.Code)
	}
	checkProblem(t, w, "address-too-long")
}

func TestEveryKindOfProblemIsExplainedInEveryLanguage(t *testing.T) {
	for _, l := range i18n.All() {
		for _, code := range problemCodes() {
			for _, part := range []string{".title", ".text"} {
				if key := "api.problem." + code + part; l.T(key) == key {
					t.Errorf("%s: no %s", l.Code, key)
				}
			}
		}
	}
}

func TestNothingIsServedWithoutGoods(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("an API without goods was made")
	}
}

func TestDescriptionNamesWhatTheParserKnows(t *testing.T) {
	v := newValidator(t)
	var named []string
	for _, p := range v.paths["/api/v1/goods"].Get.Parameters {
		if p.In == "query" {
			named = append(named, p.Name)
		}
	}
	if !slices.Equal(named, listParameters) {
		t.Errorf("described %v, known %v", named, listParameters)
	}
	h := serving(t, newRegistry())
	for _, p := range v.paths["/api/v1/goods"].Get.Parameters {
		if p.Example == nil || p.In != "query" {
			continue
		}
		q := url.Values{p.Name: {fmt.Sprint(p.Example)}}
		if list, ok := p.Example.([]string); ok {
			q[p.Name] = list
		}
		if w := get(h, "/api/v1/goods?"+q.Encode()); w.Code != 200 {
			t.Errorf("the example of %s: %s", p.Name, w.Body)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(v.paths)) {
		op := cmp.Or(v.paths[path].Get, v.paths[path].Post, v.paths[path].Put, v.paths[path].Delete)
		if op == nil || op.Summary == "" || op.OperationID == "" {
			t.Errorf("%s is not described", path)
		}
	}
}

func TestTheDescriptionIsWhatIsKept(t *testing.T) {
	w := get(serving(t, newRegistry()), "/api/v1/openapi.yaml")
	testkit.Golden(t, "../../../../api/openapi.yaml", w.Body.Bytes())
}
