package config

import (
	"slices"
	"strconv"
	"strings"
)

// Invoicing says when invoices of what is charged again and again are made, and what follows where one is not paid.
type Invoicing struct {
	Ahead         int    // days before a period begins
	Grace         int    // days to pay what could not be invoiced ahead
	Reminders     []int  // days after the due date; before it below nothing
	LateFee       string // "10.00" or "5%"; empty: none
	LateFeeAfter  int    // days after the due date
	LateFeeLeast  int    // whole units of whatever currency
	LateFeeMost   int
	SuspendAfter  int // days after the due date; 0: never
	SuspendNotice int // days between the mail that says so and the suspension
	PromiseDays   int // how far ahead a promised date may be; 0: nobody may promise one
	OwnPromises   int // how far ahead a date may be that a client promises; 0: none may be
	Promises      int // how many dates may be promised for an invoice
}

const (
	longestReminder = 120
	mostReminders   = 8
	daysForm        = "a number of days from 0 to 365"
)

func invoicingSettings() []setting {
	days := func(key, fallback, meaning string, field func(*Invoicing) *int) setting {
		return setting{
			key: key, fallback: fallback, form: daysForm, required: true, meaning: meaning,
			set: into(func(c *Config) *int { return field(&c.Invoicing) }, number(0, 365)),
		}
	}
	return []setting{
		days("billing.invoice_ahead", "14", "How many days before a period begins its invoice is made",
			func(i *Invoicing) *int { return &i.Ahead }),
		days("billing.invoice_grace", "7", "Within how many days an invoice is due that could not be made ahead",
			func(i *Invoicing) *int { return &i.Grace }),
		{
			key: "billing.reminders", fallback: "-3, 0, 7, 14, 21",
			form:    "days after the due date, separated by commas; before it with a minus; or none",
			meaning: "When whoever pays is reminded of an invoice; the tone gets firmer from one to the next", required: true,
			set: into(func(c *Config) *[]int { return &c.Invoicing.Reminders }, parseReminders),
		},
		{
			key: "billing.late_fee", form: "an amount such as 10.00, or a share such as 5%",
			meaning: "What an invoice costs that is not paid in time, once and as an invoice of its own; empty: nothing",
			set:     into(func(c *Config) *string { return &c.Invoicing.LateFee }, parseFee),
		},
		days("billing.late_fee_after", "14", "How many days after the due date that is asked for",
			func(i *Invoicing) *int { return &i.LateFeeAfter }),
		{
			key: "billing.late_fee_least", fallback: "0", form: amountForm, required: true,
			meaning: "The least that a share comes to, in pounds, euros …",
			set:     into(func(c *Config) *int { return &c.Invoicing.LateFeeLeast }, number(0, 1_000_000)),
		},
		{
			key: "billing.late_fee_most", fallback: "100", form: amountForm, required: true,
			meaning: "The most that a share comes to, in pounds, euros …",
			set:     into(func(c *Config) *int { return &c.Invoicing.LateFeeMost }, number(0, 1_000_000)),
		},
		days("billing.suspend_after", "30", "How many days after the due date the services on an invoice stop; 0: never",
			func(i *Invoicing) *int { return &i.SuspendAfter }),
		days("billing.suspend_notice", "7", "How many days before that whoever pays is told of it, at least",
			func(i *Invoicing) *int { return &i.SuspendNotice }),
		days("billing.client_promise_days", "7",
			"How far ahead a client may promise a day of payment in the portal, once for an invoice; 0: never",
			func(i *Invoicing) *int { return &i.OwnPromises }),
		days("billing.promise_days", "30", "How far ahead staff may note a day on which a client promised to pay; 0: never",
			func(i *Invoicing) *int { return &i.PromiseDays }),
		{
			key: "billing.promises", fallback: "2", form: "a number from 0 to 10", required: true,
			meaning: "How many such days an invoice may have",
			set:     into(func(c *Config) *int { return &c.Invoicing.Promises }, number(0, 10)),
		},
	}
}

const amountForm = "a number from 0 to 1000000"

// parseReminders reads the days of reminders, the first first.
func parseReminders(text string) ([]int, error) {
	list := []int{}
	if strings.TrimSpace(text) == None {
		return list, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < -longestReminder || n > longestReminder || slices.Contains(list, n) {
			return nil, errForm()
		}
		list = append(list, n)
	}
	return accept(list, len(list) <= mostReminders && slices.IsSorted(list))
}

// parseFee reads an amount with at most three decimals, or a share with at most two.
func parseFee(text string) (string, error) {
	amount, share := strings.CutSuffix(text, "%")
	whole, fraction, dotted := strings.Cut(amount, ".")
	const most, decimals = 7, 3
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	ok := digits(whole) && len(whole) <= most && (!dotted || digits(fraction) && len(fraction) <= decimals)
	if share {
		n, err := strconv.Atoi(whole)
		ok = ok && err == nil && n <= 100 && len(fraction) < decimals
	}
	return accept(text, ok)
}
