package access

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
)

// The law written out a second time, as a person would check it: what each
// role may do to a thing that is nobody's.
var byRole = map[string]string{
	Operator: `read-community import harvest settle edit rename remove merge see-duplicates settle-duplicates erase manage-organisation nominate edit-nomination sort-nominations read-application
		import-application see-desk assign extend publish challenge lapse remind see-pipeline export announce manage-standards answer-comment
		manage-group manage-settings see-people manage-roles manage-people manage-webhooks note-bounce seek-owners watch see-watch settle-sign list
		join-alliance keep-commitments manage-alliance read-board found-board work-board lead-board manage-partners run-call see-entries turn-call harvest offer-support moderate-support claim-deployment keep-deployment dispute-deployment settle-deployment keep-country read-need ask-need keep-need hide-need
		open-localisation keep-localisation keep-glossary state-recipe keep-recipe run-recipes found-community keep-community hide-community`,
	Importer: `import import-application nominate challenge join-alliance read-board read-need read-community`,
	Clock:    `assign publish lapse remind nominate challenge watch join-alliance turn-call read-board read-need read-community keep-deployment`,
	Anyone:   `nominate challenge join-alliance read-board read-need read-community`,
	Person: `found-organisation invite join nominate claim challenge comment-draft report-support join-alliance enter read-board read-need read-community ask-need answer-need
		open-localisation claim-localisation review-localisation keep-glossary state-recipe join-community`,
	Community: `see-desk advise found-board`,
	Reviewer:  `see-desk claim-review declare-conflict advise`,
	Expert:    `see-desk`,
	Coordinator: `edit-nomination sort-nominations read-application see-desk screen assign declare-conflict consult read-notes ask-clarify
		extend consolidate decide decide-appeal publish handle-challenge remind see-pipeline export watch see-watch see-duplicates found-board hide-need`,
	Secretariat: `harvest settle edit rename remove merge see-duplicates settle-duplicates edit-nomination sort-nominations read-application see-desk screen assign declare-conflict
		consult read-notes ask-clarify extend decide decide-appeal publish handle-challenge see-confidential remind see-pipeline export announce
		manage-standards answer-comment manage-group manage-settings see-people seek-owners watch see-watch settle-sign list
		keep-commitments manage-alliance manage-partners see-entries harvest found-board moderate-support claim-deployment keep-deployment dispute-deployment settle-deployment keep-country hide-need
		keep-localisation keep-recipe found-community hide-community`,
	Administrator: `erase manage-organisation see-desk see-confidential see-pipeline export announce manage-settings see-people manage-roles manage-people manage-webhooks note-bounce see-watch list`,
	Advisor:       `see-desk declare-conflict opine`,
}

// What a tie adds for whoever has signed in, or forbids, whatever the role.
var byTie = map[string]struct{ adds, forbids string }{
	"owner": {`read-account account hear manage-webhooks manage-organisation edit-nomination apply read-application edit-application submit withdraw renew clarify appeal watch explain listen-to-listings keep-commitments
		run-call see-entries read-entry edit-entry found-board work-board lead-board offer-support ask-support talk-support confirm-agreement claim-deployment keep-deployment confirm-deployment dispute-deployment keep-country keep-need keep-guide
		translate keep-localisation keep-recipe found-community keep-community`,
		`screen claim-review assign review advise consult answer-consult read-notes ask-clarify extend consolidate decide decide-appeal publish
		handle-challenge see-confidential opine settle-sign score-entry moderate-support settle-deployment review-localisation`},
	"assigned":  {adds: `declare-conflict review consult read-application read-notes ask-clarify decide`},
	"consulted": {adds: `declare-conflict see-desk read-application answer-consult`},
	"decided":   {forbids: `decide-appeal`},
	"conflicted": {forbids: `screen claim-review review advise consult answer-consult read-notes ask-clarify consolidate decide decide-appeal
		handle-challenge see-confidential opine settle-sign score-entry`},
}

// onlyReviewers are what the tie of being assigned gives to reviewers alone.
const onlyReviewers = `declare-conflict review consult read-application read-notes ask-clarify decide`

// onlyJurors are what it gives to whoever has signed in.
const onlyJurors = `score-entry`

const me, another = good.ID("01HZZZZZZZZZZZZZZZZZZZZZZZ"), good.ID("01HYYYYYYYYYYYYYYYYYYYYYYY")

// tied is a thing to which who is tied in one way.
func tied(how string, who good.ID) Thing {
	list := []good.ID{who}
	return map[string]Thing{"": {}, "owner": {Owners: list}, "assigned": {Assigned: list}, "consulted": {Consulted: list}, "decided": {Decided: list}, "conflicted": {Conflicted: list}}[how]
}

func acts() []Act { return slices.Sorted(maps.Keys(table)) }

// ruled says what the law above lets somebody do.
func ruled(role, how string) map[Act]bool {
	may := map[Act]bool{}
	add := func(s string) {
		for _, a := range strings.Fields(s) {
			may[Act(a)] = true
		}
	}
	add(byRole[role])
	machine := role == Operator || role == Importer || role == Clock || role == Anyone
	if !machine {
		add(byRole[Person])
		if how == "assigned" {
			add(onlyJurors)
			if role == Reviewer {
				add(onlyReviewers)
			}
		} else {
			add(byTie[how].adds)
		}
		for _, a := range strings.Fields(byTie[how].forbids) {
			delete(may, Act(a))
		}
	}
	return may
}

func whoIs(role string) Who {
	switch role {
	case Anyone:
		return Who{}
	case Operator, Importer, Clock:
		return Machine(role)
	case Person:
		return Who{Person: me, Pseudonym: "p-1"}
	}
	return Who{Person: me, Pseudonym: "p-1", Roles: []string{role}}
}

func TestWhoMayDoWhat(t *testing.T) {
	for role := range byRole {
		who := whoIs(role)
		for _, how := range []string{"", "owner", "assigned", "consulted", "decided", "conflicted"} {
			may := ruled(role, how)
			for _, act := range append(acts(), "anything else") {
				actor, err := As(who, act, tied(how, me))
				if (err == nil) != may[act] {
					t.Errorf("%s, %s: %s allowed %v, want %v", role, how, act, err == nil, may[act])
				}
				want := good.Forbidden
				if role == Anyone {
					want = good.Unauthenticated
				}
				if err != nil && good.KindOf(err) != want {
					t.Errorf("%s, %s: %s: %v", role, how, act, err)
				}
				if err == nil && (actor.Role == "" || actor.Pseudonym != who.Pseudonym) {
					t.Errorf("%s, %s: %s is signed by %+v", role, how, act, actor)
				}
				// What is another's is nobody's to me.
				_, others := As(who, act, tied(how, another))
				_, nobodys := As(who, act, Thing{})
				if (others == nil) != (nobodys == nil) {
					t.Errorf("%s: %s differs where another is %s", role, act, how)
				}
			}
		}
	}
}

func TestEveryActHasARowAndTheLawNamesOnlyActs(t *testing.T) {
	named := map[Act]bool{}
	for _, how := range []string{"", "owner", "assigned", "consulted"} {
		for role := range byRole {
			maps.Copy(named, ruled(role, how))
		}
	}
	for _, a := range acts() {
		if !named[a] {
			t.Errorf("nobody may %s: strike it, or say who may", a)
		}
		if len(table[a].may) == 0 {
			t.Errorf("the row of %s is empty", a)
		}
	}
	for a := range named {
		if _, ok := table[a]; !ok {
			t.Errorf("the law above speaks of %s, which is no act", a)
		}
	}
}

func TestMachinesAndMadeUpRoles(t *testing.T) {
	for _, role := range []string{"public", "Operator", " operator", ""} {
		for _, act := range append(acts(), "anything else") {
			if act != Nominate && act != Challenge && act != JoinAlliance && act != ReadBoard && act != ReadNeed && act != ReadCommunity && Can(good.Actor{Role: role}, act) == nil {
				t.Errorf("%q may %s", role, act)
			}
		}
	}
	for _, act := range acts() { // nobody who signs in can be a machine
		_, plain := As(Who{Person: me}, act, Thing{})
		if _, err := As(Who{Person: me, Roles: []string{Operator, Importer, Clock}}, act, Thing{}); (err == nil) != (plain == nil) {
			t.Errorf("a person with a machine's role: %s allowed %v", act, err == nil)
		}
		if err := Can(good.Actor{Role: Operator}, act); (err == nil) != ruled(Operator, "")[act] && act != Nominate && act != Challenge && act != JoinAlliance && act != ReadBoard && act != ReadNeed && act != ReadCommunity {
			t.Errorf("Can(operator, %s): %v", act, err)
		}
	}
	if err := Can(good.Actor{}, Import); good.KindOf(err) != good.Unauthenticated {
		t.Errorf("nobody may import: %v", err)
	}
}

// TestATokenNeverDoesMoreThanItsPerson holds scopes to the roles, and what no
// scope covers to people.
func TestATokenNeverDoesMoreThanItsPerson(t *testing.T) {
	for role := range byRole {
		if !slices.Contains(Granted, role) {
			continue
		}
		for _, how := range []string{"", "owner", "assigned", "consulted"} {
			for _, act := range acts() {
				with := func(scopes []string) bool {
					who := whoIs(role)
					who.Scopes = scopes
					_, err := As(who, act, tied(how, me))
					return err == nil
				}
				var all []string
				through := 0
				for _, s := range Scopes {
					all = append(all, string(s))
					if with([]string{string(s)}) {
						through++
					}
				}
				if with([]string{}) || with([]string{"everything"}) {
					t.Errorf("%s: a token without scope may %s", role, act)
				}
				if with(all) && !with(nil) || through > 1 {
					t.Errorf("%s, %s: %s: a token may more than its person, or through %d scopes", role, how, act, through)
				}
				if (act == Account || act == SeeConfidential) && with(all) {
					t.Errorf("%s: a token may %s", role, act)
				}
			}
		}
	}
}

func TestMaySaysWhetherThereCanBeAThing(t *testing.T) {
	for _, c := range []struct {
		who Who
		act Act
		ok  bool
	}{
		{Who{}, Public, true}, {Who{}, Nominate, true}, {Who{}, Account, false}, {whoIs(Person), Account, true}, {whoIs(Person), EditApplication, true},
		{whoIs(Person), Review, false}, {whoIs(Reviewer), Review, true}, {whoIs(Person), AnswerConsult, true}, {whoIs(Person), Decide, false},
		{whoIs(Coordinator), Decide, true}, {whoIs(Coordinator), ManageRoles, false}, {whoIs(Administrator), "anything else", false},
	} {
		if err := May(c.who, c.act); (err == nil) != c.ok {
			t.Errorf("%v %s: %v", c.who.Roles, c.act, err)
		}
	}
}
