package activity

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrPosition says that what tells where a verification got to was altered, or made with other keys.
var ErrPosition = errors.New("activity: not a position as verify writes it")

// kept is a report on the way, with a MAC: whoever could alter it could let verify pass over what they changed.
type kept struct {
	Chain    string        `json:"chain"`
	Seq      int64         `json:"seq"`
	Hash     string        `json:"hash"`
	Counts   uint64        `json:"counts"`
	Segments int64         `json:"segments"`
	Chains   int64         `json:"chains"`
	Entries  int64         `json:"entries"`
	Erased   int64         `json:"erased"`
	Archived int64         `json:"archived"`
	More     int64         `json:"more,omitempty"`
	Problems []keptProblem `json:"problems,omitempty"`
}

type keptProblem struct {
	Chain string `json:"chain,omitempty"`
	Seq   int64  `json:"seq,omitempty"`
	What  string `json:"what"`
}

const positionPurpose = "activity verify position"

// KeepPosition writes down how far verifying has got and what it found, to go on with ResumeFrom.
func (l *Log) KeepPosition(r Report) ([]byte, error) {
	k := kept{
		Chain: r.Reached.Chain.String(), Seq: r.Reached.Seq, Hash: hex.EncodeToString(r.Reached.Hash[:]),
		Counts: r.Reached.Counts, Segments: r.Reached.Segments, Chains: r.Chains, Entries: r.Entries,
		Erased: r.Erased, Archived: r.Archived, More: r.More,
	}
	for _, p := range r.Problems {
		k.Problems = append(k.Problems, keptProblem{p.Chain.String(), p.Seq, p.What})
	}
	text, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("keep the position: %w", err)
	}
	return append([]byte(hex.EncodeToString(l.box.MAC(positionPurpose, text))+"\n"), text...), nil
}

// ResumeFrom reads what KeepPosition wrote.
func (l *Log) ResumeFrom(raw []byte) (Report, error) {
	const macEnd = '\n'
	var k kept
	i := 0
	for i < len(raw) && raw[i] != macEnd {
		i++
	}
	if i == len(raw) {
		return Report{}, ErrPosition
	}
	mac, err := hex.DecodeString(string(raw[:i]))
	if err != nil || !l.box.VerifyMAC(mac, positionPurpose, raw[i+1:]) || json.Unmarshal(raw[i+1:], &k) != nil {
		return Report{}, ErrPosition
	}
	hash, err := hex.DecodeString(k.Hash)
	chain, ok := ParseScope(k.Chain)
	if err != nil || !ok || len(hash) != sha256.Size {
		return Report{}, ErrPosition
	}
	r := Report{
		Chains: k.Chains, Entries: k.Entries, Erased: k.Erased, Archived: k.Archived, More: k.More,
		Reached: Position{Chain: chain, Seq: k.Seq, Hash: [32]byte(hash), Counts: k.Counts, Segments: k.Segments},
	}
	for _, p := range k.Problems {
		of, _ := ParseScope(p.Chain)
		r.Problems = append(r.Problems, Problem{Chain: of, Seq: p.Seq, What: p.What})
	}
	return r, nil
}
