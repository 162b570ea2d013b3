package files_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"stoa/internal/app/goods"
	"stoa/internal/files"
	"stoa/internal/good"
)

// million is a registry of a million goods that are made when asked for.
type million struct{}

const goodsOfMillion = 1_000_000

func idOf(n int) good.ID { return good.ID(fmt.Sprintf("01HZZZZZZZZZZZZZZZ%08d", n)) }

func (million) Search(context.Context, good.Query) (good.Results, error) {
	return good.Results{Total: goodsOfMillion}, nil
}
func (million) Show(context.Context, string) (goods.View, error) { return goods.View{}, nil }
func (million) Goods(context.Context, []good.ID) (map[good.ID]*good.Good, error) {
	return nil, nil
}
func (million) Position() int64 { return goodsOfMillion }

func (million) After(_ context.Context, after good.ID, limit int) ([]*good.Good, error) {
	first := 0
	if after != "" {
		_, _ = fmt.Sscanf(string(after[18:]), "%d", &first)
		first++
	}
	var out []*good.Good
	for n := first; n < min(first+limit, goodsOfMillion); n++ {
		out = append(out, &good.Good{ID: idOf(n), Slug: fmt.Sprintf("a-good-with-a-name-of-usual-length-%d", n)})
	}
	return out, nil
}

func (million) Boundaries(_ context.Context, every int) ([]good.ID, error) {
	var out []good.ID
	for n := every - 1; n < goodsOfMillion-1; n += every {
		out = append(out, idOf(n))
	}
	return out, nil
}

func TestTheSiteMapOfAMillionGoodsKeepsToTheProtocol(t *testing.T) {
	const base = "https://stoa.example"
	site := files.New(files.Config{Goods: million{}, Walk: million{}, BaseURL: base, Version: "test", Log: slog.Default()})(http.NotFoundHandler())
	get := func(path string) []byte {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return w.Body.Bytes()
	}
	var index struct {
		Maps []struct {
			Loc string `xml:"loc"`
		} `xml:"sitemap"`
	}
	if err := xml.Unmarshal(get("/sitemap.xml"), &index); err != nil || len(index.Maps) != 500 {
		t.Fatalf("%d parts, %v", len(index.Maps), err)
	}
	for _, i := range []int{0, 1, 250, 499} { // each holds a million's five-hundredth
		var set struct {
			URLs []struct {
				Loc string `xml:"loc"`
			} `xml:"url"`
		}
		body := get(strings.TrimPrefix(index.Maps[i].Loc, base))
		if err := xml.Unmarshal(body, &set); err != nil || len(set.URLs) > 50_000 || len(set.URLs) < 2000*6 || len(body) > 50<<20 {
			t.Errorf("part %d: %d addresses in %d bytes, %v", i, len(set.URLs), len(body), err)
		}
		if last := set.URLs[len(set.URLs)-1].Loc; !strings.HasSuffix(last, fmt.Sprintf("-%d", 2000*(i+1)-1)) {
			t.Errorf("part %d ends with %s", i, last)
		}
	}
}
