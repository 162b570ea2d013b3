package edge

import (
	"net/http/httptest"
	"testing"
	"time"

	"stoa/internal/good"
)

func TestAClientHasItsQuota(t *testing.T) {
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	q := NewQuota(3, 6*time.Minute, "k", nil, func() time.Time { return now })
	ask := func(addr string) error {
		r := httptest.NewRequest("POST", "/nominate", nil)
		r.RemoteAddr = addr
		return q.Take(r)
	}
	for n := range 3 {
		if err := ask("203.0.113.7:4000"); err != nil {
			t.Fatalf("%d: %v", n, err)
		}
	}
	err := ask("203.0.113.7:4001")
	var e *good.Error
	if good.KindOf(err) != good.Limited {
		t.Fatal(err)
	}
	if e = err.(*good.Error); e.Args["Minutes"] != 7 && e.Args["Minutes"] != 6 {
		t.Errorf("to wait %v min", e.Args["Minutes"])
	}
	if err := ask("203.0.113.8:4000"); err != nil {
		t.Errorf("another client pays for it: %v", err)
	}
	if err := ask("127.0.0.1:4000"); err != nil {
		t.Errorf("this machine has a quota: %v", err)
	}
	now = now.Add(7 * time.Minute)
	if err := ask("203.0.113.7:4002"); err != nil {
		t.Errorf("after waiting: %v", err)
	}
	if err := ask("203.0.113.7:4002"); err == nil {
		t.Error("one wait gave two")
	}
}
