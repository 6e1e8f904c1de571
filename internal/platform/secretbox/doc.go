// Package secretbox keeps personal data and secrets unreadable to whoever holds
// only the database.
//
// A Box seals one field at a time into a Sealed value, which nothing else can
// make: GORM would happily store clear text through Update and Updates, so the
// type refuses it on the way in, its Scan refuses it on the way out, and a
// CHECK on the column refuses it in between. The place (table, column, row) is
// authenticated with the text, so that a ciphertext copied to another row or
// column does not open.
//
// What must be found again has a blind Index, a keyed hash per column, for
// exact matches only. MACs vouch for the heads of the activity chains, and the
// note key signs what is kept outside the database.
//
// # Keys
//
// All keys are in one file, keys.json, in a directory that is not the
// database's and is backed up apart from it: who holds both holds everything.
// Rotate makes new sealing, MAC and note keys primary and keeps the old ones, so
// that what they sealed and signed still opens and verifies; rows move to the
// new key when they are next written (NeedsReseal). The index key stays the
// same for good: a new one would make every look-up miss until every row had
// been indexed again, and what an index gives away, that two rows are equal, is
// the same under any key.
//
// Where several nodes hold a copy of the file, Prepare first adds the new keys
// without using them; once every node has been restarted on that file, Rotate
// makes them primary. No node then meets a key that it does not know.
package secretbox
