package app

import (
	"path/filepath"

	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/platform/config"
)

// demoPanelFile is where the demonstration's panel keeps its accounts, in the data folder.
const demoPanelFile = "demo-panel.json"

// panels are the kinds of hosting panels that can be spoken to.
func (a *App) panels() ([]hosting.Panel, error) {
	cfg := a.Config.Panel
	roots, err := certificates("panel.ca_file", cfg.CAFile)
	if err != nil {
		return nil, err
	}
	cpanel := whm.New(whm.Config{Networks: cfg.Networks, Roots: roots, Contact: a.Config.Mail.From.Address})
	if cfg.Kind != config.DemoPanel {
		return []hosting.Panel{cpanel}, nil
	}
	a.DemoPanel = demopanel.New(a.Gate, a.Box)
	if err := a.DemoPanel.Keep(filepath.Join(a.Config.DataDir, demoPanelFile)); err != nil {
		return nil, err // it says whose file it is
	}
	return []hosting.Panel{cpanel, a.DemoPanel}, nil
}
