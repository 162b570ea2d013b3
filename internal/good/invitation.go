package good

import "time"

// Invited is what somebody can be asked to join.
type Invited string

// What there is to join, or to look after.
const (
	ToOrganisation Invited = "organisation" // to act for it
	ToGood         Invited = "good"         // to own it, with those who proved that it is theirs
	ToApplication  Invited = "application"  // to work on it
	ToBoard        Invited = "board"        // to work on a board of goods to look at
	ToClaim        Invited = "claim"        // to claim a good as its owner: the letter leads there, and nothing is to be answered
)

// Invitation asks whoever has an address to join something. It is private.
type Invitation struct {
	ID      ID
	Kind    Invited
	About   ID     // of the organisation, good or application
	Address string // in the form that tells addresses apart
	Person  ID     // who asks
	Keeper  bool   // asked to look after the organisation, too
	Lang    string // of the letter, where the address is nobody's
	Created time.Time
	Expires time.Time
	Ended   time.Time // zero while it waits
	Became  string    // "accepted", "declined" or "revoked"
}

// Waits says whether an invitation can be answered at a time.
func (i Invitation) Waits(now time.Time) bool { return i.Ended.IsZero() && now.Before(i.Expires) }

// Path is where on this instance it is looked after what an invitation is to.
func (i Invitation) Path() string {
	switch i.Kind {
	case ToOrganisation:
		return "/account/organisations/" + string(i.About)
	case ToBoard:
		return "/boards/" + string(i.About)
	case ToGood, ToClaim:
		return "/goods/" + string(i.About) + "/claim"
	}
	return "/apply/" + string(i.About)
}
