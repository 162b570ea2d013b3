package tlog

import (
	"encoding/binary"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is the height of tiles in C2SP tlog-tiles: 256 hashes or entries.
const TileHeight = 8

// Bundle is how many entries an entry bundle holds.
const Bundle = 1 << TileHeight

// ParseTile reads the path of a tile after "tile/": "0/x001/067.p/5" or
// "entries/000". The level of an entry bundle is -1.
func ParseTile(path string) (tlog.Tile, error) {
	if rest, ok := strings.CutPrefix(path, "entries/"); ok {
		path = "data/" + rest
	} else if strings.HasPrefix(path, "data/") {
		return tlog.Tile{}, errors.New("no tile")
	}
	t, err := tlog.ParseTilePath("tile/8/" + path)
	if err != nil {
		return tlog.Tile{}, errors.New("no tile")
	}
	return t, nil
}

// TilePath is the path of a tile after "/log/".
func TilePath(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), "tile/8/")
	if rest, ok := strings.CutPrefix(p, "data/"); ok {
		p = "entries/" + rest
	}
	return "tile/" + p
}

// EncodeBundle is leaves as an entry bundle: each after its length in two bytes.
func EncodeBundle(leaves [][]byte) []byte {
	var b []byte
	for _, l := range leaves {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(l))), l...)
	}
	return b
}

// DecodeBundle reads an entry bundle.
func DecodeBundle(b []byte) ([][]byte, error) {
	var out [][]byte
	for len(b) > 0 {
		if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
			return nil, errors.New("entry bundle: cut short")
		}
		n := int(binary.BigEndian.Uint16(b))
		out = append(out, b[2:2+n])
		b = b[2+n:]
	}
	return out, nil
}
