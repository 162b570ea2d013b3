package nominate_test

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/nominate"
)

func TestATicketBecomesOneNomination(t *testing.T) {
	tickets, now := nominate.Tickets{Key: []byte("key of this instance")}, time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	ticket, err := tickets.Issue(now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	first, took, err := tickets.Redeem(ticket, now.Add(40*time.Second))
	if err != nil || took != 40*time.Second || !first.Valid() {
		t.Fatalf("%s %s %v", first, took, err)
	}
	if again, _, err := tickets.Redeem(ticket, now.Add(time.Hour)); err != nil || again != first {
		t.Errorf("the same ticket became %s, then %s: %v", first, again, err)
	}
	other, err := tickets.Issue(now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if second, _, _ := tickets.Redeem(other, now); second == first {
		t.Error("two forms have one id")
	}
}

func TestTicketsThatAreNone(t *testing.T) {
	tickets, now := nominate.Tickets{Key: []byte("a")}, time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	ticket, err := tickets.Issue(now, bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := nominate.Tickets{Key: []byte("b")}.Issue(now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	changed := []byte(ticket)
	changed[3] ^= 1
	for name, c := range map[string]struct {
		ticket string
		at     time.Time
	}{
		"none": {"", now}, "another key": {forged, now}, "changed": {string(changed), now}, "too old": {ticket, now.Add(25 * time.Hour)},
		"of the future": {ticket, now.Add(-time.Minute)}, "with a tail": {ticket + "A", now}, "no base64": {"%%%", now},
	} {
		if _, _, err := tickets.Redeem(c.ticket, c.at); good.KindOf(err) != good.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}
