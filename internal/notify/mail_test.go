package notify

import (
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

var letter = Letter{ID: "0123456789abcdef", To: "ada@example.org", Lang: "ar", Dir: "rtl", Subject: "سؤال\r\nBcc: eve@example.org", Hello: "مرحبًا",
	Body: []string{"Is 1 < 2?", "<script>alert(1)</script>"}, Act: "افتح", Link: "https://stoa.example/ar/apply/1?a=1&b=2", Why: "لأن",
	Leave: "إيقاف", LeaveAt: "https://stoa.example/ar/unsubscribe/x.y.z"}

// parts are the bodies of a message by type, decoded.
func parts(t *testing.T, m testkit.Mail) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	r := multipart.NewReader(strings.NewReader(string(m.Body)), params["boundary"])
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

func TestALetterArrivesWhole(t *testing.T) {
	server := testkit.NewMailServer(t, "", "")
	s, err := NewSMTP("smtp+plain://"+server.Addr, `"Stoa, the library" <stoa@stoa.example>`, "desk@stoa.example", "bounce@stoa.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	m := server.Mails()[0]
	if m.From != "bounce@stoa.example" || m.To != "ada@example.org" {
		t.Errorf("envelope from %s to %s", m.From, m.To)
	}
	decode := func(s string) string {
		out, err := new(mime.WordDecoder).DecodeHeader(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, want := range map[string]string{
		"Message-Id": "<0123456789abcdef@stoa.example>", "List-Unsubscribe": "<https://stoa.example/ar/unsubscribe/x.y.z>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated", "Content-Language": "ar",
		"Reply-To": "<desk@stoa.example>", "From": `"Stoa, the library" <stoa@stoa.example>`, "Subject": "سؤال Bcc: eve@example.org", "Bcc": "",
	} {
		if got := decode(m.Header.Get(name)); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if d, err := m.Header.Date(); err != nil || time.Since(d) > time.Minute {
		t.Errorf("dated %v: %v", d, err)
	}
	body := parts(t, m)
	want := "مرحبًا\n\nIs 1 < 2?\n\n<script>alert(1)</script>\n\nافتح\nhttps://stoa.example/ar/apply/1?a=1&b=2\n\n-- \nلأن\n\nإيقاف\nhttps://stoa.example/ar/unsubscribe/x.y.z\n"
	if body["text/plain"] != want {
		t.Errorf("plain text:\n%s\nwant:\n%s", body["text/plain"], want)
	}
	html := body["text/html"]
	for _, has := range []string{`<html lang="ar" dir="rtl">`, "&lt;script&gt;", `href="https://stoa.example/ar/apply/1?a=1&amp;b=2"`, `<bdi dir="ltr"`, "<main"} {
		if !strings.Contains(html, has) {
			t.Errorf("the page lacks %s:\n%s", has, html)
		}
	}
	if strings.Contains(html, "<script") || strings.Contains(html, "<img") {
		t.Errorf("the page holds a script or a picture:\n%s", html)
	}
}

func TestALetterThatCannotBeLeftSaysNoWayOut(t *testing.T) {
	server := testkit.NewMailServer(t, "", "")
	s, err := NewSMTP("smtp+plain://"+server.Addr, "stoa@stoa.example", "", "")
	if err != nil {
		t.Fatal(err)
	}
	l := letter
	l.LeaveAt = ""
	if err := s.Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	m := server.Mails()[0]
	if m.Header.Get("List-Unsubscribe") != "" || strings.Contains(string(m.Raw), "unsubscribe") || m.From != "stoa@stoa.example" {
		t.Errorf("%s", m.Raw)
	}
}

func TestLoginOnlyOverTLS(t *testing.T) {
	server := testkit.NewMailServer(t, "stoa", "open sesame")
	try := func(address string) error {
		s, err := NewSMTP(address, "stoa@stoa.example", "", "")
		if err != nil {
			t.Fatal(err)
		}
		s.trust = &tls.Config{RootCAs: server.Roots, ServerName: "localhost"}
		return s.Send(t.Context(), letter)
	}
	if err := try("smtp://stoa:open%20sesame@" + server.Addr); err != nil {
		t.Fatal(err)
	}
	if m := server.Mails()[0]; !m.TLS || m.Login != "stoa" {
		t.Errorf("over TLS %v as %q", m.TLS, m.Login)
	}
	if err := try("smtp://stoa:wrong@" + server.Addr); err == nil || errors.Is(err, ErrRefused) || strings.Contains(err.Error(), "wrong@") {
		t.Errorf("a wrong password: %v", err)
	}
	if err := try("smtp+plain://stoa:open%20sesame@" + server.Addr); err == nil {
		t.Error("the password went in clear and was taken")
	}
	s, err := NewSMTP("smtp://"+server.Addr, "stoa@stoa.example", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter); err == nil {
		t.Error("an unknown certificate was trusted")
	}
}

func TestARefusalIsToldFromADelay(t *testing.T) {
	server := testkit.NewMailServer(t, "", "")
	s, err := NewSMTP("smtp+plain://"+server.Addr, "stoa@stoa.example", "", "")
	if err != nil {
		t.Fatal(err)
	}
	server.Rcpt = func(string) error {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	if err := s.Send(t.Context(), letter); !errors.Is(err, ErrRefused) {
		t.Errorf("no such user: %v", err)
	}
	server.Rcpt = func(string) error { return &smtp.SMTPError{Code: 451, Message: "greylisted"} }
	if err := s.Send(t.Context(), letter); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("greylisted: %v", err)
	}
	away, err := NewSMTP("smtp+plain://127.0.0.1:1", "stoa@stoa.example", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := away.Send(t.Context(), letter); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("no server: %v", err)
	}
	if len(server.Mails()) != 0 {
		t.Error("something was taken")
	}
}

func TestAddressesOfMailServers(t *testing.T) {
	for _, bad := range []string{"", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:70000", "smtp+plain://mail.example.org", "smtps://host/path"} {
		if _, err := NewSMTP(bad, "a@example.org", "", ""); good.KindOf(err) != good.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range [][3]string{{"nobody", "", ""}, {"a@example.org", "nobody", ""}, {"a@example.org", "", "B <b@example.org>"}} {
		if _, err := NewSMTP("smtp://host", bad[0], bad[1], bad[2]); good.KindOf(err) != good.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

const report = "From: MAILER-DAEMON@example.net\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n" +
	"--b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n" +
	"Original-Recipient: rfc822;Ada@Example.org\r\nFinal-Recipient: rfc822;ada@inner.example.net\r\nAction: failed\r\nStatus: 5.1.1 (bad mailbox)\r\n\r\n" +
	"Final-Recipient: rfc822; full@example.org\r\nAction: failed\r\nStatus: 4.2.2\r\n\r\n" +
	"Final-Recipient: rfc822; slow@example.org\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n--b1--\r\n"

func TestAReturnedLetterIsRead(t *testing.T) {
	got, err := ReadBounce(strings.NewReader(report))
	if err != nil || len(got) != 2 || got[0] != (Bounced{"ada@example.org", true, "5.1.1"}) || got[1] != (Bounced{"full@example.org", false, "4.2.2"}) {
		t.Errorf("%+v %v", got, err)
	}
	for _, bad := range []string{"", "hello", "Content-Type: text/plain\r\n\r\nHello", strings.ReplaceAll(report, "failed", "relayed"), strings.Repeat("A: b\r\n", 1<<18)} {
		if _, err := ReadBounce(strings.NewReader(bad)); good.KindOf(err) != good.Invalid {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

func FuzzReadBounce(f *testing.F) {
	f.Add(report)
	f.Add("Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n\nAction: failed\nFinal-Recipient: rfc822; a@b.c\n--x--")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ReadBounce(strings.NewReader(s))
		if (err == nil) != (len(list) > 0) || len(list) > maxBounced*10 {
			t.Errorf("%d addresses, %v", len(list), err)
		}
		for _, b := range list {
			if !strings.Contains(b.Address, "@") || len(b.Reason) > 9 {
				t.Errorf("%+v", b)
			}
		}
	})
}
