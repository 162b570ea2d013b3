package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// described begins the description of an API that serves nobody.
func described() huma.API { return humago.New(http.NewServeMux(), describe()) }

// whole is the description with every operation.
func whole() *huma.OpenAPI {
	h := described().OpenAPI()
	for _, op := range new(face).operations(h) {
		h.AddOperation(&op.doc)
	}
	return h
}

// OpenAPI is the description of the API as JSON (OpenAPI 3.1): what every
// instance serves at /api/v1/openapi.json, for those who show it to readers.
func OpenAPI() ([]byte, error) { return json.Marshal(whole()) }

// spec is the description of the API in one form.
type spec struct {
	body []byte
	etag string
}

func newSpec(body []byte, err error) (spec, error) {
	sum := sha256.Sum256(body)
	return spec{body: body, etag: `W/"` + hex.EncodeToString(sum[:12]) + `"`}, err
}
