package log

import (
	"net/netip"
	"slices"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

const (
	// foundMost bounds what a search offers.
	foundMost = 12
	// pagesMost bounds how many pages of a list are opened for it.
	pagesMost = 40
)

// search turns words into filters: an address, an action, a person, an invoice or a service of the account. Names are
// sealed, so the account's own rows are opened for it, a bounded number, and only those that the reader may see anyway.
func (a *area) search(c *web.Context, v logView, words string) ([]ui.Link, error) {
	if address, err := netip.ParseAddr(strings.TrimSpace(words)); err == nil {
		return []ui.Link{{Text: "From " + address.String(), URL: v.found(byAddress, address.String())}}, nil
	}
	words = strings.ToLower(strings.TrimSpace(words))
	has := func(text string) bool { return strings.Contains(strings.ToLower(text), words) }
	var list []ui.Link
	for _, look := range []func(*web.Context, logView, func(string) bool) ([]ui.Link, error){
		a.findPeople, a.findServices, a.findInvoices,
	} {
		more, err := look(c, v, has)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	for _, action := range offered(c.Scope).actions {
		if m, _ := action.Meaning(); has(m.Label) {
			list = append(list, ui.Link{Text: "Action: " + m.Label, URL: v.found(byAction, string(action))})
		}
	}
	return list[:min(len(list), foundMost)], nil
}

// pages goes through a list, page by page, until there is enough or nothing more.
func pages[T comparable](list *[]ui.Link, page func(after T) (next T, err error)) error {
	var none, at T
	for range pagesMost {
		next, err := page(at)
		if err != nil || next == none || len(*list) >= foundMost {
			return err
		}
		at = next
	}
	return nil
}

// found is the log with one more filter, in place of the same.
func (v logView) found(name, value string) string { return v.address([]string{name}, name, value) }

func (a *area) findPeople(c *web.Context, v logView, has func(string) bool) ([]ui.Link, error) {
	if !c.May(verb.ContactsView) {
		return nil, nil
	}
	var list []ui.Link
	err := pages(&list, func(after id.Membership) (id.Membership, error) {
		page, err := a.Accounts.Contacts(c.Ctx(), c.Who, c.Account(), after)
		for _, one := range page.Contacts {
			if has(one.Name) || has(one.Email) {
				list = append(list, ui.Link{Text: "Person: " + one.Name, URL: v.found(byPerson, one.Person.String())})
			}
		}
		return page.Next, err
	})
	return list, err
}

func (a *area) findServices(c *web.Context, v logView, has func(string) bool) ([]ui.Link, error) {
	if !c.May(verb.ServicesView) {
		return nil, nil
	}
	var list []ui.Link
	err := pages(&list, func(after id.Service) (id.Service, error) {
		page, err := a.Hosting.Services(c.Ctx(), c.Who, c.Account(), after)
		for _, one := range page.Services {
			if has(one.Domain) || has(one.Name()) {
				list = append(list, ui.Link{Text: "Service: " + one.Name(), URL: v.found(byService, one.ID.String())})
			}
		}
		return page.Next, err
	})
	return list, err
}

func (a *area) findInvoices(c *web.Context, v logView, has func(string) bool) ([]ui.Link, error) {
	if !c.May(verb.InvoicesView) {
		return nil, nil
	}
	var list []ui.Link
	err := pages(&list, func(before string) (string, error) {
		page, err := a.Billing.Invoices(c.Ctx(), c.Who, c.Account(), billing.Filter{Before: before})
		for _, one := range page.Invoices {
			if has(one.Number) {
				list = append(list, ui.Link{Text: "Invoice " + one.Number, URL: v.found(byTarget, one.ID.String())})
			}
		}
		return page.Older, err
	})
	return list, err
}

// together are the other entries of the same request, which stand beside it in the log.
func together(entries []activity.Entry, one activity.Entry) []activity.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e activity.Entry) bool {
		return e.Seq == one.Seq || e.RequestID == "" || e.RequestID != one.RequestID
	})
}
