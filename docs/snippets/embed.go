// Package snippets holds small clients of the API in several languages, as the
// documentation shows them. Each does the same four steps and prints the same.
package snippets

import "embed"

// FS holds the clients: client.sh, client.py, client.mjs, client.R.
//
//go:embed client.sh client.py client.mjs client.R
var FS embed.FS
