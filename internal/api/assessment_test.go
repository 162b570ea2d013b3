package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/standards"
)

// tokens knows who sends which token.
type tokens map[string]access.Who

func (t tokens) Session(context.Context, string) (edge.Viewer, error) { return edge.Viewer{}, nil }

func (t tokens) Token(_ context.Context, secret string) (edge.Viewer, error) {
	return edge.Viewer{Who: t[secret]}, nil
}

// desk is the API over a real database, with people who send tokens.
type desk struct {
	t     *testing.T
	h     http.Handler
	db    *store.DB
	known tokens
}

func newDesk(t *testing.T) desk {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	known := tokens{}
	_, err = db.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for token, role := range map[string]string{"owner": "", "one": access.Reviewer, "two": access.Reviewer, "chief": access.Coordinator, "second": access.Secretariat} {
			p := &good.Person{ID: tx.NewID(), Pseudonym: "p-" + token}
			if err := tx.PutPerson(ctx, p); err != nil {
				return err
			}
			who := access.Who{Person: p.ID, Pseudonym: p.Pseudonym, Scopes: []string{"read", "apply", "review", "desk", "admin"}}
			if role != "" {
				who.Roles = []string{role}
				if _, err := tx.PutRole(ctx, p.ID, role); err != nil {
					return err
				}
			}
			known[token] = who
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return desk{t: t, db: db, known: known}.under(standards.FS)
}

// under is the same desk with the criteria sets of these folders.
func (d desk) under(folders ...fs.FS) desk {
	d.t.Helper()
	sets, err := standard.Load(shape.New(), folders...)
	if err != nil {
		d.t.Fatal(err)
	}
	r := newRegistry()
	h, err := New(Config{Goods: r, Registry: r, Standards: sets, BaseURL: base, Version: "v1", Assessment: &assessment.App{DB: d.db, Library: sets, Now: time.Now, Issuer: "Stoa"}})
	if err != nil {
		d.t.Fatal(err)
	}
	d.h = edge.Chain(h, edge.Identify(d.known, false, Refuse(base)))
	return d
}

// ask sends a request and decodes what comes back; status is what it must be.
func (d desk) ask(token, method, path, body string, status int) map[string]any {
	d.t.Helper()
	r := httptest.NewRequest(method, "/api/v1/"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	if w.Code != status {
		d.t.Fatalf("%s %s %s by %q: %d, want %d: %s", method, path, body, token, w.Code, status, w.Body)
	}
	doc := map[string]any{}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			d.t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
		}
	}
	return doc
}

func TestAnswersLeaveAndComeAsYAMLToo(t *testing.T) {
	d := newDesk(t)
	app := d.ask("owner", "POST", "applications", `{"name": "Clinic Book", "kinds": ["content"]}`, 201)
	at := "/api/v1/applications/" + app["id"].(string) + "/answers"
	ask := func(method, at, body string, headers map[string]string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, at, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer owner")
		for k, v := range headers {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		d.h.ServeHTTP(w, r)
		return w
	}
	put := func(media, body string) *httptest.ResponseRecorder {
		return ask("PUT", at, body, map[string]string{"Content-Type": media})
	}
	const file = "standard: dpg\nanswers:\n  general.summary: {text: Says how a clinic is run.}\n  nobody.asks: {text: x}\n"
	if w := put("application/yaml; charset=utf-8", file); w.Code != 200 || !strings.Contains(w.Body.String(), `"unknown":["nobody.asks"]`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for accept, media := range map[string]string{"": "application/json", "*/*": "application/json", "application/json": "application/json", "application/yaml": "application/yaml", "application/yaml, */*": "application/yaml",
		"application/json;q=0.5, application/yaml": "application/yaml", "application/yaml;q=0.1, application/json": "application/json", "application/yaml;q=0, */*": "application/json", "application/yaml, application/problem+json": "application/yaml"} {
		w := ask("GET", at, "", map[string]string{"Accept": accept})
		if w.Code != 200 || w.Header().Get("Content-Type") != media || !strings.Contains(w.Body.String(), "Says how a clinic is run.") {
			t.Errorf("%q: %d %s %.200s", accept, w.Code, w.Header(), w.Body)
		}
	}
	w := ask("GET", at+"?format=yaml", "", map[string]string{"Accept-Language": "fr"})
	if !strings.Contains(w.Body.String(), "# Confidentiel\u00a0: ne mettez pas cette réponse dans un dépôt public.\n  general.contact:") || !strings.Contains(w.Header().Get("Vary"), "Accept-Language") {
		t.Errorf("%v\n%s", w.Header(), w.Body)
	}
	if again := put("application/yaml", w.Body.String()); again.Code != 200 || !strings.HasPrefix(again.Body.String(), `{"changed":[],`) {
		t.Errorf("what was written changes something: %d %s", again.Code, again.Body)
	}
	if w := ask("GET", at+"?format=json", "", map[string]string{"Accept": "application/yaml"}); w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("format=json: %s", w.Header())
	}
	for what, c := range map[string]struct {
		w      *httptest.ResponseRecorder
		status int
		says   string
	}{
		"another standard":         {put("application/yaml", "standard: maturity@1\nanswers: {}"), 400, "The file answers maturity@1; this application is against dpg@1.1.7."},
		"another standard in JSON": {put("application/json", `{"standard": "maturity@1", "answers": {}}`), 400, "The file answers maturity@1"},
		"no answers":               {put("application/yaml", "\x7fELF"), 400, "This is not a file of answers."},
		"a field that is none":     {put("application/json", `{"standard": "dpg", "colour": "red"}`), 400, "“colour” is not a field here."},
		"another type":             {put("text/plain", file), 415, "application/json or application/yaml"},
		"no type":                  {put("", file), 415, "application/json or application/yaml"},
		"another form":             {ask("GET", at+"?format=toml", "", nil), 400, "“toml” is not a value of format."},
		"another form by Accept":   {ask("GET", at, "", map[string]string{"Accept": "text/html"}), 406, "application/json, application/yaml"},
		"YAML elsewhere":           {ask("GET", "/api/v1/applications", "", map[string]string{"Accept": "application/yaml"}), 406, "only application/json."},
	} {
		if c.w.Code != c.status || !strings.Contains(c.w.Body.String(), c.says) {
			t.Errorf("%s: %d %s", what, c.w.Code, c.w.Body)
		}
	}
}

// answersDoc is a whole set of answers, as a project would keep them.
const answersDoc = `{"stoa": "answers/1", "standard": "dpg@1.1.7", "answers": {
 "general.name": {"text": "Clinic Book"}, "general.kinds": {"choices": ["content"]}, "general.summary": {"text": "Says how a clinic is run."},
 "general.website": {"links": [{"url": "https://clinic.example"}]}, "nobody.asks": {"text": "x"}}}`

func TestAnApplicationGoesItsWayOverTheInterface(t *testing.T) {
	d := newDesk(t)
	d.ask("", "POST", "applications", `{"name": "Clinic Book"}`, 401)
	app := d.ask("owner", "POST", "applications", `{"name": "Clinic Book", "kinds": ["content"]}`, 201)
	at := "applications/" + app["id"].(string)
	d.ask("owner", "POST", "applications", `{"name": "Clinic Book", "kind": "content"}`, 400)
	told := d.ask("owner", "PUT", at+"/answers", answersDoc, 200)
	if unknown := told["unknown"].([]any); len(unknown) != 1 || unknown[0] != "nobody.asks" {
		t.Errorf("what the standard does not ask is told as %v", told)
	}
	for range 10 {
		gaps := d.ask("owner", "GET", at+"/gaps", "", 200)["gaps"].([]any)
		doc := d.ask("owner", "GET", at, "", 200)
		version := map[string]any{}
		for _, a := range doc["answers"].([]any) {
			version[a.(map[string]any)["question"].(string)] = a.(map[string]any)["version"]
		}
		var edits []map[string]any
		for _, g := range gaps {
			q := g.(map[string]any)["question"].(string)
			if q != "" {
				edits = append(edits, map[string]any{"question": q, "version": version[q], "answer": sound(t, q)})
			}
		}
		if len(edits) == 0 {
			break
		}
		for _, e := range edits {
			if e["version"] == nil {
				e["version"] = 0
			}
		}
		raw, err := json.Marshal(map[string]any{"answers": edits})
		if err != nil {
			t.Fatal(err)
		}
		d.ask("owner", "POST", at+"/save", string(raw), 200)
	}
	lacking := d.ask("owner", "POST", "applications", `{"name": "Bare Book", "kinds": ["content"]}`, 201)
	if p := d.ask("owner", "POST", "applications/"+lacking["id"].(string)+"/submit", `{}`, 400); !strings.Contains(p["detail"].(string), "What does it do, in two or three sentences?") || strings.Count(p["detail"].(string), " · ") != 9 {
		t.Errorf("what lacks is told as %q", p["detail"])
	}
	d.ask("owner", "POST", at+"/save", `{"answers": [{"question": "general.summary", "version": 77, "answer": {"text": "Other."}}]}`, 409)
	d.ask("owner", "POST", at+"/submit", `{}`, 400)
	d.ask("owner", "POST", at+"/authorise", `{"text": "I wrote it."}`, 200)
	d.ask("one", "POST", at+"/submit", `{}`, 403)
	if s := d.ask("owner", "POST", at+"/submit", `{}`, 200); s["state"] != "screening" {
		t.Fatalf("submitted, it is %v", s)
	}
	d.ask("owner", "POST", at+"/submit", `{}`, 409)
	d.ask("one", "POST", at+"/screen", `{"decision": "accept"}`, 403)
	d.ask("chief", "POST", at+"/screen", `{"decision": "accept", "findings": {"1": {"verdict": "pass"}, "2": {"verdict": "pass"}}}`, 200)
	for _, r := range []string{"one", "two"} {
		app = d.ask(r, "POST", at+"/claim", "", 200)
	}
	for _, r := range []string{"one", "two"} {
		for _, i := range app["scope"].([]any) {
			d.ask(r, "POST", at+"/judge", `{"indicator": "`+i.(string)+`", "verdict": "pass", "reason": "The evidence shows it."}`, 200)
		}
		d.ask(r, "POST", at+"/finish", `{"version": 1}`, 415)
		app = d.ask(r, "POST", at+"/finish", " {} ", 200)
	}
	if q := d.ask("chief", "GET", "desk/applications?state=deciding&order=deadline", "", 200); q["total"] != 1.0 {
		t.Errorf("the queue is %v", q)
	}
	refused := func(token, path, says string) {
		t.Helper()
		if p := d.ask(token, "GET", path, "", 403); !strings.Contains(p["detail"].(string), says) {
			t.Errorf("%s by %q is refused with %q, which does not say %q", path, token, p["detail"], says)
		}
	}
	refused("owner", "desk/applications", "secretariat")
	narrow := d.known["chief"]
	narrow.Scopes = []string{"read", "apply"}
	d.known["narrow"] = narrow
	refused("narrow", at+"/candidates", "“desk”")
	if unfit := d.ask("chief", "GET", at+"/candidates", "", 200)["unfit"].([]any); len(unfit) != 2 || unfit[0].(map[string]any)["unfit"] != "seated" || unfit[1].(map[string]any)["unfit"] != "seated" {
		t.Errorf("those who review it already may not be given it since %v", unfit)
	}
	d.ask("chief", "POST", at+"/propose", `{"outcome": "recognised"}`, 200)
	d.ask("chief", "POST", at+"/confirm", `{}`, 403)
	d.ask("second", "POST", at+"/confirm", `{}`, 200)
	done := d.ask("second", "POST", at+"/publish", "", 200)
	record := d.ask("", "GET", "goods/"+done["good"].(string)+"/record", "", 200)
	if path := record["applications"].([]any)[0].(map[string]any); path["outcome"] != "recognised" || path["until"] == "" {
		t.Errorf("the record is %v", record)
	}
	renewed(t, d, "/api/v1/goods/"+done["good"].(string)+"/record")
	if s := d.ask("", "GET", "statistics", "", 200); len(s["states"].([]any)) != 1 {
		t.Errorf("the figures are %v", s)
	}
	c := d.ask("", "POST", "goods/"+done["good"].(string)+"/challenges", `{"indicators": ["4"], "text": "It is closed.", "confidential": true}`, 201)
	if c["kind"] != "challenge" {
		t.Errorf("the challenge is %v", c)
	}
	refused("second", "applications/"+c["id"].(string)+"/reporter", "No token")
	refused("chief", "applications/"+c["id"].(string)+"/reporter", "secretariat")
}

// TestTheDescriptionNamesEachChoice holds the choices that the description
// names to those there are.
func TestTheDescriptionNamesEachChoice(t *testing.T) {
	api := describe().OpenAPI
	(&face{}).operations(api)
	for at, want := range map[string][]any{
		"AssessmentJudged.verdict": anys(assess.Verdicts), "AssessmentOpinion.verdict": anys(assess.Verdicts), "AssessFinding.verdict": anys(assess.Verdicts),
		"AssessmentScreeningIn.decision": {"accept", "return", "refuse"}, "AssessmentScreeningIn.cause": anys(assess.Causes),
		"AssessmentFound.outcome": anys([]assess.Outcome{assess.Recognised, assess.NotEligible}),
		"AssessReviewer.unfit":    anys([]assess.Unfit{assess.UnfitConflict, assess.UnfitSeated, assess.UnfitAway, assess.UnfitLoad}),
	} {
		schema, field, _ := strings.Cut(at, ".")
		s := api.Components.Schemas.Map()[schema]
		if s == nil || s.Properties[field] == nil || !slices.Equal(s.Properties[field].Enum, want) {
			t.Errorf("%s is described by %+v, want the choices %v", at, s, want)
		}
	}
}

// renewed reads what the next renewal will newly ask of a good: nothing under
// the version that it was recognised by, and one thing once a version that asks
// it is in force; whoever holds the record as it was learns of that.
func renewed(t *testing.T, d desk, path string) {
	t.Helper()
	read := func(d desk, tag string) (int, string, *NextRenewal) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		d.h.ServeHTTP(w, r)
		var doc GoodRecord
		if w.Code == http.StatusOK {
			if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
				t.Fatal(err)
			}
		}
		return w.Code, w.Header().Get("Etag"), doc.Next
	}
	_, tag, next := read(d, "")
	if next == nil || next.From != "dpg@1.1.7" || next.To != "dpg@1.1.7" || next.New == nil || len(next.New)+len(next.Again) > 0 {
		t.Errorf("under its own version the next renewal asks %+v", next)
	}
	if status, _, _ := read(d, tag); status != http.StatusNotModified {
		t.Errorf("unchanged, the record answers %d", status)
	}
	raw, err := fs.ReadFile(standards.FS, "dpg/1.1.7/set.yml")
	if err != nil {
		t.Fatal(err)
	}
	const before = "      - id: general.website\n"
	set := strings.NewReplacer("version: 1.1.7\n", "version: 1.1.8\n", "languages: [en, ar, zh, fr, ru, es]", "languages: [en]", "released: 2025-06-26", "released: 2025-07-01",
		before, "      - id: general.reach\n        type: text\n        label: Whom does it reach?\n        max_length: 100\n        required: true\n"+before).Replace(string(raw))
	d = d.under(standards.FS, fstest.MapFS{"dpg/1.1.8/set.yml": {Data: []byte(set)}})
	status, _, next := read(d, tag)
	if status != http.StatusOK || next == nil || next.From != "dpg@1.1.7" || next.To != "dpg@1.1.8" || len(next.New) != 1 || next.New[0] != (RenewalQuestion{"general", "general.reach", true}) {
		t.Errorf("under a version that asks more the record answers %d with %+v", status, next)
	}
}

// sound is a sound answer to a question of the DPG Standard.
func sound(t *testing.T, question string) standard.Answer {
	t.Helper()
	sets, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	set, _ := sets.Set("dpg", "1.1.7")
	q, _ := set.Question(question)
	switch q.Type {
	case standard.YesNo:
		return standard.Answer{Choices: append(q.Must, "no")[:1]}
	case standard.Choice, standard.Choices:
		return standard.Answer{Choices: append(q.Must, q.Options[0].ID)[:1]}
	case standard.Licences:
		return standard.Answer{Choices: []string{"CC-BY-4.0"}}
	case standard.SDGs:
		return standard.Answer{Choices: []string{"3"}}
	case standard.Countries:
		return standard.Answer{Choices: []string{"KE"}}
	case standard.Items:
		return standard.Answer{Items: map[string]string{"3": "It helps."}}
	case standard.Links:
		return standard.Answer{Links: []good.Link{{URL: "https://clinic.example/" + question}}}
	}
	return standard.Answer{Text: "So it is."}
}
