// Package advisory shows the advisory group, what it is asked, and what it and
// the public say; and takes opinions, comments, answers and minutes.
package advisory

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/app/advisory"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Routes are the pages of the advisory group.
func Routes(app *advisory.App) []page.Route {
	h := &pages{app}
	return []page.Route{
		{Pattern: "GET /advisory", Act: access.Public, Handler: h.group},
		{Pattern: "GET /consultations/{slug}", Act: access.Public, Handler: h.show},
		{Pattern: "POST /consultations/{slug}/comments", Act: access.CommentDraft, Handler: h.comment},
		{Pattern: "POST /consultations/{slug}/opinion", Act: access.Opine, Handler: h.opine},
		{Pattern: "POST /consultations/{slug}/answers/{comment}", Act: access.AnswerComment, Handler: h.answer},
		{Pattern: "POST /consultations/{slug}/extend", Act: access.ManageGroup, Handler: h.extend},
		{Pattern: "POST /consultations/{slug}/conclude", Act: access.ManageGroup, Handler: h.conclude},
		{Pattern: "GET /desk/advisory", Act: access.ManageGroup, Handler: h.desk},
		{Pattern: "GET /desk/advisory/tables/{table}", Act: access.ManageGroup, Handler: h.table},
		{Pattern: "POST /desk/advisory/seats", Act: access.ManageGroup, Handler: h.appoint},
		{Pattern: "POST /desk/advisory/seats/{seat}/end", Act: access.ManageGroup, Handler: h.end},
		{Pattern: "POST /desk/advisory/consultations", Act: access.ManageGroup, Handler: h.consult},
		{Pattern: "GET /advisory/seat", Act: access.Opine, Handler: h.seat},
		{Pattern: "POST /advisory/seat/{seat}/interests", Act: access.Opine, Handler: h.declare},
		{Pattern: "POST /advisory/seat/{seat}/interests/{n}/withdraw", Act: access.Opine, Handler: h.undeclare},
	}
}

type pages struct{ app *advisory.App }

func (h *pages) group(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	g, err := h.app.Group(r.Context())
	if err != nil {
		return err
	}
	f.Title, f.Description, f.Work = f.T("advisory.title"), f.T("advisory.lede"), true
	if page.FreshToday(w, r, f, g.Today) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, group(f, g))
}

// record is the page of one consultation being made.
type record struct {
	advisory.Record
	On      *page.Form // the form that was sent, with what is wrong
	Which   string     // which form that was: "comment", "opinion", "answer-ID", "extend", "conclude"
	Advises bool       // the reader may give an opinion now
	Mine    *advise.Opinion
	Keeps   bool // the reader looks after the group
}

func (h *pages) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.write(w, r, f, http.StatusOK, "", nil)
}

func (h *pages) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, which string, on *page.Form) error {
	rec, err := h.app.Record(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	f.Title, f.Description, f.Work = rec.Title, page.Cut(rec.Text, 160), true
	f.Path = "/consultations/" + rec.Slug // that of the page, where a form came to another
	m := &record{Record: rec, On: on, Which: which, Keeps: may(f, access.ManageGroup)}
	if may(f, access.Opine) {
		if err := h.advises(r.Context(), f, m); err != nil {
			return err
		}
	}
	if status == http.StatusOK && page.FreshToday(w, r, f, rec.Today) {
		return nil
	}
	return page.Write(w, r, f, status, consultation(f, m))
}

func may(f *page.Frame, act access.Act) bool {
	_, err := access.As(f.Reader(), act, access.Thing{})
	return err == nil
}

// advises says whether the reader's seat may give an opinion, and what it said.
func (h *pages) advises(ctx context.Context, f *page.Frame, m *record) error {
	seats, err := h.app.SeatsOf(ctx, f.Reader().Person)
	for _, s := range seats {
		m.Advises = m.Advises || advise.MayAdvise(&s, &m.Consultation, m.Today) == nil
		for _, o := range m.Opinions {
			if o.Seat == s.ID {
				m.Mine = &o.Opinion
			}
		}
	}
	return err
}

// sent runs a verb with what a form on a consultation's page holds.
func (h *pages) sent(w http.ResponseWriter, r *http.Request, f *page.Frame, which, anchor string, do func(ctx context.Context, who access.Who, slug string) error) error {
	on, err := page.ReadForm(r)
	if err != nil {
		return err
	}
	slug := r.PathValue("slug")
	if err := do(r.Context(), f.Reader(), slug); err != nil {
		if !on.Add(f, err) {
			return err
		}
		return h.write(w, r, f, http.StatusUnprocessableEntity, which, on)
	}
	http.Redirect(w, r, f.Prefix+"/consultations/"+page.PathEscape(slug)+anchor, http.StatusSeeOther)
	return nil
}

func (h *pages) comment(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.sent(w, r, f, "comment", "#comments", func(ctx context.Context, who access.Who, slug string) error {
		m := advise.Comment{On: r.PostFormValue("on"), Text: r.PostFormValue("text"), Lang: f.Code}
		if r.PostFormValue("named") == "yes" {
			m.Name = f.ViewerName
		}
		_, _, err := h.app.Comment(ctx, who, slug, m)
		return err
	})
}

func (h *pages) opine(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.sent(w, r, f, "opinion", "#opinions", func(ctx context.Context, who access.Who, slug string) error {
		_, err := h.app.Opine(ctx, who, slug, advise.Opinion{Position: advise.Position(r.PostFormValue("position")), Text: r.PostFormValue("opinion"), Lang: f.Code})
		return err
	})
}

func (h *pages) answer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	id := r.PathValue("comment")
	return h.sent(w, r, f, "answer-"+id, "#comment-"+id, func(ctx context.Context, who access.Who, _ string) error {
		_, err := h.app.Answer(ctx, who, good.ID(id), advise.Disposition(r.PostFormValue("disposition")), r.PostFormValue("answer"))
		return err
	})
}

func (h *pages) extend(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.sent(w, r, f, "extend", "", func(ctx context.Context, who access.Who, slug string) error {
		_, err := h.app.Extend(ctx, who, slug, good.Date(r.PostFormValue("closes")))
		return err
	})
}

func (h *pages) conclude(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.sent(w, r, f, "conclude", "#outcome", func(ctx context.Context, who access.Who, slug string) error {
		_, err := h.app.Conclude(ctx, who, slug, r.PostFormValue("minutes"), r.PostFormValue("outcome"))
		return err
	})
}

func (h *pages) desk(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeDesk(w, r, f, http.StatusOK, "", nil)
}

func (h *pages) writeDesk(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, which string, on *page.Form) error {
	g, err := h.app.Group(r.Context())
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work = "/desk/advisory", f.T("advisory.desk.title"), true
	return page.Write(w, r, f, status, deskPage(f, g, which, on))
}

// told runs a verb with what a form on the desk's page holds.
func (h *pages) told(w http.ResponseWriter, r *http.Request, f *page.Frame, which string, do func(ctx context.Context, who access.Who) (to string, err error)) error {
	on, err := page.ReadForm(r)
	if err != nil {
		return err
	}
	to, err := do(r.Context(), f.Reader())
	if err != nil {
		if !on.Add(f, err) {
			return err
		}
		return h.writeDesk(w, r, f, http.StatusUnprocessableEntity, which, on)
	}
	http.Redirect(w, r, f.Prefix+to, http.StatusSeeOther)
	return nil
}

func (h *pages) appoint(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.told(w, r, f, "seat", func(ctx context.Context, who access.Who) (string, error) {
		_, _, err := h.app.Appoint(ctx, who, r.PostFormValue("person"), advise.Seat{Constituency: advise.Constituency(r.PostFormValue("constituency")),
			Name: r.PostFormValue("name"), Organisation: r.PostFormValue("organisation"), From: good.Date(r.PostFormValue("from")), Until: good.Date(r.PostFormValue("until"))})
		return "/desk/advisory", err
	})
}

func (h *pages) end(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.told(w, r, f, "end-"+r.PathValue("seat"), func(ctx context.Context, who access.Who) (string, error) {
		_, err := h.app.EndSeat(ctx, who, good.ID(r.PathValue("seat")), r.PostFormValue("reason"))
		return "/desk/advisory", err
	})
}

func (h *pages) consult(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.told(w, r, f, "consultation", func(ctx context.Context, who access.Who) (string, error) {
		v := r.PostFormValue
		c, _, err := h.app.Consult(ctx, who, advise.Consultation{Subject: advise.SubjectKind(v("subject")), Ref: v("ref"), Title: v("title"), Text: v("text"), Lang: f.Code,
			Public: v("public") == "yes", Opens: good.Date(v("opens")), Closes: good.Date(v("closes")),
			Organisations: page.Words(v("organisations")), Goods: page.Words(v("goods"))})
		return "/consultations/" + page.PathEscape(c.Slug), err
	})
}

func (h *pages) seat(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeSeat(w, r, f, http.StatusOK, nil)
}

func (h *pages) writeSeat(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	seats, err := h.app.SeatsOf(r.Context(), f.Reader().Person)
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work = "/advisory/seat", f.T("advisory.seat.title"), true
	slices.Reverse(seats) // the newest first
	return page.Write(w, r, f, status, seatPage(f, seats, on))
}

func (h *pages) declare(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.changed(w, r, f, func(id good.ID) (int64, error) {
		v := r.PostFormValue
		return h.app.Declare(r.Context(), f.Reader(), id, advise.Interest{Text: v("text"), Organisation: good.Slugify(v("organisation")), Good: good.Slugify(v("good"))})
	})
}

func (h *pages) undeclare(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.changed(w, r, f, func(id good.ID) (int64, error) {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil {
			n = -1
		}
		return h.app.Undeclare(r.Context(), f.Reader(), id, n)
	})
}

func (h *pages) changed(w http.ResponseWriter, r *http.Request, f *page.Frame, do func(good.ID) (int64, error)) error {
	on, err := page.ReadForm(r)
	if err != nil {
		return err
	}
	if _, err := do(good.ID(r.PathValue("seat"))); err != nil {
		if !on.Add(f, err) {
			return err
		}
		return h.writeSeat(w, r, f, http.StatusUnprocessableEntity, on)
	}
	http.Redirect(w, r, f.Prefix+"/advisory/seat", http.StatusSeeOther)
	return nil
}
