package edge

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"stoa/internal/good"
)

var statusOf = map[good.ErrorKind]int{good.Internal: http.StatusInternalServerError, good.Invalid: http.StatusBadRequest, good.NotFound: http.StatusNotFound,
	good.Gone: http.StatusGone, good.Conflict: http.StatusConflict, good.Forbidden: http.StatusForbidden, good.Unauthenticated: http.StatusUnauthorized, good.Limited: http.StatusTooManyRequests}

// Status is the status of the answer that tells a failure: by its kind, and 503
// where the same may succeed in a moment, of which the header then says when.
func Status(h http.Header, err error) int {
	var e *good.Error
	if errors.As(err, &e) && e.Retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int((e.Retry+time.Second-1)/time.Second)))
		return http.StatusServiceUnavailable
	}
	return statusOf[good.KindOf(err)]
}
