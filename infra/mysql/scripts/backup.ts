/**
 * Makes a full dump, consistent and with its place in the binary log, looks whether it is whole, and removes what is older than KEEP_DAYS:
 * dumps, but never the newest, and logs that no dump that is left needs. A dump has its name only once it is whole and on disk.
 *
 * Takes ENGINE, RUN, SCRIPTS, HOST, PORT, CA, LOGIN, BACKUPS (volume) and KEEP_DAYS.
 */
export const DUMP_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"

full="$BACKUPS/full"
log="$BACKUPS/log"
mkdir -p "$full" "$log"
name=$(date -u +%Y%m%dT%H%M%SZ)
partial="$full/.partial"
rm -f "$full"/.partial* "$RUN/failed"

case "$ENGINE" in
  mysql) place='--source-data=2 --set-gtid-purged=OFF' ;;
  mariadb) place='--master-data=2' ;;
esac
options=$(client_file)
# shellcheck disable=SC2086 # two options
{ "$DUMP" --defaults-file="$options" --single-transaction $place --no-tablespaces --routines --triggers --events --hex-blob \
  --default-character-set=utf8mb4 --databases jobs || echo "$DUMP failed" > "$RUN/failed"; } | gzip -1 > "$partial"
[ ! -e "$RUN/failed" ] || fail "$(cat "$RUN/failed"); no dump was made"
check_dump "$partial" || fail 'no dump was made'

# -- CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='NAME.000001', SOURCE_LOG_POS=4; or, with MariaDB, MASTER_LOG_FILE
gzip -dc "$partial" | sed -n "s/^-- CHANGE .*_LOG_FILE='\([^']*\)', .*_LOG_POS=\([0-9]*\);.*/\1 \2/p" > "$partial.place"
[ "$(wc -l < "$partial.place")" -eq 1 ] || fail 'the dump does not name its place in the binary log; no dump was made'
sync
mv "$partial.place" "$full/$name.place"
mv "$partial" "$full/$name.sql.gz"
sync
say "made $name.sql.gz, $(wc -c < "$full/$name.sql.gz") bytes, at $(cat "$full/$name.place")"

find "$full" -name '*.sql.gz' ! -name "$name.sql.gz" -mtime "+$KEEP_DAYS" | while IFS= read -r old; do
  say "removing $old"
  rm -f "$old" "$(printf '%s' "$old" | sed 's/sql\.gz$/place/')"
done
oldest=$(find "$full" -name '*.place' | sort | head -n 1)
needed=$(cut -d ' ' -f 1 "$oldest")
find "$log" -type f | while IFS= read -r file; do
  base=$(basename "$file" .kept)
  # Names of logs sort as they were written.
  if [ "$base" != "$needed" ] && [ "$(printf '%s\n%s\n' "$base" "$needed" | sort | head -n 1)" = "$base" ]; then rm -f "$file"; fi
done
# A mark of a data folder that is older than the one the oldest dump was made of.
[ ! -d "$BACKUPS/watched" ] || find "$BACKUPS/watched" -type f ! -name '.*' -exec basename {} \; |
  awk -v needed="$(printf '%s' "$needed" | cut -d . -f 1)" '$0 "" < needed' | while IFS= read -r folder; do rm -f "$BACKUPS/watched/$folder"; done
`;

/**
 * Copies the binary log as it is written, until it is ended. When the server is away it tries again, and a connection that is silent while the
 * server writes is given up. It begins again with the last file that it has, and keeps what it has of that until the server sent as much: the
 * server may be the thing that broke. Each turn it marks how far the copy goes (watch.sh).
 *
 * Takes ENGINE, RUN, SCRIPTS, HOST, PORT, CA, LOGIN, BACKUPS, BEHIND, PLANT and LOSE_AT_MOST.
 */
export const FOLLOW_SCRIPT = `#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"
# shellcheck source=/dev/null
. "$SCRIPTS/watch.sh"

mkdir -p "$LOG"
rm -f "$RUN/pending"
child=
trap '[ -z "$child" ] || kill "$child" 2> /dev/null; exit 0' TERM INT
case "$ENGINE" in
  mysql) id='--connection-server-id=4001' ;;
  mariadb) id='--stop-never-slave-server-id=4001' ;;
esac

# Starts to copy where the copy ended; fails while the server does not answer.
begin() {
  options=$(client_file)
  look
  [ ! -e "$RUN/refused" ] || return 1
  cut -f 1 "$RUN/list" > "$RUN/logs"
  first=$(head -n 1 "$RUN/logs")
  [ -n "$first" ] || { say 'the server has no binary log'; return 1; }
  last=$(find "$LOG" -type f ! -name '*.kept' | sort | tail -n 1)
  if [ -n "$last" ] && grep -qx "$(basename "$last")" "$RUN/logs"; then
    first=$(basename "$last")
    # The larger of the two is the one to keep.
    if [ ! -e "$last.kept" ] || [ "$(wc -c < "$last")" -gt "$(wc -c < "$last.kept")" ]; then cp "$last" "$last.kept"; fi
  fi
  say "copying from $first"
  "$BINLOG" --defaults-file="$options" --read-from-remote-server --raw --stop-never "$id" --result-file="$LOG/" "$first" &
  child=$!
}

while :; do
  if begin; then
    missed=0
    while kill -0 "$child" 2> /dev/null; do
      : > "$RUN/beat"
      sleep 5 & wait $!
      look
      if sh "$SCRIPTS/followed.sh"; then missed=0; else missed=$((missed + 1)); fi
      [ "$missed" -lt 4 ] || { say 'the copy stands still'; kill "$child"; }
    done
    wait "$child" || true
    child=
  fi
  : > "$RUN/beat"
  sleep 3 & wait $!
done
`;

/**
 * Asks whether the copy keeps up: its last file is the one that the server writes, and not behind by more than BEHIND bytes for longer than a
 * moment.
 *
 * Takes what the follower takes, and BEHIND.
 */
export const FOLLOWED_SCRIPT = `#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"

options="$RUN/client.cnf"
[ -r "$options" ] || fail 'the follower has not begun'
behind() {
  place=$("$CLIENT" --defaults-file="$options" --connect-timeout=4 --batch --skip-column-names --execute='SHOW BINARY LOGS' | tail -n 1)
  name=$(printf '%s' "$place" | cut -f 1)
  written=$(printf '%s' "$place" | cut -f 2)
  [ -f "$BACKUPS/log/$name" ] || { say "$name is not copied"; return 0; }
  copied=$(wc -c < "$BACKUPS/log/$name")
  [ $((written - copied)) -le "$BEHIND" ] || { say "$name is copied to $copied of $written"; return 0; }
  return 1
}
if behind; then sleep 2; if behind; then exit 1; fi; fi
`;
