package staff

import (
	"net/url"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/overview"
	"gatehouse/internal/web"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// requests lists what is asked for and not decided, of every kind that the reader sees.
func (a *area) requests(c *web.Context) error {
	query := overview.RequestQuery{
		Only: overview.QueueName(c.Query("kind")), Mine: c.Query("mine") != "", After: c.Query("after"),
	}
	found, err := a.Overview.Requests(c.Ctx(), c.Who, query)
	if err != nil {
		return err
	}
	p := staff.RequestsPage{Shell: c.Shell("Requests and approvals"), Narrowed: query.Only != "" || query.Mine}
	of := overview.RequestQuery{Mine: query.Mine}
	p.Kinds = append(p.Kinds, ui.Segment{Text: "Every kind", URL: requestsAt(of), Current: query.Only == ""})
	for _, kind := range found.Kinds {
		of.Only = kind
		p.Kinds = append(p.Kinds, ui.Segment{Text: kindName(kind), URL: requestsAt(of), Current: kind == query.Only})
	}
	p.Turns = []ui.Segment{
		{Text: "All that is open", URL: requestsAt(overview.RequestQuery{Only: query.Only}), Current: !query.Mine},
		{Text: "Yours to decide", URL: requestsAt(overview.RequestQuery{Only: query.Only, Mine: true}), Current: query.Mine},
	}
	p.AllURL = requestsPath
	for _, r := range found.Rows {
		p.Rows = append(p.Rows, staff.RequestRow{
			What: requestName(r), URL: requestURL(r), Client: r.Client, More: r.More, By: r.By, Since: r.Since,
			State: turnState(r.Turn),
		})
	}
	if query.After != "" {
		query.After = ""
		p.Pages.Newer, p.Pages.NewerText = requestsAt(query), "Oldest"
	}
	if found.Next != "" {
		query.After = found.Next
		p.Pages.Older, p.Pages.OlderText = requestsAt(query), "Newer"
	}
	p.Pages.Shown = ui.Count(len(p.Rows), "request", "requests") + " shown, oldest first"
	return c.Page(staff.Requests(p))
}

// requestsAt is the address of a list of requests.
func requestsAt(query overview.RequestQuery) string {
	at := url.Values{}
	if query.Only != "" {
		at.Set("kind", string(query.Only))
	}
	if query.Mine {
		at.Set("mine", "1")
	}
	if query.After != "" {
		at.Set("after", query.After)
	}
	if len(at) == 0 {
		return requestsPath
	}
	return requestsPath + "?" + at.Encode()
}

// requestURL is where a request is decided, or followed.
func requestURL(r overview.Request) string {
	client := clientsPath + "/" + r.Account.String()
	switch r.Queue {
	case overview.OwnershipOffers:
		return client
	case overview.MoneyApprovals:
		return client + "/approvals/" + r.ID
	case overview.LostFactors:
		return recoveriesPath + "/" + r.ID
	case overview.ServiceOrders, overview.Cancellations:
		return client + "/orders/" + r.ID
	case overview.Emergencies:
		return emergenciesPath + "/" + r.ID
	case overview.StaffApprovals:
		return "/staff/people/requests/" + r.ID
	case overview.OpenCases:
		return casesPath + "/" + r.ID
	case overview.AccountRequests, overview.OpenTransfers, overview.DeclinedCards, overview.FailingServers,
		overview.SlowRefunds, overview.StaffReviews:
	}
	return requestsPath + "/" + r.ID
}

// kindName is what a kind of requests is called where the list is narrowed to it.
func kindName(kind overview.QueueName) string {
	switch kind {
	case overview.AccountRequests:
		return "Names and main contacts"
	case overview.OwnershipOffers:
		return "Ownership"
	case overview.MoneyApprovals:
		return "Money"
	case overview.LostFactors:
		return "Lost second steps"
	case overview.ServiceOrders:
		return "Orders"
	case overview.Cancellations:
		return "Cancellations"
	case overview.Emergencies:
		return "Emergency access"
	case overview.StaffApprovals:
		return "Staff"
	case overview.OpenCases, overview.OpenTransfers, overview.DeclinedCards, overview.FailingServers,
		overview.SlowRefunds, overview.StaffReviews:
	}
	return string(kind)
}

// requestName is what is asked for, in words.
func requestName(r overview.Request) string {
	switch r.Queue { //nolint:exhaustive // the others go by what exactly is asked for
	case overview.MoneyApprovals:
		return ui.Capital(billing.InWords(ledger.Kind(r.Kind)))
	case overview.OpenCases:
		return "A case that nobody answered"
	}
	words, known := map[string]string{
		"name": "Another account name", "primary": "Another main contact", "offer": "Ownership is offered",
		"recovery": "A lost second step", "order": "An order", "change": "A change of plan", "cancel": "A cancellation",
		"emergency": "Emergency access to judge", "invite": "A new colleague", "department": "Another department",
		"enable": "A colleague’s sign-in to enable again",
	}[r.Kind]
	if !known {
		return kindName(r.Queue)
	}
	return words
}

func turnState(t overview.Turn) ui.State {
	switch t {
	case overview.Yours:
		return ui.State{Tone: ui.Warn, Icon: "hourglass", Word: "Yours to decide"}
	case overview.AnotherPerson:
		return ui.State{Tone: ui.Info, Icon: "users", Word: "Needs somebody else"}
	case overview.TheClient:
		return ui.State{Tone: ui.Neutral, Icon: "clock", Word: "Waits for the client"}
	case overview.TheServer:
		return ui.State{Tone: ui.Neutral, Icon: "server-2", Word: "Being done"}
	case overview.OtherDepartment:
	}
	return ui.State{Tone: ui.Neutral, Icon: "users", Word: "Others decide"}
}
