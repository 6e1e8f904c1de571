// Package recovery is the room of the way back in for somebody who has none of their second factors any more. A
// password and a mailbox are not enough for it (S15): the request waits, everybody whom it concerns is told, any good
// sign-in ends it, and somebody else has to approve. An owner's approval opens that owner's account alone; elsewhere
// access stays suspended until its owner or two members of staff approve. Only then can new factors be set up, and
// the old ones die.
//
// How people prove who they are is identity's business, and who holds what in which account that of accounts.
package recovery
