package line

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

var duration = reflect.TypeFor[time.Duration]()

// check says whether a value is of a type that can be read.
func (v *Value) check() error {
	t := v.target.Type()
	if t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint16:
		return nil
	}
	return fmt.Errorf("a %s cannot be read", v.target.Type())
}

// IsBool says whether the value is yes or no, and takes no text on the line.
func (v *Value) IsBool() bool {
	t := v.target.Type()
	return t.Kind() == reflect.Bool || t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Bool
}

// IsList says whether there may be several.
func (v *Value) IsList() bool { return v.target.Kind() == reflect.Slice }

// Text is the value as it is given: a list with commas.
func (v *Value) Text() string {
	if !v.IsList() {
		return fmt.Sprint(v.target.Interface())
	}
	var each []string
	for i := range v.target.Len() {
		each = append(each, fmt.Sprint(v.target.Index(i).Interface()))
	}
	return strings.Join(each, ",")
}

// set takes what from says of the value. What a list is told by the line adds
// up; anything else takes the place of what was said before.
func (v *Value) set(text string, from Origin) error {
	if v.IsList() {
		if v.From != FromLine {
			v.target.SetZero()
		}
		for _, part := range v.split(text) {
			one := reflect.New(v.target.Type().Elem()).Elem()
			if err := v.read(part, one); err != nil {
				return err
			}
			v.target.Set(reflect.Append(v.target, one))
		}
	} else if v.target.Kind() == reflect.Pointer {
		one := reflect.New(v.target.Type().Elem())
		if err := v.read(text, one.Elem()); err != nil {
			return err
		}
		v.target.Set(one)
	} else if err := v.read(text, v.target); err != nil {
		return err
	}
	v.From = from
	return nil
}

// split parts a list at its commas, but not at one after a backslash.
func (v *Value) split(text string) []string {
	if v.whole {
		return []string{text}
	}
	var out []string
	part := ""
	for text != "" {
		i := strings.IndexByte(text, ',')
		switch {
		case i < 0:
			part, text = part+text, ""
		case i > 0 && text[i-1] == '\\':
			part, text = part+text[:i-1]+",", text[i+1:]
			continue
		default:
			part, text = part+text[:i], text[i+1:]
		}
		out, part = append(out, part), ""
	}
	if part != "" {
		out = append(out, part)
	}
	return out
}

// read turns one text into what it means.
func (v *Value) read(text string, into reflect.Value) error {
	if v.Enum != nil && !slices.Contains(v.Enum, text) {
		return fmt.Errorf("%s must be one of %s but is %q", v.said(), quoted(v.Enum), text)
	}
	var err error
	switch t := into.Type(); {
	case t == duration:
		var d time.Duration
		if d, err = time.ParseDuration(text); err == nil {
			into.SetInt(int64(d))
		}
	case t.Kind() == reflect.String:
		if text, err = v.place(text); err == nil {
			into.SetString(text)
		}
	case t.Kind() == reflect.Bool:
		var yes bool
		if yes, err = strconv.ParseBool(text); err == nil {
			into.SetBool(yes)
		}
	case t.Kind() == reflect.Uint16:
		var n uint64
		if n, err = strconv.ParseUint(text, 10, t.Bits()); err == nil {
			into.SetUint(n)
		}
	default:
		var n int64
		if n, err = strconv.ParseInt(text, 10, t.Bits()); err == nil {
			into.SetInt(n)
		}
	}
	if err == nil {
		return nil
	}
	if wrong := new(strconv.NumError); errors.As(err, &wrong) {
		err = wrong.Err // the text is in the sentence already
	}
	return fmt.Errorf("%s: %q: %w", v.said(), text, err)
}

// place is the text of a path as the program needs it; other text stays as it
// is. "-" is for the program to understand.
func (v *Value) place(text string) (string, error) {
	if v.kind == "" || text == "-" || text == "" {
		return text, nil
	}
	if rest, ok := strings.CutPrefix(text, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		text = filepath.Join(home, rest)
	}
	path, err := filepath.Abs(text)
	if err != nil || v.kind != "existingfile" {
		return path, err
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%q is a folder", path)
	}
	return path, err
}

// said is how the value is spoken of: --name or <name>.
func (v *Value) said() string {
	if v.flag {
		return "--" + v.Name
	}
	return "<" + v.Name + ">"
}

func quoted(words []string) string {
	var out []string
	for _, w := range words {
		out = append(out, strconv.Quote(w))
	}
	return strings.Join(out, ", ")
}
