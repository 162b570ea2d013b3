package support

import "stoa/internal/good"

// Move makes what an offer says of a good said of the one into which that went,
// or of that good again.
func (o *Offer) Move(of, to good.ID) { o.Goods, o.Was = good.Follow(o.Goods, o.Was, of, to) }

// Move makes a request one for the good into which its own went, or for its own
// again.
func (r *Request) Move(to good.ID) { r.Good, r.Was = good.MoveTo(r.Good, r.Was, to) }

// Move makes an agreement one with the good into which its own went, or with its
// own again.
func (a *Agreement) Move(to good.ID) { a.Good, a.Was = good.MoveTo(a.Good, a.Was, to) }
