package api

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/i18n"
)

// apiVersion is the version of the contract, not of the program: its first
// number changes only with the path.
const apiVersion = "1.0.0"

// operation is one address with what it answers, what it is for, and how it
// describes itself.
type operation struct {
	doc      huma.Operation
	act      access.Act // what it is for; access.Public for what everybody may read
	handle   answer
	produces string // media type of the answer, "" for none
	takes    bool   // a body
	media    string // its media type
	also     string // another one of its body or, where it takes none, of its answer
}

// produced are the media types of the answer.
func (o operation) produced() []string {
	switch {
	case o.produces == "":
		return nil
	case o.also != "" && !o.takes:
		return []string{o.produces, o.also}
	}
	return []string{o.produces}
}

// describe begins the OpenAPI document. Clients must ignore what they do not
// know: documents gain fields without a new version.
func describe() huma.Config {
	huma.DefaultArrayNullable = false // a list is never null here
	c := huma.Config{OpenAPI: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "Stoa", Version: apiVersion,
			Description: "The open registry of digital public goods: software, data, AI systems, standards and content, each fact with who said so and when.\n\n" +
				"What is public can be read from any origin without a key; the other operations name what they need. Answers carry an entity tag; send it back in `If-None-Match` and an unchanged answer costs nothing. " +
				"Mistakes are answered with a problem document (RFC 9457) in the language of `Accept-Language`. Documents may gain fields; ignore those you do not know.",
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
		Servers: []*huma.Server{{URL: "/", Description: "The instance this document comes from."}},
		Tags: []*huma.Tag{{Name: "goods", Description: "Digital public goods and candidates."},
			{Name: "assessment", Description: "Applications, reviews, decisions and what is public of them."},
			{Name: "needs", Description: "What countries and organisations need, with goods ranked for it."},
			{Name: "guides", Description: "What to see to when a good is taken into use, and the copies of that which people keep for themselves."},
			{Name: "communities", Description: "Communities of practice: what each is for, who belongs to it, when it meets."},
			{Name: "boards", Description: "Boards of goods to look at, of communities of practice and countries."},
			{Name: "alliance", Description: "The alliance: who belongs to it, what each committed and how that gets on."},
			{Name: "countries", Description: "What is in confirmed use in countries and regions, what is missing, and what a country says of itself."},
			{Name: "support", Description: "Help for goods: who offers which, who asks for some, and the conversations between them."},
			{Name: "deployments", Description: "Goods in use: who uses what, where, how far, and who says so."},
			{Name: "reports", Description: "How goods do: by year, goal, programme, country and good, each number with its records."},
			{Name: "localisation", Description: "What people translate of goods, the words of each, and how much of it speaks which language."},
			{Name: "advisory", Description: "The advisory group: seats, consultations, opinions, comments and their answers."},
			{Name: "calls", Description: "Open calls of sourcing partners: what is asked, entered, scored and decided."},
			{Name: "messages", Description: "What you hear: notices, letters, your feed and your webhooks."},
			{Name: "people", Description: "You, your sessions and tokens; people and roles, for administrators."},
			{Name: "registry", Description: "The registry and this interface."}},
	}}
	c.AllowAdditionalPropertiesByDefault = true
	c.Components = &huma.Components{SecuritySchemes: secured(), Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
		Responses:  map[string]*huma.Response{unchanged: {Description: "You hold the current answer."}},
		Parameters: map[string]*huma.Param{held: {Name: held, In: "header", Description: "Entity tags of what you hold already.", Schema: &huma.Schema{Type: "string"}}},
		Headers:    map[string]*huma.Header{tagged: header("Names this state of the answer.")}}
	return c
}

// schemaName is the name of a type's schema: what other rooms define is named
// with its room, for two may call different things alike.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	room := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	if t.Name() == "" || room == "" || room == "api" || strings.HasPrefix(strings.ToLower(name), room) {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}

// operations lists every address of the API.
func (f *face) operations(api *huma.OpenAPI) []operation {
	d := describer{api.Components.Schemas, api.Components.Responses}
	one := param("good", "path", "Id or slug of the good. An old slug, the id of another registry or the id of a good merged into another redirects.", &huma.Schema{Type: "string"}, "dhis2")
	one.Required = true
	code := param("code", "path", "Code of the kind of problem.", &huma.Schema{Type: "string", Enum: anys(problemCodes())}, "not-found")
	code.Required = true
	lang := d.lang()
	return append([]operation{
		d.read("list-goods", "/api/v1/goods", "goods", "Search the goods",
			"Values of one filter widen the answer, different filters narrow it. Repeat a parameter to give several values. Parameters that are not listed here are refused.",
			d.list(), f.list, d.either(reflect.TypeFor[GoodList](), reflect.TypeFor[FullGoodList]())),
		d.read("get-good", "/api/v1/goods/{good}", "goods", "One good",
			"Everything public about one good, each fact with its source. A removed good answers 410 with its tombstone.",
			[]*huma.Param{one}, f.item, d.of(reflect.TypeFor[Good]()), 308, 404, 410),
		d.read("get-good-history", "/api/v1/goods/{good}/history", "goods", "What happened to a good",
			"Entries of the journal about the good, newest first; for removed goods too.",
			[]*huma.Param{one, param("limit", "query", "How many entries.", integer(1, mostHistory, usualHistory), 10)}, f.history, d.of(reflect.TypeFor[History]()), 308, 404),
		d.read("suggest-goods", "/api/v1/suggest", "goods", "Goods whose names begin so", "For type-ahead.",
			[]*huma.Param{param("q", "query", "Beginning of a name, an alias or an acronym.", &huma.Schema{Type: "string", MaxLength: new(mostPrefix)}, "open"), lang,
				param("limit", "query", "How many.", integer(1, mostSuggest, usualSuggest), 5)}, f.suggest, d.of(reflect.TypeFor[SuggestionList]())),
		d.read("list-sources", "/api/v1/sources", "registry", "Where facts come from", "Every source, with what decides whose word counts.",
			nil, f.sources, d.of(reflect.TypeFor[SourceList]())),
		d.read("get-index", "/api/v1/", "registry", "What there is to ask", "", nil, f.index, d.of(reflect.TypeFor[Index]())),
		d.read("get-problem", "/api/v1/problems/{code}", "registry", "What a kind of problem means", "The type of every problem document leads here.",
			[]*huma.Param{code}, f.problem, d.of(reflect.TypeFor[ProblemKind]()), 404),
		d.text("get-openapi-yaml", "/api/v1/openapi.yaml", "application/openapi+yaml", f.openapi("application/openapi+yaml", func() (spec, error) { return f.yaml() })),
		d.text("get-openapi-json", "/api/v1/openapi.json", "application/openapi+json", f.openapi("application/openapi+json", func() (spec, error) { return f.json() })),
	}, slices.Concat(f.nominating(d), f.claiming(d), f.standards(d), f.assessing(d), f.attaching(d), f.checking(d), f.watching(d), f.harvesting(d), f.doubling(d), f.correcting(d), f.preferring(d), f.deploying(d), f.localising(d), f.helping(d), f.reaching(d), f.sheets(d), f.needing(d), f.guiding(d), f.gathering(d), f.prescribing(d), f.lands(d), f.reporting(d), f.accounts(d), f.owning(d), f.inviting(d), f.hearing(d), f.seeking(d), f.advising(d), f.allying(d), f.boards(d), f.calling(d))...)
}

// describer makes parts of the OpenAPI document of Go types. What many
// operations answer alike stands in it once.
type describer struct {
	registry huma.Registry
	shared   map[string]*huma.Response
}

func (d describer) of(t reflect.Type) *huma.Schema { return d.registry.Schema(t, true, t.Name()) }

func (d describer) either(ts ...reflect.Type) *huma.Schema {
	s := &huma.Schema{}
	for _, t := range ts {
		s.AnyOf = append(s.AnyOf, d.of(t))
	}
	return s
}

// read describes a GET that answers JSON.
func (d describer) read(id, path, tag, summary, text string, params []*huma.Param, h answer, schema *huma.Schema, statuses ...int) operation {
	return d.operation(id, path, tag, summary, text, params, h, "application/json", schema, statuses...)
}

// always are the problems every address can answer with.
var always = []int{http.StatusBadRequest, http.StatusNotAcceptable, http.StatusUnsupportedMediaType, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}

func (d describer) failing(responses map[string]*huma.Response, statuses []int) {
	for _, s := range append(statuses, always...) {
		name := strings.ReplaceAll(http.StatusText(s), " ", "")
		if d.shared[name] == nil {
			d.shared[name] = d.problem(s)
		}
		responses[strconv.Itoa(s)] = &huma.Response{Ref: "#/components/responses/" + name}
	}
}

// problem describes an answer that is none.
func (d describer) problem(status int) *huma.Response {
	if status == http.StatusPermanentRedirect {
		return &huma.Response{Description: "The good has another address.", Headers: map[string]*huma.Param{"Location": header("Where to ask.")}}
	}
	return &huma.Response{Description: http.StatusText(status),
		Content: map[string]*huma.MediaType{"application/problem+json": {Schema: d.of(reflect.TypeFor[Problem]())}}}
}

// unchanged, held and tagged name what every answer that can be kept shares.
const unchanged, held, tagged = "NotModified", "If-None-Match", "ETag"

func (d describer) operation(id, path, tag, summary, text string, params []*huma.Param, h answer, produces string, schema *huma.Schema, statuses ...int) operation {
	params = append(params, &huma.Param{Ref: "#/components/parameters/" + held})
	responses := map[string]*huma.Response{
		"200": {Description: "OK", Content: map[string]*huma.MediaType{produces: {Schema: schema}}, Headers: map[string]*huma.Param{tagged: {Ref: "#/components/headers/" + tagged}}},
		"304": {Ref: "#/components/responses/" + unchanged},
	}
	d.failing(responses, statuses)
	return operation{act: access.Public, handle: h, produces: produces, doc: huma.Operation{
		Method: http.MethodGet, Path: path, OperationID: id, Tags: []string{tag}, Summary: summary, Description: text, Parameters: params,
		Responses: responses}}
}

// text describes a GET that answers a document of another type.
func (d describer) text(id, path, contentType string, h answer) operation {
	return d.operation(id, path, "registry", "This description", "", nil, h, contentType, &huma.Schema{Type: "object"})
}

// list describes the parameters of the list of goods from what the query
// parser understands.
func (d describer) list() []*huma.Param {
	zero := 0
	params := []*huma.Param{param("q", "query", "Words to look for, in any script; a phrase in double quotes. One typing mistake is mended where nothing matches.",
		&huma.Schema{Type: "string", MaxLength: new(good.MaxText)}, "health records")}
	about := map[good.Facet]string{
		good.FacetKind: "Kind of digital public good.", good.FacetStage: "Where the good stands in its life. Without it, lapsed goods are left out; all leaves none out, unless a stage is named beside it.", good.FacetSDG: "Sustainable Development Goal.",
		good.FacetCountry: "Country it is said to be in use in: ISO 3166-1 alpha-2.", good.FacetDevelopedIn: "Country it is developed in: ISO 3166-1 alpha-2.",
		good.FacetLicence: "SPDX licence identifier.", good.FacetLanguage: "Language it is available in: BCP 47 tag.", good.FacetParty: "Slug of an organisation that has a role in it.",
		good.FacetYear: "Year in which an issuer's list was first seen naming it.", good.FacetSector: "Sector it serves: code.", good.FacetCollection: "Slug of a collection that names it."}
	example := map[good.Facet]string{good.FacetKind: "software", good.FacetStage: "recognised", good.FacetSDG: "3", good.FacetCountry: "KE",
		good.FacetDevelopedIn: "NO", good.FacetLicence: "MIT", good.FacetLanguage: "fr", good.FacetParty: "university-of-oslo", good.FacetYear: "2023", good.FacetSector: "health", good.FacetCollection: "civil-registration"}
	for _, f := range good.Facets {
		value := &huma.Schema{Type: "string"}
		switch f {
		case good.FacetKind:
			value.Enum = anys(good.Kinds)
		case good.FacetStage:
			value.Enum = append(anys(good.Stages), good.AllStages)
		case good.FacetSDG:
			for n := range 17 {
				value.Enum = append(value.Enum, strconv.Itoa(n+1))
			}
		case good.FacetCountry, good.FacetDevelopedIn:
			value.Pattern = "^[A-Z]{2}$"
		case good.FacetYear:
			value.Pattern = "^[0-9]{4}$"
		}
		p := param(string(f), "query", about[f]+" Repeat to give several.", &huma.Schema{Type: "array", Items: value, MaxItems: new(good.MaxValues)}, []string{example[f]})
		p.Style, p.Explode = "form", new(true)
		params = append(params, p)
	}
	return append(params,
		param("sort", "query", "Order of the answer.", &huma.Schema{Type: "string", Enum: anys(good.Sorts), Default: string(good.ByRelevance)}, "name"),
		d.lang(),
		param("limit", "query", "Goods on a page.", integer(1, good.MaxLimit, 20), 25),
		param("offset", "query", "Goods to leave out; to read a list to its end follow next instead.", &huma.Schema{Type: "integer", Minimum: number(0), Maximum: number(good.MaxOffset), Default: zero}, 40),
		param("cursor", "query", "Where to go on, as the next link of the page before has it. It belongs to one question and is not to be read or made.", &huma.Schema{Type: "string", MaxLength: new(cursorMaxLen)}, nil),
		param("facets", "query", "Facets to count, separated by commas, or all.", &huma.Schema{Type: "string"}, "kind,sdg"),
		param("view", "query", "Summaries, or whole documents.", &huma.Schema{Type: "string", Enum: []any{"summary", "full"}, Default: "summary"}, "full"))
}

func (d describer) lang() *huma.Param {
	var codes []any
	for _, l := range i18n.All() {
		codes = append(codes, l.Code)
	}
	return param("lang", "query", "Language of the words asked for, and of the names by which results are sorted.", &huma.Schema{Type: "string", Enum: codes, Default: "en"}, "fr")
}

func param(name, in, text string, schema *huma.Schema, example any) *huma.Param {
	return &huma.Param{Name: name, In: in, Description: text, Schema: schema, Example: example}
}

func header(text string) *huma.Param {
	return &huma.Param{Description: text, Schema: &huma.Schema{Type: "string"}}
}

func integer(least, most, usual int) *huma.Schema {
	return &huma.Schema{Type: "integer", Minimum: number(least), Maximum: number(most), Default: usual}
}

func number(n int) *float64 { return new(float64(n)) }

func anys[T ~string](in []T) []any {
	return each(in, func(v T) any { return string(v) })
}
