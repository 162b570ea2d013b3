// Package access decides who may do what: one table, denied by default.
package access

import (
	"slices"

	"stoa/internal/good"
)

// Act is something a person or machine may try to do.
type Act string

// The acts there are. Reading what is public needs none.
const (
	Import Act = "import" // bring in what another source says
	Settle Act = "settle" // decide about a record that needs a person
	Edit   Act = "edit"   // state facts about a good in person
	Rename Act = "rename" // give a good another address
	Remove Act = "remove" // take a good away, leaving a tombstone
	Merge  Act = "merge"  // declare two goods one
	Erase  Act = "erase"  // delete a value from the journal's disclosures
)

// The roles that act today. An actor with another role may do nothing.
const (
	Operator = "operator" // who runs the program, at its command line
	Importer = "importer" // the program itself, bringing goods in
)

// table is the whole of the law.
var table = map[string][]Act{
	Operator: {Import, Settle, Edit, Rename, Remove, Merge, Erase},
	Importer: {Import},
}

// Can returns nil if actor may act, else an error of kind Forbidden (or
// Unauthenticated for an actor without a role).
func Can(actor good.Actor, act Act) error {
	if actor.Role == "" {
		return &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	if !slices.Contains(table[actor.Role], act) {
		return &good.Error{Kind: good.Forbidden, Key: "error.access.denied", Args: map[string]any{"Role": actor.Role, "Act": string(act)}}
	}
	return nil
}
