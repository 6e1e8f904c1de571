package access

// A person comes into an account by one place: their own, or, where they have none, that of a team of theirs. A place
// of one's own counts alone, even where it is suspended or has ended: what an account says about a person outweighs
// what it says about their team, and one role with one reason is all that anybody has to understand. Of several teams,
// one whose access is not suspended counts first, then the one that lasts longest, then the oldest.
//
// A team's place hangs on the member's own in the agency's account: where that is suspended, has ended or is gone, or
// where the agency is closed, the team opens nothing to them.

// PlaceJoins joins to a person (an SQL expression) the place that they have in an account: memberships m, or of the
// teams the one that counts: team_access ta with its team_members tm and teams tt, and the member's place am in the
// agency's account ac; with the account c, its rule k and the custom role r. There is one place at most, and nothing to
// be sorted by whoever reads it: a server would write a row as wide as this one to the disk for that. The account's id
// is asked for twice.
func PlaceJoins(person string) string {
	return ` LEFT JOIN memberships m ON m.account_id = ? AND m.person_id = ` + person + `
 LEFT JOIN team_access ta ON m.id IS NULL AND ta.id = (SELECT ta.id FROM team_members tm
  JOIN team_access ta ON ta.account_id = ? AND ta.team_id = tm.team_id AND ta.state = 'active'
  JOIN memberships am ON am.id = tm.contact_id JOIN accounts ac ON ac.account_id = am.account_id
  WHERE tm.person_id = ` + person + TeamOrder + ` LIMIT 1)
 LEFT JOIN team_members tm ON tm.team_id = ta.team_id AND tm.person_id = ` + person + `
 LEFT JOIN teams tt ON tt.id = ta.team_id
 LEFT JOIN memberships am ON am.id = tm.contact_id
 LEFT JOIN accounts ac ON ac.account_id = am.account_id
 LEFT JOIN accounts c ON c.account_id = COALESCE(m.account_id, ta.account_id)
 LEFT JOIN custom_roles r ON r.id = COALESCE(m.custom_role_id, ta.custom_role_id) AND r.account_id = c.account_id
  AND r.deleted_at IS NULL
 LEFT JOIN account_rules k ON k.account_id = c.account_id`
}

// TeamEnds is when the access of a team's member ends: with the team's, or with their own place in the agency.
const TeamEnds = `CASE WHEN am.ends_at IS NULL THEN ta.ends_at WHEN ta.ends_at IS NULL THEN am.ends_at
 WHEN am.ends_at < ta.ends_at THEN am.ends_at ELSE ta.ends_at END`

// TeamSuspended says whether the access of a team's member is suspended: the team's, or their own place in the agency,
// or the agency as a whole.
const TeamSuspended = `(ta.suspended + am.suspended + (ac.state = 'closed') > 0)`

// PlaceColumns are the columns of a place, each under its name. All of them are NULL where there is none.
const PlaceColumns = `COALESCE(m.id, tm.id) AS membership_id,
 COALESCE(m.role, ta.role) AS role, COALESCE(m.custom_role_id, ta.custom_role_id) AS custom_role_id,
 r.version AS role_version, r.verbs, COALESCE(m.services_limited, ta.services_limited) AS services_limited,
 COALESCE(m.services, ta.services) AS services, COALESCE(m.ends_at, ` + TeamEnds + `) AS ends_at,
 COALESCE(m.suspended, ` + TeamSuspended + `) AS suspended, COALESCE(m.recovery_id, am.recovery_id) AS recovery_id,
 c.state = 'closed' AS account_closed, ta.team_id, ` + RuleColumns

// TeamOrder puts first, of the places that a person has in an account through teams, the one that counts.
const TeamOrder = ` ORDER BY ` + TeamSuspended + `, COALESCE(` + TeamEnds + `, 9223372036854775807) DESC, ta.id`
