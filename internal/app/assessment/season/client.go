package season

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
)

// Problem is what the program says where it does not do what it is asked.
type Problem struct {
	Asked  string `json:"-"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// Error implements error.
func (p *Problem) Error() string { return fmt.Sprintf("%s: %d %s", p.Asked, p.Status, p.Detail) }

// waits says whether what was refused is for another day or somebody else.
func (p *Problem) waits() bool {
	switch p.Status {
	case http.StatusConflict, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return true
	}
	return false
}

// refused is the status with which an error says no; 0 for another error.
func refused(err error) int {
	var p *Problem
	if errors.As(err, &p) {
		return p.Status
	}
	return 0
}

// largest is how much of an answer is read, in bytes.
const largest = 16 << 20

// ask asks the program as somebody; in and out are JSON, nil for none.
func (s *Season) ask(ctx context.Context, who Member, method, path string, in, out any) error {
	var body io.Reader = http.NoBody
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, path, body)
	if err != nil {
		return err
	}
	if who.token != "" {
		r.Header.Set("Authorization", "Bearer "+who.token)
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.Instance.Ask(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, largest))
	if err != nil {
		return errors.Join(ErrCut, err)
	}
	s.Asked.Add(1)
	if resp.StatusCode >= 300 {
		p := &Problem{Asked: method + " " + path, Status: resp.StatusCode, Detail: string(raw)}
		_ = json.Unmarshal(raw, p) // else its whole text is the detail
		return p
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

// Ack is a step that the program said it had taken.
type Ack struct {
	Application good.ID
	Step        string
	Position    int64 // of the journal
	State       assess.State
	Version     int64
}

// step takes one step of an application as somebody, and keeps what the program
// acknowledges.
func (s *Season) step(ctx context.Context, who Member, id good.ID, name string, in any) (assessment.State, error) {
	var out assessment.State
	if err := s.ask(ctx, who, http.MethodPost, "/api/v1/applications/"+string(id)+"/"+name, in, &out); err != nil {
		return out, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acks = append(s.acks, Ack{id, name, out.Position, out.State, out.Version})
	return out, nil
}

// read reads one application as somebody.
func (s *Season) read(ctx context.Context, who Member, id good.ID) (assessment.Document, error) {
	var doc assessment.Document
	return doc, s.ask(ctx, who, http.MethodGet, "/api/v1/applications/"+string(id), nil, &doc)
}

// Item is an application as the desk lists it.
type Item struct {
	assessment.State
	Reviewers []string `json:"reviewers"`
}

// open lists applications in some states, in all that are not over unless
// said, and notes which were begun.
func (s *Season) open(ctx context.Context, states []assess.State) ([]Item, error) {
	q := url.Values{"limit": {"500"}}
	for _, st := range assess.States {
		if states == nil && st.Over() {
			continue
		}
		q.Add("state", string(st))
	}
	var all []Item
	for {
		if len(all) > 0 {
			q.Set("offset", strconv.Itoa(len(all)))
		}
		var list struct {
			Total int
			Items []Item
		}
		if err := s.patiently(ctx, s.Cast.of(access.Secretariat, 0), "/api/v1/desk/applications?"+q.Encode(), &list); err != nil {
			return nil, err
		}
		all = append(all, list.Items...)
		if len(list.Items) == 0 || len(all) >= list.Total {
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range all {
		if i.Kind == assess.First {
			s.known[i.Name] = true
		}
	}
	return all, nil
}

// patiently reads until the program was not killed meanwhile.
func (s *Season) patiently(ctx context.Context, who Member, path string, out any) error {
	for {
		if err := s.ask(ctx, who, http.MethodGet, path, nil, out); !errors.Is(err, ErrCut) {
			return err
		}
	}
}
