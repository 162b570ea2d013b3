package files

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"time"

	"stoa/internal/edge"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/i18n"
)

// feedLength is how many goods a feed holds, the newest first.
const feedLength = 100

// many are the formats of a search, by the end of its address.
var many = map[string]struct {
	media string
	write func(f *face, w io.Writer, r *http.Request, q good.Query) error
}{
	"csv":    {export.TypeCSV, (*face).writeTable},
	"ndjson": {export.TypeNDJSON, (*face).writeLines},
	"json":   {"application/json", (*face).writeArray},
	"jsonld": {export.TypeJSONLD, (*face).writeGraph},
	"atom":   {export.TypeAtom, (*face).writeFeed},

	"codemeta.json":  {export.TypeCodeMeta, (*face).writeCodeMeta},
	"bib":            {export.TypeBibTeX, (*face).writeBibTeX},
	"cff":            {export.TypeYAML, (*face).writeCFF},
	"code.json":      {export.TypeCodeJSON, (*face).writeCodeJSON},
	"publiccode.yml": {export.TypeYAML, (*face).writePubliccode},
}

// list answers a search, whole: files have no pages.
func (f *face) list(ext string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		q, err := good.ParseQuery(r.URL.Query(), "lang")
		if err != nil {
			return err
		}
		q.Lang, q.Offset, q.Limit = locale(r).Code, 0, good.MaxLimit
		if f.current(w, r, f.Goods.Position(), ext+locale(r).Code) {
			return nil
		}
		w.Header().Set("Content-Type", many[ext].media)
		edge.AddVary(w.Header(), "Accept-Language")
		export.Omit(w.Header(), ext, nil)
		attach(w, "goods."+ext)
		extend(w)
		err = many[ext].write(f, w, r, q)
		if err != nil {
			// the answer is under way: only an end without an end mark tells the reader
			panic(http.ErrAbortHandler)
		}
		return nil
	}
}

// extend gives a long answer more time than a page has.
func extend(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(30 * time.Minute)) // tests have no connection
}

// locale is the language asked for by lang=, else by the browser.
func locale(r *http.Request) *i18n.Locale {
	if l, ok := i18n.Get(r.URL.Query().Get("lang")); ok {
		return l
	}
	return i18n.Negotiate(r.Header.Get("Accept-Language"))
}

// each streams the goods that a query finds.
func (f *face) each(ctx context.Context, q good.Query) iter.Seq2[*good.Good, error] {
	return func(yield func(*good.Good, error) bool) {
		for {
			found, err := f.Goods.Search(ctx, q)
			if err != nil {
				yield(nil, err)
				return
			}
			ids := make([]good.ID, len(found.Cards))
			for i, c := range found.Cards {
				ids[i] = c.ID
			}
			goods, err := f.Goods.Goods(ctx, ids)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, id := range ids {
				if g := goods[id]; g != nil && !yield(g, nil) {
					return
				}
			}
			if q.Offset += len(ids); len(ids) < q.Limit || q.Offset >= found.Total || q.Offset > good.MaxOffset {
				return
			}
		}
	}
}

func (f *face) writeTable(w io.Writer, r *http.Request, q good.Query) error {
	c, err := export.NewCSV(w, f.BaseURL)
	if err != nil {
		return err
	}
	for g, err := range f.each(r.Context(), q) {
		if err == nil {
			err = c.Write(g)
		}
		if err != nil {
			return err
		}
	}
	return c.Close()
}

func (f *face) writeLines(w io.Writer, r *http.Request, q good.Query) error {
	for g, err := range f.each(r.Context(), q) {
		if err == nil {
			err = export.NDJSON(w, g)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *face) writeArray(w io.Writer, r *http.Request, q good.Query) error {
	return f.sequence(w, r, q, "[", "]\n", func(g *good.Good) ([]byte, error) { return json.Marshal(g) })
}

func (f *face) writeGraph(w io.Writer, r *http.Request, q good.Query) error {
	return f.sequence(w, r, q, `{"@context":"https://schema.org","@graph":[`, "]}\n", func(g *good.Good) ([]byte, error) { return export.JSONLD(g, f.BaseURL) })
}

func (f *face) writeCodeMeta(w io.Writer, r *http.Request, q good.Query) error {
	return f.sequence(w, r, q, "[", "]\n", func(g *good.Good) ([]byte, error) { return export.CodeMeta(g, f.BaseURL) })
}

func (f *face) writeBibTeX(w io.Writer, r *http.Request, q good.Query) error {
	return f.write(w, r, q, func(g *good.Good) ([]byte, error) { return []byte(export.BibTeX(g, f.BaseURL) + "\n"), nil })
}

// writeCFF cites the list, with its goods as references.
func (f *face) writeCFF(w io.Writer, r *http.Request, q good.Query) error {
	page := f.BaseURL + "/goods?" + q.Values().Encode()
	head, err := export.CFFHead(locale(r).T("web.home.title"), page)
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	before := export.CFFReferences
	return f.write(w, r, q, func(g *good.Good) ([]byte, error) {
		ref, err := export.CFFReference(g, f.BaseURL)
		ref = append([]byte(before), ref...)
		before = ""
		return ref, err
	})
}

// writePubliccode is one YAML document for every software good; the format
// knows nothing else.
func (f *face) writePubliccode(w io.Writer, r *http.Request, q good.Query) error {
	return f.write(w, r, q, func(g *good.Good) ([]byte, error) {
		if !export.IsSoftware(g) {
			return nil, nil
		}
		doc, err := export.Publiccode(g, f.BaseURL)
		return append([]byte("---\n"), doc...), err
	})
}

// writeCodeJSON is an inventory with a release for every software good.
func (f *face) writeCodeJSON(w io.Writer, r *http.Request, q good.Query) error {
	head, err := export.CodeJSONHead(f.BaseURL)
	if err != nil {
		return err
	}
	return f.sequence(w, r, q, head, export.CodeJSONTail, func(g *good.Good) ([]byte, error) {
		if !export.IsSoftware(g) {
			return nil, nil
		}
		return export.CodeRelease(g, f.BaseURL)
	})
}

// write writes what encode makes of each good, one after the other.
func (f *face) write(w io.Writer, r *http.Request, q good.Query, encode func(*good.Good) ([]byte, error)) error {
	for g, err := range f.each(r.Context(), q) {
		if err != nil {
			return err
		}
		raw, err := encode(g)
		if err == nil {
			_, err = w.Write(raw)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sequence writes the goods between open and end, with commas.
func (f *face) sequence(w io.Writer, r *http.Request, q good.Query, open, end string, encode func(*good.Good) ([]byte, error)) error {
	if _, err := io.WriteString(w, open); err != nil {
		return err
	}
	comma := ""
	for g, err := range f.each(r.Context(), q) {
		if err != nil {
			return err
		}
		raw, err := encode(g)
		if err != nil {
			return err
		}
		if raw == nil { // the form has no place for it
			continue
		}
		_, err = io.WriteString(w, comma)
		if _, werr := w.Write(raw); errors.Join(err, werr) != nil {
			return errors.Join(err, werr)
		}
		comma = ",\n"
	}
	_, err := io.WriteString(w, end)
	return err
}

func (f *face) writeFeed(w io.Writer, r *http.Request, q good.Query) error {
	l := locale(r)
	q.Sort = good.ByNewest
	var goods []*good.Good
	for g, err := range f.each(r.Context(), q) {
		if err != nil {
			return err
		}
		if goods = append(goods, g); len(goods) == feedLength {
			break
		}
	}
	title := l.T("web.home.title")
	if q.Text != "" {
		title += " · " + q.Text
	}
	params := q.Values()
	params.Del("limit")
	params.Set("lang", l.Code)
	return export.Atom(w, export.Feed{Base: f.BaseURL, Self: f.BaseURL + "/goods.atom?" + params.Encode(),
		Title: title, Lang: l.Code, Updated: f.changed(r.Context())}, goods)
}

// changed is when any good changed last: as of then a feed without entries is.
func (f *face) changed(ctx context.Context) time.Time {
	newest, err := f.Goods.Search(ctx, good.Query{Sort: good.ByNewest, Limit: 1, Counted: []good.Facet{}, EveryStage: true})
	if err != nil || len(newest.Cards) == 0 {
		return f.Since
	}
	return newest.Cards[0].Updated
}

// prefix is where the pages of a language begin.
func prefix(l *i18n.Locale) string {
	if l.Code == "en" {
		return ""
	}
	return "/" + l.Code
}
