package show

import (
	"strings"

	"stoa/internal/good"
	"stoa/internal/standard"
)

// newlyAsked is the version by which a recognition will be renewed, nil where
// that is the one it holds by, and what it newly asks of such a good.
func (m *model) newlyAsked(r good.Recognition) (to *standard.Set, questions []string) {
	to, newly := m.Site.Standards.Renewal(r.Standard, m.View.Good.Kinds)
	for _, q := range newly {
		label, _ := q.Label.In(m.Code)
		questions = append(questions, label)
	}
	return to, questions
}

// pinned is the version a recognition holds by.
func (m *model) pinned(r good.Recognition) string {
	_, version, _ := strings.Cut(r.Standard, "@")
	return version
}
