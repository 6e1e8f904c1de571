package portal

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

// The ways of paying several invoices, as the form posts them. A card on file is named after wayCard.
const (
	wayPage   = "page"
	wayCredit = "credit"
	wayCard   = "card:"
)

type togetherForm struct {
	Key      string   `form:"key" max:"40"`
	Amount   string   `form:"amount" max:"40"`
	Currency string   `form:"currency" max:"3"`
	Pick     []string `form:"pick"`
	Way      string   `form:"way" max:"60"`
	Twice    string   `form:"twice" max:"5"`
	Mark     string   `form:"mark" max:"200"`
}

// payTogether is the last look before several invoices are paid: those that the address ticks, or all that is due.
func (a *area) payTogether(c *web.Context) error {
	list := c.Base() + "/invoices"
	if !a.Billing.TakesPayments() {
		c.Flash(ui.Info, c.Provider()+" takes no payments here yet.")
		return c.Redirect(list)
	}
	picked := c.Request().URL.Query()["pick"]
	if len(picked) > billing.MostTogether {
		c.Flash(ui.Warn, "One payment pays "+ui.Number(billing.MostTogether)+" invoices at most. Tick fewer.")
		return c.Redirect(list)
	}
	f := togetherForm{Key: id.New[id.CheckoutKind]().String(), Pick: picked}
	return a.showTogether(c, f, nil)
}

// picks reads the ids of what was ticked: one a tick, or all of them in one field.
func picks(ticks []string) ([]id.Invoice, error) {
	texts := strings.Fields(strings.Join(ticks, " "))
	if len(texts) > billing.MostTogether {
		return nil, fault.NotFound("invoice")
	}
	out := make([]id.Invoice, 0, len(texts))
	for _, text := range texts {
		one, err := id.Parse[id.InvoiceKind](text)
		if err != nil {
			return nil, fault.NotFound("invoice")
		}
		if !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out, nil
}

// showTogether shows what is left to pay of what was ticked, as it is now.
func (a *area) showTogether(c *web.Context, f togetherForm, errs ui.Errors) error {
	list := c.Base() + "/invoices"
	picked, err := picks(f.Pick)
	if err != nil {
		return err
	}
	open, err := a.Billing.Openable(c.Ctx(), c.Who, c.Account(), picked)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return a.allPaid(c, picked)
	}
	last, err := a.tried(c, idsOf(open))
	if err != nil {
		return err
	}
	p := portal.TogetherPage{
		Shell: c.Shell("Pay invoices"), ListURL: list, Action: list + "/pay", Key: f.Key, Errors: errs,
	}
	total := money.New(0, open[0].Left.Currency())
	for _, one := range open {
		if one.Left.Currency() != total.Currency() {
			c.Flash(ui.Warn, "One payment is in one currency. Tick invoices of one.")
			return c.Redirect(list)
		}
		total = money.New(total.Minor()+one.Left.Minor(), total.Currency())
		p.Rows = append(p.Rows, portal.TogetherRow{
			Pick: one.ID.String(), Number: one.Number, URL: list + "/" + one.ID.String(), About: one.About, Due: one.Due,
			State: ui.InvoiceState(one.State), Left: one.Left,
		})
	}
	p.Total, p.Tried = total, last.note
	p.Mark = a.mark(p.Key, total, idsOf(open))
	if last.asking {
		p.LookURL = c.Request().URL.RequestURI()
		if c.Request().Method == http.MethodPost {
			p.LookURL = payAddress(list, idsOf(open))
		}
	}
	switch left := len(picked) - len(open); {
	case left > 0:
		p.Note = ui.Count(left, "invoice", "invoices") + " that you ticked " +
			map[bool]string{true: "asks", false: "ask"}[left == 1] + " for nothing any more, and " +
			map[bool]string{true: "is", false: "are"}[left == 1] + " left out."
	case len(picked) == 0 && len(open) == billing.MostTogether:
		p.Note = "These are the " + ui.Number(billing.MostTogether) + " that are due first, as many as one payment pays."
	}
	if p.Ways, err = a.ways(c, total, f.Way, last); err != nil {
		return err
	}
	if len(errs) > 0 {
		return c.Invalid(portal.Together(p))
	}
	return c.Page(portal.Together(p))
}

// mark vouches for what the form shows; a key that cannot be read begins nothing, and needs none.
func (a *area) mark(key string, total money.Amount, open []id.Invoice) string {
	parsed, err := id.Parse[id.CheckoutKind](key)
	if err != nil {
		return ""
	}
	return a.Billing.Mark(billing.Together{Key: parsed, Amount: total, Invoices: open})
}

// ways are how so much can be paid: on the payment provider's page, with a card on file, from credit.
func (a *area) ways(c *web.Context, total money.Amount, chosen string, last lastTry) ([]ui.Choice, error) {
	out := []ui.Choice{{
		Value: wayPage, Label: "On our payment provider’s page", Help: "With any card. You confirm there.",
	}}
	for _, card := range last.cards {
		if card.Ended {
			continue
		}
		help := "The card on file. The bank is asked at once."
		if said := last.beside(card.ID); said != "" {
			help = said
		}
		out = append(out, ui.Choice{Value: wayCard + card.ID.String(), Label: cardName(card), Help: help})
	}
	credit, err := a.Billing.Credit(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return nil, err
	}
	if credit.Minor() > 0 && credit.Currency() == total.Currency() {
		help := "It pays all of them."
		if credit.Cmp(total) < 0 {
			help = "It pays what is due first. " + money.New(total.Minor()-credit.Minor(), total.Currency()).String() +
				" is left to pay then."
		}
		out = append(out, ui.Choice{Value: wayCredit, Label: "Your credit of " + credit.String(), Help: help})
	}
	at := slices.IndexFunc(out, func(one ui.Choice) bool { return one.Value == chosen })
	out[max(at, 0)].Chosen = true
	return out, nil
}

// cardName is what people call a card.
func cardName(card cards.Card) string { return card.Brand + " ending in " + card.Last4 }

// doPayTogether begins the payment. What the form says is compared with what is left: see [billing.Together].
func (a *area) doPayTogether(c *web.Context) error {
	var f togetherForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.CheckoutKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{
			"The form does not say which payment it begins. Open your invoices again.",
		}}
	}
	o := billing.Together{Key: key, Twice: f.Twice != "", Back: c.Base() + "/invoices", Mark: f.Mark}
	if o.Amount, o.Invoices, err = f.shown(); err == nil {
		err = a.payBy(c, f.Way, o)
	} else { // nobody types any of this
		o.Mark = ""
		err = a.Billing.Unaltered(c.Ctx(), c.Who, c.Account(), o)
	}
	if errs, ok := web.FieldErrors(err); ok {
		for i := range errs {
			if errs[i].Field == "pick" { // what is ticked came with the page: there is no field to go to
				errs[i].Field = ""
			}
		}
		return a.showTogether(c, f, errs)
	}
	return err
}

// shown reads what the form carries of what it showed.
func (f togetherForm) shown() (sum money.Amount, picked []id.Invoice, err error) {
	cur, err := money.ParseCurrency(f.Currency)
	if err != nil {
		return sum, nil, fmt.Errorf("payment form: %w", err)
	}
	if sum, err = money.Parse(f.Amount, cur); err != nil {
		return sum, nil, fmt.Errorf("payment form: %w", err)
	}
	picked, err = picks(f.Pick)
	return sum, picked, err
}

// payBy pays the way that was chosen.
func (a *area) payBy(c *web.Context, way string, o billing.Together) error {
	if text, ok := strings.CutPrefix(way, wayCard); ok && a.Cards != nil {
		card, err := id.Parse[id.CardKind](text)
		if err != nil {
			return fault.NotFound("card")
		}
		if err := a.Cards.PayNow(c.Ctx(), c.Who, c.Account(), card, o); err != nil {
			return err
		}
		return c.Redirect(payAddress(o.Back, o.Invoices))
	}
	switch way {
	case wayCredit:
		used, err := a.Billing.CreditTogether(c.Ctx(), c.Who, c.Account(), o)
		if err != nil {
			return err
		}
		if !used.IsZero() {
			c.Done(used.String() + " of your credit is used.")
		}
		return c.Redirect(o.Back)
	case wayPage, "":
		leave, err := a.Billing.PayTogether(c.Ctx(), c.Who, c.Account(), o)
		if err != nil {
			return err
		}
		return c.Leave(leave)
	}
	return fault.InvalidField("way", "Choose how you pay.")
}
