package page

import "stoa/internal/watch"

// Says is what a sign of the watch says, in a sentence; one whose particulars
// were erased says that something changed.
func (f *Frame) Says(s watch.Sign) string {
	key := "sign.says." + string(s.Kind)
	if s.About == "" || !f.Has(key) {
		return f.T("web.past.watch.changed")
	}
	return f.Tell(key, "About", Cut(Valid(s.About), 200), "Was", Cut(s.Was, 100), "Is", Cut(Valid(s.Is), 200), "Indicator", s.Indicator)
}

// SignName is what a kind of sign is called.
func (f *Frame) SignName(k watch.Kind) string {
	if name := f.Word("sign.name." + string(k)); name != "" {
		return name
	}
	return string(k)
}
