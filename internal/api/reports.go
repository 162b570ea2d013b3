package api

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/app/reports"
	"stoa/internal/good"
)

// reporting are the operations on how goods do.
func (f *face) reporting(d describer) []operation {
	kind := param("subject", "path", "Of what.", &huma.Schema{Type: "string", Enum: anys(reports.Kinds)}, "goals")
	key := param("key", "path", "A year, an ISO 3166-1 alpha-2 code, the number of a goal, the address of a programme's name or the slug of a good.", &huma.Schema{Type: "string"}, "3")
	kind.Required, key.Required = true, true
	return []operation{
		d.read("list-reports", "/api/v1/reports", "reports", "Of what there are reports", "Each good has one besides.", nil, f.reports, d.of(reflect.TypeFor[reports.Index]())),
		d.read("get-report", "/api/v1/reports/{subject}/{key}", "reports", "How goods do", "In a year or a country, for a goal, under a programme, or one good. Each number has the address of the records it counts.",
			[]*huma.Param{kind, key}, f.report, d.of(reflect.TypeFor[reports.Report]()), 404, 410),
	}
}

func (f *face) reports(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	if f.cfg.Reports == nil {
		return noReport("reports")
	}
	all, err := f.cfg.Reports.Index(r.Context())
	if err != nil {
		return err
	}
	for _, list := range [][]reports.Bar{all.Years, all.Countries, all.Goals, all.Programmes} {
		f.absolute(list)
	}
	return f.write(w, r, all)
}

func (f *face) report(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	if f.cfg.Reports == nil {
		return noReport(r.PathValue("key"))
	}
	report, err := f.cfg.Reports.Of(r.Context(), reports.Kind(r.PathValue("subject")), r.PathValue("key"))
	if err != nil {
		return err
	}
	for _, x := range report.Figures {
		f.absolute(x.Bars)
	}
	return f.write(w, r, report)
}

// absolute writes addresses so that they are followed from anywhere.
func (f *face) absolute(bars []reports.Bar) {
	for i := range bars {
		if strings.HasPrefix(bars[i].Link, "/") {
			bars[i].Link = f.base + bars[i].Link
		}
	}
}

func noReport(name string) error {
	return &good.Error{Kind: good.NotFound, Key: "impact.error.unknown", Args: map[string]any{"Name": good.Short(name)}}
}
