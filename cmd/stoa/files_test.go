package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// zeros is a PDF that begins well and goes on for ever.
type zeros struct{ begun bool }

func (z *zeros) Read(b []byte) (int, error) {
	clear(b)
	if !z.begun {
		z.begun = true
		return copy(b, "%PDF-1.7\n"), nil
	}
	return len(b), nil
}

// form is a form with text and one file of n bytes.
func (i *instance) form(n int64) (io.Reader, int64) {
	head := "--x\r\nContent-Disposition: form-data; name=\"v.owner.name\"\r\n\r\n0\r\n--x\r\nContent-Disposition: form-data; name=\"t.owner.name\"\r\n\r\nWhat was written\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"f.owner.files\"; filename=\"deed.pdf\"\r\n\r\n"
	tail := "\r\n--x--\r\n"
	return io.MultiReader(strings.NewReader(head), io.LimitReader(&zeros{}, n), strings.NewReader(tail)), int64(len(head)+len(tail)) + n
}

func TestAFileOf100MegabytesIsRefusedInWords(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	s := i.someone("amina")
	srv := httptest.NewServer(i.handler)
	t.Cleanup(srv.Close)
	send := func(path, media string, body io.Reader, size int64) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = size
		r.Header.Set("Content-Type", media)
		r.Header.Set("Cookie", "stoa_session="+s.cookie)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(raw)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	body, size := i.form(100 << 20)
	status, page := send("/apply/"+string(s.applied)+"/part/3", "multipart/form-data; boundary=x", body, size)
	runtime.ReadMemStats(&after)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "deed.pdf: The file is larger than 20 MB") || !strings.Contains(page, "What was written") {
		t.Errorf("the form: %d %.300s", status, page)
	}
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 16 {
		t.Errorf("it took %d MB of memory", took)
	}
	if left, err := filepath.Glob(filepath.Join(i.dir, "blobs", "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if left, err := filepath.Glob(filepath.Join(i.dir, "blobs", ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	body, size = i.form(300 << 20)
	if status, _ := send("/apply/"+string(s.applied)+"/part/3", "multipart/form-data; boundary=x", io.LimitReader(body, size), size); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of 300 MB: %d", status)
	}
	if status, page := send("/api/v1/applications/"+string(s.applied)+"/files?question=owner.files&name=deed.pdf", "application/octet-stream", io.LimitReader(&zeros{}, 20<<20+1), -1); status != http.StatusRequestEntityTooLarge || !strings.Contains(page, "20 MB") {
		t.Errorf("a program's: %d %s", status, page)
	}
}

func TestProgramsAttachReadAndTakeAway(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	s, other := i.someone("amina"), i.someone("eve")
	at := "/api/v1/applications/" + string(s.applied) + "/files"
	ask := func(who someone, method, path, media, body string) (int, string, http.Header) {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:1"
		if body == "" {
			r.Body, r.ContentLength = http.NoBody, 0
		}
		if media != "" {
			r.Header.Set("Content-Type", media)
		}
		if who.secret != "" {
			r.Header.Set("Authorization", "Bearer "+who.secret)
		}
		w := httptest.NewRecorder()
		i.handler.ServeHTTP(w, r)
		return w.Code, w.Body.String(), w.Header()
	}
	const deed = "%PDF-1.7\n%%EOF\n"
	status, said, _ := ask(s, "POST", at+"?question=owner.files&name=deed.pdf", "application/octet-stream", deed)
	var file struct{ ID, Address, SHA256 string }
	if err := json.Unmarshal([]byte(said), &file); status != http.StatusCreated || err != nil || file.ID == "" {
		t.Fatalf("%d %s", status, said)
	}
	path := strings.TrimPrefix(file.Address, "http://stoa.example")
	if status, got, h := ask(s, "GET", path, "", ""); status != 200 || got != deed || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		t.Errorf("it is read as %d %q", status, got)
	}
	if status, got, _ := ask(s, "GET", at, "", ""); status != 200 || !strings.Contains(got, `"name":"deed.pdf"`) || !strings.Contains(got, file.SHA256) {
		t.Errorf("the list: %d %s", status, got)
	}
	for _, bad := range []struct {
		who          someone
		method, path string
		media, body  string
		want         int
	}{
		{other, "GET", path, "", "", 404}, {other, "GET", at, "", "", 403}, {other, "DELETE", at + "/" + file.ID, "", "", 404},
		{other, "POST", at + "?question=owner.files&name=a.pdf", "application/octet-stream", deed, 403},
		{someone{}, "GET", at, "", "", 401}, {someone{}, "POST", at + "?question=owner.files&name=a.pdf", "application/octet-stream", deed, 401},
		{s, "POST", at + "?question=owner.files&name=a.pdf", "application/json", "{}", 415}, {s, "POST", at + "?question=owner.files", "application/octet-stream", deed, 400},
		{s, "POST", at + "?question=general.name&name=a.pdf", "application/octet-stream", deed, 400}, {s, "POST", at + "?question=owner.files&name=a.pdf&x=1", "application/octet-stream", deed, 400},
		{s, "POST", at + "?question=owner.files&name=a.pdf", "application/octet-stream", "MZ\x90\x00\x03\x00", 400}, {s, "DELETE", "/api/v1/applications/" + string(other.applied) + "/files/" + file.ID, "", "", 404},
	} {
		if status, said, _ := ask(bad.who, bad.method, bad.path, bad.media, bad.body); status != bad.want {
			t.Errorf("%s %s %q: %d, want %d: %s", bad.method, bad.path, bad.body, status, bad.want, said)
		}
	}
	if status, said, _ := ask(s, "POST", "/api/v1/applications/"+string(s.applied)+"/save", "application/json",
		fmt.Sprintf(`{"answers":[{"question":"owner.files","answer":{"files":[{"hash":%q,"name":"stolen.pdf","size":1,"type":"x"}]}}]}`, file.SHA256)); status != 400 || !strings.Contains(said, "attached one by one") {
		t.Errorf("a file named among the answers: %d %s", status, said)
	}
	for range 2 {
		if status, said, _ := ask(s, "DELETE", at+"/"+file.ID, "", ""); status != 204 && status != 404 {
			t.Errorf("taken away: %d %s", status, said)
		}
	}
	if status, got, _ := ask(s, "GET", at, "", ""); status != 200 || !strings.Contains(got, `"files":[]`) {
		t.Errorf("in the end: %d %s", status, got)
	}
}

// TestABackupHoldsWhatIsAttached attaches at the command line, saves and gives
// back, and finds a file that was changed.
func TestABackupHoldsWhatIsAttached(t *testing.T) {
	dir := t.TempDir()
	stoa := func(want int, args ...string) string {
		t.Helper()
		var out, fail bytes.Buffer
		if code := run(t.Context(), args, &out, &fail); code != want {
			t.Fatalf("stoa %s: %d\n%s%s", strings.Join(args, " "), code, out.String(), fail.String())
		}
		return out.String()
	}
	t.Setenv("STOA_DATA", filepath.Join(dir, "data"))
	deed := filepath.Join(dir, "deed.txt")
	if err := os.WriteFile(deed, []byte("The deed."), 0o600); err != nil {
		t.Fatal(err)
	}
	stoa(0, "user", "add", "ana@example.org")
	var app struct{ ID string }
	if err := json.Unmarshal([]byte(stoa(0, "application", "start", "--as", "ana@example.org", "--name", "Clinic Book")), &app); err != nil {
		t.Fatal(err)
	}
	id := strings.TrimSpace(stoa(0, "application", "attach", "--as", "ana@example.org", app.ID, "owner.files", deed))
	saved := filepath.Join(dir, "saved.stoa")
	stoa(0, "backup", saved)
	stoa(0, "backup", "--check", saved)
	t.Setenv("STOA_DATA", filepath.Join(dir, "again"))
	stoa(0, "restore", saved)
	if got := stoa(0, "application", "fetch", "--as", "ana@example.org", app.ID, id); got != "The deed." {
		t.Errorf("given back it is %q", got)
	}
	if got := stoa(0, "application", "files", "--as", "ana@example.org", app.ID); !strings.Contains(got, "deed.txt") {
		t.Errorf("the list is %q", got)
	}
	stoa(0, "application", "detach", "--as", "ana@example.org", app.ID, id)
	raw, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(saved, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	stoa(2, "backup", "--check", saved)
}
