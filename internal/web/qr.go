package web

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// QRCode is a square with an address that a phone reads, as a data address.
func QRCode(text string) (string, error) {
	const size = 264 // pixels: sharp on a phone's screen, small in the page
	square, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("draw a QR code: %w", err)
	}
	if square, err = barcode.Scale(square, size, size); err != nil {
		return "", fmt.Errorf("draw a QR code: %w", err)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, square); err != nil {
		return "", fmt.Errorf("draw a QR code: %w", err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(picture.Bytes()), nil
}
