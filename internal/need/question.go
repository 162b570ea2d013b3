package need

import (
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Question is what the catalogue is asked for a need: texts, and values of
// facets that speak for a good. Nothing of it excludes one.
type Question struct {
	Texts []Text
	Likes []Like
}

// Text is words of a need with what they count, 1 for the problem itself.
type Text struct {
	Text, Lang string
	Weight     float32
}

// Like is a value of a facet with what it counts.
type Like struct {
	Facet  good.Facet
	Value  string
	Weight float32
}

// Found is a good that the catalogue found for a question: what it scored, and
// which of the question's words it has, itself or in a word that means the same.
type Found struct {
	ID    good.ID
	Score float64
	Words []string
}

// What the parts of a need count beside the problem, by which the judged needs
// were best answered (docs/matching-needs.md).
const (
	weighUse      = 0.6
	weighBlock    = 0.5
	weighSector   = 0.5
	weighStandard = 0.8
	likeSector    = 1.2
	likeKind      = 1.5
	likeSDG       = 0.8
)

// Question is what the catalogue is asked for a.
func (a *Ask) Question() Question {
	q := Question{Texts: []Text{{a.Problem, a.Lang, 1}}}
	if a.Use != "" {
		q.Texts = append(q.Texts, Text{a.Use, a.Lang, weighUse})
	}
	for _, code := range a.Blocks {
		if b, ok := vocab.FindBlock(code); ok {
			q.Texts = append(q.Texts, Text{strings.Join(b.Words, " . "), "en", weighBlock})
		}
	}
	for _, s := range a.Sectors {
		q.Texts = append(q.Texts, Text{strings.ReplaceAll(s, "-", " "), "en", weighSector})
		q.Likes = append(q.Likes, Like{good.FacetSector, s, likeSector})
	}
	for _, s := range a.Standards {
		q.Texts = append(q.Texts, Text{s, "en", weighStandard})
	}
	for _, k := range a.Kinds {
		q.Likes = append(q.Likes, Like{good.FacetKind, string(k), likeKind})
	}
	for _, n := range a.SDGs {
		q.Likes = append(q.Likes, Like{good.FacetSDG, strconv.Itoa(n), likeSDG})
	}
	return q
}
