//go:generate go tool -modfile=../../tools/go.mod templ generate -path .

// Package notify brings messages to people and programs: letters by SMTP,
// signed webhooks, and what a mail server says came back. It is handed the
// words and the door out, and keeps nothing.
package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"stoa/internal/good"
)

// Letter is one message to one person, in words.
type Letter struct {
	ID      string // what is before the @ of the Message-ID: the same for a repeat
	To      string // address
	Lang    string // "ar"
	Dir     string // "rtl"
	Subject string
	Hello   string   // a greeting, "" for none
	Body    []string // paragraphs
	Act     string   // what the button says, "" for none
	Link    string   // where it leads
	Why     string   // why this came
	Leave   string   // words of the link that ends such letters
	LeaveAt string   // its address, "" for what is essential (RFC 8058)
	Return  string   // added to the return path, so that a returned letter tells whose it was; "" for nothing
}

// SMTP is the way to a mail server.
type SMTP struct {
	host   string
	port   int
	tls    bool // from the first byte on
	plain  bool // no encryption: to this machine alone
	user   string
	pass   string
	from   netmail.Address
	reply  *netmail.Address
	bounce string      // where what cannot be delivered goes back to
	domain string      // of Message-IDs
	trust  *tls.Config // nil for what the system trusts
}

// NewSMTP reads the address of a mail server, smtps://user:password@host:465
// (TLS), smtp://user:password@host:587 (STARTTLS, or it is refused) or
// smtp+plain://localhost:25, and who letters are from. reply and bounce may
// be "".
func NewSMTP(server, from, reply, bounce string) (*SMTP, error) {
	invalid := func(field string) error {
		return &good.Error{Kind: good.Invalid, Key: "mail.error." + field, Field: field, Args: map[string]any{"Form": "smtps://user:password@host:465, smtp://user:password@host:587"}} // the address may hold a password: not repeated
	}
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, invalid("smtp")
	}
	s := &SMTP{host: u.Hostname(), user: u.User.Username(), bounce: bounce}
	s.pass, _ = u.User.Password()
	switch u.Scheme {
	case "smtps":
		s.port, s.tls = 465, true
	case "smtp":
		s.port = 587
	case "smtp+plain":
		s.port, s.plain = 25, true
		if ip := net.ParseIP(s.host); s.host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, invalid("smtp")
		}
	default:
		return nil, invalid("smtp")
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return nil, invalid("smtp")
		}
	}
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, invalid("mail-from")
	}
	s.from = *sender
	_, s.domain, _ = strings.Cut(sender.Address, "@")
	if reply != "" {
		if s.reply, err = netmail.ParseAddress(reply); err != nil {
			return nil, invalid("mail-reply-to")
		}
	}
	if bounce != "" {
		local, _, _ := strings.Cut(bounce, "@")
		if a, err := netmail.ParseAddress(bounce); err != nil || a.Address != bounce || len(local) > maxReturn || strings.Contains(local, "+") {
			return nil, invalid("mail-bounce")
		}
	}
	return s, nil
}

// maxReturn is how long the part of a return path before the @ may be: what is
// added to it makes 64 bytes of it at most (RFC 5321).
const maxReturn = 20

// ErrRefused is in the chain of an error that says that an address does not
// take letters and never will.
var ErrRefused = errors.New("the address is refused for good")

// sendTime is how long a mail server may take.
const sendTime = 30 * time.Second

// Send hands a letter to the mail server. That it took the letter does not say
// that it arrived.
func (s *SMTP) Send(ctx context.Context, l Letter) error {
	m, err := s.message(ctx, l)
	if err != nil {
		return err
	}
	opts := []mail.Option{mail.WithPort(s.port), mail.WithTimeout(sendTime), mail.WithTLSPolicy(mail.TLSMandatory), mail.WithHELO(s.domain)}
	if s.tls {
		opts = append(opts, mail.WithSSL())
	}
	if s.plain {
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	}
	if s.trust != nil {
		opts = append(opts, mail.WithTLSConfig(s.trust))
	}
	if s.user != "" {
		auth := mail.SMTPAuthAutoDiscover
		if s.plain {
			auth = mail.SMTPAuthPlainNoEnc // to this very machine
		}
		opts = append(opts, mail.WithUsername(s.user), mail.WithPassword(s.pass), mail.WithSMTPAuth(auth))
	}
	client, err := mail.NewClient(s.host, opts...)
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	err = client.DialAndSendWithContext(ctx, m)
	if m.IsDelivered() {
		return nil // the server took it, however it said goodbye
	}
	var refused *mail.SendError
	if errors.As(err, &refused) && refused.Reason == mail.ErrSMTPRcptTo && !refused.IsTemp() && refusedForGood(refused.ErrorCode(), refused.EnhancedStatusCode()) {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err != nil {
		return fmt.Errorf("send a letter: %w", err)
	}
	return errors.New("send a letter: the mail server did not take it")
}

// message puts a letter into the form of mail.
func (s *SMTP) message(ctx context.Context, l Letter) (*mail.Msg, error) {
	text, html, err := l.render(ctx)
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg(mail.WithEncoding(mail.EncodingQP), mail.WithNoDefaultUserAgent())
	m.FromMailAddress(&s.from)
	if s.reply != nil {
		m.ReplyToMailAddress(s.reply)
	}
	if s.bounce != "" {
		back := s.bounce
		if local, domain, _ := strings.Cut(back, "@"); l.Return != "" {
			back = local + "+" + l.Return + "@" + domain
		}
		if err := m.EnvelopeFrom(back); err != nil {
			return nil, fmt.Errorf("write a letter: %w", err)
		}
	}
	if err := m.To(l.To); err != nil {
		return nil, fmt.Errorf("%w: write a letter: %w", ErrRefused, err)
	}
	m.Subject(strings.Join(strings.Fields(l.Subject), " "))
	m.SetMessageIDWithValue(l.ID + "@" + s.domain)
	m.SetDate()
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no machine answers it
	m.SetGenHeader("Content-Language", l.Lang)
	if l.LeaveAt != "" {
		m.SetGenHeader(mail.HeaderListUnsubscribe, "<"+l.LeaveAt+">")
		m.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(mail.TypeTextPlain, text)
	m.AddAlternativeString(mail.TypeTextHTML, html)
	return m, nil
}

// render is the letter as plain text and as HTML.
func (l Letter) render(ctx context.Context) (text, html string, err error) {
	var b bytes.Buffer
	if err := l.page().Render(ctx, &b); err != nil {
		return "", "", fmt.Errorf("write a letter: %w", err)
	}
	return l.text(), b.String(), nil
}

// text is the letter as plain text.
func (l Letter) text() string {
	var parts []string
	if l.Hello != "" {
		parts = append(parts, l.Hello)
	}
	parts = append(parts, l.Body...)
	switch {
	case l.Link != "" && l.Act != "":
		parts = append(parts, l.Act+"\n"+l.Link)
	case l.Link != "":
		parts = append(parts, l.Link)
	}
	parts = append(parts, "-- \n"+l.Why) // the mark of a signature
	if l.LeaveAt != "" {
		parts = append(parts, l.Leave+"\n"+l.LeaveAt)
	}
	return strings.Join(parts, "\n\n") + "\n"
}
