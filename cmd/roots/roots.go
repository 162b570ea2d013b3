// Package roots says whom to trust where the system does not say, as in a bare
// container.
package roots

import (
	"crypto/x509"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// Trust has TLS trust Mozilla's roots where the system has none. Those of the
// system are read for it, which takes several milliseconds: who asks no host
// need not call it.
var Trust = sync.OnceFunc(func() {
	pool := x509.NewCertPool()
	for root := range bundle.Roots() {
		cert, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			panic(err) // they are part of the program: found by any test
		}
		if root.Constraint == nil {
			pool.AddCert(cert)
		} else {
			pool.AddCertWithConstraint(cert, root.Constraint)
		}
	}
	x509.SetFallbackRoots(pool)
})
