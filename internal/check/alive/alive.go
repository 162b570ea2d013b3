// Package alive asks strangers' hosts whether what a recipe names is there: an
// image by the manifest that its registry has, a chart by the index of its
// repository, all else by the page itself. What lies there is not fetched.
package alive

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"stoa/internal/check/target"
	"stoa/internal/good"
	"stoa/internal/recipe"
)

// Bounds of what is read of an answer, in bytes.
const (
	maxIndex = 8 << 20
	maxToken = 64 << 10
)

// Looker looks.
type Looker struct {
	Client *http.Client // the fence
	// Token has the requests within a context show an origin a token that it gave
	// to nobody in particular; nil where none can be shown.
	Token func(ctx context.Context, origin, token string) context.Context
}

// Look says what became of a recipe's address. Where our own time is up nothing
// can be said.
func (l Looker) Look(ctx context.Context, r *recipe.Recipe) recipe.Word {
	var word recipe.Word
	switch image, ok := recipe.ParseImage(r.Address, r.Version); {
	case r.Kind == recipe.Container && ok, r.Kind == recipe.Chart && ok && strings.HasPrefix(r.Address, "oci://"):
		word = l.image(ctx, image)
	case r.Kind == recipe.Chart:
		word = l.chart(ctx, r)
	default:
		word = l.page(ctx, r)
	}
	if ctx.Err() != nil {
		return recipe.Unclear
	}
	return word
}

// page asks for a page or a file; its body is not read. A service that wants to
// know who comes is there.
func (l Looker) page(ctx context.Context, r *recipe.Recipe) recipe.Word {
	g := target.NewGlances(ctx, l.Client).Page(r.Address)
	switch {
	case g.Word == target.Stands:
		return recipe.Alive
	case g.Word == target.Gone:
		return recipe.Gone
	case g.Word == target.Silent, g.Word == target.Nameless:
		return recipe.Silent
	case r.Kind == recipe.Hosted && (g.Status == http.StatusUnauthorized || g.Status == http.StatusForbidden):
		return recipe.Alive
	}
	return recipe.Unclear
}

// unanswered is what an error on the way says.
func unanswered(err error) recipe.Word {
	var dns *net.DNSError
	var known *good.Error
	switch {
	case errors.As(err, &dns) && !dns.IsNotFound:
		return recipe.Unclear // our own resolver may be at fault
	case errors.As(err, &dns), errors.As(err, &known) && known.Key == "error.fence.unreachable":
		return recipe.Silent
	}
	return recipe.Unclear
}

func answered(status int) recipe.Word {
	switch {
	case status == http.StatusNotFound, status == http.StatusGone:
		return recipe.Gone
	case status >= 200 && status < 300:
		return recipe.Alive
	}
	return recipe.Unclear
}

// ask sends a request without a body.
func (l Looker) ask(ctx context.Context, method, address, accept string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	return l.Client.Do(req)
}

// manifests are the forms of what a registry says of an image.
const manifests = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json, application/json;q=0.5"

// image asks the registry for the manifest, or where any version will do for the
// list of tags. Many registries hand out a token to whoever asks first.
func (l Looker) image(ctx context.Context, i recipe.Image) recipe.Word {
	address, method := i.Base()+"/v2/"+i.Repo+"/manifests/"+i.Ref, http.MethodHead
	if i.Ref == "" {
		address, method = i.Base()+"/v2/"+i.Repo+"/tags/list?n=1", http.MethodGet
	}
	status, challenge, err := l.status(ctx, method, address)
	if err != nil {
		return unanswered(err)
	}
	if status != http.StatusUnauthorized {
		return answered(status)
	}
	token := l.token(ctx, challenge, i)
	if token == "" || l.Token == nil {
		return recipe.Unclear
	}
	if status, _, err = l.status(l.Token(ctx, i.Base(), token), method, address); err != nil {
		return unanswered(err)
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden { // nobody can fetch it, or it is not there
		return recipe.Gone
	}
	return answered(status)
}

func (l Looker) status(ctx context.Context, method, address string) (int, string, error) {
	res, err := l.ask(ctx, method, address, manifests)
	if err != nil {
		return 0, "", err
	}
	_ = res.Body.Close() // what it holds is not read
	return res.StatusCode, res.Header.Get("WWW-Authenticate"), nil
}

// token asks where a registry says that tokens are handed out; "" where it says
// nothing of the kind.
func (l Looker) token(ctx context.Context, challenge string, i recipe.Image) string {
	told := challenged(challenge)
	realm, err := url.Parse(told["realm"])
	if err != nil || !good.WebAddress(told["realm"]) {
		return ""
	}
	q := realm.Query()
	if told["service"] != "" {
		q.Set("service", told["service"])
	}
	q.Set("scope", "repository:"+i.Repo+":pull")
	realm.RawQuery = q.Encode()
	res, err := l.ask(ctx, http.MethodGet, realm.String(), "application/json")
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxToken))
	var doc struct {
		Token  string `json:"token"`
		Access string `json:"access_token"`
	}
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(raw, &doc) != nil {
		return ""
	}
	if doc.Token == "" {
		doc.Token = doc.Access
	}
	if strings.ContainsFunc(doc.Token, func(r rune) bool { return r <= ' ' || r > '~' }) { // it becomes a header
		return ""
	}
	return doc.Token
}

// challenged reads what a registry says of its tokens: Bearer and parameters.
func challenged(header string) map[string]string {
	out := map[string]string{}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return out
	}
	for rest != "" {
		name, after, ok := strings.Cut(rest, "=")
		if !ok {
			return out
		}
		value := ""
		if quoted, found := strings.CutPrefix(after, `"`); found {
			value, rest, _ = strings.Cut(quoted, `"`)
			_, rest, _ = strings.Cut(rest, ",")
		} else {
			value, rest, _ = strings.Cut(after, ",")
		}
		out[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return out
}

// chart reads the index of a chart repository: whether it has the chart, and of
// the version that is named.
func (l Looker) chart(ctx context.Context, r *recipe.Recipe) recipe.Word {
	res, err := l.ask(ctx, http.MethodGet, strings.TrimSuffix(r.Address, "/")+"/index.yaml", "application/yaml, text/yaml, */*;q=0.5")
	if err != nil {
		return unanswered(err)
	}
	defer res.Body.Close()
	if w := answered(res.StatusCode); w != recipe.Alive {
		return w
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxIndex+1))
	if err != nil || len(raw) > maxIndex {
		return recipe.Unclear
	}
	return Indexed(raw, r.Name, r.Version)
}

// Indexed says whether the index of a chart repository has a chart, and of a
// version where one is named.
func Indexed(index []byte, name, version string) recipe.Word {
	var doc struct {
		Entries map[string][]struct {
			Version    string `yaml:"version"`
			AppVersion string `yaml:"appVersion"`
		} `yaml:"entries"`
	}
	if yaml.Unmarshal(index, &doc) != nil || doc.Entries == nil {
		return recipe.Unclear
	}
	list, ok := doc.Entries[name]
	if !ok {
		return recipe.Gone
	}
	bare := func(s string) string { return strings.TrimPrefix(s, "v") }
	if version == "" {
		return recipe.Alive
	}
	for _, v := range list {
		if slices.Contains([]string{bare(v.Version), bare(v.AppVersion)}, bare(version)) {
			return recipe.Alive
		}
	}
	return recipe.Gone
}
