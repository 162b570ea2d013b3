package lazy

import (
	"slices"
	"testing"
)

func TestAnExpressionIsCompiledWhenItIsFirstUsed(t *testing.T) {
	l := New(`(a+)(b)`)
	if l.re != nil || l.String() != "(a+)(b)" {
		t.Error("it was compiled before anybody used it")
	}
	if got := l.FindStringSubmatch("xaab"); len(got) != 3 || got[1] != "aa" || l.re == nil {
		t.Errorf("%q", got)
	}
	if !slices.Contains(All(), l) || slices.Contains(All(), Of(`a`)) {
		t.Error("those of packages are not all")
	}
}

func TestAMistakeIsFound(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an expression that does not compile was taken")
		}
	}()
	Of(`(`).Compile()
}
