package public

import (
	"io"
	"net/http"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/web"
)

// longestNotice is in bytes (SECURITY.md D1): the notices of gateways are a few kilobytes.
const longestNotice = 64 << 10

// webhook takes a gateway's notice. What it says counts only as far as its signature and our own records go.
func (a *area) webhook(c *web.Context) error {
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, longestNotice+1))
	if err != nil {
		return err // the error page knows what is too large
	}
	if len(body) > longestNotice {
		return &http.MaxBytesError{Limit: longestNotice}
	}
	gateway := c.Param("gateway")
	who := actor.NewWebhook(gateway, c.Who.Address)
	who.RequestID, who.Device = c.RequestID(), c.Who.Device
	err = a.Billing.Receive(c.Ctx(), who, gateway, c.Request().Header, body)
	if f, ok := fault.As(err); ok && f.Kind == fault.KindInvalid { // there is no form to show again
		refused := &web.BadRequestError{}
		for _, field := range f.Fields {
			refused.Problems = append(refused.Problems, field.Message)
		}
		return refused
	}
	if err != nil {
		return err
	}
	return c.Text(http.StatusOK, "")
}
