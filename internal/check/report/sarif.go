package report

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"stoa/internal/finding"
)

// The parts of SARIF 2.1.0 that are written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Language    string            `json:"language"`
		Invocations []sarifInvocation `json:"invocations"`
		From        []sarifSource     `json:"versionControlProvenance,omitempty"`
		Results     []sarifResult     `json:"results"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifInvocation struct {
		Successful bool                `json:"executionSuccessful"`
		Ended      string              `json:"endTimeUtc"`
		Notes      []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifSource struct {
		URI      string `json:"repositoryUri"`
		Revision string `json:"revisionId,omitempty"`
	}
	sarifResult struct {
		Rule        string            `json:"ruleId"`
		Index       int               `json:"ruleIndex"`
		Level       string            `json:"level"`
		Message     sarifText         `json:"message"`
		Locations   []sarifLocation   `json:"locations"`
		Prints      map[string]string `json:"partialFingerprints"`
		Baseline    string            `json:"baselineState,omitempty"`
		Suppressed  []sarifSuppressed `json:"suppressions,omitempty"`
		Description map[string]string `json:"properties"`
	}
	sarifSuppressed struct {
		Kind string `json:"kind"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region *sarifRegion `json:"region,omitempty"`
		} `json:"physicalLocation"`
	}
	sarifRegion struct {
		Line int `json:"startLine"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
)

// SARIF writes what is not met in the form in which forges take the findings of
// tools. What a baseline knows is suppressed.
func (s *Sheet) SARIF(w io.Writer) error {
	run := sarifRun{Language: s.Language, Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "stoa check", Rules: []sarifRule{}}
	call := sarifInvocation{Successful: true, Ended: s.At.Format("2006-01-02T15:04:05Z")}
	for _, c := range s.Partial {
		call.Notes = append(call.Notes, sarifNotification{"warning", sarifText{clean(c)}})
	}
	run.Invocations = []sarifInvocation{call}
	if webAddress(s.URL) {
		run.From = []sarifSource{{s.URL, s.Commit}}
	}
	for _, l := range s.notMet() {
		i := slices.IndexFunc(run.Tool.Driver.Rules, func(r sarifRule) bool { return r.ID == l.Probe })
		if i < 0 {
			i = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{l.Probe, sarifText{s.asks(l.Probe)}})
		}
		r := sarifResult{Rule: l.Probe, Index: i, Level: levels[l.Confidence], Message: sarifText{clean(strings.TrimSpace(l.Why + " " + l.Mend))},
			Prints: map[string]string{"stoa/v1": l.Print}, Description: map[string]string{"confidence": string(l.Confidence)}}
		if l.Known {
			r.Baseline, r.Suppressed = "unchanged", []sarifSuppressed{{"external"}}
		}
		for _, e := range l.Evidence {
			if e.Path != "" {
				r.Locations = append(r.Locations, location(e.Path, e.Line))
			}
		}
		if len(r.Locations) == 0 {
			r.Locations = []sarifLocation{location(".", 0)} // what is missing, is missing in the whole
		}
		run.Results = append(run.Results, r)
	}
	return indented(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

var levels = map[finding.Confidence]string{finding.High: "error", finding.Medium: "warning", finding.Low: "note"}

func location(path string, line int) (l sarifLocation) {
	l.Physical.Artifact.URI = (&url.URL{Path: path}).EscapedPath()
	if line > 0 {
		l.Physical.Region = &sarifRegion{line}
	}
	return l
}

// asks is the first question that a probe speaks of, or the probe's own id.
func (s *Sheet) asks(probe string) string {
	for _, i := range s.Indicators {
		for _, q := range i.Questions {
			if slices.ContainsFunc(q.Findings, func(l Line) bool { return l.Probe == probe }) {
				return q.Label
			}
		}
	}
	return probe
}
