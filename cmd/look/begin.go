package look

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"stoa/internal/check"
	"stoa/internal/check/starter"
	"stoa/internal/finding"
	"stoa/internal/i18n"
	"stoa/internal/standard"
)

// yes are the answers that mean it, in the languages of reports.
var yes = []string{"y", "yes", "o", "oui", "s", "sí", "si", "д", "да", "是", "نعم"}

// begin offers the files that the folder lacks, one after the other, and writes
// those that are wanted. What is there is never written over.
func (c *Cmd) begin(w *World, set *standard.Set, t *check.Target, found *finding.Report, l *i18n.Locale) error {
	files, err := starter.Files(set, t, found, l)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(c.Target)
	if err != nil {
		return err
	}
	defer root.Close() // what was written is closed
	if len(files) == 0 {
		fmt.Fprintln(w.Stderr, l.T("check.init.nothing"))
	}
	in := bufio.NewScanner(os.Stdin)
	for _, f := range files {
		if !c.Yes {
			fmt.Fprintf(w.Stderr, "%s: %s\n%s ", f.Path, l.T(f.Why, "Command", "stoa application import"), l.T("check.init.ask", "File", f.Path))
			if !in.Scan() || !slices.Contains(yes, strings.ToLower(strings.TrimSpace(in.Text()))) {
				continue
			}
		}
		if err := beginFile(root, f); errors.Is(err, fs.ErrExist) {
			fmt.Fprintln(w.Stderr, l.T("check.init.there", "File", f.Path))
			continue
		} else if err != nil {
			return fmt.Errorf("write %s: %w", f.Path, err)
		}
		fmt.Fprintln(w.Stderr, l.T("check.init.written", "File", f.Path))
	}
	return nil
}

func beginFile(root *os.Root, f starter.File) error {
	to, err := root.OpenFile(f.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = to.Write(f.Text)
	return errors.Join(err, to.Close())
}
