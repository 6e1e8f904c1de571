package secretbox_test

import (
	"strings"
	"testing"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite"

	"gatehouse/internal/platform/secretbox"
)

type contactRow struct {
	ID    []byte `gorm:"primaryKey"`
	Email secretbox.Sealed
	Index secretbox.Index `gorm:"column:email_index"`
}

func (contactRow) TableName() string { return "contacts" }

func contacts(t *testing.T) *gorm.DB {
	t.Helper()
	gdb, err := gorm.Open(sqlite.Dialector{DriverName: "sqlite", DSN: ":memory:"},
		&gorm.Config{Logger: logger.Discard})
	if err != nil {
		t.Fatal(err)
	}
	pool, err := gdb.DB()
	if err != nil {
		t.Fatal(err)
	}
	pool.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = pool.Close() })
	err = gdb.Exec(`CREATE TABLE contacts (id BLOB PRIMARY KEY, email_index BLOB, email BLOB
		CHECK (email IS NULL OR (typeof(email)='blob' AND substr(email,1,4)=x'00677301')))`).Error
	if err != nil {
		t.Fatal(err)
	}
	return gdb
}

func TestSealedFieldsPassThroughGorm(t *testing.T) {
	box, _ := newBox(t)
	gdb := contacts(t)
	at := place("contacts", "email", "row-1")
	row := contactRow{
		ID: at.Row, Email: seal(t, box, "olivia@northwind.example", at),
		Index: box.Index("contacts.email", "olivia@northwind.example"),
	}
	if err := gdb.Create(&row).Error; err != nil {
		t.Fatal(err)
	}
	if err := gdb.Create(&contactRow{ID: []byte("row-2")}).Error; err != nil {
		t.Fatal(err)
	}
	var found contactRow
	err := gdb.Where("email_index = ?", box.Index("contacts.email", "olivia@northwind.example")).Take(&found).Error
	if err != nil {
		t.Fatal(err)
	}
	if text, err := box.Open(found.Email, at); err != nil || text != "olivia@northwind.example" {
		t.Fatalf("read back as %q, %v", text, err)
	}
	err = gdb.Model(&contactRow{}).Where("id = ?", at.Row).
		Updates(map[string]any{"email": seal(t, box, "o@northwind.example", at)}).Error
	if err != nil {
		t.Fatalf("a sealed value in Updates(map): %v", err)
	}
	var empty contactRow
	if err := gdb.Where("id = ?", []byte("row-2")).Take(&empty).Error; err != nil || !empty.Email.IsZero() {
		t.Fatalf("NULL is read back as set: %v", err)
	}
}

// G7: GORM writes whatever it is given for a column; the schema refuses it.
func TestClearTextCannotBeWritten(t *testing.T) {
	box, _ := newBox(t)
	gdb := contacts(t)
	at := place("contacts", "email", "row-1")
	sealed := seal(t, box, "olivia@northwind.example", at)
	if err := gdb.Create(&contactRow{ID: at.Row, Email: sealed}).Error; err != nil {
		t.Fatal(err)
	}
	row := func() *gorm.DB { return gdb.Model(&contactRow{}).Where("id = ?", at.Row) }
	for name, err := range map[string]error{
		"Update":               row().Update("email", "clear").Error,
		"Update bytes":         row().Update("email", []byte("clear")).Error,
		"UpdateColumn":         row().UpdateColumn("email", "clear").Error,
		"Updates(map)":         row().Updates(map[string]any{"email": "clear"}).Error,
		"Update magic as text": row().Update("email", secretbox.Magic+"clear").Error,
		"Create(map)": gdb.Model(&contactRow{}).
			Create(map[string]any{"id": []byte("row-3"), "email": "clear"}).Error,
		"Exec": gdb.Exec("UPDATE contacts SET email = ?", "clear").Error,
	} {
		if err == nil || !strings.Contains(err.Error(), "CHECK constraint failed") {
			t.Errorf("%s wrote clear text, or failed for another reason: %v", name, err)
		}
	}
	var found contactRow
	if err := gdb.Where("id = ?", at.Row).Take(&found).Error; err != nil || !found.Email.Equal(sealed) {
		t.Fatalf("the row changed: %v", err)
	}
}

// G7: clear text that reached a column without a CHECK is not read as if sealed.
func TestClearTextCannotBeRead(t *testing.T) {
	gdb := contacts(t)
	for _, statement := range []string{
		"PRAGMA ignore_check_constraints = 1",
		"INSERT INTO contacts (id, email) VALUES (x'01', 'olivia@northwind.example')",
	} {
		if err := gdb.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	var found contactRow
	err := gdb.Take(&found).Error
	if err == nil || strings.Contains(err.Error(), "olivia") {
		t.Fatalf("clear text was read with error %v", err)
	}
}
