// Package recipes is the page of how a good is brought to run, and the list of
// that which other pages show.
package recipes

import (
	"net/http"
	"strconv"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/recipes"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/recipe"
	"stoa/internal/web/page"
)

// Config is what the page needs.
type Config struct{ App *app.App }

// Routes are the pages.
func Routes(c Config) []page.Route {
	return []page.Route{
		{Pattern: "GET /goods/{slug}/recipes", Act: access.Public, Handler: c.list},
		{Pattern: "POST /goods/{slug}/recipes", Act: access.StateRecipe, Handler: c.state},
		{Pattern: "POST /goods/{slug}/recipes/{recipe}", Act: access.KeepRecipe, Handler: c.change},
		{Pattern: "POST /goods/{slug}/recipes/{recipe}/drop", Act: access.KeepRecipe, Handler: c.drop},
	}
}

// model is what the page shows.
type model struct {
	*page.Frame
	*app.List
	Form *page.Form // that was sent, with what is wrong
	Sent string     // which form that was: "new", or the id of a recipe
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *model) field(form string, d page.Field) page.Field {
	d.ID = named(form, d.Name)
	if m.Sent == form {
		return m.Form.Field(d)
	}
	return d
}

// named is the id of a field: each form of the page has its own.
func named(form, field string) string {
	if form == "new" || field == "" {
		return field
	}
	return field + "-" + form
}

// edition is the one of which a form is: as it was sent if it was, so that what
// another wrote meanwhile is not overwritten by sending it again.
func (m *model) edition(form string, now int64) string {
	if m.Sent == form && m.Form.Values.Get("edition") != "" {
		return m.Form.Values.Get("edition")
	}
	return strconv.FormatInt(now, 10)
}

func kinds(f *page.Frame) []page.Option {
	var out []page.Option
	for _, k := range recipe.Kinds {
		out = append(out, page.Option{Value: string(k), Label: f.T("ways.kind." + string(k))})
	}
	return out
}

// signs stand before the words of what was seen.
var signs = map[recipe.Word]string{recipe.Alive: "✓", recipe.Gone: "✕", recipe.Silent: "✕", recipe.Unclear: "?"}

// sign is that of a recipe: what does not answer keeps its sign while nothing new
// can be said.
func sign(s recipe.Sight) string {
	if s.Word == recipe.Unclear && !s.Dead.IsZero() {
		return signs[recipe.Silent]
	}
	return signs[s.Word]
}

// seen is what was seen of a recipe, in words.
func seen(f *page.Frame, s recipe.Sight) string {
	switch {
	case s.At.IsZero():
		return f.T("ways.seen.never")
	case !s.Dead.IsZero():
		return f.Tell("ways.seen.dead", "Date", f.Day(s.Dead))
	case !s.Alive.IsZero():
		return f.Tell("ways.seen.alive", "Date", f.Day(s.Alive))
	}
	return f.Tell("ways.seen.unclear", "Date", f.Day(s.At))
}

// Told is a recipe in one line.
func Told(f *page.Frame, r *recipe.Recipe) string {
	parts := []string{f.T("ways.kind." + string(r.Kind)), strings.TrimSpace(r.Name + " " + r.Version), r.Address}
	if r.Command != "" {
		parts = append(parts, r.Command)
	}
	return strings.Join(append(parts, seen(f, r.Sight), f.Tell("ways.says."+string(r.Says), "Date", f.Day(r.At))), " · ")
}

// languages are those of a recipe, in words.
func languages(f *page.Frame, list []string) string {
	var out []string
	for _, l := range list {
		out = append(out, f.Language(l))
	}
	return f.List(out)
}

func (c Config) list(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.write(w, r, f, http.StatusOK, "", nil)
}

func (c Config) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	f.Here = "goods"
	list, err := c.App.Of(r.Context(), f.Reader(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	if list.Moved(r.PathValue("slug")) && status == http.StatusOK {
		edge.Public(w.Header(), 0)
		http.Redirect(w, r, string(f.Good(list.Good.Slug))+"/recipes", http.StatusMovedPermanently)
		return nil
	}
	f.Path, f.Title, f.Work = "/goods/"+list.Good.Slug+"/recipes", f.Tell("ways.of", "Name", list.Good.Name), true
	f.Description = f.T("ways.lede")
	if status == http.StatusOK && page.Fresh(w, r, f) {
		return nil
	}
	return page.Write(w, r, f, status, recipes(&model{Frame: f, List: list, Form: form, Sent: sent}))
}

// back comes back to the page from a form, or shows what is wrong with it.
func (c Config) back(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, form *page.Form, err error) error {
	if err != nil {
		if !form.Add(f, err) {
			return err
		}
		for i := range form.Wrong {
			form.Wrong[i].Field = named(sent, form.Wrong[i].Field)
		}
		return c.write(w, r, f, page.Status(w, err), sent, form)
	}
	http.Redirect(w, r, string(f.Href("/goods/"+page.PathEscape(r.PathValue("slug"))+"/recipes")), http.StatusSeeOther)
	return nil
}

// said reads the fields of a recipe.
func said(r *http.Request) (recipe.Recipe, *page.Form, error) {
	v, err := page.Sent(r, "kind", "name", "address", "version", "command", "languages", "edition")
	if err != nil {
		return recipe.Recipe{}, nil, err
	}
	edition, _ := strconv.ParseInt(v.Get("edition"), 10, 64)
	return recipe.Recipe{Kind: recipe.Kind(v.Get("kind")), Name: v.Get("name"), Address: v.Get("address"), Version: v.Get("version"), Command: v.Get("command"),
		Languages: strings.FieldsFunc(v.Get("languages"), func(c rune) bool { return strings.ContainsRune(",;،，、\n", c) }), Edition: edition}, &page.Form{Values: v}, nil
}

func (c Config) state(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	in, form, err := said(r)
	if err != nil {
		return err
	}
	_, _, err = c.App.State(r.Context(), f.Reader(), r.PathValue("slug"), in)
	return c.back(w, r, f, "new", form, err)
}

func (c Config) change(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	in, form, err := said(r)
	if err != nil {
		return err
	}
	id := r.PathValue("recipe")
	_, _, err = c.App.Change(r.Context(), f.Reader(), r.PathValue("slug"), good.ID(id), in)
	return c.back(w, r, f, id, form, err)
}

func (c Config) drop(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r)
	if err != nil {
		return err
	}
	id := r.PathValue("recipe")
	_, err = c.App.Drop(r.Context(), f.Reader(), r.PathValue("slug"), good.ID(id))
	return c.back(w, r, f, id, &page.Form{Values: v}, err)
}
