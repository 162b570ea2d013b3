package apply

import (
	"io"
	"mime"
	"net/http"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// maxImport bounds a file of answers that is sent, in bytes.
const maxImport = 900 << 10

// export answers GET /apply/{id}/answers.yml: the answers as one file.
func (c Config) export(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.load(r, f)
	if err != nil {
		return err
	}
	raw, err := c.Carrier.WriteAnswers(r.Context(), f.Reader(), m.ID, f.Code)
	if err != nil {
		return err
	}
	name := good.Slugify(m.Name)
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r > 0x7e }) {
		name = "answers"
	}
	h := w.Header()
	h.Set("Content-Type", "application/yaml; charset=utf-8")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".dpg.yml"}))
	_, _ = w.Write(raw) // a client that went away needs no answer
	return nil
}

// bring answers POST /apply/{id}/answers: a file of answers takes the place of
// what stands, all of it or, where something is wrong, nothing. The page says
// what stood there before, so that nothing is lost.
func (c Config) bring(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.load(r, f)
	if err != nil {
		return err
	}
	if !m.may(access.EditApplication) {
		return &good.Error{Kind: good.Forbidden, Key: "error.access.forbidden", Args: map[string]any{"Act": string(access.EditApplication)}}
	}
	var became assessment.Imported
	file, err := brought(r)
	if err == nil {
		became, err = c.Carrier.ImportAnswers(r.Context(), f.Reader(), m.ID, file)
	}
	if err != nil && m.Form.Add(f, err) {
		m.Form.Wrong[len(m.Form.Wrong)-1].Field = "file"
		return c.showWhole(w, r, edge.Status(w.Header(), err), m)
	}
	if err != nil {
		return err
	}
	if m, err = c.load(r, f); err != nil {
		return err
	}
	m.Brought = &became
	return c.showWhole(w, r, http.StatusOK, m)
}

// brought is the file of answers that a form brings.
func brought(r *http.Request) (assessment.AnswersFile, error) {
	var none assessment.AnswersFile
	if err := r.ParseMultipartForm(maxImport); err != nil {
		return none, &good.Error{Kind: good.Invalid, Key: "apply.error.file", Field: "file", Err: err}
	}
	defer r.MultipartForm.RemoveAll()
	files := r.MultipartForm.File["file"]
	if len(files) != 1 || len(r.MultipartForm.File) != 1 || len(r.MultipartForm.Value) > 0 {
		return none, &good.Error{Kind: good.Invalid, Key: "apply.error.file", Field: "file"}
	}
	in, err := files[0].Open()
	if err != nil {
		return none, err
	}
	defer in.Close()
	raw, err := io.ReadAll(io.LimitReader(in, maxImport+1))
	if err != nil {
		return none, err
	}
	if len(raw) > maxImport {
		return none, &good.Error{Kind: good.Limited, Key: "apply.error.large", Field: "file", Args: map[string]any{"Max": 1}}
	}
	return assessment.ParseAnswers(raw)
}
