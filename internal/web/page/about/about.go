// Package about is the page that says what Stoa is, where its facts come from
// and what its words mean.
package about

import (
	"net/http"

	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Page answers /about.
func Page() page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Here, f.Title, f.Description = "about", f.T("web.about.title"), f.T("web.home.lede")
		if page.Fresh(w, r, f) {
			return nil
		}
		return page.Write(w, r, f, http.StatusOK, about(f))
	}
}

// explained are the stages with a sentence of their own.
var explained = []good.Stage{good.Recognised, good.RenewalDue, good.InReview, good.Applying, good.Nominated, good.Lapsed,
	good.Retired, good.Withdrawn, good.NotEligible}
