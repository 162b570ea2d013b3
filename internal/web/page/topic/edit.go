package topic

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	app "stoa/internal/app/countries"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
)

// editing is what the form of a country shows.
type editing struct {
	*page.Frame
	app.View
	Form *page.Form
}

// edit answers /countries/{iso}/edit.
func (l Lands) edit(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return l.writeEdit(w, r, f, http.StatusOK, nil)
}

func (l Lands) writeEdit(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	v, err := l.App.Show(r.Context(), f.Reader(), r.PathValue("iso"))
	if err != nil {
		return err
	}
	if !v.Keeps {
		return &good.Error{Kind: good.Forbidden, Key: "land.error.stranger", Args: map[string]any{"Name": f.Country(v.Code)}}
	}
	f.Here, f.Path, f.Unlisted = "countries", "/countries/"+v.Code+"/edit", true
	f.Title = f.Tell("land.edit.of", "Name", f.Country(v.Code))
	return page.Write(w, r, f, status, edit(&editing{f, v, form}))
}

// described answers POST /countries/{iso}.
func (l Lands) described(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	fields := []string{"version", "links", "sdgs*", "sectors*"}
	for _, t := range f.Site.Tongues {
		fields = append(fields, "text_"+t.Code)
	}
	for _, role := range deploy.Roles {
		fields = append(fields, "office_"+role)
	}
	v, err := page.Sent(r, fields...)
	if err != nil {
		return err
	}
	now, err := l.App.Show(r.Context(), f.Reader(), r.PathValue("iso"))
	if err != nil {
		return err
	}
	d := app.Description{Text: good.Text{}, Sectors: v["sectors"], Links: links(v.Get("links"))}
	d.Version = changed(v)
	for lang, text := range now.Land.Text {
		d.Text[lang] = text // in languages that the form does not ask for
	}
	for _, t := range f.Site.Tongues {
		d.Text[t.Code] = v.Get("text_" + t.Code)
	}
	for _, s := range v["sdgs"] {
		n, _ := strconv.Atoi(s) // what is no number is no goal
		d.SDGs = append(d.SDGs, n)
	}
	for _, role := range deploy.Roles {
		d.Offices = append(d.Offices, deploy.Office{Role: role, URL: v.Get("office_" + role)})
	}
	_, _, err = l.App.Describe(r.Context(), f.Reader(), now.Code, d)
	form := &page.Form{Values: v}
	if err != nil && form.Add(f, err) {
		return l.writeEdit(w, r, f, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, f.Prefix+"/countries/"+now.Code, http.StatusSeeOther)
	return nil
}

// links are what stands one a line: an address and what it is.
func links(text string) []good.Link {
	var out []good.Link
	for l := range strings.Lines(text) {
		address, name, _ := strings.Cut(strings.TrimSpace(l), " ")
		if address != "" {
			out = append(out, good.Link{URL: address, Name: strings.TrimSpace(name)})
		}
	}
	return out
}

func (m *editing) links() string {
	var out []string
	for _, l := range m.Land.Links {
		out = append(out, strings.TrimSpace(l.URL+" "+l.Name))
	}
	return strings.Join(out, "\n")
}

func (m *editing) office(role string) string {
	for _, o := range m.Land.Offices {
		if o.Role == role {
			return o.URL
		}
	}
	return ""
}

func (m *editing) goals() (options []page.Option, chosen []string) {
	for _, s := range vocab.SDGs() {
		value := strconv.Itoa(s.Number)
		options = append(options, page.Option{Value: value, Label: m.Digits(s.Number) + " " + m.Goal(s.Number)})
		if slices.Contains(m.Land.SDGs, s.Number) {
			chosen = append(chosen, value)
		}
	}
	return options, chosen
}

func (m *editing) sectors() []page.Option {
	var out []page.Option
	for _, s := range vocab.Sectors() {
		out = append(out, page.Option{Value: s, Label: m.Sector(s)})
	}
	slices.SortFunc(out, func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
	return out
}

func (m *editing) version() string { return strconv.FormatInt(m.Land.Version, 10) }

// field is a field as it was sent, or as it stands: what was sent without a
// choice has none.
func (m *editing) field(d page.Field) page.Field {
	if m.Form != nil {
		d.Chosen = nil
	}
	return m.Form.Field(d)
}
