// Package watch is the page of what was seen of one good after it was
// recognised, where its owners say why something is as it is.
package watch

import (
	"context"
	"net/http"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/goods"
	"stoa/internal/app/watching"
	"stoa/internal/edge"
	"stoa/internal/good"
	signs "stoa/internal/watch"
	"stoa/internal/web/page"
)

// Watch is what the page asks of the watch.
type Watch interface {
	Of(ctx context.Context, id good.ID) (watching.Seen, error)
	Mine(ctx context.Context, who access.Who, id good.ID) (bool, error)
	Explain(ctx context.Context, who access.Who, id good.ID, reason string) error
	Again(ctx context.Context, who access.Who, slugOrID string) error
}

// Goods is what the page asks of the goods.
type Goods interface {
	Show(ctx context.Context, slugOrID string) (goods.View, error)
}

// Routes are the page and its forms.
func Routes(watch Watch, all Goods) []page.Route {
	h := &pages{watch, all}
	return []page.Route{
		{Pattern: "GET /goods/{slug}/watch", Act: access.Public, Handler: h.show},
		{Pattern: "POST /goods/{slug}/watch", Act: access.Explain, Handler: h.explain},
		{Pattern: "POST /goods/{slug}/watch/again", Act: access.Watch, Handler: h.again},
	}
}

type pages struct {
	watch Watch
	goods Goods
}

// model is what the page shows.
type model struct {
	*page.Frame
	Good *good.Good
	watching.Seen
	Mine bool // the reader owns the good
	Told string
	On   *page.Form
	Sign good.ID // the one whose form was sent
}

// find looks the good up; one at another address is answered with a redirect,
// and Good is nil.
func (h *pages) find(w http.ResponseWriter, r *http.Request, f *page.Frame) (*model, error) {
	v, err := h.goods.Show(r.Context(), r.PathValue("slug"))
	if err != nil {
		return nil, err
	}
	if v.Moved || v.Good.Slug != r.PathValue("slug") {
		http.Redirect(w, r, f.Prefix+"/goods/"+page.PathEscape(v.Good.Slug)+"/watch", http.StatusMovedPermanently)
		return &model{}, nil
	}
	f.Here, f.Work, f.Title, f.Description = "goods", true, f.Tell("sign.page.title", "Name", v.Good.Name), f.T("sign.page.lede")
	f.Path = "/goods/" + v.Good.Slug + "/watch"
	return &model{Frame: f, Good: v.Good}, nil
}

// fill adds what the watch says.
func (h *pages) fill(ctx context.Context, m *model) (err error) {
	if m.Seen, err = h.watch.Of(ctx, m.Good.ID); err != nil {
		return err
	}
	m.Mine, err = h.watch.Mine(ctx, m.Reader(), m.Good.ID)
	return err
}

func (h *pages) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := h.find(w, r, f)
	if err != nil || m.Good == nil {
		return err
	}
	switch r.URL.Query().Get("done") {
	case "explained":
		m.Told = f.T("sign.explain.done")
	case "again":
		m.Told = f.T("sign.again.done")
	}
	if m.Told != "" || f.Viewer != nil {
		edge.Private(w.Header())
	} else if page.Fresh(w, r, f) {
		return nil
	}
	if err := h.fill(r.Context(), m); err != nil {
		return err
	}
	return page.Write(w, r, f, http.StatusOK, watchPage(m))
}

// explain notes what an owner says of a sign.
func (h *pages) explain(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "sign", "reason")
	if err != nil {
		return err
	}
	id := good.ID(strings.TrimSpace(v.Get("sign")))
	return h.done(w, r, f, "explained", id, &page.Form{Values: v}, func() error {
		return h.watch.Explain(r.Context(), f.Reader(), id, v.Get("reason"))
	})
}

// again has the good looked at again.
func (h *pages) again(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.done(w, r, f, "again", "", &page.Form{}, func() error { return h.watch.Again(r.Context(), f.Reader(), r.PathValue("slug")) })
}

// done does what a form asks for, and leads back or shows what is wrong.
func (h *pages) done(w http.ResponseWriter, r *http.Request, f *page.Frame, what string, sign good.ID, on *page.Form, do func() error) error {
	m, err := h.find(w, r, f)
	if err != nil || m.Good == nil {
		return err
	}
	if err := do(); err != nil {
		if !on.Add(f, err) {
			return err
		}
		if m.On, m.Sign = on, sign; sign != "" {
			on.Wrong[0].Field = "reason-" + string(sign)
		}
		edge.Private(w.Header())
		status := edge.Status(w.Header(), err)
		if err := h.fill(r.Context(), m); err != nil {
			return err
		}
		return page.Write(w, r, f, status, watchPage(m))
	}
	http.Redirect(w, r, f.Prefix+f.Path+"?done="+what, http.StatusSeeOther)
	return nil
}

// over are the signs that ended.
func (m *model) over() (out []signs.Sign) {
	for _, s := range m.Signs {
		if !s.Open() {
			out = append(out, s)
		}
	}
	return out
}

// reason is the field for what an owner says of a sign.
func (m *model) reason(s signs.Sign) page.Field {
	d := page.Field{Name: "reason", ID: "reason-" + string(s.ID), Label: m.T("sign.explain"), Hint: m.T("sign.explain.hint"), Value: s.Known, Lines: 3, Max: 2000}
	if m.Sign == s.ID {
		return m.On.Field(d)
	}
	return d
}
