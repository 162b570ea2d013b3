// Package languages is the pages of what people translate: tasks, the texts of
// each, and the languages and words of a good.
package languages

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/localisation"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/web/page"
)

// Config is what the pages need.
type Config struct {
	App *app.App
}

// Routes are the pages.
func Routes(c Config) []page.Route {
	return []page.Route{
		{Pattern: "GET /localisation", Act: access.Public, Handler: c.list},
		{Pattern: "GET /localisation/new", Act: access.OpenLocalisation, Handler: c.fresh},
		{Pattern: "POST /localisation", Act: access.OpenLocalisation, Handler: c.open},
		{Pattern: "GET /localisation/{task}", Act: access.Public, Handler: c.show},
		{Pattern: "GET /localisation/{task}/xliff", Act: access.Public, Handler: c.export(l10n.XLIFF, "application/xliff+xml")},
		{Pattern: "GET /localisation/{task}/po", Act: access.Public, Handler: c.export(l10n.PO, "text/x-gettext-translation; charset=utf-8")},
		{Pattern: "POST /localisation/{task}/claim", Act: access.ClaimLocalisation, Handler: c.step("claim", func(r *http.Request, who access.Who, id good.ID, _ *page.Form) error {
			return third(c.App.Claim(r.Context(), who, id))
		})},
		{Pattern: "POST /localisation/{task}/release", Act: access.KeepLocalisation, Handler: c.step("release", func(r *http.Request, who access.Who, id good.ID, _ *page.Form) error {
			return third(c.App.Release(r.Context(), who, id))
		})},
		{Pattern: "POST /localisation/{task}/hand-in", Act: access.Translate, Handler: c.step("hand-in", func(r *http.Request, who access.Who, id good.ID, _ *page.Form) error {
			return third(c.App.HandIn(r.Context(), who, id))
		})},
		{Pattern: "POST /localisation/{task}/review", Act: access.ReviewLocalisation, Handler: c.step("review", func(r *http.Request, who access.Who, id good.ID, f *page.Form) error {
			return third(c.App.Review(r.Context(), who, id, f.Values.Get("fits") == "yes", f.Values.Get("note")))
		}, "fits", "note")},
		{Pattern: "POST /localisation/{task}/withdraw", Act: access.KeepLocalisation, Handler: c.step("withdraw", func(r *http.Request, who access.Who, id good.ID, f *page.Form) error {
			return third(c.App.Withdraw(r.Context(), who, id, f.Values.Get("note")))
		}, "note")},
		{Pattern: "POST /localisation/{task}/units", Act: access.Translate, Handler: c.translate},
		{Pattern: "POST /localisation/{task}/import", Act: access.Translate, Handler: c.bring},
		{Pattern: "GET /countries/{iso}/languages", Act: access.Public, Handler: c.country},
		{Pattern: "GET /goods/{slug}/languages", Act: access.Public, Handler: c.about},
		{Pattern: "POST /goods/{slug}/languages", Act: access.KeepLocalisation, Handler: c.cover},
		{Pattern: "POST /goods/{slug}/languages/read", Act: access.KeepLocalisation, Handler: c.read},
		{Pattern: "POST /goods/{slug}/glossary", Act: access.KeepGlossary, Handler: c.say},
		{Pattern: "POST /goods/{slug}/glossary/drop", Act: access.KeepLocalisation, Handler: c.drop},
	}
}

func third[T any](_ T, _ int64, err error) error { return err }

// MaxUpload is how many bytes a form with a file may have.
const MaxUpload = l10n.MaxBytes + 1<<20

// Uploads says whether a request may bring a file, so that it may be large.
func Uploads(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return r.Method == http.MethodPost && media == "multipart/form-data" && strings.Contains(r.URL.Path, "/localisation")
}

// sent reads a form that may bring a file in the field "file": its bytes, or
// those of the text that was pasted into "text".
func sent(r *http.Request, fields ...string) (v url.Values, file []byte, format l10n.Format, err error) {
	if Uploads(r) {
		unread := &good.Error{Kind: good.Invalid, Key: "form.error.unread"}
		if err := r.ParseMultipartForm(MaxUpload); err != nil {
			return nil, nil, "", errors.Join(unread, err)
		}
		for name, list := range r.MultipartForm.File {
			if name != "file" || len(list) != 1 {
				return nil, nil, "", unread
			}
			part, err := list[0].Open()
			if err != nil {
				return nil, nil, "", errors.Join(unread, err)
			}
			file, err = io.ReadAll(part)
			if err = errors.Join(err, part.Close()); err != nil {
				return nil, nil, "", errors.Join(unread, err)
			}
			format = l10n.FormatOf(list[0].Filename)
		}
		if r.PostForm = r.MultipartForm.Value; r.PostForm.Get("file") == "" {
			r.PostForm.Del("file") // none was chosen
		}
	}
	if v, err = page.Sent(r, append(fields, "text", "format")...); err != nil {
		return nil, nil, "", err
	}
	if len(file) == 0 {
		file, format = []byte(v.Get("text")), l10n.Plain
	}
	if f := l10n.Format(v.Get("format")); f != "" {
		format = f
	}
	return v, file, format, nil
}

// formats are the forms of files with what they are called everywhere.
func formats(f *page.Frame) []page.Option {
	var out []page.Option
	for _, p := range []struct {
		format l10n.Format
		name   string
	}{{l10n.PO, "PO (gettext)"}, {l10n.XLIFF, "XLIFF"}, {l10n.ARB, "ARB"}, {l10n.JSON, "JSON"}, {l10n.Android, "Android strings.xml"}, {l10n.Strings, "Apple .strings"}, {l10n.XCStrings, "Apple .xcstrings"},
		{l10n.Fluent, "Fluent"}, {l10n.Properties, "Java .properties"}, {l10n.YAML, "YAML (Rails)"}} {
		out = append(out, page.Option{Value: string(p.format), Label: p.name})
	}
	return append(out, page.Option{Value: string(l10n.Plain), Label: f.T("l10n.format.text")})
}

// model is what the list shows.
type model struct {
	*page.Frame
	app.List
	Which app.Which
}

// at is the address of the list with a question.
func at(w app.Which) string {
	v := url.Values{}
	for _, p := range []page.Pair{{Name: "good", Value: w.Good}, {Name: "language", Value: w.Language}, {Name: "state", Value: string(w.State)}, {Name: "before", Value: string(w.Before)}} {
		if p.Value != "" {
			v.Set(p.Name, p.Value)
		}
	}
	if len(v) == 0 {
		return "/localisation"
	}
	return "/localisation?" + v.Encode()
}

func (m *model) next() string {
	w := m.Which
	w.Before = m.Next
	return at(w)
}

func (c Config) list(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v := r.URL.Query()
	which := app.Which{Good: v.Get("good"), Language: v.Get("language"), State: l10n.Standing(v.Get("state")), Before: good.ID(v.Get("before"))}
	all, err := c.App.List(r.Context(), which, app.PageLength)
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Description, f.Work = "/localisation", f.T("l10n.title"), f.T("l10n.lede"), true
	_, f.Query, _ = strings.Cut(at(which), "?")
	if f.Unlisted = f.Query != ""; page.Fresh(w, r, f) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, list(&model{Frame: f, List: all, Which: which}))
}

// opening is what the page on which a task is opened shows.
type opening struct {
	*page.Frame
	Form *page.Form
	Slug string
}

func (c Config) fresh(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeNew(w, r, f, http.StatusOK, r.URL.Query().Get("good"), nil)
}

func (c Config) writeNew(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, slug string, form *page.Form) error {
	f.Path, f.Title, f.Work, f.Unlisted = "/localisation/new", f.T("l10n.new"), true, true
	return page.Write(w, r, f, status, begin(&opening{Frame: f, Form: form, Slug: slug}))
}

func (c Config) open(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, file, format, err := sent(r, "good", "language", "source", "name", "what")
	if err != nil {
		return err
	}
	in := app.Opening{Good: v.Get("good"), Name: v.Get("name"), Language: v.Get("language"), Source: v.Get("source"), About: v.Get("what") == "about", Format: format, File: file}
	t, _, err := c.App.Open(r.Context(), f.Reader(), in)
	if err != nil {
		form := &page.Form{Values: v}
		if !form.Add(f, err) {
			return err
		}
		return c.writeNew(w, r, f, page.Status(w, err), in.Good, form)
	}
	http.Redirect(w, r, string(f.Href("/localisation/"+string(t.ID))), http.StatusSeeOther)
	return nil
}

// after is the number behind which a page of texts begins.
func after(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > l10n.MaxTask {
		return 0
	}
	return n - n%app.UnitsShown
}
