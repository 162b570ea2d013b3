package page

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/good"
)

// Sent reads a form that was sent, holding it to its fields: one that is
// unknown, or repeated where it may not be, is an error, and so is what is no
// text. A name that ends in "*" may be repeated.
func Sent(r *http.Request, fields ...string) (url.Values, error) {
	bad := func(field string) error {
		return &good.Error{Kind: good.Invalid, Key: "nominate.error.form", Args: map[string]any{"Field": Cut(Valid(field), 60)}}
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil && r.ContentLength > 0 || err == nil && media != "application/x-www-form-urlencoded" && media != "multipart/form-data" {
		return nil, bad("Content-Type")
	}
	if r.URL.RawQuery != "" {
		return nil, bad("?")
	}
	if err := r.ParseForm(); err != nil {
		return nil, bad("?")
	}
	for name, values := range r.PostForm {
		many := slices.Contains(fields, name+"*")
		if !many && (!slices.Contains(fields, name) || len(values) > 1) {
			return nil, bad(name)
		}
		for i, v := range values {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return nil, bad(name)
			}
			values[i] = strings.ReplaceAll(v, "\r\n", "\n")
		}
	}
	return r.PostForm, nil
}
