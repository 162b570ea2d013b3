package nominate

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"stoa/internal/app/checks"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// look answers POST /nominate/look: a machine looks at an address, and the form
// comes back filled in with what it saw.
func (c Config) look(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "address")
	if err != nil {
		return err
	}
	m := &model{Frame: f, Form: page.Form{Values: v}, Claims: c.Claims != nil}
	err = c.Quota(r)
	var begun *checks.Check
	if err == nil {
		begun, err = c.Checks.Begin(r.Context(), f.Reader(), checks.Start{Target: strings.TrimSpace(v.Get("address"))})
	}
	if err == nil {
		_, err = c.Checks.Wait(r.Context(), f.Reader(), begun.ID)
	}
	if err != nil && m.Form.Add(f, at("address", err)) {
		return c.show(w, r, edge.Status(w.Header(), err), m)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, string(f.Href(lookAt(begun.ID))), http.StatusSeeOther)
	return nil
}

// endLook answers POST /nominate/look/end.
func (c Config) endLook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "check")
	if err != nil {
		return err
	}
	id := good.ID(v.Get("check"))
	if err := c.Checks.Stop(r.Context(), f.Reader(), id); err != nil {
		return err
	}
	http.Redirect(w, r, string(f.Href(lookAt(id))), http.StatusSeeOther)
	return nil
}

// at places an error beside a field of this form.
func at(field string, err error) error {
	if e, ok := err.(*good.Error); ok && e.Field != "" {
		placed := *e
		placed.Field = field
		return &placed
	}
	return err
}

func lookAt(id good.ID) string { return "/nominate?look=" + string(id) }

// seen fills the form in with what a check saw, where the address names one.
func (c Config) seen(r *http.Request, m *model) error {
	id := good.ID(strings.ToUpper(r.URL.Query().Get("look")))
	if c.Checks == nil || id == "" {
		return nil
	}
	if !id.Valid() {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.check"}
	}
	var err error
	if m.Look, err = c.Checks.Show(r.Context(), m.Reader(), id); err != nil {
		return err
	}
	m.Query = "look=" + string(id)
	m.Known = c.Checks.Known(m.Look.Report)
	m.Form.Values = url.Values{"link": {m.Look.Target}, "address": {m.Look.Target}, "name": {m.Known.Name}, "licence": {m.Known.Licence}, "kind": {string(m.Known.Kind)}}
	if m.Known.Name == "" && m.Look.Report != nil {
		m.Form.Values.Set("name", checks.NameOf(m.Look.Target))
	}
	if m.Known.SDG > 0 {
		m.Form.Values.Set("sdg", strconv.Itoa(m.Known.SDG))
	}
	return nil
}
