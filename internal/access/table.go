package access

// tie is how a person may be bound to a thing.
type tie uint8

// The ties there are, as a set of bits.
const (
	owner tie = 1 << iota
	assigned
	consulted
	decided
	conflicted
)

// grant lets whoever has a role, and the tie if one is named, do an act.
type grant struct {
	role string
	tie  tie
}

// The grants that come of a tie, or of being there at all.
var (
	anyone  = grant{role: Anyone}
	person  = grant{role: Person}
	own     = grant{role: Applicant, tie: owner}
	asked   = grant{role: Expert, tie: consulted}
	mine    = grant{role: Reviewer, tie: assigned} // the reviewer who was given it
	self    = grant{role: Person, tie: owner}      // one's own account
	partial = owner | conflicted                   // who may not judge
)

// rule is who may do an act. The first grant that fits signs for it.
type rule struct {
	may   []grant
	never tie   // whoever has one of these ties may not, whatever the role
	scope Scope // what a token needs; "" is never given to a token
}

// roles are grants that need no tie.
func roles(names ...string) []grant {
	var out []grant
	for _, n := range names {
		out = append(out, grant{role: n})
	}
	return out
}

// table is the whole of the law. What it does not name nobody may do.
var table = map[Act]rule{
	Import:  {may: roles(Operator, Importer)},
	Harvest: {may: roles(Operator, Secretariat), scope: Desk},
	List:    {may: roles(Operator, Secretariat, Administrator), scope: Crawl},
	Settle:  {may: roles(Operator, Secretariat), scope: Desk},
	Edit:    {may: roles(Operator, Secretariat), scope: Desk},
	Rename:  {may: roles(Operator, Secretariat), scope: Desk},
	Remove:  {may: roles(Operator, Secretariat), scope: Desk},
	Merge:   {may: roles(Operator, Secretariat), scope: Desk},
	Erase:   {may: roles(Operator, Administrator), scope: Admin},

	SeeDuplicates:    {may: roles(Operator, Coordinator, Secretariat), scope: Desk},
	SettleDuplicates: {may: roles(Operator, Secretariat), scope: Desk},

	ReadAccount: {may: []grant{self}, scope: Read},
	Account:     {may: []grant{self}},
	Hear:        {may: []grant{self}, scope: Applying},

	FoundOrganisation:  {may: []grant{person}, scope: Applying},
	ManageOrganisation: {may: []grant{own, {role: Operator}, {role: Administrator}}, scope: Applying},

	Invite: {may: []grant{person}, scope: Applying},
	Join:   {may: []grant{person}, scope: Applying},

	Nominate:        {may: []grant{person, {role: Operator}, anyone}, scope: Applying},
	EditNomination:  {may: []grant{own, {role: Operator}, {role: Coordinator}, {role: Secretariat}}, scope: Applying},
	SortNominations: {may: roles(Operator, Coordinator, Secretariat), scope: Desk},
	Claim:           {may: []grant{person}, scope: Applying},
	Apply:           {may: []grant{own}, scope: Applying},
	ReadApplication: {may: append([]grant{own, mine, asked}, roles(Operator, Coordinator, Secretariat)...), scope: Read},
	EditApplication: {may: []grant{own}, scope: Applying},
	Submit:          {may: []grant{own}, scope: Applying},
	Withdraw:        {may: []grant{own}, scope: Applying},
	Renew:           {may: []grant{own}, scope: Applying},
	Clarify:         {may: []grant{own}, scope: Applying},
	Appeal:          {may: []grant{own}, scope: Applying},

	ImportApplication: {may: roles(Operator, Importer)},

	SeeDesk:         {may: append(roles(Operator, Community, Reviewer, Coordinator, Secretariat, Advisor, Administrator), grant{role: Expert}, asked), scope: Read},
	Screen:          {may: roles(Coordinator, Secretariat), never: partial, scope: Desk},
	ClaimReview:     {may: roles(Reviewer), never: partial, scope: Reviewing},
	Assign:          {may: roles(Operator, Clock, Coordinator, Secretariat), never: owner, scope: Desk},
	DeclareConflict: {may: append([]grant{mine, asked}, roles(Reviewer, Coordinator, Secretariat, Advisor)...), scope: Reviewing},
	Review:          {may: []grant{mine}, never: partial, scope: Reviewing},
	Advise:          {may: roles(Community, Reviewer), never: partial, scope: Reviewing},
	Consult:         {may: append([]grant{mine}, roles(Coordinator, Secretariat)...), never: partial, scope: Reviewing},
	AnswerConsult:   {may: []grant{asked}, never: partial, scope: Reviewing},
	ReadNotes:       {may: append([]grant{mine}, roles(Coordinator, Secretariat)...), never: partial, scope: Reviewing},
	AskClarify:      {may: append([]grant{mine}, roles(Coordinator, Secretariat)...), never: partial, scope: Reviewing},
	Extend:          {may: roles(Operator, Coordinator, Secretariat), never: owner, scope: Desk},
	Consolidate:     {may: roles(Coordinator), never: partial, scope: Desk},
	Decide:          {may: append(roles(Coordinator, Secretariat), mine), never: partial, scope: Desk},
	DecideAppeal:    {may: roles(Coordinator, Secretariat), never: partial | decided, scope: Desk},
	Publish:         {may: roles(Operator, Clock, Coordinator, Secretariat), never: owner, scope: Desk},

	Challenge:       {may: []grant{person, {role: Operator}, anyone}, scope: Applying},
	HandleChallenge: {may: roles(Coordinator, Secretariat), never: partial, scope: Desk},
	SeeConfidential: {may: roles(Secretariat, Administrator), never: partial},
	Lapse:           {may: roles(Operator, Clock)},
	Remind:          {may: roles(Operator, Clock, Coordinator, Secretariat), scope: Desk},

	Watch:      {may: append([]grant{own}, roles(Operator, Clock, Coordinator, Secretariat)...), scope: Applying},
	SeeWatch:   {may: roles(Operator, Coordinator, Secretariat, Administrator), scope: Desk},
	Explain:    {may: []grant{own}, scope: Applying},
	SettleSign: {may: roles(Operator, Secretariat), never: partial, scope: Desk},

	OfferSupport:    {may: []grant{self, {role: Operator}}, scope: Applying},
	AskSupport:      {may: []grant{self}, scope: Applying},
	TalkSupport:     {may: []grant{self}, scope: Applying},
	ReportSupport:   {may: []grant{person}, scope: Applying},
	ModerateSupport: {may: roles(Operator, Secretariat), never: owner, scope: Desk},

	ConfirmAgreement: {may: []grant{self}, scope: Applying},

	ClaimDeployment:   {may: append([]grant{self}, roles(Operator, Secretariat)...), scope: Applying},
	KeepDeployment:    {may: append([]grant{self}, roles(Operator, Clock, Secretariat)...), scope: Applying},
	ConfirmDeployment: {may: []grant{self}, scope: Applying},
	DisputeDeployment: {may: append([]grant{self}, roles(Operator, Secretariat)...), scope: Applying},
	SettleDeployment:  {may: roles(Operator, Secretariat), never: owner, scope: Desk},
	KeepCountry:       {may: []grant{own, {role: Operator}, {role: Secretariat}}, scope: Applying},

	OpenLocalisation:   {may: roles(Person, Operator, Secretariat), scope: Applying},
	ClaimLocalisation:  {may: []grant{person}, scope: Applying},
	Translate:          {may: []grant{self}, scope: Applying},
	ReviewLocalisation: {may: []grant{person}, never: owner, scope: Applying},
	KeepLocalisation:   {may: append([]grant{self}, roles(Operator, Secretariat)...), scope: Applying},
	KeepGlossary:       {may: roles(Person, Operator, Secretariat), scope: Applying},

	JoinAlliance:    {may: []grant{person, {role: Operator}, anyone}, scope: Applying},
	KeepCommitments: {may: []grant{own, {role: Operator}, {role: Secretariat}}, scope: Applying},
	ManageAlliance:  {may: roles(Operator, Secretariat), scope: Desk},
	ManagePartners:  {may: roles(Operator, Secretariat), scope: Desk},
	RunCall:         {may: []grant{own, {role: Operator}}, scope: Applying},
	SeeEntries:      {may: []grant{own, {role: Operator}, {role: Secretariat}}, scope: Read},
	Enter:           {may: []grant{person}, scope: Applying},
	ReadEntry:       {may: []grant{own}, scope: Read},
	EditEntry:       {may: []grant{own}, scope: Applying},
	ScoreEntry:      {may: []grant{{role: Juror, tie: assigned}}, never: partial, scope: Reviewing},
	TurnCall:        {may: roles(Operator, Clock)},

	ReadNeed:   {may: []grant{person, {role: Operator}, anyone}, scope: Read},
	AskNeed:    {may: []grant{person, {role: Operator}}, scope: Applying},
	KeepNeed:   {may: []grant{own, {role: Operator}}, scope: Applying},
	AnswerNeed: {may: []grant{person}, scope: Applying},
	HideNeed:   {may: roles(Operator, Coordinator, Secretariat), scope: Desk},

	KeepGuide: {may: []grant{self}, scope: Applying},

	StateRecipe: {may: roles(Person, Operator, Secretariat), scope: Applying},
	KeepRecipe:  {may: append([]grant{self}, roles(Operator, Secretariat)...), scope: Applying},
	RunRecipes:  {may: roles(Operator), scope: Admin},

	ReadCommunity:  {may: []grant{person, {role: Operator}, anyone}, scope: Read},
	FoundCommunity: {may: []grant{own, {role: Operator}, {role: Secretariat}}, scope: Applying},
	JoinCommunity:  {may: []grant{person}, scope: Applying},
	KeepCommunity:  {may: []grant{own, {role: Operator}}, scope: Applying},
	HideCommunity:  {may: roles(Operator, Secretariat), scope: Desk},

	ReadBoard:  {may: []grant{person, {role: Operator}, anyone}, scope: Read},
	FoundBoard: {may: append([]grant{own}, roles(Operator, Community, Coordinator, Secretariat)...), scope: Applying},
	WorkBoard:  {may: []grant{own, {role: Operator}}, scope: Applying},
	LeadBoard:  {may: []grant{own, {role: Operator}}, scope: Applying},

	SeePipeline:      {may: roles(Operator, Coordinator, Secretariat, Administrator), scope: Desk},
	Export:           {may: roles(Operator, Coordinator, Secretariat, Administrator), scope: Desk},
	Announce:         {may: roles(Operator, Secretariat, Administrator), scope: Desk},
	SeekOwners:       {may: roles(Operator, Secretariat), scope: Desk},
	ManageStandards:  {may: roles(Operator, Secretariat), scope: Desk},
	CommentDraft:     {may: []grant{person}, scope: Applying},
	AnswerComment:    {may: roles(Operator, Secretariat), scope: Desk},
	Opine:            {may: roles(Advisor), never: partial, scope: Reviewing},
	ManageGroup:      {may: roles(Operator, Secretariat), scope: Desk},
	ManageSettings:   {may: roles(Operator, Secretariat, Administrator), scope: Admin},
	SeePeople:        {may: roles(Operator, Secretariat, Administrator), scope: Admin},
	ManageRoles:      {may: roles(Operator, Administrator), scope: Admin},
	ManagePeople:     {may: roles(Operator, Administrator), scope: Admin},
	ManageWebhooks:   {may: []grant{self, {role: Operator}, {role: Administrator}}, scope: Admin},
	NoteBounce:       {may: roles(Operator, Administrator), scope: Bounces},
	ListenToListings: {may: []grant{self}, scope: Crawl},
}
