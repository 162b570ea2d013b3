package assessment

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
)

// Steps are all that can be done with one application. Programs and the
// command line know them from here alone.
var Steps = append(applicants, desks...)

var applicants = []Step{
	answers("save", access.EditApplication, "Save answers, each from the version it was made of; all of them or none.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Edits) (SavedAnswers, error) {
			edits := make([]Edit, len(in.Answers))
			for i, e := range in.Answers {
				edits[i] = Edit(e)
			}
			saved, err := a.Save(ctx, who, id, edits)
			return SavedAnswers{Answers: saved}, err
		}),
	moves("authorise", access.EditApplication, "Declare that one may speak for the good, and why.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Words) (*assess.Application, int64, error) {
			app, err := a.Authorise(ctx, who, id, in.Text)
			return app, 0, err
		}),
	moves("remove-owner", access.EditApplication, "Take a person off the application.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Whom) (*assess.Application, int64, error) {
			app, err := a.RemoveOwner(ctx, who, id, in.Person)
			return app, 0, err
		}),
	moves("submit", access.Submit, "Hand the application in.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Seen) (*assess.Application, int64, error) {
			return a.Submit(ctx, who, id, in.Version)
		}),
	moves("withdraw", access.Withdraw, "Take the application back.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Why) (*assess.Application, int64, error) {
			return a.Withdraw(ctx, who, id, in.Version, in.Reason)
		}),
	answers("settle", access.EditApplication, "Accept or decline a reviewer's suggestion.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Settlement) (Done, error) {
			return Done{true}, a.Settle(ctx, who, id, in.Suggestion, in.Accept)
		}),
	moves("reply", access.Clarify, "Answer what was asked back about an indicator.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Replied) (*assess.Application, int64, error) {
			return a.Reply(ctx, who, id, in.Indicator, in.Text)
		}),
	moves("ask-more-time", access.Clarify, "Ask for more time to answer.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Why) (*assess.Application, int64, error) {
			return a.AskMore(ctx, who, id, in.Reason)
		}),
	moves("appeal", access.Appeal, "Ask people who did not decide to look once more.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Grounds) (*assess.Application, int64, error) {
			return a.Appeal(ctx, who, id, in.Text, in.Links)
		}),
}

var desks = []Step{
	moves("screen", access.Screen, "Accept the application into review, return it to be mended or refuse it.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in ScreeningIn) (*assess.Application, int64, error) {
			return a.Screen(ctx, who, id, in.Version, Screening{Decision: in.Decision, Screened: assess.Screened{Findings: in.Findings, Cause: in.Cause, Of: in.Of, Reason: in.Reason}})
		}),
	moves("claim", access.ClaimReview, "Take a reviewer's seat.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, _ struct{}) (*assess.Application, int64, error) {
			return a.Claim(ctx, who, id)
		}),
	moves("assign", access.Assign, "Give a seat to a reviewer, or to the one who suits best.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Whom) (*assess.Application, int64, error) {
			return a.Assign(ctx, who, id, in.Person)
		}),
	moves("release", access.DeclareConflict, "Give one's seat back, or take somebody else's away.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Whom) (*assess.Application, int64, error) {
			if in.Person == "" {
				in.Person = who.Person
			}
			return a.Release(ctx, who, id, in.Person, in.Why)
		}),
	answers("judge", access.Review, "Write a verdict on one indicator, with its public reason.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Judged) (Done, error) {
			return Done{true}, a.Verdict(ctx, who, id, in.Indicator, in.Version, assess.Finding{Verdict: in.Verdict, Reason: in.Reason})
		}),
	answers("advise", access.Advise, "Advise on one indicator, as the community.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Judged) (Done, error) {
			return Done{true}, a.Advise(ctx, who, id, in.Indicator, in.Version, assess.Finding{Verdict: in.Verdict, Reason: in.Reason})
		}),
	answers("note", access.ReadNotes, "Note something for those who review.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Noted) (Done, error) {
			return Done{true}, a.Note(ctx, who, id, in.Indicator, in.Text)
		}),
	answers("suggest", access.Review, "Suggest another answer; the applicant's stands until they accept.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Suggestion) (Settlement, error) {
			made, err := a.Suggest(ctx, who, id, in.Question, in.Answer, in.Reason)
			return Settlement{Suggestion: made}, err
		}),
	moves("finish", access.Review, "Say that one is done with this round.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, _ struct{}) (*assess.Application, int64, error) {
			return a.Finish(ctx, who, id)
		}),
	moves("consult", access.Consult, "Ask an expert about one indicator.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Asked) (*assess.Application, int64, error) {
			return a.Consult(ctx, who, id, in.Expert, in.Indicator, in.Question)
		}),
	moves("opine", access.AnswerConsult, "Answer as the expert who was asked.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Opinion) (*assess.Application, int64, error) {
			return a.Opine(ctx, who, id, in.Consultation, in.Verdict, in.Opinion)
		}),
	moves("consolidate", access.Consolidate, "Settle where the two reviewers differ.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Found) (*assess.Application, int64, error) {
			return a.Consolidate(ctx, who, id, in.Version, in.Findings)
		}),
	moves("extend", access.Extend, "Give the applicant more time.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, _ struct{}) (*assess.Application, int64, error) {
			return a.Extend(ctx, who, id)
		}),
	moves("propose", access.Decide, "Sign a decision first, also on an appeal.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Found) (*assess.Application, int64, error) {
			return a.Propose(ctx, who, id, in.Version, in.Outcome, in.Findings)
		}),
	moves("reject", access.Decide, "Take a proposed decision off the table.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Why) (*assess.Application, int64, error) {
			return a.Reject(ctx, who, id, in.Version, in.Reason)
		}),
	moves("confirm", access.Decide, "Sign a proposed decision second: now it counts.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, in Seen) (*assess.Application, int64, error) {
			return a.Confirm(ctx, who, id, in.Version)
		}),
	moves("publish", access.Publish, "Make a decision take effect.",
		func(ctx context.Context, a *App, who access.Who, id good.ID, _ struct{}) (*assess.Application, int64, error) {
			return a.Publish(ctx, who, id)
		}),
}
