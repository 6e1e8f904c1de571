// Package testkit is what tests share: database servers, fleets of processes, and the parts built on them. Only tests
// import it; it may itself import anything.
package testkit
