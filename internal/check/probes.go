package check

import (
	"stoa/internal/finding"
	"stoa/internal/good"
)

// Named is a probe by the ids its findings bear, "matter.what".
type Named struct {
	IDs   []string
	Kinds []good.Kind // of the goods it looks at; none: of any
	Make  func(*Target) Probe
}

// Probes are all there are, in the order of a report.
func Probes() []Named {
	return []Named{
		{IDs: []string{"general.name", "general.summary", "general.website", "general.source", "general.goals"}, Make: newGeneral},
		{IDs: []string{"licence.text", "licence.declared", "licence.agreement", "licence.accepted", "licence.files", "licence.carried", "licence.names"}, Make: newLicence},
		{IDs: []string{"owner.copyright", "owner.organisation", "owner.governance", "owner.contributors", "owner.trademark", "owner.whole", "owner.country"}, Make: newOwner},
		{IDs: []string{"platform.closed", "data.kept", "data.exchange", "health.pinned"}, Make: newParts},
		{IDs: append(paperIDs(), "docs.place", "docs.links", "docs.languages", "harm.meeting"), Make: newPapers},
		{IDs: []string{"data.formats", "docs.dictionary", "docs.modelcard"}, Kinds: []good.Kind{good.Data, good.AI, good.Content}, Make: newDataset},
		{IDs: []string{"standards.used", "docs.api"}, Make: newStandards},
		{IDs: []string{"privacy.persons", "harm.content", "data.export", "data.used"}, Kinds: []good.Kind{good.Software}, Make: newHandling},
		{IDs: []string{"health.translations"}, Make: newTranslations},
		{IDs: []string{"health.tests", "health.ci", "health.packaged", "health.activity", "health.people", "health.releases", "health.signed"}, Make: newHealth},
	}
}

// IDs are the ids of all probes, in the order of a report.
func IDs() []string {
	ids := []string{kindsID}
	for _, n := range Probes() {
		ids = append(ids, n.IDs...)
	}
	return ids
}

// Name is what a reader calls the matter of a probe.
func Name(id string) finding.Text { return finding.Say("probe.name." + id) }

// serves says whether the probe looks at goods of one of these kinds.
func (n Named) serves(kinds []good.Kind) bool {
	if len(n.Kinds) == 0 {
		return true
	}
	for _, k := range n.Kinds {
		for _, has := range kinds {
			if k == has {
				return true
			}
		}
	}
	return false
}
