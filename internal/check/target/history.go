package target

import (
	"cmp"
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
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
		s := filesystem.NewStorageWithOptions(fs, cache.NewObjectLRU(16*cache.MiByte), filesystem.Options{LargeObjectThreshold: 1 << 20})
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
		t.History = past(ctx, s, head.Hash(), err != nil || len(shallow) > 0)
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
		t.History.Tags = dated(s, tags)
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
func past(ctx context.Context, s storer.EncodedObjectStorer, from plumbing.Hash, shallow bool) *check.History {
	newest, err := object.GetCommit(s, from)
	if err != nil {
		return nil
	}
	h := &check.History{Newest: newest.Committer.When.UTC()}
	since := newest.Committer.When.Add(-year)
	seen, by := map[plumbing.Hash]bool{from: true}, map[string]int{}
	queue := &byAge{newest}
	for queue.Len() > 0 {
		c := heap.Pop(queue).(*object.Commit)
		if c.Committer.When.Before(since) {
			continue
		}
		h.Commits++
		if h.Commits > mostCommits || ctx.Err() != nil {
			h.Commits = -1
			break
		}
		if len(c.ParentHashes) < 2 { // a merge is nobody's work
			by[author(c)]++
		}
		for _, p := range c.ParentHashes {
			if seen[p] {
				continue
			}
			seen[p] = true
			parent, err := object.GetCommit(s, p)
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
	for id, n := range by {
		h.Authors = append(h.Authors, check.Author{ID: id, Commits: n})
	}
	slices.SortFunc(h.Authors, func(a, b check.Author) int {
		return cmp.Or(cmp.Compare(b.Commits, a.Commits), cmp.Compare(a.ID, b.ID))
	})
	h.Authors = h.Authors[:min(len(h.Authors), mostAuthors)]
	return h
}

// author is who made a commit, by a hash of their address cut so short that it
// tells people of one project apart and finds nobody elsewhere.
func author(c *object.Commit) string {
	sum := sha256.Sum256([]byte(strings.ToLower(c.Author.Email)))
	return hex.EncodeToString(sum[:4])
}

// byAge has the newest commit first.
type byAge []*object.Commit

func (q byAge) Len() int           { return len(q) }
func (q byAge) Less(i, j int) bool { return q[i].Committer.When.After(q[j].Committer.When) }
func (q byAge) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *byAge) Push(x any) { *q = append(*q, x.(*object.Commit)) }

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
