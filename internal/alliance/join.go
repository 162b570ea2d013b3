package alliance

import (
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Joining is somebody's application to join the alliance. All of it is private
// but what becomes of it: a member.
type Joining struct {
	ID       good.ID   `json:"id"`
	Role     Role      `json:"role"`
	Name     string    `json:"name"`              // of the organisation or, of a pathfinder, of the office that asks
	Country  string    `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Website  string    `json:"website,omitempty"`
	Why      string    `json:"why"`   // why they want to join
	Offer    string    `json:"offer"` // what they would commit to
	Lang     string    `json:"lang"`
	Rubbish  bool      `json:"automatic,omitempty"` // it was filled in as a program does
	Created  time.Time `json:"created"`
	Due      time.Time `json:"due"` // when the next word is due: ours while it waits, theirs while they are asked
	State    Stand     `json:"state"`
	Said     []Said    `json:"said,omitempty"` // questions and answers, the oldest first
	Reason   string    `json:"reason,omitempty"`
	Settled  time.Time `json:"settled,omitzero"`
	Member   good.ID   `json:"member,omitempty"` // what became of it
	Reminded bool      `json:"reminded,omitempty"`
}

// Stand is where an application to join stands.
type Stand string

// Where one stands.
const (
	Waiting   Stand = "waiting"   // for the secretariat
	Asked     Stand = "asked"     // for the applicant's answer
	Accepted  Stand = "accepted"  // they belong to the alliance
	Declined  Stand = "declined"  // with a reason
	Withdrawn Stand = "withdrawn" // by the applicant
	Closed    Stand = "closed"    // nobody answered
)

// Open says whether something is still to be decided.
func (s Stand) Open() bool { return s == Waiting || s == Asked }

// Said is a question of the secretariat or an answer to it.
type Said struct {
	At   time.Time `json:"at"`
	Ours bool      `json:"ours,omitempty"` // the secretariat asks
	Text string    `json:"text"`
}

// How long each side has to answer.
const (
	AnswerWithin = 30 * 24 * time.Hour // the secretariat, from when something came in
	ReplyWithin  = 21 * 24 * time.Hour // the applicant, from when they were asked
)

// maxSaid bounds how often an applicant is asked.
const maxSaid = 20

// CheckJoining mends what can be mended and says what is wrong with an
// application to join.
func CheckJoining(j *Joining) error {
	m := Member{Name: j.Name, Roles: []Role{j.Role}, Country: j.Country, Website: j.Website, Lang: j.Lang, Since: "2000-01-01"}
	if found, ok := vocab.FindCountry(j.Country); ok {
		m.Country = found.Alpha2
	}
	if err := CheckMember(&m); err != nil {
		return err
	}
	j.Name, j.Country, j.Website, j.Lang = m.Name, m.Country, m.Website, m.Lang
	if err := said(&j.Why, "why"); err != nil {
		return err
	}
	return said(&j.Offer, "offer")
}

// Ask puts a question to the applicant.
func (j *Joining) Ask(text string, now time.Time) error {
	if err := j.open(); err != nil {
		return err
	}
	if j.State == Asked {
		return &good.Error{Kind: good.Conflict, Key: "alliance.error.asked", Field: "reason"}
	}
	if err := said(&text, "reason"); err != nil {
		return err
	}
	if len(j.Said) >= maxSaid {
		return &good.Error{Kind: good.Limited, Key: "alliance.error.said", Field: "reason", Args: map[string]any{"Max": maxSaid}}
	}
	j.Said, j.State, j.Due, j.Reminded = append(j.Said, Said{At: now, Ours: true, Text: text}), Asked, now.Add(ReplyWithin), false
	return nil
}

// Reply takes the applicant's answer.
func (j *Joining) Reply(text string, now time.Time) error {
	if err := j.open(); err != nil {
		return err
	}
	if j.State != Asked {
		return &good.Error{Kind: good.Conflict, Key: "alliance.error.unasked", Field: "reply"}
	}
	if err := said(&text, "reply"); err != nil {
		return err
	}
	j.Said, j.State, j.Due, j.Reminded = append(j.Said, Said{At: now, Text: text}), Waiting, now.Add(AnswerWithin), false
	return nil
}

// End settles the application. Whoever declines says why.
func (j *Joining) End(as Stand, reason string, now time.Time) error {
	if err := j.open(); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" && as == Declined {
		return wrong("error.reason.missing", "reason")
	}
	if err := checkText("reason", reason); err != nil {
		return err
	}
	j.State, j.Reason, j.Settled = as, reason, now
	return nil
}

func (j *Joining) open() error {
	if !j.State.Open() {
		return &good.Error{Kind: good.Conflict, Key: "alliance.error.settled", Args: map[string]any{"Name": j.Name}}
	}
	return nil
}

func said(text *string, field string) error {
	if *text = strings.TrimSpace(*text); *text == "" {
		return wrong("alliance.error.missing", field)
	}
	return checkText(field, *text)
}

// Late says whether the next word is overdue.
func (j *Joining) Late(now time.Time) bool { return j.State.Open() && j.Due.Before(now) }

// Order puts what waits in the order of work: what a program filled in last,
// else what is due first.
func Order(list []Joining) {
	slices.SortStableFunc(list, func(a, b Joining) int {
		if a.Rubbish != b.Rubbish {
			if a.Rubbish {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
}
