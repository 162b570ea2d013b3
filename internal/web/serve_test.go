package web_test

import (
	"net/http"
	"os"
	"testing"

	"stoa/internal/web"
)

// TestServe serves the sample goods for looking at while a page is drawn:
// STOA_WEB_SERVE=localhost:8090 go test ./internal/web -run TestServe -timeout 0.
func TestServe(t *testing.T) {
	addr := os.Getenv("STOA_WEB_SERVE")
	if addr == "" {
		return // a tool, not a test
	}
	s := samples()
	site, err := web.New(web.Config{Goods: s, Cases: s, Whole: s, Directory: s, Shelves: s, Registry: s, Dumps: s, Standards: sets(t), BaseURL: "http://" + addr, Version: "sample", MaxCache: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Fatal(http.ListenAndServe(addr, site))
}
