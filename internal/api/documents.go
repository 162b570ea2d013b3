package api

import "time"

// The documents of the API: what is public about goods, in the API's own
// types. Nothing that a source said in private has a place here.

// Good is one good with everything public about it.
type Good struct {
	ID            string               `json:"id" doc:"Permanent, opaque identifier: 26 characters of Crockford's base 32. It never changes and is never given twice." example:"01JZX4T9W2QK8N5V3B7C6D0EFG"`
	Slug          string               `json:"slug" doc:"Permanent address of the good's name. After a rename the old one redirects for ever." example:"dhis2"`
	URL           string               `json:"url" format:"uri" doc:"This document."`
	Page          string               `json:"page" format:"uri" doc:"The good's page for people."`
	HistoryURL    string               `json:"history_url" format:"uri" doc:"Everything that happened to the good."`
	Stage         string               `json:"stage" enum:"recognised,renewal-due,in-review,applying,nominated,lapsed,retired,withdrawn,not-eligible,removed,merged" doc:"Where the good stands in its life, as its recognitions together give it."`
	Name          string               `json:"name" doc:"Name as the most trusted source writes it." example:"DHIS2"`
	Aliases       []string             `json:"aliases,omitempty" doc:"Other names and acronyms, former names among them."`
	Kinds         []string             `json:"kinds,omitempty" enum:"software,data,ai,standard,content" doc:"The kinds of digital public good it is."`
	Summary       map[string]string    `json:"summary,omitempty" doc:"What it is, by BCP 47 language tag."`
	Website       string               `json:"website,omitempty" doc:"Address of its website."`
	Repositories  []Link               `json:"repositories,omitempty" doc:"Where its source is kept."`
	Documentation []Link               `json:"documentation,omitempty" doc:"Where it is documented."`
	Licences      []Licence            `json:"licences,omitempty" doc:"The licences it can be used under."`
	Goals         []Goal               `json:"goals,omitempty" doc:"The Sustainable Development Goals it is said to advance."`
	Sectors       []string             `json:"sectors,omitempty" doc:"Codes of the sectors it is used in." example:"health"`
	Languages     []string             `json:"languages,omitempty" doc:"Languages it is available in, as BCP 47 tags."`
	Organisations []Organisation       `json:"organisations,omitempty" doc:"Organisations in their role to the good."`
	DevelopedIn   []string             `json:"developed_in,omitempty" doc:"Countries it is developed in, ISO 3166-1 alpha-2."`
	Deployments   []Deployment         `json:"deployments,omitempty" doc:"Claims that it is in use. A claim is the word of its source until the other side confirms it."`
	Standards     []string             `json:"standards,omitempty" doc:"Open standards and best practices it follows, as named by the source."`
	Answers       []Answer             `json:"answers,omitempty" doc:"What sources published on the indicators of the DPG Standard."`
	Identifiers   map[string]string    `json:"identifiers,omitempty" doc:"Identifiers elsewhere, by scheme (dpgid, doi, wikidata and so on)."`
	Recognitions  []Recognition        `json:"recognitions,omitempty" doc:"Who recognised it, on what basis."`
	Provenance    map[string]Statement `json:"provenance" doc:"Who said so: for each fact above the statement it comes from. The key is the fact's name, or name/item for lists that unite several sources, such as deployments/KE."`
	Records       []Statement          `json:"records" doc:"Every source that speaks of the good, the most trusted first."`
	Created       time.Time            `json:"created" doc:"When the good came to this registry (UTC)."`
	Updated       time.Time            `json:"updated" doc:"When the good last changed here (UTC)."`
	Version       int64                `json:"version" minimum:"1" doc:"Grows by one with every change."`
	Position      int64                `json:"position" minimum:"0" doc:"Position in the journal of the last change."`
}

// Link is an address with a label.
type Link struct {
	Name string `json:"name,omitempty" doc:"What is found there."`
	URL  string `json:"url" doc:"Where."`
}

// Licence is a licence and where its text is.
type Licence struct {
	SPDX string `json:"spdx" doc:"Current SPDX licence identifier." example:"BSD-3-Clause"`
	URL  string `json:"url,omitempty" doc:"The licence text of this good."`
}

// Goal is one Sustainable Development Goal.
type Goal struct {
	SDG       int    `json:"sdg" minimum:"1" maximum:"17" doc:"Number of the goal."`
	Relevance string `json:"relevance,omitempty" doc:"The reason given."`
	URL       string `json:"url,omitempty" doc:"Where that can be read."`
}

// Organisation is an organisation in its role to a good.
type Organisation struct {
	Name    string `json:"name" doc:"Name of the organisation. People are not named."`
	Slug    string `json:"slug" doc:"Value of the organisation filter that finds its goods."`
	Role    string `json:"role" enum:"owner,maintainer,funder,implementer,host" doc:"What it is to the good."`
	Website string `json:"website,omitempty" doc:"Its website."`
}

// Deployment is a claim that a good is in use.
type Deployment struct {
	Country string `json:"country,omitempty" doc:"ISO 3166-1 alpha-2." example:"KE"`
	By      string `json:"by,omitempty" doc:"Organisation that uses it."`
	Since   string `json:"since,omitempty" doc:"Day, month or year it began, as far as is known." example:"2019-03"`
	URL     string `json:"url,omitempty" doc:"Where that can be read."`
}

// Answer is what a source published on one indicator.
type Answer struct {
	Indicator string `json:"indicator" doc:"Number of the indicator." example:"9a"`
	Question  string `json:"question" doc:"Stable key of the question." example:"platform-independent"`
	Text      string `json:"text,omitempty" doc:"The answer."`
	Links     []Link `json:"links,omitempty" doc:"Evidence given with it."`
}

// Recognition is what a good holds after a decision.
type Recognition struct {
	Issuer   string `json:"issuer" doc:"Who decided." example:"Digital Public Goods Alliance"`
	Reported bool   `json:"reported" doc:"True where a source reports it; false where it was decided here."`
	State    string `json:"state" doc:"Stage the issuer gives the good; lapsed once a complete listing lacks it."`
	First    string `json:"first_seen,omitempty" doc:"First day it was seen listed."`
	Last     string `json:"last_seen,omitempty" doc:"Last day it was seen listed."`
	Gone     string `json:"gone_since,omitempty" doc:"Day of the newest complete listing seen without it."`
	Reason   string `json:"reason,omitempty" doc:"The reason given in public."`
	Source   string `json:"source" doc:"Id of the source that says so."`
	URL      string `json:"url,omitempty" doc:"Where that can be read."`
	From     string `json:"from,omitempty" doc:"Of what was decided here: the day from which it holds."`
	Until    string `json:"until,omitempty" doc:"Of what was decided here: the last day it holds."`
	Standard string `json:"standard,omitempty" doc:"Of what was decided here: by which version of which standard." example:"dpg@1.1.7"`
	Renewing string `json:"renewing,omitempty" doc:"Since when a renewal is under review; it stays listed meanwhile."`
}

// Statement says where a fact comes from.
type Statement struct {
	Source    string `json:"source" doc:"Id of the source; see /api/v1/sources." example:"dpga-v1"`
	ForeignID string `json:"foreign_id" doc:"The source's own id for its record."`
	URL       string `json:"url,omitempty" doc:"Where the source says so."`
	Seen      string `json:"seen,omitempty" doc:"Day the source was seen saying so."`
	Gone      string `json:"gone,omitempty" doc:"Of a record: since which day all that the source lists lacks it."`
}

// GoodSummary is what a list says of a good.
type GoodSummary struct {
	ID         string            `json:"id" doc:"Permanent identifier." example:"01JZX4T9W2QK8N5V3B7C6D0EFG"`
	Slug       string            `json:"slug" doc:"Permanent address of the name." example:"dhis2"`
	URL        string            `json:"url" format:"uri" doc:"The whole document."`
	Page       string            `json:"page" format:"uri" doc:"The page for people."`
	Name       string            `json:"name" doc:"Name." example:"DHIS2"`
	Summary    map[string]string `json:"summary,omitempty" doc:"What it is, by BCP 47 language tag."`
	Kinds      []string          `json:"kinds,omitempty" enum:"software,data,ai,standard,content" doc:"Kinds of digital public good."`
	Stage      string            `json:"stage" doc:"Where it stands in its life."`
	Licences   []string          `json:"licences,omitempty" doc:"SPDX licence identifiers."`
	SDGs       []int             `json:"sdgs,omitempty" doc:"Numbers of the Sustainable Development Goals."`
	Owner      string            `json:"owner,omitempty" doc:"Organisation that owns it, else that maintains it."`
	DeployedIn int               `json:"deployment_countries" minimum:"0" doc:"How many countries it is said to be in use in."`
	Updated    time.Time         `json:"updated" doc:"When it last changed here (UTC)."`
}

// GoodList is one page of summaries.
type GoodList struct {
	Page
	Items []GoodSummary `json:"items" doc:"The goods of this page, in the order asked for."`
}

// FullGoodList is one page of whole goods (view=full).
type FullGoodList struct {
	Page
	Items []Good `json:"items" doc:"The goods of this page, in the order asked for."`
}

// Page is what both lists say of themselves.
type Page struct {
	Total    int                     `json:"total" minimum:"0" doc:"How many goods match in all."`
	Lapsed   int                     `json:"lapsed,omitempty" minimum:"0" doc:"Goods that match besides but whose recognition lapsed: a list that names no stage leaves them out; stage=all lists them."`
	Fuzzy    bool                    `json:"fuzzy,omitempty" doc:"Nothing matched as written; these match with one typing mistake mended."`
	Position int64                   `json:"position" doc:"Position of the journal the answer is as of; -1 while it is empty."`
	Facets   map[string][]FacetCount `json:"facets,omitempty" doc:"For each facet asked for, its values and how many goods would be found with each. A facet's own selection does not narrow its counts."`
	Next     string                  `json:"next,omitempty" format:"uri" doc:"The next page; absent on the last."`
}

// FacetCount is one value of a facet.
type FacetCount struct {
	Value    string `json:"value" doc:"Value of the filter of that name." example:"software"`
	Label    string `json:"label,omitempty" doc:"Its name, for organisations." example:"University of Oslo"`
	Count    int    `json:"count" minimum:"0" doc:"Goods that would be found with it."`
	Selected bool   `json:"selected,omitempty" doc:"It is part of the question."`
}

// History is what happened to a good.
type History struct {
	Good    string         `json:"good" doc:"Id of the good."`
	Entries []HistoryEntry `json:"entries" doc:"Entries of the journal about it, newest first."`
	More    bool           `json:"more,omitempty" doc:"There are older entries; raise limit to see them."`
}

// HistoryEntry is one entry of the journal.
type HistoryEntry struct {
	Position  int64        `json:"position" minimum:"0" doc:"Position in the journal; the log under /log/ proves it."`
	Time      time.Time    `json:"time" doc:"When it was written (UTC)."`
	Role      string       `json:"role" doc:"In which role somebody, or some machine, did it." example:"importer"`
	Pseudonym string       `json:"pseudonym,omitempty" doc:"The same for all one person did; empty for machines."`
	Verb      string       `json:"verb" doc:"What happened." example:"record.stated"`
	Goods     []string     `json:"goods" doc:"Ids of the goods it concerns."`
	Reason    string       `json:"reason,omitempty" doc:"The reason given."`
	Slug      string       `json:"slug,omitempty" doc:"Address given (good.created, good.renamed)."`
	Record    *EntryRecord `json:"record,omitempty" doc:"What a source stated (record.stated)."`
	Stage     *StageMove   `json:"stage,omitempty" doc:"How the stage moved (stage.changed)."`
	Erased    *time.Time   `json:"erased,omitempty" doc:"When values of the entry were erased; the log still proves the entry."`
}

// EntryRecord says which record was stated and on what it speaks.
type EntryRecord struct {
	Source    string   `json:"source" doc:"Id of the source."`
	ForeignID string   `json:"foreign_id" doc:"The source's own id for its record."`
	Seen      string   `json:"seen,omitempty" doc:"Day the source was seen saying so."`
	Facts     []string `json:"facts" doc:"Names of the facts it states."`
}

// StageMove is a change of stage.
type StageMove struct {
	From string `json:"from" doc:"Stage before."`
	To   string `json:"to" doc:"Stage after."`
}

// SourceList is every source.
type SourceList struct {
	Items []Source `json:"items" doc:"Every source, by id."`
}

// Source is a place facts come from.
type Source struct {
	ID       string `json:"id" doc:"Id used in provenance." example:"dpga-v1"`
	Name     string `json:"name" doc:"Name."`
	URL      string `json:"url,omitempty" doc:"Where it is."`
	Issuer   string `json:"issuer,omitempty" doc:"Who recognises goods there."`
	Licence  string `json:"licence,omitempty" doc:"Terms its data may be used under."`
	Person   bool   `json:"person" doc:"Stated by people in person; beats every machine's word."`
	Priority int    `json:"priority" doc:"Among sources of one sort the higher wins."`
	AsOf     string `json:"as_of,omitempty" doc:"Day of the newest complete listing seen."`
}

// SuggestionList is what a beginning of a name may mean.
type SuggestionList struct {
	Items []Suggestion `json:"items" doc:"Best first."`
}

// Suggestion is one good whose name begins as typed.
type Suggestion struct {
	ID    string   `json:"id" doc:"Permanent identifier."`
	Slug  string   `json:"slug" doc:"Permanent address of the name."`
	Name  string   `json:"name" doc:"Name."`
	Kinds []string `json:"kinds,omitempty" doc:"Kinds of digital public good."`
	URL   string   `json:"url" format:"uri" doc:"The whole document."`
}

// Index says what the API offers.
type Index struct {
	Name     string            `json:"name" doc:"Name of this service."`
	Version  string            `json:"version" doc:"Version of the program that answers."`
	Position int64             `json:"position" doc:"Position of the journal answers are as of."`
	Links    map[string]string `json:"links" doc:"What there is to ask, as addresses or URI templates (RFC 6570)."`
	Problems map[string]string `json:"problems" doc:"The kinds of problem, by code, in the language of the request."`
}

// Problem says why there is no answer (RFC 9457).
type Problem struct {
	Type      string         `json:"type" format:"uri" doc:"Names the kind of problem; it can be opened."`
	Title     string         `json:"title" doc:"The kind of problem in words, in the language of the request."`
	Status    int            `json:"status" minimum:"400" maximum:"599" doc:"HTTP status."`
	Detail    string         `json:"detail" doc:"What went wrong this time and what to do."`
	Code      string         `json:"code" doc:"The kind of problem as a stable word." example:"unknown-parameter"`
	RequestID string         `json:"request_id,omitempty" doc:"Names this request in the server's log; say it when you ask for help."`
	Errors    []ProblemPart  `json:"errors,omitempty" doc:"What is wrong, parameter by parameter."`
	Tombstone *TombstoneNote `json:"tombstone,omitempty" doc:"For a good that was removed: why, when and who decided."`
}

// ProblemPart is one mistake.
type ProblemPart struct {
	Parameter string   `json:"parameter" doc:"The query parameter."`
	Value     string   `json:"value,omitempty" doc:"What was given."`
	Detail    string   `json:"detail" doc:"What is wrong with it."`
	Known     []string `json:"known,omitempty" doc:"What would be understood."`
}

// TombstoneNote says why a good is gone.
type TombstoneNote struct {
	Good   string    `json:"good" doc:"Id of the good."`
	Name   string    `json:"name,omitempty" doc:"Its name."`
	Reason string    `json:"reason" doc:"Why it was removed."`
	At     time.Time `json:"at" doc:"When (UTC)."`
	By     string    `json:"by" doc:"In which role it was decided."`
}

// ProblemKind describes one kind of problem.
type ProblemKind struct {
	Type        string `json:"type" format:"uri" doc:"Names the kind of problem."`
	Code        string `json:"code" doc:"The kind as a stable word."`
	Status      int    `json:"status" doc:"HTTP status it comes with."`
	Title       string `json:"title" doc:"The kind in words."`
	Description string `json:"description" doc:"What it means and what to do."`
}
