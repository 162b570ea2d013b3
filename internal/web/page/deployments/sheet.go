package deployments

import (
	"encoding/csv"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/deployments"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// MaxUpload is how many bytes the form with a spreadsheet may have.
const MaxUpload = app.MaxFile + 64<<10

// Uploads says whether a request may bring a spreadsheet, or choose among all
// rows of one, so that it may be large.
func Uploads(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/deployment-sheets")
}

// sheets are the pages of many deployments at once.
func (c Config) sheets() []page.Route {
	return []page.Route{
		{Pattern: "GET /deployment-sheets", Act: access.ClaimDeployment, Handler: c.sheetForm},
		{Pattern: "GET /deployment-sheets/template.csv", Act: access.Public, Handler: c.template},
		{Pattern: "POST /deployment-sheets", Act: access.ClaimDeployment, Handler: c.sheetSent},
		{Pattern: "GET /deployment-sheets/{sheet}", Act: access.ClaimDeployment, Handler: c.sheet},
		{Pattern: "POST /deployment-sheets/{sheet}", Act: access.ClaimDeployment, Handler: c.sheetEntered},
	}
}

// sending is what the page on which a spreadsheet is sent shows.
type sending struct {
	*page.Frame
	Form   *page.Form
	Speaks []page.Option
	Held   []deploy.Sheet
}

func (c Config) sheetForm(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeSheetForm(w, r, f, http.StatusOK, nil)
}

func (c Config) writeSheetForm(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	m := &sending{Frame: f, Form: form}
	_, _, bodies, err := c.App.Speaks(r.Context(), f.Reader(), "")
	if err != nil {
		return err
	}
	if m.Held, err = c.App.Sheets(r.Context(), f.Reader()); err != nil {
		return err
	}
	m.Speaks = speaks(f, bodies, true)
	f.Path, f.Title, f.Work, f.Unlisted = "/deployment-sheets", f.T("deploy.sheet.title"), true, true
	return page.Write(w, r, f, status, sheetForm(m))
}

// speaks are those for whom the reader may speak.
func speaks(f *page.Frame, bodies []good.Body, owns bool) []page.Option {
	var out []page.Option
	if owns {
		out = append(out, page.Option{Value: string(deploy.Maintainer), Label: f.T("deploy.as.maintainer")})
	}
	for _, b := range bodies {
		out = append(out, page.Option{Value: b.Slug, Label: f.Tell("deploy.as.body", "Name", b.Name), Hint: f.T("deploy.as.body.hint")})
	}
	out = append(out, page.Option{Value: string(deploy.Adopter), Label: f.T("deploy.as.country")})
	if _, no := access.As(f.Reader(), access.SettleDeployment, access.Thing{}); no == nil {
		out = append(out, page.Option{Value: string(deploy.Desk), Label: f.T("deploy.as.desk")})
	}
	return out
}

// spokenFor is for which side or organisation somebody speaks.
func spokenFor(as string) (side deploy.Side, body string) {
	switch s := deploy.Side(as); s {
	case "", deploy.Maintainer, deploy.Adopter:
		return s, ""
	case deploy.Desk:
		return "", ""
	}
	return "", as
}

// template is a spreadsheet with the columns alone.
func (c Config) template(w http.ResponseWriter, _ *http.Request, _ *page.Frame) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="deployments-template.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write(deploy.SheetColumns) // a client that went away needs no answer
	out.Flush()
	return nil
}

// receive reads the form with a file.
func receive(r *http.Request) (as string, raw []byte, err error) {
	bad := &good.Error{Kind: good.Invalid, Key: "form.error.unread"}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "multipart/form-data" {
		return "", nil, bad
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, bad
	}
	for range 10 {
		part, err := parts.NextPart()
		if err == io.EOF { // as it is: wrapped it says that the form was cut
			return as, raw, nil
		}
		if err != nil {
			return as, nil, errors.Join(bad, err)
		}
		b, err := io.ReadAll(io.LimitReader(part, app.MaxFile+1))
		if err != nil {
			return as, nil, errors.Join(bad, err)
		}
		switch part.FormName() {
		case "as":
			as = string(b[:min(len(b), 200)])
		case "file":
			raw = b
		}
	}
	return as, nil, bad
}

// sheetSent answers POST /deployment-sheets.
func (c Config) sheetSent(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	as, raw, err := receive(r)
	form := &page.Form{Values: url.Values{"as": {as}}}
	if err == nil && len(raw) > app.MaxFile {
		err = &good.Error{Kind: good.Invalid, Key: "deploy.sheet.large", Field: "file", Args: map[string]any{"Max": app.MaxFile >> 20}}
	}
	if err == nil && len(raw) == 0 {
		err = &good.Error{Kind: good.Invalid, Key: "deploy.sheet.nofile", Field: "file"}
	}
	var s *deploy.Sheet
	if err == nil {
		side, body := spokenFor(as)
		s, err = c.App.Send(r.Context(), f.Reader(), side, body, raw)
	}
	if err != nil && form.Add(f, err) {
		return c.writeSheetForm(w, r, f, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, f.Prefix+"/deployment-sheets/"+string(s.ID), http.StatusSeeOther)
	return nil
}

// rowsShown is how many rows a page shows.
const rowsShown = 200

// sheetModel is what the page of a spreadsheet shows.
type sheetModel struct {
	*page.Frame
	*deploy.Sheet
	Form *page.Form
	Rows []deploy.Row // of this page
	Next int          // index of the first of the next page, 0 at the end
	Only deploy.Outcome
}

func (c Config) sheet(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeSheet(w, r, f, http.StatusOK, nil)
}

func (c Config) writeSheet(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	s, err := c.App.Sheet(r.Context(), f.Reader(), good.ID(r.PathValue("sheet")))
	if err != nil {
		return err
	}
	m := &sheetModel{Frame: f, Sheet: s, Form: form, Only: deploy.Outcome(r.URL.Query().Get("only"))}
	from, _ := strconv.Atoi(r.URL.Query().Get("from")) // what is no number is the beginning
	for i, row := range s.Rows {
		if i < from || m.Only != "" && row.Outcome != m.Only {
			continue
		}
		if len(m.Rows) == rowsShown {
			m.Next = i
			break
		}
		m.Rows = append(m.Rows, row)
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/deployment-sheets/"+string(s.ID), f.T("deploy.sheet.title"), true, true
	return page.Write(w, r, f, status, sheet(m))
}

// sheetEntered answers POST /deployment-sheets/{sheet}.
func (c Config) sheetEntered(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "do", "row*")
	if err != nil {
		return err
	}
	id := good.ID(r.PathValue("sheet"))
	to := "/deployment-sheets/" + string(id)
	switch v.Get("do") {
	case "drop":
		err, to = c.App.Drop(r.Context(), f.Reader(), id), "/deployment-sheets"
	case "all":
		err = c.App.Enter(r.Context(), f.Reader(), id, nil)
	default:
		numbers := []int{-1} // of no row
		for _, s := range v["row"] {
			n, _ := strconv.Atoi(s) // what is no number is no row
			numbers = append(numbers, n)
		}
		err = c.App.Enter(r.Context(), f.Reader(), id, numbers)
	}
	form := &page.Form{Values: v}
	if err != nil && form.Add(f, err) {
		return c.writeSheet(w, r, f, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, f.Prefix+to, http.StatusSeeOther)
	return nil
}

// why says in words why a row cannot be entered, and in which column.
func (m *sheetModel) why(r deploy.Row) string {
	if r.Key == "" {
		return ""
	}
	return m.Say(&good.Error{Key: r.Key, Args: r.Args})
}

// cell is what a row says in a column.
func (m *sheetModel) cell(r deploy.Row, column string) string {
	i := slices.Index(m.Columns, column)
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return page.Cut(page.Valid(r.Cells[i]), 80)
}

// outcomes are those of which there are rows, in their order.
func (m *sheetModel) outcomes() []deploy.Outcome {
	return slices.DeleteFunc([]deploy.Outcome{deploy.Fit, deploy.Wrong, deploy.There, deploy.Entered, deploy.Left}, func(o deploy.Outcome) bool { return m.Count(o) == 0 })
}

// at is the address of the page from a row on.
func (m *sheetModel) at(only deploy.Outcome, from int) string {
	v := url.Values{}
	if only != "" {
		v.Set("only", string(only))
	}
	if from > 0 {
		v.Set("from", strconv.Itoa(from))
	}
	if len(v) == 0 {
		return m.Path
	}
	return m.Path + "?" + v.Encode()
}
