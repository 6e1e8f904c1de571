package bank_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing/bank"
	"gatehouse/internal/fault"
	"gatehouse/internal/money"
)

func TestBanksWriteStatementsInManyWays(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)
	for name, text := range map[string]string{
		"commas":     "Date,Amount,Reference,Name\n2026-12-03,1234.50,INV,Ann\n",
		"semicolons": "\ufeffBooking date;Reference;Amount;Name\n03.12.2026;INV;1.234,50;Ann\n",
		"tabs":       "Name\tTransaction date\tAmount\tMemo\nAnn\t3 Dec 2026\t£1,234.50\tINV\n",
		"two sides":  "Date,Description,Paid in,Paid out,Payer\n03/12/2026,INV,\"1,234.50\",,Ann\n03/12/2026,x,,5.00,Bob\n",
		"currency":   "Date,Amount,Currency,Details,From\n2026-12-03,1234.50,gbp,INV,Ann\n",
		"formula":    "Date,Amount,Reference,Name\n2026-12-03,+1234.50,'INV,Ann\n\n",
	} {
		s, err := bank.Parse(text, money.GBP)
		if err != nil || len(s.Incoming) != 1 || s.Incoming[0] != (bank.Incoming{
			Day: day, Amount: money.New(123450, money.GBP), Payer: "Ann", Reference: "INV",
		}) || len(s.Unreadable) != 0 {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

func TestWhatCouldMeanTwoThingsIsNotRead(t *testing.T) {
	t.Parallel()
	s, err := bank.Parse("Date,Amount\n2026-12-03,1.234\n12/31/2026,5.00\n2026-12-03,NaN\n2026-12-03,\"1,5\"\n"+
		"2026-12-03,5e3\n2026-12-03,0.00\n,5.00\n2026-12-03,99999999999999999999\n", money.GBP)
	if err != nil || len(s.Incoming) != 0 || len(s.Unreadable) != 7 || s.Outgoing != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	for name, text := range map[string]string{
		"nothing": "", "no head": "2026-12-03,5.00\n", "no amount": "Date,Reference\n2026-12-03,x\n",
		"too long":  "Date,Amount\n" + strings.Repeat("2026-12-03,1.00\n", 2001),
		"too large": strings.Repeat("x", bank.Longest+1),
	} {
		if _, err := bank.Parse(text, money.GBP); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzStatement(f *testing.F) {
	f.Add("Date,Amount\n2026-12-03,5.00\n")
	f.Add("Date;Paid in;Reference\n3.12.2026;1.234,50;\"a\"\"b\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := bank.Parse(text, money.GBP)
		if err != nil {
			return
		}
		for _, in := range s.Incoming {
			if in.Amount.Minor() <= 0 || in.Day.IsZero() || strings.ContainsAny(in.Payer+in.Reference, "\x00\n\r") {
				t.Fatalf("%q reads %+v", text, in)
			}
		}
	})
}
