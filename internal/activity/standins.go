package activity

// standInActions are about what a person calls their second factors, and about what stands in for one: recovery codes
// and remembered devices.
func standInActions() []Meaning {
	const f = CategoryFactor
	return []Meaning{
		{
			FactorRenamed, f, true, Info, Standard, "Second factor renamed",
			"{who} gave {target} its name", "{who} tried to give {target} its name",
		},
		{
			RecoveryCodesMade, f, true, Notice, Standard, "Recovery codes made",
			"{who} made ten new recovery codes for {target}", "{who} tried to make recovery codes for {target}",
		},
		{
			RecoveryCodesKept, f, true, Info, Standard, "Recovery codes confirmed",
			"{who} confirmed that the recovery codes of {target} are kept",
			"{who} tried to confirm that the recovery codes of {target} are kept",
		},
		{
			RecoveryCodeUsed, f, true, Warning, Standard, "Recovery code used",
			"{who} used a recovery code of {target}", "{who} tried to use a recovery code of {target}",
		},
		{
			DeviceRemembered, f, true, Notice, Standard, "Device remembered",
			"{who} let {target} skip the second step for 30 days", "{who} tried to let {target} skip the second step",
		},
		{
			DeviceForgotten, f, true, Info, Standard, "Device forgotten",
			"{who} let {target} skip the second step no more", "{who} tried to make {target} ask for the second step again",
		},
	}
}
