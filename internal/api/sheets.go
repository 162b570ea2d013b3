package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/deployments"
	"stoa/internal/deploy"
	"stoa/internal/good"
)

// DeploymentSheet is a spreadsheet of deployments, with what is wrong with it
// row by row. It is yours alone, and forgotten after a week.
type DeploymentSheet struct {
	ID     string          `json:"id"`
	State  string          `json:"state" enum:"shown,entering,done"`
	Sent   time.Time       `json:"sent"`
	Done   int             `json:"done" doc:"Rows that were looked at while they are entered."`
	Unread []string        `json:"unread,omitempty" doc:"Columns that mean nothing here."`
	Rows   []DeploymentRow `json:"rows"`
}

// DeploymentRow is one row and what became of it.
type DeploymentRow struct {
	Row     int    `json:"row" doc:"As a spreadsheet counts."`
	Outcome string `json:"outcome" enum:"fit,wrong,there,entered,left" doc:"It can be entered; it has a mistake; it is said already; it was entered; it was left out."`
	Field   string `json:"field,omitempty"`
	Detail  string `json:"detail,omitempty" doc:"What is wrong, and what to do."`
	ID      string `json:"id,omitempty" doc:"Of the deployment that is here."`
}

// SheetChoice says which rows are entered.
type SheetChoice struct {
	Rows []int `json:"rows,omitempty" doc:"Numbers of rows; without any, all that can be."`
}

// sheets are the operations on many deployments at once.
func (f *face) sheets(d describer) []operation {
	id := param("sheet", "path", "Id of the spreadsheet.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	id.Required = true
	gives, path := reflect.TypeFor[DeploymentSheet](), "/api/v1/deployment-sheets/{sheet}"
	on := func(method, rest, name, summary string, takes, gives reflect.Type, h answer) operation {
		return d.call(call{act: access.ClaimDeployment, method: method, path: path + rest, id: name, tag: "deployments", summary: summary, params: []*huma.Param{id}, takes: takes, gives: gives, handle: h, statuses: []int{404, 409}})
	}
	return []operation{
		d.call(call{act: access.ClaimDeployment, method: http.MethodPost, path: "/api/v1/deployment-sheets", id: "send-deployment-sheet", tag: "deployments", summary: "Look at many deployments at once",
			text: "The body is a spreadsheet (XLSX, ODS, CSV) with a deployment a row, of at most 16 MB and 10,000 rows. Nothing is entered yet.", params: []*huma.Param{
				param("as", "query", "For which side you speak.", &huma.Schema{Type: "string", Enum: []any{"maintainer", "adopter"}}, nil),
				param("body", "query", "Slug or id of the organisation for which you speak.", &huma.Schema{Type: "string"}, nil)},
			media: octets, gives: gives, handle: f.sendSheet, created: true, statuses: []int{413}}),
		on(http.MethodGet, "", "get-deployment-sheet", "What became of a spreadsheet", nil, gives, f.getSheet),
		on(http.MethodPost, "/enter", "enter-deployment-sheet", "Enter the rows that can be", reflect.TypeFor[SheetChoice](), gives, f.enterSheet),
		on(http.MethodDelete, "", "drop-deployment-sheet", "Forget a spreadsheet", nil, nil, f.dropSheet),
	}
}

// sheetDocument is a spreadsheet in the words of programs.
func sheetDocument(r *http.Request, s *deploy.Sheet) DeploymentSheet {
	out := DeploymentSheet{ID: string(s.ID), State: s.State, Sent: s.Sent, Done: s.Done, Unread: s.Unread, Rows: []DeploymentRow{}}
	for _, row := range s.Rows {
		line := DeploymentRow{Row: row.Number, Outcome: string(row.Outcome), Field: row.Field, ID: string(row.ID)}
		if row.Key != "" {
			line.Detail = say(locale(r), &good.Error{Key: row.Key, Args: row.Args})
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}

func (f *face) sendSheet(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "as", "body")
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(r.Body)
	if large := tooLarge(err); large != nil {
		return large
	}
	if err != nil {
		return errors.Join(&good.Error{Kind: good.Invalid, Key: "form.error.unread"}, err)
	}
	return f.used(r, func(ctx context.Context, a *app.App, who access.Who, _ good.ID) error {
		s, err := a.Send(ctx, who, deploy.Side(last(v, "as")), last(v, "body"), raw)
		if err != nil {
			return err
		}
		return f.made(w, r, sheetDocument(r, s))
	})
}

// onSheet runs do with the spreadsheet of an address.
func (f *face) onSheet(r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, id good.ID) error) error {
	return f.used(r, func(ctx context.Context, a *app.App, who access.Who, _ good.ID) error {
		return do(ctx, a, who, good.ID(r.PathValue("sheet")))
	})
}

func (f *face) getSheet(w http.ResponseWriter, r *http.Request) error {
	return f.onSheet(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		s, err := a.Sheet(ctx, who, id)
		if err != nil {
			return err
		}
		return f.write(w, r, sheetDocument(r, s))
	})
}

func (f *face) enterSheet(w http.ResponseWriter, r *http.Request) error {
	in, err := received[SheetChoice](r)
	if err != nil {
		return err
	}
	return f.onSheet(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		if err := a.Enter(ctx, who, id, in.Rows); err != nil {
			return err
		}
		s, err := a.Sheet(ctx, who, id)
		if err != nil {
			return err
		}
		return f.write(w, r, sheetDocument(r, s))
	})
}

func (f *face) dropSheet(w http.ResponseWriter, r *http.Request) error {
	return f.onSheet(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		return done(w, a.Drop(ctx, who, id))
	})
}
