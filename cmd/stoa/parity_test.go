package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/assessment"
	"stoa/internal/app/calls"
)

// verb is something that a form of a page does, and how else it can be done.
// Where there is no operation or no command, why says the reason.
type verb struct {
	page    string // "/account/tokens", sent by POST
	api     string // "POST /api/v1/me/tokens"
	command string // "user token", or a step: "application step submit"
	why     string
}

// Reasons that hold for more than one verb.
const (
	byBrowser = "getting in is what a person does in a browser; a program holds a token, and the operator prints a link (user link)"
	byKey     = "a passkey is made by a browser and what it talks to"
	byLetter  = "the link of a letter is opened by whoever reads it: that is the proof"
)

// verbs are all that pages do. A form that is not here fails the test, and so
// does an operation or a command that is not there.
var verbs = []verb{
	// Getting in.
	{page: "/signin", why: byBrowser}, {page: "/signin/link", why: byBrowser}, {page: "/signin/passkey/begin", why: byKey}, {page: "/signin/passkey/finish", why: byKey},
	{page: "/signout", api: "DELETE /api/v1/me/sessions/{id}", command: "user end"},

	// One's account.
	{page: "/account", api: "PUT /api/v1/me/profile", command: "user profile"},
	{page: "/account/addresses", api: "POST /api/v1/me/addresses", why: "an address is proved by the letter that the server sends"},
	{page: "/account/address", why: byLetter},
	{page: "/account/addresses/main", api: "PUT /api/v1/me/addresses/{address}/main", command: "user address"},
	{page: "/account/addresses/drop", api: "DELETE /api/v1/me/addresses/{address}", command: "user address"},
	{page: "/account/passkeys/begin", why: byKey}, {page: "/account/passkeys/finish", why: byKey},
	{page: "/account/passkeys/drop", api: "DELETE /api/v1/me/passkeys/{id}", command: "user end"},
	{page: "/account/identities/drop", api: "DELETE /api/v1/me/identities", command: "user end"},
	{page: "/account/sessions/end", api: "DELETE /api/v1/me/sessions/{id}", command: "user end"},
	{page: "/account/sessions/others", api: "DELETE /api/v1/me/sessions", command: "user end-sessions"},
	{page: "/account/tokens", api: "POST /api/v1/me/tokens", command: "user token"},
	{page: "/account/tokens/end", api: "DELETE /api/v1/me/tokens/{id}", command: "user end"},
	{page: "/account/erase", api: "DELETE /api/v1/me", command: "user erase"},

	// The organisations one acts for.
	{page: "/account/organisations", api: "POST /api/v1/me/organisations", command: "user organisation found"},
	{page: "/account/organisations/{organisation}/domains", api: "POST /api/v1/me/organisations/{organisation}/domains", command: "user organisation domain"},
	{page: "/account/organisations/{organisation}/domains/prove", api: "POST /api/v1/me/organisations/{organisation}/domains/{domain}/proof", command: "user organisation prove"},
	{page: "/account/organisations/{organisation}/domains/drop", api: "DELETE /api/v1/me/organisations/{organisation}/domains/{domain}", command: "user organisation drop-domain"},
	{page: "/account/organisations/{organisation}/members", api: "PUT /api/v1/me/organisations/{organisation}/members/{person}", command: "user organisation keeper"},
	{page: "/account/organisations/{organisation}/members/drop", api: "DELETE /api/v1/me/organisations/{organisation}/members/{person}", command: "user organisation drop-member"},
	{page: "/account/domain", why: byLetter},

	// Asking others to join.
	{page: "/account/invite/{kind}/{thing}", api: "POST /api/v1/invitations/{kind}/{thing}", command: "invitation send"},
	{page: "/account/invite/{kind}/{thing}/back", api: "DELETE /api/v1/invitations/{kind}/{thing}/{invitation}", command: "invitation back"},
	{page: "/account/invitations", api: "POST /api/v1/me/invitations/{invitation}", command: "invitation answer"},

	// What one hears.
	{page: "/account/notifications/seen", api: "POST /api/v1/me/notices/seen", command: "notice see"},
	{page: "/account/notifications/letters", api: "PUT /api/v1/me/letters", command: "notice letters"},
	{page: "/account/notifications/again", api: "DELETE /api/v1/me/letters/returned", command: "notice mend"},
	{page: "/account/notifications/feed", api: "POST /api/v1/me/feed", command: "notice feed"},
	{page: "/account/notifications/feed/end", api: "DELETE /api/v1/me/feed", command: "notice feed"},
	{page: "/unsubscribe/{token}", api: "PUT /api/v1/me/letters", command: "notice letters"},
	{page: "/account/webhooks", api: "POST /api/v1/me/webhooks", command: "webhook add"},
	{page: "/account/webhooks/{id}", api: "PUT /api/v1/me/webhooks/{webhook}", command: "webhook set"},
	{page: "/account/webhooks/{id}/secret", api: "POST /api/v1/me/webhooks/{webhook}/secret", command: "webhook secret"},
	{page: "/account/webhooks/{id}/turn", api: "POST /api/v1/me/webhooks/{webhook}/turn", command: "webhook turn"},
	{page: "/account/webhooks/{id}/test", api: "POST /api/v1/me/webhooks/{webhook}/test", command: "webhook test"},
	{page: "/account/webhooks/{id}/drop", api: "DELETE /api/v1/me/webhooks/{webhook}", command: "webhook remove"},
	{page: "/account/webhooks/{id}/replay", api: "POST /api/v1/me/webhooks/{webhook}/deliveries/{delivery}/replay", command: "webhook replay"},

	// From nomination to submission.
	{page: "/nominate", api: "POST /api/v1/nominations", command: "nominate add"},
	{page: "/nominate/look", api: "POST /api/v1/checks", why: "the command check looks at an address without a server"},
	{page: "/nominate/look/end", api: "DELETE /api/v1/checks/{check}", why: "the command check looks at an address without a server"},
	{page: "/nominate/{id}/forget", api: "DELETE /api/v1/nominations/{id}/email", command: "nominate forget"},
	{page: "/goods/{slug}/claim", api: "POST /api/v1/goods/{good}/claim/proof", command: "claim prove"},
	{page: "/goods/{slug}/release", api: "DELETE /api/v1/goods/{good}/claim", command: "claim release"},
	{page: "/apply/new", api: "POST /api/v1/applications", command: "application start"},
	{page: "/apply/renew", api: "POST /api/v1/goods/{good}/renewal", command: "application renew"},
	step("/apply/{application}/part/{indicator}", "save"), step("/apply/{application}/authority", "authorise"), step("/apply/{application}/submit", "submit"),
	step("/apply/{application}/withdraw", "withdraw"), step("/apply/{application}/reply", "reply"), step("/apply/{application}/more", "ask-more-time"),
	step("/apply/{application}/appeal", "appeal"), step("/apply/{application}/suggestion", "settle"), step("/apply/{application}/leave", "remove-owner"),
	{page: "/apply/{application}/look", api: "POST /api/v1/applications/{application}/checks", command: "application check"},
	{page: "/apply/{application}/look/end", api: "DELETE /api/v1/applications/{application}/checks/{check}", command: "application check"},
	{page: "/apply/{application}/dispute", api: "POST /api/v1/applications/{application}/disputes", command: "application dispute"},
	{page: "/apply/{application}/answers", api: "PUT /api/v1/applications/{application}/answers", command: "application import"},

	// Review, decision and what follows.
	step("/desk/applications/{application}/screen", "screen"), step("/desk/applications/{application}/claim", "claim"), step("/desk/applications/{application}/assign", "assign"),
	step("/desk/applications/{application}/release", "release"), step("/desk/applications/{application}/verdict", "judge"), step("/desk/applications/{application}/advice", "advise"),
	step("/desk/applications/{application}/note", "note"), step("/desk/applications/{application}/suggest", "suggest"), step("/desk/applications/{application}/finish", "finish"),
	step("/desk/applications/{application}/consult", "consult"), step("/desk/applications/{application}/opinion", "opine"), step("/desk/applications/{application}/consolidate", "consolidate"),
	step("/desk/applications/{application}/extend", "extend"), step("/desk/applications/{application}/propose", "propose"), step("/desk/applications/{application}/confirm", "confirm"),
	step("/desk/applications/{application}/reject", "reject"), step("/desk/applications/{application}/publish", "publish"),
	{page: "/desk/applications/{application}/conflict", api: "POST /api/v1/desk/conflicts", command: "review conflict"},
	{page: "/goods/{slug}/challenge", api: "POST /api/v1/goods/{good}/challenges", command: "review challenge"},

	// The watch over what is recognised.
	{page: "/goods/{slug}/watch", api: "PUT /api/v1/signs/{sign}/explanation", command: "watch explain"},
	{page: "/goods/{slug}/watch/again", api: "POST /api/v1/goods/{good}/watch", command: "watch run"},
	{page: "/desk/watch", api: "POST /api/v1/goods/{good}/watch", command: "watch run"},
	{page: "/desk/watch/{sign}", api: "POST /api/v1/signs/{sign}/decision", command: "watch settle"},

	// Sources that are read by themselves.
	{page: "/desk/sources", api: "PUT /api/v1/harvests/{source}", command: "harvest add"},
	{page: "/desk/sources/{source}/run", api: "POST /api/v1/harvests/{source}/runs", command: "harvest run"},
	{page: "/desk/sources/{source}/pause", api: "PUT /api/v1/harvests/{source}/pause", command: "harvest pause"},

	// Goods that look like one.
	{page: "/desk/priorities/{source}", api: "PUT /api/v1/desk/priorities/{source}", command: "priority set"},
	{page: "/desk/corrections/{good}", api: "POST /api/v1/desk/corrections/{good}", command: "corrections settle"},
	{page: "/desk/duplicates/{pair}", api: "POST /api/v1/desk/duplicates/{pair}/decision", command: "duplicates settle"},

	// Guides, and one's copies of them.
	{page: "/goods/{slug}/guide", api: "POST /api/v1/guides", command: "guide keep"},
	{page: "/guides/{guide}", api: "PUT /api/v1/guides/{guide}", command: "guide change"},
	{page: "/guides/{guide}/items", api: "PUT /api/v1/guides/{guide}/items/{item}", command: "guide mark"},
	{page: "/guides/{guide}/renew", api: "POST /api/v1/guides/{guide}/renewal", command: "guide renew"},
	{page: "/guides/{guide}/drop", api: "DELETE /api/v1/guides/{guide}", command: "guide drop"},

	// How goods are brought to run.
	{page: "/goods/{slug}/recipes", api: "POST /api/v1/goods/{good}/recipes", command: "recipe state"},
	{page: "/goods/{slug}/recipes/{recipe}", api: "PUT /api/v1/goods/{good}/recipes/{recipe}", command: "recipe change"},
	{page: "/goods/{slug}/recipes/{recipe}/drop", api: "DELETE /api/v1/goods/{good}/recipes/{recipe}", command: "recipe drop"},

	// Communities of practice.
	{page: "/communities", api: "POST /api/v1/communities", command: "community found"},
	{page: "/communities/{community}", api: "PUT /api/v1/communities/{community}", command: "community change"},
	{page: "/communities/{community}/join", api: "PUT /api/v1/communities/{community}/membership", command: "community join"},
	{page: "/communities/{community}/leave", api: "POST /api/v1/communities/{community}/membership/end", command: "community leave"},
	{page: "/communities/{community}/members", api: "POST /api/v1/communities/{community}/members", command: "community member"},
	{page: "/communities/{community}/meetings", api: "POST /api/v1/communities/{community}/meetings", command: "community meet"},
	{page: "/communities/{community}/meetings/{meeting}", api: "PUT /api/v1/communities/{community}/meetings/{meeting}", command: "community meeting"},
	{page: "/communities/{community}/hide", api: "POST /api/v1/communities/{community}/hide", command: "community hide"},

	// Looking after the whole.
	{page: "/desk/nominations", api: "POST /api/v1/nominations/{id}/sorting", command: "nominate drop"}, // each for itself
	{page: "/desk/nominations/{nomination}", api: "POST /api/v1/nominations/{id}/sorting", command: "nominate publish"},
	{page: "/desk/owners/contact", api: "PUT /api/v1/desk/owners/{good}/contact", command: "owner contact"},
	{page: "/desk/owners/letters", api: "POST /api/v1/desk/owners/letters", command: "owner write"},
	{page: "/desk/owners/recall", api: "DELETE /api/v1/desk/owners/letters", command: "owner recall"},
	{page: "/letters/{token}", why: byLetter},
	{page: "/desk/people/{person}/roles", api: "PUT /api/v1/people/{person}/roles/{role}", command: "user role"},
	{page: "/desk/remind", api: "POST /api/v1/desk/reminders", command: "review remind"},
	{page: "/desk/reviewers/{person}/absence", api: "PUT /api/v1/desk/reviewers/{person}", command: "review profile"},
	{page: "/desk/reviewers/{person}/reassign", api: "POST /api/v1/desk/reviewers/{person}/reassignment", command: "review reassign"},
	{page: "/desk/profile", api: "PUT /api/v1/desk/reviewers/{person}", command: "review profile"},
	{page: "/desk/announcements", api: "POST /api/v1/desk/announcements", command: "review announce"},
	{page: "/desk/settings", api: "PUT /api/v1/desk/settings", command: "review settings"},

	// Boards of goods to look at.
	{page: "/boards", api: "POST /api/v1/boards", command: "board found"},
	{page: "/boards/{board}", api: "PUT /api/v1/boards/{board}", command: "board change"},
	{page: "/boards/{board}/cards", api: "POST /api/v1/boards/{board}/cards", command: "board add"},
	{page: "/boards/{board}/cards/{card}", api: "PUT /api/v1/boards/{board}/cards/{card}", command: "board move"},
	{page: "/boards/{board}/cards/{card}/invite", api: "POST /api/v1/boards/{board}/cards/{card}/invitations", command: "board invite"},
	{page: "/boards/{board}/people", api: "PUT /api/v1/boards/{board}/people/{person}", command: "board person"},

	// The alliance.
	{page: "/join", api: "POST /api/v1/joinings", command: "join add"},
	{page: "/join/{id}/reply", api: "POST /api/v1/joinings/{id}/reply", command: "join reply"},
	{page: "/join/{id}/withdraw", api: "DELETE /api/v1/joinings/{id}", command: "join withdraw"},
	{page: "/desk/alliance/{joining}", api: "POST /api/v1/joinings/{id}/decision", command: "join settle"},
	{page: "/desk/alliance/members", api: "POST /api/v1/alliance", command: "alliance admit"},
	{page: "/alliance/{slug}", api: "PUT /api/v1/alliance/{member}", command: "alliance change"},
	{page: "/alliance/{slug}/commitments", api: "POST /api/v1/alliance/{member}/commitments", command: "alliance commit"},
	{page: "/alliance/{slug}/commitments/{commitment}", api: "POST /api/v1/commitments/{commitment}/reports", command: "alliance report"},
	// Open calls.
	{page: "/desk/partners", api: "PUT /api/v1/partners/{organisation}", command: "call partner"},
	{page: "/desk/calls", api: "POST /api/v1/partners/{organisation}/calls", command: "call begin"},
	callStep("/desk/calls/{call}", "change"), callStep("/desk/calls/{call}/questions", "change"), callStep("/desk/calls/{call}/stages", "change"), // each puts a whole call in place
	callStep("/desk/calls/{call}/announce", "announce"), callStep("/desk/calls/{call}/cancel", "cancel"), callStep("/desk/calls/{call}/drop", "drop"),
	callStep("/desk/calls/{call}/jurors", "add-juror"), callStep("/desk/calls/{call}/jurors/drop", "drop-juror"), callStep("/desk/calls/{call}/assign", "assign"),
	callStep("/desk/calls/{call}/decide", "decide"), callStep("/desk/calls/{call}/publish", "publish"), callStep("/calls/{slug}/enter", "enter"),
	entryStep("/entries/{entry}", "amend"), entryStep("/entries/{entry}/withdraw", "withdraw"), entryStep("/entries/{entry}/refuse", "refuse"),
	entryStep("/entries/{entry}/score", "score"), entryStep("/entries/{entry}/aside", "stand-aside"),
	{page: "/entries/{entry}/apply", api: "POST /api/v1/applications", command: "application start"},

	// Countries.
	{page: "/countries/{iso}", api: "PUT /api/v1/countries/{iso}", command: "country describe"},
	{page: "/countries/{iso}/readiness", api: "PUT /api/v1/countries/{iso}/readiness", command: "country checklist"},

	// Needs.
	{page: "/needs", api: "POST /api/v1/needs", command: "need keep"},
	{page: "/needs/new", api: "POST /api/v1/match", command: "need match"},
	{page: "/needs/{need}", api: "PUT /api/v1/needs/{need}", command: "need change"},
	{page: "/needs/{need}/shortlist", api: "POST /api/v1/needs/{need}/shortlist", command: "need shortlist"},
	{page: "/needs/{need}/close", api: "POST /api/v1/needs/{need}/close", command: "need close"},
	{page: "/needs/{need}/hide", api: "POST /api/v1/needs/{need}/hide", command: "need hide"},
	{page: "/needs/{need}/answers", api: "POST /api/v1/needs/{need}/answers", command: "need answer"},
	{page: "/needs/{need}/answers/{answer}", api: "POST /api/v1/needs/{need}/answers/{answer}", command: "need decide"},

	// Goods in use.
	{page: "/deployments", api: "POST /api/v1/deployments", command: "deployment claim"},
	{page: "/deployments/{deployment}", api: "PUT /api/v1/deployments/{deployment}", command: "deployment change"},
	{page: "/deployment-sheets", api: "POST /api/v1/deployment-sheets", command: "deployment sheet"},
	{page: "/deployment-sheets/{sheet}", api: "POST /api/v1/deployment-sheets/{sheet}/enter", command: "deployment sheet"},
	{page: "/deployments/{deployment}/confirm", api: "POST /api/v1/deployments/{deployment}/confirm", command: "deployment confirm"},
	{page: "/deployments/{deployment}/dispute", api: "POST /api/v1/deployments/{deployment}/dispute", command: "deployment dispute"},
	{page: "/deployments/{deployment}/settle", api: "POST /api/v1/deployments/{deployment}/settle", command: "deployment settle"},
	{page: "/deployments/{deployment}/withdraw", api: "POST /api/v1/deployments/{deployment}/withdraw", command: "deployment withdraw"},

	// Help for goods.
	{page: "/support/offers", api: "POST /api/v1/support/offers", command: "support offer"},
	{page: "/support/offers/{offer}", api: "PUT /api/v1/support/offers/{offer}", command: "support offer"},
	{page: "/support/offers/{offer}/state", api: "POST /api/v1/support/offers/{offer}/state", command: "support turn"},
	{page: "/support/offers/{offer}/ask", api: "POST /api/v1/support/offers/{offer}/ask", command: "support ask"},
	{page: "/support/offers/{offer}/report", api: "POST /api/v1/support/offers/{offer}/report", command: "support report"},
	{page: "/support/offers/{offer}/hide", api: "POST /api/v1/support/offers/{offer}/hide", command: "support hide"},
	{page: "/support/offers/{offer}/dismiss", api: "POST /api/v1/support/offers/{offer}/dismiss", command: "support dismiss"},
	{page: "/support/organisations/{organisation}/reach", api: "POST /api/v1/support/organisations/{organisation}/reach", command: "support reach"},
	{page: "/support/agreements", api: "POST /api/v1/support/agreements", command: "support agree"},
	{page: "/support/agreements/{agreement}", api: "PUT /api/v1/support/agreements/{agreement}", command: "support agree"},
	{page: "/support/agreements/{agreement}/confirm", api: "POST /api/v1/support/agreements/{agreement}/confirm", command: "support confirm"},
	{page: "/support/agreements/{agreement}/deny", api: "POST /api/v1/support/agreements/{agreement}/deny", command: "support deny"},
	{page: "/support/agreements/{agreement}/end", api: "POST /api/v1/support/agreements/{agreement}/end", command: "support end"},
	{page: "/support/agreements/{agreement}/hide", api: "POST /api/v1/support/agreements/{agreement}/hide", command: "support hide"},
	{page: "/support/requests", api: "POST /api/v1/support/requests", command: "support request"},
	{page: "/support/requests/{request}", api: "PUT /api/v1/support/requests/{request}", command: "support request"},
	{page: "/support/requests/{request}/state", api: "POST /api/v1/support/requests/{request}/state", command: "support turn"},
	{page: "/support/requests/{request}/answer", api: "POST /api/v1/support/requests/{request}/answer", command: "support answer"},
	{page: "/support/requests/{request}/hide", api: "POST /api/v1/support/requests/{request}/hide", command: "support hide"},
	{page: "/support/talks/{talk}", api: "POST /api/v1/support/talks/{talk}/messages", command: "support say"},
	{page: "/support/talks/{talk}/step", api: "POST /api/v1/support/talks/{talk}/step", command: "support step"},
	{page: "/support/talks/{talk}/reference", api: "POST /api/v1/support/talks/{talk}/reference", command: "support refer"},
	{page: "/support/talks/{talk}/reply", api: "POST /api/v1/support/talks/{talk}/reply", command: "support reply"},

	// Localisation.
	{page: "/localisation", api: "POST /api/v1/localisation", command: "localisation open"},
	{page: "/localisation/{task}/claim", api: "POST /api/v1/localisation/{task}/claim", command: "localisation step"},
	{page: "/localisation/{task}/release", api: "POST /api/v1/localisation/{task}/release", command: "localisation step"},
	{page: "/localisation/{task}/units", api: "POST /api/v1/localisation/{task}/units", command: "localisation import"},
	{page: "/localisation/{task}/import", api: "POST /api/v1/localisation/{task}/import", command: "localisation import"},
	{page: "/localisation/{task}/hand-in", api: "POST /api/v1/localisation/{task}/hand-in", command: "localisation step"},
	{page: "/localisation/{task}/review", api: "POST /api/v1/localisation/{task}/review", command: "localisation review"},
	{page: "/localisation/{task}/withdraw", api: "POST /api/v1/localisation/{task}/withdraw", command: "localisation withdraw"},
	{page: "/goods/{slug}/languages", api: "PUT /api/v1/goods/{good}/languages", command: "localisation cover"},
	{page: "/goods/{slug}/languages/read", api: "POST /api/v1/goods/{good}/languages/read", command: "localisation read"},
	{page: "/goods/{slug}/glossary", api: "POST /api/v1/goods/{good}/glossary", command: "localisation term"},
	{page: "/goods/{slug}/glossary/drop", api: "DELETE /api/v1/goods/{good}/glossary/{term}", command: "localisation drop-term"},

	// The advisory group.
	{page: "/desk/advisory/seats", api: "POST /api/v1/advisory/seats", command: "advisory appoint"},
	{page: "/desk/advisory/seats/{seat}/end", api: "POST /api/v1/advisory/seats/{seat}/end", command: "advisory end"},
	{page: "/desk/advisory/consultations", api: "POST /api/v1/consultations", command: "advisory consult"},
	{page: "/advisory/seat/{seat}/interests", api: "POST /api/v1/advisory/seats/{seat}/interests", command: "advisory interest"},
	{page: "/advisory/seat/{seat}/interests/{n}/withdraw", api: "DELETE /api/v1/advisory/seats/{seat}/interests/{n}", command: "advisory withdraw"},
	{page: "/consultations/{slug}/comments", api: "POST /api/v1/consultations/{consultation}/comments", command: "advisory comment"},
	{page: "/consultations/{slug}/opinion", api: "POST /api/v1/consultations/{consultation}/opinion", command: "advisory opine"},
	{page: "/consultations/{slug}/answers/{comment}", api: "POST /api/v1/comments/{comment}/answer", command: "advisory answer"},
	{page: "/consultations/{slug}/extend", api: "POST /api/v1/consultations/{consultation}/extension", command: "advisory extend"},
	{page: "/consultations/{slug}/conclude", api: "POST /api/v1/consultations/{consultation}/conclusion", command: "advisory conclude"},
}

// step is a form that takes a step of an application.
func step(page, name string) verb {
	return verb{page: page, api: "POST /api/v1/applications/{application}/" + name, command: "application step " + name}
}

// callStep is a form that takes a step of a call, and entryStep one of an entry.
func callStep(page, name string) verb {
	return verb{page: page, api: "POST /api/v1/calls/{call}/" + name, command: "call step " + name}
}

func entryStep(page, name string) verb {
	return verb{page: page, api: "POST /api/v1/entries/{entry}/" + name, command: "entry step " + name}
}

// onlyPrograms are operations that change something and are no form of a page,
// with the command that does the same.
var onlyPrograms = map[string]string{
	"POST /api/v1/applications/{application}/files":                "application attach", // in the form of a part
	"DELETE /api/v1/applications/{application}/files/{attachment}": "application detach",
	"DELETE /api/v1/deployment-sheets/{sheet}":                     "deployment sheet", // a button of the form that enters it
	"POST /api/v1/goods/{good}/claim":                              "claim show",       // the page begins a claim when it is looked at
	"POST /api/v1/returned-mail":                                   "mail bounced",     // of a mail server, not of a person
	"DELETE /api/v1/people/{person}/roles/{role}":                  "user role",
	"DELETE /api/v1/desk/owners/{good}/contact":                    "owner contact", // a button of the form that sets it
	"DELETE /api/v1/partners/{organisation}":                       "call partner",  // a button of the form that makes one
	"DELETE /api/v1/people/{person}/sessions":                      "user end-sessions",
}

// commands are all commands of the program, "user role".
func commands() []string {
	var out []string
	for _, leaf := range grammar(&CLI{}).Leaves() {
		out = append(out, strings.TrimPrefix(leaf.Path(), "stoa "))
	}
	for _, s := range assessment.Steps {
		out = append(out, "application step "+s.Name)
	}
	for _, s := range calls.Steps {
		out = append(out, "call step "+s.Name)
	}
	for _, s := range calls.EntrySteps {
		out = append(out, "entry step "+s.Name)
	}
	return out
}

// TestWhatAPageDoesAProgramCanDo holds the forms of the pages, the operations
// of the API and the commands to one table: none can be added to one of the
// three alone without a stated reason.
func TestWhatAPageDoesAProgramCanDo(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	forms := map[string]access.Act{}
	for _, r := range i.routes() {
		if !r.api && r.method == http.MethodPost {
			forms[r.path] = r.act
		}
	}
	operations, reached := map[string]access.Act{}, map[string]bool{}
	for _, o := range api.Operations() {
		operations[o.Method+" "+o.Path] = o.Act
	}
	known, listed := commands(), map[string]bool{}
	for _, v := range verbs {
		if listed[v.page] {
			t.Errorf("%s stands in the table twice", v.page)
		}
		listed[v.page] = true
		act, there := forms[v.page]
		if !there {
			t.Errorf("no page has a form %s", v.page)
		}
		if (v.api == "" || v.command == "") && len(v.why) < 20 {
			t.Errorf("%s: operation %q, command %q, and no reason", v.page, v.api, v.command)
		}
		if v.command != "" && !slices.Contains(known, v.command) {
			t.Errorf("%s: there is no command %q", v.page, v.command)
		}
		if v.api == "" {
			continue
		}
		reached[v.api] = true
		if got, there := operations[v.api]; !there {
			t.Errorf("%s: there is no operation %s", v.page, v.api)
		} else if got != act && !slices.Contains(otherActs, v.page) {
			t.Errorf("%s is for %s, yet %s for %s", v.page, act, v.api, got)
		}
	}
	for page := range forms {
		if !listed[page] {
			t.Errorf("the form %s is not in the table: name its operation and its command", page)
		}
	}
	for o := range operations {
		method, _, _ := strings.Cut(o, " ")
		if command, alone := onlyPrograms[o]; alone && !slices.Contains(known, command) {
			t.Errorf("%s: there is no command %q", o, command)
		} else if method != http.MethodGet && !alone && !reached[o] {
			t.Errorf("the operation %s is not in the table", o)
		}
	}
	for o := range onlyPrograms {
		if _, there := operations[o]; !there || reached[o] {
			t.Errorf("%s is no operation without a form", o)
		}
	}
}

// otherActs are forms whose operation is for another act at the door, because
// it serves more people; the verb behind both asks the same.
var otherActs = []string{
	"/signout",                         // anybody may end a session they do not have
	"/unsubscribe/{token}",             // who holds the link of a letter needs no account
	"/account/organisations",           // founding one is an act of its own
	"/desk/reviewers/{person}/absence", // one operation for oneself and for others
	"/desk/profile",                    // the same
}
