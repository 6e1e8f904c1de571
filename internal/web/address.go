package web

import "net/url"

// Addresses that several areas share.
const (
	// AccountPath is the path under which an account's pages are.
	AccountPath = "/accounts/:account"
	// AskPath is where, below an account, somebody who was refused asks its owners for what they lack.
	AskPath = "/ask"
	// SecurityPath is the page about how somebody signs in; what concerns factors is below it.
	SecurityPath = "/me/security"
	// StartPath is where somebody new on the staff begins to add their first key.
	StartPath = "/me/start"
)

// With is an address with its parameters, those that are empty left out.
func With(path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
