package softwareapi

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"

	"stoa/internal/app/listings"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/i18n"
)

// placeOf is where a request's address leads, to a listing of a kind.
func placeOf(kind good.ListingKind) func(*face, *http.Request) (listings.Place, error) {
	return func(f *face, r *http.Request) (listings.Place, error) {
		p := listings.Place{Kind: kind, ID: r.PathValue("id")}
		c := r.PathValue("catalog")
		if kind == good.ListedCatalog {
			p.ID = c
			return p, nil
		}
		if c == "" {
			return p, nil
		}
		id, err := f.Listings.Catalog(r.Context(), c)
		p.Catalog = &id
		return p, err
	}
}

// tag names one state of a listing; those who may post see more of some.
func (f *face) tag(version int64, whole bool) string {
	part := ""
	if whole {
		part = "whole"
	}
	return edge.ETag(version, part, f.Version)
}

// matches says whether a request wants to change just the version there is.
func (f *face) matches(r *http.Request) func(int64) bool {
	return func(version int64) bool {
		return edge.Matches(r, f.tag(version, false)) || edge.Matches(r, f.tag(version, true))
	}
}

// show answers with a listing.
func (f *face) show(w http.ResponseWriter, r *http.Request, l *listings.Listed) error {
	whole := l.Kind == good.ListedPublisher && listings.MayPost(who(r))
	if edge.Public(w.Header(), 0); whole {
		edge.Private(w.Header())
	}
	if edge.NotModified(w, r, f.tag(l.Version, whole)) {
		return nil
	}
	doc := []byte(l.Doc)
	if whole {
		var err error
		if doc, err = listings.WithEmail(l); err != nil {
			return err
		}
	}
	return send(w, r, http.StatusOK, append(doc, '\n'))
}

func (f *face) one(kind good.ListingKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := placeOf(kind)(f, r)
		if err != nil {
			return err
		}
		l, err := f.Listings.One(r.Context(), p)
		if err != nil {
			return err
		}
		return f.show(w, r, l)
	}
}

// body reads the JSON that a request brings.
func body(r *http.Request, media ...string) ([]byte, error) {
	if sent := r.Header.Get("Content-Type"); sent != "" {
		if m, _, err := mime.ParseMediaType(sent); err != nil || !slices.Contains(media, m) {
			return nil, listings.Mistakes{{Field: "Content-Type", Rule: "media", Value: clip(sent)}}
		}
	}
	return io.ReadAll(r.Body)
}

// The media types that are taken.
const (
	plain      = "application/json"
	mergePatch = "application/merge-patch+json"
)

func (f *face) post(kind good.ListingKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := body(r, plain)
		if err != nil {
			return err
		}
		var in good.ID
		if c := r.PathValue("catalog"); c != "" {
			if in, err = f.Listings.Catalog(r.Context(), c); err != nil {
				return err
			}
		}
		l, err := f.Listings.Post(r.Context(), who(r), kind, in, raw)
		if err != nil {
			return err
		}
		w.Header().Set("Location", "/v1/"+string(kind)+"/"+string(l.ID))
		return f.show(w, r, l)
	}
}

func (f *face) patch(kind good.ListingKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := body(r, plain, mergePatch)
		if err != nil {
			return err
		}
		p, err := placeOf(kind)(f, r)
		if err != nil {
			return err
		}
		l, err := f.Listings.Patch(r.Context(), who(r), p, f.matches(r), raw)
		if err != nil {
			return err
		}
		return f.show(w, r, l)
	}
}

func (f *face) drop(kind good.ListingKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := placeOf(kind)(f, r)
		if err != nil {
			return err
		}
		return done(w, f.Listings.Drop(r.Context(), who(r), p, f.matches(r)))
	}
}

// done says that nothing more is to be said.
func done(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func (f *face) analysis(kind good.ListingKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := placeOf(kind)(f, r)
		if err != nil {
			return err
		}
		l, err := f.Listings.One(r.Context(), p)
		if err != nil {
			return err
		}
		edge.Public(w.Header(), 0)
		if edge.NotModified(w, r, f.tag(l.Version, false)) {
			return nil
		}
		found := []byte(l.Analysis)
		if len(found) == 0 {
			found = []byte("{}")
		}
		return send(w, r, http.StatusOK, append(found, '\n'))
	}
}

func (f *face) analyse(kind good.ListingKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := body(r, plain, mergePatch)
		if err != nil {
			return err
		}
		p, err := placeOf(kind)(f, r)
		if err != nil {
			return err
		}
		found, err := f.Listings.Analyse(r.Context(), who(r), p, raw)
		if err != nil {
			return err
		}
		return send(w, r, http.StatusOK, append(found, '\n'))
	}
}

func (f *face) logs(of bool) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, err := page(r, true)
		if err != nil {
			return err
		}
		var about *listings.Place
		if of {
			p, err := placeOf(good.ListedSoftware)(f, r)
			if err != nil {
				return err
			}
			about = &p
		}
		rows, err := f.Listings.Notes(r.Context(), q.span, about, q.values.Get("search"))
		if err != nil {
			return err
		}
		rows, l := cut(q, rows, func(n listings.Log) listings.Mark {
			return listings.Mark{Created: n.Created.UnixMilli(), ID: string(n.ID)}
		})
		if rows == nil {
			rows = []listings.Log{}
		}
		edge.Public(w.Header(), 0)
		return reply(w, r, struct {
			Data  []listings.Log `json:"data"`
			Links links          `json:"links"`
		}{rows, l})
	}
}

// reply answers with a document.
func reply(w http.ResponseWriter, r *http.Request, doc any) error {
	raw, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return send(w, r, http.StatusOK, append(raw, '\n'))
}

func (f *face) log(w http.ResponseWriter, r *http.Request) error {
	l, err := f.Listings.NoteOf(r.Context(), good.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	edge.Public(w.Header(), 0)
	return reply(w, r, l)
}

func (f *face) postLog(at func(*face, *http.Request) (listings.Place, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := body(r, plain)
		if err != nil {
			return err
		}
		var about *listings.Place
		if at != nil {
			p, err := at(f, r)
			if err != nil {
				return err
			}
			if p.Kind != good.ListedCatalog || p.ID != listings.Root {
				about = &p
			}
		}
		l, err := f.Listings.Note(r.Context(), who(r), about, raw)
		if err != nil {
			return err
		}
		return reply(w, r, l)
	}
}

func (f *face) patchLog(w http.ResponseWriter, r *http.Request) error {
	raw, err := body(r, plain, mergePatch)
	if err != nil {
		return err
	}
	l, err := f.Listings.NoteAgain(r.Context(), who(r), good.ID(r.PathValue("id")), raw)
	if err != nil {
		return err
	}
	return reply(w, r, l)
}

func (f *face) dropLog(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.Listings.DropNote(r.Context(), who(r), good.ID(r.PathValue("id"))))
}

// mistaken says, one by one, what is wrong with what was sent.
func mistaken(w http.ResponseWriter, r *http.Request, wrong listings.Mistakes) {
	type part struct {
		Field string `json:"field"`
		Rule  string `json:"rule"`
		Value string `json:"value"`
	}
	l := i18n.Negotiate(r.Header.Get("Accept-Language"))
	doc := struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Status int    `json:"status"`
		Errors []part `json:"validationErrors"`
	}{Title: l.T("listed.error.invalid"), Status: http.StatusUnprocessableEntity}
	for i, m := range wrong {
		if i > 0 {
			doc.Detail += " "
		}
		doc.Detail += l.T("listed.rule."+m.Rule, "Field", clip(m.Field))
		doc.Errors = append(doc.Errors, part{clip(m.Field), m.Rule, m.Value})
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		raw = []byte(`{"status":422}`)
	}
	h := w.Header()
	h.Del("Etag")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", l.Code)
	edge.AddVary(h, "Accept-Language")
	w.WriteHeader(doc.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(raw) // a client that went away needs no answer
	}
}
