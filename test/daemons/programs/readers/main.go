// Command readers reads a generated text as the program that it is for, with that program's own parser, and prints JSON: what the parser
// found. `readers nats FILE` reads a NATS configuration (the server's package conf); `readers dsn` reads a JSON list of
// {"driver": …, "dsn": …} from standard input, as the drivers of Telegraf's sql input do.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v4"
	"github.com/microsoft/go-mssqldb/msdsn"
	"github.com/nats-io/nats-server/v2/conf"
)

type source struct {
	Driver string `json:"driver"`
	DSN    string `json:"dsn"`
}

// What a driver connects to, and with which settings of the session.
type target struct {
	Error    string            `json:"error,omitempty"`
	Host     string            `json:"host"`
	Port     string            `json:"port"`
	User     string            `json:"user"`
	Password string            `json:"password"`
	Database string            `json:"database"`
	Settings map[string]string `json:"settings"`
}

// A digest of this file, so that another one is another program.
var digest string

func main() {
	_ = digest
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	switch {
	case len(args) == 2 && args[0] == "nats":
		read, err := conf.ParseFile(args[1])
		if err != nil {
			return err
		}
		return out.Encode(read)
	case len(args) == 1 && args[0] == "dsn":
		var sources []source
		if err := json.NewDecoder(os.Stdin).Decode(&sources); err != nil {
			return err
		}
		targets := make([]target, 0, len(sources))
		for _, s := range sources {
			t, err := read(s)
			if err != nil {
				t.Error = err.Error()
			}
			targets = append(targets, t)
		}
		return out.Encode(targets)
	}
	return fmt.Errorf("say nats FILE or dsn")
}

func read(s source) (target, error) {
	switch s.Driver {
	case "mysql":
		c, err := mysql.ParseDSN(s.DSN)
		if err != nil {
			return target{}, err
		}
		settings := map[string]string{"tls": c.TLSConfig, "timeout": c.Timeout.String(), "net": c.Net,
			"multiStatements": fmt.Sprint(c.MultiStatements), "allowAllFiles": fmt.Sprint(c.AllowAllFiles)}
		for k, v := range c.Params {
			settings[k] = v
		}
		return target{Host: c.Addr, User: c.User, Password: c.Passwd, Database: c.DBName, Settings: settings}, nil
	case "pgx":
		c, err := pgx.ParseConfig(s.DSN)
		if err != nil {
			return target{}, err
		}
		settings := map[string]string{"tls": fmt.Sprint(c.TLSConfig != nil), "fallbacks": fmt.Sprint(len(c.Fallbacks))}
		for k, v := range c.RuntimeParams {
			settings[k] = v
		}
		return target{Host: c.Host, Port: fmt.Sprint(c.Port), User: c.User, Password: c.Password, Database: c.Database, Settings: settings}, nil
	case "sqlserver":
		c, err := msdsn.Parse(s.DSN)
		if err != nil {
			return target{}, err
		}
		return target{Host: c.Host, Port: fmt.Sprint(c.Port), User: c.User, Password: c.Password, Database: c.Database,
			Settings: map[string]string{"encryption": fmt.Sprint(c.Encryption), "readOnly": fmt.Sprint(c.ReadOnlyIntent), "app": c.AppName, "instance": c.Instance}}, nil
	}
	return target{}, fmt.Errorf("no driver %q", s.Driver)
}
