package apply

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"stoa/internal/app/attachments"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
	"stoa/internal/web/page/ask"
)

// MaxUpload is how many bytes a form with files may have. Of each file no more
// is kept than may be, and the rest is read away, so that the page can say so.
const MaxUpload = 256 << 20

// maxText is how many bytes of a form with files may be anything but files, and
// maxParts of how many parts it may be made.
const (
	maxText  = 1 << 20
	maxParts = 4000
)

// Uploads says whether a request may bring files, so that it may be large.
func Uploads(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return r.Method == http.MethodPost && media == "multipart/form-data" && strings.Contains(r.URL.Path, "/apply/") && strings.Contains(r.URL.Path, "/part/")
}

// receive reads a form with files, if r is one: each file is attached as it
// comes in, and the rest of the form is left for page.Sent. It says whether
// anything was attached; what is wrong with a file is noted beside its question.
func (c Config) receive(r *http.Request, m *partModel) (came bool, err error) {
	if !Uploads(r) {
		return false, nil
	}
	bad := &good.Error{Kind: good.Invalid, Key: "form.error.unread"}
	parts, err := r.MultipartReader()
	if err != nil {
		return false, bad
	}
	text := url.Values{}
	room := int64(maxText)
	for range maxParts {
		part, err := parts.NextPart()
		if err == io.EOF { // as it is: wrapped it says that the form was cut
			r.PostForm = text
			return came, nil
		}
		if err != nil {
			return came, errors.Join(bad, err)
		}
		if question, ok := strings.CutPrefix(part.FormName(), ask.PartFiles); ok {
			if part.FileName() == "" {
				continue // none was chosen
			}
			if err := c.attach(r, m, question, part); err != nil {
				return came, err
			}
			came = true
			continue
		}
		raw, err := io.ReadAll(io.LimitReader(part, room+1))
		if err != nil {
			return came, errors.Join(bad, err)
		}
		if room -= int64(len(raw)); room < 0 {
			return came, &good.Error{Kind: good.Limited, Key: "error.limit.body", Args: map[string]any{"Max": maxText}}
		}
		text.Add(part.FormName(), string(raw))
	}
	return came, bad
}

// attach attaches one file of a form.
func (c Config) attach(r *http.Request, m *partModel, question string, part *multipart.Part) error {
	_, err := c.Files.Attach(r.Context(), m.Reader(), m.ID, question, part.FileName(), part)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = &good.Error{Kind: good.Limited, Key: "mail.error.file-large", Args: map[string]any{"Max": attachments.MaxFile >> 20}}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &good.Error{Kind: good.Invalid, Key: "form.error.unread", Err: err}
	}
	if err == nil || !m.Form.Add(m.Frame, err) {
		return err
	}
	m.Refused = true
	last := &m.Form.Wrong[len(m.Form.Wrong)-1]
	last.Field, last.Text = ask.ID(question), page.Cut(page.Valid(part.FileName()), 60)+": "+last.Text
	return nil
}

// drop takes a file away that the form names; one that is gone is no mistake.
func (c Config) drop(r *http.Request, m *partModel, id string) error {
	err := c.Files.Detach(r.Context(), m.Reader(), m.ID, id)
	if err == nil || good.KindOf(err) == good.NotFound || m.note(m.Frame, err) {
		return nil
	}
	return err
}

// asksFiles says whether the part asks for files that can be attached now.
func (m *partModel) asksFiles() bool {
	for _, a := range m.Asks {
		if a.Question.Type == standard.Files && m.editable(a.Question.Indicator) {
			return true
		}
	}
	return false
}

// kept are the ends of the names of files that are taken, for the browser.
func kept() string { return strings.ReplaceAll(attachments.Kinds, " ", ",") }

// sort is what sort of file something is, and how large.
func (m *partModel) sort(f standard.FileRef) string {
	return strings.ToUpper(strings.TrimPrefix(filepath.Ext(f.Name), ".")) + " · " + m.T("desk.kb", "Size", int((f.Size+1023)/1024))
}
