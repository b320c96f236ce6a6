/**
 * What a server of two knows of itself and the other: its role as the model has it now, and how to ask the other one. Sourced after common.sh and start.sh.
 *
 * Takes POD (its name ends with 0 or 1), PEERS (a host name with % in place of the number), PORT, CA, LOGINS and ROLE (folder with `primary` and
 * `alone`, which change while the server runs).
 */
export const ROLE_SCRIPT = String.raw`# shellcheck shell=sh
ordinal=$(printf '%s' "$POD" | sed 's/.*-//')
HOST=$(printf '%s' "$PEERS" | sed "s/%/$((1 - ordinal))/")
# shellcheck disable=SC2153 # both are meant
LOGIN="$LOGINS/replication"
export HOST LOGIN

# replica, primary (acknowledges only what the replica has), or alone (a primary that need not wait for one).
role_now() {
  if [ "$(cat "$ROLE/primary")" != "$ordinal" ]; then echo replica
  elif [ "$(cat "$ROLE/alone")" = yes ]; then echo alone
  else echo primary; fi
}

ask_other() {
  options=$(client_file)
  "$CLIENT" --defaults-file="$options" --connect-timeout=4 --batch --skip-column-names --execute="$1"
}

# Whether anything answers as a server there, be it with a refusal.
other_answers() { ask_other 'SELECT 1' > /dev/null 2> "$RUN/answer" || ! grep -q 'ERROR 200[0-9]' "$RUN/answer"; }

server_id() { echo $((ordinal + 1)); }

# A server for this script alone, which nobody reaches over the network.
begin_private() {
  "$SERVER" --defaults-file="$CONFIGURATION/my.cnf" --skip-networking --skip-grant-tables --socket="$RUN/private.sock" --pid-file="$RUN/private.pid" "$@" \
    > "$RUN/private.log" 2>&1 &
  private=$!
  until "$ADMIN" --no-defaults --socket="$RUN/private.sock" --silent ping > /dev/null 2>&1; do
    kill -0 "$private" 2> /dev/null || fail "the server ended: $(tail -n 5 "$RUN/private.log")"
    sleep 1
  done
}
end_private() {
  kill "$private"
  wait "$private" || fail "the server did not end well: $(tail -n 5 "$RUN/private.log")"
}

# Fills a new data folder with what the primary holds. What was here before stays as the folder former, until the next time.
copy_primary() {
  say "waiting for the primary at $HOST"
  until [ "$(ask_other 'SELECT @@global.read_only' 2> /dev/null || true)" = 0 ]; do
    [ "$(role_now)" = replica ] || fail 'this server is to be the primary now'
    sleep 2
  done
  say 'copying the primary'
  case "$ENGINE" in
    mysql) place='--set-gtid-purged=ON --source-data=2' ;;
    mariadb) place='--gtid --master-data=2' ;;
  esac
  options=$(client_file)
  # shellcheck disable=SC2086 # two options
  "$DUMP" --defaults-file="$options" --single-transaction $place --no-tablespaces --routines --triggers --events --hex-blob \
    --default-character-set=utf8mb4 --databases jobs > "$DATA/copy.sql" || fail 'the copy broke off'
  tail -n 1 "$DATA/copy.sql" | grep -q '^-- Dump completed' || fail 'the copy is not complete: its last line is missing'
  make_folder
  begin_private --datadir="$DATA/new" --skip-log-bin
  {
    cat "$DATA/copy.sql"
    # MySQL's dump sets its place itself.
    [ "$ENGINE" = mysql ] || sed -n "s/^-- \(SET GLOBAL gtid_slave_pos='[^']*';\).*/\1/p" "$DATA/copy.sql"
  } | "$CLIENT" --no-defaults --socket="$RUN/private.sock" --default-character-set=utf8mb4 --binary-mode
  end_private
  rm -rf "$DATA/copy.sql" "$DATA/former"
  mkdir "$DATA/former"
  [ ! -d "$DATA/db" ] || mv "$DATA/db" "$DATA/former/db"
  mv "$DATA/log" "$DATA/former/log"
  mkdir "$DATA/log"
  name_logs ''
  echo replica > "$DATA/role"
  sync
  mv "$DATA/new" "$DATA/db"
  sync
}
`;

/**
 * Starts a server of two in the role that the model gives it. An empty replica copies the primary first, and so does a former primary, since
 * it may hold what nobody was told of. A replica that is promoted begins binary logs of a new name. An empty primary is not
 * made beside a replica that holds something.
 *
 * Takes what {@link ROLE_SCRIPT} and the start script of one server take.
 */
export const SERVE_REPLICATED_SCRIPT = `#!/bin/sh
# shellcheck source=/dev/null
. "$CONFIGURATION/common.sh"
# shellcheck source=/dev/null
. "$CONFIGURATION/start.sh"
# shellcheck source=/dev/null
. "$CONFIGURATION/role.sh"

role=$(role_now)
former=$(cat "$DATA/role" 2> /dev/null || true)
if [ "$role" = replica ]; then
  [ ! -d "$DATA/db" ] || [ -n "$former" ] || fail 'this server held the jobs alone until now: set primary to its number'
  if [ ! -d "$DATA/db" ] || [ "$former" != replica ]; then copy_primary; fi
elif [ ! -d "$DATA/db" ]; then
  while other_answers; do
    [ "$(role_now)" = "$role" ] || fail 'this server has another role now'
    say "this server is empty and $HOST holds a database: promote that one"
    sleep 5
  done
  say 'making a new data folder'
  name_logs ''
  make_folder
  echo primary > "$DATA/role"
  sync
  mv "$DATA/new" "$DATA/db"
  sync
elif [ "$former" = replica ]; then
  say 'promoting the replica'
  begin_private --datadir="$DATA/db" --log-bin="$DATA/log/$(cat "$DATA/identity")"
  end_private
  # The logs of a primary go on where those of the former one end: what a replica logged is in those.
  rm -f "$DATA/log/$(cat "$DATA/identity")".*
  name_logs -promoted
  echo primary > "$DATA/role"
  sync
elif [ -z "$former" ]; then
  echo primary > "$DATA/role"
  sync
fi

{
  # What the primary does to the structure comes by replication, and must not be in the replica's log as its own.
  if [ "$role" = replica ]; then sed 's/sql_log_bin = 1/sql_log_bin = 0/' "$CONFIGURATION/schema.sql"; else cat "$CONFIGURATION/schema.sql"; fi
  user_statements
  cat "$CONFIGURATION/role-$role.sql"
} > "$RUN/start.sql"
socket_login monitor > "$RUN/ask.cnf"
socket_login keeper > "$RUN/keep.cnf"

rm -f "$RUN/mysqld.pid" "$RUN/attached"
set -- --server-id="$(server_id)"
[ "$role" != replica ] || set -- "$@" --read-only=ON
say "starting as $role"
sh "$CONFIGURATION/keep.sh" "$$" "$role" &
exec "$SERVER" --defaults-file="$CONFIGURATION/my.cnf" --log-bin="$DATA/log/$(cat "$DATA/identity")" --init-file="$RUN/start.sql" "$@"
`;

/**
 * Stays beside the server: has a replica follow the primary, and ends the server when the model gives it another role, after a replica has
 * applied what it received. It then starts again in that role.
 *
 * Takes the server's process id and the role that it started in, and what {@link ROLE_SCRIPT} takes.
 */
export const KEEP_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$CONFIGURATION/common.sh"
# shellcheck source=/dev/null
. "$CONFIGURATION/role.sh"
server=$1 started=$2

ask() { "$CLIENT" --defaults-file="$RUN/keep.cnf" --connect-timeout=4 --batch --skip-column-names --execute="$1"; }
look() { "$CLIENT" --defaults-file="$RUN/keep.cnf" --connect-timeout=4 --batch --execute="$show" > "$RUN/status"; }
# Which database it is: that in which somebody made the first step of the schema at this moment.
origin='SELECT applied_at FROM jobs.schema_versions WHERE version = 1'
case "$ENGINE" in
  mysql)
    show='SHOW REPLICA STATUS\G' io=Replica_IO_Running sql=Replica_SQL_Running received=Retrieved_Gtid_Set
    stop_io='STOP REPLICA IO_THREAD' stop='STOP REPLICA' semi=Rpl_semi_sync_replica_status
    ;;
  mariadb)
    show='SHOW SLAVE STATUS\G' io=Slave_IO_Running sql=Slave_SQL_Running received=Gtid_IO_Pos
    stop_io='STOP SLAVE IO_THREAD' stop='STOP SLAVE' semi=Rpl_semi_sync_slave_status
    ;;
esac
field() { sed -n "s/^ *$1: *//p" "$RUN/status"; }

# Takes nothing more from the former primary, and applies what there is.
finish() {
  ask "$stop_io"
  look
  [ "$(field "$sql")" = Yes ] || {
    [ "$(field Last_SQL_Errno)" = 0 ] || [ -z "$(field Last_SQL_Errno)" ] || { say "cannot apply what was received: $(field Last_SQL_Error)"; return 1; }
    say 'the primary was not there since this server started: what was received before and not applied is not applied'
    return 0
  }
  last=$(field "$received")
  case "$ENGINE" in
    mysql) done=$(ask "SELECT WAIT_FOR_EXECUTED_GTID_SET('$last', 5)") ;;
    mariadb) done=$(ask "SELECT MASTER_GTID_WAIT('$last', 5)") ;;
  esac
  [ "$done" = 0 ] || { say "applying what was received, to $last"; return 1; }
  say "applied what was received, to $last"
  ask "$stop"
}

follow() {
  look || return 0
  if [ "$(field "$io")" = Yes ] && [ "$(field "$sql")" = Yes ]; then
    [ "$(ask "SHOW GLOBAL STATUS LIKE '$semi'" | cut -f 2)" != ON ] || : > "$RUN/attached"
    return 0
  fi
  [ "$(field "$io")" != Connecting ] || return 0
  for error in Last_IO Last_SQL; do
    case "$(field "$error"_Errno)" in '' | 0) ;; *) say "does not follow: $(field "$error"_Error)"; return 0 ;; esac
  done
  theirs=$(ask_other "SELECT @@global.read_only; $origin" 2> /dev/null | tr '\n' ' ') || return 0
  case "$theirs" in '0 '*) ;; *) return 0 ;; esac
  if [ "$theirs" != "0 $(ask "$origin") " ]; then
    say "does not follow $HOST: that is another database. Promote this server, or empty its volume"
    return 0
  fi
  user=$(quoted "$(value_of "$LOGIN/username")" "'")
  password=$(quoted "$(value_of "$LOGIN/password")" "'")
  # Over the standard input: the arguments of a process can be seen by others.
  case "$ENGINE" in
    mysql) printf "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%s', SOURCE_PORT = %s, SOURCE_USER = %s, SOURCE_PASSWORD = %s, SOURCE_SSL = 1, SOURCE_SSL_CA = '%s', SOURCE_SSL_VERIFY_SERVER_CERT = 1, SOURCE_AUTO_POSITION = 1, SOURCE_CONNECT_RETRY = 2, SOURCE_RETRY_COUNT = 0; START REPLICA;\n" "$HOST" "$PORT" "$user" "$password" "$CA" ;;
    mariadb) printf "CHANGE MASTER TO MASTER_HOST = '%s', MASTER_PORT = %s, MASTER_USER = %s, MASTER_PASSWORD = %s, MASTER_SSL = 1, MASTER_SSL_CA = '%s', MASTER_SSL_VERIFY_SERVER_CERT = 1, MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 2; START SLAVE;\n" "$HOST" "$PORT" "$user" "$password" "$CA" ;;
  esac | "$CLIENT" --defaults-file="$RUN/keep.cnf" --connect-timeout=4 --batch 2> "$RUN/told" || {
    # What it says names the statement, with the password.
    say "does not follow: $(grep '^ERROR' "$RUN/told")"
    return 0
  }
  say "following $HOST"
}

while sleep 1 && kill -0 "$server" 2> /dev/null; do
  ask 'SELECT 1' > /dev/null 2>&1 || continue
  now=$(role_now)
  if [ "$now" != "$started" ]; then
    if [ "$started" = replica ]; then finish || continue; fi
    say "to be $now and not $started: ending, to start again"
    kill "$server"
    exit 0
  fi
  if [ "$started" = replica ]; then follow || true; fi
done
`;
