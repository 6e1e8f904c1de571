package secretbox

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	tinkkeys "github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"golang.org/x/mod/sumdb/note"
)

// FileName is the keyset file's name inside the key directory.
const FileName = "keys.json"

// fileFormat is the only version of the keyset file there has been.
const fileFormat = 1

// noteName is what a note's signature line says signed it.
const noteName = "gatehouse"

// Option changes how a keyset is created.
type Option func(*keyset)

// Demo marks a keyset as made for the demo, so that production refuses it.
func Demo() Option { return func(k *keyset) { k.demo = true } }

// keyset is the file's content once read.
type keyset struct {
	demo             bool
	seal, index, mac *tinkkeys.Handle
	signer           string
	verifiers        []string
	prepared         string
}

// keysetFile is the keyset as it lies on disk.
type keysetFile struct {
	Format    int             `json:"format"`
	Demo      bool            `json:"demo,omitempty"`
	Seal      json.RawMessage `json:"seal"`
	Index     json.RawMessage `json:"index"`
	MAC       json.RawMessage `json:"mac"`
	Signer    string          `json:"note_signer"`
	Prepared  string          `json:"note_signer_prepared,omitempty"`
	Verifiers []string        `json:"note_verifiers"`
}

// Create makes a new keyset in the directory, which it creates when missing, and
// opens it. It never overwrites one: what the old keys sealed would be lost.
func Create(dir string, options ...Option) (*Box, error) {
	k, err := generate()
	if err != nil {
		return nil, fmt.Errorf("create keys: %w", err)
	}
	for _, option := range options {
		option(k)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create keys: %w", err)
	}
	err = replace(dir, func(path string) (*keyset, error) {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is there already and is never overwritten", path)
		}
		return k, nil
	})
	if err != nil {
		return nil, fmt.Errorf("create keys: %w", err)
	}
	return newBox(k)
}

// Open reads the directory's keyset. It refuses a file that others than its
// owner may read.
func Open(dir string) (*Box, error) {
	k, err := read(filepath.Join(dir, FileName))
	if err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	return newBox(k)
}

// Prepare adds new sealing, MAC and note keys that are not used yet. It is the
// first half of a rotation where several nodes have a copy of the file.
func Prepare(dir string) error {
	return change(dir, func(k *keyset) error {
		if k.prepared != "" {
			return errors.New("new keys are prepared already: rotate to use them")
		}
		return k.prepare()
	})
}

// Rotate makes the prepared keys primary, or new ones where none are prepared.
// The old keys stay in the file. Running processes use the new keys once they
// are restarted.
func Rotate(dir string) error {
	return change(dir, func(k *keyset) error {
		if k.prepared == "" {
			if err := k.prepare(); err != nil {
				return err
			}
		}
		return k.promote()
	})
}

func change(dir string, edit func(*keyset) error) error {
	err := replace(dir, func(path string) (*keyset, error) {
		k, err := read(path)
		if err != nil {
			return nil, err
		}
		return k, edit(k)
	})
	if err != nil {
		return fmt.Errorf("rotate keys: %w", err)
	}
	return nil
}

func generate() (*keyset, error) {
	k := &keyset{}
	var err error
	if k.seal, err = tinkkeys.NewHandle(aead.AES256GCMKeyTemplate()); err != nil {
		return nil, err
	}
	if k.index, err = tinkkeys.NewHandle(prf.HMACSHA256PRFKeyTemplate()); err != nil {
		return nil, err
	}
	if k.mac, err = tinkkeys.NewHandle(mac.HMACSHA256Tag256KeyTemplate()); err != nil {
		return nil, err
	}
	signer, verifier, err := note.GenerateKey(rand.Reader, noteName)
	if err != nil {
		return nil, err
	}
	k.signer, k.verifiers = signer, []string{verifier}
	return k, nil
}

func (k *keyset) prepare() error {
	var err error
	if k.seal, err = withNewKey(k.seal, aead.AES256GCMKeyTemplate()); err != nil {
		return err
	}
	if k.mac, err = withNewKey(k.mac, mac.HMACSHA256Tag256KeyTemplate()); err != nil {
		return err
	}
	signer, verifier, err := note.GenerateKey(rand.Reader, noteName)
	if err != nil {
		return err
	}
	k.prepared, k.verifiers = signer, append(k.verifiers, verifier)
	return nil
}

func (k *keyset) promote() error {
	var err error
	if k.seal, err = withNewestPrimary(k.seal); err != nil {
		return err
	}
	if k.mac, err = withNewestPrimary(k.mac); err != nil {
		return err
	}
	k.signer, k.prepared = k.prepared, ""
	return nil
}

func withNewKey(h *tinkkeys.Handle, template *tink_go_proto.KeyTemplate) (*tinkkeys.Handle, error) {
	manager := tinkkeys.NewManagerFromHandle(h)
	if _, err := manager.Add(template); err != nil {
		return nil, err
	}
	return manager.Handle()
}

func withNewestPrimary(h *tinkkeys.Handle) (*tinkkeys.Handle, error) {
	infos := h.KeysetInfo().GetKeyInfo()
	manager := tinkkeys.NewManagerFromHandle(h)
	if err := manager.SetPrimary(infos[len(infos)-1].GetKeyId()); err != nil {
		return nil, err
	}
	return manager.Handle()
}

func read(path string) (*keyset, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if wide := info.Mode().Perm() & 0o077; wide != 0 {
		return nil, fmt.Errorf("%s may be read by others (mode %04o): chmod 600 it", path, info.Mode().Perm())
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the operator names the directory
	if err != nil {
		return nil, err
	}
	var file keysetFile
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("%s is not a keyset file: %w", path, err)
	}
	if file.Format != fileFormat {
		return nil, fmt.Errorf("%s has format %d, this program knows %d", path, file.Format, fileFormat)
	}
	k := &keyset{demo: file.Demo, signer: file.Signer, verifiers: file.Verifiers, prepared: file.Prepared}
	for _, part := range []struct {
		name string
		raw  json.RawMessage
		into **tinkkeys.Handle
	}{{"seal", file.Seal, &k.seal}, {"index", file.Index, &k.index}, {"mac", file.MAC, &k.mac}} {
		// The file is protected by its mode and by the disk's encryption; a key
		// that opens it would lie beside it.
		*part.into, err = insecurecleartextkeyset.Read(tinkkeys.NewJSONReader(bytes.NewReader(part.raw)))
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, part.name, err)
		}
	}
	return k, nil
}

func (k *keyset) encode() ([]byte, error) {
	file := keysetFile{
		Format: fileFormat, Demo: k.demo, Signer: k.signer, Prepared: k.prepared, Verifiers: k.verifiers,
	}
	for _, part := range []struct {
		handle *tinkkeys.Handle
		into   *json.RawMessage
	}{{k.seal, &file.Seal}, {k.index, &file.Index}, {k.mac, &file.MAC}} {
		var out bytes.Buffer
		if err := insecurecleartextkeyset.Write(part.handle, tinkkeys.NewJSONWriter(&out)); err != nil {
			return nil, err
		}
		*part.into = out.Bytes()
	}
	return json.MarshalIndent(file, "", "  ")
}

// replace swaps the keyset file for what next makes of it in one step, so that a
// crash leaves the old keyset or the new one. The temporary file is opened
// before the old keyset is read, and its name must be free: that keeps two
// rotations from losing each other's keys.
func replace(dir string, next func(path string) (*keyset, error)) error {
	path := filepath.Join(dir, FileName)
	temporary := path + ".new"
	//nolint:gosec // the operator names the directory
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there: another rotation runs, or one broke off and left it (then remove it)",
			temporary)
	}
	if err != nil {
		return err
	}
	k, err := next(path)
	var content []byte
	if err == nil {
		content, err = k.encode()
	}
	if err == nil {
		_, err = f.Write(append(content, '\n'))
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return syncDirectory(dir)
}

func syncDirectory(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // the operator names the directory
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
