package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// endpoint is a program that hears of the journal and trusts nothing: it checks
// each message by the scheme's text alone, without the library that signed it.
type endpoint struct {
	t      *testing.T
	secret string
	mu     sync.Mutex
	got    []message
	before func(n int) // called with the number of a message, before it is answered
}

type message struct {
	path, id, body string
	header         http.Header
}

// checked says what is wrong with a message (Standard Webhooks, "Verifying").
func checked(secret string, m message, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err
	}
	at, err := strconv.ParseInt(m.header.Get("Webhook-Timestamp"), 10, 64)
	if err != nil || now.Sub(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return fmt.Errorf("sent at %s", m.header.Get("Webhook-Timestamp"))
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", m.id, at, m.body)
	for one := range strings.FieldsSeq(m.header.Get("Webhook-Signature")) {
		sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(one, "v1,"))
		if err == nil && strings.HasPrefix(one, "v1,") && hmac.Equal(sum, mac.Sum(nil)) {
			return nil
		}
	}
	return fmt.Errorf("no signature fits: %s", m.header.Get("Webhook-Signature"))
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender was killed
	}
	e.mu.Lock()
	e.got = append(e.got, message{r.URL.Path, r.Header.Get("Webhook-Id"), string(body), r.Header.Clone()})
	n := len(e.got)
	e.mu.Unlock()
	if e.before != nil {
		e.before(n)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (e *endpoint) messages() []message {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]message(nil), e.got...)
}

// spoken is what a message says, but for where the log is: the instance has
// another port after a kill.
func spoken(m message) string {
	what, _, _ := strings.Cut(m.body, `"log"`)
	return what
}

// hooked is the program, which may post to an endpoint, and the endpoint's address.
func hooked(t *testing.T, e http.Handler) (*post, string) {
	t.Helper()
	s := httptest.NewTLSServer(e)
	t.Cleanup(s.Close)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	p := newPost(t, "--webhook-networks", "127.0.0.0/8", "--webhook-ports", port, "--metrics", "all")
	p.env = append(p.env, "SSL_CERT_FILE="+roots)
	return p, s.URL
}

// listens starts the program and waits until it reads the journal for webhooks.
func (p *post) listens() {
	p.t.Helper()
	p.start()
	p.until("the reader of webhooks begins", func() bool {
		return strings.Contains(figuresAt(p.t, p.live.url+"/metrics"), `stoa_reader_behind_entries{reader="webhooks"} 0`)
	})
}

// TestAKilledServerSendsAWebhookUnderOneID kills the real program when an
// endpoint has a message and has not yet answered: it comes again under the
// same id, and once. Then it is sent again from the log, and forged.
func TestAKilledServerSendsAWebhookUnderOneID(t *testing.T) {
	e := &endpoint{t: t}
	p, at := hooked(t, e)
	p.run("", "user", "add", "p0@example.org", "--role", "reviewer")
	var hook struct{ ID, Secret string }
	if err := json.Unmarshal([]byte(p.run("", "webhook", "add", "p0@example.org", at+"/in", "--verb", "announcement.*")), &hook); err != nil {
		t.Fatal(err)
	}
	p.listens()
	p.run("", "webhook", "test", "p0@example.org", hook.ID)
	p.until("the test", func() bool { return len(e.messages()) == 1 && p.idle() })
	e.before = func(n int) {
		if n == 2 {
			p.kill()
		}
	}
	p.run("", "review", "announce", "--title", "Holidays", "--body", "We are away.")
	p.until("a kill", func() bool { return exited(p.live) })
	p.buried()
	p.start()
	p.until("the repeat", func() bool { return len(e.messages()) >= 3 && p.idle() })
	got := e.messages()
	if len(got) != 3 || got[1].id != got[2].id || got[0].id == got[1].id || spoken(got[1]) != spoken(got[2]) {
		t.Fatalf("%d messages: %+v", len(got), got)
	}
	if !strings.Contains(got[0].body, `"type":"webhook.test"`) || !strings.Contains(got[1].body, `"type":"announcement.made"`) {
		t.Errorf("%s then %s", got[0].body, got[1].body)
	}
	p.run("", "webhook", "replay", "p0@example.org", hook.ID, got[1].id)
	p.until("the replay", func() bool { return len(e.messages()) == 4 && p.idle() })
	got = e.messages()
	if got[3].id != got[1].id {
		t.Errorf("the replay has the id %s, the message %s", got[3].id, got[1].id)
	}
	for _, m := range got {
		if err := checked(hook.Secret, m, time.Now()); err != nil {
			t.Errorf("%s: %v", m.id, err)
		}
	}
	m := got[3]
	for what, forged := range map[string]message{"another body": {m.path, m.id, strings.Replace(m.body, "Holidays", "Hacked", 1), m.header}, "another id": {m.path, "other", m.body, m.header}} {
		if checked(hook.Secret, forged, time.Now()) == nil {
			t.Errorf("%s is taken", what)
		}
	}
	if checked("whsec_"+base64.StdEncoding.EncodeToString(make([]byte, 32)), m, time.Now()) == nil || checked(hook.Secret, m, time.Now().Add(time.Hour)) == nil {
		t.Error("another's secret, or an old message, is taken")
	}
	if log := p.run("", "webhook", "show", "p0@example.org", hook.ID); !strings.Contains(log, got[1].id) || !strings.Contains(log, `"Status": 204`) {
		t.Errorf("the log of deliveries: %s", log)
	}
	if err := p.live.end(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// TestACatalogueTellsWhoAsked has changes of one kind of entry, and of one entry,
// told as the catalogue API has it: who checks them knows the secret alone.
func TestACatalogueTellsWhoAsked(t *testing.T) {
	e := &endpoint{t: t}
	p, at := hooked(t, e)
	p.run("", "user", "add", "crawler@example.org", "--role", "secretariat")
	token := strings.TrimSpace(p.run("", "user", "token", "crawler@example.org", "--name", "crawler", "--scope", "crawl"))
	p.listens()
	c := crawler{t, p.live.url + "/v1", token}
	const secret = "only-the-two-of-us-know"
	hook := func(of, path, secret string) string {
		t.Helper()
		var made struct{ ID, Secret string }
		if got := c.call(http.MethodPost, c.base+of, "application/json", map[string]any{"url": at + path, "secret": secret}, &made); got != http.StatusOK || made.ID == "" || made.Secret != "" {
			t.Fatalf("%s: %d %+v", of, got, made)
		}
		return made.ID
	}
	hook("/software/webhooks", "/all", secret)
	hook("/publishers/webhooks", "/publishers", secret)
	var first, other crawled
	for n, into := range []*crawled{&first, &other} {
		doc := map[string]any{"url": fmt.Sprintf("https://git.example/wells/%d", n), "publiccodeYml": "name: Wells"}
		if got := c.call(http.MethodPost, c.base+"/software", "application/json", doc, into); got != http.StatusOK {
			t.Fatal(got)
		}
	}
	one := hook("/software/"+other.ID+"/webhooks", "/one", "")
	patch := func(id, address string) {
		t.Helper()
		if got := c.call(http.MethodPatch, c.base+"/software/"+id, "application/merge-patch+json", map[string]any{"url": address}, nil); got != http.StatusOK {
			t.Fatal(got)
		}
	}
	patch(first.ID, "https://git.example/wells/moved")
	patch(other.ID, "https://git.example/wells/moved-too")
	if got := c.call(http.MethodDelete, c.base+"/software/"+first.ID, "", map[string]any{}, nil); got != http.StatusNoContent {
		t.Fatal(got)
	}
	p.until("six messages", func() bool { return len(e.messages()) >= 6 && p.idle() })
	if got := c.call(http.MethodDelete, c.base+"/webhooks/"+one, "", map[string]any{}, nil); got != http.StatusNoContent {
		t.Fatal(got)
	}
	patch(other.ID, "https://git.example/wells/moved-again")
	p.until("one more", func() bool { return len(e.messages()) >= 7 && p.idle() })
	told := map[string]int{}
	for _, m := range e.messages() {
		told[m.path+" "+m.body]++
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(m.body))
		if want := hex.EncodeToString(mac.Sum(nil)); m.path == "/all" && m.header.Get("X-Webhook-Signature") != want || m.path == "/one" && m.header.Get("X-Webhook-Signature") != "" {
			t.Errorf("%s is signed %q", m.path, m.header.Get("X-Webhook-Signature"))
		}
	}
	said := func(event, id string) string { return fmt.Sprintf(`{"event":%q,"subject":"/software/%s"}`, event, id) }
	want := map[string]int{"/all " + said("create", first.ID): 1, "/all " + said("create", other.ID): 1, "/all " + said("update", first.ID): 1, "/all " + said("update", other.ID): 2,
		"/all " + said("delete", first.ID): 1, "/one " + said("update", other.ID): 1}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("told (- wanted, +):\n%s", diff)
	}
	if err := p.live.end(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}
