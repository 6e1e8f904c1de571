package hosting

import (
	"fmt"

	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// MailService is the kind of outbox message that carries a ServiceMoved.
const MailService = "mail.service"

// ServiceMoved says that a service is in another state now: the people of the account who see it are told.
type ServiceMoved struct {
	Account id.Account
	Service id.Service
	Name    string
	From    State
	To      State
	Why     string // in the words of whoever stopped it; may be empty
}

// tell leaves word that a service moved.
func (h *Hosting) tell(tx *db.Tx, account id.Account, service id.Service, name string, from State, s step) error {
	err := h.post.Enqueue(tx, outbox.Message{
		Kind: MailService, Key: id.New[id.RequestKind]().String(), Payload: ServiceMoved{
			Account: account, Service: service, Name: name, From: from, To: s.to, Why: s.why,
		},
	})
	if err != nil {
		return fmt.Errorf("move service: %w", err)
	}
	return nil
}
