// Package house holds the rules of the house as tests: which room may import
// which, which third-party module serves which room, how files look. It has no
// code of its own; ARCHITECTURE.md says why the rules are as they are.
package house
