package activity

// The actions about teams that work in the accounts of others.
const (
	TeamCreated        Action = "team.created"
	TeamMemberAdded    Action = "team.member_added"
	TeamMemberRemoved  Action = "team.member_removed"
	TeamOffered        Action = "team.access_offered"
	TeamOfferWithdrawn Action = "team.offer_withdrawn"
	TeamAccepted       Action = "team.access_accepted"
	TeamDeclined       Action = "team.access_declined"
	TeamRoleChanged    Action = "team.role_changed"
	TeamSuspended      Action = "team.suspended"
	TeamRestored       Action = "team.restored"
	TeamRemoved        Action = "team.removed"
	TeamRenamed        Action = "team.renamed"
	TeamDissolved      Action = "team.dissolved"
	TeamGaveUp         Action = "team.gave_up"
)

func teamActions() []Meaning {
	const a = CategoryAccess
	return []Meaning{
		{
			TeamCreated, a, true, Info, Standard, "Team made",
			"{who} made the team {target}", "{who} tried to make the team {target}",
		},
		{
			TeamMemberAdded, a, true, Notice, Standard, "Somebody joined a team",
			"{who} put somebody into the team {target}", "{who} tried to put somebody into the team {target}",
		},
		{
			TeamMemberRemoved, a, true, Notice, Standard, "Somebody left a team",
			"{who} took somebody out of the team {target}", "{who} tried to take somebody out of the team {target}",
		},
		{
			TeamOffered, a, true, Notice, Standard, "Team offered access",
			"{who} offered access to the team {target}", "{who} tried to offer access to the team {target}",
		},
		{
			TeamOfferWithdrawn, a, true, Info, Standard, "Offer to a team withdrawn",
			"{who} withdrew the access offered to the team {target}",
			"{who} tried to withdraw the access offered to the team {target}",
		},
		{
			TeamAccepted, a, true, Warning, Standard, "Team accepted access",
			"{who} accepted access for the team {target}", "{who} tried to accept access for the team {target}",
		},
		{
			TeamDeclined, a, true, Info, Standard, "Team declined access",
			"{who} declined access for the team {target}", "{who} tried to decline access for the team {target}",
		},
		{
			TeamRoleChanged, a, true, Notice, Standard, "Access of a team changed",
			"{who} changed what the team {target} may do", "{who} tried to change what the team {target} may do",
		},
		{
			TeamSuspended, a, true, Warning, Standard, "Team suspended",
			"{who} suspended the access of the team {target}", "{who} tried to suspend the access of the team {target}",
		},
		{
			TeamRestored, a, true, Notice, Standard, "Team restored",
			"{who} gave the team {target} its access back", "{who} tried to give the team {target} its access back",
		},
		{
			TeamRemoved, a, true, Notice, Standard, "Team removed",
			"{who} removed the team {target} from this account", "{who} tried to remove the team {target}",
		},
		{
			TeamRenamed, a, true, Info, Standard, "Team renamed",
			"{who} gave the team {target} its name", "{who} tried to give the team {target} another name",
		},
		{
			TeamDissolved, a, true, Warning, Standard, "Team dissolved",
			"{who} dissolved the team {target}", "{who} tried to dissolve the team {target}",
		},
		{
			TeamGaveUp, a, true, Notice, Standard, "Team gave up a client",
			"{who} gave up the access of the team {target}", "{who} tried to give up the access of the team {target}",
		},
	}
}
