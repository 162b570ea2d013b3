package advisory

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/advise"
	"stoa/internal/app/advisory"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// table answers with the group's seats, or with what it was asked, as a file
// that spreadsheets read.
func (h *pages) table(w http.ResponseWriter, r *http.Request, _ *page.Frame) error {
	name, _ := strings.CutSuffix(r.PathValue("table"), ".csv")
	rows, known := map[string]func(advisory.Group, func(...string)){"seats": seatRows, "consultations": consultationRows}[name]
	if !known || name+".csv" != r.PathValue("table") {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	g, err := h.app.Group(r.Context())
	if err != nil {
		return err
	}
	return page.WriteTable(w, name, h.app.Now(), func(row func(...string)) error {
		rows(g, row)
		return nil
	})
}

func seatRows(g advisory.Group, row func(...string)) {
	row("id", "constituency", "name", "organisation", "from", "until", "interests", "ended")
	for _, list := range [][]advise.Seat{g.Sitting, g.Former} {
		for _, s := range list {
			var interests []string
			for _, i := range s.Interests {
				interests = append(interests, i.Text)
			}
			row(string(s.ID), string(s.Constituency), s.Name, s.Organisation, string(s.From), string(s.Until), strings.Join(interests, " | "), s.Ended)
		}
	}
}

func consultationRows(g advisory.Group, row func(...string)) {
	row("slug", "subject", "ref", "title", "language", "public", "opens", "closes", "concluded", "outcome")
	for _, c := range g.Consultations {
		concluded := ""
		if !c.Concluded.IsZero() {
			concluded = c.Concluded.UTC().Format(time.RFC3339)
		}
		row(c.Slug, string(c.Subject), c.Ref, c.Title, c.Lang, strconv.FormatBool(c.Public), string(c.Opens), string(c.Closes), concluded, c.Outcome)
	}
}
