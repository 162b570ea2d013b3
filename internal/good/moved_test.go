package good_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"stoa/internal/good"
)

func TestAListFollowsGoodsAndComesBack(t *testing.T) {
	first := []good.ID{"b", "a", "c"}
	list, was := good.Follow(first, nil, "a", "b")
	if !slices.Equal(list, []good.ID{"b", "c"}) || len(was) != 3 || !slices.Equal(good.FirstNamed(list, was, "b"), []good.ID{"b", "a"}) {
		t.Fatalf("%v %v", list, was)
	}
	if again, _ := good.Follow(list, was, "d", "b"); !slices.Equal(again, list) { // it never named that
		t.Errorf("%v", again)
	}
	if list, was = good.Follow(list, was, "a", "a"); !slices.Equal(list, first) || was != nil {
		t.Errorf("it did not come back: %v %v", list, was)
	}
	for seed := range uint64(50) {
		any := rand.New(rand.NewPCG(seed, 1))
		list, was := slices.Clone(first), []good.Part(nil)
		for range any.IntN(8) {
			list, was = good.Follow(list, was, first[any.IntN(3)], []good.ID{"a", "b", "c", "d"}[any.IntN(4)])
		}
		for _, i := range any.Perm(3) {
			list, was = good.Follow(list, was, first[i], first[i])
		}
		if !slices.Equal(list, first) || was != nil {
			t.Errorf("seed %d: %v %v", seed, list, was)
		}
	}
}
