package api

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/attachments"
	"stoa/internal/app/deployments"
	"stoa/internal/good"
)

// AttachedFile is a file that is attached to an application.
type AttachedFile struct {
	ID       string    `json:"id"`
	Question string    `json:"question" doc:"Id of the question that it answers." example:"owner.files"`
	Name     string    `json:"name" example:"registration.pdf"`
	Type     string    `json:"type" doc:"Media type, as its bytes have it." example:"application/pdf"`
	Size     int64     `json:"size" doc:"Bytes."`
	SHA256   string    `json:"sha256" doc:"Of what is in it, in hexadecimal."`
	Attached time.Time `json:"attached"`
	Address  string    `json:"address" doc:"Where it is, for those who may read it; send the same token."`
}

// AttachedFiles are the files of an application that the reader may read.
type AttachedFiles struct {
	Files []AttachedFile `json:"files"`
}

// attaching are the operations on files.
func (f *face) attaching(d describer) []operation {
	required := func(p *huma.Param) *huma.Param { p.Required = true; return p }
	text := &huma.Schema{Type: "string"}
	id := required(param("application", "path", "Id of the application.", text, "01KB0ZZZZZZZZZZZZZZZZZZZZZ"))
	one := required(param("attachment", "path", "Id of the attachment.", text, "mfrggzdfmztwq2lknnwg23tpoa"))
	return []operation{
		d.call(call{act: access.ReadApplication, method: http.MethodGet, path: "/api/v1/applications/{application}/files", id: "list-files", tag: "assessment", summary: "The files of an application",
			params: []*huma.Param{id}, gives: reflect.TypeFor[AttachedFiles](), handle: f.listFiles, statuses: []int{404}}),
		d.call(call{act: access.EditApplication, method: http.MethodPost, path: "/api/v1/applications/{application}/files", id: "attach-file", tag: "assessment", summary: "Attach a file to a question",
			text:   "The body is the file as it is, of at most 20 MB. The same file once more is the one that is there.",
			params: []*huma.Param{id, required(param("question", "query", "Id of a question that takes files.", text, "owner.files")), required(param("name", "query", "Its name; the end says what is in it.", text, "registration.pdf"))},
			media:  octets, gives: reflect.TypeFor[AttachedFile](), handle: f.attachFile, statuses: []int{404, 409, 413}, created: true}),
		d.call(call{act: access.EditApplication, method: http.MethodDelete, path: "/api/v1/applications/{application}/files/{attachment}", id: "detach-file", tag: "assessment", summary: "Take a file away",
			params: []*huma.Param{id, one}, handle: f.detachFile, statuses: []int{404, 409}}),
	}
}

// octets is the media type of a file as it is.
const octets = "application/octet-stream"

// Large says how many bytes a request may bring that attaches a file or brings a
// spreadsheet, 0 for any other.
func Large(r *http.Request) int64 {
	if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/api/v1/applications/") && strings.HasSuffix(r.URL.Path, "/files") {
		return attachments.MaxFile + 1
	}
	if r.Method == http.MethodPost && r.URL.Path == "/api/v1/deployment-sheets" {
		return deployments.MaxFile
	}
	return 0
}

// files is what keeps files, where there is something.
func (f *face) files() (*attachments.App, error) {
	if f.cfg.Files == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return f.cfg.Files, nil
}

func (f *face) attached(a attachments.Attachment) AttachedFile {
	return AttachedFile{ID: a.ID, Question: a.Question, Name: a.Name, Type: a.Type, Size: a.Size, SHA256: a.Hash, Attached: a.Created.UTC(), Address: f.base + "/files/" + a.ID}
}

func (f *face) listFiles(w http.ResponseWriter, r *http.Request) error {
	app, err := f.files()
	if err != nil {
		return err
	}
	list, err := app.List(r.Context(), who(r), application(r))
	if err != nil {
		return err
	}
	return f.write(w, r, AttachedFiles{Files: append([]AttachedFile{}, each(list, f.attached)...)})
}

func (f *face) attachFile(w http.ResponseWriter, r *http.Request) error {
	app, err := f.files()
	if err != nil {
		return err
	}
	v, err := parameters(r, "question", "name")
	if err != nil {
		return err
	}
	a, err := app.Attach(r.Context(), who(r), application(r), last(v, "question"), last(v, "name"), r.Body)
	var large *http.MaxBytesError
	var known *good.Error
	if errors.As(err, &large) || errors.As(err, &known) && known.Key == "mail.error.file-large" {
		return &statusError{http.StatusRequestEntityTooLarge, &good.Error{Kind: good.Limited, Key: "mail.error.file-large", Args: map[string]any{"Max": attachments.MaxFile >> 20}}}
	}
	if err != nil {
		return err
	}
	return f.made(w, r, f.attached(a))
}

func (f *face) detachFile(w http.ResponseWriter, r *http.Request) error {
	app, err := f.files()
	if err != nil {
		return err
	}
	if err := app.Detach(r.Context(), who(r), application(r), r.PathValue("attachment")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
