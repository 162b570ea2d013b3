package recipe

import (
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
)

func TestWhatIsNoRecipe(t *testing.T) {
	fine := func() Recipe {
		return Recipe{Kind: Container, Name: " Births  server ", Address: "ghcr.io/births/server", Version: "2.1", Command: "docker pull ghcr.io/births/server:2.1\r\n", Languages: []string{"French", "ar", "fr"}}
	}
	r := fine()
	if err := r.Check(); err != nil || r.Name != "Births server" || strings.Join(r.Languages, " ") != "ar fr" || strings.ContainsAny(r.Command, "\r\n") {
		t.Fatalf("%+v %v", r, err)
	}
	for name, change := range map[string]func(*Recipe){
		"of no kind":                func(r *Recipe) { r.Kind = "magic" },
		"without a name":            func(r *Recipe) { r.Name = "—" },
		"a name that sells":         func(r *Recipe) { r.Name = "https://pills.example" },
		"a name that turns":         func(r *Recipe) { r.Name = "Births\u202ex" },
		"an image without registry": func(r *Recipe) { r.Address = "births/server" },
		"an image with spaces":      func(r *Recipe) { r.Address = "ghcr.io/births server" },
		"an image with a password":  func(r *Recipe) { r.Address = "me:pw@ghcr.io/births/server" },
		"a page that runs scripts":  func(r *Recipe) { r.Kind, r.Address = Hosted, "javascript://alert" },
		"a file of the machine":     func(r *Recipe) { r.Kind, r.Address = Media, "file:///etc/passwd" },
		"a language there is not":   func(r *Recipe) { r.Languages = []string{"Klingonese"} },
		"a long command":            func(r *Recipe) { r.Command = strings.Repeat("x", MaxCommand+1) },
	} {
		r := fine()
		if change(&r); good.KindOf(r.Check()) != good.Invalid {
			t.Errorf("%s is taken: %+v", name, r)
		}
	}
	chart := Recipe{Kind: Chart, Name: "births", Address: "charts.example.org/stable"}
	if err := chart.Check(); err != nil || chart.Address != "https://charts.example.org/stable" || chart.Host() != "charts.example.org" {
		t.Errorf("%+v %v", chart, err)
	}
	chart.Address = "oci://ghcr.io/births/chart"
	if err := chart.Check(); err != nil || chart.Host() != "ghcr.io" {
		t.Errorf("%+v %v", chart, err)
	}
}

func TestWhereAnImageLies(t *testing.T) {
	for address, want := range map[string]Image{
		"ghcr.io/a/b:1.2":            {"ghcr.io", "a/b", "1.2"},
		"ghcr.io/a/b":                {"ghcr.io", "a/b", "9"},
		"docker.io/redis":            {"docker.io", "library/redis", "9"},
		"Registry.Example:5000/a/b":  {"registry.example:5000", "a/b", "9"},
		"oci://ghcr.io/charts/b":     {"ghcr.io", "charts/b", "9"},
		"localhost/b":                {"localhost", "b", "9"},
		"ghcr.io/a/b@sha256:" + hash: {"ghcr.io", "a/b", "sha256:" + hash},
	} {
		if i, ok := ParseImage(address, "9"); !ok || i != want {
			t.Errorf("%s: %+v %v", address, i, ok)
		}
	}
	for address, want := range map[string]string{"docker.io/redis": "https://registry-1.docker.io", "127.0.0.1:5000/b": "http://127.0.0.1:5000", "ghcr.io/b": "https://ghcr.io"} {
		if i, _ := ParseImage(address, ""); i.Base() != want || i.Ref != "latest" {
			t.Errorf("%s: %s %s", address, i.Base(), i.Ref)
		}
	}
	if i, ok := ParseImage("oci://ghcr.io/charts/b", ""); !ok || i.Ref != "" {
		t.Errorf("a chart of any version: %+v %v", i, ok)
	}
}

const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func FuzzParseImage(f *testing.F) {
	for _, s := range []string{"ghcr.io/a/b:1.2", "oci://ghcr.io/b", "localhost:5000/a@sha256:" + hash, "a//b", "x.y/../z", "é.io/a"} {
		f.Add(s, "1.0")
	}
	f.Fuzz(func(t *testing.T, address, version string) {
		i, ok := ParseImage(address, version)
		if ok && (strings.ContainsAny(i.Host+i.Repo+i.Ref, " ?#%\\@") || strings.Contains(i.Repo, "..") || strings.HasPrefix(i.Repo, "/")) {
			t.Errorf("%q %q: %+v", address, version, i)
		}
	})
}

func TestWhenARecipeIsLookedAt(t *testing.T) {
	begin := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	r := Recipe{At: begin}
	if !r.Due().Equal(begin) {
		t.Errorf("a new one is due at %s", r.Due())
	}
	days, at, dying := []int(nil), begin, []int(nil)
	for n, w := range []Word{Alive, Silent, Gone, Unclear, Silent, Silent, Silent, Alive} {
		r.Sight = r.Sight.After(w, at)
		if r.Sight.Dying() {
			dying = append(dying, n)
		}
		days = append(days, int(r.Due().Sub(at)/day))
		at = r.Due()
	}
	want := []int{7, 1, 7, 2, 14, 28, 28, 7}
	for n := range want {
		if days[n] != want[n] {
			t.Errorf("it waits %v days, want %v", days, want)
			break
		}
	}
	if len(dying) != 1 || dying[0] != 2 {
		t.Errorf("its keeper hears of it after %v", dying)
	}
	if s := r.Sight; s.Failures != 0 || !s.Dead.IsZero() || !s.Alive.Equal(s.At) {
		t.Errorf("%+v", s)
	}
	if s := (Sight{}).After(Silent, begin).After(Unclear, begin.Add(day)); s.Failures != 1 || !s.Dead.Equal(begin) {
		t.Errorf("what is unclear counts: %+v", s)
	}
}
