package account

import (
	"strings"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// pendingAt is where a link that was sent does its work.
func pendingAt(m *model) string {
	if m.Tab == "organisations" {
		return "/account/domain"
	}
	return "/account/address"
}

func bodyAt(m *model, rest string) string {
	return "/account/organisations/" + page.PathEscape(m.Body.Slug) + rest
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// tongues are the languages to choose from, in their own names.
func tongues(m *model) []page.Option {
	var out []page.Option
	for _, t := range m.Site.Tongues {
		out = append(out, page.Option{Value: t.Code, Label: t.Native})
	}
	return out
}

// device is what a session is known by.
func device(m *model, s access.Session) string {
	if s.Device == "" {
		return m.T("people.sessions.unknown")
	}
	return s.Device
}

// called is what the reader knows the thing by that a button acts on.
func called(m *model, which string) string {
	for _, k := range m.Passkeys {
		if key(k.ID) == which {
			return k.Name
		}
	}
	for _, s := range m.Sessions {
		if string(s.ID) == which {
			return device(m, s)
		}
	}
	for _, t := range m.Tokens {
		if string(t.ID) == which {
			return t.Name
		}
	}
	if m.Body != nil {
		for _, o := range m.Body.Members {
			if string(o.Member.Person) == which {
				return memberName(o.Name, o.Address)
			}
		}
	}
	if good.ID(which).Valid() {
		return ""
	}
	return which
}

func memberName(name, address string) string {
	if name != "" && address != "" {
		return name + " (" + address + ")"
	}
	return name + address
}

// scopes are what a token may do, in words.
func scopes(m *model, t access.Token) string {
	var words []string
	for _, s := range t.Scopes {
		words = append(words, m.T("people.scope."+s))
	}
	return strings.Join(words, ", ")
}

// scopeOptions are the scopes to choose from: those that can do something for
// the reader.
func scopeOptions(m *model) []page.Option {
	var out []page.Option
	for _, s := range access.Scopes {
		if s == access.Reviewing && !anyOf(m.Roles, access.Community, access.Reviewer, access.Expert, access.Coordinator, access.Secretariat, access.Advisor) ||
			s == access.Desk && !anyOf(m.Roles, access.Coordinator, access.Secretariat, access.Administrator) ||
			s == access.Admin && !anyOf(m.Roles, access.Secretariat, access.Administrator) {
			continue
		}
		out = append(out, page.Option{Value: string(s), Label: m.T("people.scope." + string(s))})
	}
	return out
}

func anyOf(have []string, want ...string) bool {
	for _, h := range have {
		for _, w := range want {
			if h == w {
				return true
			}
		}
	}
	return false
}

// dayOptions are how long a token may last.
func dayOptions(m *model) []page.Option {
	var out []page.Option
	for _, d := range []struct {
		value string
		days  int
	}{{"7", 7}, {"30", 30}, {"90", 90}, {"365", 365}} {
		out = append(out, page.Option{Value: d.value, Label: m.N("people.days", d.days)})
	}
	return out
}
