package edge_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"stoa/internal/edge"
	"stoa/internal/good"
)

// TestWhatPassesIsAskedForAgain gives failures their status: what passes by
// itself is no fault, and the answer says when to come again.
func TestWhatPassesIsAskedForAgain(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		after  string
	}{
		{errors.New("broken"), http.StatusInternalServerError, ""},
		{fmt.Errorf("find: %w", &good.Error{Kind: good.NotFound, Key: "error.good.unknown"}), http.StatusNotFound, ""},
		{&good.Error{Kind: good.Limited, Key: "error.limit.rate"}, http.StatusTooManyRequests, ""},
		{fmt.Errorf("find: %w", &good.Error{Kind: good.Limited, Key: "error.db.away", Retry: 4100 * time.Millisecond}), http.StatusServiceUnavailable, "5"},
	} {
		h := http.Header{}
		if status := edge.Status(h, c.err); status != c.status || h.Get("Retry-After") != c.after {
			t.Errorf("%v: %d, Retry-After %q; want %d, %q", c.err, status, h.Get("Retry-After"), c.status, c.after)
		}
	}
}
