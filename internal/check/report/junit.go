package report

import (
	"encoding/xml"
	"io"
	"strings"
	"time"

	"stoa/internal/finding"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name      string     `xml:"name,attr"`
	Tests     int        `xml:"tests,attr"`
	Failures  int        `xml:"failures,attr"`
	Errors    int        `xml:"errors,attr"`
	Skipped   int        `xml:"skipped,attr"`
	Timestamp string     `xml:"timestamp,attr"`
	Cases     []testcase `xml:"testcase"`
}

type testcase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr,omitempty"`
	Failure *message `xml:"failure,omitempty"`
	Skipped *message `xml:"skipped,omitempty"`
}

type message struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes a sheet as the results of tests: each judged indicator is a
// suite, each question a test, which is skipped where nothing can be observed
// or all that is not met is known.
func (s *Sheet) JUnit(w io.Writer) error {
	all := suites{Name: clean(s.Standard + " " + s.Target)}
	for _, i := range s.Indicators {
		if !i.Judged {
			continue
		}
		one := suite{Name: i.ID + " " + i.Title, Timestamp: s.At.Format(time.RFC3339)}
		for _, q := range i.Questions {
			c := testcase{Class: s.Standard + "." + i.ID, Name: q.ID + " " + q.Label}
			s.judge(&c, q)
			one.Tests++
			if c.Failure != nil {
				one.Failures++
			}
			if c.Skipped != nil {
				one.Skipped++
			}
			one.Cases = append(one.Cases, c)
		}
		all.Tests, all.Failures, all.Skipped = all.Tests+one.Tests, all.Failures+one.Failures, all.Skipped+one.Skipped
		all.Suites = append(all.Suites, one)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *Sheet) judge(c *testcase, q Question) {
	var text []string
	first, known := "", true
	for _, l := range q.Findings {
		if l.State != q.State && (q.Depends == "" || l.State != finding.NotMet) {
			continue
		}
		line := clean(l.Why)
		for _, e := range l.Evidence {
			line += "\n  " + clean(place(e))
			if c.File == "" {
				c.File = clean(e.Path)
			}
		}
		if l.Mend != "" {
			line += "\n  → " + clean(l.Mend)
		}
		text = append(text, line)
		if first == "" {
			first = clean(l.Why)
		}
		known = known && l.Known
	}
	m := &message{Message: first, Text: strings.Join(text, "\n")}
	switch {
	case q.State == finding.NotMet && known:
		m.Message = s.t("known") + ": " + first
		c.Skipped = m
	case q.State == finding.NotMet:
		m.Type = string(finding.NotMet)
		c.Failure = m
	case q.State == finding.NotObservable:
		if q.Person {
			m.Message = s.t("person")
		} else if q.Depends != "" {
			m.Message = s.t("depends", "Question", clean(q.Depends))
		} else if first == "" {
			m.Message = s.t("unseen")
		}
		c.Skipped = m
	}
}
