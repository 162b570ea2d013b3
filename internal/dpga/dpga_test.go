package dpga_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/api"
	"stoa/internal/dpga"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// write puts records into a body of this name.
func write(t testing.TB, name, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const oneDPG = `{"id":"10078","dpgid":"GID0090078","name":"Open Clinic","stage":"DPG","aliases":["OC","Open Clinic, formerly Klinik"],"categories":["Open Software","Open Data"],
 "description":"Records of a clinic.","website":"https://clinic.example","documentation":"https://clinic.example/docs","sectors":["Health"],
 "repositories":[{"name":"main","url":"https://code.example/clinic"}],
 "organizations":[{"name":"Open Clinic","website":"https://clinic.example","org_type":"owner","contact_name":"Ada Planted","contact_email":"ada.planted@people.example"}],
 "clearOwnership":[{"clearOwnershipName":"Clinic Foundation","clearOwnershipURL":"https://clinic.example/owner"}],
 "locations":{"developmentCountries":["Norway"],"deploymentCountries":["Kenya","Côte d'Ivoire"]},
 "sdgs":{"sdg":["SDG3: Good Health and Well-Being","SDG9: Industry¸ Innovation and Infrastructure"],"relevance":"It helps. Ask ada.planted@people.example."},
 "openlicenses":[{"openLicense":"AGPL-3.0","openLicenseEvidenceURLs":"https://code.example/clinic/LICENSE"}],
 "platformIndependence":{"isPlatformIndependent":"No","openAlternatives":[]},
 "NonPII":{"collectsNonPII":"Yes","nonPIIAccessMechanism":"CSV"},
 "privacy":[{"privacyCompliance":"GDPR","privacyComplianceURL":"https://clinic.example/privacy"}],
 "openStandards":["HL7 FHIR"," HTTPS"],"bestPractices":["Agile"],
 "dataPrivacySecurity":{"collectsPII":"PII data is collected and stored but NOT distributed.","typesOfPIIDataCollected":["Name"," age"],"dataPrivacySecurity":"Encrypted."},
 "userContent":{"contentManagement":"Content is NOT collected NOT stored and NOT distributed.","contentTypes":[],"contentManagementPolicy":""},
 "protectionFromHarassment":{"facilitatesUserInteraction":"Yes","harassmentPolicy":"Write to Ada Planted."}}`

const oneNominee = `[{"id":"wells","name":"Wells of the World","aliases":[""],"description":"Where water is.","website":"https://wells.example","license":[{"spdx":"CC-BY-4.0","licenseURL":"https://wells.example/licence"}],
 "SDGs":[{"SDGNumber":6,"evidenceText":"Water."}],"sectors":["Water and Sanitation"],"type":["data"],"repositories":[{"name":"main","url":"https://code.example/wells"}],
 "organizations":[{"name":"Well Trust","website":"https://wells.example","org_type":"maintainer","contact_name":"Grace Planted","contact_email":"grace@people.example"}],"stage":"nominee"}]`

// small is an instance with a digital public good and a nominee.
func small(t testing.TB) *instance {
	s := newInstance(t)
	s.bring(write(t, "dpgs-2026-07-10.json", "["+oneDPG+"]"))
	s.bring(write(t, "nominees/index.json", oneNominee))
	return s
}

func TestBothShapesOfAGood(t *testing.T) {
	s := small(t)
	var b strings.Builder
	for _, path := range []string{"/dpga/v0/", "/dpga/v0/dpgs/", "/dpga/v0/nominees/", "/dpga/v1/api", "/dpga/v1/api/dpg/10078", "/dpga/v1/api/nominees"} {
		w := s.get(path)
		var doc any
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %v", path, w.Code, err)
		}
		pretty, err := json.MarshalIndent(doc, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "GET %s\n%s\n\n", path, pretty)
	}
	testkit.Golden(t, "shapes.txt", b.String())
}

func TestEveryAddress(t *testing.T) {
	s := small(t)
	g, err := s.app.Good(context.Background(), "wells-of-the-world")
	if err != nil {
		t.Fatal(err)
	}
	renamed, _, err := s.app.Rename(context.Background(), operator, "open-clinic", "clinic", "shorter")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path string
		status       int
		location     string
	}{
		{"GET", "/dpga/v0/dpgs/", 200, ""},
		{"GET", "/dpga/v0/dpgs", 301, "/dpga/v0/dpgs/"},
		{"GET", "/dpga/v0/dpgs?x=1&y", 301, "/dpga/v0/dpgs/?x=1&y"},
		{"GET", "/dpga/v0/nominee/wells", 301, "/dpga/v0/nominee/wells/"},
		{"GET", "/dpga/v0/nominee/%40firma%2Fx", 301, "/dpga/v0/nominee/%40firma%2Fx/"},
		{"GET", "/dpga/v0", 301, "/dpga/v0/"},
		{"GET", "/dpga/v0/nominee/wells/", 200, ""},
		{"GET", "/dpga/v0/nominee/wells-of-the-world/", 200, ""},             // its slug
		{"GET", "/dpga/v1/api/nominee/wells", 200, ""},                       // the other API's id
		{"GET", "/dpga/v1/api/nominee/" + string(g.ID), 200, ""},             // its id
		{"GET", "/dpga/v1/api/dpg/10078", 200, ""},                           // the application
		{"GET", "/dpga/v1/api/dpg/10078/", 200, ""},                          // slashes do not matter there
		{"GET", "/dpga/v1/api/dpg/GID0090078", 200, ""},                      // the DPG id
		{"GET", "/dpga/v1/api/dpg/open-clinic", 200, ""},                     // an old slug
		{"GET", "/dpga/v0/dpg/" + renamed.Slug + "/", 200, ""},               // the new slug
		{"GET", "/dpga/v1/api/nominee/10078", 307, "/dpga/v1/api/dpg/10078"}, // it became a DPG
		{"GET", "/dpga/v0/nominee/open-clinic/", 307, "/dpga/v0/dpg/clinic/"},
		{"GET", "/dpga/v0/dpg/wells/", 404, ""},     // a nominee is no DPG
		{"GET", "/dpga/v1/api/dpg/99999", 404, ""},  // the original answers [] with 200
		{"GET", "/dpga/v0/dpg/nobody/", 404, ""},    //
		{"GET", "/dpga/v1/api/dpg/%00", 404, ""},    //
		{"GET", "/dpga/v1/api/dpg/%FF%FE", 404, ""}, //
		{"GET", "/dpga/v1/api/dpg/" + strings.Repeat("9", 300), 404, ""},
		{"GET", "/dpga/v1/dpgs", 404, ""},
		{"GET", "/dpga/", 404, ""},
		{"HEAD", "/dpga/v1/api/dpg/10078", 200, ""},
		{"HEAD", "/dpga/v1/api/dpgs", 200, ""},
		{"HEAD", "/dpga/v1/api/dpg/99999", 404, ""},
		{"POST", "/dpga/v1/api/dpgs", 405, ""},
		{"DELETE", "/dpga/v0/dpg/clinic/", 405, ""},
		{"OPTIONS", "/dpga/v0/dpgs/", 204, ""},
	} {
		w := s.ask(c.method, c.path)
		to := c.location
		if to != "" {
			to = base + to
		}
		if w.Code != c.status || w.Header().Get("Location") != to {
			t.Errorf("%s %s: %d to %q, want %d to %q", c.method, c.path, w.Code, w.Header().Get("Location"), c.status, c.location)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s %s cannot be read from other origins", c.method, c.path)
		}
		if c.method == "HEAD" && w.Body.Len() > 0 {
			t.Errorf("HEAD %s sends a body", c.path)
		}
		if kind := w.Header().Get("Content-Type"); c.status >= 400 && kind != "application/problem+json" || c.status == 200 && kind != "application/json; charset=utf-8" {
			t.Errorf("%s %s is %q", c.method, c.path, kind)
		}
	}
}

func TestAnswersSayWhenTheyChange(t *testing.T) {
	s := small(t)
	for _, path := range []string{"/dpga/v0/dpgs/", "/dpga/v1/api/dpg/10078", "/dpga/v0/nominee/wells/", "/dpga/v1/api"} {
		tag := s.get(path).Header().Get("ETag")
		if tag == "" {
			t.Fatalf("%s has no entity tag", path)
		}
		if w := s.ask("GET", path, "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
			t.Errorf("%s again: %d with %d bytes", path, w.Code, w.Body.Len())
		}
		if w := s.ask("HEAD", path, "If-None-Match", tag); w.Code != http.StatusNotModified {
			t.Errorf("HEAD %s again: %d", path, w.Code)
		}
	}
	list, one, other := s.get("/dpga/v0/dpgs/").Header().Get("ETag"), s.get("/dpga/v1/api/dpg/10078").Header().Get("ETag"), s.get("/dpga/v0/nominee/wells/").Header().Get("ETag")
	if _, _, err := s.app.Edit(context.Background(), operator, "10078", 0, "test", func(f *good.Facts) error { f.Website = "https://new.example"; return nil }); err != nil {
		t.Fatal(err)
	}
	if w := s.ask("GET", "/dpga/v1/api/dpg/10078", "If-None-Match", one); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "https://new.example") {
		t.Errorf("after an edit: %d", w.Code)
	}
	if w := s.ask("GET", "/dpga/v0/dpgs/", "If-None-Match", list); w.Code != http.StatusOK {
		t.Errorf("the list after an edit: %d", w.Code)
	}
	if w := s.ask("GET", "/dpga/v0/nominee/wells/", "If-None-Match", other); w.Code != http.StatusNotModified {
		t.Errorf("another good after an edit: %d", w.Code)
	}
}

// A good that fell off a later listing stays at its address and says so; it is
// in neither list. One that is removed leaves a tombstone.
func TestStagesAreTrue(t *testing.T) {
	s := small(t)
	s.bring(write(t, "dpgs-2026-08-01.json", `[{"id":"10079","dpgid":"GID0090079","name":"Another","stage":"DPG"}]`))
	var one struct{ ID, Stage string }
	if err := json.Unmarshal(s.get("/dpga/v1/api/dpg/10078").Body.Bytes(), &one); err != nil || one.Stage != "lapsed" {
		t.Errorf("fell off the list: %+v, %v", one, err)
	}
	for _, list := range []string{"dpgs", "nominees"} {
		if body := s.get("/dpga/v1/api/" + list).Body.String(); strings.Contains(body, `"10078"`) {
			t.Errorf("a lapsed good is among the %s", list)
		}
	}
	if _, _, err := s.app.Remove(context.Background(), operator, "10079", "a mistake"); err != nil {
		t.Fatal(err)
	}
	w := s.get("/dpga/v1/api/dpg/10079")
	if w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "a mistake") {
		t.Errorf("removed: %d %s", w.Code, w.Body)
	}
	if body := strings.Join(strings.Fields(s.get("/dpga/v1/api/dpgs").Body.String()), ""); body != "[]" {
		t.Errorf("an empty list is %s", body)
	}
}

// After two goods are found to be one, both ids lead to it.
func TestIdsOfMergedGoodsLeadOn(t *testing.T) {
	s := small(t)
	if _, _, err := s.app.Merge(context.Background(), operator, "wells", "10078", "the same"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/dpga/v0/nominee/wells/", "/dpga/v0/nominee/wells-of-the-world/", "/dpga/v0/dpg/wells/"} {
		w := s.follow(path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"Open Clinic"`) {
			t.Errorf("%s: %d %.100s", path, w.Code, w.Body)
		}
	}
}

// No name or address of a contact is in any body, whoever planted it where.
func TestNoContactIsServed(t *testing.T) {
	s := small(t)
	people := []string{"planted", "people.example", "contact_name", "contact_email", "@"}
	everyBody(t, s, people)
}

func TestNoRealContactIsServed(t *testing.T) {
	dir := filepath.Join(testkit.RealData(t), "dpga")
	s := newInstance(t)
	people := []string{"contact_name", "contact_email", "@example.org"}
	planted := 0
	for _, body := range []string{"registry-2026/dpgs.json", "api-v0"} {
		s.bring(filepath.Join(dir, body))
		for _, r := range bodies(t, filepath.Join(dir, body)) {
			for _, o := range r["organizations"].([]any) {
				for _, field := range []string{"contact_name", "contact_email"} {
					if v, _ := o.(map[string]any)[field].(string); strings.TrimSpace(v) != "" {
						people = append(people, strings.TrimSpace(v))
						planted++
					}
				}
			}
		}
	}
	if planted < 500 {
		t.Fatalf("only %d names and addresses planted", planted)
	}
	everyBody(t, s, people)
}

// everyBody reads all there is and fails where one of the words is.
func everyBody(t *testing.T, s *instance, words []string) {
	t.Helper()
	paths := []string{"/dpga/v0/", "/dpga/v0/dpgs/", "/dpga/v0/nominees/", "/dpga/v1/api", "/dpga/v1/api/dpgs", "/dpga/v1/api/nominees"}
	for g, err := range s.db.EachGood(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"dpg/", "nominee/"} {
			paths = append(paths, "/dpga/v0/"+part+url.PathEscape(dpga.V0ID(g))+"/", "/dpga/v1/api/"+part+url.PathEscape(dpga.V1ID(g)))
		}
	}
	for _, path := range paths {
		w := s.get(path)
		said := strings.ToLower(w.Body.String() + fmt.Sprint(w.Header()))
		for _, word := range words {
			if strings.Contains(said, strings.ToLower(word)) && !(word == "@" && strings.Contains(path, "@")) {
				t.Errorf("%s says %q", path, word)
			}
		}
	}
}

// broken gives some goods, then fails.
type broken struct{ given int }

func (b *broken) Good(context.Context, string) (*good.Good, error) { return nil, errors.New("disk") }
func (b *broken) Known(context.Context, string, string) (*good.Good, error) {
	return nil, errors.New("disk")
}
func (b *broken) Position() int64 { return 1 }
func (b *broken) After(_ context.Context, _ good.ID, limit int) ([]*good.Good, error) {
	if b.given == 0 {
		return nil, errors.New("disk")
	}
	b.given--
	out := make([]*good.Good, limit)
	for i := range out {
		out[i] = &good.Good{ID: good.ID(fmt.Sprint(i)), Stage: good.Recognised}
	}
	return out, nil
}

// A list that cannot be read to its end is no list: nobody may take a part for
// the whole.
func TestHalfAListIsNeverServedAsAWhole(t *testing.T) {
	cfg := dpga.Config{BaseURL: base, Deny: api.Refuse(base)}
	cfg.Goods = &broken{}
	w := httptest.NewRecorder()
	dpga.New(cfg).ServeHTTP(w, httptest.NewRequest("GET", "/dpga/v1/api/dpgs", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("no goods: %d %s", w.Code, w.Body)
	}
	cfg.Goods = &broken{given: 2}
	server := httptest.NewServer(edge.Compress(dpga.New(cfg)))
	defer server.Close()
	r, err := http.NewRequest(http.MethodGet, server.URL+"/dpga/v1/api/dpgs", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return // cut before anything came
	}
	defer answer.Body.Close()
	plain, err := gzip.NewReader(answer.Body)
	if err != nil {
		return
	}
	var all []any
	if err := json.NewDecoder(plain).Decode(&all); err == nil {
		t.Errorf("half a list was read as one of %d", len(all))
	}
}

// Every list of a registry is walked to its end, in parts.
func TestListsHoldEveryGoodOnce(t *testing.T) {
	s := newInstance(t)
	var b strings.Builder
	const n = 450
	for i := range n {
		fmt.Fprintf(&b, `,{"id":"%d","dpgid":"GID%d","name":"Good number %d","stage":"DPG","repositories":[{"name":"main","url":"https://code.example/%d"}]}`, 20000+i, i, i, i)
	}
	s.bring(write(t, "dpgs-2026-07-10.json", "["+b.String()[1:]+"]"))
	if got := len(s.listed("/dpga/v1/api/dpgs")); got != n {
		t.Errorf("%d of %d goods listed", got, n)
	}
	if got := len(s.listed("/dpga/v0/nominees/")); got != 0 {
		t.Errorf("%d nominees of none", got)
	}
}

// Whatever a good holds, a shape's lists are lists and its texts texts.
func FuzzShapes(f *testing.F) {
	f.Add([]byte(`{"id":"x","slug":"x","name":"X","goals":[{"sdg":99}],"answers":[{"indicator":"8","question":"open-standards","text":"a,b\n\nc"}],"deployments":[{"country":"??","by":"B"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var g good.Good
		if json.Unmarshal(raw, &g) != nil {
			return
		}
		for _, doc := range []any{dpga.V0(&g), dpga.V1(&g)} {
			body, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(body), ":null") {
				t.Errorf("null in %s", body)
			}
		}
	})
}
