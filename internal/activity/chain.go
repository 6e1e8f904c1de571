package activity

import (
	"encoding/binary"
	"errors"
	"fmt"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// ErrNoChain says that a scope has no chain: there is no such account or person.
var ErrNoChain = errors.New("activity: the scope has no chain")

// ErrBrokenHead says that a head's MAC does not vouch for it. Nothing is added to such a chain.
var ErrBrokenHead = errors.New("activity: the head of the chain was tampered with; run `gatehouse activity verify`")

// What the MACs vouch for. They differ, so that an entry's MAC cannot serve as that of a head cut down to it.
const (
	headPurpose  = "activity head"
	entryPurpose = "activity entry"
)

// Log writes and reads the chains.
type Log struct {
	reader *db.Reader
	box    *secretbox.Box
	shelf  shelf
}

// New makes the log.
func New(reader *db.Reader, box *secretbox.Box) *Log { return &Log{reader: reader, box: box} }

// Head is the end of a chain, locked until the transaction ends.
type Head struct {
	chain id.Scope
	seq   int64
	hash  [32]byte
	noted int64 // the last sequence number that a signed note lists
	// counted is the last one in the daily counts: less than seq where an older program wrote since.
	counted int64
	fresh   counts
	moved   bool
}

// Chain is the scope that the head belongs to.
func (h *Head) Chain() id.Scope { return h.chain }

// Lock takes the head of a chain. On a cluster of databases it writes it, since a lock alone would hold on one node
// only; elsewhere the lock of the row is enough, or that of the embedded database, which is taken when a transaction
// begins. It must be the first statement of a transaction, and several heads must be taken in the order of their keys.
// It also reads the database's time.
func (l *Log) Lock(tx *db.Tx, chain id.Scope) (*Head, error) {
	if tx.Clustered() {
		if err := tx.Exec("UPDATE heads SET locks = locks + 1 WHERE chain = ?", chain).Error; err != nil {
			return nil, fmt.Errorf("lock the chain: %w", err)
		}
	}
	var row struct {
		Head    headRow `gorm:"embedded"`
		DBNowMS int64   `gorm:"column:db_now_ms"`
	}
	found := tx.Raw("SELECT kind, seq, hash, mac, noted_seq, counted_seq, "+tx.NowSQL()+" AS db_now_ms "+
		"FROM heads WHERE chain = ?"+tx.LockSQL(), chain).Scan(&row)
	if found.Error != nil {
		return nil, fmt.Errorf("lock the chain: %w", found.Error)
	}
	if found.RowsAffected == 0 {
		return nil, ErrNoChain
	}
	tx.SetNow(row.DBNowMS)
	if row.Head.Kind != string(chain.Kind()) || !l.vouched(chain, &row.Head) {
		return nil, fmt.Errorf("%w: %s", ErrBrokenHead, chain)
	}
	return &Head{
		chain: chain, seq: row.Head.Seq, noted: row.Head.NotedSeq, counted: row.Head.CountedSeq,
		hash: [32]byte(row.Head.Hash),
	}, nil
}

// headRow is a head as its table keeps it.
type headRow struct {
	Chain      []byte
	Kind       string
	Seq        int64
	Hash       []byte
	Mac        []byte
	NotedSeq   int64
	CountedSeq int64
}

// vouched says whether the MAC of a head fits what it says.
func (l *Log) vouched(chain id.Scope, row *headRow) bool {
	return len(row.Hash) == 32 &&
		l.box.VerifyMAC(row.Mac, headPurpose, headParts(chain, row.Seq, row.NotedSeq, row.Hash)...)
}

func headParts(chain id.Scope, seq, noted int64, hash []byte) [][]byte {
	return append(entryParts(chain, seq, hash), number(noted))
}

func entryParts(chain id.Scope, seq int64, hash []byte) [][]byte {
	return [][]byte{[]byte(chain.Kind()), chain.Bytes(), number(seq), hash}
}

func number(n int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n)) //nolint:gosec // sequences count up from zero
}

// Open begins the chain of a new account or person. That it was opened is written into the provider's chain by the
// caller, so that a chain that vanishes as a whole is missed.
func (l *Log) Open(tx *db.Tx, chain id.Scope) (*Head, error) {
	now, err := tx.Now()
	if err != nil {
		return nil, err
	}
	hash := firstHash(chain)
	head := &Head{chain: chain, hash: hash}
	err = tx.Exec("INSERT INTO heads (chain, kind, seq, hash, mac, changed_at) VALUES (?, ?, 0, ?, ?, ?)",
		chain, string(chain.Kind()), hash[:], l.mac(head), db.At(now)).Error
	if err != nil {
		return nil, fmt.Errorf("open a chain: %w", err)
	}
	return head, nil
}

func (l *Log) mac(h *Head) []byte {
	return l.box.MAC(headPurpose, headParts(h.chain, h.seq, h.noted, h.hash[:])...)
}

// Append adds entries to the chains whose heads are held. Every entry's chain must be among them.
func (l *Log) Append(tx *db.Tx, heads []*Head, entries []Entry) error {
	now, err := tx.Now()
	if err != nil {
		return err
	}
	rows, personal := make([]entryRow, 0, len(entries)), []personalRow{}
	for i := range entries {
		e := &entries[i]
		head := headOf(heads, e.Chain)
		if head == nil {
			return fmt.Errorf("%w: an entry for %s, which is not locked", ErrNoChain, e.Chain)
		}
		e.Recorded = now
		row, sealed, err := l.link(head, e)
		if err != nil {
			return err
		}
		rows, personal = append(rows, row), append(personal, sealed...)
	}
	if err := insertEntries(tx, rows, personal); err != nil {
		return err
	}
	for _, head := range heads {
		if !head.moved {
			continue
		}
		l.shelf.forget(head.chain, head.fresh)
		if err := head.fresh.write(tx, head.chain); err != nil {
			return err
		}
		err := tx.Later().Exec("UPDATE heads SET seq = ?, hash = ?, mac = ?, changed_at = ?, counted_seq = ? WHERE chain = ?",
			head.seq, head.hash[:], l.mac(head), db.At(now), head.counted, head.chain).Error
		if err != nil {
			return fmt.Errorf("move the head of the chain: %w", err)
		}
		head.moved, head.fresh = false, nil
	}
	return nil
}

func headOf(heads []*Head, chain id.Scope) *Head {
	for _, h := range heads {
		if h.chain == chain {
			return h
		}
	}
	return nil
}

// link gives an entry its place after the head and moves the head to it.
func (l *Log) link(head *Head, e *Entry) (entryRow, []personalRow, error) {
	e.Seq, e.PrevHash = head.seq+1, head.hash
	sealed, digests, err := sealPersonal(l.box, e)
	if err != nil {
		return entryRow{}, nil, err
	}
	canonical := e.canonical(digests)
	e.Hash = linkHash(e.PrevHash, canonical)
	head.count(e)
	head.seq, head.hash, head.moved = e.Seq, e.Hash, true
	row := newRow(e, canonical)
	row.Mac = l.box.MAC(entryPurpose, entryParts(e.Chain, e.Seq, e.Hash[:])...)
	return row, sealed, nil
}

// count takes an entry into the counts, where all before it are in them; the others are counted by a job.
func (h *Head) count(e *Entry) {
	if h.counted != e.Seq-1 {
		return
	}
	if h.fresh == nil {
		h.fresh = counts{}
	}
	h.fresh.add(e)
	h.counted = e.Seq
}
