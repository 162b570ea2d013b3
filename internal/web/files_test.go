package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
)

const deed = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

// file is one that somebody chose in a form.
type file struct{ question, name, text string }

// attach sends the form of a part with files as somebody.
func (b *bureau) attach(t *testing.T, who, path string, fields url.Values, files ...file) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, v := range values {
			if err := form.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		w, err := form.CreateFormFile("f."+f.question, f.name)
		if err == nil {
			_, err = w.Write([]byte(f.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", "__Host-stoa_session="+who)
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	return w
}

func TestFilesAreAttachedThroughTheForm(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	form := versions(b.get(t, "ana", at+"/part/3"))
	form.Set("t.owner.name", "Clinic Trust")
	for range 2 { // pressed twice
		if w := b.attach(t, "ana", at+"/part/3", form, file{"owner.files", "deed.pdf", deed}, file{"owner.files", "", ""}); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, parse(t, w).text("main"))
		}
	}
	page := parse(t, b.get(t, "ana", at+"/part/3"))
	links := page.attrs(".attached a", "href")
	if len(links) != 1 || !strings.Contains(page.text(".attached li"), "deed.pdf PDF · 1 kB") || attrOf(page, `input[name="t.owner.name"]`, "value") != "Clinic Trust" {
		t.Fatalf("attached %q: %s", links, page.text(".attached"))
	}
	w := b.get(t, "ana", links[0])
	h := w.Header()
	if w.Code != 200 || w.Body.String() != deed || h.Get("Content-Type") != "application/pdf" || h.Get("Content-Disposition") != "attachment; filename=deed.pdf" ||
		!strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%d %v", w.Code, h)
	}
	form = versions(b.get(t, "ana", at+"/part/3"))
	form.Set("t.owner.name", "The Clinic Trust")
	form.Set("drop", attrOf(page, ".attached button", "value"))
	for range 2 { // taken away twice; what was written beside it is kept
		if w := b.attach(t, "ana", at+"/part/3", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, parse(t, w).text("main"))
		}
	}
	page = parse(t, b.get(t, "ana", at+"/part/3"))
	if len(page.all(".attached li")) != 0 || attrOf(page, `input[name="t.owner.name"]`, "value") != "The Clinic Trust" {
		t.Errorf("after taking it away: %s", page.text("main"))
	}
	if w := b.get(t, "ana", links[0]); w.Code != http.StatusNotFound {
		t.Errorf("what was taken away: %d", w.Code)
	}
}

func TestFilesThatCannotBeTaken(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	for name, f := range map[string]struct {
		file
		says string
	}{
		"a program called .pdf":          {file{"owner.files", "deed.pdf", "MZ\x90\x00\x03\x00\x00\x00" + strings.Repeat("\x00", 400)}, "not what .pdf says"},
		"a script called .pdf":           {file{"owner.files", "deed.pdf", "#!/bin/sh\nrm -rf /\n"}, "not what .pdf says"},
		"a drawing with a script":        {file{"owner.files", "seal.svg", svg}, "are not kept here"},
		"the same called .png":           {file{"owner.files", "seal.png", svg}, "not what .png says"},
		"a page called .txt":             {file{"owner.files", "a.txt", "<!DOCTYPE html><script>alert(1)</script>"}, "not what .txt says"},
		"nothing":                        {file{"owner.files", "deed.pdf", ""}, "is empty"},
		"a question that takes no files": {file{"owner.name", "deed.pdf", deed}, "takes no files"},
		"a question there is not":        {file{"owner.colour", "deed.pdf", deed}, "takes no files"},
	} {
		form := versions(b.get(t, "ana", at+"/part/3"))
		form.Set("t.owner.name", "What was written")
		w := b.attach(t, "ana", at+"/part/3", form, f.file)
		page := parse(t, w)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page.text(".wrong"), f.says) {
			t.Errorf("%s: %d %q", name, w.Code, page.text(".wrong"))
		}
		if f.question == "owner.files" && !strings.Contains(page.text("#q-owner-files-wrong"), f.says) {
			t.Errorf("%s: beside the field stands %q", name, page.text("#q-owner-files-wrong"))
		}
		if attrOf(page, `input[name="t.owner.name"]`, "value") != "What was written" {
			t.Errorf("%s: what was written is lost", name)
		}
		if strings.Contains(w.Body.String(), "<script>alert") {
			t.Errorf("%s: it runs", name)
		}
	}
	for name, body := range map[string]string{"half a form": "--x\r\nContent-Disposition: form-data; name=\"f.owner.files\"; filename=\"a.pdf\"\r\n\r\n" + deed, "no form": "hello"} {
		r := httptest.NewRequest("POST", at+"/part/3", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Cookie", "__Host-stoa_session=ana")
		w := httptest.NewRecorder()
		if b.site.ServeHTTP(w, r); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := b.attach(t, "ana", at+"/part/3", url.Values{"t.owner.name": {strings.Repeat("n", 2<<20)}}); w.Code < 400 {
		t.Errorf("a text of two megabytes: %d", w.Code)
	}
	if w := b.attach(t, "ana", at+"/part/3", url.Values{"t.owner.nickname": {"x"}}, file{"owner.files", "deed.pdf", deed}); w.Code != http.StatusBadRequest {
		t.Errorf("an unknown field: %d", w.Code)
	}
}

// TestOnlyThoseWhoMayOpenAFile goes with an application through its review and
// asks for its files as everybody there is.
func TestOnlyThoseWhoMayOpenAFile(t *testing.T) {
	b := newBureau(t, "https://stoa.example")
	at := b.begin(t)
	b.fill(t, idOf(at))
	if w := b.attach(t, "ana", at+"/part/3", url.Values{}, file{"owner.files", "deed.pdf", deed}); w.Code != 303 {
		t.Fatal(w.Code)
	}
	if w := b.attach(t, "ana", at+"/part/7", url.Values{}, file{"law.files", "law.txt", "What lawyers say."}); w.Code != 303 {
		t.Fatal(w.Code)
	}
	f, err := b.Application(t.Context(), whoIs("ana"), idOf(at))
	if err != nil {
		t.Fatal(err)
	}
	owned, law := "/files/"+f.Answers["owner.files"].Answer.Files[0].ID, "/files/"+f.Answers["law.files"].Answer.Files[0].ID
	// asks is what everybody is answered who asks for the two.
	asks := func(when string, want map[string]string) {
		t.Helper()
		for _, name := range []string{"ana", "ben", "eve", "rita", "rolf", "cora", "ex", "comm", "sec", "adm", "adv", ""} {
			expected := want[name]
			if expected == "" {
				expected = map[bool]string{true: "401 401", false: "404 404"}[name == ""]
			}
			if got := fmt.Sprint(b.get(t, name, owned).Code, " ", b.get(t, name, law).Code); got != expected {
				t.Errorf("%s: %q is answered %s, want %s", when, name, got, expected)
			}
		}
	}
	desk := map[string]string{"ana": "200 200", "cora": "200 200", "sec": "200 200"}
	asks("a draft", desk)
	b.joins(t, at, "ben")
	desk["ben"] = "200 200"
	b.post(t, "ana", at+"/authority", url.Values{"authority": {"I lead its maintenance."}})
	if w := b.post(t, "ana", at+"/submit", url.Values{"version": {"0"}}); w.Code != 303 {
		t.Fatal(w.Code)
	}
	if w := b.attach(t, "ana", at+"/part/3", url.Values{}, file{"owner.files", "late.pdf", deed}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(parse(t, w).text(".wrong"), "cannot be changed") {
		t.Errorf("attached behind the reviewers: %d", w.Code)
	}
	if w := b.attach(t, "ana", at+"/part/3", url.Values{"drop": {strings.TrimPrefix(owned, "/files/")}}); w.Code == 303 {
		t.Errorf("taken away behind the reviewers: %d", w.Code)
	}
	if _, _, err := b.Screen(t.Context(), whoIs("cora"), idOf(at), 0, assessment.Screening{Decision: "accept",
		Screened: assess.Screened{Findings: map[string]assess.Finding{"1": {Verdict: assess.Pass}, "2": {Verdict: assess.Pass}}}}); err != nil {
		t.Fatal(err)
	}
	asks("queued", desk) // who looks before they claim sees no files
	if f, err := b.Application(t.Context(), whoIs("rolf"), idOf(at)); err != nil || len(f.Answers["owner.files"].Answer.Files) != 1 || f.Answers["owner.files"].Answer.Files[0].ID != "" {
		t.Errorf("who looks sees %+v %v", f.Answers["owner.files"], err)
	}
	if _, _, err := b.Claim(t.Context(), whoIs("rita"), idOf(at)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Consult(t.Context(), whoIs("cora"), idOf(at), persons["ex"], "7", "Is that so?"); err != nil {
		t.Fatal(err)
	}
	desk["rita"], desk["ex"] = "200 200", "404 200"
	asks("in review", desk)
	if _, err := b.RemoveOwner(t.Context(), whoIs("ana"), idOf(at), persons["ben"]); err == nil {
		delete(desk, "ben")
		asks("after Ben left", desk)
	}
	if w := b.post(t, "eve", at+"/part/3", url.Values{"drop": {strings.TrimPrefix(owned, "/files/")}}); w.Code != 403 {
		t.Errorf("another takes it away: %d", w.Code)
	}
}
