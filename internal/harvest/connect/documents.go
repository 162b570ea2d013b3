package connect

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// Kinds of source that are one document.
var (
	// codeJSONKind is an inventory of code by the Federal Source Code Policy.
	codeJSONKind = Kind{Name: "code-json", Source: good.Source{Priority: 40}, open: openWhole("application/json", readCodeJSON)}
	// codeMetaKind is a document of CodeMeta, of one piece of software or more.
	codeMetaKind = Kind{Name: "codemeta", Source: good.Source{Priority: 40}, open: openWhole("application/ld+json, application/json", readCodeMeta)}
	// citationKind is a CITATION.cff, of one work or of those it refers to.
	citationKind = Kind{Name: "citation", Options: []Option{{Name: "works", Words: []string{"itself", "references"}}}, Source: good.Source{Priority: 35}, open: openCitation}
)

type reader func(cfg Config, a *Answer) ([]harvest.Candidate, []Fault, error)

func openWhole(accept string, read reader) func(Config, *Client) (Connector, error) {
	return func(cfg Config, client *Client) (Connector, error) {
		return &whole{cfg: cfg, client: client, accept: accept, read: func(a *Answer) ([]harvest.Candidate, []Fault, error) {
			all, faults, err := read(cfg, a)
			all, more := onlyOnce(all)
			return all, append(faults, more...), err
		}}, nil
	}
}

// maxFaults is how many faults of a document are told one by one.
const maxFaults = 1000

func readCodeJSON(cfg Config, a *Answer) (all []harvest.Candidate, faults []Fault, err error) {
	n := 0
	err = harvest.CodeJSON(cfg.Source.ID, bytes.NewReader(a.Body), func(c *harvest.Candidate, name, reason string) error {
		n++
		switch {
		case c != nil:
			all = append(all, *c)
		case len(faults) < maxFaults:
			if name == "" {
				name = strconv.Itoa(n)
			}
			faults = append(faults, fault(clip(name), reason))
		}
		return nil
	})
	return all, faults, shut(a, err)
}

// shut is an error about a document, from one that names no address.
func shut(a *Answer, err error) error {
	var known *good.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return unreadable(a.URL, strings.TrimPrefix(known.Key, "error.import."))
	}
	return unreadable(a.URL, err.Error())
}

func readCodeMeta(cfg Config, a *Answer) ([]harvest.Candidate, []Fault, error) {
	all, err := harvest.CodeMeta(cfg.Source.ID, a.URL, a.Body)
	if err != nil {
		return nil, nil, unreadable(a.URL, harvest.LinkedReason(err))
	}
	return all, nil, nil
}

func openCitation(cfg Config, client *Client) (Connector, error) {
	return openWhole("application/yaml, text/plain", func(cfg Config, a *Answer) ([]harvest.Candidate, []Fault, error) {
		all, err := harvest.Citation(cfg.Source.ID, a.URL, a.Body, cfg.Options["works"] == "references")
		return all, nil, shut(a, err)
	})(cfg, client)
}
