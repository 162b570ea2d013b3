package goods

import (
	"context"

	"stoa/internal/good"
)

// Known returns the good another registry knows by that value of an identifier
// scheme ("dpga", "dpgid", "dpga-v0"), tombstoned or not, as an error of kind
// NotFound where there is none.
func (a *App) Known(ctx context.Context, scheme, value string) (*good.Good, error) {
	id, ok, err := a.DB.FindIdentifier(ctx, scheme, value)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &good.Error{Kind: good.NotFound, Key: "error.good.unknown", Args: map[string]any{"Name": value}}
	}
	return a.DB.Good(ctx, id)
}
