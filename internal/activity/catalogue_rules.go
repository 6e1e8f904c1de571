package activity

// The actions of rules about signing in: those of accounts, and that of the provider for its staff.
const (
	SignInRuleSet      Action = "account.sign_in_rule_set"
	SignInRuleReminded Action = "account.sign_in_rule_reminded"
	StartIssued        Action = "staff.start_issued"
	StartUsed          Action = "staff.start_used"
)

func ruleActions() []Meaning {
	const a, f = CategoryAccess, CategoryFactor
	return []Meaning{
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
