// Command made writes what a build makes of the probes' knowledge, so that a
// program need not do it each time it is started, into a folder. tools/pack.sh calls it.
package main

import (
	"errors"
	"log"
	"os"
	"path/filepath"

	"stoa/internal/check"
	"stoa/internal/standard"
	"stoa/internal/vocab"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("made FOLDER")
	}
	knowledge, err := check.Quick()
	sets, wrong := standard.Quick(os.DirFS("standards"))
	if err := errors.Join(err, wrong); err != nil {
		log.Fatal(err)
	}
	for name, text := range map[string][]byte{"quick": knowledge, "sets": sets, "pairs": check.Prepare(), "spellings.tsv": []byte(vocab.Spellings())} {
		if err := os.WriteFile(filepath.Join(os.Args[1], name), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
