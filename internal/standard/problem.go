package standard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with the files of a set, and what to do about it.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // from 1
	Message string `json:"message"`
}

// String is the problem as tools write it: "file:line: message".
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// Problems are why sets were not loaded, in the order of the files.
type Problems []Problem

// Error implements error: a line for each problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// all are the problems in order, each once; nil if there are none.
func (p Problems) all() error {
	if len(p) == 0 {
		return nil
	}
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(p)
}

// note adds a problem.
func (p *Problems) note(file string, line int, format string, args ...any) {
	*p = append(*p, Problem{file, max(line, 1), fmt.Sprintf(format, args...)})
}
