package hear

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/attachments"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Files is where attachments come in and go out.
type Files struct{ Attachments *attachments.App }

// Upload is the address at which files come in.
const Upload = "/files"

// MaxUpload is how many bytes a request to Upload may have.
const MaxUpload = attachments.MaxFile + 64<<10

// Routes are the addresses and what each is for.
func (p *Files) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /files/{id}", Act: access.ReadApplication, Handler: p.get},
		{Pattern: "POST " + Upload, Act: access.EditApplication, Handler: p.put},
		{Pattern: "POST /files/{id}/drop", Act: access.EditApplication, Handler: p.drop},
	}
}

// get hands over a file as a download that can do nothing on this site.
func (p *Files) get(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	a, file, err := p.Attachments.Open(r.Context(), f.Reader(), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer file.Close()
	h := w.Header()
	edge.Private(h)
	h.Set("Content-Type", a.Type)
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(10 * time.Minute)) // a slow line; where it cannot be set the usual one holds
	_, _ = io.Copy(w, file)                                                              // a client that went away needs no answer
	return nil
}

// put takes a file in: the fields about, which says what it is attached to, and
// back, where to go then, come before the file.
func (p *Files) put(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	bad := func(err error) error {
		return &good.Error{Kind: good.Invalid, Key: "mail.error.file-empty", Field: "file", Err: err}
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return bad(err)
	}
	sent := map[string]string{}
	for range 10 {
		part, err := parts.NextPart()
		if err != nil {
			return bad(err)
		}
		if part.FormName() != "file" {
			text, err := io.ReadAll(io.LimitReader(part, 2048))
			if err != nil {
				return bad(err)
			}
			sent[part.FormName()] = string(text)
			continue
		}
		a, err := p.Attachments.Attach(r.Context(), f.Reader(), good.ID(sent["about"]), part.FileName(), part)
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			err = &good.Error{Kind: good.Limited, Key: "mail.error.file-large", Field: "file", Args: map[string]any{"Max": attachments.MaxFile >> 20}}
		}
		if err != nil {
			return err
		}
		to := sent["back"]
		if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
			to = f.Prefix + "/files/" + a.ID
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return bad(nil)
}

func (p *Files) drop(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "back")
	if err != nil {
		return err
	}
	if err := p.Attachments.Detach(r.Context(), f.Reader(), r.PathValue("id")); err != nil {
		return err
	}
	to := sent.Get("back")
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		to = f.Prefix + "/account"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
