package softwareapi

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/app/listings"
	"stoa/internal/edge"
	"stoa/internal/good"
)

// Sizes of pages.
const (
	pageSize = 25
	pageMost = 100
)

// query is what is asked of a list.
type query struct {
	span   listings.Span
	values url.Values
	after  bool // from a cursor on
	before bool // up to a cursor, the last ones
	down   bool // the newest first
	size   int
}

// page reads what is asked of a list; down where the newest come first.
func page(r *http.Request, down bool) (query, error) {
	q := query{values: r.URL.Query(), size: pageSize, down: down}
	var wrong listings.Mistakes
	mistake := func(field, rule string) {
		wrong = append(wrong, listings.Mistake{Field: field, Rule: rule, Value: clip(q.values.Get(field))})
	}
	if raw := q.values.Get("page[size]"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 {
			mistake("page[size]", "size")
		}
		q.size = min(n, pageMost)
	}
	// A crawler joins "?all=true" and a link that begins with "?".
	q.span.All = strings.HasPrefix(q.values.Get("all"), "true") || q.values.Get("all") == "1"
	for _, c := range []struct {
		name string
		to   *listings.Mark
		has  *bool
	}{{"page[after]", &q.span.From, &q.after}, {"page[before]", &q.span.To, &q.before}} {
		if raw := q.values.Get(c.name); raw != "" {
			mark, ok := readCursor(raw)
			if !ok {
				mistake(c.name, "cursor")
			}
			*c.to, *c.has = mark, true
		}
	}
	if down {
		q.span.From, q.span.To = q.span.To, q.span.From
	}
	q.span.Backward = q.before
	for _, name := range []string{"from", "to"} {
		raw := q.values.Get(name)
		if raw == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, raw)
		switch {
		case err != nil:
			mistake(name, "time")
		case name == "from":
			q.span.From = later(q.span.From, listings.After(t))
		default:
			q.span.To = earlier(q.span.To, listings.Before(t))
		}
	}
	q.span.Limit = q.size + 1
	if wrong != nil {
		return q, wrong
	}
	return q, nil
}

func compare(a, b listings.Mark) int {
	if a.Created != b.Created {
		if a.Created < b.Created {
			return -1
		}
		return 1
	}
	return strings.Compare(a.ID, b.ID)
}

func later(a, b listings.Mark) listings.Mark {
	if compare(a, b) > 0 {
		return a
	}
	return b
}

// earlier is the earlier of two marks, of which a may be the end.
func earlier(a, b listings.Mark) listings.Mark {
	if a != (listings.Mark{}) && compare(a, b) < 0 {
		return a
	}
	return b
}

// cursor is a place in a list, as clients hold it.
func cursor(m listings.Mark) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(m.Created, 36) + "." + m.ID))
}

func readCursor(s string) (listings.Mark, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
	created, id, ok := strings.Cut(string(raw), ".")
	n, nerr := strconv.ParseInt(created, 36, 64)
	return listings.Mark{Created: n, ID: id}, err == nil && nerr == nil && ok && n >= 0 && len(id) <= 64
}

// cut is the page of rows, which hold one more than the page where there are
// more, in order, and the links to its neighbours.
func cut[T any](q query, rows []T, mark func(T) listings.Mark) ([]T, links) {
	more := len(rows) > q.size
	rows = rows[:min(len(rows), q.size)]
	if q.before {
		slices.Reverse(rows)
	}
	var l links
	if len(rows) == 0 {
		return rows, l
	}
	if q.before || more {
		l.Next = q.link("page[after]", mark(rows[len(rows)-1]))
	}
	if q.after && !q.before || q.before && more {
		l.Prev = q.link("page[before]", mark(rows[0]))
	}
	return rows, l
}

// links lead to the pages before and after.
type links struct {
	Prev *string `json:"prev"`
	Next *string `json:"next"`
}

// link is the rest of an address that leads to another page, whatever else was
// asked for kept.
func (q query) link(name string, m listings.Mark) *string {
	params := []string{name + "=" + cursor(m)}
	for k, v := range q.values {
		if k == "page[after]" || k == "page[before]" {
			continue
		}
		params = append(params, strings.NewReplacer("%5B", "[", "%5D", "]").Replace(url.QueryEscape(k))+"="+url.QueryEscape(v[0]))
	}
	slices.Sort(params)
	s := "?" + strings.Join(params, "&")
	return &s
}

// list answers with a page of listings.
func (f *face) list(kind good.ListingKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, err := page(r, false)
		if err != nil {
			return err
		}
		q.span.Kind = kind
		if c := r.PathValue("catalog"); c != "" {
			id, err := f.Listings.Catalog(r.Context(), c)
			if err != nil {
				return err
			}
			q.span.Catalog = &id
		}
		var rows []listings.Row
		if address := q.values.Get("url"); address != "" && kind == good.ListedSoftware {
			rows, err = f.Listings.Called(r.Context(), address, q.span)
		} else {
			rows, err = f.Listings.List(r.Context(), q.span)
		}
		if err != nil {
			return err
		}
		rows, l := cut(q, rows, func(r listings.Row) listings.Mark { return r.Mark })
		tail, err := json.Marshal(l)
		if err != nil {
			return err
		}
		size, state := len(tail)+32, sha256.New()
		state.Write(tail)
		for _, row := range rows {
			size += len(row.Doc) + 1
			state.Write(strconv.AppendInt(append([]byte(row.ID), ' '), row.Version, 10))
		}
		edge.Public(w.Header(), 0)
		if edge.NotModified(w, r, `W/"`+hex.EncodeToString(state.Sum(nil)[:12])+`"`) {
			return nil
		}
		body := append(make([]byte, 0, size), `{"data":[`...)
		for i, row := range rows {
			if i > 0 {
				body = append(body, ',')
			}
			body = append(body, row.Doc...)
		}
		body = append(append(append(body, `],"links":`...), tail...), "}\n"...)
		return send(w, r, http.StatusOK, body)
	}
}

var jsonType = []string{"application/json; charset=utf-8"}

// send sends JSON.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a reader who left
	}
	return nil
}
