package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"stoa/internal/harvest"
)

// part is how many records of a document make a page.
const part = 100

// whole is a source that is one document: it is read at once and given out in
// parts. A run that is taken up again reads it again.
type whole struct {
	cfg    Config
	client *Client
	accept string
	read   func(*Answer) ([]harvest.Candidate, []Fault, error)

	had        bool
	candidates []harvest.Candidate
	faults     []Fault
	tag, sum   string // of the document; and of the records' ids, in order
}

// Page implements Connector.
func (w *whole) Page(ctx context.Context, from State) (Page, error) {
	begin, sum, _ := strings.Cut(from.Cursor, " ")
	if !w.had {
		ask := Ask{Accept: w.accept}
		if from.Cursor == "" {
			ask.Tag = from.Tags[w.cfg.Address]
		}
		a, err := w.client.Get(ctx, w.cfg.Address, ask)
		switch {
		case err != nil:
			return Page{}, err
		case a.Same():
			return Page{Next: rest(from), Done: true, Unchanged: true, Listing: true}, nil
		case a.Gone():
			return Page{}, broke("harvest.error.not-the-api", a.URL, nil)
		}
		if w.candidates, w.faults, err = w.read(a); err != nil {
			return Page{}, err
		}
		w.had, w.tag, w.sum = true, a.Tag, sumOf(w.candidates)
	}
	n, err := strconv.Atoi(begin)
	if err != nil || n < 0 || n > len(w.candidates) || sum != w.sum {
		n = 0 // another document by now
	}
	end := min(n+part, len(w.candidates))
	out := Page{Candidates: w.candidates[n:end], Next: from, Done: end == len(w.candidates), Total: len(w.candidates), Listing: true}
	if n == 0 {
		out.Faults = w.faults
	}
	out.Next.Cursor = strconv.Itoa(end) + " " + w.sum
	if out.Done {
		out.Next.Cursor, out.Next.Tags = "", from.Tag(w.cfg.Address, w.tag)
		w.had, w.candidates, w.faults = false, nil, nil
	}
	return out, nil
}

// sumOf tells lists of records apart.
func sumOf(list []harvest.Candidate) string {
	h := sha256.New()
	for _, c := range list {
		h.Write([]byte(c.ForeignID + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// onlyOnce are the candidates with ids of their own; of two with one id the
// second is a fault.
func onlyOnce(in []harvest.Candidate) (out []harvest.Candidate, faults []Fault) {
	seen := map[string]bool{}
	for _, c := range in {
		if c.ForeignID == "" || seen[c.ForeignID] {
			reason := "id-missing"
			if c.ForeignID != "" {
				reason = "id-twice"
			}
			faults = append(faults, fault(nameOr(c), reason))
			continue
		}
		seen[c.ForeignID] = true
		out = append(out, c)
	}
	return out, faults
}

func nameOr(c harvest.Candidate) string {
	if c.ForeignID != "" {
		return c.ForeignID
	}
	return clip(c.Facts.Name)
}
