package web

// Unlisted tells machines that come by to keep no copy and no mention of the page: its address is known to few.
func (c *Context) Unlisted() {
	c.echo.Response().Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
}
