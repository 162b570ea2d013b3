package assess

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stoa/internal/good"
)

// TestEachStepIsOneFunction holds the table to the code: a method for each
// step, and no other place that moves an application.
func TestEachStepIsOneFunction(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	methods, moves := map[string]bool{}, map[string][]string{} // step → functions that take it
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			methods[f.Name.Name] = true
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 {
					sel, ok := call.Fun.(*ast.SelectorExpr)
					arg, named := call.Args[0].(*ast.Ident)
					if ok && named && sel.Sel.Name == "ready" && strings.HasPrefix(arg.Name, "Step") {
						moves[arg.Name] = append(moves[arg.Name], f.Name.Name)
					}
				}
				if set, ok := n.(*ast.AssignStmt); ok && f.Name.Name != "move" {
					for _, l := range set.Lhs {
						if sel, ok := l.(*ast.SelectorExpr); ok && sel.Sel.Name == "State" {
							if x, ok := sel.X.(*ast.Ident); ok && x.Name == "a" {
								t.Errorf("%s sets the state by itself", f.Name.Name)
							}
						}
					}
				}
				return true
			})
		}
	}
	seen := map[Step]bool{}
	for _, row := range Transitions {
		if seen[row.Step] {
			t.Errorf("%s has two rows", row.Step)
		}
		seen[row.Step] = true
		if !methods[string(row.Step)] {
			t.Errorf("no function takes the step %s", row.Step)
		}
		for _, from := range row.From {
			if from.Over() {
				t.Errorf("%s begins where all is over", row.Step)
			}
			if !slices.ContainsFunc(row.To, func(to State) bool { return Leads(row.Step, from, to) }) {
				t.Errorf("%s leads nowhere from %s", row.Step, from)
			}
		}
	}
}

func TestTheDrawingIsMadeFromTheTable(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "assessment.md")
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin = "```mermaid\n"
	before, rest, ok := strings.Cut(string(doc), begin)
	drawn, after, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatal("docs/assessment.md has no drawing")
	}
	if drawn == Drawing() {
		return
	}
	if os.Getenv("STOA_UPDATE") != "1" {
		t.Fatal("the drawing in docs/assessment.md is not that of the table; STOA_UPDATE=1 draws it anew")
	}
	if err := os.WriteFile(path, []byte(before+begin+Drawing()+"```\n"+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryStateIsReachedAndCanEnd(t *testing.T) {
	reach := func(from State, back bool) map[State]bool {
		seen := map[State]bool{from: true}
		for todo := []State{from}; len(todo) > 0; todo = todo[1:] {
			for _, row := range Transitions {
				for _, a := range row.From {
					for _, b := range row.To {
						x, y := a, b
						if back {
							x, y = b, a
						}
						if Leads(row.Step, a, b) && x == todo[0] && !seen[y] {
							seen[y] = true
							todo = append(todo, y)
						}
					}
				}
			}
		}
		return seen
	}
	from := reach(Draft, false)
	for _, s := range States {
		if !from[s] {
			t.Errorf("no way leads to %s", s)
		}
		if !reach(Published, true)[s] && !s.Over() {
			t.Errorf("no way leads from %s to publication", s)
		}
	}
}

var parties = map[string]Party{"owner": {Person: "owner", Pseudonym: "p-owner", Role: "applicant"}, "one": {Person: "one", Pseudonym: "p-one", Role: "reviewer"},
	"two": {Person: "two", Pseudonym: "p-two", Role: "reviewer"}, "three": {Person: "three", Pseudonym: "p-three", Role: "reviewer"},
	"chief": {Person: "chief", Pseudonym: "p-chief", Role: "coordinator"}, "second": {Person: "second", Pseudonym: "p-second", Role: "secretariat"},
	"third": {Person: "third", Pseudonym: "p-third", Role: "secretariat"}, "fourth": {Person: "fourth", Pseudonym: "p-fourth", Role: "coordinator"}, "clock": {Role: "clock"}}

// history drives an application at random and keeps what must always hold.
type history struct {
	t     *rapid.T
	app   *Application
	rec   Record
	found map[good.ID]map[string]Finding
	now   time.Time
	n     int64
}

var indicators = []string{"1", "2", "4", "9a"}

func (h *history) turn(who string) Turn {
	return Turn{By: parties[who], At: h.now, Settings: Defaults()}
}

var everything = []string{"submit", "reaffirm", "accept", "return", "refuse", "seat", "vacate", "judge", "finish", "consolidate", "reply", "extend",
	"propose", "reject", "confirm", "appeal", "publish", "withdraw", "expire", "wait", "back", "ask", "opine", "remind"}

// sensible is what people mostly do in a state.
var sensible = map[State][]string{Draft: {"submit", "withdraw"}, Screening: {"accept", "accept", "return", "refuse"}, Returned: {"submit", "wait", "extend", "expire"},
	Queued: {"seat", "finish"}, Review: {"finish", "finish", "finish", "vacate", "ask"}, Consolidation: {"consolidate"}, Clarification: {"reply", "reply", "extend", "wait", "wait", "expire"},
	Deciding: {"propose"}, Proposed: {"confirm", "confirm", "reject"}, Decided: {"appeal", "publish", "wait"}, Appealed: {"propose"}, AppealProposed: {"confirm", "confirm", "reject"},
	Published: {"publish"}, Refused: {"submit"}, Withdrawn: {"submit"}, Closed: {"reply"}}

// step lets somebody try something; being refused is as good as any answer.
func (h *history) step() {
	t, a := h.t, h.app
	who := rapid.SampledFrom(slices.Sorted(maps.Keys(parties))).Draw(t, "who")
	turn := h.turn(who)
	verdict := Finding{rapid.SampledFrom(Verdicts[:3]).Draw(t, "verdict"), "because"}
	before := clone(a)
	var e Event
	var err error
	choices := everything
	if rapid.IntRange(0, 3).Draw(t, "sensible") > 0 {
		choices = sensible[a.State]
	}
	switch what := rapid.SampledFrom(choices).Draw(t, "what"); what {
	case "submit":
		e, err = a.Submit(turn, indicators)
	case "reaffirm":
		e, err = a.Reaffirm(turn, indicators)
	case "accept":
		e, err = a.Accept(turn, Screened{Findings: map[string]Finding{"1": {Verdict: Pass}, "2": {Verdict: Pass}}}, []string{"1", "2"})
	case "return":
		e, err = a.Return(turn, Screened{Reason: "no licence"})
	case "refuse":
		if rapid.IntRange(0, 9).Draw(t, "really") > 0 {
			return
		}
		e, err = a.Refuse(turn, Screened{Cause: Spam, Reason: "advertising"})
	case "seat":
		e, err = a.Seat(turn, turn.By, nil, 0)
	case "vacate":
		e, err = a.Vacate(turn, turn.By.Person, GaveBack)
	case "judge", "finish":
		h.judge(turn, verdict)
		if what == "finish" {
			e, err = a.Finish(turn, h.found)
		}
	case "consolidate":
		all := map[string]Finding{}
		for _, id := range a.Disputed {
			all[id] = verdict
		}
		e, err = a.Consolidate(turn, all)
	case "reply":
		e, err = a.Reply(h.turn("owner"), rapid.SampledFrom(indicators).Draw(t, "indicator"), "so it is")
	case "extend":
		e, err = a.Extend(turn)
	case "propose":
		outcome := rapid.SampledFrom([]Outcome{Recognised, NotEligible}).Draw(t, "outcome")
		changes := map[string]Finding{}
		if rapid.Bool().Draw(t, "changes") {
			for id := range a.Findings {
				changes[id] = verdict
			}
		}
		e, err = a.Propose(turn, outcome, changes)
	case "reject":
		e, err = a.Reject(turn, "no")
	case "confirm":
		e, err = a.Confirm(turn)
	case "appeal":
		e, err = a.AppealTo(h.turn("owner"), "you misread it", nil)
	case "publish":
		e, err = a.Publish(turn, "")
	case "withdraw":
		if rapid.IntRange(0, 3).Draw(t, "really") > 0 {
			return
		}
		e, err = a.Withdraw(h.turn("owner"), "")
	case "expire":
		e, err = a.Expire(h.turn("clock"))
	case "wait":
		h.now = h.now.AddDate(0, 0, 9*rapid.IntRange(1, 9).Draw(t, "days"))
	case "back":
		h.now = h.now.AddDate(0, 0, -rapid.IntRange(1, 20).Draw(t, "days"))
	case "ask":
		e, err = a.Ask(turn, parties["three"], nil, rapid.SampledFrom(indicators).Draw(t, "indicator"), "is it so?")
	case "opine":
		e, err = a.Opine(h.turn("three"), len(a.Consultations), Pass, "it is")
	case "remind":
		for _, d := range a.Dues(Defaults()) {
			if d.Kind == DueReminder || d.Kind == DueLate {
				e = a.Remind(h.turn("clock"), d)
				if slices.ContainsFunc(a.Dues(Defaults()), func(x Due) bool { return x.Key == d.Key }) {
					t.Fatal("a reminder is due again")
				}
				break
			}
		}
	}
	h.holds(before, e, err)
}

func (h *history) judge(turn Turn, verdict Finding) {
	for _, id := range h.app.Scope {
		f := Finding{Verdict: Pass}
		if rapid.IntRange(0, 3).Draw(h.t, "odd") == 0 {
			f = verdict
		}
		if h.app.CheckVerdict(turn, id, f) == nil {
			if h.found[turn.By.Person] == nil {
				h.found[turn.By.Person] = map[string]Finding{}
			}
			h.found[turn.By.Person][id] = f
		}
	}
}

func TestRandomHistoriesKeepTheInvariants(t *testing.T) {
	ends := map[State]int{}
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		h := &history{t: t, now: start, found: map[good.ID]map[string]Finding{}, app: &Application{ID: "app", Kind: First, Standard: "x@1", State: Draft, Since: start, Opened: start,
			Owners: []good.ID{"owner"}, Authority: &Statement{Text: "mine"}}}
		for range rapid.IntRange(30, 200).Draw(t, "steps") {
			h.step()
		}
		ends[h.app.State]++
	})
	over := 0
	for s := range ends {
		if s.Over() {
			over++
		}
	}
	if ends[Published] == 0 || over < 3 {
		t.Errorf("the histories end in few ways: %v", ends)
	}
}
