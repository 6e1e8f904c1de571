package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"
)

// Drawing is the markup of a component, kept to be shown again. There is no way to make one of text.
type Drawing struct{ markup []byte }

// Draw renders a component whose markup is the same each time it is shown.
func Draw(ctx context.Context, c templ.Component) (Drawing, error) {
	var markup bytes.Buffer
	if err := c.Render(ctx, &markup); err != nil {
		return Drawing{}, fmt.Errorf("draw: %w", err)
	}
	return Drawing{markup.Bytes()}, nil
}

// Render shows the drawing.
func (d Drawing) Render(_ context.Context, w io.Writer) error {
	if _, err := w.Write(d.markup); err != nil {
		return fmt.Errorf("show a drawing: %w", err)
	}
	return nil
}
