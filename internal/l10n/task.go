package l10n

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/lazy"
)

// Standing is where a task stands.
type Standing string

// The standings, in their order.
const (
	Open      Standing = "open"      // nobody translates it
	Claimed   Standing = "claimed"   // somebody does
	InReview  Standing = "in-review" // another person is to look at it
	Done      Standing = "done"      // reviewed by another person
	Withdrawn Standing = "withdrawn"
)

// Standings lists them.
var Standings = []Standing{Open, Claimed, InReview, Done, Withdrawn}

// Bounds of what people write.
const (
	MaxTask = 5_000 // units of a task
	MaxName = 200   // characters
	MaxNote = 2_000
)

// Task is a translation that people make of some texts of a good. Who opened,
// translates and reviewed it is told by pseudonym.
type Task struct {
	ID         good.ID   `json:"id"`
	Good       good.ID   `json:"good"`
	Was        good.ID   `json:"was,omitempty"`   // the good for which it was opened, where that one is part of Good now
	Name       string    `json:"name,omitempty"`  // what is translated
	About      bool      `json:"about,omitempty"` // it is the good's own name and description
	Source     string    `json:"source"`          // language of the sources, BCP 47
	Language   string    `json:"language"`        // into which is translated, BCP 47
	Format     Format    `json:"format"`          // of what it was made of
	State      Standing  `json:"state"`
	Units      int       `json:"units"`
	Words      int       `json:"words"`   // of the sources
	Ready      int       `json:"ready"`   // units that a person stands for
	Machine    int       `json:"machine"` // units that a machine wrote, whoever looked at them
	Opener     string    `json:"opener,omitempty"`
	Translator string    `json:"translator,omitempty"`
	Reviewer   string    `json:"reviewer,omitempty"`
	Note       string    `json:"note,omitempty"`   // why it was sent back or withdrawn
	SHA256     string    `json:"sha256,omitempty"` // of the finished translation, as XLIFF
	Created    time.Time `json:"created"`
	Moved      time.Time `json:"moved"` // when its standing changed last
	Version    int64     `json:"version"`
}

// Move makes it a task of the good into which its own went, or of its own again.
func (t *Task) Move(to good.ID) { t.Good, t.Was = good.MoveTo(t.Good, t.Was, to) }

// CheckTask mends what can be mended and says what is wrong with a new task.
func CheckTask(t *Task) (err error) {
	if t.Language, err = Language(t.Language); err != nil {
		return err
	}
	if t.Source, err = Language(first(t.Source, "en")); err != nil {
		err.(*good.Error).Field = "source"
		return err
	}
	if strings.EqualFold(t.Source, t.Language) {
		return &good.Error{Kind: good.Invalid, Key: "l10n.error.same", Field: "language"}
	}
	if t.Name = good.Line(t.Name); t.Name == "" && !t.About {
		return &good.Error{Kind: good.Invalid, Key: "l10n.error.name", Field: "name"}
	}
	return good.CheckText("name", t.Name, MaxName)
}

// MakeOf makes the task's units of what a file holds; a file of pairs must not
// be in another language.
func (t *Task) MakeOf(f *File) ([]Unit, error) {
	if f.Pairs && f.Language != "" && base(f.Language) != base(t.Language) && base(f.Language) != base(t.Source) {
		return nil, &good.Error{Kind: good.Invalid, Key: "l10n.error.other-language", Field: "file", Args: map[string]any{"Name": f.Language}}
	}
	units := For(t.Language, slices.DeleteFunc(f.Units, func(u Unit) bool { return strings.TrimSpace(u.Source) == "" }))
	switch {
	case len(units) == 0:
		return nil, &good.Error{Kind: good.Invalid, Key: "l10n.error.empty", Field: "file"}
	case len(units) > MaxTask:
		return nil, tooMany(MaxTask)
	}
	t.Format, t.Units, t.Words = f.Format, len(units), 0
	for i := range units {
		if units[i].State == Reviewed { // elsewhere; here nobody did
			units[i].State = Translated
		}
		if units[i].Origin == Machine {
			units[i].State = Doubtful
		}
		t.Words += Words(placeholder.ReplaceAllString(units[i].Source, " "))
	}
	t.Count(units)
	return units, nil
}

func base(tag string) string {
	b, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return b
}

// Count counts what of the units is ready.
func (t *Task) Count(units []Unit) {
	t.Ready, t.Machine = 0, 0
	for _, u := range units {
		if u.State == Translated || u.State == Reviewed {
			t.Ready++
		}
		if u.Origin == Machine {
			t.Machine++
		}
	}
}

func (t *Task) move(to Standing, now time.Time, from ...Standing) error {
	if !slices.Contains(from, t.State) {
		return &good.Error{Kind: good.Conflict, Key: "l10n.error.standing", Args: map[string]any{"State": string(t.State)}}
	}
	t.State, t.Moved = to, now
	return nil
}

// Claim has a person translate it.
func (t *Task) Claim(who string, now time.Time) error {
	if err := t.move(Claimed, now, Open); err != nil {
		return err
	}
	t.Translator = who
	return nil
}

// Release lets somebody else translate it; what is there stays.
func (t *Task) Release(now time.Time) error {
	if err := t.move(Open, now, Claimed); err != nil {
		return err
	}
	t.Translator = ""
	return nil
}

// HandIn asks for somebody to review it. Nothing may be missing, nor anything a
// machine wrote be unseen.
func (t *Task) HandIn(now time.Time) error {
	if t.State == Claimed && t.Ready < t.Units {
		return &good.Error{Kind: good.Conflict, Key: "l10n.error.unready", Args: map[string]any{"Count": t.Units - t.Ready}}
	}
	t.Note = ""
	return t.move(InReview, now, Claimed)
}

// Review ends it, or sends it back with a note that says what to mend.
func (t *Task) Review(who string, fits bool, note string, now time.Time) error {
	if t.Translator == who {
		return &good.Error{Kind: good.Forbidden, Key: "l10n.error.own"}
	}
	if note = strings.TrimSpace(note); note == "" && !fits {
		return &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "note"}
	}
	if err := good.CheckText("note", note, MaxNote); err != nil {
		return err
	}
	to := Claimed
	if fits {
		to = Done
	}
	if err := t.move(to, now, InReview); err != nil {
		return err
	}
	t.Note, t.Reviewer = note, who
	return nil
}

// Withdraw ends it without a translation.
func (t *Task) Withdraw(note string, now time.Time) error {
	if note = strings.TrimSpace(note); note == "" {
		return &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "note"}
	}
	if err := good.CheckText("note", note, MaxNote); err != nil {
		return err
	}
	if err := t.move(Withdrawn, now, Open, Claimed, InReview); err != nil {
		return err
	}
	t.Note = note
	return nil
}

// Said is what is said of one unit.
type Said struct {
	N       int    `json:"n"`
	Target  string `json:"target"`            // "" for none
	Machine bool   `json:"machine,omitempty"` // a machine wrote it, and nobody has looked
	Seen    bool   `json:"seen,omitempty"`    // a person looked at what a machine wrote, and it fits
}

// Say puts what is said into a unit. What a machine wrote is a machine's until a
// person writes something else.
func (u *Unit) Say(s Said) error {
	s.Target = strings.ReplaceAll(s.Target, "\r\n", "\n")
	if err := CheckText(s.Target); err != nil {
		e := *err.(*good.Error)
		e.Field = "t" + strconv.Itoa(u.N)
		return &e
	}
	same := s.Target == u.Target
	switch {
	case strings.TrimSpace(s.Target) == "":
		u.Target, u.State, u.Origin = "", New, ""
	case s.Machine:
		u.Target, u.State, u.Origin = s.Target, Doubtful, Machine
	case same && u.Origin == Machine:
		if s.Seen {
			u.State = Translated
		}
	case same && u.State == Reviewed:
	default:
		u.Target, u.State, u.Origin = s.Target, Translated, Person
	}
	return nil
}

// Match puts the targets of a file that came back to their units: by number
// where we wrote the file, else by key and source. It says how many found none.
func Match(units []Unit, f *File) (said []Said, strange int) {
	type name struct {
		key, source string
		form        int
	}
	byName, bySource := map[name]int{}, map[string]int{}
	for _, u := range units {
		byName[name{u.Key, first(u.One, u.Source), u.Form}] = u.N
		bySource[u.Source] = u.N
	}
	for _, u := range f.Units {
		n, known := byName[name{u.Key, first(u.One, u.Source), u.Form}]
		if i, _ := strconv.Atoi(strings.TrimPrefix(u.Key, "u")); !known && f.Format == XLIFF && i > 0 && i <= len(units) && units[i-1].Source == u.Source {
			n, known = i, true
		}
		if !known && u.Form == 0 {
			n, known = bySource[u.Source]
		}
		if !known {
			strange++
			continue
		}
		if u.Target != "" {
			said = append(said, Said{N: n, Target: u.Target, Machine: u.Origin == Machine && u.State != Translated && u.State != Reviewed || u.State == Doubtful})
		}
	}
	return said, strange
}

// placeholder is what a program replaces, or markup: a translation keeps it.
var placeholder = lazy.New(`\{\{?[^{}\s,]{1,60}\}?\}|%(?:\d+\$)?[-+0#]*\d*(?:\.\d+)?[sdifxXeEgGcpuqvtT@]\b|%\(\w{1,40}\)[sd]|</?[a-zA-Z][^<>]{0,200}>`)

// Misses lists the placeholders and the markup that stand in the source and not
// in the target, or the other way round.
func Misses(source, target string) []string {
	if target == "" {
		return nil
	}
	count := map[string]int{}
	for _, p := range placeholder.FindAllString(source, 100) {
		count[p]++
	}
	for _, p := range placeholder.FindAllString(target, 100) {
		count[p]--
	}
	var out []string
	for p, n := range count {
		if n != 0 {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}
