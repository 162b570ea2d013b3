package harvest

import (
	"cmp"
	"strings"

	"stoa/internal/good"
)

// Listed is an entry of a catalogue of public software, as its API gives it.
type Listed struct {
	ID     string
	Active bool // what is not active is no longer offered there
	Candidate
}

// ReadListed makes a candidate of an entry of /v1/software. publisher names who
// publishes what is at an address, "" where it is not known. Of bytes that are
// no entry the id is "".
func ReadListed(source string, raw []byte, publisher func(address string) string) Listed {
	var r struct {
		ID      text  `json:"id"`
		URL     text  `json:"url"`
		Aliases texts `json:"aliases"`
		File    text  `json:"publiccodeYml"`
		Active  *bool `json:"active"`
	}
	if reason := object(raw, &r); reason != "" {
		return Listed{Active: true, Candidate: broken(source, "", reason, raw)}
	}
	m := &mend{}
	l := Listed{ID: m.id(r.ID), Active: r.Active == nil || *r.Active}
	if l.ID == "" {
		l.Candidate = broken(source, "", cmp.Or(strings.Join(m.reasons, "; "), "id-missing"), raw)
		return l
	}
	l.Candidate = Posted(source, l.ID, []byte(r.File), append([]string{string(r.URL)}, r.Aliases...))
	l.Raw = raw
	if name := publisher(string(r.URL)); name != "" && l.Facts.Name != "" {
		if p, ok := m.party("organisations", name, "", string(good.Maintainer)); ok {
			l.Facts.Parties = merged(append(l.Facts.Parties, p))
		}
		m.scrub(&l.Facts)
		l.Repairs = append(l.Repairs, m.repairs...)
	}
	return l
}
