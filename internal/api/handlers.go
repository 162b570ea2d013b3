package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/edge"
	"stoa/internal/good"
)

// list answers GET /api/v1/goods.
func (f *face) list(w http.ResponseWriter, r *http.Request) error {
	q, err := ask(r)
	if err != nil {
		return err
	}
	if f.fresh(w, r, f.cfg.Registry.Position()) {
		return nil
	}
	at, res, err := f.search(r.Context(), q)
	if err != nil {
		return err
	}
	page := Page{Total: res.Total, Lapsed: res.Lapsed, Fuzzy: res.Fuzzy, Position: res.Position}
	w.Header()["Etag"] = []string{edge.ETag(res.Position, "", f.cfg.Version)}
	if end := at.Offset + len(res.Cards); len(res.Cards) > 0 && end < res.Total && end <= good.MaxOffset {
		next := q.values()
		next.Set("cursor", cursor{offset: end, position: res.Position, last: res.Cards[len(res.Cards)-1].ID}.encode(q.Query))
		page.Next = f.base + "/api/v1/goods?" + next.Encode()
		w.Header().Set("Link", "<"+page.Next+`>; rel="next"`)
	}
	if len(q.Counted) > 0 {
		page.Facets = make(map[string][]FacetCount, len(q.Counted))
		for _, facet := range q.Counted {
			counts := make([]FacetCount, len(res.Facets[facet]))
			for i, c := range res.Facets[facet] {
				counts[i] = FacetCount(c)
			}
			page.Facets[string(facet)] = counts
		}
	}
	if q.full {
		items, err := f.whole(r.Context(), res.Cards)
		if err != nil {
			return err
		}
		return f.write(w, r, FullGoodList{Page: page, Items: items})
	}
	items := make([]GoodSummary, len(res.Cards))
	for i, c := range res.Cards {
		items[i] = f.summary(c)
	}
	return f.write(w, r, GoodList{Page: page, Items: items})
}

// search answers q and says from where on.
func (f *face) search(ctx context.Context, q question) (good.Query, good.Results, error) {
	if q.cursor != nil {
		return f.from(ctx, q.Query, *q.cursor)
	}
	res, err := f.cfg.Goods.Search(ctx, q.Query)
	return q.Query, res, err
}

// whole fetches the documents of cards, in their order. One that was removed
// since the search is left out.
func (f *face) whole(ctx context.Context, cards []good.Card) ([]Good, error) {
	ids := make([]good.ID, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	goods, err := f.cfg.Goods.Goods(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Good, 0, len(ids))
	for _, id := range ids {
		if g := goods[id]; g != nil && g.Tombstone == nil {
			out = append(out, f.good(g))
		}
	}
	return out, nil
}

// item answers GET /api/v1/goods/{good}.
func (f *face) item(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	g, to, err := f.find(r, true)
	if err != nil {
		return err
	}
	if to != "" {
		f.redirect(w, r, to)
		return nil
	}
	if g.Tombstone != nil {
		return &removed{g}
	}
	if f.fresh(w, r, g.Position) {
		return nil
	}
	w.Header().Set("Link", "<"+f.address(g.Slug)+`>; rel="canonical", <`+f.page(g.Slug)+`>; rel="alternate"; type="text/html"`)
	return f.write(w, r, f.good(g))
}

// find resolves the good r names. to is where r should have gone, if it names
// the good by an old address or a foreign id or, where mergers are followed, by
// an address of a good merged into it.
func (f *face) find(r *http.Request, follow bool) (g *good.Good, to string, err error) {
	name := r.PathValue("good")
	if len(name) > 200 || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return nil, "", unknownGood(name)
	}
	if id := good.ID(strings.ToUpper(name)); id.Valid() {
		name = string(id)
	}
	g, err = f.cfg.Goods.Good(r.Context(), name)
	if good.KindOf(err) == good.NotFound {
		return nil, "", unknownGood(name)
	}
	if err != nil {
		return nil, "", err
	}
	for hops := 0; follow && g.Tombstone != nil && g.Tombstone.Into != "" && hops < 10; hops++ {
		if g, err = f.cfg.Goods.Good(r.Context(), string(g.Tombstone.Into)); err != nil {
			return nil, "", err
		}
	}
	if asked := r.PathValue("good"); (g.Tombstone == nil || !follow) && asked != g.Slug && asked != string(g.ID) {
		to = strings.TrimPrefix(f.address(g.Slug), f.base)
		if strings.HasSuffix(r.URL.Path, "/history") {
			to += "/history"
		}
	}
	return g, to, nil
}

func unknownGood(name string) error {
	return &good.Error{Kind: good.NotFound, Key: "api.detail.good", Args: map[string]any{"Good": clip(name)}}
}

const (
	usualHistory = 50
	mostHistory  = 1000
	usualSuggest = 8
	mostSuggest  = 20
	mostPrefix   = 100 // characters
)

// history answers GET /api/v1/goods/{good}/history, for removed goods too.
func (f *face) history(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", usualHistory, mostHistory)
	if len(bad.parts) > 0 {
		return bad
	}
	g, to, err := f.find(r, false)
	if err != nil {
		return err
	}
	if to != "" {
		f.redirect(w, r, to)
		return nil
	}
	if f.fresh(w, r, f.cfg.Registry.Position()) { // an erasure changes history without changing the good
		return nil
	}
	entries, err := f.cfg.Goods.History(r.Context(), g.ID, limit+1)
	if err != nil {
		return err
	}
	doc := History{Good: string(g.ID), Entries: make([]HistoryEntry, 0, len(entries)), More: len(entries) > limit}
	for _, e := range entries[:min(limit, len(entries))] {
		doc.Entries = append(doc.Entries, entry(e))
	}
	return f.write(w, r, doc)
}

// sources answers GET /api/v1/sources.
func (f *face) sources(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	if f.fresh(w, r, f.cfg.Registry.Position()) {
		return nil
	}
	all, err := f.cfg.Registry.Sources(r.Context())
	if err != nil {
		return err
	}
	doc := SourceList{Items: make([]Source, 0, len(all))}
	for _, s := range all {
		doc.Items = append(doc.Items, source(s))
	}
	slices.SortFunc(doc.Items, func(a, b Source) int { return strings.Compare(a.ID, b.ID) })
	return f.write(w, r, doc)
}

// suggest answers GET /api/v1/suggest.
func (f *face) suggest(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "q", "lang", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	lang := bad.lang(v)
	limit := bad.number(v, "limit", usualSuggest, mostSuggest)
	prefix := strings.Join(strings.Fields(last(v, "q")), " ")
	if utf8.RuneCountInString(prefix) > mostPrefix {
		bad.parts = append(bad.parts, mistake{value: prefix, err: &good.Error{Kind: good.Invalid, Key: "error.query.long", Field: "q", Args: map[string]any{"Max": mostPrefix}}})
	}
	if len(bad.parts) > 0 {
		return bad
	}
	if f.fresh(w, r, f.cfg.Registry.Position()) {
		return nil
	}
	doc := SuggestionList{Items: []Suggestion{}}
	if prefix != "" {
		for _, c := range f.cfg.Registry.Suggest(r.Context(), prefix, lang, limit) {
			doc.Items = append(doc.Items, Suggestion{ID: string(c.ID), Slug: c.Slug, Name: c.Name, Kinds: words(c.Kinds), URL: f.address(c.Slug)})
		}
	}
	return f.write(w, r, doc)
}

// index answers GET /api/v1/.
func (f *face) index(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	l := locale(r)
	position := f.cfg.Registry.Position()
	edge.AddVary(w.Header(), "Accept-Language")
	edge.Public(w.Header(), 0)
	if edge.NotModified(w, r, edge.ETag(position, l.Code, f.cfg.Version)) {
		return nil
	}
	at := f.base + "/api/v1/"
	w.Header().Set("Link", "<"+at+`openapi.json>; rel="service-desc"; type="application/openapi+json"`)
	w.Header().Set("Content-Language", l.Code)
	doc := Index{Name: "Stoa", Version: f.cfg.Version, Position: position, Problems: map[string]string{}, Links: map[string]string{
		"goods":   at + "goods{?" + strings.Join(listParameters, ",") + "}",
		"good":    at + "goods/{slug-or-id}",
		"history": at + "goods/{slug-or-id}/history{?limit}",
		"sources": at + "sources", "standards": at + "standards", "suggest": at + "suggest{?q,lang,limit}",
		"openapi": at + "openapi.yaml", "problem": at + "problems/{code}", "checkpoint": f.base + "/log/checkpoint", "pages": f.base + "/"}}
	for _, code := range problemCodes() {
		doc.Problems[code] = l.T("api.problem." + code + ".title")
	}
	return f.write(w, r, doc)
}

// openapi answers with the description of the API in one of its two forms.
func (f *face) openapi(contentType string, of func() (spec, error)) answer {
	header := []string{contentType}
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := onlyKnown(r); err != nil {
			return err
		}
		s, err := of()
		if err != nil {
			return err
		}
		edge.Public(w.Header(), 0)
		if edge.NotModified(w, r, s.etag) {
			return nil
		}
		f.send(w, r, header, s.body)
		return nil
	}
}
