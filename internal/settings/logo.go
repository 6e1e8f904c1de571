package settings

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/draw"
	"image/png"
)

// The bounds of a logo.
const (
	LogoBytes = 256 << 10
	logoWide  = 1200
	logoHigh  = 600
)

// Picture is a logo that was looked at and made anew, so that nothing but its pixels is left of what was sent.
type Picture struct {
	Hash    string
	Content []byte
}

// ReadLogo makes a logo of a PNG picture; the message says what is wrong with it.
func ReadLogo(file []byte) (Picture, string) {
	if len(file) > LogoBytes {
		return Picture{}, "Choose a picture of at most 256 KiB."
	}
	about, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return Picture{}, "Choose a PNG picture. This is none."
	}
	if about.Width < 1 || about.Height < 1 || about.Width > logoWide || about.Height > logoHigh {
		return Picture{}, "Choose a picture of at most 1,200 × 600 pixels."
	}
	read, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return Picture{}, "Choose another picture. This one is damaged."
	}
	clean := image.NewNRGBA(image.Rect(0, 0, about.Width, about.Height))
	draw.Draw(clean, clean.Bounds(), read, read.Bounds().Min, draw.Src)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, clean); err != nil || out.Len() > 2*LogoBytes {
		return Picture{}, "Choose a simpler picture. This one grows too large."
	}
	sum := sha256.Sum256(out.Bytes())
	return Picture{Hash: hex.EncodeToString(sum[:]), Content: out.Bytes()}, ""
}
