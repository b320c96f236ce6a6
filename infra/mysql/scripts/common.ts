/**
 * What the scripts share: programs by engine, an option file for a client, and what makes a dump a good one. Sourced, in an image of either
 * engine, under a read-only root: `RUN` is a writable folder, `ENGINE` is mysql or mariadb.
 */
export const COMMON_SCRIPT = String.raw`# shellcheck shell=sh
set -eu
umask 077
# Bytes, not letters of some language; and times without a zone are UTC.
export LC_ALL=C TZ=UTC0

say() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >&2; }
fail() { say "$1"; exit 1; }

case "$ENGINE" in
  mysql) SERVER=mysqld CLIENT=mysql ADMIN=mysqladmin DUMP=mysqldump BINLOG=mysqlbinlog ;;
  mariadb) SERVER=mariadbd CLIENT=mariadb ADMIN=mariadb-admin DUMP=mariadb-dump BINLOG=mariadb-binlog ;;
  *) fail "ENGINE is $ENGINE, and neither mysql nor mariadb" ;;
esac
export SERVER CLIENT ADMIN DUMP BINLOG

# The text of a file, without the line feed that an editor adds. What is not printable ASCII is refused: it could not be written down safely.
# So is a text that would not fit into a line of an option file, whose end would be read as another option.
value_of() {
  [ -r "$1" ] || fail "$1 is missing"
  length=$(wc -c < "$1")
  [ "$length" -le 1000 ] || fail "$1 is longer than 1000 characters"
  value=$(cat "$1")
  case "$value" in
    '') fail "$1 is empty" ;;
    *[!\ -~]*) fail "$1 holds something else than printable ASCII on one line" ;;
  esac
  # A shell leaves out NUL, and line feeds at the end.
  if [ "$(tr -d '\000' < "$1" | wc -c)" -ne "$length" ] || [ "$(printf '%s' "$value" | wc -c)" -lt $((length - 1)) ]; then
    fail "$1 holds something else than printable ASCII on one line"
  fi
  printf '%s' "$value"
}

# A text in quotes in which a backslash begins an escape: for option files with ", for SQL with '.
quoted() { printf '%s' "$1" | sed "s/[\\\\$2]/\\\\&/g; s/^/$2/; s/\$/$2/"; }

# Writes the option file of a client that connects over TLS and looks at the server's name, and prints its path.
client_file() {
  user=$(value_of "$LOGIN/username")
  password=$(value_of "$LOGIN/password")
  {
    echo '[client]'
    echo "user = $(quoted "$user" '"')"
    echo "password = $(quoted "$password" '"')"
    echo "host = $(quoted "$HOST" '"')"
    echo "port = $PORT"
    echo "protocol = TCP"
    echo "ssl-ca = $(quoted "$CA" '"')"
    case "$ENGINE" in
      mysql) echo 'ssl-mode = VERIFY_IDENTITY' ;;
      mariadb) echo 'ssl-verify-server-cert' ;;
    esac
  } > "$RUN/client.cnf"
  printf '%s' "$RUN/client.cnf"
}

# Says why a dump is no good, and returns 1; whole and unchanged, it returns 0.
check_dump() {
  [ -s "$1" ] || { say "$1 is missing or empty"; return 1; }
  gzip -t "$1" 2> "$RUN/gzip" || { say "$1 is damaged: $(cat "$RUN/gzip")"; return 1; }
  gzip -dc "$1" | tail -n 1 | grep -q '^-- Dump completed' || { say "$1 is not complete: its last line is missing"; return 1; }
  gzip -dc "$1" | grep -q "^CREATE TABLE .schema_versions." || { say "$1 holds no table schema_versions"; return 1; }
}
`;
