package connect_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// shelf serves one file, with an ETag of its own.
type fileServer struct {
	body  string
	asked int
}

// ServeHTTP implements http.Handler.
func (f *fileServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	f.asked++
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, len(f.body)))
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(f.body))
}

const aMapping = `source: {id: any, name: Tools, issuer: Council}
complete: true
id: Ref
columns:
  Title: name
  Code: repositories
  Status: {field: standing, values: {Listed: recognised}}
  Mail: contact.email
`

func aTable(n int) string {
	var b strings.Builder
	b.WriteString("Ref,Title,Code,Status,Mail\n")
	for i := range n {
		fmt.Fprintf(&b, "T-%d,Tool %d,https://git.example.org/t/%d,Listed,jane%d@example.org\n", i, i, i, i)
	}
	return b.String()
}

func TestATableAtAnAddress(t *testing.T) {
	f := &fileServer{body: aTable(250)}
	base := serve(t, f)
	at := base + "/tools.csv"
	cfg := connect.Config{Address: at, Options: map[string]string{"mapping": aMapping}, Temp: t.TempDir()}
	got := whole(t, func() connect.Connector { return open(t, "table", base, cfg) }, connect.State{})
	if got.pages != 3 || len(got.candidates) != 250 || !got.last.Listing || len(got.faults) != 0 {
		t.Fatalf("%d pages, %d candidates, %+v", got.pages, len(got.candidates), got.last)
	}
	c := got.candidates["T-7"]
	if c.Facts.Name != "Tool 7" || c.Facts.Standing == nil || c.Facts.Standing.Issuer != "Council" || len(c.Contacts) != 1 || c.Contacts[0].Source != source.ID {
		t.Errorf("%+v", c)
	}
	again, err := open(t, "table", base, cfg).Page(ctx, connect.State{Tags: got.last.Next.Tags})
	if err != nil || !again.Unchanged || !again.Done {
		t.Errorf("as it was: %+v %v", again, err)
	}

	// One connector fetches it once, another one goes on in the middle.
	asked, one := f.asked, open(t, "table", base, cfg)
	first, err := one.Page(ctx, connect.State{})
	if err != nil {
		t.Fatal(err)
	}
	if second, err := one.Page(ctx, first.Next); err != nil || second.Candidates[0].ForeignID != "T-100" || f.asked != asked+1 {
		t.Errorf("%d fetched: %v", f.asked-asked, err)
	}
	f.body = aTable(260) // it changed in the middle of the reading
	if p, err := open(t, "table", base, cfg).Page(ctx, first.Next); err != nil || p.Candidates[0].ForeignID != "T-0" {
		t.Errorf("a file that changed: %v", err)
	}
	if err := connect.Close(one); err != nil {
		t.Error(err)
	}
}

// TestAFileThatIsNone asks for files that cannot be read, and looks that nothing
// is left lying about.
func TestAFileThatIsNone(t *testing.T) {
	f := &fileServer{}
	base := serve(t, f)
	temp := t.TempDir()
	for _, c := range []struct{ kind, body, key string }{
		{"table", "Ref,Title\nT-1,x\n", "error.import.columns-missing"},
		{"table", "", "error.import.empty"},
		{"dpga", "<html>", "error.import.not-json"},
		{"dpga", `[{"id":"1","dpgid":"GID1","name":"x"},{"id":`, "error.import.cut"},
		{"dpga", `{"publiccodeYmlVersion":"0.4"}`, "error.import.unknown-format"},
	} {
		f.body = c.body
		cfg := connect.Config{Address: base + "/f", Temp: temp}
		if c.kind == "table" {
			cfg.Options = map[string]string{"mapping": aMapping}
		}
		r := open(t, c.kind, base, cfg)
		_, err := r.Page(ctx, connect.State{})
		if keyOf(err) != c.key || strings.Contains(fmt.Sprint(err), temp) {
			t.Errorf("%s %q: %v, want %s", c.kind, c.body, err, c.key)
		}
		if err := connect.Close(r); err != nil {
			t.Error(err)
		}
	}
	if _, err := connect.New("table", connect.Config{Address: base, Options: map[string]string{"mapping": "a: ["}}, nil); good.KindOf(err) != good.Invalid {
		t.Errorf("a broken mapping: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(temp, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

func TestTheRegistryOfTheAlliance(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "testdata", "dpgs-2026-01-31.json"))
	if err != nil {
		t.Fatal(err)
	}
	base := serve(t, &fileServer{body: string(raw)})
	got := whole(t, func() connect.Connector { return open(t, "dpga", base, connect.Config{Address: base + "/api/dpgs"}) }, connect.State{})
	if len(got.candidates) == 0 || !got.last.Listing {
		t.Errorf("%d candidates, %+v", len(got.candidates), got.last)
	}
}

// TestWhatAKilledProcessSpooledIsSwept leaves files of processes that are no
// more, whatever number they had and whoever has it now, and one that is read.
func TestWhatAKilledProcessSpooledIsSwept(t *testing.T) {
	temp := t.TempDir()
	base := serve(t, &fileServer{body: aTable(250)})
	reads := open(t, "table", base, connect.Config{Address: base + "/tools.csv", Options: map[string]string{"mapping": aMapping}, Temp: temp})
	first, err := reads.Page(ctx, connect.State{})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(temp, "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v %v", kept, err)
	}
	for _, dir := range []string{fmt.Sprint("stoa-harvest-", os.Getpid(), "-1"), fmt.Sprint("stoa-harvest-", os.Getppid(), "-2"), "stoa-harvest-old", "somebody-elses"} {
		if err := os.MkdirAll(filepath.Join(temp, dir, "part"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(temp, "stoa-harvest-old", "lock"), nil, 0o600); err != nil { // once it was held
		t.Fatal(err)
	}
	if err := connect.Sweep(temp); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range left {
		names = append(names, e.Name())
	}
	if want := []string{"somebody-elses", filepath.Base(kept[0])}; !slices.Equal(names, want) {
		t.Errorf("left are %v, want %v", names, want)
	}
	if second, err := reads.Page(ctx, first.Next); err != nil || second.Candidates[0].ForeignID != "T-100" {
		t.Errorf("what is read is no more there: %v", err)
	}
}
