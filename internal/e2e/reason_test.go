//go:build e2e

package e2e_test

// askedWhy says whether somebody of the staff was led to say why they look at a client. Whoever goes to that page by
// themselves is not on the way to another.
func (b *tab) askedWhy() bool {
	return ask[bool](b, `location.pathname.startsWith("/staff/reason/") &&
		new URLSearchParams(location.search).has("next")`)
}

// saysWhy gives a reason and goes on to the client, as staff do.
func (b *tab) saysWhy() int {
	b.t.Helper()
	ask[bool](b, `(() => {
		const form = document.querySelector('form[action^="/staff/reason/"]');
		form.querySelector("[name=code]").checked = true;
		form.querySelector("[name=why]").value = "They rang about their invoice";
		return true;
	})()`)
	return b.follow(b.click(control("Look at this client")))
}
