package api

import (
	"net/url"
	"strings"
)

// scenario is one request and what must come back.
type scenario struct {
	what   string
	method string // GET
	target string
	send   headers
	body   string
	status int
	code   string   // of the problem
	has    []string // in the body
	lacks  []string // in the body
	header headers  // exactly; "" for absent
}

var scenarios = []scenario{
	{what: "the index", target: "/api/v1/", status: 200, has: []string{`"goods":"https://stoa.example/api/v1/goods{?q,`, `"position":100`, `"gone":"Gone"`}, header: headers{"Content-Type": "application/json"}},
	{what: "the index without a slash", target: "/api/v1", status: 308, header: headers{"Location": base + "/api/v1/"}},
	{what: "the root of the API", target: "/api", status: 308, header: headers{"Location": base + "/api/v1/"}},
	{what: "a slash too many", target: "/api/v1/goods/?kind=data", status: 308, header: headers{"Location": base + "/api/v1/goods?kind=data"}},
	{what: "a slash too many after a good", target: "/api/v1/goods/dhis2/", status: 308, header: headers{"Location": base + "/api/v1/goods/dhis2"}},
	{what: "no such address", target: "/api/v1/gods", status: 404, code: "not-found", has: []string{"/api/v1/ lists"}},
	{what: "another version", target: "/api/v2/goods", status: 404, code: "not-found"},
	{what: "a foreign host in the path", target: "/api/v1//evil.example/", status: 307, header: headers{"Location": "/api/v1/evil.example/"}},

	{what: "the list", target: "/api/v1/goods", status: 200, has: []string{`"total":58`, `"slug":"dhis2"`, `"url":"https://stoa.example/api/v1/goods/dhis2"`, `"page":"https://stoa.example/goods/dhis2"`},
		lacks: []string{`"facets"`, "<script>", "good-01", "good-02"}, header: headers{"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=0, must-revalidate", "Etag": `W/"100-v1"`}},
	{what: "the list by HEAD", method: "HEAD", target: "/api/v1/goods", status: 200, header: headers{"Etag": `W/"100-v1"`}},
	{what: "words", target: "/api/v1/goods?q=Good+07", status: 200, has: []string{`"total":1`, `"good-07"`}},
	{what: "words that find nothing", target: "/api/v1/goods?q=zzz", status: 200, has: []string{`"total":0`, `"items":[]`}},
	{what: "one filter", target: "/api/v1/goods?kind=data", status: 200, has: []string{`"total":11`}},
	{what: "values widen", target: "/api/v1/goods?kind=data&kind=ai", status: 200, has: []string{`"total":22`}},
	{what: "filters narrow", target: "/api/v1/goods?kind=data&licence=MIT", status: 200, has: []string{`"total":6`}},
	{what: "every filter", target: "/api/v1/goods?kind=software&stage=recognised&sdg=1&country=KE&developed-in=NO&licence=MIT&language=fr&organisation=university-of-oslo", status: 200, has: []string{`"total":1`, `"dhis2"`}},
	{what: "empty values of a form", target: "/api/v1/goods?q=&kind=&sort=&limit=&cursor=&view=&facets=&lang=", status: 200, has: []string{`"total":58`}},
	{what: "facets", target: "/api/v1/goods?facets=kind,sdg&kind=data", status: 200, has: []string{`"facets":{"kind":[{"value":"content","count":12},`, `{"value":"data","count":11,"selected":true}`, `"sdg":[`}, lacks: []string{`"stage":[`}},
	{what: "all facets", target: "/api/v1/goods?facets=all", status: 200, has: []string{`"organisation":[`, `"developed-in":[`}},
	{what: "facets one by one", target: "/api/v1/goods?facets=kind&facets=stage", status: 200, has: []string{`"kind":[`, `"stage":[`}},
	{what: "whole documents", target: "/api/v1/goods?view=full&limit=1", status: 200, has: []string{`"provenance"`, `"repositories"`}},
	{what: "an order", target: "/api/v1/goods?sort=name", status: 200},
	{what: "a language", target: "/api/v1/goods?lang=ar&q=health", status: 200},
	{what: "an offset", target: "/api/v1/goods?offset=57", status: 200, has: []string{`"good-59"`}, lacks: []string{`"next"`}},
	{what: "an offset beyond the end", target: "/api/v1/goods?offset=1000000", status: 200, has: []string{`"items":[]`, `"total":58`}, lacks: []string{`"next"`}},

	{what: "unknown parameters", target: "/api/v1/goods?kinds=data&stages=x&kind=data", status: 400, code: "unknown-parameter", has: []string{`"parameter":"kinds"`, `"parameter":"stages"`, `"known":["q",`, `"developed-in"`}, lacks: []string{`"parameter":"kind"`}},
	{what: "an empty unknown parameter", target: "/api/v1/goods?foo", status: 400, code: "unknown-parameter", has: []string{`"parameter":"foo"`}},
	{what: "an unknown parameter with markup", target: "/api/v1/goods?%3Cscript%3E=1", status: 400, code: "unknown-parameter", lacks: []string{"<script>"}},
	{what: "an unknown kind", target: "/api/v1/goods?kind=hardware", status: 400, code: "invalid-parameter", has: []string{`"parameter":"kind"`, `"value":"hardware"`, `"known":["software","data","ai","standard","content"]`}},
	{what: "kinds in one", target: "/api/v1/goods?kind=data,ai", status: 400, code: "invalid-parameter"},
	{what: "an unknown stage", target: "/api/v1/goods?stage=listed", status: 400, code: "invalid-parameter", has: []string{`"renewal-due"`}},
	{what: "goal 0", target: "/api/v1/goods?sdg=0", status: 400, code: "invalid-parameter"},
	{what: "goal 18", target: "/api/v1/goods?sdg=18", status: 400, code: "invalid-parameter"},
	{what: "goal 03", target: "/api/v1/goods?sdg=03", status: 400, code: "invalid-parameter"},
	{what: "an unknown country", target: "/api/v1/goods?country=XX", status: 400, code: "invalid-parameter"},
	{what: "a country by name", target: "/api/v1/goods?country=Kenya", status: 400, code: "invalid-parameter", has: []string{`"known":["KE"]`}},
	{what: "a country in small letters", target: "/api/v1/goods?developed-in=ke", status: 400, code: "invalid-parameter", has: []string{`"known":["KE"]`}},
	{what: "an unknown licence", target: "/api/v1/goods?licence=WTF-9", status: 400, code: "invalid-parameter"},
	{what: "an unknown language of goods", target: "/api/v1/goods?language=klingonese-x-y-z", status: 400, code: "invalid-parameter"},
	{what: "an organisation that is no slug", target: "/api/v1/goods?organisation=University+of+Oslo", status: 400, code: "invalid-parameter", has: []string{`"known":["university-of-oslo"]`}},
	{what: "two mistakes", target: "/api/v1/goods?kind=x&sdg=99", status: 400, code: "invalid-parameter", has: []string{`"parameter":"kind"`, `"parameter":"sdg"`}},
	{what: "an unknown order", target: "/api/v1/goods?sort=size", status: 400, code: "invalid-parameter", has: []string{`"known":["relevance","name","newest","deployed"]`}},
	{what: "an unknown language of words", target: "/api/v1/goods?lang=xx", status: 400, code: "invalid-parameter", has: []string{`"known":["en","ar","zh","fr","ru","es"]`}},
	{what: "an unknown view", target: "/api/v1/goods?view=everything", status: 400, code: "invalid-parameter"},
	{what: "an unknown facet", target: "/api/v1/goods?facets=kind,size", status: 400, code: "invalid-parameter", has: []string{`"value":"size"`, `"all"]`}},
	{what: "no goods a page", target: "/api/v1/goods?limit=0", status: 400, code: "invalid-parameter"},
	{what: "too many goods a page", target: "/api/v1/goods?limit=101", status: 400, code: "invalid-parameter", has: []string{`"known":["1","…","100"]`}},
	{what: "a limit that is no number", target: "/api/v1/goods?limit=many", status: 400, code: "invalid-parameter"},
	{what: "an offset of a thousand million", target: "/api/v1/goods?offset=1000000000", status: 400, code: "invalid-parameter", has: []string{`"parameter":"offset"`}},
	{what: "a negative offset", target: "/api/v1/goods?offset=-1", status: 400, code: "invalid-parameter"},
	{what: "a huge number", target: "/api/v1/goods?offset=99999999999999999999999", status: 400, code: "invalid-parameter"},
	{what: "a search of 10,000 characters", target: "/api/v1/goods?q=" + strings.Repeat("x", 10_000), status: 400, code: "invalid-parameter", has: []string{"300"}},
	{what: "many values of one filter", target: "/api/v1/goods?" + manyLicences(60), status: 400, code: "invalid-parameter"},
	{what: "broken UTF-8", target: "/api/v1/goods?q=%ff%fe", status: 400, code: "invalid-parameter"},
	{what: "broken UTF-8 in a filter", target: "/api/v1/goods?organisation=%ff", status: 400, code: "invalid-parameter"},
	{what: "a zero byte", target: "/api/v1/goods?q=a%00b", status: 400, code: "invalid-parameter"},
	{what: "a broken escape", target: "/api/v1/goods?q=%zz", status: 400, code: "invalid-parameter"},
	{what: "semicolons", target: "/api/v1/goods?q=a;kind=data", status: 400, code: "invalid-parameter"},
	{what: "a made-up cursor", target: "/api/v1/goods?cursor=AAAA", status: 400, code: "invalid-cursor"},
	{what: "a cursor that is no base 64", target: "/api/v1/goods?cursor=%21%21", status: 400, code: "invalid-cursor"},
	{what: "a long cursor", target: "/api/v1/goods?cursor=" + strings.Repeat("A", 5000), status: 400, code: "invalid-cursor"},
	{what: "cursor and offset", target: "/api/v1/goods?offset=1&cursor=AAAA", status: 400, code: "invalid-cursor"},

	{what: "a good", target: "/api/v1/goods/dhis2", status: 200, has: []string{`"id":"` + string(id(0)) + `"`, `"sdg":1`, `"country":"KE"`, `"since":"2011"`, `"reported":true`, `"first_seen":"2020-05-01"`,
		`"deployments/KEMinistry of Health":{"source":"dpga-v1","foreign_id":"0","url":"https://example.org/0"}`, `"dpgid":"GID0090000"`, `"slug":"university-of-oslo"`, `\u003cscript\u003e`, `معلومات`},
		lacks: []string{"<script>"}, header: headers{"Etag": `W/"0-v1"`, "Content-Type": "application/json", "Link": `<https://stoa.example/api/v1/goods/dhis2>; rel="canonical", <https://stoa.example/goods/dhis2>; rel="alternate"; type="text/html"`}},
	{what: "a good by HEAD", method: "HEAD", target: "/api/v1/goods/dhis2", status: 200, header: headers{"Etag": `W/"0-v1"`}},
	{what: "a good by id", target: "/api/v1/goods/" + string(id(0)), status: 200, has: []string{`"slug":"dhis2"`}},
	{what: "a good by id in small letters", target: "/api/v1/goods/" + strings.ToLower(string(id(0))), status: 308, header: headers{"Location": base + "/api/v1/goods/dhis2"}},
	{what: "an old slug", target: "/api/v1/goods/dhis-2", status: 308, header: headers{"Location": base + "/api/v1/goods/dhis2", "Cache-Control": "public, max-age=0, must-revalidate"}},
	{what: "a foreign id", target: "/api/v1/goods/11234", status: 308, header: headers{"Location": base + "/api/v1/goods/dhis2"}},
	{what: "a merged good", target: "/api/v1/goods/good-02", status: 308, header: headers{"Location": base + "/api/v1/goods/dhis2"}},
	{what: "a merged good by id", target: "/api/v1/goods/" + string(id(2)), status: 308, header: headers{"Location": base + "/api/v1/goods/dhis2"}},
	{what: "a removed good", target: "/api/v1/goods/good-01", status: 410, code: "gone", has: []string{`"reason":"asked for by its owner"`, `"at":"2026-07-10T09:30:00Z"`, `"by":"operator"`}},
	{what: "no such good", target: "/api/v1/goods/nothing", status: 404, code: "not-found", has: []string{"nothing"}},
	{what: "an id nobody has", target: "/api/v1/goods/01JZX4T9W2QK8N5V3B7C6D9999", status: 404, code: "not-found"},
	{what: "a good with a question", target: "/api/v1/goods/dhis2?lang=fr", status: 400, code: "unknown-parameter", has: []string{`"parameter":"lang"`}},
	{what: "a slug of another script", target: "/api/v1/goods/" + url.PathEscape("健康"), status: 404, code: "not-found", has: []string{"健康"}},
	{what: "a slug with a slash", target: "/api/v1/goods/a%2Fb", status: 404, code: "not-found"},
	{what: "a slug of broken UTF-8", target: "/api/v1/goods/%ff", status: 404, code: "not-found"},
	{what: "a slug with a zero byte", target: "/api/v1/goods/a%00", status: 404, code: "not-found"},
	{what: "a slug of markup", target: "/api/v1/goods/%3Cscript%3E", status: 404, code: "not-found", lacks: []string{"<script>"}},
	{what: "a long slug", target: "/api/v1/goods/" + strings.Repeat("x", 5000), status: 404, code: "not-found"},

	{what: "a history", target: "/api/v1/goods/dhis2/history", status: 200, has: []string{`"verb":"stage.changed"`, `"stage":{"from":"recognised","to":"lapsed"}`, `"reason":"left the listing"`, `"pseudonym":"quiet-heron"`,
		`"facts":["languages","name"]`, `"erased":"2026-07-10T10:30:00Z"`}, lacks: []string{"salt", "c2VjcmV0", "unheard-of", `"more"`}},
	{what: "a short history", target: "/api/v1/goods/dhis2/history?limit=2", status: 200, has: []string{`"more":true`}, lacks: []string{`"position":20`}},
	{what: "the history of a removed good", target: "/api/v1/goods/good-01/history", status: 200},
	{what: "the history of a merged good", target: "/api/v1/goods/good-02/history", status: 200, has: []string{string(id(2))}},
	{what: "the history at an old slug", target: "/api/v1/goods/dhis-2/history?limit=3", status: 308, header: headers{"Location": base + "/api/v1/goods/dhis2/history?limit=3"}},
	{what: "the history of nothing", target: "/api/v1/goods/nothing/history", status: 404, code: "not-found"},
	{what: "a history without end", target: "/api/v1/goods/dhis2/history?limit=1001", status: 400, code: "invalid-parameter"},
	{what: "a history with an unknown parameter", target: "/api/v1/goods/dhis2/history?from=1", status: 400, code: "unknown-parameter"},

	{what: "suggestions", target: "/api/v1/suggest?q=good+0", status: 200, has: []string{`"good-03"`}, lacks: []string{"good-01", "good-02", "good-11"}},
	{what: "suggestions for nothing", target: "/api/v1/suggest", status: 200, has: []string{`"items":[]`}},
	{what: "few suggestions", target: "/api/v1/suggest?q=good&limit=1&lang=fr", status: 200, lacks: []string{"good-04"}},
	{what: "too many suggestions", target: "/api/v1/suggest?q=good&limit=21", status: 400, code: "invalid-parameter"},
	{what: "suggestions for a novel", target: "/api/v1/suggest?q=" + strings.Repeat("x", 101), status: 400, code: "invalid-parameter"},
	{what: "suggestions with a filter", target: "/api/v1/suggest?q=a&kind=data", status: 400, code: "unknown-parameter"},

	{what: "sources", target: "/api/v1/sources", status: 200, has: []string{`{"items":[{"id":"dpga-v1"`, `"as_of":"2026-07-10"`, `"person":true`}},
	{what: "sources with a question", target: "/api/v1/sources?x=1", status: 400, code: "unknown-parameter"},
	{what: "a kind of problem", target: "/api/v1/problems/gone", status: 200, has: []string{`"status":410`, "tombstone"}},
	{what: "a kind of problem in French", target: "/api/v1/problems/gone", send: headers{"Accept-Language": "fr-CH, fr;q=0.9"}, status: 200, header: headers{"Content-Language": "fr"}},
	{what: "no kind of problem", target: "/api/v1/problems/nothing", status: 404, code: "not-found"},
	{what: "the description as YAML", target: "/api/v1/openapi.yaml", status: 200, has: []string{"openapi: 3.1.0", "/api/v1/goods/{good}"}, header: headers{"Content-Type": "application/openapi+yaml"}},
	{what: "the description as JSON", target: "/api/v1/openapi.json", status: 200, has: []string{`"openapi":"3.1.0"`}, header: headers{"Content-Type": "application/openapi+json"}},

	{what: "a browser's Accept", target: "/api/v1/goods", send: headers{"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, status: 200},
	{what: "JSON asked for", target: "/api/v1/goods", send: headers{"Accept": "application/json; charset=utf-8"}, status: 200},
	{what: "any application", target: "/api/v1/goods", send: headers{"Accept": "application/*"}, status: 200},
	{what: "an empty Accept", target: "/api/v1/goods", send: headers{"Accept": ""}, status: 200},
	{what: "only XML", target: "/api/v1/goods", send: headers{"Accept": "application/xml"}, status: 406, code: "not-acceptable", has: []string{"application/json"}},
	{what: "anything but JSON", target: "/api/v1/goods", send: headers{"Accept": "*/*, application/json;q=0"}, status: 406, code: "not-acceptable"},
	{what: "a garbled Accept", target: "/api/v1/goods", send: headers{"Accept": ";;;,,/"}, status: 200},
	{what: "JSON of the YAML", target: "/api/v1/openapi.yaml", send: headers{"Accept": "application/json"}, status: 406, code: "not-acceptable"},

	{what: "the client's own copy of the list", target: "/api/v1/goods", send: headers{"If-None-Match": `"x", W/"100-v1"`}, status: 304, header: headers{"Etag": `W/"100-v1"`, "Content-Type": "", "Access-Control-Allow-Origin": "*"}},
	{what: "an older copy of the list", target: "/api/v1/goods", send: headers{"If-None-Match": `W/"99-v1"`}, status: 200},
	{what: "the client's own copy of a good", target: "/api/v1/goods/dhis2", send: headers{"If-None-Match": `W/"0-v1"`}, status: 304},
	{what: "the client's own copy by HEAD", method: "HEAD", target: "/api/v1/goods/dhis2", send: headers{"If-None-Match": `*`}, status: 304},
	{what: "the client's own copy of sources", target: "/api/v1/sources", send: headers{"If-None-Match": `W/"100-v1"`}, status: 304},
	{what: "a mistake is not excused by a copy", target: "/api/v1/goods?foo=1", send: headers{"If-None-Match": `W/"100-v1"`}, status: 400, code: "unknown-parameter", header: headers{"Etag": "", "Cache-Control": "no-store"}},

	{what: "a write to the list", method: "POST", target: "/api/v1/goods", send: headers{"Content-Type": "text/plain"}, body: "x", status: 405, code: "method-not-allowed", header: headers{"Allow": "GET, HEAD, OPTIONS"}},
	{what: "a deletion", method: "DELETE", target: "/api/v1/goods/dhis2", status: 405, code: "method-not-allowed", header: headers{"Allow": "GET, HEAD, OPTIONS"}},
	{what: "a strange method", method: "BREW", target: "/api/v1/sources", status: 405, code: "method-not-allowed"},
	{what: "a write to the index", method: "PUT", target: "/api/v1/", status: 405, code: "method-not-allowed"},
	{what: "a write nowhere", method: "POST", target: "/api/v1/nothing", status: 404, code: "not-found"},
	{what: "what can be done", method: "OPTIONS", target: "/api/v1/goods", status: 204, header: headers{"Allow": "GET, HEAD, OPTIONS"}},
	{what: "a preflight", method: "OPTIONS", target: "/api/v1/goods", send: headers{"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}, status: 204, header: headers{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS"}},
	{what: "a read with something sent along", target: "/api/v1/goods", send: headers{"Content-Type": "application/json"}, body: `{"query":{}}`, status: 415, code: "unsupported-content"},
	{what: "a read that names a type but sends nothing", target: "/api/v1/goods", send: headers{"Content-Type": "application/json"}, status: 200},

	{what: "a mistake in French", target: "/api/v1/goods?kind=x", send: headers{"Accept-Language": "fr"}, status: 400, code: "invalid-parameter", header: headers{"Content-Language": "fr"}},
	{what: "a mistake in Arabic", target: "/api/v1/goods/nothing", send: headers{"Accept-Language": "ar-EG,ar;q=0.9,en;q=0.5"}, status: 404, code: "not-found", header: headers{"Content-Language": "ar"}},
	{what: "a mistake in a language we lack", target: "/api/v1/goods/nothing", send: headers{"Accept-Language": "tlh"}, status: 404, code: "not-found", header: headers{"Content-Language": "en"}},
	{what: "a garbled language", target: "/api/v1/goods/nothing", send: headers{"Accept-Language": "\x00;;q=,"}, status: 404, code: "not-found"},
}
