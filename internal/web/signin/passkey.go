package signin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// keysFor is the ceremony for an instance's address; nil where that is a bare
// IP address, for which there are no passkeys, or open to anybody on the way.
func keysFor(u *url.URL) (*webauthn.WebAuthn, error) {
	host := u.Hostname()
	if net.ParseIP(host) != nil || u.Scheme != "https" && host != "localhost" {
		return nil, nil
	}
	w, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: "Stoa", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation, // which device it is, is not our business
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired}})
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	return w, nil
}

// owner is a person as the ceremony knows them.
type owner struct {
	people.KeyOwner
	keys []webauthn.Credential
}

func ownerOf(k people.KeyOwner) (*owner, error) {
	o := &owner{KeyOwner: k}
	for _, held := range k.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(held.Doc, &c); err != nil {
			return nil, fmt.Errorf("a passkey of %s: %w", k.Person.ID, err)
		}
		o.keys = append(o.keys, c)
	}
	return o, nil
}

// WebAuthnID implements webauthn.User. The pseudonym tells nothing about
// the person.
func (o *owner) WebAuthnID() []byte { return []byte(o.Person.Pseudonym) }

// WebAuthnName implements webauthn.User.
func (o *owner) WebAuthnName() string { return o.Name }

// WebAuthnDisplayName implements webauthn.User.
func (o *owner) WebAuthnDisplayName() string { return o.Name }

// WebAuthnCredentials implements webauthn.User.
func (o *owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

// The kinds of ceremonies with passkeys.
const (
	keyIn  = "passkey-in"
	keyNew = "passkey-new"
)

// challenge is what is kept of a ceremony under way.
type challenge struct {
	Session webauthn.SessionData
	Person  good.ID `json:",omitempty"` // whose passkey it is to be
	Next    string  `json:",omitempty"`
}

// ceremonyFor is how long a browser keeps the secret of a ceremony.
const ceremonyFor = 10 * time.Minute

// begin keeps what a ceremony needs and answers with what the browser needs.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request, kind string, c challenge, options any) error {
	secret, err := p.cfg.People.Begin(r.Context(), kind, c)
	if err != nil {
		return err
	}
	p.set(w, ceremonyCookie, secret, ceremonyFor)
	return answer(w, http.StatusOK, options)
}

// answer sends JSON to the page's script.
func answer(w http.ResponseWriter, status int, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away needs no answer
	return nil
}

// said answers the page's script with what went wrong in words, where that can
// be mended.
func said(w http.ResponseWriter, f *page.Frame, err error) error {
	var e *protocol.Error
	if errors.As(err, &e) {
		err = &good.Error{Kind: good.Invalid, Key: "people.error.passkey", Err: err}
	}
	m, ok := mendable(err)
	if !ok {
		return err
	}
	to := ""
	if m.Key == "people.error.prove" {
		to = f.Prefix + "/signin?again=1&next=" + url.QueryEscape(f.Prefix+"/account/signin")
	}
	return answer(w, http.StatusUnprocessableEntity, map[string]string{"error": f.Say(m), "next": to})
}

// mendable is an error that a reader can do something about.
func mendable(err error) (*good.Error, bool) {
	var e *good.Error
	if !errors.As(err, &e) || e.Kind == good.Internal || e.Kind == good.NotFound {
		return nil, false
	}
	return e, true
}

// noKeys is what there is where passkeys cannot be.
var noKeys = &good.Error{Kind: good.NotFound, Key: "people.error.over"}

// beginKey begins a sign-in with whatever passkey the device has for us.
func (p *Pages) beginKey(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if p.keys == nil {
		return noKeys
	}
	if err := p.trying.Take(r); err != nil {
		return said(w, f, err)
	}
	options, session, err := p.keys.BeginDiscoverableLogin()
	if err != nil {
		return err
	}
	return p.begin(w, r, keyIn, challenge{Session: *session, Next: local(r.URL.Query().Get("next"))}, options)
}

// finishKey signs in.
func (p *Pages) finishKey(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if p.keys == nil {
		return noKeys
	}
	var c challenge
	if err := p.cfg.People.Continue(r.Context(), keyIn, p.cookie(r, ceremonyCookie), &c); err != nil {
		return said(w, f, err)
	}
	p.set(w, ceremonyCookie, "", 0)
	_, key, err := p.keys.FinishPasskeyLogin(func(id, handle []byte) (webauthn.User, error) {
		k, err := p.cfg.People.OwnerOfKey(r.Context(), id)
		if err == nil && k.Person.Pseudonym != string(handle) {
			err = &good.Error{Kind: good.Unauthenticated, Key: "people.error.passkey"}
		}
		if err != nil {
			return nil, err
		}
		return ownerOf(k)
	}, c.Session, r)
	if err != nil {
		return said(w, f, err)
	}
	if key.Authenticator.CloneWarning {
		return said(w, f, &good.Error{Kind: good.Invalid, Key: "people.error.passkey_cloned"})
	}
	doc, err := json.Marshal(key)
	if err != nil {
		return err
	}
	in, err := p.cfg.People.SignInWithKey(r.Context(), key.ID, doc, device(r))
	if err != nil {
		return said(w, f, err)
	}
	if err := p.enter(w, r, in); err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]string{"next": onward(f, c.Next)})
}

// beginNewKey begins to make a passkey for who is signed in.
func (p *Pages) beginNewKey(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, o, err := p.me(r)
	if err != nil {
		return said(w, f, err)
	}
	options, session, err := p.keys.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.keys).CredentialDescriptors()))
	if err != nil {
		return err
	}
	return p.begin(w, r, keyNew, challenge{Session: *session, Person: v.Person}, options)
}

// me is who is signed in, with their passkeys.
func (p *Pages) me(r *http.Request) (access.Viewer, *owner, error) {
	v, err := viewer(r)
	if err == nil && p.keys == nil {
		err = noKeys
	}
	if err == nil {
		err = p.cfg.People.Fresh(v)
	}
	if err != nil {
		return v, nil, err
	}
	k, err := p.cfg.People.KeyOwner(r.Context(), v.Person)
	if err != nil {
		return v, nil, err
	}
	o, err := ownerOf(k)
	return v, o, err
}

// finishNewKey keeps the new passkey.
func (p *Pages) finishNewKey(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, o, err := p.me(r)
	if err != nil {
		return said(w, f, err)
	}
	var c challenge
	if err := p.cfg.People.Continue(r.Context(), keyNew, p.cookie(r, ceremonyCookie), &c); err != nil {
		return said(w, f, err)
	}
	p.set(w, ceremonyCookie, "", 0)
	if c.Person != v.Person {
		return said(w, f, &good.Error{Kind: good.Forbidden, Key: "people.error.other"})
	}
	key, err := p.keys.FinishRegistration(o, c.Session, r)
	if err != nil {
		return said(w, f, err)
	}
	if slices.ContainsFunc(o.keys, func(k webauthn.Credential) bool { return string(k.ID) == string(key.ID) }) {
		return said(w, f, &good.Error{Kind: good.Conflict, Key: "people.error.passkey_taken"})
	}
	doc, err := json.Marshal(key)
	if err != nil {
		return err
	}
	if err := p.cfg.People.AddKey(r.Context(), v, key.ID, device(r), doc); err != nil {
		return said(w, f, err)
	}
	return answer(w, http.StatusOK, map[string]string{"next": f.Prefix + "/account/signin?done=passkey"})
}
