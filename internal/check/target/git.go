package target

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"

	"stoa/internal/check"
)

// depthOfPast is how many commits back a past is fetched.
const depthOfPast = 1000

// repository opens a repository: what it holds is asked of git, its files come
// as the forge's archive where there is one, else as the newest commit alone.
func (r *reach) repository(repo *place) (*check.Target, func(), error) {
	r.o.step(StepAsk, 0)
	g, err := r.ask(repo)
	if err != nil {
		return nil, nil, err
	}
	t, free, err := r.tree(repo, g)
	if err != nil {
		return nil, free, err
	}
	t.URL, t.Commit = repo.address(), g.head.String()
	r.o.step(StepHistory, 0)
	t.History = r.history(g, t)
	t.Forge = r.forge(repo)
	if t.Forge != nil && t.Forge.Moved == "" {
		t.Forge.Moved = g.moved
	} else if t.Forge == nil && g.moved != "" {
		t.Forge = &check.Forge{Moved: g.moved}
	}
	return t, free, nil
}

// asked is what a repository says it holds.
type asked struct {
	session transport.UploadPackSession
	can     *capability.List
	head    plumbing.Hash
	tags    map[string]plumbing.Hash // annotated ones as they are
	moved   string                   // where it was found in the end, if not where it was looked for
}

// ask asks for the references of a repository.
func (r *reach) ask(repo *place) (*asked, error) {
	end, err := transport.NewEndpoint(repo.git())
	if err != nil {
		return nil, wrong("target.error.address", err)
	}
	was := end.String()
	session, err := githttp.NewClient(r.o.Client).NewUploadPackSession(end, nil)
	if err != nil {
		return nil, wrong("target.error.address", err)
	}
	var adv *packp.AdvRefs
	ok := decoded(func() error {
		adv, err = session.AdvertisedReferencesContext(r.ctx)
		return err
	})
	switch {
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return nil, wrong("target.error.empty", err)
	case errors.Is(err, transport.ErrRepositoryNotFound), errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		return nil, wrong("target.error.repository", err, "Address", repo.address())
	case !ok:
		if known := plain(err); known != err {
			return nil, known
		}
		return nil, wrong("target.error.git", err, "Address", repo.address())
	}
	g := &asked{session: session, can: adv.Capabilities, tags: map[string]plumbing.Hash{}}
	if now := end.String(); now != was {
		g.moved = strings.TrimSuffix(strings.TrimSuffix(now, "/"), ".git")
	}
	for name, hash := range adv.References {
		if tag, ok := strings.CutPrefix(name, "refs/tags/"); ok {
			g.tags[tag] = hash
		}
	}
	switch {
	case adv.Head != nil:
		g.head = *adv.Head
	default: // a HEAD that leads nowhere: the branch that people mean by habit, else the first
		names := slices.Sorted(maps.Keys(adv.References))
		for _, name := range append([]string{"refs/heads/main", "refs/heads/master"}, names...) {
			if hash, ok := adv.References[name]; ok && strings.HasPrefix(name, "refs/heads/") {
				g.head = hash
				break
			}
		}
	}
	if g.head.IsZero() {
		return nil, wrong("target.error.empty", nil)
	}
	return g, nil
}

// tree fetches the files of the newest commit.
func (r *reach) tree(repo *place, g *asked) (*check.Target, func(), error) {
	for _, address := range repo.archives(g.head.String()) {
		res, err := r.get(address, "")
		if err != nil {
			continue
		}
		f, err := r.keep(res)
		if err != nil {
			continue
		}
		t, free, err := archive(r.whole, f, r.o)
		_ = f.Close()
		if err == nil && (t.Commit == "" || t.Commit == g.head.String()) {
			return t, free, nil
		}
		if free != nil {
			free()
		}
	}
	if err := r.ctx.Err(); err != nil {
		return nil, nil, err
	}
	return r.clone(g)
}

// clone fetches the newest commit alone, and reads its files out of the pack.
func (r *reach) clone(g *asked) (*check.Target, func(), error) {
	s, err := newSpool(r.o)
	if err != nil {
		return nil, nil, err
	}
	objects, err := r.pack(g, []plumbing.Hash{g.head}, 1, "")
	if err != nil {
		return nil, s.close, err
	}
	defer objects.free()
	s.cuts = objects.cut
	var root *object.Tree
	ok := decoded(func() error {
		c, err := object.GetCommit(objects, g.head)
		if err == nil {
			root, err = object.GetTree(objects, c.TreeHash)
		}
		return err
	})
	if !ok {
		return nil, s.close, wrong("target.error.git", nil)
	}
	w := &pruner{r: r, s: s, objects: objects}
	decoded(func() error { err = w.tree(root, ""); return err })
	if err = s.ended(r.whole, err); err != nil {
		return nil, s.close, wrong("target.error.git", err)
	}
	t := s.target()
	describe(t)
	return t, s.close, nil
}

// pruner walks a tree of git's.
type pruner struct {
	r       *reach
	s       *spool
	objects *parcel
	met     int // entries, of folders too: a tree may hold one folder many times over
}

func (w *pruner) tree(t *object.Tree, dir string) error {
	if depth(dir) > w.s.limits.Depth {
		w.s.cuts.add("target.cut.depth", "Most", w.s.limits.Depth)
		return nil
	}
	for _, e := range t.Entries {
		if err := w.r.whole.Err(); err != nil {
			return err
		}
		if w.met++; w.met > 4*w.s.limits.Files {
			w.s.cuts.add("target.cut.files", "Most", w.s.limits.Files)
			return errEnough
		}
		if strings.Contains(e.Name, "/") || e.Name == "" {
			w.s.cuts.add("target.cut.names")
			continue
		}
		name := dir + e.Name
		switch e.Mode {
		case filemode.Dir:
			under, err := object.GetTree(w.objects, e.Hash)
			if err != nil {
				w.lost()
				continue
			}
			if err := w.tree(under, name+"/"); err != nil {
				return err
			}
		case filemode.Regular, filemode.Executable, filemode.Deprecated:
			if err := w.blob(name, e.Hash); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *pruner) blob(name string, hash plumbing.Hash) error {
	b, err := object.GetBlob(w.objects, hash)
	if err != nil {
		w.lost()
		return nil
	}
	in, err := b.Reader()
	if err != nil {
		w.lost()
		return nil
	}
	defer in.Close() // read only
	return w.s.add(w.r.whole, "tree/"+name, in)
}

// lost says that something is not there, unless why has been said.
func (w *pruner) lost() {
	if len(w.objects.cut) == 0 {
		w.s.cuts.add("target.cut.damaged")
	}
}

// history asks for commits and tags without their files, where that is to be
// had; nil where it is not.
func (r *reach) history(g *asked, t *check.Target) *check.History {
	const bare = "tree:0"
	objects, err := r.pack(g, []plumbing.Hash{g.head}, depthOfPast, bare)
	if err != nil {
		if r.ctx.Err() != nil {
			(*cuts)(&t.Cut).add("target.cut.history")
		}
		return nil
	}
	defer objects.free()
	if len(objects.cut) > 0 {
		(*cuts)(&t.Cut).add("target.cut.history")
	}
	var h *check.History
	decoded(func() error {
		h = past(r.ctx, func(name plumbing.Hash) (*commit, error) { return readCommit(objects, name) }, g.head, true)
		return nil
	})
	if h == nil || len(g.tags) == 0 {
		return h
	}
	var wants []plumbing.Hash
	for _, name := range newestNames(g.tags) {
		if !slices.Contains(wants, g.tags[name]) {
			wants = append(wants, g.tags[name])
		}
	}
	if tags, err := r.pack(g, wants, 1, bare); err == nil {
		defer tags.free()
		decoded(func() error { h.Tags = dated(tags, g.tags); return nil })
	}
	return h
}
