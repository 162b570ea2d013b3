package show

import (
	"slices"
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

// elsewhere is who recognises the good while nobody here decided about it, ""
// for nobody: its owner is invited to apply here.
func (m *model) elsewhere() string {
	list := m.View.Good.Recognitions
	i := slices.IndexFunc(list, func(r good.Recognition) bool { return r.Reported && r.State == good.Recognised })
	if i < 0 || slices.ContainsFunc(list, func(r good.Recognition) bool { return !r.Reported }) {
		return ""
	}
	return list[i].Issuer
}
