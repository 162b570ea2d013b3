package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Differences writes what differs between two projections, for a person to
// look into.
func (p Projections) Differences(w io.Writer, other Projections) error {
	a, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(other, "", " ")
	if err != nil {
		return err
	}
	la, lb := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range max(len(la), len(lb)) {
		x, y := []byte("nothing"), []byte("nothing")
		if i < len(la) {
			x = la[i]
		}
		if i < len(lb) {
			y = lb[i]
		}
		if !bytes.Equal(x, y) {
			_, err := fmt.Fprintf(w, "line %d: %s | %s\n", i+1, x, y)
			return err
		}
	}
	return nil
}
