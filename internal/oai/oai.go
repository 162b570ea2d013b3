// Package oai serves the registry to harvesters by OAI-PMH 2.0
// (http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm): six verbs, two
// formats, sets by kind and by goal, deleted records for what was removed or
// merged. Lists are in the order of ids, so that a resumption token holds
// whatever changes meanwhile: what changes behind it has a newer datestamp and
// comes with the next harvest.
package oai

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/edge"
	"stoa/internal/export"
	"stoa/internal/good"
)

// Goods is what the face asks about goods.
type Goods interface {
	// Good returns the good with that id.
	Good(ctx context.Context, slugOrID string) (*good.Good, error)
	// Changed returns up to limit goods that changed at a time or later, in the
	// order of ids, tombstoned ones too.
	Changed(ctx context.Context, since time.Time, after good.ID, limit int) ([]*good.Good, error)
}

// Config is what the face is made of.
type Config struct {
	Goods   Goods
	BaseURL string // public address of the instance, without a slash at the end
	Name    string // of the repository
	Mail    string // address of whoever runs it
	Now     func() time.Time
	Log     *slog.Logger
	Deny    edge.Deny // answers what is no question of the protocol
}

type face struct {
	Config
	host string
}

// perPage is how many records a list holds before it is to be resumed.
const perPage = 100

// The datestamps of both granularities.
const (
	seconds = "2006-01-02T15:04:05Z"
	days    = "2006-01-02"
)

// New returns the handler of /oai.
func New(cfg Config) http.Handler {
	f := &face{Config: cfg, host: cfg.BaseURL}
	if u, err := url.Parse(cfg.BaseURL); err == nil {
		f.host = u.Hostname()
	}
	return edge.CORS(http.HandlerFunc(f.serve))
}

// fault is an error of the protocol.
type fault struct{ code, text string }

// Error implements error.
func (f *fault) Error() string { return f.code + ": " + f.text }

func wrong(code, text string) error { return &fault{code, text} }

// allowed are the arguments of each verb; true for those that must be there.
var allowed = map[string]map[string]bool{
	"Identify":            {},
	"ListMetadataFormats": {"identifier": false},
	"ListSets":            {"resumptionToken": false},
	"GetRecord":           {"identifier": true, "metadataPrefix": true},
	"ListIdentifiers":     {"metadataPrefix": true, "from": false, "until": false, "set": false, "resumptionToken": false},
	"ListRecords":         {"metadataPrefix": true, "from": false, "until": false, "set": false, "resumptionToken": false},
}

// syntax is what the values of arguments are like, as the schema has it.
var syntax = map[string]*regexp.Regexp{
	"identifier":     regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^` + "`" + `]+$`),
	"metadataPrefix": regexp.MustCompile(`^[A-Za-z0-9\-_.!~*'()]+$`),
	"set":            regexp.MustCompile(`^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$`),
}

// serve answers a question: 200, whether the protocol calls it an error or not.
func (f *face) serve(w http.ResponseWriter, r *http.Request) {
	var args url.Values
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		args = r.URL.Query()
	case http.MethodPost:
		if r.ParseForm() == nil {
			args = r.PostForm
		}
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		f.Deny(w, r, http.StatusMethodNotAllowed, &good.Error{Kind: good.Invalid, Key: "api.detail.methods", Args: map[string]any{"Method": r.Method, "Allowed": "GET, HEAD, POST"}})
		return
	}
	doc := &document{NS: "http://www.openarchives.org/OAI/2.0/", XSI: "http://www.w3.org/2001/XMLSchema-instance",
		Schema: "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd", Date: f.Now().UTC().Format(seconds)}
	doc.Request.URL = f.BaseURL + "/oai"
	err := f.answer(r.Context(), w.Header(), args, doc)
	var e *fault
	switch {
	case errors.As(err, &e):
		doc.Error = &problem{e.code, e.text}
	case err != nil:
		if r.Context().Err() == nil {
			f.Log.ErrorContext(r.Context(), "oai", "id", edge.RequestIDOf(r), "err", err)
		}
		f.Deny(w, r, edge.Status(w.Header(), err), &good.Error{Kind: good.Internal, Key: "error.internal"})
		return
	}
	if e == nil || e.code != "badVerb" && e.code != "badArgument" {
		for name := range args {
			doc.Request.Args = append(doc.Request.Args, xml.Attr{Name: xml.Name{Local: name}, Value: args.Get(name)})
		}
		slices.SortFunc(doc.Request.Args, func(a, b xml.Attr) int { return strings.Compare(a.Name.Local, b.Name.Local) })
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(doc); err != nil {
		f.Deny(w, r, http.StatusInternalServerError, &good.Error{Kind: good.Internal, Key: "error.internal"})
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/xml; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // a reader who left
	}
}

// answer fills doc with what is asked for.
func (f *face) answer(ctx context.Context, h http.Header, args url.Values, doc *document) error {
	verb := args.Get("verb")
	takes, known := allowed[verb]
	if !known || len(args["verb"]) != 1 {
		return wrong("badVerb", "one verb: Identify, ListMetadataFormats, ListSets, GetRecord, ListIdentifiers or ListRecords")
	}
	token := args.Get("resumptionToken") != "" || args["resumptionToken"] != nil
	for name, values := range args {
		_, takes := takes[name]
		switch {
		case name == "verb":
		case !takes:
			return wrong("badArgument", verb+" takes no "+name)
		case len(values) != 1 || values[0] == "":
			return wrong("badArgument", name+" is to be given once, with a value")
		case token && name != "resumptionToken":
			return wrong("badArgument", "resumptionToken stands alone")
		case syntax[name] != nil && !syntax[name].MatchString(values[0]): // its schema allows no such echo
			return wrong("badArgument", name+" cannot be like that")
		}
	}
	for name, must := range takes {
		if must && !token && args.Get(name) == "" {
			return wrong("badArgument", verb+" needs "+name)
		}
	}
	switch verb {
	case "Identify":
		return f.identify(ctx, doc)
	case "ListMetadataFormats":
		if id := args.Get("identifier"); id != "" {
			if _, err := f.find(ctx, id); err != nil {
				return err
			}
		}
		doc.Formats = &formats{All: shapes}
		return nil
	case "ListSets":
		if token {
			return wrong("badResumptionToken", "the list of sets is whole")
		}
		doc.Sets = &sets{All: allSets()}
		return nil
	case "GetRecord":
		if err := knownFormat(args.Get("metadataPrefix")); err != nil {
			return err
		}
		g, err := f.find(ctx, args.Get("identifier"))
		if err != nil {
			return err
		}
		export.Omit(h, args.Get("metadataPrefix"), g)
		doc.Record = &one{f.record(g, args.Get("metadataPrefix"), true)}
		return nil
	}
	return f.list(ctx, h, args, doc, verb == "ListRecords")
}

// identify says what the repository is.
func (f *face) identify(ctx context.Context, doc *document) error {
	earliest := f.Now()
	first, err := f.Goods.Changed(ctx, time.Time{}, "", 1) // ids are in the order in which goods came
	if err != nil {
		return err
	}
	if len(first) > 0 {
		earliest = first[0].Created
	}
	doc.Identify = &identify{Name: f.Name, URL: f.BaseURL + "/oai", Version: "2.0", Mail: f.Mail, Earliest: earliest.UTC().Format(seconds), Deleted: "persistent", Granularity: "YYYY-MM-DDThh:mm:ssZ"}
	return nil
}

// identifier is by what harvesters know a good.
func (f *face) identifier(g *good.Good) string { return "oai:" + f.host + ":" + string(g.ID) }

// find returns the good with an identifier of ours.
func (f *face) find(ctx context.Context, identifier string) (*good.Good, error) {
	unknown := wrong("idDoesNotExist", "nothing is known by this identifier")
	id, ours := strings.CutPrefix(identifier, "oai:"+f.host+":")
	if !ours || !good.ID(id).Valid() {
		return nil, unknown
	}
	g, err := f.Goods.Good(ctx, id)
	if good.KindOf(err) == good.NotFound {
		return nil, unknown
	}
	return g, err
}

func knownFormat(prefix string) error {
	if !slices.ContainsFunc(shapes, func(f format) bool { return f.Prefix == prefix }) {
		return wrong("cannotDisseminateFormat", "there are oai_dc and qdc")
	}
	return nil
}

// harvest is what a list is asked for, and how far it has come.
type harvest struct {
	Prefix string    `json:"p"`
	From   time.Time `json:"f,omitzero"`
	Until  time.Time `json:"u,omitzero"`
	Set    string    `json:"s,omitempty"`
	After  good.ID   `json:"a,omitempty"`
	Cursor int       `json:"c,omitempty"`
}

// asked reads what a list is asked for.
func asked(args url.Values) (harvest, error) {
	var h harvest
	if token := args.Get("resumptionToken"); token != "" {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err == nil {
			err = json.Unmarshal(raw, &h)
		}
		if err != nil || knownFormat(h.Prefix) != nil || !h.After.Valid() || h.Cursor < 0 || len(token) > 1000 {
			return h, wrong("badResumptionToken", "follow the token of a list as it is, or begin again without one")
		}
		return h, nil
	}
	h.Prefix, h.Set = args.Get("metadataPrefix"), args.Get("set")
	if err := knownFormat(h.Prefix); err != nil {
		return h, err
	}
	if h.Set != "" && !slices.ContainsFunc(allSets(), func(s set) bool { return s.Spec == h.Set }) {
		return h, wrong("noRecordsMatch", "there is no such set")
	}
	from, until := args.Get("from"), args.Get("until")
	if from != "" && until != "" && len(from) != len(until) {
		return h, wrong("badArgument", "from and until are to be of one granularity")
	}
	var err error
	if h.From, err = stamp(from, false); err == nil {
		h.Until, err = stamp(until, true)
	}
	if err != nil {
		return h, err
	}
	if from != "" && until != "" && h.From.After(h.Until) {
		return h, wrong("badArgument", "from lies behind until")
	}
	return h, nil
}

// stamp reads a datestamp; the end of a day is its last second.
func stamp(s string, end bool) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(seconds, s); err == nil {
		return t, nil
	}
	t, err := time.Parse(days, s)
	if err != nil {
		return t, wrong("badArgument", "a datestamp is like 2026-06-07 or 2026-06-07T14:56:23Z")
	}
	if end {
		t = t.Add(24*time.Hour - time.Second)
	}
	return t, nil
}

// wants says whether a good belongs to what is harvested. Of one that is gone
// it is not known to which sets it belonged: whoever has it is to hear.
func (h harvest) wants(g *good.Good) bool {
	at := g.Updated.UTC().Truncate(time.Second)
	return !at.Before(h.From) && (h.Until.IsZero() || !at.After(h.Until)) && (h.Set == "" || g.Tombstone != nil || slices.Contains(setsOf(g), h.Set))
}

// list answers with a part of the records, or of their headers.
func (f *face) list(ctx context.Context, header http.Header, args url.Values, doc *document, whole bool) error {
	h, err := asked(args)
	if err != nil {
		return err
	}
	out, next, beyond := &records{}, h, false
	for more := true; more && !beyond; {
		part, err := f.Goods.Changed(ctx, h.From, next.After, perPage)
		if err != nil {
			return err
		}
		for _, g := range part {
			if h.wants(g) {
				if beyond = len(out.All) == perPage; beyond {
					break
				}
				out.All = append(out.All, f.record(g, h.Prefix, whole))
			}
			next.After = g.ID
		}
		more = len(part) == perPage
	}
	if len(out.All) == 0 {
		return wrong("noRecordsMatch", "nothing is as asked for")
	}
	next.Cursor = h.Cursor + len(out.All)
	if beyond || h.After != "" {
		out.Token = &resumption{Cursor: h.Cursor}
	}
	if beyond {
		raw, err := json.Marshal(next)
		if err != nil {
			return err
		}
		out.Token.Text = base64.RawURLEncoding.EncodeToString(raw)
	}
	if whole {
		export.Omit(header, h.Prefix, nil)
		doc.Records = out
		return nil
	}
	doc.Identifiers = &headers{Token: out.Token}
	for _, r := range out.All {
		doc.Identifiers.All = append(doc.Identifiers.All, r.Header)
	}
	return nil
}
