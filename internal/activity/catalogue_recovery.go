package activity

// The actions of the ways back in: a forgotten password, a new address, lost factors.
const (
	PasswordResetAsked Action = "password.reset_asked"
	PasswordResetSent  Action = "password.reset_sent"
	PasswordReset      Action = "password.reset"
	EmailChangeStarted Action = "email.change_started"
	EmailChangeStopped Action = "email.change_stopped"
	EmailChanged       Action = "email.changed"

	RecoveryAsked     Action = "recovery.asked"
	RecoveryStarted   Action = "recovery.started"
	RecoveryApproved  Action = "recovery.approved"
	RecoveryDeclined  Action = "recovery.declined"
	RecoveryCancelled Action = "recovery.cancelled"
	RecoveryReady     Action = "recovery.ready"
	RecoveryOpened    Action = "recovery.opened"
	RecoveryDone      Action = "recovery.done"
	AccessHeld        Action = "access.held"
	AccessReleased    Action = "access.released"
)

func wayBackActions() []Meaning {
	const f = CategoryFactor
	return []Meaning{
		{
			PasswordResetAsked, f, true, Notice, Standard, "New password asked for",
			"Somebody asked for a link to set a new password for {target}",
			"Somebody tried to ask for a link to set a new password for {target}",
		},
		{
			PasswordResetSent, f, true, Info, Standard, "Link for a new password sent",
			"{who} sent {target} a link to set a new password", "{who} tried to send {target} a link to set a new password",
		},
		{
			PasswordReset, f, true, Warning, Standard, "New password set by a link",
			"{who} set a new password for {target} by a mailed link", "{who} tried to set a new password for {target}",
		},
		{
			EmailChangeStarted, f, true, Notice, Standard, "New address asked for",
			"{who} asked to change the e-mail address of {target}", "{who} tried to change the e-mail address of {target}",
		},
		{
			EmailChangeStopped, f, true, Notice, Standard, "New address stopped",
			"{who} stopped the change of the e-mail address of {target}",
			"{who} tried to stop the change of the e-mail address of {target}",
		},
		{
			EmailChanged, f, true, Warning, Standard, "E-mail address changed",
			"{who} changed the e-mail address of {target}", "{who} tried to change the e-mail address of {target}",
		},
	}
}

func recoveryActions() []Meaning {
	const f, a = CategoryFactor, CategoryAccess
	return []Meaning{
		{
			RecoveryAsked, f, true, Notice, Standard, "Recovery asked for",
			"{who} asked for a way back in without second factors, for {target}",
			"{who} tried to ask for the recovery of {target}",
		},
		{
			RecoveryStarted, f, true, Warning, Standard, "Recovery started",
			"{who} confirmed by mail a way back in without second factors, for {target}",
			"{who} tried to start the recovery of {target}",
		},
		{
			RecoveryApproved, f, true, Warning, Standard, "Recovery approved",
			"{who} approved that {target} gets back in", "{who} tried to approve that {target} gets back in",
		},
		{
			RecoveryDeclined, f, true, Warning, Standard, "Recovery declined",
			"{who} declined that {target} gets back in", "{who} tried to decline that {target} gets back in",
		},
		{
			RecoveryCancelled, f, true, Notice, Standard, "Recovery cancelled",
			"{who} ended the recovery of {target} before anything changed", "{who} tried to end the recovery of {target}",
		},
		{
			RecoveryReady, f, true, Notice, Standard, "Recovery ready",
			"{who} sent {target} the link to set up a new second factor",
			"{who} tried to send {target} the link to set up a new second factor",
		},
		{
			RecoveryOpened, f, true, Notice, Standard, "Recovery link used",
			"{who} used the link to set up a new second factor for {target}",
			"{who} tried to use the link to set up a new second factor for {target}",
		},
		{
			RecoveryDone, f, true, Warning, Standard, "Second factors replaced",
			"{who} replaced all second factors of {target}", "{who} tried to replace all second factors of {target}",
		},
		{
			AccessHeld, a, true, Warning, Standard, "Access waits for approval",
			"{who} replaced lost second factors, so the access of {target} waits for approval",
			"{who} tried to hold the access of {target}",
		},
		{
			AccessReleased, a, true, Notice, Standard, "Access opened again",
			"{who} opened the access of {target} again", "{who} tried to open the access of {target} again",
		},
	}
}
