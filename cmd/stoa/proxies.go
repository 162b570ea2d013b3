package main

import (
	"fmt"
	"net/netip"
)

// ProxyFlags say whose word counts about where a request comes from.
type ProxyFlags struct {
	Proxies []string `name:"proxy" help:"Proxies before this server, by address or network, whose X-Forwarded-For is believed; what one client may ask is counted by it." env:"STOA_PROXIES" default:"127.0.0.0/8,::1" placeholder:"ADDRESS"`
}

// trusted are the networks of the proxies.
func (f ProxyFlags) trusted() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range f.Proxies {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			addr, one := netip.ParseAddr(s)
			if one != nil {
				return nil, fmt.Errorf("--proxy %q is no address and no network: write 10.0.0.7 or 10.0.0.0/8", s)
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
