//go:generate go tool -modfile=../../../tools/go.mod templ generate -path .

package report

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"io"
	"strings"

	"stoa/internal/finding"
)

//go:embed report.css
var css string

// policy lets the page's own style in, and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(css))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// HTML writes a sheet as a page that needs nothing beside it.
func (s *Sheet) HTML(w io.Writer) error { return s.paper().Render(context.Background(), w) }

// heading names an indicator: by its number too, where it is judged.
func (i Indicator) heading() string {
	if !i.Judged {
		return i.Title
	}
	return i.ID + " " + i.Title
}

// sure says how sure a finding is, where it says anything, and that it is known.
func (s *Sheet) sure(f Line) string {
	var out []string
	if f.State != finding.NotObservable {
		out = append(out, s.t("confidence."+string(f.Confidence)))
	}
	if f.Known {
		out = append(out, s.t("known"))
	}
	return strings.Join(out, "; ")
}
