package main

import (
	"errors"
	"fmt"
	"io"

	"stoa/internal/good"
	"stoa/internal/i18n"
)

// exitCode is an error that only sets the exit code: the command has said all
// there is to say.
type exitCode int

// Error implements error.
func (c exitCode) Error() string { return fmt.Sprintf("exit %d", int(c)) }

// fail tells a person what went wrong and returns the exit code: 2 for wrong
// input, 1 for everything else.
func fail(w io.Writer, err error) int {
	var code exitCode
	if errors.As(err, &code) {
		return int(code)
	}
	var e *good.Error
	if !errors.As(err, &e) {
		fmt.Fprintf(w, "stoa: %v\n", err)
		return 1
	}
	en, _ := i18n.Get("en")
	kv := make([]any, 0, 2*len(e.Args))
	for k, v := range e.Args {
		kv = append(kv, k, v)
	}
	fmt.Fprintf(w, "stoa: %s\n", en.T(e.Key, kv...))
	if e.Err != nil {
		fmt.Fprintf(w, "  cause: %v\n", e.Err)
	}
	if e.Kind == good.Invalid {
		return 2
	}
	return 1
}
