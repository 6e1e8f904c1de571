package billing

import (
	"slices"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/gate"
)

// TaxOf is the rate at which a client is charged for what they order, as the law of the provider's country stands for
// services: its standard rate at home, and to buyers without a VAT number elsewhere in the European Union; nothing to
// those who reckon the tax themselves, and to those outside of the provider's VAT area. Staff may choose otherwise for
// what they enter.
//
// The last is not an exemption: that is for what the law reaches and lets off (insurance, teaching). A service to
// somebody beyond the VAT area is supplied where they are (articles 44 and 59 of directive 2006/112/EC, and the
// British Act's section 7A, have it so), and so outside of what the provider's law taxes. Nor is it an export, which
// is of goods.
func (b *Billing) TaxOf(q *gorm.DB, g gate.Grant, client accounts.Account) (Rate, error) {
	usual := b.Rates()[0]
	home, there := area(b.country()), area(client.Address.Country)
	if usual.Rate == 0 || there == "" || there == home {
		return usual, nil
	}
	why, err := b.ReverseCharge(q, g, client)
	switch {
	case err != nil:
		return Rate{}, err
	case why == "":
		return Rate{Treatment: ReverseCharge}, nil
	case inUnion(home) && inUnion(there):
		return usual, nil
	}
	return Rate{Treatment: Outside}, nil
}

// area is the country to whose VAT area a country belongs.
func area(country string) string {
	switch country {
	case "MC":
		return "FR"
	case "IM":
		return "GB"
	case "LI":
		return "CH"
	}
	return country
}

// inUnion says whether a country belongs to the European Union, within which one VAT law holds.
func inUnion(country string) bool {
	return slices.Contains([]string{
		"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
		"MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
	}, country)
}
