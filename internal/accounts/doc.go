// Package accounts is the room where customers are kept: the accounts themselves, the people who have a place in them,
// the roles that accounts make for themselves, invitations, and the seats of the provider's staff. It writes the rows
// by which access decides; the decision itself, what a person proves about themselves (identity), and HTTP stay
// outside. Rows of SECURITY.md that it answers for are named beside the code and in the tests (A1, A3, A4, A6,
// A7, R6, R7).
package accounts
