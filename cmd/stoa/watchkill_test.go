package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/testkit"
)

// TestAKilledServerTellsOfASignOnce kills the real program between a sign of
// the watch and its letter, again and again: the owner hears of the sign, and of
// it once. What a kill does to a letter on its way, another test says.
func TestAKilledServerTellsOfASignOnce(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			url := ""
			if engine == "postgres" {
				url = testkit.Postgres(t)
			}
			killedBetweenSignAndLetter(t, url)
		})
	}
}

func killedBetweenSignAndLetter(t *testing.T, url string) {
	site := httptest.NewServer(http.NotFoundHandler())
	defer site.Close()
	port, err := strconv.ParseUint(site.URL[strings.LastIndex(site.URL, ":")+1:], 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	cmd := &ServeCmd{CheckFlags: CheckFlags{CheckNetworks: []string{"127.0.0.1/32"}, CheckPorts: []uint16{uint16(port)}}}
	i := newInstanceOn(t, cmd, "http://stoa.example", url)
	now := time.Now()
	i.clock = func() time.Time { return now }
	kofi := i.someone("kofi")
	recognised(t, i, site.URL+"/", kofi.Person)
	cmd.watch.Pause = 0

	mail := testkit.NewMailServer(t, "", "")
	p := &post{t: t, program: testkit.Program(t), env: append(os.Environ(), "STOA_DATA="+i.dir, "STOA_DATABASE_URL="+url, "STOA_ADDR=127.0.0.1:0", "STOA_EMPTY=true"),
		args: []string{"--smtp", "smtp+plain://" + mail.Addr, "--mail-from", "Stoa <stoa@stoa.example>", "--metrics", "all"}}
	end := func() {
		t.Helper()
		if err := p.live.end(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	}
	p.start() // what reads the journal for letters begins here
	p.until("the reader of notices begins", func() bool {
		return strings.Contains(figuresAt(t, p.live.url+"/metrics"), `stoa_reader_behind_entries{reader="notices"} 0`)
	})
	end()

	g, _, err := i.db.GoodBySlug(t.Context(), "well-book")
	if err != nil {
		t.Fatal(err)
	}
	signs := func() int {
		t.Helper()
		list, err := i.db.SignsOf(t.Context(), g.ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	heard := func() (n int) {
		t.Helper()
		list, err := i.db.Notices(t.Context(), kofi.Person, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range list {
			if one.Kind == "watch-noticed" {
				n++
			}
		}
		return n
	}
	for day := 0; signs() == 0 && day < 10; day++ {
		now = now.Add(24 * time.Hour)
		_, err := cmd.watch.RunDue(t.Context(), access.Machine(access.Operator), []string{"well-book"}, 1)
		if err = errors.Join(err, cmd.watch.Daily(t.Context(), now)); err != nil {
			t.Fatal(err)
		}
	}
	if signs() != 1 || heard() != 0 {
		t.Fatalf("%d signs, of which the owner heard %d times before any server told", signs(), heard())
	}

	for _, life := range []time.Duration{0, time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond} {
		p.start()
		time.Sleep(life)
		p.kill()
		p.buried()
	}
	for range 2 { // the second finds nothing to say
		p.start()
		p.until("all is read, and the letter noted as sent", func() bool {
			list, err := i.db.Notices(t.Context(), kofi.Person, 0, 10)
			return err == nil && len(list) > 0 && !list[0].Mailed.IsZero() &&
				strings.Contains(figuresAt(t, p.live.url+"/metrics"), `stoa_reader_behind_entries{reader="notices"} 0`)
		})
		end()
	}
	if signs() != 1 || heard() != 1 {
		t.Errorf("%d signs, of which the owner heard %d times", signs(), heard())
	}
	ids := map[string]bool{}
	for _, m := range mail.Mails() {
		if m.To == "kofi@example.org" {
			ids[m.Header.Get("Message-Id")] = true
		}
	}
	if len(ids) != 1 {
		t.Errorf("%d letters of %d ids", len(mail.Mails()), len(ids))
	}
}
