// Package identity is the room where people are known: who they are, how they prove it, and which browsers they are
// signed in with. It holds passwords, code apps, security keys, passkeys, sessions and the counters that slow guessing
// down; rows of SECURITY.md that it answers for are named beside the code and in the tests (S1 to S7, S9 to S13, S16,
// N1 to N6).
//
// What people may do is no matter of this room: roles and memberships live in accounts, decisions in access. Nothing
// here knows of HTTP, cookies or pages.
package identity
