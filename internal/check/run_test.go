package check

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// tree is a target of files.
func tree(files map[string]string) *Target {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return target(m)
}

func target(m fstest.MapFS) *Target {
	t := &Target{Name: "tree", FS: m, Kinds: []good.Kind{good.Software}, Now: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)}
	for name, f := range m {
		t.Entries = append(t.Entries, At(name, int64(len(f.Data))))
	}
	slices.SortFunc(t.Entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return t
}

// recorder is a probe that keeps what it is shown.
type recorder struct {
	want func(*Entry) Want
	seen []string
	say  []finding.Finding
	fall bool
}

func (r *recorder) Wants(e *Entry) Want { return r.want(e) }
func (r *recorder) See(f *File) {
	if r.fall {
		panic("a stranger's bytes")
	}
	r.seen = append(r.seen, fmt.Sprintf("%s %d cut=%v binary=%v", f.Path, len(f.Text), f.Cut, f.Binary))
}
func (r *recorder) Findings(*Target) []finding.Finding { return r.say }

func always(w Want) func(*Entry) Want { return func(*Entry) Want { return w } }

func pass1(t *Target, recorders ...*recorder) *pass {
	p := &pass{fs: t.FS}
	for _, r := range recorders {
		p.probes = append(p.probes, &looker{ids: []string{"a.b"}, probe: r})
	}
	p.run(context.Background(), t)
	return p
}

func TestEachFileIsReadOnceAsFarAsItIsWanted(t *testing.T) {
	long := strings.Repeat("x", HeadSize+10)
	tr := tree(map[string]string{"b.txt": long, "a.bin": "a\x00b", "c/none": "no"})
	head := &recorder{want: always(Head)}
	whole := &recorder{want: func(e *Entry) Want {
		if e.Ext == ".txt" {
			return Whole
		}
		return Nothing
	}}
	p := pass1(tr, head, whole)
	if want := []string{"a.bin 3 cut=false binary=true", fmt.Sprintf("b.txt %d cut=true binary=false", HeadSize), "c/none 2 cut=false binary=false"}; !slices.Equal(head.seen, want) {
		t.Errorf("who wants heads saw %q", head.seen)
	}
	if want := []string{fmt.Sprintf("b.txt %d cut=false binary=false", HeadSize+10)}; !slices.Equal(whole.seen, want) {
		t.Errorf("who wants all saw %q", whole.seen)
	}
	if p.bytes != int64(3+len(long)+2) {
		t.Errorf("%d bytes were read", p.bytes)
	}
}

func TestThousandsOfFilesComeInOrder(t *testing.T) {
	files := map[string]string{}
	for i := range 3000 {
		files[fmt.Sprintf("d%d/f%d", i%7, i)] = strings.Repeat("y", i)
	}
	tr := tree(files)
	r := &recorder{want: always(Whole)}
	pass1(tr, r)
	for i, e := range tr.Entries {
		if want := fmt.Sprintf("%s %d cut=false binary=false", e.Path, e.Size); r.seen[i] != want {
			t.Fatalf("file %d is %q, want %q", i, r.seen[i], want)
		}
	}
}

func TestAFileLongerThanItsEntryIsReadToTheLimit(t *testing.T) {
	m := fstest.MapFS{"LICENSE": {Data: bytes.Repeat([]byte("z"), WholeSize+5)}}
	tr := target(m)
	tr.Entries[0].Size = 3
	r := &recorder{want: always(Whole)}
	pass1(tr, r)
	if want := fmt.Sprintf("LICENSE %d cut=true binary=false", WholeSize); r.seen[0] != want {
		t.Errorf("saw %q", r.seen)
	}
}

func TestAnUnreadableFileIsSaidAndTheOthersAreSeen(t *testing.T) {
	tr := tree(map[string]string{"a": "1", "b": "2"})
	tr.Entries = append(tr.Entries, At("gone", 4))
	r := &recorder{want: always(Head)}
	p := pass1(tr, r)
	if len(r.seen) != 2 || len(p.cut()) != 1 || p.cut()[0].Key != "check.cut.unreadable" {
		t.Errorf("saw %q, cut %v", r.seen, p.cut())
	}
}

func TestAnEndedContextLeavesAReport(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := Run(ctx, tree(map[string]string{"main.go": "package main"}))
	if len(r.Cut) != 1 || r.Cut[0].Key != "check.cut.time" {
		t.Fatalf("cut %v", r.Cut)
	}
	for _, f := range r.Findings {
		if f.State == finding.NotMet {
			t.Errorf("nothing was read, and yet %s is not met", f.Probe)
		}
	}
}

func TestWhatWasNotSeenCountsOnlyWhenAllWasRead(t *testing.T) {
	tr := &Target{Commit: "c0ffee", Address: func(path string, line int) string {
		return fmt.Sprintf("https://forge.example/blob/%s#L%d", path, line)
	}}
	absent := finding.Finding{Probe: "a.b", State: finding.NotMet, Confidence: finding.High}
	tr.settle(&absent, true)
	if absent.State != finding.NotObservable || absent.Why.Key != "check.partial" {
		t.Errorf("absence in part of a tree is %v", absent)
	}
	seen := finding.Finding{Probe: "a.b", State: finding.NotMet, Evidence: []finding.Evidence{{Path: "LICENSE", Line: 3}}}
	tr.settle(&seen, true)
	if e := seen.Evidence[0]; seen.State != finding.NotMet || e.Commit != "c0ffee" || e.URL != "https://forge.example/blob/LICENSE#L3" {
		t.Errorf("what was seen is %v", seen)
	}
}

func TestAProbeThatFallsTakesNoOtherWithIt(t *testing.T) {
	tr := tree(map[string]string{"a": "1", "b": "2"})
	falls, stands := &recorder{want: always(Head), fall: true}, &recorder{want: always(Head)}
	p := pass1(tr, falls, stands)
	if !p.probes[0].broken || p.probes[1].broken || len(stands.seen) != 2 {
		t.Errorf("broken: %v, %v; seen %q", p.probes[0].broken, p.probes[1].broken, stands.seen)
	}
	if len(p.cut()) != 1 || p.cut()[0].Key != "check.cut.probe" {
		t.Errorf("cut %v", p.cut())
	}
	wrong := &looker{ids: []string{"a.b"}, probe: &recorder{say: []finding.Finding{{Probe: "c.d"}}}}
	if _, whole := wrong.findings(tr); whole {
		t.Error("a probe may speak as another")
	}
}

func TestProbesAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range IDs() {
		if matter, what, ok := strings.Cut(id, "."); !ok || matter == "" || what == "" || seen[id] {
			t.Errorf("%q is no id of a probe, or stands twice", id)
		}
		seen[id] = true
	}
}

func TestOthersWorkIsToldApart(t *testing.T) {
	for name, want := range map[string]bool{
		"vendor/x/LICENSE": true, "web/node_modules/a/b.js": true, "src/third_party/z": true, "a/Pods/b": true,
		"vendor": false, "src/vendors.go": false, "LICENSE": false, "src/main.go": false,
	} {
		if At(name, 0).Vendored != want {
			t.Errorf("%s vendored: %v", name, !want)
		}
	}
	if e := At("Docs/README.MD", 0); e.Name != "readme.md" || e.Ext != ".md" || e.Depth != 1 {
		t.Errorf("%+v", e)
	}
}
