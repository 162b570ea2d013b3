package hear

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/attachments"
	"stoa/internal/edge"
	"stoa/internal/web/page"
)

// Files is where attachments go out.
type Files struct{ Attachments *attachments.App }

// Routes are the addresses and what each is for.
func (p *Files) Routes() []page.Route {
	return []page.Route{{Pattern: "GET /files/{id}", Act: access.ReadApplication, Handler: p.get}}
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
