// Package standards carries the criteria sets that come with the program, each
// version in a folder {id}/{version}: set.yml holds its structure and its
// English texts, a file for each further language the others.
package standards

import "embed"

// FS holds {id}/{version}/*.yml.
//
//go:embed */*/*.yml
var FS embed.FS
