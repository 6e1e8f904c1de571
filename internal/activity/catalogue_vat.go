package activity

// VATNumberChecked is what a register of a tax authority says of an account's VAT number. That it is not in it is a
// failure.
const VATNumberChecked Action = "vat_number.checked"

func vatActions() []Meaning {
	return []Meaning{
		{
			VATNumberChecked, CategoryAccount, true, Notice, Standard, "VAT number checked",
			"{who} had VAT number {target} confirmed by its register",
			"{who} did not find VAT number {target} in its register",
		},
	}
}
