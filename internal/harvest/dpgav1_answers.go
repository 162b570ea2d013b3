package harvest

import (
	"encoding/json"
	"strconv"
	"strings"

	"stoa/internal/good"
)

func unmarshal(b []byte, into any) error { return json.Unmarshal(b, into) }

// ordinal names a record without an id by its place in the input.
func ordinal(n int) string { return "#" + strconv.Itoa(n) }

// answers gathers a good's answers by the indicators of the DPG Standard.
type answers struct {
	m   *mend
	out []good.Answer
}

// add keeps an answer that says anything.
func (a *answers) add(indicator, question, text string, links []good.Link) {
	if text == "" && len(links) == 0 {
		return
	}
	a.out = append(a.out, good.Answer{Indicator: indicator, Question: question, Text: text, Links: links})
}

// evidence adds an answer whose text holds the addresses that prove it.
func (a *answers) evidence(indicator, question, field, raw string) {
	text := a.m.text(field, raw)
	a.add(indicator, question, text, found(text))
}

// found are the addresses inside a text, without a word about them.
func found(text string) []good.Link {
	if !strings.Contains(text, "://") {
		return nil
	}
	return new(mend).links("", text)
}

// answers is what the record says indicator by indicator (DPGS 1.1.7).
func (r *v1Record) answers(m *mend, shifts *shifts) []good.Answer {
	a := &answers{m: m}
	for _, g := range r.SDGs { // DPGS 1
		a.evidence("1", "sdg-relevance", "sdgs.relevance", string(g.Relevance))
	}
	for _, c := range r.Ownership { // DPGS 3
		a.evidence("3", "ownership", "clearOwnership", string(c.V.URL))
	}
	r.platform(a) // DPGS 4
	a.evidence("5", "documentation", "documentation", string(r.Documentation))
	a.evidence("6", "data-export", "NonPII.nonPIIAccessMechanism", string(r.NonPII.V.Mechanism))
	for _, p := range r.Privacy { // DPGS 7
		a.evidence("7", "privacy-law", "privacy.privacyCompliance", shifts.keep(m, r, "privacy.privacyCompliance", string(p.V.Compliance)))
		a.evidence("7", "privacy-policy", "privacy.privacyComplianceURL", shifts.keep(m, r, "privacy.privacyComplianceURL", string(p.V.URL)))
	}
	std := m.answerText("openStandards", r.OpenStandards) // DPGS 8
	a.add("8", "open-standards", std, found(std))
	best := m.answerText("bestPractices", r.BestPractices)
	a.add("8", "best-practices", best, found(best))
	// DPGS 9
	a.evidence("9a", "personal-data", "dataPrivacySecurity.collectsPII", string(r.DataPrivacy.V.Collects))
	a.add("9a", "personal-data-types", m.answerText("dataPrivacySecurity.typesOfPIIDataCollected", r.DataPrivacy.V.Types), nil)
	a.evidence("9a", "data-security", "dataPrivacySecurity.dataPrivacySecurity", string(r.DataPrivacy.V.Security))
	a.evidence("9b", "content", "userContent.contentManagement", string(r.Content.V.Management))
	a.add("9b", "content-types", m.answerText("userContent.contentTypes", r.Content.V.Types), nil)
	a.evidence("9b", "content-policy", "userContent.contentManagementPolicy", string(r.Content.V.Policy))
	a.evidence("9c", "interaction", "protectionFromHarassment.facilitatesUserInteraction", string(r.Harassment.V.Interaction))
	a.evidence("9c", "harassment-policy", "protectionFromHarassment.harassmentPolicy", string(r.Harassment.V.Policy))
	return a.out
}

// platform turns the source's answer round: "isPlatformIndependent" holds the
// answer to "does it have mandatory dependencies that create more
// restrictions?", so that "No" is what an independent good says.
func (r *v1Record) platform(a *answers) {
	p := r.Platform.V
	said := strings.TrimSpace(string(p.Dependent))
	turned, ok := inverted(said)
	if !ok {
		if said != "" {
			a.m.note("platformIndependence.isPlatformIndependent", said, "", "answer-unknown")
		}
	} else {
		a.m.note("platformIndependence.isPlatformIndependent", said, turned, "inverted-platform-independence")
		a.add("4", "platform-independent", turned, nil)
	}
	text := a.m.answerText("platformIndependence.openAlternatives", p.Alternatives)
	a.add("4", "open-alternatives", text, found(text))
}

// inverted is the answer to the opposite yes-or-no question.
func inverted(answer string) (string, bool) {
	switch strings.ToLower(answer) {
	case "yes":
		return "No", true
	case "no":
		return "Yes", true
	}
	return "", false
}
