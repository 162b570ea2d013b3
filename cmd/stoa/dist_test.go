package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

// TestWhatIsGivenOutIsTheSameEveryTime builds everything twice, in two places,
// and looks at what came out: a program that runs, a Debian package with its
// unit, an image of nothing but the program.
func TestWhatIsGivenOutIsTheSameEveryTime(t *testing.T) {
	arches := runtime.GOARCH
	if os.Getenv("STOA_TEST_LONG") != "" {
		arches = "amd64 arm64"
	}
	var sums []string
	var out string
	for range 2 {
		tree := filepath.Join(t.TempDir(), "a place of its own")
		copyTree(t, testkit.Root(t), tree)
		out = filepath.Join(tree, "dist")
		cmd := exec.Command(filepath.Join(tree, "tools", "dist", "build.sh"), "v1.2.3-rc.1", out)
		cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1790000000", "ARCHES="+arches)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		sum, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, string(sum))
	}
	if sums[0] != sums[1] || strings.Count(sums[0], "\n") != 1+5*len(strings.Fields(arches)) {
		t.Errorf("two builds of one source:\n%s\n%s", sums[0], sums[1])
	}
	check := exec.Command("sha256sum", "-c", "SHA256SUMS")
	check.Dir = out
	if said, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	program := filepath.Join(out, "stoa-linux-"+runtime.GOARCH)
	if said, err := exec.Command(program, "version").Output(); err != nil || string(said) != "stoa v1.2.3-rc.1\n" {
		t.Errorf("%s says %q %v", program, said, err)
	}
	page, err := exec.Command(program, "check", "--fail-on", "none", "--format", "html", filepath.Join(testkit.Root(t), "standards")).Output()
	if err != nil || !strings.Contains(string(page), "<h1>What a program could see<") {
		t.Errorf("the sentences that were packed: %v\n%.300s", err, page)
	}
	small := filepath.Join(out, "stoa-check-linux-"+runtime.GOARCH)
	alone, err := exec.Command(small, "--fail-on", "none", "--format", "html", filepath.Join(testkit.Root(t), "standards")).Output()
	if err != nil || !strings.Contains(string(alone), "<h1>What a program could see<") {
		t.Errorf("the small program: %v\n%.300s", err, alone)
	}
	for _, arch := range strings.Fields(arches) {
		if info, err := os.Stat(filepath.Join(out, "stoa-check-linux-"+arch)); err != nil || info.Size() > 25_000_000 {
			t.Errorf("the small program for %s: %v %v", arch, info, err)
		}
		info, err := os.Stat(filepath.Join(out, "stoa-linux-"+arch))
		if err != nil || info.Size() > 60_000_000 { // docs/decisions/0009-command-line.md says what makes it grow at once
			t.Errorf("the program for %s: %v %v", arch, info, err)
		}
		aPackage(t, filepath.Join(out, "stoa_"+arch+".deb"), arch)
	}
	anImage(t, filepath.Join(out, "stoa-oci.tar"), strings.Fields(arches))
}

// copyTree copies the files under version control, and those about to be.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", `git -c safe.directory='*' ls-files -z --cached --others --exclude-standard | xargs -0 -I{} sh -c 'test -e "{}" && printf "%s\0" "{}"' | tar --null -T - -cf - | tar -xmf - -C "$0"`, to)
	cmd.Dir = from
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
}

// aPackage unpacks a Debian package and reads its unit.
func aPackage(t *testing.T, deb, arch string) {
	t.Helper()
	_, err := exec.LookPath("dpkg-deb")
	testkit.Need(t, "Debian's dpkg-deb", err == nil)
	fields, err := exec.Command("dpkg-deb", "--field", deb).Output()
	if err != nil || !strings.Contains(string(fields), "Architecture: "+arch+"\n") || !strings.Contains(string(fields), "Version: 1.2.3~rc.1\n") {
		t.Errorf("%s: %v\n%s", deb, err, fields)
	}
	root := t.TempDir()
	if said, err := exec.Command("dpkg-deb", "-x", deb, root).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for name, mode := range map[string]os.FileMode{"usr/bin/stoa": 0o755, "usr/lib/systemd/system/stoa.service": 0o644, "usr/lib/sysusers.d/stoa.conf": 0o644,
		"etc/stoa/stoa.yaml": 0o644, "usr/share/doc/stoa/copyright": 0o644} {
		if info, err := os.Stat(filepath.Join(root, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	if arch != runtime.GOARCH {
		return
	}
	cmd := exec.Command(filepath.Join(root, "usr/bin/stoa"), "config", "--config", filepath.Join(root, "etc/stoa/stoa.yaml"))
	if said, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(said), `addr: "127.0.0.1:8080" # from the file`) {
		t.Errorf("the packaged settings: %v\n%s", err, said)
	}
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		return // Debian without systemd: the unit is for others
	}
	said, err := exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=20", filepath.Join(root, "usr/lib/systemd/system/stoa.service")).CombinedOutput()
	if err != nil {
		t.Errorf("the unit leaves more open than 2.0 of 10: %v\n%s", err, said)
	}
}

// anImage reads an OCI archive.
func anImage(t *testing.T, path string, arches []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	files := map[string][]byte{}
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	type descriptor struct {
		Digest   string
		Platform struct{ Architecture string }
	}
	read := func(name string, into any) {
		t.Helper()
		if err := json.Unmarshal(files[name], into); err != nil {
			t.Fatalf("%s of the image: %v", name, err)
		}
	}
	var index struct{ Manifests []descriptor }
	read("index.json", &index)
	if len(files["oci-layout"]) == 0 || len(index.Manifests) != len(arches) {
		t.Fatalf("an image for %d architectures: %s", len(arches), files["index.json"])
	}
	for i, m := range index.Manifests {
		var manifest struct {
			Config descriptor
			Layers []descriptor
		}
		read("blobs/"+strings.Replace(m.Digest, ":", "/", 1), &manifest)
		var config struct {
			Architecture string
			Config       struct {
				User       string
				Entrypoint []string
			}
		}
		read("blobs/"+strings.Replace(manifest.Config.Digest, ":", "/", 1), &config)
		if m.Platform.Architecture != arches[i] || config.Architecture != arches[i] || config.Config.User == "" || config.Config.Entrypoint[0] != "/usr/bin/stoa" || len(manifest.Layers) != 1 {
			t.Errorf("the image for %s: %+v %+v", arches[i], manifest, config)
		}
	}
}
