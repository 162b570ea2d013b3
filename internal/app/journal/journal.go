// Package journal shows the journal's log to the outside, so that anyone can
// prove what was said when, and erases what must be forgotten.
package journal

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
	"stoa/internal/store"
	stoalog "stoa/internal/tlog"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Key *stoalog.Key
	// CatchUp makes the snapshot show what was just committed; nil where no
	// snapshot is served.
	CatchUp func(context.Context) error
}

// Verifier is the log's public key, as a note verifier.
func (a *App) Verifier() string { return a.Key.Verifier }

// Size is how many entries the journal holds.
func (a *App) Size(ctx context.Context) (int64, error) {
	position, err := a.DB.Position(ctx)
	return position + 1, err
}

// Checkpoints returns the signed checkpoints that are kept, the newest last.
func (a *App) Checkpoints(ctx context.Context) ([]string, error) { return a.DB.Checkpoints(ctx) }

// SignedCheckpoint returns the newest signed checkpoint of the journal. Every
// commit signs its own; only a journal nobody has written to with the key is
// signed when first asked for.
func (a *App) SignedCheckpoint(ctx context.Context) (string, error) {
	size, err := a.Size(ctx)
	if err != nil {
		return "", err
	}
	held, note, err := a.DB.NewestCheckpoint(ctx)
	if err != nil || held >= size {
		return note, err
	}
	if err := a.DB.SignHead(ctx); err != nil {
		return "", err
	}
	_, note, err = a.DB.NewestCheckpoint(ctx)
	return note, err
}

// Leaves returns the log's leaves from a position on.
func (a *App) Leaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	return a.DB.Leaves(ctx, from, limit)
}

// Entries returns what is disclosed of the entries from a position on.
func (a *App) Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error) {
	return a.DB.Entries(ctx, from, limit)
}

// Hashes reads the log's stored hashes.
func (a *App) Hashes(ctx context.Context) tlog.HashReader { return a.DB.Hashes(ctx) }

// Tile returns the bytes of the tile at a path after "tile/" (C2SP
// tlog-tiles): hashes, or the entries themselves. They never change.
func (a *App) Tile(ctx context.Context, path string) ([]byte, error) {
	t, err := a.find(ctx, path)
	if err != nil {
		return nil, err
	}
	if t.L >= 0 {
		return tlog.ReadTileData(t, a.DB.Hashes(ctx))
	}
	leaves, err := a.DB.Leaves(ctx, t.N*stoalog.Bundle, t.W)
	return stoalog.EncodeBundle(leaves), err
}

// Disclosed returns what is disclosed of the entries of a bundle, whose path
// is that of its tile after "tile/entries/".
func (a *App) Disclosed(ctx context.Context, path string) ([]good.Entry, error) {
	t, err := stoalog.ParseTile("entries/" + path)
	if err != nil {
		return nil, unknownTile()
	}
	entries, err := a.DB.Entries(ctx, t.N*stoalog.Bundle, t.W) // the last bundle, as far as it goes
	if err == nil && len(entries) == 0 {
		err = unknownTile()
	}
	return entries, err
}

func unknownTile() error { return &good.Error{Kind: good.NotFound, Key: "error.log.tile"} }

// find is the tile at a path, if the log has grown so far.
func (a *App) find(ctx context.Context, path string) (tlog.Tile, error) {
	t, err := stoalog.ParseTile(path)
	if err != nil {
		return t, unknownTile()
	}
	size, err := a.Size(ctx)
	if err != nil {
		return t, err
	}
	if tileWidth(size, max(t.L, 0), t.N) < int64(t.W) {
		return t, unknownTile()
	}
	return t, nil
}

// tileWidth is how many whole hashes tile n of a level has in a log of size.
func tileWidth(size int64, level int, n int64) int64 {
	if level > 7 || n < 0 || n > size { // 256^8 is beyond any size
		return 0
	}
	return size>>(level*stoalog.TileHeight) - n*stoalog.Bundle
}
