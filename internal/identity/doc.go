// Package identity is the room where people are known. By itself it decides who gets in: sign-in, second step,
// passkeys, the proof that is asked for again, and sessions, which begin in one place only (begin.go). What it decides
// with lies beneath it, each with tables of its own: persons (who there is), passwords, tries (the waits after
// failures), factors (code apps, keys, recovery codes), sessions (who is signed in, and in which browsers), alerts
// (what people are told) and waysback (a forgotten password, another address, “this wasn’t me”). Rows of SECURITY.md
// that it answers for are named beside the code and in the tests (S1 to S16, N1 to N6).
//
// What people may do is no matter of this room: roles and memberships live in accounts, decisions in access. Nothing
// here knows of HTTP, cookies or pages.
package identity
