package check

import (
	"net/url"

	"stoa/internal/finding"
)

// ofForge is what the forge says of the licence, which it guesses from the files.
func ofForge(t *Target) []claim {
	if t.Forge == nil || t.Forge.Licence == "" {
		return nil
	}
	e, ok := readExpression(t.Forge.Licence)
	if !ok {
		return nil
	}
	return []claim{{expression: e, raw: t.Forge.Licence, known: true, form: "forge", at: finding.Evidence{URL: t.URL}}}
}

// where is the file that declares, or the host.
func (c claim) where() string {
	if c.form != "forge" {
		return c.at.Path + c.at.URL
	}
	u, err := url.Parse(c.at.URL)
	if err != nil {
		return c.at.URL
	}
	return u.Hostname()
}
