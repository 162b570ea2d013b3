package access

// Act is something a person or machine may try to do.
type Act string

// Public is the act of what needs no leave: reading what everybody may read.
const Public Act = "public"

// The acts on the registry itself.
const (
	Import  Act = "import"  // bring in what another source says
	Harvest Act = "harvest" // say which sources are read by themselves, and have them read
	List    Act = "list"    // post what the publiccode catalogue API lists
	Settle  Act = "settle"  // decide about a record that needs a person
	Edit    Act = "edit"    // state facts about a good in person
	Rename  Act = "rename"  // give a good another address
	Remove  Act = "remove"  // take a good away, leaving a tombstone
	Merge   Act = "merge"   // declare two goods one
	Erase   Act = "erase"   // delete a value from the journal's disclosures

	SeeDuplicates    Act = "see-duplicates"    // goods that look like one
	SettleDuplicates Act = "settle-duplicates" // merge them, keep them apart, or undo either
)

// The acts on one's own account.
const (
	ReadAccount Act = "read-account" // see what is kept about oneself
	Account     Act = "account"      // change it: ways in, sessions, tokens, export, erasure
	Hear        Act = "hear"         // mark notices as seen, say which letters one wants, make a secret feed
)

// The acts around organisations, and around whoever does something together.
const (
	FoundOrganisation  Act = "found-organisation"  // enter an organisation one acts for
	ManageOrganisation Act = "manage-organisation" // its domains and members
	Invite             Act = "invite"              // ask others to join what one looks after
	Join               Act = "join"                // answer such an invitation
)

// The acts from nomination to submission.
const (
	Nominate          Act = "nominate"           // say that something might be a digital public good
	EditNomination    Act = "edit-nomination"    // mend or withdraw one
	SortNominations   Act = "sort-nominations"   // spam, duplicates, test entries
	Claim             Act = "claim"              // say that a good is one's own, and prove it
	Apply             Act = "apply"              // begin an application for a good one owns
	ReadApplication   Act = "read-application"   // see answers and evidence that are not public
	EditApplication   Act = "edit-application"   // answer, attach, invite co-owners, accept a suggestion
	Submit            Act = "submit"             // hand it in, with the declaration of authority
	Withdraw          Act = "withdraw"           // take it back
	Renew             Act = "renew"              // apply again for what is recognised
	Clarify           Act = "clarify"            // answer a question back, or ask for more time
	Appeal            Act = "appeal"             // ask others to look at a decision once more
	ImportApplication Act = "import-application" // bring in applications made elsewhere
)

// The acts of a review.
const (
	SeeDesk         Act = "see-desk"         // the queues of reviewers, coordinators and the secretariat
	Screen          Act = "screen"           // spam, duplicate, kind, indicators 1 and 2
	ClaimReview     Act = "claim-review"     // take a review from the queue
	Assign          Act = "assign"           // give a review to somebody, or take it from them
	DeclareConflict Act = "declare-conflict" // say why one must not review
	Review          Act = "review"           // a verdict per indicator, a suggestion, a private note
	Advise          Act = "advise"           // a review that counts as advice
	Consult         Act = "consult"          // ask an expert about one indicator
	AnswerConsult   Act = "answer-consult"   // answer as the expert
	ReadNotes       Act = "read-notes"       // what reviewers note among themselves
	AskClarify      Act = "ask-clarify"      // ask the applicant back
	Extend          Act = "extend"           // give more time
	Consolidate     Act = "consolidate"      // settle where two reviews differ
	Decide          Act = "decide"           // sign a decision
	DecideAppeal    Act = "decide-appeal"    // sign the decision on an appeal
	Publish         Act = "publish"          // make a decision known
)

// The acts after recognition.
const (
	Challenge       Act = "challenge"        // doubt a recognition, with evidence
	HandleChallenge Act = "handle-challenge" // a review in small
	SeeConfidential Act = "see-confidential" // who reported in confidence
	Lapse           Act = "lapse"            // let a recognition end by the clock
	Remind          Act = "remind"           // tell people what is due
)

// The acts of the watch over what is recognised.
const (
	Watch      Act = "watch"       // look at a good again, now or when it is due
	SeeWatch   Act = "see-watch"   // how the looks get on
	Explain    Act = "explain"     // say of a sign of one's own good why it is so
	SettleSign Act = "settle-sign" // end a sign, or write to the owners about it
)

// The acts of those who look after the whole.
const (
	SeePipeline     Act = "see-pipeline"     // the board, late and stuck lists, reviewers' load
	Export          Act = "export"           // take a table of the desk away
	Announce        Act = "announce"         // write to many
	SeekOwners      Act = "seek-owners"      // see who may own goods that others report, and write to them
	ManageStandards Act = "manage-standards" // put a draft or a version before the public
	CommentDraft    Act = "comment-draft"    // on a draft of a standard
	AnswerComment   Act = "answer-comment"   // every comment is answered
	Opine           Act = "opine"            // an opinion of the advisory group
	ManageGroup     Act = "manage-group"     // its seats, terms and minutes
	ManageSettings  Act = "manage-settings"  // deadlines and texts
	SeePeople       Act = "see-people"       // who has an account and which roles; no addresses
	ManageRoles     Act = "manage-roles"     // who has which
	ManagePeople    Act = "manage-people"    // accounts: list, end sessions, erase
	ManageWebhooks  Act = "manage-webhooks"  // where signed messages go
	// where signed messages about what is listed go
	ListenToListings Act = "listen-to-listings"
	NoteBounce       Act = "note-bounce" // say that letters to an address came back
)

// Help for goods.
const (
	OfferSupport    Act = "offer-support"    // offer help for an organisation one acts for, and talk with who asks for it
	AskSupport      Act = "ask-support"      // ask for help, and talk with who offers it
	TalkSupport     Act = "talk-support"     // in a conversation one is a side of
	ReportSupport   Act = "report-support"   // say that an offer is spam or false
	ModerateSupport Act = "moderate-support" // take offers, requests and agreements off the lists

	ConfirmAgreement Act = "confirm-agreement" // with a good of one's own, or deny it
)

// Goods in use.
const (
	ClaimDeployment   Act = "claim-deployment"   // say that a good of one's own is in use, or that one's organisation or country uses one
	KeepDeployment    Act = "keep-deployment"    // state one anew, withdraw it, let it come due
	ConfirmDeployment Act = "confirm-deployment" // say as the other side that it is so
	DisputeDeployment Act = "dispute-deployment" // say that it is not
	SettleDeployment  Act = "settle-deployment"  // end a dispute
	KeepCountry       Act = "keep-country"       // say what a country that one leads says of itself
)

// Localisation.
const (
	OpenLocalisation   Act = "open-localisation"   // say what of a good is to be translated, and into which language
	ClaimLocalisation  Act = "claim-localisation"  // take a task to translate
	Translate          Act = "translate"           // as who took it
	ReviewLocalisation Act = "review-localisation" // look at what another translated
	KeepLocalisation   Act = "keep-localisation"   // as who opened it or owns the good: withdraw it, state how much speaks which language
	KeepGlossary       Act = "keep-glossary"       // say how a word is said in a language
)

// The alliance.
const (
	JoinAlliance    Act = "join-alliance"    // ask to belong to it
	KeepCommitments Act = "keep-commitments" // say what one's own organisation commits to, and how that gets on
	ManageAlliance  Act = "manage-alliance"  // who belongs to it
)

// The acts around open calls.
const (
	ManagePartners Act = "manage-partners" // say which organisations may run calls
	RunCall        Act = "run-call"        // write, announce, judge and publish a call of one's own organisation
	SeeEntries     Act = "see-entries"     // what was entered in it, and what jurors found
	Enter          Act = "enter"           // hand an entry in
	ReadEntry      Act = "read-entry"      // one's own entry
	EditEntry      Act = "edit-entry"      // change it or take it back
	ScoreEntry     Act = "score-entry"     // as a juror who was given it
	TurnCall       Act = "turn-call"       // open and close it when its time has come
)

// Boards of goods to look at.
const (
	ReadBoard  Act = "read-board"  // see one that is public, or that one works on
	FoundBoard Act = "found-board" // begin one
	WorkBoard  Act = "work-board"  // add, move and note cards; ask owners to claim
	LeadBoard  Act = "lead-board"  // say what it is for, whether it is public, and who works on it
)

// Needs.
const (
	ReadNeed   Act = "read-need"   // see one that is public, or whose address one has
	AskNeed    Act = "ask-need"    // keep one
	KeepNeed   Act = "keep-need"   // change, show, share and close one's own
	AnswerNeed Act = "answer-need" // say for an organisation of one's own that it can help
	HideNeed   Act = "hide-need"   // take one away from the public

	KeepGuide Act = "keep-guide" // one's copy of a checklist, or that of an organisation one acts for

	StateRecipe Act = "state-recipe" // say how a good is brought to run
	KeepRecipe  Act = "keep-recipe"  // as who said it or owns the good: say it anew, take it away
	RunRecipes  Act = "run-recipes"  // have what is due looked at now

	ReadCommunity  Act = "read-community"
	FoundCommunity Act = "found-community" // of those who act for a member of the alliance or a partner, and the secretariat
	JoinCommunity  Act = "join-community"
	KeepCommunity  Act = "keep-community" // of its keepers
	HideCommunity  Act = "hide-community" // take one off the lists
)
