package listings

import (
	"encoding/json"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
)

// publisherForm is what may be written of a publisher.
type publisherForm struct {
	CodeHosting   []hostingForm `json:"codeHosting,omitempty"`
	Description   string        `json:"description,omitempty"`
	Email         *string       `json:"email,omitempty"`
	Active        *bool         `json:"active,omitempty"`
	AlternativeID *string       `json:"alternativeId,omitempty"`
}

type hostingForm struct {
	URL   string `json:"url"`
	Group *bool  `json:"group,omitempty"`
}

// publisher is how it is served; an address is there for those alone who may
// post.
type publisher struct {
	ID            good.ID   `json:"id"`
	Catalog       good.ID   `json:"catalogId,omitempty"`
	Description   string    `json:"description"`
	CodeHosting   []hosting `json:"codeHosting"`
	Active        bool      `json:"active"`
	AlternativeID *string   `json:"alternativeId,omitempty"`
	Created       time.Time `json:"createdAt"`
	Updated       time.Time `json:"updatedAt"`
}

type hosting struct {
	URL     string    `json:"url"`
	Group   bool      `json:"group"`
	Created time.Time `json:"createdAt"`
	Updated time.Time `json:"updatedAt"`
}

func (f *publisherForm) active() bool { return yes(f.Active) }

func (f *publisherForm) private() string {
	if f.Email == nil {
		return ""
	}
	return *f.Email
}

func (f *publisherForm) clean() Mistakes {
	var m Mistakes
	m.add(len(f.CodeHosting) > 0, "codeHosting", "required", "")
	m.add(len(f.CodeHosting) <= maxItems, "codeHosting", "max", strconv.Itoa(len(f.CodeHosting)))
	for i := range f.CodeHosting[:min(len(f.CodeHosting), maxItems)] {
		h := &f.CodeHosting[i]
		h.URL = m.address("codeHosting["+strconv.Itoa(i)+"].url", h.URL)
	}
	slices.SortStableFunc(f.CodeHosting, func(a, b hostingForm) int { return strings.Compare(a.URL, b.URL) })
	f.CodeHosting = slices.CompactFunc(f.CodeHosting, func(a, b hostingForm) bool { return a.URL == b.URL })
	f.Description = strings.TrimSpace(f.Description)
	m.add(f.Description != "", "description", "required", "")
	m.line("description", f.Description, maxLine)
	if f.Email != nil {
		e := strings.ToLower(strings.TrimSpace(*f.Email))
		parsed, err := mail.ParseAddress(e)
		m.add(e == "" || err == nil && parsed.Address == e && len(e) <= maxLine, "email", "email", "")
		f.Email = &e
	}
	m.alternative(f.AlternativeID)
	return m
}

// alternative checks an id that others gave.
func (m *Mistakes) alternative(id *string) {
	if id != nil {
		m.add(*id != "", "alternativeId", "required", "")
		m.line("alternativeId", *id, maxLine)
		m.add(*id != "webhooks" && !strings.Contains(*id, "/"), "alternativeId", "id", *id) // it must be found by its address
	}
}

func (f *publisherForm) served(l good.Listing, old json.RawMessage) any {
	var before publisher
	_ = json.Unmarshal(old, &before) // nothing, where it is new
	out := publisher{ID: l.ID, Catalog: l.Catalog, Description: f.Description, CodeHosting: []hosting{}, Active: l.Active, AlternativeID: f.AlternativeID, Created: l.Created, Updated: l.Updated}
	for _, h := range f.CodeHosting {
		next := hosting{URL: h.URL, Group: yes(h.Group), Created: l.Updated, Updated: l.Updated}
		for _, was := range before.CodeHosting {
			if was.URL == h.URL {
				if next.Created = was.Created; was.Group == next.Group {
					next.Updated = was.Updated
				}
			}
		}
		out.CodeHosting = append(out.CodeHosting, next)
	}
	return out
}

// WithEmail is a publisher as those see it who may post.
func WithEmail(l *store.Listed) ([]byte, error) {
	var p publisher
	if err := json.Unmarshal(l.Doc, &p); err != nil {
		return nil, err
	}
	return encode(struct {
		publisher
		Email string `json:"email,omitempty"`
	}{p, l.Private})
}
