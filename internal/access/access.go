// Package access decides who may do what: one table, denied by default.
package access

import (
	"slices"
	"time"

	"stoa/internal/good"
)

// The roles of machines. Nobody who signs in ever has one.
const (
	Operator = "operator" // who runs the program, at its command line
	Importer = "importer" // the program itself, bringing goods in
	Clock    = "clock"    // the program itself, doing what is due
)

// The roles that are given to people, and taken from them, by name.
const (
	Community     = "community"     // reviews by way of advice
	Reviewer      = "reviewer"      // reviews what was assigned
	Expert        = "expert"        // may be asked about single indicators; acts on those asked of them
	Coordinator   = "coordinator"   // screens, assigns, consolidates, decides
	Secretariat   = "secretariat"   // looks after the whole
	Administrator = "administrator" // looks after people and settings
	Advisor       = "advisor"       // sits in the advisory group
)

// The roles that nobody is given: they come of what one is.
const (
	Anyone    = "anyone"    // nobody in particular
	Person    = "person"    // whoever has signed in
	Applicant = "applicant" // who owns the thing, alone or with others
	Juror     = "juror"     // who was given an entry of a call to score
)

// Granted lists the roles that can be given to a person.
var Granted = []string{Community, Reviewer, Expert, Coordinator, Secretariat, Administrator, Advisor}

// Scope is a part of what a person may do that they let a token do.
type Scope string

// The scopes of tokens. What has none is never done by a token.
const (
	Read      Scope = "read"    // read what the person may read
	Applying  Scope = "apply"   // nominate, claim, apply
	Reviewing Scope = "review"  // review and advise
	Desk      Scope = "desk"    // the work of coordinators and the secretariat
	Admin     Scope = "admin"   // people and settings
	Bounces   Scope = "bounces" // hand in returned letters, and nothing else
	Crawl     Scope = "crawl"   // post what a crawler of publiccode.yml found, and nothing else
)

// Scopes lists the scopes there are.
var Scopes = []Scope{Read, Applying, Reviewing, Desk, Admin, Bounces, Crawl}

// Who is somebody who acts. The zero Who is nobody in particular.
type Who struct {
	Person    good.ID
	Pseudonym string   // by which the journal knows the person
	Roles     []string // that were given to the person
	Scopes    []string // what the token in use may do; nil for a person without one: all
}

// Viewer is somebody who asks for a page or a program's answer.
type Viewer struct {
	Who
	Name    string    // what the person wishes to be called
	Session good.ID   // the session in use, "" for a token
	Proved  time.Time // when the person last proved who they are
}

// Machine is the program or its operator, acting in a role of its own.
func Machine(role string) Who { return Who{Roles: []string{role}} }

// Anonymous says whether nobody is known to act.
func (w Who) Anonymous() bool { return w.Person == "" && len(w.Roles) == 0 }

// Has says whether a role was given to w.
func (w Who) Has(role string) bool { return slices.Contains(w.Roles, role) }

// Thing is the persons who are tied to what is acted on. The zero Thing is
// tied to nobody.
type Thing struct {
	Owners     []good.ID // it is theirs
	Assigned   []good.ID // they were given it to review
	Consulted  []good.ID // they were asked about a part of it
	Decided    []good.ID // they signed the decision that is appealed
	Conflicted []good.ID // they must not judge it
}

// Own is a thing that belongs to one person.
func Own(person good.ID) Thing { return Thing{Owners: []good.ID{person}} }

// ties are those of a person to the thing.
func (t Thing) ties(person good.ID) (out tie) {
	if person == "" {
		return 0
	}
	for bit, list := range map[tie][]good.ID{owner: t.Owners, assigned: t.Assigned, consulted: t.Consulted, decided: t.Decided, conflicted: t.Conflicted} {
		if slices.Contains(list, person) {
			out |= bit
		}
	}
	return out
}

// As returns the actor as whom who may do act to thing, as the journal is to
// have it, else an error of kind Unauthenticated, where signing in might help,
// or Forbidden.
func As(who Who, act Act, thing Thing) (good.Actor, error) {
	r, known := table[act]
	ties := thing.ties(who.Person)
	if !known || ties&r.never != 0 {
		return good.Actor{}, denied(who, act)
	}
	if who.Scopes != nil && (r.scope == "" || !slices.Contains(who.Scopes, string(r.scope))) {
		return good.Actor{}, unscoped(who, act, thing, r.scope)
	}
	for _, g := range r.may {
		if (g.tie == 0 || ties&g.tie != 0) && who.is(g) {
			return good.Actor{Role: g.role, Pseudonym: who.Pseudonym}, nil
		}
	}
	return good.Actor{}, denied(who, act)
}

// is says whether who has the role of a grant whose tie holds. A role that
// comes of what one is, or of the tie, need not be given.
func (w Who) is(g grant) bool {
	switch g.role {
	case Anyone:
		return true
	case Person, Applicant, Juror:
		return w.Person != ""
	case Expert:
		return w.Person != "" && (g.tie != 0 || w.Has(Expert))
	case Operator, Importer, Clock:
		return w.Person == "" && w.Has(g.role)
	}
	return w.Person != "" && w.Has(g.role)
}

// unscoped says what a token lacks, where its person may do the act.
func unscoped(who Who, act Act, thing Thing, scope Scope) error {
	who.Scopes = nil
	if _, err := As(who, act, thing); err != nil {
		return err
	}
	if scope == "" {
		return &good.Error{Kind: good.Forbidden, Key: "error.access.tokenless", Args: map[string]any{"Act": string(act)}}
	}
	return &good.Error{Kind: good.Forbidden, Key: "error.access.scope", Args: map[string]any{"Act": string(act), "Scope": string(scope)}}
}

func denied(who Who, act Act) error {
	if who.Anonymous() {
		return &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	return &good.Error{Kind: good.Forbidden, Key: "error.access.forbidden", Args: map[string]any{"Act": string(act)}}
}

// May says whether there can be a thing to which who may do act: pages and
// operations ask it before the thing is known. Public anybody may do.
func May(who Who, act Act) error {
	if act == Public {
		return nil
	}
	scopes := who.Scopes
	who.Scopes = nil
	var err error
	for _, t := range []Thing{{}, Own(who.Person), {Assigned: []good.ID{who.Person}}, {Consulted: []good.ID{who.Person}}} {
		if _, err = As(who, act, t); err == nil { // with such a thing it is the token's scopes that decide
			who.Scopes = scopes
			_, err = As(who, act, t)
			return err
		}
	}
	return err
}

// Can returns nil if actor may act on what is tied to nobody, else an error of
// kind Forbidden (or Unauthenticated for an actor without a role).
func Can(actor good.Actor, act Act) error {
	if actor.Role == "" {
		return &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	for _, g := range table[act].may {
		if g.role == actor.Role && g.tie == 0 {
			return nil
		}
	}
	return &good.Error{Kind: good.Forbidden, Key: "error.access.denied", Args: map[string]any{"Role": actor.Role, "Act": string(act)}}
}
