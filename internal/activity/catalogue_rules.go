package activity

// The actions of rules about signing in: those of accounts, and that of the provider for its staff.
const (
	SignInRuleSet      Action = "account.sign_in_rule_set"
	SignInRuleReminded Action = "account.sign_in_rule_reminded"
	StartIssued        Action = "staff.start_issued"
	StartUsed          Action = "staff.start_used"
)

// The actions of contacts and of the roles that accounts make.
const (
	ContactSuspended Action = "contact.suspended"
	ContactRestored  Action = "contact.restored"
	InvitationResent Action = "invitation.resent"
	RoleCreated      Action = "role.created"
	RoleChanged      Action = "role.changed"
	RoleDeleted      Action = "role.deleted"
)

func ruleActions() []Meaning {
	const a, f = CategoryAccess, CategoryFactor
	return []Meaning{
		{
			ContactSuspended, a, true, Warning, Standard, "Contact suspended",
			"{who} suspended the access of {target}", "{who} tried to suspend the access of {target}",
		},
		{
			ContactRestored, a, true, Warning, Standard, "Contact restored",
			"{who} gave {target} their access back", "{who} tried to give {target} their access back",
		},
		{
			InvitationResent, a, true, Notice, Standard, "Invitation sent again",
			"{who} sent the invitation of {target} again", "{who} tried to send the invitation of {target} again",
		},
		{
			RoleCreated, a, true, Warning, Standard, "Role made",
			"{who} made the role {target}", "{who} tried to make a role",
		},
		{
			RoleChanged, a, true, Warning, Standard, "Role changed for everybody in it",
			"{who} changed the role {target}", "{who} tried to change the role {target}",
		},
		{
			RoleDeleted, a, true, Warning, Standard, "Role deleted",
			"{who} deleted the role {target}", "{who} tried to delete the role {target}",
		},
		{
			StartIssued, f, true, Warning, Standard, "Start link made",
			"{who} made a link with which {target} can add a first security key",
			"{who} tried to make a start link for {target}",
		},
		{
			StartUsed, f, true, Warning, Standard, "Start link used",
			"{who} opened the link to add a first security key", "{who} tried to open a start link",
		},
		{
			SignInRuleSet, a, true, Warning, Standard, "Sign-in rule set",
			"{who} set how everybody must sign in to this account",
			"{who} tried to set how everybody must sign in to this account",
		},
		{
			SignInRuleReminded, a, true, Info, Standard, "Sign-in rule reminded of",
			"{who} reminded everybody who cannot yet sign in as this account asks",
			"{who} tried to remind people of how this account asks them to sign in",
		},
	}
}
