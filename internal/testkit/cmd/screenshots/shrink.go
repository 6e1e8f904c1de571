package main

import (
	"cmp"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"slices"
)

// most is how many colours a picture keeps: a page has few, and a palette makes the file a third of its size.
const most = 128

// shrink writes a picture anew with a palette of the colours that it has most of.
func shrink(file string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	picture, err := png.Decode(in)
	if err = errors.Join(err, in.Close()); err != nil {
		return err
	}
	count := map[color.RGBA]int{}
	box := picture.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			count[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int { return cmp.Compare(count[b], count[a]) })
	palette := color.Palette{}
	for _, c := range colours[:min(most, len(colours))] {
		palette = append(palette, c)
	}
	small := image.NewPaletted(box, palette)
	draw.Draw(small, box, picture, box.Min, draw.Src)
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return errors.Join(encoder.Encode(out, small), out.Close())
}
