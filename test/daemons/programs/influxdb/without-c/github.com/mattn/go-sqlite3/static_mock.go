// Package sqlite3 over SQLite translated to Go, for what InfluxDB keeps in SQLite: annotations, notebooks and replications. Its points are
// not among them.
package sqlite3

import (
	"database/sql"
	"database/sql/driver"
	"errors"

	"modernc.org/sqlite"
)

type ErrNoExtended int

type Error struct {
	ExtendedCode ErrNoExtended
}

func (Error) Error() string { return "sqlite3" }

const ErrConstraintForeignKey ErrNoExtended = 787

type SQLiteConn struct{ driver.Conn }
type SQLiteBackup struct{}

func (*SQLiteConn) Backup(string, *SQLiteConn, string) (*SQLiteBackup, error) {
	return nil, errors.New("this build cannot back up its SQLite file")
}
func (*SQLiteBackup) Step(int) (bool, error) { return false, nil }
func (*SQLiteBackup) Finish() error          { return nil }

func init() { sql.Register("sqlite3", &sqlite.Driver{}) }
