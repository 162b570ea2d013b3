package dpga

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"stoa/internal/edge"
	"stoa/internal/good"
)

var jsonType = []string{"application/json; charset=utf-8"}

// address is where a good is served in a shape.
func (f *face) address(s shape, g *good.Good) string {
	part := "/nominee/"
	if EverDPG(g) {
		part = "/dpg/"
	}
	if s.root == v0Shape.root {
		return f.base + s.root + part + url.PathEscape(V0ID(g)) + "/"
	}
	return f.base + s.root + part + url.PathEscape(V1ID(g))
}

// write sends one document.
func (f *face) write(w http.ResponseWriter, r *http.Request, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(body) + 1)}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(body, '\n')) // a reader who left
	}
	return nil
}

// index says what there is to ask.
func (f *face) index(links map[string]string) func(http.ResponseWriter, *http.Request) error {
	doc := make(map[string]string, len(links))
	for name, path := range links {
		doc[name] = f.base + path
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		edge.Public(w.Header(), 0)
		if edge.NotModified(w, r, edge.ETag(0, "", f.Version)) {
			return nil
		}
		return f.write(w, r, doc)
	}
}

// walked is how many goods are read at a time.
const walked = 200

// list serves every good that wanted takes, as one array. It is written while
// the goods are read, so that a registry of any size needs little memory.
func (f *face) list(s shape, wanted func(*good.Good) bool) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		edge.Public(w.Header(), 0)
		if edge.NotModified(w, r, edge.ETag(f.Goods.Position(), "", f.Version)) {
			return nil
		}
		part, err := f.Goods.After(r.Context(), "", walked) // before anything is sent
		if err != nil {
			return err
		}
		w.Header()["Content-Type"] = jsonType
		w.WriteHeader(http.StatusOK)
		if r.Method == http.MethodHead {
			return nil
		}
		out := bufio.NewWriter(w)
		separator := "[\n"
		for len(part) > 0 {
			for _, g := range part {
				if !wanted(g) {
					continue
				}
				body, err := json.Marshal(s.doc(g))
				if err != nil {
					f.cut(r, err)
				}
				_, _ = out.WriteString(separator) // its error is kept and met at Flush
				_, _ = out.Write(body)
				separator = ",\n"
			}
			if out.Flush() != nil {
				return nil // a reader who left
			}
			if len(part) < walked {
				break
			}
			if part, err = f.Goods.After(r.Context(), part[len(part)-1].ID, walked); err != nil {
				f.cut(r, err)
			}
		}
		if separator == "[\n" {
			_, _ = out.WriteString("[")
		}
		_, _ = out.WriteString("\n]\n")
		_ = out.Flush() // a reader who left
		return nil
	}
}

// cut breaks the connection, so that nobody takes half a list for the whole.
func (f *face) cut(r *http.Request, err error) {
	if r.Context().Err() == nil {
		f.Log.ErrorContext(r.Context(), "dpga", "id", edge.RequestIDOf(r), "route", r.Pattern, "err", err)
	}
	panic(http.ErrAbortHandler)
}
