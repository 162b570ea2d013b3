// Package mirror reads the log of another instance over HTTP, so that it can
// be verified from outside.
package mirror

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
	stoalog "stoa/internal/tlog"
)

// Fetcher gets what stands at an address, within bounds.
type Fetcher interface {
	Fetch(ctx context.Context, address string, w io.Writer) (final string, err error)
}

// Log is the log of the instance at an address. It implements tlog.Reader.
type Log struct {
	base  string
	fetch Fetcher
	size  int64 // of the checkpoint, once read
}

// New returns the log of the instance at base.
func New(base string, f Fetcher) *Log {
	base = strings.TrimSuffix(strings.TrimRight(base, "/"), "/log")
	return &Log{base: base + "/log/", fetch: f}
}

func (l *Log) get(ctx context.Context, path string) ([]byte, error) {
	var b bytes.Buffer
	if _, err := l.fetch.Fetch(ctx, l.base+path, &b); err != nil {
		return nil, fmt.Errorf("read %s: %w", l.base+path, err)
	}
	return b.Bytes(), nil
}

// Verifier is the public key that the instance itself gives.
func (l *Log) Verifier(ctx context.Context) (string, error) {
	raw, err := l.get(ctx, "key")
	return strings.TrimSpace(string(raw)), err
}

// Size is how many entries the newest checkpoint covers.
func (l *Log) Size(ctx context.Context) (int64, error) {
	_, err := l.Checkpoints(ctx)
	return l.size, err
}

// Checkpoints returns the one checkpoint that an instance shows, its newest.
func (l *Log) Checkpoints(ctx context.Context) ([]string, error) {
	raw, err := l.get(ctx, "checkpoint")
	if err != nil {
		return nil, err
	}
	lines := strings.SplitN(string(raw), "\n", 3)
	if len(lines) < 3 {
		return nil, errors.New("the checkpoint is cut short")
	}
	if l.size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || l.size < 0 {
		return nil, errors.New("the checkpoint's size is not a number")
	}
	return []string{string(raw)}, nil
}

// width is how many of n-th group of 256 things there are at a level.
func (l *Log) width(level int, n int64) int {
	return int(min(stoalog.Bundle, l.size>>(level*stoalog.TileHeight)-n*stoalog.Bundle))
}

// bundle is the path of the n-th entry bundle.
func (l *Log) bundle(n int64) string {
	return stoalog.TilePath(tlog.Tile{H: stoalog.TileHeight, L: -1, N: n, W: l.width(0, n)})
}

// Leaves returns the leaves from position on, up to the end of their bundle.
func (l *Log) Leaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	n := from / stoalog.Bundle
	raw, err := l.get(ctx, l.bundle(n))
	if err != nil {
		return nil, err
	}
	leaves, err := stoalog.DecodeBundle(raw)
	if err != nil {
		return nil, err
	}
	return cut(leaves, int(from-n*stoalog.Bundle), limit), nil
}

// Entries returns what the instance discloses of the entries from position on,
// up to the end of their bundle.
func (l *Log) Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error) {
	n := from / stoalog.Bundle
	raw, err := l.get(ctx, strings.Replace(l.bundle(n), "tile/entries/", "values/", 1))
	if err != nil {
		return nil, err
	}
	entries, err := stoalog.DecodeDisclosed(raw)
	if err != nil {
		return nil, fmt.Errorf("from position %d: %w", n*stoalog.Bundle, err)
	}
	return cut(entries, int(from-n*stoalog.Bundle), limit), nil
}

func cut[T any](list []T, from, limit int) []T {
	from = min(from, len(list))
	return list[from:min(len(list), from+limit)]
}

// Hashes reads the instance's hash tiles. Each tile is checked against the
// recomputed log by the caller, so nothing here is trusted.
func (l *Log) Hashes(ctx context.Context) tlog.HashReader {
	tiles := map[string][]byte{}
	return tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(ids))
		for i, id := range ids {
			t := tlog.TileForIndex(stoalog.TileHeight, id)
			t.W = l.width(t.L, t.N)
			path := stoalog.TilePath(t)
			if _, ok := tiles[path]; !ok {
				raw, err := l.get(ctx, path)
				if err != nil {
					return nil, err
				}
				if len(tiles) > 64 { // neighbours are asked for together
					clear(tiles)
				}
				tiles[path] = raw
			}
			h, err := tlog.HashFromTile(t, tiles[path], id)
			if err != nil {
				return nil, fmt.Errorf("tile %s: %w", path, err)
			}
			out[i] = h
		}
		return out, nil
	})
}
