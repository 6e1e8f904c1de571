package web

// Sandbox shuts an answer off that brings its own style, such as a mail: nothing in it runs, loads, sends or is framed.
func (c *Context) Sandbox() {
	c.echo.Response().Header().Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
}
