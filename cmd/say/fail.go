// Package say is how the programs speak to a person at a terminal.
package say

import (
	"errors"
	"fmt"
	"io"

	"stoa/internal/good"
	"stoa/internal/i18n"
)

// ExitCode is an error that only sets the exit code: the command has said all
// there is to say.
type ExitCode int

// Error implements error.
func (c ExitCode) Error() string { return fmt.Sprintf("exit %d", int(c)) }

// Fail has a program tell a person what went wrong, and returns the exit code: 2 for wrong
// input, 1 for everything else.
func Fail(w io.Writer, program string, err error) int {
	var code ExitCode
	if errors.As(err, &code) {
		return int(code)
	}
	var e *good.Error
	if !errors.As(err, &e) {
		fmt.Fprintf(w, "%s: %v\n", program, err)
		return 1
	}
	en, _ := i18n.Get("en")
	kv := make([]any, 0, 2*len(e.Args))
	for k, v := range e.Args {
		kv = append(kv, k, v)
	}
	fmt.Fprintf(w, "%s: %s\n", program, en.T(e.Key, kv...))
	if e.Err != nil {
		fmt.Fprintf(w, "  cause: %v\n", e.Err)
	}
	if e.Kind == good.Invalid {
		return 2
	}
	return 1
}
