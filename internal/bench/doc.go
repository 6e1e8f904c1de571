// Package bench measures the program as a whole and prints a report: the hottest pages against a bare handler, the log
// short and long, changes to one account, the start and the memory of the built binary, sign-ins. It judges nothing by
// itself and is no test; what is aimed at stands beside what was measured.
package bench
