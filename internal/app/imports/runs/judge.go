package runs

import (
	"regexp"
	"slices"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// aDay is a day, a month or a year.
var aDay = regexp.MustCompile(`^\d{4}(-\d\d(-\d\d)?)?$`)

// judge mends what no source may say: days that cannot be, and standings with
// others than it stands for.
func judge(c *harvest.Candidate, s good.Source, today good.Date) {
	note := func(field good.Field, from, rule string) {
		c.Repairs = append(slices.Clip(c.Repairs), harvest.Repair{Field: string(field), From: short(from), Rule: rule})
	}
	day := func(field good.Field, d *good.Date) {
		if *d != "" && (!aDay.MatchString(string(*d)) || *d < "1970" || *d > today+"~") {
			note(field, string(*d), "date-implausible")
			*d = ""
		}
	}
	day(good.FieldStanding, &c.Seen)
	c.Facts.Deployments = slices.Clone(c.Facts.Deployments)
	for i := range c.Facts.Deployments {
		day(good.FieldDeployments, &c.Facts.Deployments[i].Since)
	}
	if c.Facts.Standing == nil {
		return
	}
	st := *c.Facts.Standing
	if st.Issuer == "" || st.Issuer != s.Issuer {
		note(good.FieldStanding, st.Issuer, "issuer-other")
		c.Facts.Standing = nil
		return
	}
	day(good.FieldStanding, &st.First)
	day(good.FieldStanding, &st.Last)
	c.Facts.Standing = &st
}
