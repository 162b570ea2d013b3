package check

import "stoa/internal/good"

// Named is a probe by the ids its findings bear, "matter.what".
type Named struct {
	IDs   []string
	Kinds []good.Kind // of the goods it looks at; none: of any
	Make  func(*Target) Probe
}

// Probes are all there are, in the order of a report.
func Probes() []Named {
	return []Named{
		{IDs: []string{"licence.text", "licence.declared", "licence.agreement", "licence.accepted", "licence.files", "licence.carried", "licence.names"}, Make: newLicence},
		{IDs: []string{"owner.copyright", "owner.organisation", "owner.governance", "owner.contributors", "owner.trademark"}, Make: newOwner},
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
