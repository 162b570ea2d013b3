package page

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"time"

	"stoa/internal/export"
)

// WriteTable answers with a table as a file that spreadsheets read, named after
// the table and the day. rows hands over its rows, the names of the columns
// first: they never change, whatever the language. Nothing is sent where they
// cannot be made.
func WriteTable(w http.ResponseWriter, name string, day time.Time, rows func(row func(...string)) error) error {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	err := rows(func(row ...string) {
		for i, v := range row {
			row[i] = export.Disarm(v)
		}
		_ = out.Write(row) // into memory
	})
	if err != nil {
		return err
	}
	out.Flush()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`-`+day.UTC().Format(time.DateOnly)+`.csv"`)
	_, err = w.Write(b.Bytes())
	return err
}
