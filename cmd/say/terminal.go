package say

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Terminal is how many columns the terminal that w writes to has, and whether
// it is one; 0 where it does not say.
func Terminal(w io.Writer) (columns int, ok bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		columns = 0
	}
	return columns, true
}

// Columns is how wide help is written.
func Columns(w io.Writer) int {
	if n, _ := Terminal(w); n > 40 {
		return min(n, 100)
	}
	return 80
}
