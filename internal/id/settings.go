package id

// SettingChangeKind marks the id of one change of a setting of the provider.
type SettingChangeKind struct{}

// SettingChange identifies one change of a setting of the provider.
type SettingChange = ID[SettingChangeKind]

func (SettingChangeKind) idKind() {}
