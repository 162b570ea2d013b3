package fence

import "context"

// pass is what a host handed out to nobody in particular and wants shown again.
type pass struct{ origin, token string }

type passKey struct{}

// WithToken lets the requests within a context show an origin, as
// https://registry.example.org:5000, the token that it handed out to whoever
// asked. It says nothing of who asks, and nobody else sees it: no other host, nor
// the same one without a certificate.
func WithToken(ctx context.Context, origin, token string) context.Context {
	return context.WithValue(ctx, passKey{}, pass{origin, token})
}
