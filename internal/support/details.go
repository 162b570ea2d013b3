package support

import (
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Details are what is said of one kind of help alone: which channel with what
// short code, operator and price, which domains cost nothing, which devices, how
// large credits are, how an audit is done. In a request it is what is wished.
var Details = []vocab.Detail{
	{Name: "channel_type", Of: "channel", Type: vocab.SomeOf, Options: []string{"sms", "ussd", "ivr", "voice"}},
	{Name: "channel_code", Of: "channel", Type: vocab.ShortCode},
	{Name: "channel_operator", Of: "channel", Type: vocab.Text},
	{Name: "channel_price", Of: "channel", Type: vocab.Money},
	{Name: "channel_unit", Of: "channel", Type: vocab.OneOf, Options: []string{"message", "session", "minute", "month"}, Needs: "channel_price"},
	{Name: "channel_languages", Of: "channel", Type: vocab.Languages},
	{Name: "zero_operator", Of: "zero-rating", Type: vocab.Text},
	{Name: "zero_domains", Of: "zero-rating", Type: vocab.Hosts},
	{Name: "zero_until", Of: "zero-rating", Type: vocab.DayAny},
	{Name: "device_models", Of: "device-programme", Type: vocab.Text},
	{Name: "device_number", Of: "device-programme", Type: vocab.Whole},
	{Name: "credit_amount", Of: "cloud-credits", Type: vocab.Money},
	{Name: "credit_until", Of: "cloud-credits", Type: vocab.DayAny},
	{Name: "audit_method", Of: "security-audit", Type: vocab.SomeOf, Options: []string{"code", "penetration", "automated", "design"}},
	{Name: "access_method", Of: "accessibility-audit", Type: vocab.SomeOf, Options: []string{"users", "manual", "automated"}},
}

// checkDetails mends what can be mended and says what is wrong with what is said
// of some kinds of help. A price without what it is for says little, so the two
// go together.
func checkDetails(said *map[string]string, kinds ...string) error {
	out, err := vocab.CheckDetails(Details, kinds, *said, "")
	if err != nil {
		return err
	}
	if out["channel_price"] != "" && out["channel_unit"] == "" && !strings.HasPrefix(out["channel_price"], "0 ") {
		return wrong("detail.error.needs", "channel_unit")
	}
	*said = out
	return nil
}

// DetailTerms are those by which a thing is found that says something of details: each
// chosen option, as "channel_type:ussd".
func DetailTerms(said map[string]string) []string {
	var out []string
	for _, d := range Details {
		if len(d.Options) > 0 {
			for _, part := range d.Parts(said[d.Name]) {
				out = append(out, d.Name+":"+part)
			}
		}
	}
	return out
}

// IsDetailTerm says whether there is such a term.
func IsDetailTerm(term string) bool {
	name, option, _ := strings.Cut(term, ":")
	return slices.ContainsFunc(Details, func(d vocab.Detail) bool { return d.Name == name && slices.Contains(d.Options, option) })
}

// KindsFor are the kinds of help that are of use for a good of some kinds.
func KindsFor(kinds ...good.Kind) []string {
	var out []string
	for _, k := range vocab.SupportKinds() {
		if k.Fits(kinds...) {
			out = append(out, k.Code)
		}
	}
	return out
}

// CheckFit says whether a kind of help is of use for a good of some kinds.
func CheckFit(kind string, kinds []good.Kind) error {
	if kind != "" && !slices.Contains(KindsFor(kinds...), kind) {
		return wrong("detail.error.fit", "kind")
	}
	return nil
}
