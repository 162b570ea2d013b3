package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"time"

	"stoa/internal/finding"
)

//go:embed report.css
var css string

//go:embed report.html.tmpl
var pageText string

// policy lets the page's own style in, and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(css))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

var standalone = template.Must(template.New("report").Parse(pageText))

// shown is a sheet with what the page asks of it.
type shown struct{ *Sheet }

// T is a sentence of reports.
func (s shown) T(key string, kv ...any) string { return s.t(key, kv...) }

// Dir is the direction of writing.
func (s shown) Dir() string { return s.locale.Dir }

// Style is the page's style.
func (shown) Style() template.CSS { return template.CSS(css) }

// Policy is the page's content security policy.
func (shown) Policy() string { return policy }

// Summary is what was looked at.
func (s shown) Summary() string { return s.Name + " · " + s.kinds() + " · " + s.megabytes() }

// Sign is the sign of a state.
func (shown) Sign(state finding.State) string { return signs[state] }

// Place is where evidence is.
func (shown) Place(e finding.Evidence) string { return clean(place(e)) }

// Link is the address of evidence, or "".
func (shown) Link(e finding.Evidence) string {
	if webAddress(e.URL) {
		return e.URL
	}
	return ""
}

// When is the time of the run, for machines and for people.
func (s shown) When() []string {
	return []string{s.At.Format(time.RFC3339), s.locale.Time(s.At)}
}

// HTML writes a sheet as a page that needs nothing beside it.
func (s *Sheet) HTML(w io.Writer) error { return standalone.Execute(w, shown{s}) }
