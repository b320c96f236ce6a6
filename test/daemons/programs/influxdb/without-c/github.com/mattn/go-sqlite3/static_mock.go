// Package sqlite3 over SQLite translated to Go, for what InfluxDB keeps in SQLite: annotations, notebooks and replications. Its points are
// not among them.
package sqlite3

import (
	"database/sql"
	"database/sql/driver"

	"modernc.org/sqlite"
)

type ErrNoExtended int

type Error struct {
	ExtendedCode ErrNoExtended
}

func (Error) Error() string { return "sqlite3" }

const ErrConstraintForeignKey ErrNoExtended = 787

// What a connection of modernc.org/sqlite can do that InfluxDB uses.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	NewBackup(string) (*sqlite.Backup, error)
}

// SQLiteConn is a connection, with the name of its file.
type SQLiteConn struct {
	connection
	name string
}

// SQLiteBackup is a copy on its way.
type SQLiteBackup struct{ copy *sqlite.Backup }

// Backup copies another database to this one.
func (c *SQLiteConn) Backup(_ string, source *SQLiteConn, _ string) (*SQLiteBackup, error) {
	copy, err := source.NewBackup(c.name)
	return &SQLiteBackup{copy}, err
}

// Step copies so many pages, or all of them.
func (b *SQLiteBackup) Step(pages int) (bool, error) {
	more, err := b.copy.Step(int32(pages))
	return !more, err
}

// Finish ends the copy.
func (b *SQLiteBackup) Finish() error { return b.copy.Finish() }

type wrapped struct{ sqlite.Driver }

func (d *wrapped) Open(name string) (driver.Conn, error) {
	conn, err := d.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return &SQLiteConn{conn.(connection), name}, nil
}

func init() { sql.Register("sqlite3", &wrapped{}) }
