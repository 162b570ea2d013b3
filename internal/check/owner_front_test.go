package check

import (
	"context"
	"slices"
	"testing"
)

// TestAHolderIsTheGoodsOwn: what stands in the terms of something that is used,
// or within a sentence of the front page, is held by others.
func TestAHolderIsTheGoodsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"terms of a part":  {map[string]string{"LICENSE": "MIT License\n\nCopyright (c) 2020 Wells\n", "A-PUMP-LICENSE.txt": "MIT License\n\nCopyright (c) 2019 A Pump\n"}, []string{"Wells"}},
		"in a sentence":    {map[string]string{"README.md": "# Wells\n\nThe map has tiles, which are © Mapmakers of the World.\n"}, nil},
		"on the last line": {map[string]string{"README.md": "# Wells\n\n© 2020 District of Wells\n"}, []string{"District of Wells"}},
	} {
		if got := of(t, Run(context.Background(), tree(c.files)), "owner.copyright").Values; !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
