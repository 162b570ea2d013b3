package testkit

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Names is a name server on loopback: every name leads to this machine but
// those that lapsed, and some have records of text.
type Names struct {
	mu     sync.Mutex
	text   map[string][]string
	lapsed map[string]bool
	addr   string
}

// NameServer starts a name server that ends with the test.
func NameServer(t testing.TB) *Names {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	n := &Names{text: map[string][]string{}, lapsed: map[string]bool{}, addr: conn.LocalAddr().String()}
	go n.serve(conn)
	return n
}

// SetText gives a name its records of text; none makes it unknown.
func (n *Names) SetText(name string, records ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.text[name] = records
}

// SetLapsed makes a name lead nowhere, or to this machine again.
func (n *Names) SetLapsed(name string, lapsed bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lapsed[name] = lapsed
}

// Resolver asks this server alone.
func (n *Names) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "udp", n.addr)
	}}
}

func (n *Names) serve(conn net.PacketConn) {
	for buf := make([]byte, 1500); ; {
		size, from, err := conn.ReadFrom(buf)
		if err != nil {
			return // closed
		}
		if answer, err := n.answer(buf[:size]); err == nil {
			_, _ = conn.WriteTo(answer, from) // who asked asks again
		}
	}
}

func (n *Names) answer(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil || len(m.Questions) == 0 {
		return nil, err
	}
	q := m.Questions[0]
	out := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true}, Questions: m.Questions[:1]}
	head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
	n.mu.Lock()
	lapsed := n.lapsed[strings.TrimSuffix(q.Name.String(), ".")]
	n.mu.Unlock()
	if lapsed {
		out.RCode = dnsmessage.RCodeNameError
		return out.Pack()
	}
	switch q.Type {
	case dnsmessage.TypeA:
		out.Answers = append(out.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}})
	case dnsmessage.TypeTXT:
		n.mu.Lock()
		records := n.text[strings.TrimSuffix(q.Name.String(), ".")]
		n.mu.Unlock()
		for _, r := range records {
			out.Answers = append(out.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.TXTResource{TXT: []string{r}}})
		}
		if len(records) == 0 {
			out.RCode = dnsmessage.RCodeNameError
		}
	}
	return out.Pack()
}
