package target

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"stoa/internal/check"
)

const (
	year        = 365 * 24 * time.Hour
	mostCommits = 20_000 // that are walked
	mostTags    = 50     // that are looked up
	mostAuthors = 200    // that are named
)

// local adds what a repository's own records in the folder say: commit,
// address, past. They are read, and git is not run. A folder whose records lie
// elsewhere (a worktree, a submodule) has none.
func local(ctx context.Context, root *os.Root, t *check.Target, c *cuts) {
	if info, err := root.Lstat(".git"); err != nil || !info.IsDir() {
		return
	}
	records, err := root.OpenRoot(".git")
	if err != nil {
		return
	}
	defer records.Close() // read only
	if info, err := records.Lstat("objects"); err != nil || !info.IsDir() {
		return
	}
	decoded(func() error {
		// Bound, so that neither a link nor a list of alternates leads out of it.
		fs := osfs.New(records.Name(), osfs.WithBoundOS())
		s := filesystem.NewStorageWithOptions(fs, none{}, filesystem.Options{LargeObjectThreshold: 1 << 20, KeepDescriptors: true})
		defer s.Close() // read only
		if cfg, err := s.Config(); err == nil {
			if r := cfg.Remotes["origin"]; r != nil && len(r.URLs) > 0 {
				t.URL = public(r.URLs[0])
			}
		}
		head, err := storer.ResolveReference(s, plumbing.HEAD)
		if err != nil {
			return err
		}
		t.Commit = head.Hash().String()
		shallow, err := s.Shallow()
		objects, fail := records.OpenRoot("objects")
		if fail != nil {
			return fail
		}
		defer objects.Close() // read only
		kept := openRecords(objects, s)
		defer kept.close()
		t.History = past(ctx, kept.commit, head.Hash(), err != nil || len(shallow) > 0)
		if t.History == nil {
			return nil
		}
		refs, err := s.IterReferences()
		if err != nil {
			return err
		}
		tags := map[string]plumbing.Hash{}
		_ = refs.ForEach(func(r *plumbing.Reference) error {
			if name, ok := strings.CutPrefix(string(r.Name()), "refs/tags/"); ok {
				tags[name] = r.Hash()
			}
			return nil
		})
		t.History.Tags = dated(kept, tags)
		return nil
	})
	if ctx.Err() != nil {
		c.add("target.cut.history")
	}
}

// public is a remote's address as others reach it, without who uses it.
func public(remote string) string {
	a := Address(remote)
	if scheme, rest, ok := strings.Cut(a, "://"); ok {
		host, path, _ := strings.Cut(rest, "/")
		a = scheme + "://" + host[strings.LastIndex(host, "@")+1:] + "/" + strings.TrimSuffix(strings.TrimSuffix(path, "/"), ".git")
	}
	return a
}

// past is the year before the newest commit, or nil where there is none.
// Whether it is cut is known only once its edge is met, unless shallow is false.
func past(ctx context.Context, read func(plumbing.Hash) (*commit, error), from plumbing.Hash, shallow bool) *check.History {
	newest, err := read(from)
	if err != nil {
		return nil
	}
	h := &check.History{Newest: newest.at.UTC()}
	since := newest.at.Add(-year)
	seen, by := map[plumbing.Hash]bool{from: true}, map[string]int{}
	queue := &byAge{newest}
	for queue.Len() > 0 {
		c := heap.Pop(queue).(*commit)
		if c.at.Before(since) {
			continue
		}
		h.Commits++
		if h.Commits > mostCommits || ctx.Err() != nil {
			h.Commits = -1
			break
		}
		if len(c.parents) < 2 { // a merge is nobody's work
			by[c.author]++
		}
		for _, p := range c.parents {
			if seen[p] {
				continue
			}
			seen[p] = true
			parent, err := read(p)
			if err != nil { // the edge of what was fetched
				if shallow {
					h.Commits = -1
				}
				continue
			}
			heap.Push(queue, parent)
		}
		if h.Commits < 0 {
			break
		}
	}
	for address, n := range by {
		h.Authors = append(h.Authors, check.Author{ID: author(address), Commits: n})
	}
	slices.SortFunc(h.Authors, func(a, b check.Author) int {
		return cmp.Or(cmp.Compare(b.Commits, a.Commits), cmp.Compare(a.ID, b.ID))
	})
	h.Authors = h.Authors[:min(len(h.Authors), mostAuthors)]
	return h
}

// author is who made a commit, by a hash of their address cut so short that it
// tells people of one project apart and finds nobody elsewhere.
func author(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:4])
}

// commit is what is asked of one.
type commit struct {
	parents []plumbing.Hash
	author  string // address, in small letters
	at      time.Time
}

// readCommit reads no more of a commit than that: to check its name against all
// that is in it would take longer than to read it.
func readCommit(s storer.EncodedObjectStorer, name plumbing.Hash) (*commit, error) {
	o, err := s.EncodedObject(plumbing.CommitObject, name)
	if err != nil {
		return nil, err
	}
	r, err := o.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close() // read only
	return parseCommit(r)
}

func parseCommit(r io.Reader) (*commit, error) {
	c, by := &commit{}, object.Signature{}
	for lines := bufio.NewScanner(r); lines.Scan(); {
		switch what, rest, _ := bytes.Cut(lines.Bytes(), []byte(" ")); string(what) {
		case "parent":
			c.parents = append(c.parents, plumbing.NewHash(string(rest)))
		case "author":
			by.Decode(rest)
			c.author = strings.ToLower(by.Email)
		case "committer":
			by.Decode(rest)
			c.at = by.When
			return c, nil
		case "": // its headers have ended
			return nil, object.ErrMalformedCommit
		}
	}
	return nil, object.ErrMalformedCommit
}

// none is a cache that keeps nothing: each object is read once, and to keep it
// would take its hash.
type none struct{}

// Put implements cache.Object.
func (none) Put(plumbing.EncodedObject) {}

// Get implements cache.Object.
func (none) Get(plumbing.Hash) (plumbing.EncodedObject, bool) { return nil, false }

// Clear implements cache.Object.
func (none) Clear() {}

// byAge has the newest commit first.
type byAge []*commit

func (q byAge) Len() int           { return len(q) }
func (q byAge) Less(i, j int) bool { return q[i].at.After(q[j].at) }
func (q byAge) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *byAge) Push(x any) { *q = append(*q, x.(*commit)) }

// Pop implements heap.Interface.
func (q *byAge) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

// dated are the newest of these tags, as far as they can be read.
func dated(s storer.EncodedObjectStorer, tags map[string]plumbing.Hash) []check.Tag {
	var out []check.Tag
	for _, name := range newestNames(tags) {
		if tag, err := object.GetTag(s, tags[name]); err == nil {
			out = append(out, check.Tag{Name: shown(name), At: tag.Tagger.When.UTC(), Signed: tag.PGPSignature != ""})
		} else if c, err := object.GetCommit(s, tags[name]); err == nil {
			out = append(out, check.Tag{Name: shown(name), At: c.Committer.When.UTC()})
		}
	}
	slices.SortStableFunc(out, func(a, b check.Tag) int { return b.At.Compare(a.At) })
	return out
}

// newestNames are the last tags in the order of the numbers in their names.
func newestNames(tags map[string]plumbing.Hash) []string {
	var names []string
	for name := range tags {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(slices.Compare(numbers(b), numbers(a)), cmp.Compare(b, a))
	})
	return names[:min(len(names), mostTags)]
}

// numbers are the first numbers in a name: 1, 10 and 2 of "v1.10.2-rc".
func numbers(name string) []int {
	var out []int
	in := false
	for _, r := range name {
		switch digit := r >= '0' && r <= '9'; {
		case digit && in:
			out[len(out)-1] = min(out[len(out)-1]*10+int(r-'0'), 1<<30)
		case digit && len(out) == 4:
			return out
		case digit:
			out, in = append(out, int(r-'0')), true
		default:
			in = false
		}
	}
	return out
}
