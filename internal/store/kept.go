package store

import (
	"context"
	"time"

	"stoa/internal/good"
)

// AttachedBy lists what a person attached, to whatever it is.
func (r reads) AttachedBy(ctx context.Context, person good.ID) ([]Attachment, error) {
	var out []Attachment
	err := each(ctx, r.q, Q(`SELECT `+attachmentColumns+` WHERE a.person = $1 ORDER BY a.created, a.id`), []any{person}, func(scan func(...any) error) error {
		a, err := readAttachment(scan)
		out = append(out, a)
		return err
	})
	return out, err
}

// Reported is a challenge with how its reporter can be reached.
type Reported struct {
	Application good.ID
	Reporter
}

// ReportedBy lists the challenges that a person made.
func (r reads) ReportedBy(ctx context.Context, person good.ID) ([]Reported, error) {
	var out []Reported
	err := each(ctx, r.q, Q(`SELECT application, person, name, contact, time FROM challenge_reporters WHERE person = $1 AND person <> '' ORDER BY application`), []any{person}, func(scan func(...any) error) error {
		var p Reported
		var ms int64
		err := scan(&p.Application, &p.Person, &p.Name, &p.Contact, &ms)
		p.Time = moment(ms)
		out = append(out, p)
		return err
	})
	return out, err
}

// Remark is what a person wrote about an application of somebody else.
type Remark struct {
	Sort        string // "verdict", "note" or "suggestion"
	Application good.ID
	About       string // indicator or question, "" for the whole
	Verdict     string
	Text        string
	Time        time.Time
}

// RemarksBy lists what a person wrote while reviewing.
func (r reads) RemarksBy(ctx context.Context, person good.ID) ([]Remark, error) {
	var out []Remark
	err := each(ctx, r.q, Q(`SELECT 'verdict', application, indicator, verdict, reason, time FROM verdicts WHERE person = $1
		UNION ALL SELECT 'note', application, indicator, '', text, time FROM review_notes WHERE person = $1
		UNION ALL SELECT 'suggestion', application, question, '', reason, time FROM suggestions WHERE person = $1 ORDER BY 6, 2, 1, 3`), []any{person}, func(scan func(...any) error) error {
		var m Remark
		var ms int64
		err := scan(&m.Sort, &m.Application, &m.About, &m.Verdict, &m.Text, &ms)
		m.Time = moment(ms)
		out = append(out, m)
		return err
	})
	return out, err
}
