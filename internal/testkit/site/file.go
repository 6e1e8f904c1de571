package site

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
)

// SubmitFile sends a form of the page with a file that comes last, as browsers send it.
func (v *Visitor) SubmitFile(action string, form url.Values, name string, content []byte) *Page {
	v.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	write := func(field, text string) {
		if err := parts.WriteField(field, text); err != nil {
			v.t.Fatal(err)
		}
	}
	write("csrf", v.Token())
	for field, values := range form {
		for _, text := range values {
			write(field, text)
		}
	}
	file, err := parts.CreateFormFile("file", name)
	if err == nil {
		_, err = file.Write(content)
	}
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.ctx, http.MethodPost, v.Site.origin+action, &body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", parts.FormDataContentType())
	return v.Send(r)
}
