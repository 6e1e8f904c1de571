package activity

func hostingActions() []Meaning {
	const h = CategoryHosting
	return []Meaning{
		{
			ServiceCreated, h, true, Info, Standard, "Service added",
			"{who} added the service {target}", "{who} tried to add the service {target}",
		},
		{
			ServiceReady, h, true, Info, Standard, "Service ready",
			"{who} finished setting up the service {target}", "{who} tried to finish setting up the service {target}",
		},
		{
			ServiceSuspended, h, true, Warning, Standard, "Service suspended",
			"{who} suspended the service {target}", "{who} tried to suspend the service {target}",
		},
		{
			ServiceRestored, h, true, Notice, Standard, "Service restored",
			"{who} restored the service {target}", "{who} tried to restore the service {target}",
		},
		{
			ServiceEnded, h, true, Warning, Standard, "Service ended",
			"{who} ended the service {target}", "{who} tried to end the service {target}",
		},
		{
			ServerAdded, h, true, Notice, Standard, "Server added",
			"{who} added the server {target}", "{who} tried to add the server {target}",
		},
		{
			PanelAsked, h, true, Info, Standard, "Panel asked for",
			"{who} asked to open the panel of {target}", "{who} tried to open the panel of {target}",
		},
		{
			PanelOpened, h, true, Notice, Standard, "Panel opened",
			"{who} opened the panel of {target}", "{who} tried to open the panel of {target}",
		},
		{
			PanelFailed, h, true, Notice, Standard, "Panel failed",
			"{who} opened the panel of {target}", "The panel of {target} did not open for {who}",
		},
	}
}

func caseActions() []Meaning {
	const c = CategorySupport
	return []Meaning{
		{
			CaseOpened, c, true, Notice, Standard, "Case opened",
			"{who} opened the case {target}", "{who} tried to open a case",
		},
		{
			CaseReplied, c, true, Info, Standard, "Case answered",
			"{who} wrote in the case {target}", "{who} tried to write in a case",
		},
		{CaseTaken, c, true, Info, Standard, "Case taken", "{who} took the case {target}", "{who} tried to take a case"},
		{
			CaseHanded, c, true, Info, Standard, "Case handed over",
			"{who} handed the case {target} over to another department", "{who} tried to hand a case over",
		},
		{CaseClosed, c, true, Info, Standard, "Case closed", "{who} closed the case {target}", "{who} tried to close a case"},
	}
}

func systemActions() []Meaning {
	const s, m = CategorySystem, CategoryMail
	return []Meaning{
		{MailSent, m, true, Info, Standard, "Mail sent", "{who} mailed {target}", "{who} tried to mail {target}"},
		{MailFailed, m, true, Notice, Standard, "Mail failed", "{who} mailed {target}", "{who} could not mail {target}"},
		{ChainOpened, s, true, Info, Lasting, "Log opened", "{who} opened the log of {target}", "{who} tried to open a log"},
		{KeysRotated, s, true, Warning, Standard, "Keys changed", "{who} changed the keys", "{who} tried to change the keys"},
		{NoteSigned, s, true, Info, Standard, "Note signed", "{who} signed a note of all logs", "{who} tried to sign a note"},
	}
}
