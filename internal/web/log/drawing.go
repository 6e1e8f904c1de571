package log

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"
)

// drawing is the markup of a component, kept to be shown again. There is no way to make one of text.
type drawing struct{ markup []byte }

// draw renders a component whose markup is the same each time it is shown.
func draw(ctx context.Context, c templ.Component) (drawing, error) {
	var markup bytes.Buffer
	if err := c.Render(ctx, &markup); err != nil {
		return drawing{}, fmt.Errorf("draw: %w", err)
	}
	return drawing{markup.Bytes()}, nil
}

// Render shows the drawing.
func (d drawing) Render(_ context.Context, w io.Writer) error {
	if _, err := w.Write(d.markup); err != nil {
		return fmt.Errorf("show a drawing: %w", err)
	}
	return nil
}
