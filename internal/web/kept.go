package web

import (
	"net/http"
	"reflect"
	"strings"

	"gatehouse/templates/ui"
)

// keep are the fields of the form that was sent, as hidden ones of a form that has to be answered first.
func (c *Context) keep() []ui.Pair {
	return append([]ui.Pair{
		{Name: stepTo, Value: Local(c.Request().URL.RequestURI())}, {Name: stepMethod, Value: http.MethodPost},
	}, carried(c.sent())...)
}

// Kept are the fields of the form that waits for the one that was sent, as they were hidden in it; none: nothing waits.
func (c *Context) Kept() []ui.Pair {
	if first(c.typed[stepMethod]) != http.MethodPost {
		return nil
	}
	return c.waiting()
}

// GoOn does the form that waits, as if it were sent now.
func (c *Context) GoOn() error { return c.replay(Local(first(c.typed[stepTo])), c.token) }

// BindBesideKept is Bind for a form in which another one may wait.
func (c *Context) BindBesideKept(form any) error {
	if err := c.readForm(); err != nil {
		return err
	}
	known, err := c.fill(reflect.ValueOf(form).Elem(), "")
	if err != nil {
		return err
	}
	return c.only(append(known, stepTo, stepMethod), stepWaiting)
}

// waiting are the fields of the form that say what waits.
func (c *Context) waiting() []ui.Pair {
	var list []ui.Pair
	for name, values := range c.typed {
		if name == stepTo || name == stepMethod || strings.HasPrefix(name, stepWaiting) {
			for _, v := range values {
				list = append(list, ui.Pair{Name: name, Value: v})
			}
		}
	}
	return list
}
