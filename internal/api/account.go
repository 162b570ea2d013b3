package api

import (
	"encoding/base64"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
)

// AddressForm names an e-mail address.
type AddressForm struct {
	Address string `json:"address" format:"email"`
}

// WayList are the ways in that a person has besides their addresses.
type WayList struct {
	Passkeys   []PasskeyItem  `json:"passkeys"`
	Identities []IdentityItem `json:"identities"`
}

// PasskeyItem is a passkey.
type PasskeyItem struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used,omitempty"`
}

// IdentityItem is an account at a site that vouches for the person.
type IdentityItem struct {
	Issuer  string    `json:"issuer"`
	Subject string    `json:"subject"`
	Label   string    `json:"label"`
	Created time.Time `json:"created"`
}

// IdentityForm names an account elsewhere.
type IdentityForm struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

// BodyList are the organisations somebody acts for.
type BodyList struct {
	Items []BodyItem `json:"items"`
}

// BodyItem is an organisation.
type BodyItem struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// BodyDocument is an organisation as its members see it.
type BodyDocument struct {
	BodyItem
	Keeper  bool         `json:"keeper" doc:"You look after it."`
	Domains []DomainItem `json:"domains"`
	Members []MemberItem `json:"members"`
}

// DomainItem is a domain of an organisation.
type DomainItem struct {
	Domain   string     `json:"domain"`
	Proof    string     `json:"proof,omitempty" doc:"What to put up as a TXT record of _stoa.{domain} or in https://{domain}/.well-known/stoa-domain.txt."`
	Way      string     `json:"way,omitempty" enum:"dns,file,mail" doc:"How it was proved."`
	Verified *time.Time `json:"verified,omitempty"`
}

// MemberItem is somebody who acts for an organisation.
type MemberItem struct {
	Person  string    `json:"person"`
	Name    string    `json:"name,omitempty"`
	Address string    `json:"address,omitempty"`
	Keeper  bool      `json:"keeper"`
	Since   time.Time `json:"since"`
}

// BodyForm enters an organisation.
type BodyForm struct {
	Name string `json:"name" maxLength:"100"`
}

// DomainForm names a domain.
type DomainForm struct {
	Domain string `json:"domain" example:"example.org"`
}

// DomainProof says how a domain is to be proved.
type DomainProof struct {
	Way     string `json:"way" enum:"dns,file,mail"`
	Mailbox string `json:"mailbox,omitempty" enum:"postmaster,hostmaster,webmaster,admin" doc:"Where the link is sent by mail."`
}

// owning are the operations on a person's addresses, ways in and organisations.
func (f *face) owning(d describer) []operation {
	in := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	do := func(act access.Act, method, at, id, summary, text string, params []*huma.Param, takes, gives reflect.Type, h answer, statuses ...int) operation {
		return d.call(call{act: act, method: method, path: "/api/v1/me/" + at, id: id, tag: "people", summary: summary, text: text, params: params, takes: takes, gives: gives, handle: h,
			created: method == http.MethodPost && gives != nil, statuses: statuses})
	}
	const own = "Never by a token."
	address := []*huma.Param{in("address", "E-mail address.", "ada@example.org")}
	body := []*huma.Param{in("organisation", "Slug or id of the organisation.", "university-of-oslo")}
	domain := append(body, in("domain", "Domain.", "example.org"))
	manage := access.ManageOrganisation
	return []operation{
		do(access.Account, http.MethodPost, "addresses", "ask-address", "Have a link sent that makes an address yours", own, nil, reflect.TypeFor[AddressForm](), nil, f.askAddress),
		do(access.Account, http.MethodPut, "addresses/{address}/main", "make-address-main", "Have messages go to one of your addresses", own, address, nil, nil, f.mainAddress, 404),
		do(access.Account, http.MethodDelete, "addresses/{address}", "drop-address", "Take an address away", own, address, nil, nil, f.dropAddress, 404),
		do(access.ReadAccount, http.MethodGet, "ways", "list-ways", "Your passkeys and accounts elsewhere", "", nil, nil, reflect.TypeFor[WayList](), f.ways),
		do(access.Account, http.MethodDelete, "passkeys/{id}", "drop-passkey", "Take a passkey away", own, []*huma.Param{in("id", "Id of the passkey.", "AQID")}, nil, nil, f.dropKey, 404),
		do(access.Account, http.MethodDelete, "identities", "drop-identity", "Take an account elsewhere away", own, nil, reflect.TypeFor[IdentityForm](), nil, f.dropIdentity, 404),
		do(access.Account, http.MethodDelete, "sessions", "end-other-sessions", "End every session but the one in use", "", nil, nil, nil, f.endOthers),
		do(access.ReadAccount, http.MethodGet, "organisations", "list-own-organisations", "The organisations you act for", "", nil, nil, reflect.TypeFor[BodyList](), f.bodies),
		do(access.FoundOrganisation, http.MethodPost, "organisations", "found-organisation", "Enter an organisation you act for", "", nil, reflect.TypeFor[BodyForm](), reflect.TypeFor[BodyItem](), f.found, 409),
		do(manage, http.MethodGet, "organisations/{organisation}", "get-own-organisation", "An organisation you act for", "", body, nil, reflect.TypeFor[BodyDocument](), f.body, 404),
		do(manage, http.MethodPost, "organisations/{organisation}/domains", "add-domain", "Say that a domain is the organisation's", "The answer says what to put up there.", body, reflect.TypeFor[DomainForm](), reflect.TypeFor[DomainItem](), f.addDomain, 404),
		do(manage, http.MethodPost, "organisations/{organisation}/domains/{domain}/proof", "prove-domain", "Have the proof looked for, or a link sent", "", domain, reflect.TypeFor[DomainProof](), nil, f.proveDomain, 404),
		do(manage, http.MethodDelete, "organisations/{organisation}/domains/{domain}", "drop-domain", "Take a domain from the organisation", "", domain, nil, nil, f.dropDomain, 404),
		do(manage, http.MethodPut, "organisations/{organisation}/members/{person}", "set-keeper", "Say whether a member looks after the organisation, too", "", append(body, in("person", "Id of the person.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")), reflect.TypeFor[KeeperForm](), nil, f.setKeeper, 404),
		do(manage, http.MethodDelete, "organisations/{organisation}/members/{person}", "drop-member", "Take somebody out of the organisation, or leave it", "", append(body, in("person", "Id of the person.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")), nil, nil, f.dropMember, 404),
	}
}

func (f *face) askAddress(w http.ResponseWriter, r *http.Request) error {
	in, err := received[AddressForm](r)
	if err != nil {
		return err
	}
	return done(w, f.cfg.People.AskAddress(r.Context(), viewer(r), in.Address, locale(r).Code))
}

func (f *face) mainAddress(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.MakeMain(r.Context(), viewer(r), r.PathValue("address")))
}

func (f *face) dropAddress(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.DropAddress(r.Context(), viewer(r), r.PathValue("address")))
}

func (f *face) ways(w http.ResponseWriter, r *http.Request) error {
	acc, err := f.cfg.People.Account(r.Context(), who(r), who(r).Person)
	if err != nil {
		return err
	}
	doc := WayList{Passkeys: []PasskeyItem{}, Identities: []IdentityItem{}}
	for _, k := range acc.Passkeys {
		doc.Passkeys = append(doc.Passkeys, PasskeyItem{base64.RawURLEncoding.EncodeToString(k.ID), k.Name, k.Created, when(k.Used)})
	}
	for _, i := range acc.Identities {
		doc.Identities = append(doc.Identities, IdentityItem{i.Issuer, i.Subject, i.Label, i.Created})
	}
	return f.write(w, r, doc)
}

func (f *face) dropKey(w http.ResponseWriter, r *http.Request) error {
	id, err := base64.RawURLEncoding.DecodeString(r.PathValue("id"))
	if err != nil {
		return &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
	}
	return done(w, f.cfg.People.DropKey(r.Context(), viewer(r), id))
}

func (f *face) dropIdentity(w http.ResponseWriter, r *http.Request) error {
	in, err := received[IdentityForm](r)
	if err != nil {
		return err
	}
	return done(w, f.cfg.People.Unlink(r.Context(), viewer(r), in.Issuer, in.Subject))
}

func (f *face) endOthers(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.EndOthers(r.Context(), viewer(r)))
}

func (f *face) bodies(w http.ResponseWriter, r *http.Request) error {
	acc, err := f.cfg.People.Account(r.Context(), who(r), who(r).Person)
	if err != nil {
		return err
	}
	doc := BodyList{Items: []BodyItem{}}
	for _, b := range acc.Bodies {
		doc.Items = append(doc.Items, BodyItem{string(b.ID), b.Slug, b.Name})
	}
	return f.write(w, r, doc)
}

func (f *face) found(w http.ResponseWriter, r *http.Request) error {
	in, err := received[BodyForm](r)
	if err != nil {
		return err
	}
	b, err := f.cfg.People.Found(r.Context(), viewer(r), in.Name)
	if err != nil {
		return err
	}
	return f.made(w, r, BodyItem{string(b.ID), b.Slug, b.Name})
}

func domainItem(d good.BodyDomain) DomainItem {
	return DomainItem{Domain: d.Domain, Proof: d.Proof, Way: d.Way, Verified: when(d.Verified)}
}

func (f *face) body(w http.ResponseWriter, r *http.Request) error {
	b, err := f.cfg.People.Body(r.Context(), viewer(r), r.PathValue("organisation"))
	if err != nil {
		return err
	}
	return f.write(w, r, bodyDocument(b))
}

func bodyDocument(b people.BodyView) BodyDocument {
	doc := BodyDocument{BodyItem: BodyItem{string(b.ID), b.Slug, b.Name}, Keeper: b.Keeper, Domains: []DomainItem{}, Members: []MemberItem{}}
	for _, d := range b.Domains {
		doc.Domains = append(doc.Domains, domainItem(d))
	}
	for _, m := range b.Members {
		doc.Members = append(doc.Members, MemberItem{string(m.Person), m.Name, m.Address, m.Keeper, m.Since})
	}
	return doc
}

func (f *face) addDomain(w http.ResponseWriter, r *http.Request) error {
	in, err := received[DomainForm](r)
	if err != nil {
		return err
	}
	d, err := f.cfg.People.AddDomain(r.Context(), viewer(r), r.PathValue("organisation"), in.Domain)
	if err != nil {
		return err
	}
	return f.made(w, r, domainItem(d))
}

func (f *face) proveDomain(w http.ResponseWriter, r *http.Request) error {
	in, err := received[DomainProof](r)
	if err != nil {
		return err
	}
	return done(w, f.cfg.People.ProveDomain(r.Context(), viewer(r), r.PathValue("organisation"), r.PathValue("domain"), in.Way, in.Mailbox, locale(r).Code))
}

func (f *face) dropDomain(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.DropDomain(r.Context(), viewer(r), r.PathValue("organisation"), r.PathValue("domain")))
}

func (f *face) setKeeper(w http.ResponseWriter, r *http.Request) error {
	in, err := received[KeeperForm](r)
	if err != nil {
		return err
	}
	return done(w, f.cfg.People.SetKeeper(r.Context(), viewer(r), r.PathValue("organisation"), good.ID(r.PathValue("person")), in.Keeper))
}

func (f *face) dropMember(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.DropMember(r.Context(), viewer(r), r.PathValue("organisation"), good.ID(r.PathValue("person"))))
}
