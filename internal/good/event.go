package good

import (
	"encoding/json"
	"time"
)

// Verb names what happened, in the past tense of the field.
type Verb string

// The verbs of the journal so far. A verb is never renamed once written.
const (
	SourceDeclared  Verb = "source.declared"  // value "source": Source
	GoodCreated     Verb = "good.created"     // value "slug": string
	GoodRenamed     Verb = "good.renamed"     // value "slug": string; the old slug redirects for ever
	GoodMerged      Verb = "good.merged"      // subjects: from, into; values "reason", "decided": a person did, "deployments": ids, "followed": Followers
	GoodParted      Verb = "good.parted"      // a merge undone; subjects: from, and who held it; values "records": keys, "applications": ids, "deployments": ids, "followed": Followers, "reason"
	GoodKeptApart   Verb = "good.kept-apart"  // subjects: two goods that look like one, the lower id first; values "apart": false opens it again, "reason"
	GoodRemoved     Verb = "good.removed"     // value "reason"
	GoodRestored    Verb = "good.restored"    // value "reason"
	RecordStated    Verb = "record.stated"    // subject: good; value "record": Record
	StageChanged    Verb = "stage.changed"    // subject: good; value "stage": {"from","to","reason"}: a stage moved by a listing or the clock, not by a record of the good
	RecordMoved     Verb = "record.moved"     // subjects: good; values "record" key, "reason"
	DirectoryStated Verb = "directory.stated" // subjects: the goods of a collection; values "entry": DirectoryEntry, "reason"
	// The advisory group. Seats and consultations are subjects by their own ids.
	SeatStated            Verb = "seat.stated"            // subject: seat; values "seat": advise.Seat without name, "name", "reason"
	ConsultationStated    Verb = "consultation.stated"    // subject: consultation; value "consultation": advise.Consultation
	OpinionGiven          Verb = "opinion.given"          // subjects: consultation, seat; value "opinion": advise.Opinion
	CommentMade           Verb = "comment.made"           // subjects: consultation, comment; values "comment": advise.Comment without name, "name"
	CommentAnswered       Verb = "comment.answered"       // subjects: consultation, comment; value "answer"
	ConsultationConcluded Verb = "consultation.concluded" // subject: consultation; value "consultation": advise.Consultation

	GoodClaimed  Verb = "good.claimed"  // subject: good; value "claim": Claim; the actor owns the good from now on
	GoodReleased Verb = "good.released" // subject: good; the actor owns it no more
	ValueErased  Verb = "value.erased"  // subjects as the erased entry; value "position"

	// What is listed through the publiccode catalogue API. Subject: the listing.
	ListingPosted   Verb = "listing.posted"   // value "listing": Listing without its analysis
	ListingChanged  Verb = "listing.changed"  // value "listing": Listing without its analysis
	ListingAnalysed Verb = "listing.analysed" // values "analysis", "kind"
	ListingDropped  Verb = "listing.dropped"  // value "kind"

	// Sources that are read by themselves.
	HarvestSet      Verb = "source.set"       // value "harvest": Harvest
	SourceHarvested Verb = "source.harvested" // value "run": Run, once it has ended
)

// The verbs of people. Their subject is the pseudonym of whom they are about.
const (
	RoleGranted        Verb = "role.granted"        // values "role", "reason"
	RoleRevoked        Verb = "role.revoked"        // values "role", "reason"
	PersonNamed        Verb = "person.named"        // value "named": whether they are named beside what they do from now on; the name lies with their account
	PersonErased       Verb = "person.erased"       // who stood behind a pseudonym is known no more
	OrganisationJoined Verb = "organisation.joined" // subject: organisation, that people act for from now on; value "organisation": name and slug
	DomainProved       Verb = "domain.proved"       // subject: organisation; values "domain", "way"
)

// The verbs of support. Offers, public requests, conversations, agreements and
// organisations are subjects by their own ids; the good that is meant comes
// second.
const (
	SupportOffered   Verb = "support.offered"   // values "offer": support.Offer without the texts, "title", "text", "details"
	SupportRequested Verb = "support.requested" // values "request": support.Request without the texts, "title", "text", "organisation", "details"
	SupportTurned    Verb = "support.turned"    // an offer, a request or an agreement; values "step": support.Turned, "reason"
	SupportDelivered Verb = "support.delivered" // a request; value "step": support.Turned
	SupportReferred  Verb = "support.referred"  // values "step": support.Reference without the texts, "text", "answer", "organisation"
	SupportReached   Verb = "support.reached"   // an organisation; value "reach": support.Reach
	SupportAgreed    Verb = "support.agreed"    // an agreement; values "agreement": support.Agreement without the text, "text", "details"
	SupportConfirmed Verb = "support.confirmed" // an agreement, by whoever owns the good; value "step": support.Turned
	SupportDenied    Verb = "support.denied"    // likewise; values "step": support.Turned, "reason"
)

// The verbs of goods in use. A deployment is a subject by its own id, after its
// good.
const (
	DeploymentStated    Verb = "deployment.stated"    // values "deployment": deploy.Record without the texts, "place", "programme", "details"
	DeploymentConfirmed Verb = "deployment.confirmed" // value "step": deploy.Word
	DeploymentDisputed  Verb = "deployment.disputed"  // values "step": deploy.Word, "reason"
	DeploymentSettled   Verb = "deployment.settled"   // values "step": deploy.Settled, "reason"
	DeploymentWithdrawn Verb = "deployment.withdrawn" // values "step": deploy.Word, "reason"
	DeploymentDue       Verb = "deployment.due"       // value "step": deploy.Settled
)

// The verbs of countries. A country is a subject by an id of its own.
const (
	CountryStated Verb = "country.stated" // values "country": deploy.Land without texts and links, "text", "offices", "links"
)

// The verbs of localisation. Each is about a good and, where one is meant, a
// task or a word by its own id.
const (
	LocalisationOpened    Verb = "localisation.opened"    // values "task": l10n.Task without the texts, "name"
	LocalisationClaimed   Verb = "localisation.claimed"   // value "task"
	LocalisationReleased  Verb = "localisation.released"  // value "task"
	LocalisationHandedIn  Verb = "localisation.handed-in" // value "task"
	LocalisationReturned  Verb = "localisation.returned"  // values "task", "reason"
	LocalisationFinished  Verb = "localisation.finished"  // values "task", "reason", and "texts": l10n.Texts where it was about the good itself
	LocalisationWithdrawn Verb = "localisation.withdrawn" // values "task", "reason"
	LocalisationCovered   Verb = "localisation.covered"   // value "coverage": l10n.Coverage
	LocalisationSeen      Verb = "localisation.seen"      // value "coverage": l10n.Coverage that a machine read in a repository
	TermStated            Verb = "localisation.term"      // value "term": l10n.Term
	TermDropped           Verb = "localisation.dropped"   // a word is taken away
)

// The verbs of deployment recipes. A recipe is a subject by its own id, after
// its good.
const (
	RecipeStated  Verb = "recipe.stated"  // value "recipe": recipe.Recipe
	RecipeDropped Verb = "recipe.dropped" // it is taken away
	RecipesLooked Verb = "recipe.looked"  // subjects: the goods whose recipes were looked at; value "sights": recipe.Sight by the recipe's id
)

// The verbs of the alliance. Members and commitments are subjects by their own
// ids.
const (
	MemberStated       Verb = "member.stated"       // subject: member; values "member": alliance.Member without its summary, "summary", "reason"
	CommitmentMade     Verb = "commitment.made"     // subjects: member, commitment; values "commitment": alliance.Commitment without text and reports, "text"
	CommitmentReported Verb = "commitment.reported" // subjects: member, commitment; values "report": alliance.Report without its text, "text"
)

// Actor is who did something, as the public may know: a role and a per-person
// pseudonym (empty for machines). The mapping to a person is erasable.
type Actor struct {
	Role      string `json:"role"` // "importer", "operator", "reviewer", …
	Pseudonym string `json:"pseudonym,omitempty"`
}

// Claim is how somebody proved that a good is theirs: by which method, and
// where. Who it is only the actor's pseudonym says.
type Claim struct {
	Method string `json:"method"` // "repository", "file", "dns", "email" or "invited"
	Place  string `json:"place,omitempty"`
}

// Value is one named value of an entry. The log holds only its commitment
// SHA-256(Salt ‖ Data); Data and Salt are deleted together on erasure.
type Value struct {
	Name   string     `json:"name"`
	Salt   []byte     `json:"salt,omitempty"` // 32 random bytes
	Data   []byte     `json:"data,omitempty"` // JSON
	Erased *time.Time `json:"erased,omitempty"`
}

// Entry is one journal entry: a public fact, written once.
type Entry struct {
	Position int64     `json:"position"` // dense from 0, in commit order
	Time     time.Time `json:"time"`     // UTC, of the transaction
	Actor    Actor     `json:"actor"`
	Verb     Verb      `json:"verb"`
	Subjects []ID      `json:"subjects"`
	Values   []Value   `json:"values,omitempty"`
}

// Value reads the value of a name; false where it was erased, is not there or
// is of another form.
func (e Entry) Value(name string, into any) bool {
	for _, v := range e.Values {
		if v.Name == name {
			return v.Erased == nil && json.Unmarshal(v.Data, into) == nil
		}
	}
	return false
}

// The verbs of an assessment. Subjects: the application, then the good where
// there is one. Value "step" says from which state to which.
const (
	ApplicationSubmitted    Verb = "application.submitted"    // values "application", "answers": the public ones
	ChallengeFiled          Verb = "challenge.filed"          // values "application", "doubt"
	ApplicationScreened     Verb = "application.screened"     // value "screened"
	ApplicationAssigned     Verb = "application.assigned"     // value "reviewer": pseudonym
	ApplicationVacated      Verb = "application.vacated"      // values "reviewer", "why"
	ApplicationReviewed     Verb = "application.reviewed"     // a reviewer has finished the round
	ApplicationConsolidated Verb = "application.consolidated" // where two differed one verdict was found
	ClarificationAsked      Verb = "clarification.asked"      // value "asked"
	ClarificationAnswered   Verb = "clarification.answered"   // values "reply", "answers"
	ExtensionAsked          Verb = "clarification.extension-asked"
	ClarificationExtended   Verb = "clarification.extended"      // value "until"
	ExpertAsked             Verb = "consultation.asked"          // values "indicator", "expert"
	ExpertAnswered          Verb = "consultation.answered"       // value "indicator"
	ApplicationDecided      Verb = "application.decided"         // value "decision"
	ApplicationAppealed     Verb = "application.appealed"        // value "grounds"
	ApplicationPublished    Verb = "application.published"       // value "published"
	ApplicationWithdrawn    Verb = "application.withdrawn"       // value "reason"
	ApplicationClosed       Verb = "application.closed"          // nobody answered
	ApplicationReminded     Verb = "application.reminded"        // value "reminder"
	ApplicationAnswered     Verb = "application.answered"        // value "answers": what an accepted suggestion changed
	AnswerSuggested         Verb = "application.suggested"       // value "question": its id
	RenewalReminded         Verb = "renewal.reminded"            // subject: good; value "reminder"
	RenewalOpened           Verb = "renewal.opened"              // subject: good; value "until"
	RecognitionLapsed       Verb = "recognition.lapsed"          // subject: good
	AnnouncementMade        Verb = "announcement.made"           // value "announcement"
	SettingsChanged         Verb = "assessment.settings-changed" // values "settings", "reason"
)

// The verbs of the watch. Subjects: the good, then the sign.
const (
	SignNoticed   Verb = "watch.noticed"   // values "kind", "seen": what changed
	SignStayed    Verb = "watch.stayed"    // it stands for so long that people look at it
	SignExplained Verb = "watch.explained" // value "reason": what the owner says of it; empty takes it back
	SignMended    Verb = "watch.mended"    // it is as before
	SignSettled   Verb = "watch.settled"   // values "settled", "reason": people ended it
	GoodsLooked   Verb = "watch.looked"    // subjects: the goods that were looked at since the last such entry, and nothing more
)

// The verbs of open calls. Subject: the call; entries and partners by their ids.
const (
	CallPartnerStated  Verb = "call.partner-stated"  // subject: organisation; values "partner": call.Partner, "reason"
	CallStated         Verb = "call.stated"          // value "call": call.Call, announced or changed
	CallOpened         Verb = "call.opened"          // value "call"
	CallClosed         Verb = "call.closed"          // value "call"
	CallCancelled      Verb = "call.cancelled"       // value "call", with its reason
	CallDecided        Verb = "call.decided"         // value "call": one stage is decided; of whom nobody reads yet
	CallPublished      Verb = "call.published"       // value "call", with its results
	CallEntered        Verb = "call.entered"         // subjects: call, entry; that and when, not what: it is private
	CallEntryChanged   Verb = "call.entry-changed"   // subjects: call, entry
	CallEntryWithdrawn Verb = "call.entry-withdrawn" // subjects: call, entry
	CallEntryRefused   Verb = "call.entry-refused"   // subjects: call, entry
	CallEntryAssigned  Verb = "call.entry-assigned"  // subjects: call, entry; value "juror": pseudonym
)
