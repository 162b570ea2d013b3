package harvest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Bounds of a mapping.
const (
	maxMapping      = 256 << 10 // bytes
	maxMappingDepth = 16
	maxPriority     = 90 // persons, here and elsewhere, go before every table
)

// mapping says what the columns of a table mean.
type mapping struct {
	Source struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		URL      string `json:"url"`
		Issuer   string `json:"issuer"`
		Licence  string `json:"licence"`
		Priority int    `json:"priority"`
	} `json:"source"`
	Complete  bool             `json:"complete"` // the table lists all there is
	Sheet     string           `json:"sheet"`    // of a workbook; the first unless said
	Header    int              `json:"header"`   // the row with the columns' names, from 1
	Encoding  string           `json:"encoding"` // of a CSV file that is not UTF-8
	Disarmed  bool             `json:"disarmed"` // an apostrophe stands before what looks like a formula
	ID        string           `json:"id"`       // the column of the records' ids
	Seen      seenRule         `json:"seen"`
	Separator string           `json:"separator"` // between the values of a list
	Columns   map[string]rules `json:"columns"`
	Constants []rule           `json:"constants"`
}

// seenRule is a day, or the column in which each row says its own.
type seenRule struct {
	Day    good.Date
	Column string
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *seenRule) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, &s.Day)
	}
	var o struct {
		Column string `json:"column"`
	}
	err := strictly(b, &o)
	s.Column = o.Column
	return err
}

// rule says which fact a value becomes.
type rule struct {
	Field     good.Field        `json:"field"`
	Language  string            `json:"language"`  // of a summary
	Role      string            `json:"role"`      // of an organisation
	Scheme    string            `json:"scheme"`    // of an identifier
	URL       string            `json:"url"`       // the column with the address of the organisation or licence
	Separator *string           `json:"separator"` // between the values of a list
	Codes     bool              `json:"codes"`     // countries are ISO 3166 codes: NA is Namibia, not "none"
	Values    map[string]string `json:"values"`    // what stands in the table → what is meant
	Value     string            `json:"value"`     // of a constant
}

// rules are what one column becomes.
type rules []rule

// UnmarshalJSON takes a field's name, a rule, or a list of either.
func (r *rules) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		*r = rules{{}}
		return json.Unmarshal(b, &(*r)[0].Field)
	case '[':
		var list []json.RawMessage
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
		for _, raw := range list {
			var some rules
			if raw[0] == '[' {
				return errors.New("a list within a list")
			}
			if err := some.UnmarshalJSON(raw); err != nil {
				return err
			}
			*r = append(*r, some...)
		}
		return nil
	}
	*r = rules{{}}
	return strictly(b, &(*r)[0])
}

// strictly decodes JSON that may hold nothing unknown.
func strictly(b []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// Fields of a rule that are no field of good.Facts: parts of one, or private.
const (
	fieldIdentifiers   good.Field = "identifiers"
	fieldStandingFirst good.Field = "standing.first"
	fieldStandingLast  good.Field = "standing.last"
	fieldStandingWhy   good.Field = "standing.reason"
	fieldContactName   good.Field = "contact.name"
	fieldContactEmail  good.Field = "contact.email"
)

// tableFields are the fields a column can become.
var tableFields = []good.Field{good.FieldName, good.FieldAliases, good.FieldKinds, good.FieldSummary, good.FieldWebsite, good.FieldRepositories,
	good.FieldDocumentation, good.FieldLicences, good.FieldGoals, good.FieldSectors, good.FieldLanguages, good.FieldParties, good.FieldDevelopedIn,
	good.FieldDeployments, good.FieldStandards, good.FieldStanding, fieldIdentifiers, fieldStandingFirst, fieldStandingLast, fieldStandingWhy,
	fieldContactName, fieldContactEmail}

// mappingOf finds the mapping that lies next to a table: "goods.csv" has
// "goods.mapping.yml", or .yaml, or .json.
func mappingOf(table string) (string, error) {
	stem := strings.TrimSuffix(table, ext(table))
	for _, end := range []string{".mapping.yml", ".mapping.yaml", ".mapping.json"} {
		if exists(stem + end) {
			return stem + end, nil
		}
	}
	return "", broke("error.import.mapping-missing", map[string]any{"Path": table, "Mapping": stem + ".mapping.yml"})
}

// readMapping reads and checks a mapping in YAML or JSON.
func readMapping(path string) (*mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, notFound(path, err)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxMapping+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	m, err := parseMapping(raw)
	var e *good.Error
	if errors.As(err, &e) {
		e.Args["Path"] = path
	}
	return m, err
}

// wrongMapping is an error about the value of one key of a mapping.
func wrongMapping(key, value string) error {
	return &good.Error{Kind: good.Invalid, Key: "error.import.mapping-value", Field: key, Args: map[string]any{"Field": key, "Value": visible(value)}}
}

// parseMapping reads a mapping. JSON is YAML too.
func parseMapping(raw []byte) (*mapping, error) {
	broken := func(err error) error {
		return &good.Error{Kind: good.Invalid, Key: "error.import.mapping", Args: map[string]any{"Detail": visible(err.Error())}, Err: err}
	}
	if len(raw) > maxMapping {
		return nil, broken(fmt.Errorf("more than %d bytes", maxMapping))
	}
	loader, err := yaml.NewLoader(bytes.NewReader(raw), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxMappingDepth))))
	if err != nil {
		return nil, broken(err)
	}
	var any any
	if err := loader.Load(&any); err != nil {
		return nil, broken(err)
	}
	plain, err := json.Marshal(jsonable(any))
	if err != nil {
		return nil, broken(err)
	}
	m := &mapping{Header: 1, Separator: ";"}
	m.Source.Priority = 40
	if err := strictly(plain, m); err != nil {
		return nil, broken(err)
	}
	return m, m.check()
}

// jsonable turns what YAML can say into what JSON can: keys become texts, and
// days, numbers and truth values what they look like.
func jsonable(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = jsonable(x)
		}
		return v
	case map[any]any:
		out := map[string]any{}
		for k, x := range v {
			out[fmt.Sprint(jsonable(k))] = jsonable(x)
		}
		return out
	case []any:
		for i, x := range v {
			v[i] = jsonable(x)
		}
		return v
	case time.Time:
		return v.Format(time.DateOnly)
	}
	return v
}

// taken are ids of sources that are not a table's: what stood under them would
// be trusted as theirs.
var taken = []string{"person", personElsewhere, string(DPGAv1), string(DPGAv0), string(DPGAFolders), string(DPGAHistory), string(StoaCatalogue),
	string(Stoa), string(Publiccode)}

// check says what is wrong with a mapping, whatever the table.
func (m *mapping) check() error {
	s := &m.Source
	switch {
	case !anID.MatchString(s.ID) || slices.Contains(taken, s.ID):
		return wrongMapping("source.id", s.ID)
	case strings.TrimSpace(s.Name) == "" || len(s.Name) > good.MaxName:
		return wrongMapping("source.name", s.Name)
	case s.URL != "" && !good.WebAddress(s.URL):
		return wrongMapping("source.url", s.URL)
	case s.Priority < 0 || s.Priority > maxPriority:
		return wrongMapping("source.priority", fmt.Sprint(s.Priority))
	case m.Header < 1 || m.Header > 100:
		return wrongMapping("header", fmt.Sprint(m.Header))
	case strings.TrimSpace(m.ID) == "":
		return wrongMapping("id", "")
	case m.Seen.Day != "" && !IsDay(m.Seen.Day):
		return wrongMapping("seen", string(m.Seen.Day))
	case m.Separator == "":
		return wrongMapping("separator", "")
	}
	if s.Licence != "" {
		id, ok := vocab.FindLicence(s.Licence)
		if !ok {
			return wrongMapping("source.licence", s.Licence)
		}
		s.Licence = id
	}
	named := false
	for column, rs := range m.Columns {
		if len(rs) == 0 {
			return wrongMapping("columns."+column, "")
		}
		for _, r := range rs {
			if err := m.checkRule("columns."+column, r); err != nil {
				return err
			}
			if r.Value != "" {
				return wrongMapping("columns."+column+".value", r.Value)
			}
			named = named || r.Field == good.FieldName
		}
	}
	if !named {
		return wrongMapping("columns", string(good.FieldName))
	}
	return m.checkConstants()
}

// checkConstants makes sure that no constant would keep every row out.
func (m *mapping) checkConstants() error {
	for i, c := range m.Constants {
		key := fmt.Sprintf("constants.%d", i+1)
		if err := m.checkRule(key, c); err != nil {
			return err
		}
		if c.URL != "" {
			return wrongMapping(key+".url", c.URL)
		}
		try := &tableRow{mend: &mend{}, m: m}
		try.take(string(c.Field), c, c.Value, "")
		if strings.TrimSpace(c.Value) == "" || try.held {
			return wrongMapping(key+".value", c.Value)
		}
	}
	return nil
}

// checkRule says what is wrong with one rule.
func (m *mapping) checkRule(key string, r rule) error {
	only := func(name, value string, fields ...good.Field) error {
		if value != "" && !slices.Contains(fields, r.Field) {
			return wrongMapping(key+"."+name, value)
		}
		return nil
	}
	if !slices.Contains(tableFields, r.Field) {
		return wrongMapping(key, string(r.Field))
	}
	if err := errors.Join(only("language", r.Language, good.FieldSummary), only("role", r.Role, good.FieldParties),
		only("scheme", r.Scheme, fieldIdentifiers), only("url", r.URL, good.FieldParties, good.FieldLicences)); err != nil {
		return err
	}
	if r.Codes && r.Field != good.FieldDevelopedIn && r.Field != good.FieldDeployments {
		return wrongMapping(key+".codes", "true")
	}
	switch _, known := roleOf[strings.ToLower(r.Role)]; {
	case r.Language != "" && !vocab.ValidLanguage(r.Language):
		return wrongMapping(key+".language", r.Language)
	case r.Role != "" && !known:
		return wrongMapping(key+".role", r.Role)
	case r.Field == fieldIdentifiers && !anID.MatchString(r.Scheme):
		return wrongMapping(key+".scheme", r.Scheme)
	case strings.HasPrefix(string(r.Field), string(good.FieldStanding)) && m.Source.Issuer == "":
		return wrongMapping("source.issuer", "")
	case r.Separator != nil && *r.Separator == "":
		return wrongMapping(key+".separator", "")
	}
	return nil
}

// CheckMapping says what is wrong with a mapping, whatever the table.
func CheckMapping(raw []byte) error {
	_, err := parseMapping(raw)
	var e *good.Error
	if errors.As(err, &e) && e.Args["Path"] == nil {
		e.Args["Path"] = "mapping"
		e.Field = "mapping"
	}
	return err
}
