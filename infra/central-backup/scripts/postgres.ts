/**
 * Dumps every database of PostgreSQL, each consistent in itself, with its owner and rights, and the roles without their passwords; and reads every dump to its
 * end. Logical dumps and not a copy of the server's files, because they need no right of replication, can be restored one by one, and into a newer major version.
 *
 * Takes what common.sh takes, SCRIPTS, KEEP_DAYS, and what libpq takes: PGHOST, PGUSER, KRB5_CLIENT_KTNAME and so on. pg_dump as new as the server.
 */
export const POSTGRES_BACKUP_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"

begin
psql --no-psqlrc --no-password --quiet --no-align --tuples-only --command \
  "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres' ORDER BY datname" > "$RUN/databases" \
  || fail 'the server does not answer; no backup was made'
[ -s "$RUN/databases" ] || fail 'the server holds no database; no backup was made'
pg_dumpall --no-password --roles-only --no-role-passwords --file="$MAKING/roles.sql" || fail 'the roles could not be dumped; no backup was made'
while IFS= read -r database; do
  case "$database" in
    '' | [!a-z]* | *[!a-z0-9_-]*) fail "the name of the database $database is none of lower-case letters, digits, _ and -; no backup was made" ;;
  esac
  # At its standard input it would find the list of the databases.
  pg_dump --no-password --format=custom --file="$MAKING/$database.dump" "$database" < /dev/null || fail "$database could not be dumped; no backup was made"
  pg_restore --file=/dev/null "$MAKING/$database.dump" || fail "the dump of $database cannot be read; no backup was made"
  fact database "$database"
done < "$RUN/databases"
fact is "the server $(psql --no-psqlrc --no-password --quiet --no-align --tuples-only --command 'SELECT system_identifier FROM pg_control_system()')"
fact server "$(psql --no-psqlrc --no-password --quiet --no-align --tuples-only --command 'SHOW server_version')"
finish
prune
`;

/**
 * Restores all databases of a backup: roles that are missing are made, and each database is made anew. One that holds tables is replaced only when REPLACE is
 * yes, and then renamed, not removed; one that somebody is connected to is not. Passwords of roles stay as the server has them.
 *
 * Takes what common.sh takes, SCRIPTS, OLD_AFTER, and what libpq takes; and, where they are stated, FROM, REPLACE, ACCEPT_LOSS and ONLY (one database).
 */
export const POSTGRES_RESTORE_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"
ask() { database=$1; shift; psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname="$database" --command "$@" < /dev/null; }

choose
ONLY=$(printenv ONLY || true)
told "$MANIFEST" database | awk -v only="$ONLY" 'only == "" || $0 == only' > "$RUN/databases"
[ -s "$RUN/databases" ] || fail "$CHOSEN holds no database $ONLY; nothing was changed"
: > "$RUN/there"
while IFS= read -r one; do
  case "$one" in '' | [!a-z]* | *[!a-z0-9_-]*) fail "$CHOSEN names a database that cannot be one; nothing was changed" ;; esac
  found=$(ask postgres "SELECT count(*) FROM pg_database WHERE datname = '$one'") || fail 'the server does not answer; nothing was changed'
  [ "$found" != 0 ] || continue
  echo "$one" >> "$RUN/there"
  tables=$(ask "$one" "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p') AND nspname !~ '^(pg_|information_schema)'")
  [ "$tables" = 0 ] || [ "$REPLACE" = yes ] || fail "the database $one holds $tables tables; set REPLACE=yes to put the backup in its place. Nothing was changed"
  users=$(ask postgres "SELECT string_agg(DISTINCT usename, ', ' ORDER BY usename) FROM pg_stat_activity WHERE datname = '$one'")
  [ -z "$users" ] || fail "the database $one is in use by $users: stop what uses it. Nothing was changed"
done < "$RUN/databases"

grep '^CREATE ROLE ' "$RESTORING/roles.sql" > "$RUN/roles" || true
while IFS= read -r statement; do
  # 42710: there is one already.
  ask postgres "$statement" --set=VERBOSITY=sqlstate 2> "$RUN/said" || grep -q 42710 "$RUN/said" || fail "a role could not be made: $(cat "$RUN/said")"
done < "$RUN/roles"
grep -v '^CREATE ROLE ' "$RESTORING/roles.sql" > "$RUN/roles"
psql --no-psqlrc --no-password --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --output=/dev/null --file="$RUN/roles" || fail 'the rights of the roles could not be restored; no database was changed'

suffix=before_$(date -u +%Y%m%d_%H%M%S)
while IFS= read -r one; do
  former=''
  if grep -qx "$one" "$RUN/there"; then
    former="$one-$suffix"
    ask postgres "ALTER DATABASE \"$one\" RENAME TO \"$former\"" || fail "$one could not be renamed: somebody is connected to it"
  fi
  if ! pg_restore --no-password --create --exit-on-error --dbname=postgres "$RESTORING/$one.dump" < /dev/null; then
    ask postgres "DROP DATABASE IF EXISTS \"$one\""
    [ -z "$former" ] || ask postgres "ALTER DATABASE \"$former\" RENAME TO \"$one\""
    fail "$one could not be restored, and is as it was"
  fi
  ask "$one" ANALYZE
  say "restored $one$([ -z "$former" ] || printf '; what was there is the database %s: drop it when all is well' "$former")"
done < "$RUN/databases"
rm -rf "$RESTORING"
say 'restored all. Start what uses them again'
`;
