// Package publiccode reads and checks publiccode.yml, the file in which public
// software describes itself, in versions 0.2 to 0.7. It is as strict as the
// format's own validator: Check says what is wrong or out of date, with the key
// and the line, and returns what could be read. It opens no file and no
// connection; bytes come from strangers and are bounded in every direction.
package publiccode

import (
	"cmp"
	"slices"
)

// Latest is the newest version of the format that is known.
const Latest = "0.7"

// Limits of one file.
const (
	MaxSize  = 1 << 20 // bytes
	maxDepth = 32      // nesting; the format itself needs six
	maxNodes = 20_000  // values, each counted as often as aliases repeat it
	maxFound = 200     // findings told
)

// versions are those a file may say it is of, each with the release it means.
var versions = map[string]string{"0": Latest,
	"0.2": "0.2", "0.2.0": "0.2", "0.2.1": "0.2", "0.2.2": "0.2", "0.3": "0.3", "0.3.0": "0.3", "0.4": "0.4", "0.4.0": "0.4",
	"0.5": "0.5", "0.5.0": "0.5", "0.6": "0.6", "0.6.0": "0.6", "0.7": "0.7", "0.7.0": "0.7"}

// Level says how bad a finding is.
type Level string

// The levels: an error makes the file invalid, a warning does not.
const (
	Error   Level = "error"
	Warning Level = "warning"
)

// Finding is one thing to say about a file. Key is the path of the key,
// "description.en.features[0]", or "" for the file as a whole; Line and Column
// count from 1 and are 0 where nothing can be pointed at. Message is English
// and repeats no value of the file that could be about a person.
type Finding struct {
	Level   Level  `json:"level"`
	Key     string `json:"key"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// Check reads raw and returns what can be taken from it and everything found,
// in the order of lines. The file is valid if no finding is an Error. A File is
// returned of an invalid file too, without the values that are wrong; it is nil
// only where raw is no YAML mapping of a known version.
func Check(raw []byte) (*File, []Finding) {
	doc, found := load(raw)
	if doc == nil {
		return nil, found
	}
	if doc.full {
		return nil, sorted(doc.findings)
	}
	version, ok := doc.version()
	if !ok {
		return nil, sorted(doc.findings)
	}
	wrong := doc.checkSchema()
	doc.unknownAndOld(root(), nil, doc.value)
	doc.remarks(version)
	return decode(doc.without(wrong)), sorted(doc.findings)
}

// Valid says whether no finding is an error.
func Valid(findings []Finding) bool {
	return !slices.ContainsFunc(findings, func(f Finding) bool { return f.Level == Error })
}

func sorted(fs []Finding) []Finding {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Message, b.Message))
	})
	fs = slices.Compact(fs)
	if len(fs) > maxFound { // whether the file is valid must stay true
		rest := fs[maxFound-1:]
		last := Finding{Level: Warning, Line: rest[0].Line, Column: rest[0].Column, Message: "and more that is not told"}
		if !Valid(rest) {
			last.Level = Error
		}
		fs = append(fs[:maxFound-1:maxFound-1], last)
	}
	return fs
}
