// Package e2e is the tests that sit in a browser: people of the demo do what they came for in Chromium, and every page
// is looked at for what only a browser notices. They run by `make e2e`, with the build tag e2e.
package e2e
