// Package billing keeps the money: invoices and their numbers, attempts to pay, payments, and the ledger that always
// sums to zero. Amounts are whole minor units; what a browser or a gateway says of one is compared, never believed.
// Gateways stand behind a small interface, each in a folder of its own; pages, mail texts and hosting do not enter.
package billing
