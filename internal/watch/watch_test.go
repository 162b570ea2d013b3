package watch

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"stoa/internal/good"
)

var now = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

// look judges one thing that was seen on a day and says what came of it.
func look(m *Memory, day int, s Seen, open ...Sign) string {
	noticed, well := m.Judge(now.AddDate(0, 0, day), 3, []Seen{s}, open)
	return fmt.Sprintf("%d noticed, %d well", len(noticed), len(well))
}

func TestASingleOutageIsNoSign(t *testing.T) {
	var m Memory
	dead := Seen{Kind: PolicyDead, About: "https://a.example/privacy", Ill: true, Is: "404"}
	alive := Seen{Kind: PolicyDead, About: dead.About}
	steps := []struct {
		day  int
		seen Seen
		want string
	}{
		{0, dead, "0 noticed, 0 well"}, {0, dead, "0 noticed, 0 well"}, {0, dead, "0 noticed, 0 well"}, // three times within one day
		{1, alive, "0 noticed, 0 well"}, // it only rested
		{2, dead, "0 noticed, 0 well"}, {3, dead, "0 noticed, 0 well"}, {4, dead, "1 noticed, 0 well"},
	}
	for i, s := range steps {
		doc, err := json.Marshal(m) // as it lies in the database from one look to the next
		if err != nil {
			t.Fatal(err)
		}
		if m, err = Read(doc); err != nil {
			t.Fatal(err)
		}
		if got := look(&m, s.day, s.seen); got != s.want {
			t.Errorf("step %d: %s, want %s", i, got, s.want)
		}
	}
	if len(m.Doubts) != 0 {
		t.Errorf("what counts is doubted still: %v", m.Doubts)
	}
}

func TestWhoDoesNotAnswerHasWeeks(t *testing.T) {
	var m Memory
	silent := Seen{Kind: WebsiteDead, About: "https://a.example", Ill: true, Slow: true}
	for day := range 14 {
		if got := look(&m, day, silent); got != "0 noticed, 0 well" {
			t.Fatalf("day %d: %s", day, got)
		}
	}
	if got := look(&m, 14, silent); got != "1 noticed, 0 well" {
		t.Error(got)
	}
}

func TestTheForgesWordCountsAtOnceAndOnlyOnce(t *testing.T) {
	var m Memory
	archived := Seen{Kind: RepositoryArchived, About: "https://forge.example/o/n", Ill: true}
	if got := look(&m, 0, archived); got != "1 noticed, 0 well" {
		t.Error(got)
	}
	sign := Sign{ID: "S", Kind: RepositoryArchived, About: archived.About}
	if got := look(&m, 30, archived, sign); got != "0 noticed, 0 well" {
		t.Errorf("told twice: %s", got)
	}
	archived.Ill = false
	if got := look(&m, 60, archived, sign); got != "0 noticed, 1 well" {
		t.Error(got)
	}
}

func TestAChangeIsHeldAgainstWhatWasSeenFirst(t *testing.T) {
	var m Memory
	licence := func(is string) Seen { return Seen{Kind: LicenceText, About: "https://forge.example/o/n", Is: is} }
	if got := look(&m, 0, licence("MIT")); got != "0 noticed, 0 well" {
		t.Errorf("the first look finds a change: %s", got)
	}
	noticed, _ := m.Judge(now, 3, []Seen{licence("BUSL-1.1")}, nil)
	if len(noticed) != 1 || noticed[0].Was != "MIT" || noticed[0].Is != "BUSL-1.1" {
		t.Fatalf("%+v", noticed)
	}
	sign := Sign{Kind: LicenceText, About: licence("").About, Was: "MIT", Is: "BUSL-1.1"}
	if got := look(&m, 1, licence("MIT"), sign); got != "0 noticed, 1 well" {
		t.Error(got)
	}
	m.Accept(sign) // somebody said that it is right so
	if got := look(&m, 2, licence("BUSL-1.1")); got != "0 noticed, 0 well" {
		t.Errorf("what people accepted is a sign again: %s", got)
	}
	if got := look(&m, 3, licence("MIT")); got != "1 noticed, 0 well" {
		t.Errorf("and the way back is none: %s", got)
	}
}

func TestAcceptedIsOnlyWhatWasSeen(t *testing.T) {
	var m Memory
	moved := Seen{Kind: RepositoryMoved, About: "https://forge.example/o/n", Ill: true, Is: "https://forge.example/o/m"}
	m.Accept(Sign{Kind: RepositoryMoved, About: moved.About, Is: moved.Is})
	if got := look(&m, 0, moved); got != "0 noticed, 0 well" {
		t.Error(got)
	}
	moved.Is = "https://forge.example/stranger/n"
	if got := look(&m, 1, moved); got != "1 noticed, 0 well" {
		t.Errorf("it moved on: %s", got)
	}
}

func TestAnAnswerTurnsFromMetToNotMetAlone(t *testing.T) {
	question := func(is string) Seen { return Seen{Kind: FindingTurned, About: "law.evidence", Is: is} }
	for _, c := range []struct{ first, then, want string }{
		{"met", "not-met", "1 noticed, 0 well"}, {"not-met", "not-met", "0 noticed, 0 well"}, {"not-met", "met", "0 noticed, 0 well"},
	} {
		var m Memory
		look(&m, 0, question(c.first))
		if got := look(&m, 1, question(c.then)); got != c.want {
			t.Errorf("%s, then %s: %s", c.first, c.then, got)
		}
	}
	var m Memory
	look(&m, 0, question("not-met"))
	look(&m, 1, question("met"))
	if got := look(&m, 2, question("not-met")); got != "1 noticed, 0 well" {
		t.Errorf("what was mended once does not turn: %s", got)
	}
}

// TestLooksSpreadEvenly has ten thousand goods that were all brought in at one
// moment: no day of the month sees twice as many as it should.
func TestLooksSpreadEvenly(t *testing.T) {
	days := make([]int, 30)
	for i := range 10_000 {
		id := good.ID(fmt.Sprintf("01KB0ZZZZZZZZZZZZZZZZZ%04d", i))
		at := Next(id, now, 30)
		if !at.After(now) || at.After(now.AddDate(0, 0, 30)) {
			t.Fatalf("%s at %v", id, at)
		}
		if again := Next(id, at, 30); again.Sub(at) != 30*24*time.Hour {
			t.Fatalf("%s: %v after %v", id, again, at)
		}
		days[int(at.Sub(now)/(24*time.Hour))%30]++
	}
	if slices.Max(days) > 450 || slices.Min(days) < 230 {
		t.Errorf("%v", days)
	}
}

func TestASignIsRebuiltFromTheJournal(t *testing.T) {
	value := func(name string, v any) good.Value {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return good.Value{Name: name, Data: data}
	}
	at := func(day int) time.Time { return now.AddDate(0, 0, day) }
	entries := []good.Entry{
		{Verb: good.SignNoticed, Time: at(0), Subjects: []good.ID{"G", "S"}, Values: []good.Value{value("kind", RepositoryMoved), value("seen", Seen{About: "https://a.example", Is: "https://b.example"})}},
		{Verb: good.SignExplained, Time: at(1), Subjects: []good.ID{"G", "S"}, Values: []good.Value{value("reason", "We moved.")}},
		{Verb: good.SignStayed, Time: at(30), Subjects: []good.ID{"G", "S"}},
		{Verb: good.SignSettled, Time: at(31), Subjects: []good.ID{"G", "S"}, Values: []good.Value{value("settled", Settled{How: Dismissed}), value("reason", "Known.")}},
	}
	var s Sign
	for _, e := range entries {
		if !Tells(e.Verb) {
			t.Errorf("%s tells of no sign", e.Verb)
		}
		s.Apply(e)
	}
	want := Sign{ID: "S", Good: "G", Kind: RepositoryMoved, About: "https://a.example", Is: "https://b.example", Noticed: at(0), Known: "We moved.", KnownAt: at(1), Stayed: at(30), End: Dismissed, Ended: at(31), Reason: "Known."}
	if s != want || s.Open() {
		t.Errorf("%+v\nwant %+v", s, want)
	}
	s.Apply(good.Entry{Verb: good.SignExplained, Time: at(32), Subjects: []good.ID{"G", "S"}, Values: []good.Value{value("reason", "")}})
	if s.Known != "" || !s.KnownAt.IsZero() {
		t.Errorf("taken back: %+v", s)
	}
}
