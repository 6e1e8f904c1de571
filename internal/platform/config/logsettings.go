package config

// What is kept of the activity log at the least, and at the most. The law asks
// for the least; activity refuses less too.
const (
	leastMonths, mostMonths         = 3, 1200
	leastMoneyYears, mostMoneyYears = 6, 100
)

func logSettings() []setting {
	return []setting{
		{
			key: "log.keep_months", fallback: "12", form: "3 to 1200", required: true,
			meaning: "How many months entries stay in the activity log before `gatehouse activity archive` takes them out",
			set:     into(func(c *Config) *int { return &c.Log.KeepMonths }, number(leastMonths, mostMonths)),
		},
		{
			key: "log.keep_money_years", fallback: "7", form: "6 to 100", required: true,
			meaning: "How many years entries about money stay in it: as long as the law where you are asks for books",
			set:     into(func(c *Config) *int { return &c.Log.KeepMoneyYears }, number(leastMoneyYears, mostMoneyYears)),
		},
		{
			key: "log.archive_dir", form: folderForm,
			meaning: "Where the entries go then; default: archive in data_dir",
			set:     into(func(c *Config) *string { return &c.Log.ArchiveDir }, nonEmpty),
		},
	}
}
