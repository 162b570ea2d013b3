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
	"stoa/internal/standard"
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
	answers := standard.Answers{}
	for id, s := range m.Answers {
		answers[id] = s.Answer
	}
	raw, err := standard.WriteAnswers(m.Set, m.Name, f.Code, m.Application.Goods, answers)
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
// what stands. What is in the file and cannot be changed now is refused whole.
func (c Config) bring(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.load(r, f)
	if err != nil {
		return err
	}
	if !m.may(access.EditApplication) {
		return &good.Error{Kind: good.Forbidden, Key: "error.access.forbidden", Args: map[string]any{"Act": string(access.EditApplication)}}
	}
	edits, err := brought(r, m)
	if err == nil {
		_, err = c.Answers.Save(r.Context(), f.Reader(), m.ID, edits)
	}
	if err != nil && m.Form.Add(f, err) {
		m.Form.Wrong[len(m.Form.Wrong)-1].Field = "file"
		return c.showWhole(w, r, edge.Status(w.Header(), err), m)
	}
	if err != nil {
		return err
	}
	return to(w, r, f, m.ID, "/check")
}

// brought are the changes a file of answers asks for.
func brought(r *http.Request, m *model) ([]assessment.Edit, error) {
	if err := r.ParseMultipartForm(maxImport); err != nil {
		return nil, &good.Error{Kind: good.Invalid, Key: "apply.error.file", Field: "file", Err: err}
	}
	defer r.MultipartForm.RemoveAll()
	files := r.MultipartForm.File["file"]
	if len(files) != 1 || len(r.MultipartForm.File) != 1 || len(r.MultipartForm.Value) > 0 {
		return nil, &good.Error{Kind: good.Invalid, Key: "apply.error.file", Field: "file"}
	}
	in, err := files[0].Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	raw, err := io.ReadAll(io.LimitReader(in, maxImport+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxImport {
		return nil, &good.Error{Kind: good.Limited, Key: "apply.error.large", Field: "file", Args: map[string]any{"Max": 1}}
	}
	answers, err := standard.ReadAnswers(m.Set, raw)
	if err != nil {
		return nil, err
	}
	var out []assessment.Edit
	for _, q := range m.Set.Questions() {
		if a, ok := answers[q.ID]; ok {
			out = append(out, assessment.Edit{Question: q.ID, Version: m.Answers[q.ID].Version, Answer: a})
		}
	}
	return out, nil
}
