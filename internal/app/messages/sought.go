package messages

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
)

// Ownerless is a good that others report as recognised and that nobody here
// owns, with whom its owner may be reached by. It is for the secretariat.
type Ownerless struct {
	ID       good.ID       `json:"id"`
	Slug     string        `json:"slug"`
	Name     string        `json:"name"`
	Website  string        `json:"website,omitempty"`
	Issuers  []string      `json:"issuers"`  // who report it as recognised
	Contacts []Contact     `json:"contacts"` // the one that is written to first
	Letters  []OwnerLetter `json:"letters"`  // the newest first
}

// Contact is somebody who may own a good.
type Contact struct {
	Source  string `json:"source"` // name of the source, or good.ByHand, or good.ByDomain
	Role    string `json:"role,omitempty"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"` // "" where it is the address of somebody with an account

	to, origin string
}

// OwnerLetter is a letter to somebody who may own a good.
type OwnerLetter struct {
	ID       good.ID   `json:"id"`
	Slug     string    `json:"slug"`
	Name     string    `json:"name"`
	Address  string    `json:"address,omitempty"`
	Language string    `json:"language"`
	Fate     good.Fate `json:"state"`
	Created  time.Time `json:"created"`
	Due      time.Time `json:"due"`
	Sent     time.Time `json:"sent,omitzero"`
	Opened   time.Time `json:"opened,omitzero"`
}

// Seeking says which goods are meant of those whose owners are sought.
type Seeking = store.Seeking

func seeks(who access.Who) error {
	_, err := access.As(who, access.SeekOwners, access.Thing{})
	return err
}

// Ownerless lists goods whose owners are sought, and how many there are in all
// and of each sort.
func (a *App) Ownerless(ctx context.Context, who access.Who, s Seeking) ([]Ownerless, map[string]int, error) {
	if err := seeks(who); err != nil {
		return nil, nil, err
	}
	s.Text = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s.Text)), " ", "-")
	counts, err := a.DB.Primary().CountSought(ctx)
	if err != nil {
		return nil, nil, err
	}
	ids, err := a.DB.Primary().SoughtGoods(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	list, err := a.ownerless(ctx, ids)
	return list, counts, err
}

// ownerless is what is known of goods whose owners are sought: a few
// statements, however many there are.
func (a *App) ownerless(ctx context.Context, ids []good.ID) ([]Ownerless, error) {
	db := a.DB.Primary()
	goods, err := db.Goods(ctx, ids)
	if err != nil {
		return nil, err
	}
	named, err := db.ContactsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	letters, err := db.SoughtOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	sources, err := db.Sources(ctx)
	if err != nil {
		return nil, err
	}
	domains := map[good.ID]string{}
	for id, g := range goods {
		for _, p := range nominate.Places([]good.Record{{Facts: good.Facts{Website: g.Website}}}) {
			if p.Method == nominate.ByEmail { // whose addresses are the owner's
				domains[id] = p.Where
			}
		}
	}
	var all []string
	for _, d := range domains {
		all = append(all, d)
	}
	keepers, err := db.KeepersAt(ctx, all)
	if err != nil {
		return nil, err
	}
	out := make([]Ownerless, 0, len(ids))
	for _, id := range ids {
		g := goods[id]
		if g == nil {
			continue
		}
		o := Ownerless{ID: id, Slug: g.Slug, Name: g.Name, Website: g.Website, Issuers: issuers(g), Contacts: contacts(named[id], sources), Letters: []OwnerLetter{}}
		if k, ok := keepers[domains[id]]; ok && !slices.ContainsFunc(named[id], func(c good.Contact) bool { return c.Source == good.ByHand }) {
			o.Contacts = append(o.Contacts, Contact{Source: good.ByDomain, Role: k.Role, Name: k.Name, to: k.Email, origin: good.ByDomain})
		}
		for _, l := range letters {
			if l.Good == id {
				o.Letters = append(o.Letters, letterOf(l, g))
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// issuers are who report a good as recognised.
func issuers(g *good.Good) []string {
	out := []string{}
	for _, r := range g.Recognitions {
		if r.Reported && (r.State == good.Recognised || r.State == good.RenewalDue) {
			out = append(out, r.Issuer)
		}
	}
	return out
}

// contacts are those that can be written to, each address once: who is named as
// a contact before who is only mentioned.
func contacts(list []good.Contact, sources map[string]good.Source) []Contact {
	out := []Contact{}
	for _, mentioned := range []bool{false, true} {
		for _, c := range list {
			address, err := good.EmailAddress(c.Email)
			if err != nil || mentioned != (c.Role == "mentioned") || slices.ContainsFunc(out, func(o Contact) bool { return o.to == address }) {
				continue
			}
			out = append(out, Contact{Source: cmp.Or(sources[c.Source].Name, c.Source), Role: c.Role, Name: c.Name, Address: address, to: address, origin: c.Source})
		}
	}
	return out
}

func letterOf(l good.Sought, g *good.Good) OwnerLetter {
	out := OwnerLetter{ID: l.ID, Slug: g.Slug, Name: g.Name, Language: l.Lang, Fate: l.Fate, Created: l.Created, Due: l.Due, Sent: l.Sent, Opened: l.Opened}
	if l.Origin != good.ByDomain {
		out.Address = l.Address
	}
	return out
}

// OwnerLetters lists letters to who may own a good, the newest first, and how
// many there are of each fate.
func (a *App) OwnerLetters(ctx context.Context, who access.Who, fate good.Fate, before good.ID, limit int) ([]OwnerLetter, map[good.Fate]int, error) {
	if err := seeks(who); err != nil {
		return nil, nil, err
	}
	counts, err := a.DB.Primary().CountSoughtLetters(ctx)
	if err != nil {
		return nil, nil, err
	}
	list, err := a.DB.Primary().SoughtLetters(ctx, fate, before, limit)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]good.ID, len(list))
	for i, l := range list {
		ids[i] = l.Good
	}
	goods, err := a.DB.Primary().Goods(ctx, ids)
	out := []OwnerLetter{}
	for _, l := range list {
		if g := goods[l.Good]; g != nil {
			out = append(out, letterOf(l, g))
		}
	}
	return out, counts, err
}

// SetContact says by hand who may own a good, in place of what its records
// name; an empty address says that nobody is to be written to.
func (a *App) SetContact(ctx context.Context, who access.Who, slugOrID, address, name string) error {
	if err := seeks(who); err != nil {
		return err
	}
	address = strings.TrimSpace(address)
	if address != "" {
		var err error
		if address, err = good.EmailAddress(address); err != nil {
			return err
		}
	}
	name = strings.Join(strings.Fields(name), " ")
	if len(name) > good.MaxName {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: "name", Args: map[string]any{"Max": good.MaxName}}
	}
	return a.putContact(ctx, slugOrID, []good.Contact{{Role: "owner", Name: name, Email: address}})
}

// ResetContact forgets what was said by hand of who may own a good.
func (a *App) ResetContact(ctx context.Context, who access.Who, slugOrID string) error {
	if err := seeks(who); err != nil {
		return err
	}
	return a.putContact(ctx, slugOrID, nil)
}

func (a *App) putContact(ctx context.Context, slugOrID string, list []good.Contact) error {
	g, err := a.known(ctx, slugOrID)
	if err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutContacts(ctx, good.ByHand, string(g.ID), list)
	})
}

// known finds a good by slug or id; a tombstone is none.
func (a *App) known(ctx context.Context, slugOrID string) (g *good.Good, err error) {
	if id := good.ID(slugOrID); id.Valid() {
		g, err = a.DB.Primary().Good(ctx, id)
	} else {
		g, _, err = a.DB.Primary().GoodBySlug(ctx, slugOrID)
	}
	if err == nil && g.Tombstone != nil {
		err = &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": g.Name}}
	}
	return g, err
}

// keptAsOwner is what is kept of a person as of somebody who may own goods.
type keptAsOwner struct {
	Contacts []keptContact `json:"contacts,omitempty"`
	Letters  []keptLetter  `json:"owner_letters,omitempty"`
}

// keptContact is a record that names a person's address.
type keptContact struct {
	Source  string `json:"source"`
	Record  string `json:"record"`
	Role    string `json:"role,omitempty"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
}

// keptLetter is a letter to a person as somebody who may own a good.
type keptLetter struct {
	Good    good.ID   `json:"good"`
	Address string    `json:"address"`
	State   good.Fate `json:"state"`
	Created time.Time `json:"created"`
	Sent    time.Time `json:"sent,omitzero"`
	Opened  time.Time `json:"opened,omitzero"`
}

func (a *App) keptAsOwner(ctx context.Context, person good.ID) (out keptAsOwner, err error) {
	emails, err := a.DB.Primary().Emails(ctx, person)
	if err != nil {
		return out, err
	}
	var addresses []string
	for _, e := range emails {
		if !e.Verified.IsZero() {
			addresses = append(addresses, e.Address)
		}
	}
	named, err := a.DB.Primary().ContactsAt(ctx, addresses)
	if err != nil {
		return out, err
	}
	for _, c := range named {
		out.Contacts = append(out.Contacts, keptContact{c.Source, c.ForeignID, c.Role, c.Name, c.Email})
	}
	letters, err := a.DB.Primary().SoughtBy(ctx, addresses)
	for _, l := range letters {
		out.Letters = append(out.Letters, keptLetter{l.Good, l.Address, l.Fate, l.Created, l.Sent, l.Opened})
	}
	return out, err
}
