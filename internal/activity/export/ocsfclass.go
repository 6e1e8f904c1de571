package export

import (
	"strings"

	"gatehouse/internal/activity"
)

// ocsfClass says which class of event an entry is, and which activity of that class.
func ocsfClass(e *activity.Entry) (class int, name string, number int, does string) {
	switch e.Category {
	case activity.CategorySignIn:
		number, does = signInActivity(e.Action)
		return authentication, "Authentication", number, does
	case activity.CategoryFactor:
		number, does = factorActivity(e.Action)
		return accountChange, "Account Change", number, does
	case activity.CategoryAccess, activity.CategoryAccount, activity.CategoryBilling, activity.CategoryHosting,
		activity.CategoryRead, activity.CategorySupport, activity.CategoryMail, activity.CategorySystem:
	}
	number, does = thingActivity(e)
	return apiActivity, "API Activity", number, does
}

func signInActivity(a activity.Action) (int, string) {
	switch a { //nolint:exhaustive // the rest are activities that the class has no number for
	case activity.SignedIn, activity.SignInFailed, activity.CodeFailed, activity.PasswordAccepted, activity.AccountEntered:
		return 1, "Logon"
	case activity.SignedOut, activity.SessionEnded, activity.SessionsEnded:
		return 2, "Logoff"
	}
	return other, string(a)
}

func factorActivity(a activity.Action) (int, string) {
	switch a { //nolint:exhaustive // the rest are activities that the class has no number for
	case activity.PersonCreated:
		return 1, "Create"
	case activity.SignInReopened, activity.SignInReviewed:
		return 2, "Enable"
	case activity.PasswordChanged:
		return 3, "Password Change"
	case activity.PasswordReset:
		return 4, "Password Reset"
	case activity.PersonDisabled:
		return 5, "Disable"
	case activity.SignInSecured:
		return 9, "Lock"
	case activity.FactorAdded:
		return 10, "MFA Factor Enable"
	case activity.FactorRemoved:
		return 11, "MFA Factor Disable"
	}
	return other, string(a)
}

// thingActivity goes by what the action's name says was done to the thing.
func thingActivity(e *activity.Entry) (int, string) {
	_, done, _ := strings.Cut(string(e.Action), ".")
	switch done {
	case "created", "opened", "added", "invited", "issued", "started", "granted", "made", "seat_granted":
		return 1, "Create"
	case "removed", "ended", "deleted", "withdrawn", "cancelled", "seat_ended":
		return 4, "Delete"
	}
	if e.Writes {
		return 3, "Update"
	}
	return 2, "Read"
}
