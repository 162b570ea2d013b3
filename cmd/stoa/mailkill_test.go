package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"stoa/internal/store"
	"stoa/internal/testkit"
)

// post is a server of its own that is killed while it sends, and a way to do
// things beside it.
type post struct {
	t       *testing.T
	program string
	env     []string
	args    []string
	mu      sync.Mutex
	live    *server
}

func (p *post) start() {
	p.t.Helper()
	s, err := startServer(p.program, p.env, p.t.TempDir(), p.args...)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	p.live = s
	p.mu.Unlock()
}

// kill kills the server, wherever it is.
func (p *post) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live != nil {
		_ = p.live.cmd.Process.Kill() // it is gone or going
	}
}

// buried waits for a killed server to be gone.
func (p *post) buried() {
	p.t.Helper()
	p.mu.Lock()
	s := p.live
	p.live = nil
	p.mu.Unlock()
	<-s.read
	_ = s.cmd.Wait() // it was killed
}

// run runs a command beside the server.
func (p *post) run(stdin string, args ...string) string {
	p.t.Helper()
	cmd := exec.Command(p.program, args...)
	cmd.Env, cmd.Stdin = p.env, strings.NewReader(stdin)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		p.t.Fatalf("stoa %v: %v\n%s", args, err, &said)
	}
	return said.String()
}

// until waits for something.
func (p *post) until(what string, is func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("in vain: %s\n%s", what, p.run("", "jobs", "list"))
		}
	}
}

// idle says whether nothing is to be done any more.
func (p *post) idle() bool { return !strings.Contains(p.run("", "jobs", "list"), "open") }

func newPost(t *testing.T, args ...string) *post {
	dir := t.TempDir()
	env := append(os.Environ(), "STOA_DATA="+filepath.Join(dir, "data"), "STOA_DATABASE_URL=", "STOA_ADDR=127.0.0.1:0", "STOA_EMPTY=true")
	return &post{t: t, program: testkit.Program(t), env: env, args: args}
}

// noted are the addresses whose letters the killed server knew to be sent.
func (p *post) noted(people int) map[string]bool {
	p.t.Helper()
	var data string
	for _, e := range p.env {
		if v, ok := strings.CutPrefix(e, "STOA_DATA="); ok {
			data = v
		}
	}
	db, err := store.Open(p.t.Context(), "sqlite:"+filepath.Join(data, "stoa.db"), store.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	out := map[string]bool{}
	for n := range people {
		address := fmt.Sprintf("p%d@example.org", n)
		who, err := db.PersonByEmail(p.t.Context(), address)
		if err != nil || who == nil {
			p.t.Fatal(address, err)
		}
		list, err := db.Notices(p.t.Context(), who.ID, 0, 10)
		if err != nil {
			p.t.Fatal(err)
		}
		out[address] = len(list) > 0 && !list[0].Mailed.IsZero()
	}
	return out
}

var sealedPath = regexp.MustCompile(`^bounces\+[0-9a-z]{30}[a-z2-7]{13}@stoa\.example$`)

// TestAKilledServerRepeatsALetterOnceAtMost kills the real program at the worst
// moment, when the mail server has taken a letter and not yet said so: each
// letter arrives, a repeat has the Message-ID of the first, a kill costs each
// letter on its way one repeat and none that was noted. Then a letter comes
// back, one is left by one click, and the figures tell of the queue.
func TestAKilledServerRepeatsALetterOnceAtMost(t *testing.T) {
	const people, deaths = 12, 3
	mail := testkit.NewMailServer(t, "", "")
	p := newPost(t, "--smtp", "smtp+plain://"+mail.Addr, "--mail-from", "Stoa <stoa@stoa.example>", "--mail-bounce", "bounces@stoa.example", "--metrics", "all")
	for n := range people {
		p.run("", "user", "add", fmt.Sprintf("p%d@example.org", n), "--role", "reviewer")
	}
	p.start()
	var taken int
	next := 2 // the letter at whose taking the server dies
	mail.Took = func(testkit.Mail) {
		p.mu.Lock()
		taken++
		dies := taken == next
		p.mu.Unlock()
		if dies {
			p.kill()
		}
	}
	p.until("the reader of notices begins", func() bool {
		return strings.Contains(figuresAt(t, p.live.url+"/metrics"), `stoa_reader_behind_entries{reader="notices"} 0`)
	})
	p.run("", "review", "announce", "--title", "Holidays", "--body", "We are away.")
	done := map[string]bool{}
	copies := func() map[string]int {
		out := map[string]int{}
		for _, m := range mail.Mails() {
			out[m.To]++
		}
		return out
	}
	for death := range deaths {
		p.until("a kill", func() bool { return exited(p.live) })
		p.buried()
		for address, is := range p.noted(people) {
			if done[address] && !is {
				t.Errorf("%s was forgotten", address)
			}
			done[address] = is
		}
		before := copies()
		p.mu.Lock()
		next = taken + 2 + death
		if death == deaths-1 {
			next = -1
		}
		p.mu.Unlock()
		p.start()
		if death == deaths-1 {
			p.until("everything sent", p.idle)
			for address, n := range copies() {
				if done[address] && n != before[address] {
					t.Errorf("%s, noted as sent, was sent again", address)
				}
			}
		}
	}
	ids := map[string]string{}
	for _, m := range mail.Mails() {
		id := m.Header.Get("Message-Id")
		if had, ok := ids[m.To]; ok && had != id {
			t.Errorf("%s got %s and %s", m.To, had, id)
		}
		ids[m.To] = id
		if !sealedPath.MatchString(m.From) {
			t.Errorf("the return path is %s", m.From)
		}
	}
	repeats := 0
	for address, n := range copies() {
		repeats += n - 1
		if n > 1+deaths {
			t.Errorf("%s got %d copies", address, n)
		}
	}
	if len(ids) != people || repeats > 8*deaths || len(distinct(ids)) != people {
		t.Errorf("%d of %d people were reached, %d repeats, %d ids", len(ids), people, repeats, len(distinct(ids)))
	}
	t.Logf("%d people, %d kills, %d repeats", people, deaths, repeats)
	p.comesBack(mail)
	p.isLeft(mail)
	if err := p.live.end(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// exited says whether a server ended though nobody has asked how yet.
func exited(s *server) bool {
	select {
	case <-s.read:
		return true
	default:
		return false
	}
}

func distinct(of map[string]string) map[string]bool {
	out := map[string]bool{}
	for _, v := range of {
		out[v] = true
	}
	return out
}

func figuresAt(t testing.TB, address string) string {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// comesBack has the letter of one person come back, and mended.
func (p *post) comesBack(mail *testkit.MailServer) {
	p.t.Helper()
	var path string
	for _, m := range mail.Mails() {
		if m.To == "p0@example.org" {
			path = m.From
		}
	}
	forged := strings.Replace(path, "+", "+a", 1)
	if said := p.run(fmt.Sprintf(report, forged, "p0@example.org", "5.1.1"), "mail", "bounced"); !strings.HasPrefix(said, "ignored") {
		p.t.Errorf("a forged report: %s", said)
	}
	if said := p.run(fmt.Sprintf(report, path, "p0@example.org", "5.1.1"), "mail", "bounced"); !strings.HasPrefix(said, "noted") {
		p.t.Errorf("a report: %s", said)
	}
	had := len(mail.Mails())
	p.run("", "user", "role", "p0@example.org", "coordinator", "--reason", "a test") // what has to be known
	p.until("the role is told", func() bool { return strings.Contains(p.run("", "notice", "list", "p0@example.org"), "role-granted") })
	p.until("nothing to do", p.idle)
	if n := len(mail.Mails()); n != had {
		p.t.Errorf("%d letters to where they come back from", n-had)
	}
	p.run("", "notice", "mend", "p0@example.org")
	p.until("what was missed", func() bool { return len(mail.Mails()) > had })
}

// isLeft has one person leave announcements by one click (RFC 8058).
func (p *post) isLeft(mail *testkit.MailServer) {
	p.t.Helper()
	var leave string
	for _, m := range mail.Mails() {
		if m.To == "p1@example.org" {
			leave = strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
			if m.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
				p.t.Errorf("%v", m.Header)
			}
		}
	}
	_, path, _ := strings.Cut(strings.TrimPrefix(leave, "http://"), "/") // the instance has another port since
	res, err := http.Post(p.live.url+"/"+path, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("one click: %v %v", res, err)
	}
	res.Body.Close()
	had := len(mail.Mails())
	p.run("", "review", "announce", "--title", "Once more", "--body", "We are back.")
	p.until("the second announcement", func() bool { return len(mail.Mails()) >= had+10 && p.idle() })
	for _, m := range mail.Mails()[had:] {
		if m.To == "p1@example.org" {
			p.t.Error("what was left came again")
		}
	}
}
