package goods

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"stoa/internal/good"
)

// settable are the fields a person can state one by one.
var settable = []good.Field{good.FieldName, good.FieldAliases, good.FieldKinds, good.FieldSummary, good.FieldWebsite, good.FieldRepositories,
	good.FieldDocumentation, good.FieldLicences, good.FieldGoals, good.FieldSectors, good.FieldLanguages, good.FieldParties,
	good.FieldDevelopedIn, good.FieldDeployments, good.FieldStandards}

// SetFields applies "field=value" assignments to f. A value is JSON, or plain
// text where the field is a text; an empty value unsets the field.
func SetFields(f *good.Facts, sets []string) error {
	doc, err := toMap(f)
	if err != nil {
		return err
	}
	for _, set := range sets {
		field, value, ok := strings.Cut(set, "=")
		if !ok || !slices.Contains(settable, good.Field(field)) {
			return &good.Error{Kind: good.Invalid, Key: "error.edit.field", Field: field, Args: map[string]any{"Field": field}}
		}
		switch {
		case value == "":
			delete(doc, field)
		case (field == "name" || field == "website") && !strings.HasPrefix(value, `"`):
			doc[field], _ = json.Marshal(value) // a string always marshals
		case !json.Valid([]byte(value)):
			return &good.Error{Kind: good.Invalid, Key: "error.edit.json", Field: field, Args: map[string]any{"Field": field}}
		default:
			doc[field] = json.RawMessage(value)
		}
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	var out good.Facts
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&out); err != nil {
		return &good.Error{Kind: good.Invalid, Key: "error.edit.shape", Err: err}
	}
	*f = out
	return nil
}

func toMap(f *good.Facts) (map[string]json.RawMessage, error) {
	raw, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	doc := map[string]json.RawMessage{}
	return doc, json.Unmarshal(raw, &doc)
}
