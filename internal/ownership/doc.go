// Package ownership is the room for what an account cannot decide alone about itself: who owns it, which takes both
// sides, and what it is legally called and who speaks for it, which takes the provider's word. Everyday roles and
// invitations stay in accounts. Rows of SECURITY.md that it answers for are named in its tests (A3, A4, A7, R7).
package ownership
