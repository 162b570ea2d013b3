// Package standards carries the criteria sets that come with the program, each
// version in a folder {id}/{version}: set.yml holds its structure and its
// English texts, a file for each further language the others.
package standards

import (
	"embed"

	"stoa/internal/packed"
)

//go:embed */*/*.yml
var sets embed.FS

//go:embed guides/*/*/*.yml
var guides embed.FS

// Quick is the sets in English as standard.OneOf reads them: a build makes it
// (tools/pack.sh). Empty: there is none.
//
//go:embed quick
var Quick string

// FS holds {id}/{version}/*.yml.
var FS = packed.Files(sets)

// Guides holds guides/{id}/{version}/*.yml: what to see to when a good is taken
// into use. They are written like criteria sets, but nothing is judged by them.
var Guides = packed.Files(guides)
