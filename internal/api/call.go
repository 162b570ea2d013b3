package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/good"
)

// call describes what only somebody known may ask: never cached, and refused
// to whoever can never do its act.
type call struct {
	act                access.Act
	method, path       string
	id, tag            string
	summary, text      string
	params             []*huma.Param
	takes, gives       reflect.Type // of the JSON sent and answered, nil for none
	media              string       // that is sent instead of JSON, "" for JSON or nothing
	also               string       // that is sent besides JSON or, where nothing is, answered besides it
	handle             answer
	statuses           []int // of problems it can answer with, besides those every call can
	created, anyoneMay bool  // answers 201; needs nobody to be known
}

// call makes the operation that c describes.
func (d describer) call(c call) operation {
	op := operation{act: c.act, handle: c.handle, takes: c.takes != nil, also: c.also, doc: huma.Operation{
		Method: c.method, Path: c.path, OperationID: c.id, Tags: []string{c.tag}, Summary: c.summary, Description: c.text, Parameters: c.params}}
	status, ok := "204", &huma.Response{Description: "Done."}
	if c.gives != nil {
		op.produces, status = "application/json", "200"
		ok = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: d.of(c.gives)}}}
	}
	if c.created {
		status = "201"
	}
	if c.media != "" {
		op.takes, op.media = true, c.media
		op.doc.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{c.media: {Schema: &huma.Schema{Type: "string"}}}}
	}
	if c.takes != nil {
		op.media = "application/json"
		op.doc.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: d.of(c.takes)}}}
	}
	switch {
	case c.also == "":
	case c.takes != nil:
		op.doc.RequestBody.Content[c.also] = op.doc.RequestBody.Content[op.media]
	default:
		ok.Content[c.also] = ok.Content[op.produces]
	}
	op.doc.Responses = map[string]*huma.Response{status: ok}
	statuses := append(c.statuses, http.StatusUnauthorized, http.StatusForbidden)
	if !c.anyoneMay {
		op.doc.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	}
	d.failing(op.doc.Responses, statuses)
	return op
}

// secured are the ways to say who asks.
func secured() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "A token made on the account page or at the command line. It may do what its scopes say, until it expires."},
		"session": {Type: "apiKey", In: "cookie", Name: "stoa_session", Description: "The session of somebody signed in on the pages; its name is __Host-stoa_session where the instance is reached by https."},
	}
}

// received decodes the JSON of a request into T; what T does not know is a
// mistake, as is anything after it.
func received[T any](r *http.Request) (T, error) {
	var doc T
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(&doc)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = &json.SyntaxError{}
		}
	}
	if err == nil {
		return doc, nil
	}
	if err := tooLarge(err); err != nil {
		return doc, err
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = strings.Trim(name, `"`)
		return doc, &good.Error{Kind: good.Invalid, Key: "api.detail.field", Field: name, Args: map[string]any{"Field": name}}
	}
	return doc, &good.Error{Kind: good.Invalid, Key: "api.detail.shape", Err: err}
}

// body reads what a request brings, as it is.
func body(r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(r.Body)
	return raw, cmp.Or(tooLarge(err), err)
}

// tooLarge is what is told where err says that a body is larger than is taken.
func tooLarge(err error) error {
	var large *http.MaxBytesError
	if !errors.As(err, &large) {
		return nil
	}
	return &statusError{http.StatusRequestEntityTooLarge, &good.Error{Kind: good.Limited, Key: "error.limit.body", Args: map[string]any{"Max": large.Limit}}}
}

// Declared is an operation as it was registered.
type Declared struct {
	Method, Path string
	Act          access.Act
}

// Operations are all operations of the API and what each is for.
func Operations() []Declared {
	var out []Declared
	for _, op := range new(face).operations(described().OpenAPI()) {
		out = append(out, Declared{op.doc.Method, op.doc.Path, op.act})
	}
	return out
}
