package activity

// MailsChosen says that somebody chose which mails they, or a contact, get.
const MailsChosen Action = "mails.chosen"

func mailActions() []Meaning {
	return []Meaning{{
		MailsChosen, CategoryAccount, true, Info, Standard, "Mails chosen",
		"{who} chose which mails {target} gets", "{who} tried to choose which mails {target} gets",
	}}
}
