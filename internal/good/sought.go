package good

import "time"

// Sought is a letter to somebody who may own a good that another registry
// reports as recognised and that nobody here owns. It is private.
type Sought struct {
	ID      ID
	Good    ID
	Mark    ID     // stands for the address, which cannot be told of it
	Address string // "" once they want no letters, or were forgotten
	Origin  string // where the address is from: the id of a source, ByHand or ByDomain
	Lang    string
	Person  ID // who has it written; "" for the operator
	Created time.Time
	Due     time.Time // not sent before
	Sent    time.Time // zero until it is
	Opened  time.Time // zero until they followed the link
	Fate    Fate      // what became of it so far
}

// Fate is what became of a letter to somebody who may own a good.
type Fate string

// The fates.
const (
	FateWaits    Fate = "waiting"
	FateSent     Fate = "sent"
	FateOpened   Fate = "opened"
	FateClaimed  Fate = "claimed"  // somebody has proved since that the good is theirs
	FateBounced  Fate = "bounced"  // the address takes no letters
	FateDeclined Fate = "declined" // they say that the good is not theirs
	FateLeft     Fate = "left"     // they want no such letters, at all
	FateDropped  Fate = "dropped"  // not sent: taken back, or there was no need any more
)

// Fates lists the fates in the order of a letter's life.
var Fates = []Fate{FateWaits, FateSent, FateOpened, FateClaimed, FateDeclined, FateLeft, FateBounced, FateDropped}

// Where the address of somebody who may own a good can be from, besides a
// source's record.
const (
	ByHand   = "by-hand"   // somebody at the desk wrote it down
	ByDomain = "by-domain" // an organisation here has proved the domain of the good's website
)

// ReportedAlone says whether a good is recognised by the word of another
// registry and by no decision made here.
func (g *Good) ReportedAlone() bool {
	told := false
	for _, r := range g.Recognitions {
		if held := r.State == Recognised || r.State == RenewalDue; held && !r.Reported {
			return false
		} else if held {
			told = true
		}
	}
	return told && g.Tombstone == nil
}
