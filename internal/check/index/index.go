// Package index brings along what the probes of licences know of the words of
// licences' texts, ready to be used: a program that imports it does not have to
// find that out each time it is started. It takes a megabyte.
package index

import (
	_ "embed"

	"stoa/internal/check"
)

// A build makes it (tools/pack.sh). Empty: it is found out at run time.
//
//go:embed pairs
var pairs string

func init() { check.Pairs = pairs }
