package desk

import (
	"net/http"
	"slices"

	"stoa/internal/app/assessment"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// profile answers /desk/profile: what the reader knows, and until when they are
// away.
func (h *pages) profile(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeProfile(w, r, f, http.StatusOK, nil)
}

func (h *pages) writeProfile(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	p, err := h.app.ProfileOf(r.Context(), f.Reader(), f.Reader().Person)
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/profile", f.T("desk.profile"), true, "desk"
	return page.Write(w, r, f, status, profilePage(f, p, h.judged(), on, told(r, f)))
}

// judged are the indicators of the standard by which goods are recognised.
func (h *pages) judged() []standard.Indicator {
	set, ok := h.app.Library.Set(assessment.DefaultStandard, "")
	if !ok {
		return nil
	}
	return set.Judged()
}

func (h *pages) setProfile(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "version", "kinds*", "indicators*", "away")
	if err != nil {
		return err
	}
	on := &page.Form{Values: v}
	p := assessment.Profile{Person: f.Reader().Person, Version: number(v.Get("version"))}
	for _, k := range good.Kinds {
		if slices.Contains(v["kinds"], string(k)) {
			p.Kinds = append(p.Kinds, k)
		}
	}
	for _, i := range h.judged() {
		if slices.Contains(v["indicators"], i.ID) {
			p.Knows = append(p.Knows, i.ID)
		}
	}
	if err = day(v.Get("away"), &p.Away); err == nil {
		err = h.app.SetProfile(r.Context(), f.Reader(), p)
	}
	if err != nil {
		if !on.Add(f, err) {
			return err
		}
		return h.writeProfile(w, r, f, http.StatusUnprocessableEntity, on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/profile?done=1", http.StatusSeeOther)
	return nil
}

func kindOptions(f *page.Frame) []page.Option {
	var out []page.Option
	for _, k := range good.Kinds {
		out = append(out, page.Option{Value: string(k), Label: f.Kind(k)})
	}
	return out
}

func indicatorOptions(f *page.Frame, list []standard.Indicator) []page.Option {
	var out []page.Option
	for _, i := range list {
		out = append(out, page.Option{Value: i.ID, Label: i.ID + " · " + say(f, i.Title)})
	}
	return out
}

func plainKinds(list []good.Kind) []string {
	var out []string
	for _, k := range list {
		out = append(out, string(k))
	}
	return out
}
