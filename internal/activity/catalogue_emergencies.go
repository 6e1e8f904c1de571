package activity

// The actions of staff who open in an emergency what another department sees of a client, and of whoever judges that.
const (
	EmergencyOpened   Action = "emergency.opened"
	EmergencyClosed   Action = "emergency.closed"
	EmergencyReminded Action = "emergency.reminded"
)

// The codes of the emergencies. They are kept, so the words never change.
const (
	EmergencyOutage = "outage"
	EmergencyAttack = "attack"
	EmergencyHarm   = "harm"
	EmergencyLaw    = "law"
)

// Emergencies are the codes, in the order in which they are shown.
func Emergencies() []string {
	return []string{EmergencyOutage, EmergencyAttack, EmergencyHarm, EmergencyLaw}
}

// EmergencyInWords says in words which emergency it was. What is no code is said as it is.
func EmergencyInWords(code string) string {
	switch code {
	case EmergencyOutage:
		return "Something is down, and whoever could look is not there"
	case EmergencyAttack:
		return "An attack or a break-in is going on"
	case EmergencyHarm:
		return "Money or data would be lost while waiting"
	case EmergencyLaw:
		return "The law gives no time to wait"
	}
	return code
}

func emergencyActions() []Meaning {
	return []Meaning{
		{
			EmergencyOpened, CategoryRead, true, Warning, Standard, "Emergency access opened",
			"{who} opened {target} of this account in an emergency", "{who} tried to open {target} in an emergency",
		},
		{
			EmergencyClosed, CategoryAccess, true, Warning, Standard, "Emergency access judged",
			"{who} judged and closed the emergency access to {target}",
			"{who} tried to close the emergency access to {target}",
		},
		{
			EmergencyReminded, CategoryAccess, true, Notice, Standard, "Reminded of emergency access",
			"{who} reminded those who judge of the emergency access to {target}",
			"{who} tried to remind of the emergency access to {target}",
		},
	}
}
