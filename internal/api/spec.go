package api

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// described begins the description of an API that serves nobody.
func described() huma.API { return humago.New(http.NewServeMux(), describe()) }

// OpenAPI is the description of the API as JSON (OpenAPI 3.1): what every
// instance serves at /api/v1/openapi.json, for those who show it to readers.
func OpenAPI() ([]byte, error) {
	h := described()
	for _, op := range new(face).operations(h.OpenAPI()) {
		h.OpenAPI().AddOperation(&op.doc)
	}
	return json.Marshal(h.OpenAPI())
}
