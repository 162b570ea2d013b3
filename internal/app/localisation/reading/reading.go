// Package reading reads what the files of a repository say of its languages,
// through the fence and the parsers of the check.
package reading

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"stoa/internal/check"
	"stoa/internal/check/target"
	"stoa/internal/l10n"
)

// mostRepositories is how many repositories of one good are read.
const mostRepositories = 3

// Repositories reads repositories of any forge.
type Repositories struct {
	Client func() *http.Client // the fence, for one reading
	Limits target.Limits
	Temp   string // where what is fetched lies until it has been read
}

// Read reads the repositories of a good, as far as mostRepositories, and returns
// what that says which holds the most texts, with its commit. It fails where
// none could be read.
func (r *Repositories) Read(ctx context.Context, addresses []string, now time.Time) (best l10n.Coverage, err error) {
	most, failed := -1, error(nil)
	for _, address := range addresses[:min(len(addresses), mostRepositories)] {
		if target.Address(address) == "" {
			continue
		}
		seen, err := r.one(ctx, address, now)
		if err != nil {
			failed = err
			continue
		}
		texts := 0
		for _, s := range seen.Shares {
			texts += s.Texts
		}
		if texts > most {
			most, best = texts, seen
		}
	}
	if most < 0 && failed == nil {
		failed = fmt.Errorf("no repository among %d addresses", len(addresses))
	}
	if most >= 0 {
		failed = nil
	}
	return best, failed
}

func (r *Repositories) one(ctx context.Context, address string, now time.Time) (seen l10n.Coverage, err error) {
	defer func() {
		if fell := recover(); fell != nil { // a parser fell over a stranger's bytes
			err = fmt.Errorf("read %s: %v", address, fell)
		}
	}()
	t, free, err := target.Open(ctx, address, target.Options{Client: r.Client(), Limits: r.Limits, Now: now, Temp: r.Temp})
	defer free()
	if err != nil {
		return seen, err
	}
	reading, cancel := context.WithTimeout(ctx, r.Limits.Time)
	defer cancel()
	shares, _, cut := check.Translations(reading, t)
	return l10n.Coverage{Source: target.Address(address), Commit: t.Commit, Partly: len(cut) > 0, Shares: l10n.Spoken(shares)}, reading.Err()
}
