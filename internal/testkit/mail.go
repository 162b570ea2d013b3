package testkit

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// MailServer is a mail server in this process that keeps what it is handed.
type MailServer struct {
	Addr string // host:port, without encryption
	// Rcpt judges recipients; a *smtp.SMTPError is said to the client as it is.
	Rcpt func(address string) error
	// Took is called when a message was taken, before the client hears of it.
	Took func(Mail)
	// Roots trust the server's certificate, for STARTTLS.
	Roots *x509.CertPool

	user, pass string
	mu         sync.Mutex
	mails      []Mail
	server     *smtp.Server
}

// Mail is a message as the server got it.
type Mail struct {
	From, To string // of the envelope
	Raw      []byte
	Header   netmail.Header
	Body     []byte
	Login    string // of whom handed it over
	TLS      bool
}

// NewMailServer starts one; with a user it wants that login, over TLS alone.
func NewMailServer(t testing.TB, user, pass string) *MailServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &MailServer{Addr: l.Addr().String(), user: user, pass: pass}
	m.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: m, conn: c}, nil }))
	m.server.Domain, m.server.MaxMessageBytes = "localhost", 1<<20
	m.server.ReadTimeout, m.server.WriteTimeout = 10*time.Second, 10*time.Second
	m.server.TLSConfig = m.certificate(t)
	m.server.ErrorLog = silence{}
	done := make(chan struct{})
	go func() { defer close(done); _ = m.server.Serve(l) }() // it ends with an error by design
	t.Cleanup(func() { m.server.Close(); <-done })
	return m
}

type silence struct{}

func (silence) Printf(string, ...any) {}
func (silence) Println(...any)        {}

// certificate makes one for this very server.
func (m *MailServer) certificate(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	m.Roots = x509.NewCertPool()
	m.Roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// Mails is what was taken so far.
func (m *MailServer) Mails() []Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Mail(nil), m.mails...)
}

// session is one client's.
type session struct {
	server *MailServer
	conn   *smtp.Conn
	mail   Mail
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	if s.server.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != s.server.user || pass != s.server.pass {
			return errors.New("wrong password")
		}
		s.mail.Login = user
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.user != "" && s.mail.Login == "" {
		return smtp.ErrAuthRequired
	}
	s.mail.From = from
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.server.Rcpt != nil {
		if err := s.server.Rcpt(to); err != nil {
			return err
		}
	}
	s.mail.To = to
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	var err error
	if s.mail.Raw, err = io.ReadAll(r); err != nil {
		return err
	}
	read, err := netmail.ReadMessage(bytes.NewReader(s.mail.Raw))
	if err != nil {
		return err
	}
	s.mail.Header = read.Header
	if s.mail.Body, err = io.ReadAll(read.Body); err != nil {
		return err
	}
	_, s.mail.TLS = s.conn.TLSConnectionState()
	s.server.mu.Lock()
	s.server.mails = append(s.server.mails, s.mail)
	s.server.mu.Unlock()
	if s.server.Took != nil {
		s.server.Took(s.mail)
	}
	return nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.mail = Mail{Login: s.mail.Login} }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }
