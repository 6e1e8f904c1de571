package activity

// The actions about who owns an account and what it is: what takes two sides.
const (
	OwnershipOffered   Action = "ownership.offered"
	OwnershipAccepted  Action = "ownership.accepted"
	OwnershipDeclined  Action = "ownership.declined"
	OwnershipWithdrawn Action = "ownership.withdrawn"

	ChangeRequested   Action = "account.change_requested"
	ChangeUnrequested Action = "account.request_withdrawn"
	ChangeApproved    Action = "account.change_approved"
	ChangeDeclined    Action = "account.change_declined"
)

func ownershipActions() []Meaning {
	const a = CategoryAccess
	return []Meaning{
		{
			OwnershipOffered, a, true, Warning, Standard, "Ownership offered",
			"{who} offered the ownership of the account to {target}",
			"{who} tried to offer the ownership of the account to {target}",
		},
		{
			OwnershipAccepted, a, true, Warning, Standard, "Ownership taken",
			"{who} took the ownership of the account", "{who} tried to take the ownership of the account",
		},
		{
			OwnershipDeclined, a, true, Notice, Standard, "Ownership declined",
			"{who} declined the ownership of the account", "{who} tried to decline the ownership of the account",
		},
		{
			OwnershipWithdrawn, a, true, Notice, Standard, "Offer of ownership withdrawn",
			"{who} withdrew the offer of ownership to {target}", "{who} tried to withdraw the offer of ownership to {target}",
		},
		{
			ChangeRequested, a, true, Notice, Standard, "Change asked of the provider",
			"{who} asked the provider to change the {target}", "{who} tried to ask the provider to change the {target}",
		},
		{
			ChangeUnrequested, a, true, Info, Standard, "Request to the provider withdrawn",
			"{who} withdrew the request to change the {target}", "{who} tried to withdraw the request to change the {target}",
		},
		{
			ChangeApproved, a, true, Warning, Standard, "Requested change approved",
			"{who} approved the change of the {target}", "{who} tried to approve the change of the {target}",
		},
		{
			ChangeDeclined, a, true, Notice, Standard, "Requested change declined",
			"{who} declined to change the {target}", "{who} tried to decline to change the {target}",
		},
	}
}
