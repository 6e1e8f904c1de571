package web

import "time"

// recoveryCookie ties the set-up of a new second factor to the browser in which its link was used.
const (
	recoveryCookie = "gatehouse-recovery"
	recoveryTime   = time.Hour
)

// StartRecovery gives the browser the token of a set-up that begins in it.
func (c *Context) StartRecovery(token string) { c.setCookie(recoveryCookie, token, recoveryTime) }

// Recovery is the token of a set-up that was begun in this browser.
func (c *Context) Recovery() string { return c.cookie(recoveryCookie) }

// ForgetRecovery takes it away.
func (c *Context) ForgetRecovery() { c.setCookie(recoveryCookie, "", 0) }
