package check

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/finding"
)

// stuck is a probe that does not return from one of its calls before the test
// is over.
type stuck struct {
	in   string // "wants", "see" or "findings"
	at   string // the file
	busy bool   // it works all the while
	over atomic.Bool
	gone chan struct{} // closed when it has returned after all
}

func (s *stuck) stay(in, at string) {
	if s.in != in || at != s.at {
		return
	}
	for !s.over.Load() {
		if !s.busy {
			time.Sleep(time.Millisecond)
		}
	}
	close(s.gone)
}

func (s *stuck) Wants(e *Entry) Want {
	s.stay("wants", e.Path)
	return Whole
}
func (s *stuck) See(f *File) { s.stay("see", f.Path) }
func (s *stuck) Findings(*Target) []finding.Finding {
	s.stay("findings", s.at)
	return []finding.Finding{{Probe: "s.s", State: finding.Met}}
}

func TestAProbeThatNeverReturnsIsLeftOut(t *testing.T) {
	files := map[string]string{}
	for i := range 200 {
		files[fmt.Sprintf("f%03d", i)] = "text"
	}
	for name, c := range map[string]struct {
		probe *stuck
		key   string
	}{
		"at a name":      {&stuck{in: "wants", at: "f100"}, "check.cut.slow-file"},
		"at a file":      {&stuck{in: "see", at: "f100"}, "check.cut.slow-file"},
		"working":        {&stuck{in: "see", at: "f100", busy: true}, "check.cut.slow-file"},
		"at the last":    {&stuck{in: "see", at: "f199"}, "check.cut.slow-file"},
		"at the first":   {&stuck{in: "wants", at: "f000"}, "check.cut.slow-file"},
		"at its finding": {&stuck{in: "findings"}, "check.cut.slow"},
	} {
		t.Run(name, func(t *testing.T) {
			c.probe.gone = make(chan struct{})
			say := []finding.Finding{{Probe: "a.b", State: finding.Met}}
			before, after := &recorder{want: always(Whole), say: say}, &recorder{want: always(Head), say: say}
			p := &pass{patience: 100 * time.Millisecond, probes: []*looker{{ids: []string{"a.b"}, probe: before}, {ids: []string{"s.s"}, probe: c.probe}, {ids: []string{"a.b"}, probe: after}}}
			tr := tree(files)
			p.fs = tr.FS
			p.run(context.Background(), tr)
			if len(before.seen) != 200 || len(after.seen) != 200 {
				t.Errorf("others saw %d and %d files", len(before.seen), len(after.seen))
			}
			for i, seen := range after.seen {
				if want := fmt.Sprintf("f%03d 4 cut=false binary=false", i); seen != want {
					t.Fatalf("file %d is %q, want %q", i, seen, want)
				}
			}
			if len(p.probes[0].found) != 1 || len(p.probes[1].found) != 0 || len(p.probes[2].found) != 1 {
				t.Errorf("found %v, %v and %v", p.probes[0].found, p.probes[1].found, p.probes[2].found)
			}
			cut := p.cut()
			if len(cut) != 1 || cut[0].Key != c.key || cut[0].Args["Probe"] != "s.s" || c.key == "check.cut.slow-file" && cut[0].Args["Path"] != c.probe.at {
				t.Errorf("cut %v", cut)
			}
			c.probe.over.Store(true) // it returns after all, and changes nothing
			<-c.probe.gone
			time.Sleep(10 * time.Millisecond)
			if len(p.probes[1].found) != 0 || len(after.seen) != 200 {
				t.Error("what was left out came back")
			}
		})
	}
}

// tarpit is a tree in which some files cannot be read to an end.
type tarpit struct {
	fs.FS
	over chan struct{}
}

func (f tarpit) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, "0") {
		<-f.over
	}
	return f.FS.Open(name)
}

func TestAFileThatIsNeverReadIsNotWaitedFor(t *testing.T) {
	files := map[string]string{}
	for i := range 50 {
		files[fmt.Sprintf("f%02d", i)] = "text"
	}
	tr := tree(files)
	over := make(chan struct{})
	defer close(over)
	r := &recorder{want: always(Head)}
	p := &pass{fs: tarpit{tr.FS, over}, patience: 100 * time.Millisecond, probes: []*looker{{ids: []string{"a.b"}, probe: r}}}
	p.run(context.Background(), tr)
	if len(r.seen) != 45 || p.unreadable != 5 || len(p.cut()) != 1 || p.cut()[0].Key != "check.cut.unreadable" {
		t.Errorf("%d files seen, cut %v", len(r.seen), p.cut())
	}
}

func TestAnEndedContextEndsAPassThatIsStuck(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	over := make(chan struct{})
	defer close(over)
	tr := tree(map[string]string{"a0": "", "b0": "", "c": ""})
	probe := &stuck{in: "findings", gone: make(chan struct{})}
	defer probe.over.Store(true)
	p := &pass{fs: tarpit{tr.FS, over}, patience: time.Second, probes: []*looker{{ids: []string{"s.s"}, probe: probe}}}
	began := time.Now()
	p.run(ctx, tr)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it went on for %v", took)
	}
	if cut := p.cut(); len(cut) != 2 || cut[0].Key != "check.cut.time" || cut[1].Key != "check.cut.slow" {
		t.Errorf("cut %v", cut)
	}
}
