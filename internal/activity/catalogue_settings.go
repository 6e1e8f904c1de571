package activity

// The actions about what the provider decides in the console.
const (
	SettingsChanged  Action = "settings.changed"
	SettingUndone    Action = "settings.undone"
	SettingsImported Action = "settings.imported"
	SettingsExported Action = "settings.exported"
	TestMailAsked    Action = "settings.test-mail"
)

func settingsActions() []Meaning {
	const s = CategorySystem
	return []Meaning{
		{
			SettingsChanged, s, true, Warning, Lasting, "Provider settings changed",
			"{who} changed {target}", "{who} tried to change {target}",
		},
		{
			SettingUndone, s, true, Warning, Lasting, "Provider setting taken back",
			"{who} took a change of {target} back", "{who} tried to take a change of {target} back",
		},
		{
			SettingsImported, s, true, Warning, Lasting, "Provider settings read in",
			"{who} read {target} in from a file", "{who} tried to read {target} in from a file",
		},
		{
			SettingsExported, s, true, Notice, Standard, "Provider settings taken out",
			"{who} took {target} out as a file", "{who} tried to take {target} out as a file",
		},
		{
			TestMailAsked, s, true, Info, Standard, "Test mail asked for",
			"{who} had a mail sent to themselves to see {target}", "{who} tried to have a mail sent to see {target}",
		},
	}
}
