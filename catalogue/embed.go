// Package catalogue carries the built-in catalogue: digital public goods and
// candidates with which an empty house opens, each fact with its source.
package catalogue

import "embed"

// FS holds goods/<slug>.json, one record of one good per file:
// {"foreign_id", "seen", "facts"}, where facts are good.Facts.
//
//go:embed goods/*.json
var FS embed.FS
