package good

import "time"

// FromWatch is the source of the cases that the watch opens.
const FromWatch = "watch"

// OpenCase is something that needs a person, as anyone may see it: an imported
// record, or a sign of the watch that stays.
type OpenCase struct {
	ID        ID        `json:"id"`
	Source    string    `json:"source"`     // FromWatch, or that of the record
	ForeignID string    `json:"foreign_id"` // of the record there, or of the sign
	Name      string    `json:"name"`
	Reasons   []string  `json:"reasons"` // translation keys with their values
	Since     time.Time `json:"since"`
}
