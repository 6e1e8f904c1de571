// Package access decides who may do what. Roles and departments come from policies/, custom roles from the database;
// the answer is a Decision with its reason. It is the only importer of Casbin, it reads memberships and roles, which
// accounts writes, and it never writes.
package access
