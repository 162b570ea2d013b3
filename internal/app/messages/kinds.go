package messages

import (
	"slices"

	"stoa/internal/store"
)

// essential are the kinds of notice that nobody can leave: what has to be
// answered in time, what was decided about one's own, and safety.
var essential = []string{
	"assigned", "consulted", "clarification-asked", "deadline-near", "deadline-passed", "returned", "closed", "recognised", "not-eligible", "appeal-decided",
	"renewal-due", "renewal-open", "lapsed", "challenged", "challenge-decided", "watch-noticed", "watch-letter", "role-granted", "role-revoked", "webhook-disabled",
}

// optional are the kinds that a person may leave.
var optional = []string{
	"submitted", "claimed", "invited", "invitation-accepted", "invitation-declined", kindSought, "suggested", "extended", "clarification-answered", "extension-asked", "consultation-answered", "waiting", "consolidate",
	"ready-to-decide", "vacated", "review-late", "withdrawn", "appealed", "challenge-filed", "nominated", "announcement", "draft-open", "comment-answered", "opinion-asked",
	"watch-mended", "watch-stayed", "watch-settled",
	"commitment-due", "deployment-waiting", "deployment-due", "deployment-disputed", "support-asked", "support-answered", "support-said", "support-turned", "support-referred", "support-hidden", "agreement-waiting", "agreement-confirmed", "agreement-denied", "localisation-waiting", "localisation-returned", "localisation-finished", "localisation-ended", "join-waiting", "join-late", "card-due", "asked-to-claim", "recipe-dead", "recipe-stated", "need-answered", "need-accepted", "need-declined", "correction-contradicted", "community-meeting", "community-moved", "community-cancelled",
	"call-assigned", "call-refused", "call-results", "call-cancelled",
}

// Essential says whether letters of a kind are sent whatever the person wishes.
func Essential(kind string) bool { return slices.Contains(essential, kind) }

// Optional lists the kinds of which a person may want no letters.
func Optional() []string { return slices.Clone(optional) }

// Kinds lists every kind of notice.
func Kinds() []string { return slices.Concat(essential, optional) }

// What the views give, under names for those who may not reach the database.
type (
	// Notice is a notice as it is kept.
	Notice = store.Notice
	// Webhook is an address to which entries of the journal are sent.
	Webhook = store.Webhook
	// Delivery is one message to one webhook.
	Delivery = store.Delivery
)
