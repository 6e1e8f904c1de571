package web

import (
	"strings"

	"gatehouse/templates/ui"
)

// AboveClient are the pages above one that staff see of a client: the list of clients, and the client by name. On all
// other pages there are none.
func (c *Context) AboveClient() ([]ui.Link, error) {
	client := clientsPath + "/" + c.Account().String()
	if !strings.HasPrefix(c.Request().URL.Path, client+"/") {
		return nil, nil
	}
	if look, said := c.Who.LookAt(c.Account(), c.Now()); said && look.Client != "" { // read with the reason
		return []ui.Link{{Text: "Clients", URL: clientsPath}, {Text: look.Client, URL: client}}, nil
	}
	name, err := c.web.Accounts.ClientName(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return nil, err
	}
	return []ui.Link{{Text: "Clients", URL: clientsPath}, {Text: name, URL: client}}, nil
}
