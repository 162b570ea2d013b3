package good

import (
	"errors"
	"time"
)

// ErrorKind says what sort of failure an Error is; each maps to one status in
// the API and one page on the web.
type ErrorKind int

// The eight kinds of failure.
const (
	Internal        ErrorKind = iota // our fault; logged
	Invalid                          // the input is wrong; Field says where
	NotFound                         // there is no such thing
	Gone                             // there was; a tombstone says why
	Conflict                         // somebody else was faster, or it exists
	Forbidden                        // known, not allowed
	Unauthenticated                  // unknown, must sign in
	Limited                          // too large, too many, too often, busy
)

// Error is a failure a person can act on. Key is a translation key, Args its
// values; Field is the input it concerns, if one. Retry is after how long the
// same may well succeed, 0 where it will not by itself.
type Error struct {
	Kind  ErrorKind
	Key   string
	Field string
	Args  map[string]any
	Retry time.Duration
	Err   error
}

// Error implements error; it is for logs, never for readers.
func (e *Error) Error() string {
	s := e.Key
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first *Error in err's chain, else Internal.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
