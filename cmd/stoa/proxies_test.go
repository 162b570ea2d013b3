package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"stoa/internal/edge"
)

// Behind a proxy all readers have its address: who is counted must be the one
// it speaks for, or the first busy reader locks out everybody.
func TestEachReaderBehindAProxyIsCountedAlone(t *testing.T) {
	trusted, err := ProxyFlags{Proxies: []string{"127.0.0.0/8", "::1", "10.1.2.3"}}.trusted()
	if err != nil {
		t.Fatal(err)
	}
	quota := edge.NewQuota(1, time.Hour, "nominate.error.quota", trusted, time.Now)
	from := func(peer, said string) error {
		r := httptest.NewRequest(http.MethodPost, "/nominate", nil)
		r.RemoteAddr = peer + ":4000"
		r.Header.Set("X-Forwarded-For", said)
		return quota.Take(r)
	}
	if from("10.1.2.3", "203.0.113.1") != nil || from("10.1.2.3", "203.0.113.2") != nil {
		t.Error("a reader is refused for what another behind the same proxy did")
	}
	if from("10.1.2.3", "203.0.113.1") == nil {
		t.Error("a reader behind a proxy is not counted")
	}
	if from("192.0.2.7", "203.0.113.3") != nil || from("192.0.2.7", "203.0.113.4") == nil {
		t.Error("a stranger names the address by which they are counted")
	}
	for _, bad := range []string{"proxy.example", "10.0.0.0/33", ""} {
		if _, err := (ProxyFlags{Proxies: []string{bad}}).trusted(); err == nil {
			t.Errorf("--proxy %q is taken", bad)
		}
	}
}
