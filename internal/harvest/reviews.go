package harvest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/good"
)

var dpgaReviewsSource = good.Source{ID: string(DPGAReviews), Name: "Crowd reviews for the DPG Registry",
	URL: "https://github.com/DPGAlliance/publicgoods-candidates/tree/main/reviews", Issuer: dpgaIssuer, Licence: "Unlicense", Priority: 1}

// CrowdReview is what one volunteer found of one good: advice, no verdict.
type CrowdReview struct {
	Source    string
	ForeignID string // names the review without naming its author
	Name      string // of the good
	Handle    string // of the author; private
	At        time.Time
	Took      time.Duration // 0: not known
	Findings  []CrowdFinding
	Repairs   []Repair
	Reasons   []string
	Lost      []Lost
	Held      bool
	Raw       []byte // private
}

// CrowdFinding is what a volunteer found of one indicator.
type CrowdFinding struct {
	Indicator  string `json:"indicator"`
	Part       int    `json:"part,omitempty"` // from 1, which of several answers it is about
	Agrees     bool   `json:"agrees"`
	Confidence int    `json:"confidence,omitempty"` // 1 to 5; 0: not said
	Comment    string `json:"comment,omitempty"`
}

// reviewFields says which indicator each part of a review is about (DPGS).
// Older reviews say clearOwnership and nonPII, newer ones ownership.
var reviewFields = map[string]string{"license": "2", "clearOwnership": "3", "ownership": "3", "documentation": "5", "nonPII": "6"}

var goalPart = regexp.MustCompile(`^SDG\[(\d{1,2})\]$`)

// CrowdReviews reads a folder of reviews, one a file.
func CrowdReviews(dir string) (iter.Seq2[CrowdReview, error], int, error) {
	names, err := jsonFiles(dir)
	if err != nil {
		return nil, 0, err
	}
	return func(yield func(CrowdReview, error) bool) {
		for _, name := range names {
			raw, err := readWhole(os.DirFS(dir), name)
			if !yield(ReadReview(raw, strings.TrimSuffix(name, ".json")), err) || err != nil {
				return
			}
		}
	}, len(names), nil
}

// ReadReview reads one review; its file is named for the good and the author.
func ReadReview(raw []byte, file string) CrowdReview {
	out := CrowdReview{Source: dpgaReviewsSource.ID, ForeignID: digest(file), Raw: raw}
	var parts map[string]json.RawMessage
	reason := "too-large"
	if len(raw) <= MaxRecord {
		reason = object(raw, &parts)
	}
	m := &mend{}
	if reason == "" {
		out.Handle = strings.TrimSpace(word(parts["user"]))
		if out.Handle != "" {
			m.private = append(m.private, out.Handle)
		}
		out.Name = m.name("name", named(file, out.Handle))
		reason = out.times(parts)
	}
	if reason != "" {
		out.Held, out.Reasons = true, []string{m.show(reason)}
		return out
	}
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		out.part(m, key, parts[key])
	}
	if out.Name == "" || out.Handle == "" || len(out.Findings) == 0 {
		m.hold("incomplete", "")
	}
	slices.SortStableFunc(out.Findings, func(a, b CrowdFinding) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Part, b.Part))
	})
	out.Repairs, out.Reasons, out.Held = m.repairs, m.reasons, m.held
	return out
}

// digest names a file whose name tells who wrote it.
func digest(file string) string {
	sum := sha256.Sum256([]byte(file))
	return hex.EncodeToString(sum[:8])
}

// named is the good's part of a file's name: {good}_{author} or {good}-{author}.
func named(file, author string) string {
	for _, sep := range []string{"_", "-"} {
		if s, ok := strings.CutSuffix(strings.ToLower(file), strings.ToLower(sep+author)); ok && author != "" {
			return file[:len(s)]
		}
	}
	return ""
}

// word is a JSON text, or a number as it is written.
func word(raw json.RawMessage) string {
	var t text
	if len(raw) == 0 || json.Unmarshal(raw, &t) != nil {
		return ""
	}
	return string(t)
}

// times reads when the review was made and how long it took.
func (c *CrowdReview) times(parts map[string]json.RawMessage) (reason string) {
	if n, err := strconv.ParseInt(word(parts["timestamp"]), 10, 64); err == nil && n > 0 && n < 1<<33 {
		c.At = time.Unix(n, 0).UTC()
	} else {
		return "time-missing"
	}
	if n, err := strconv.Atoi(word(parts["timeTaken"])); err == nil && n > 0 && n < 1<<20 {
		c.Took = time.Duration(n) * time.Second
	}
	return ""
}

// part reads what is said of one indicator.
func (c *CrowdReview) part(m *mend, key string, raw json.RawMessage) {
	if key == "user" || key == "timestamp" || key == "timeTaken" {
		return
	}
	f := CrowdFinding{Indicator: reviewFields[key]}
	if g := goalPart.FindStringSubmatch(key); g != nil {
		n, _ := strconv.Atoi(g[1]) // two digits
		f.Indicator, f.Part = "1", n+1
	}
	var said struct {
		Answer     *bool `json:"answer"`
		Comment    text  `json:"comment"`
		Confidence text  `json:"confidence"`
	}
	switch err := json.Unmarshal(raw, &said); {
	case f.Indicator == "":
		c.Lost = append(c.Lost, Lost{m.show(key), m.show(string(raw)), "no-question"})
		return
	case err != nil || said.Answer == nil:
		c.Lost = append(c.Lost, Lost{m.show(key), m.show(string(raw)), "not-an-answer"})
		return
	}
	f.Agrees = *said.Answer
	if n, err := strconv.Atoi(strings.TrimSpace(string(said.Confidence))); err == nil && n >= 1 && n <= 5 {
		f.Confidence = n
	} else if said.Confidence != "" {
		c.Lost = append(c.Lost, Lost{m.show(key) + ".confidence", m.show(string(said.Confidence)), "not-an-answer"})
	}
	f.Comment = m.personal(key, m.text(key, string(said.Comment)))
	c.Findings = append(c.Findings, f)
}
