package fence

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// ThisMachine is the loopback network where address names it: who types
// localhost means it.
func ThisMachine(address string) []netip.Prefix {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip.IsLoopback() {
		return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	return nil
}

// Ports are the ports that an address names, besides the usual ones.
func Ports(address string) []uint16 {
	out := []uint16{80, 443}
	if u, err := url.Parse(address); err == nil {
		if p, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
			out = append(out, uint16(p))
		}
	}
	return out
}
