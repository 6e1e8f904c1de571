package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// monthsPass bills every month and has most of it paid.
func (p *past) monthsPass(ctx context.Context) error {
	for month := monthsBack; month >= 0; month-- {
		if err := p.monthOf(ctx, month); err != nil {
			return err
		}
		if month == 1 {
			if err := p.benOnlyPays(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// benOnlyPays has the owner take from Ben, in the last calendar month, what he does not need.
func (p *past) benOnlyPays(ctx context.Context) error {
	first := time.Date(p.now.Year(), p.now.Month()-1, 1, 11, 20, 0, 0, time.UTC)
	if p.at.After(first) {
		first = p.at
	}
	day := first.AddDate(0, 0, 1)
	if err := p.daysPass(ctx, int(p.now.Sub(day)/(24*time.Hour))+1); err != nil {
		return err
	}
	p.until(day)
	account := p.account[northwind]
	who, err := p.as(ctx, cast.Olivia, account, safariOnMac())
	if err != nil {
		return err
	}
	page, err := p.Accounts.Contacts(ctx, who, account, id.Membership{})
	if err != nil {
		return fmt.Errorf("change a role: %w", err)
	}
	for _, c := range page.Contacts {
		if c.Email != cast.Ben {
			continue
		}
		only := accounts.RoleChange{Terms: accounts.Terms{Role: "billing"}, Version: c.Version}
		if err := p.Accounts.ChangeRole(ctx, who, account, c.ID, only); err != nil {
			return fmt.Errorf("change a role: %w", err)
		}
	}
	return p.post(ctx)
}

// payer is who pays an account's invoices.
type payer struct {
	account, email string
	d              device
	unpaid         int // the newest invoices that are not paid
	after          int // days, until the others were
}

// payers are those of all accounts, the quickest first.
func payers() []payer {
	return []payer{
		{pixelworks, cast.Priya, firefoxOnLinux(), 1, 3},
		{copperfield, cast.Carl, edgeOnWindows(), 2, 4},
		{northwind, cast.Ben, chromeOnWindows(), 1, 5},
	}
}

// billingDay is how many days ago the invoices of a month were issued: the last ones eight days ago or a little more,
// the others on the same day of their months.
func (p *past) billingDay(monthsAgo int) int {
	const day = 24 * time.Hour
	last := p.now.AddDate(0, 0, -8)
	then := time.Date(last.Year(), last.Month()-time.Month(monthsAgo), min(last.Day(), 28), 0, 0, 0, 0, time.UTC)
	return int(p.now.Truncate(day).Sub(then) / day)
}

// monthOf bills all accounts for a month and has that paid some days later, both with their mails.
func (p *past) monthOf(ctx context.Context, month int) error {
	issued := p.billingDay(month)
	if err := p.daysPass(ctx, issued); err != nil {
		return err
	}
	invoices := map[string]id.Invoice{}
	for i, account := range []string{northwind, pixelworks, copperfield} {
		p.to(issued, 6, i)
		var err error
		if invoices[account], err = p.bill(ctx, account, month); err != nil {
			return err
		}
	}
	if err := p.Papers.Make(ctx); err != nil {
		return err // papers says what it did
	}
	if err := p.staffComeIn(ctx); err != nil {
		return err
	}
	for _, c := range payers() {
		if month < c.unpaid {
			continue
		}
		if err := p.daysPass(ctx, issued-c.after); err != nil {
			return err
		}
		p.to(issued-c.after, 10, 15+month)
		if err := p.pay(ctx, c, invoices[c.account]); err != nil {
			return err
		}
	}
	return nil
}

func (p *past) bill(ctx context.Context, account string, month int) (id.Invoice, error) {
	key := id.New[id.InvoiceKind]()
	from := p.at.Truncate(24 * time.Hour)
	draft := billing.Draft{
		Key: key, About: "Hosting, " + from.Format("January 2006"), Due: from.AddDate(0, 0, 14),
	}
	if account == copperfield {
		draft.Due = from.AddDate(0, 0, 5)
	}
	for _, s := range servicesOf(account) {
		if s.ended > 0 && from.After(p.now.AddDate(0, 0, -s.ended)) {
			continue
		}
		draft.Lines = append(draft.Lines, billing.Line{
			Text: s.plan, Detail: s.domain, Service: p.service[s.domain], From: from, To: from.AddDate(0, 1, -1),
			Quantity: decimal.NewFromInt(1), Price: money.New(s.price, app.DefaultCurrency), Rate: standardVAT,
		})
	}
	if _, err := p.Billing.Issue(ctx, actor.NewSystem("monthly invoices"), p.account[account], draft); err != nil {
		return id.Invoice{}, fmt.Errorf("invoice of %s, %d months ago: %w", account, month, err)
	}
	return key, p.deliver(ctx)
}

// pay has somebody pay an invoice at the sandbox.
func (p *past) pay(ctx context.Context, c payer, invoice id.Invoice) error {
	account := p.account[c.account]
	who, err := p.as(ctx, c.email, account, c.d)
	if err != nil {
		return err
	}
	open, err := p.Billing.Invoice(ctx, who, account, invoice)
	if err != nil {
		return fmt.Errorf("read invoice: %w", err)
	}
	key := id.New[id.CheckoutKind]()
	order := billing.Order{Key: key, Amount: open.Left}
	if _, err := p.Billing.Pay(ctx, who, account, invoice, order); err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	checkout, err := p.Billing.Checkout(ctx, key)
	if err != nil {
		return fmt.Errorf("checkout: %w", err)
	}
	now, err := p.Reader.Now(ctx)
	if err != nil {
		return err // db says what it did
	}
	if err := p.Sandbox.Decide(ctx, checkout, billing.OutcomePaid, now); err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	return p.deliver(ctx)
}
