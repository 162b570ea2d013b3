package check

import "stoa/internal/finding"

// Dataset is what a table, or the description of a set of data or of an
// interface, says of itself.
type Dataset struct {
	Path        string // of the file that says it
	URL         string // of the page that says it, where no file does
	Form        Form
	Name        string
	Description string
	Publisher   string
	Page        string   // where people read about it, an address
	Place       string   // where it can be had, an address
	Licences    []string // as they are written there: names or addresses
	Formats     []string // of the files that hold the data, as they are written there
	Columns     []Column
	Rows        int64 // -1 where it does not say
}

// at is where it is said.
func (d *Dataset) at() finding.Evidence { return finding.Evidence{Path: d.Path, URL: d.URL} }

// Form is the way a set of data describes itself.
type Form string

// The forms.
const (
	Parquet     Form = "parquet"
	CSV         Form = "csv"
	Croissant   Form = "croissant"   // ML Commons' vocabulary in JSON-LD
	DCAT        Form = "dcat"        // W3C's, in JSON-LD
	SchemaOrg   Form = "schema.org"  // its Dataset, in JSON-LD
	DataPackage Form = "datapackage" // Frictionless
	OpenAPI     Form = "openapi"     // an interface for programs, of Swagger too
	AsyncAPI    Form = "asyncapi"    // one of messages
)

// Column is one column of a table, or field of a record.
type Column struct {
	Name        string
	Type        string // as it is written there; "" where it does not say
	Description string
}
