/**
 * Restores the job database: the newest dump before the moment, then the binary logs after it, to the moment or to the last event. Looks at
 * everything that it needs before it changes anything, and refuses a server that holds a job, unless it is told to replace it.
 *
 * Takes ENGINE, RUN, SCRIPTS, HOST, PORT, CA, LOGIN, BACKUPS; and, where they are stated, UNTIL (2026-11-22T10:00:00Z; else to the last event) and REPLACE (yes).
 */
export const RESTORE_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"

UNTIL=$(printenv UNTIL || true)
REPLACE=$(printenv REPLACE || true)
case "$UNTIL" in
  '') stop='' moment='99999999T999999Z' ;;
  [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z)
    moment=$(printf '%s' "$UNTIL" | tr -d ':-')
    stop=$(printf '%s' "$UNTIL" | tr 'T' ' ' | tr -d 'Z')
    ;;
  *) fail "UNTIL is $UNTIL, and must be a UTC time such as 2026-11-22T10:00:00Z, or empty for the last event" ;;
esac

full="$BACKUPS/full"
log="$BACKUPS/log"
[ -d "$full" ] || fail "$BACKUPS holds no dumps"
find "$full" -name '*.sql.gz' ! -name '.*' -exec basename {} .sql.gz \; | sort > "$RUN/dumps"
name=$(awk -v moment="$moment" '$0 "" <= moment' "$RUN/dumps" | tail -n 1)
[ -n "$name" ] || fail "there is no dump from before $moment; there are: $(tr '\n' ' ' < "$RUN/dumps")"
check_dump "$full/$name.sql.gz" || fail 'nothing was changed; remove that dump to restore from the one before it'
[ -s "$full/$name.place" ] || fail "$full/$name.place is missing; nothing was changed"
file=$(cut -d ' ' -f 1 "$full/$name.place")
position=$(cut -d ' ' -f 2 "$full/$name.place")

# Of a log that was being copied when the server broke there may be two: the longer one counts.
mkdir -p "$RUN/logs.d"
rm -f "$RUN/logs.d"/*
find "$log" -type f ! -name '*.kept' -exec basename {} \; | sort | awk -v first="$file" '$0 "" >= first' > "$RUN/names"
while IFS= read -r one; do
  best="$log/$one"
  if [ -e "$best.kept" ] && [ "$(wc -c < "$best.kept")" -gt "$(wc -c < "$best")" ]; then best="$best.kept"; fi
  ln -s "$best" "$RUN/logs.d/$one"
done < "$RUN/names"
# The newest may still grow, by what this very restore does: a copy of it ends where it ends now.
newest=$(tail -n 1 "$RUN/names")
mkdir -p "$BACKUPS/restoring"
trap 'rm -rf "$BACKUPS/restoring"' EXIT
if [ -n "$newest" ]; then
  cp "$RUN/logs.d/$newest" "$BACKUPS/restoring/$newest"
  ln -sf "$BACKUPS/restoring/$newest" "$RUN/logs.d/$newest"
fi
[ -e "$RUN/logs.d/$file" ] || fail "the binary log $file is missing, which goes on where $name.sql.gz ends; nothing was changed"
# A server that was promoted begins its log at what it had, which may be more than was copied of the log of the former one.
promoted=$(cut -d . -f 1 "$RUN/names" | awk -v moment="$moment" -v first="$(printf '%s' "$file" | cut -d . -f 1)" '/-promoted$/ && $0 != first && $0 "" <= moment' | head -n 1)
[ -z "$promoted" ] || fail "a server was promoted at $promoted, and there is no dump after that; state UNTIL before it. Nothing was changed"
# One number after the other, for each data folder that wrote logs.
awk -F . '{ if ($1 == name && $2 + 0 != number + 1) { print $0; exit }; name = $1; number = $2 + 0 }' "$RUN/names" > "$RUN/gap"
[ ! -s "$RUN/gap" ] || fail "the binary log before $(cat "$RUN/gap") is missing; nothing was changed"

options=$(client_file)
ask() { "$CLIENT" --defaults-file="$options" --connect-timeout=10 --batch --skip-column-names --execute="$1"; }
held=$(ask 'SELECT (SELECT COUNT(*) FROM jobs.jobs) + (SELECT COUNT(*) FROM jobs.commands) + (SELECT COUNT(*) FROM jobs.erp_orders)')
if [ "$held" != 0 ] && [ "$REPLACE" != yes ]; then
  fail "the server holds $held jobs, commands and orders; set REPLACE=yes to replace them with the backup. Nothing was changed"
fi

say "restoring $name.sql.gz, then the binary log from $file $position to $(if [ -n "$stop" ]; then printf '%s' "$UNTIL"; else printf 'the last event'; fi)"
gzip -dc "$full/$name.sql.gz" | "$CLIENT" --defaults-file="$options" --default-character-set=utf8mb4
rm -f "$RUN/failed"
# One data folder after the other: each counts its events anew. One that was made after the moment has nothing to say.
play() {
  from="--start-position=$position"
  cut -d . -f 1 "$RUN/names" | uniq | awk -v moment="$moment" '$0 "" <= moment' | while IFS= read -r generation; do
    set -- --no-defaults "$from"
    [ "$ENGINE" != mysql ] || set -- "$@" --skip-gtids
    [ -z "$stop" ] || set -- "$@" --stop-datetime="$stop"
    for one in "$RUN/logs.d/$generation".*; do set -- "$@" "$one"; done
    "$BINLOG" "$@" || { echo 'the binary log could not be read to its end' > "$RUN/failed"; break; }
    from='--start-position=4'
  done
}
case "$ENGINE" in
  mysql) set -- cat ;;
  # What is played back is counted anew: numbers of a former server would be out of order in the log of this one.
  # And a replica passes over what bears its own number, which a former server may have had.
  mariadb) set -- sed -E '/^\/\*M*!100001 SET @@session\.(gtid_seq_no|server_id)=/d' ;;
esac
play | "$@" | "$CLIENT" --defaults-file="$options" --binary-mode
[ ! -e "$RUN/failed" ] || fail "$(cat "$RUN/failed"): the database is at the last event that could be read"
say "restored; it holds $(ask 'SELECT COUNT(*) FROM jobs.jobs') jobs. Restart the database, and make a full dump now"
`;
