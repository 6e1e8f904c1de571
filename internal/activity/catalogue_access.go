package activity

// The actions of somebody who looks at an account through a contact's eyes, and of accounts that have nobody left who
// can act for them; and of somebody who was refused and asks for what they lack.
const (
	PreviewStarted   Action = "preview.started"
	PreviewEnded     Action = "preview.ended"
	AccountOwnerless Action = "account.without_owner"
	AccessAsked      Action = "access.asked"
)

func previewActions() []Meaning {
	const a = CategoryAccess
	return []Meaning{
		{
			PreviewStarted, a, true, Notice, Standard, "Preview started",
			"{who} began to look at this account as {target} sees it",
			"{who} tried to look at this account as {target} sees it",
		},
		{
			PreviewEnded, a, true, Info, Standard, "Preview ended",
			"{who} stopped looking at this account as {target} sees it",
			"{who} tried to stop looking at this account as {target} sees it",
		},
		{
			AccountOwnerless, a, true, Warning, Standard, "No owner can act",
			"{who} saw that {target} was shut out, and nobody is left who can act for this account as its owner",
			"{who} tried to look for somebody who can act for this account as its owner",
		},
		{
			AccessAsked, a, true, Notice, Standard, "Permission asked for",
			"{who} asked the owners for a permission: {target}", "{who} tried to ask the owners for a permission: {target}",
		},
	}
}
