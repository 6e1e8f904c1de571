package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// moneyDay has the billing department at work on the agency: a bank statement, a credit note, a draft, and something
// that a second person has to approve.
func (p *past) moneyDay(ctx context.Context) error {
	p.to(2, 15, 20)
	account := p.account[pixelworks]
	who, err := p.as(ctx, cast.Bea, account, firefoxOnLinux())
	if err != nil {
		return err
	}
	page, err := p.Billing.ClientInvoices(ctx, who, account, billing.Filter{})
	if err != nil {
		return fmt.Errorf("a day of money: %w", err)
	}
	var open, settled billing.Summary
	for _, in := range page.Invoices {
		if open.Number == "" && !in.Left.IsZero() {
			open = in
		}
		if settled.Number == "" && in.State == billing.StatePaid {
			settled = in
		}
	}
	if err := p.statement(ctx, who, open.Number); err != nil {
		return err
	}
	move := billing.Move{
		Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: settled.ID,
		Detail: "The site was down for two days in that month",
	}
	whole, err := p.Billing.ClientInvoice(ctx, who, account, settled.ID)
	if err != nil {
		return fmt.Errorf("a day of money: %w", err)
	}
	move.Parts = []billing.Part{{Line: whole.Lines[0].ID, Net: money.New(500, app.DefaultCurrency)}}
	if _, err := p.Billing.Make(ctx, who, account, move); err != nil {
		return fmt.Errorf("a day of money: %w", err)
	}
	if err := p.largeWork(ctx, who, account); err != nil {
		return err
	}
	if err := p.plansBegin(ctx); err != nil {
		return err
	}
	return p.keepCards(ctx, account)
}

// keepCards has the agency's owner keep two cards on file. The one that pays by itself ends soon.
func (p *past) keepCards(ctx context.Context, account id.Account) error {
	who, err := p.as(ctx, cast.Priya, account, firefoxOnLinux())
	if err != nil {
		return err
	}
	for _, card := range []string{sandbox.CardAction, sandbox.CardPays} {
		setup := id.New[id.CardSetupKind]()
		if _, err := p.Cards.Begin(ctx, who, account, setup, ""); err != nil {
			return fmt.Errorf("keep a card: %w", err)
		}
		s, err := p.Cards.Setup(ctx, setup)
		if err != nil {
			return fmt.Errorf("keep a card: %w", err)
		}
		if err := p.Sandbox.Keep(ctx, s, card, p.at); err != nil {
			return fmt.Errorf("keep a card: %w", err)
		}
	}
	if err := p.keepMandate(ctx, who, account); err != nil {
		return err
	}
	return p.deliver(ctx)
}

// keepMandate has them set a Direct Debit up, too, which their bank has still to confirm.
func (p *past) keepMandate(ctx context.Context, who actor.Actor, account id.Account) error {
	setup := id.New[id.CardSetupKind]()
	if _, err := p.Debits.Begin(ctx, who, account, setup, ""); err != nil {
		return fmt.Errorf("set a Direct Debit up: %w", err)
	}
	s, err := p.Debits.Setup(ctx, setup)
	if err != nil {
		return fmt.Errorf("set a Direct Debit up: %w", err)
	}
	if err := p.Sandbox.Mandated(ctx, s, sandbox.AccountPays, p.at); err != nil {
		return fmt.Errorf("set a Direct Debit up: %w", err)
	}
	return nil
}

// statement imports what came into the bank: one transfer pays a part of an invoice, two belong to nobody yet.
func (p *past) statement(ctx context.Context, who actor.Actor, number string) error {
	day := p.at.Format(time.DateOnly)
	_, err := p.Bank.Import(ctx, who, "Date,Name,Reference,Amount\n"+
		day+",Pixelworks Studio,Invoice "+number+" first half,10.00\n"+
		day+",C Copperfield,hosting,30.00\n"+day+",Quayside Bank,interest,1.42\n")
	if err != nil {
		return fmt.Errorf("a day of money: %w", err)
	}
	return p.deliver(ctx)
}

// largeWork bills a larger job, keeps a draft of another, and asks for a credit note above the limit.
func (p *past) largeWork(ctx context.Context, who actor.Actor, account id.Account) error {
	job := func(about, text string, price int64) billing.Draft {
		return billing.Draft{
			Key: id.New[id.InvoiceKind](), About: about, Due: p.at.AddDate(0, 0, 30), Lines: []billing.Line{{
				Text: text, Quantity: decimal.NewFromInt(12), Price: money.New(price, app.DefaultCurrency), Rate: standardVAT,
			}},
		}
	}
	if err := p.Billing.SaveDraft(ctx, who, account, job("Set-up of client sites", "Set-up, per site", 2500)); err != nil {
		return fmt.Errorf("a day of money: %w", err)
	}
	moved := job("Moving twelve client sites", "Moving a site", 10000)
	if _, err := p.Billing.Issue(ctx, who, account, moved); err != nil {
		return fmt.Errorf("a day of money: %w", err)
	}
	_, err := p.Billing.Make(ctx, who, account, billing.Move{
		Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: moved.Key,
		Detail: "The agency moved the sites itself in the end",
	})
	if err != nil {
		return fmt.Errorf("a day of money: %w", err)
	}
	return p.deliver(ctx)
}
