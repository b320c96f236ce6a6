/**
 * Restores the job database: the newest dump before the moment, then the binary logs after it, to the moment or to the last event. Looks at
 * everything that it needs before it changes anything, and refuses a server that holds a job, unless it is told to replace it; a backup of another
 * plant; and one that lacks more than the job database may lose, unless it is told that this is accepted.
 *
 * Takes ENGINE, RUN, SCRIPTS, HOST, PORT, CA, LOGIN, BACKUPS, PLANT (name), LOSE_AT_MOST (seconds), DUMP_OLD_AFTER (seconds); and, where they are
 * stated, UNTIL (2026-11-22T10:00:00Z; else to the last event), REPLACE (yes) and ACCEPT_LOSS (yes).
 */
export const RESTORE_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"
# shellcheck source=/dev/null
. "$SCRIPTS/watch.sh"

UNTIL=$(printenv UNTIL || true)
REPLACE=$(printenv REPLACE || true)
ACCEPT_LOSS=$(printenv ACCEPT_LOSS || true)
case "$UNTIL" in
  '') stop='' moment='99999999T999999Z' ;;
  [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z)
    moment=$(printf '%s' "$UNTIL" | tr -d ':-')
    stop=$(printf '%s' "$UNTIL" | tr 'T' ' ' | tr -d 'Z')
    ;;
  *) fail "UNTIL is $UNTIL, and must be a UTC time such as 2026-11-22T10:00:00Z, or empty for the last event" ;;
esac

full="$BACKUPS/full"
[ -n "$(find "$BACKUPS" -type f | head -n 1)" ] || fail 'the volume of the backups is empty; nothing was changed'
find "$BACKUPS" -path "$full/*" -name '*.sql.gz' ! -name '.*' -exec basename {} .sql.gz \; | sort > "$RUN/dumps"
[ -s "$RUN/dumps" ] || fail "the backup holds no dump, and a log alone is no backup; nothing was changed"
name=$(awk -v moment="$moment" '$0 "" <= moment' "$RUN/dumps" | tail -n 1)
[ -n "$name" ] || fail "there is no dump from before $moment; there are: $(tr '\n' ' ' < "$RUN/dumps")"
check_dump "$full/$name.sql.gz" || fail 'nothing was changed; remove that dump to restore from the one before it'
[ -s "$full/$name.place" ] || fail "$full/$name.place is missing; nothing was changed"
file=$(cut -d ' ' -f 1 "$full/$name.place")
position=$(cut -d ' ' -f 2 "$full/$name.place")

options=$(client_file)
ask() { "$CLIENT" --defaults-file="$options" --connect-timeout=10 --batch --skip-column-names --execute="$1"; }
held=$(ask 'SELECT (SELECT COUNT(*) FROM jobs.jobs) + (SELECT COUNT(*) FROM jobs.commands) + (SELECT COUNT(*) FROM jobs.erp_orders)')
if [ "$held" != 0 ] && [ "$REPLACE" != yes ]; then
  fail "the server holds $held jobs, commands and orders; set REPLACE=yes to replace them with the backup. Nothing was changed"
fi

here=$(basename "$(ask 'SELECT @@log_bin_basename')")
printf '%s\n' "$here" > "$RUN/here"
dumped=$(printf '%s' "$file" | cut -d . -f 1)
if [ "$held" = 0 ] && [ "$dumped" = "$here" ] && [ -z "$UNTIL" ]; then
  fail "the newest dump, $name.sql.gz, is of this very server, which holds nothing; set UNTIL=$(moment_of "$here") to restore what was there before it. Nothing was changed"
fi

# Of a log that was being copied when the server broke there may be two: the longer one counts.
mkdir -p "$RUN/logs.d" "$LOG"
rm -f "$RUN/logs.d"/*
copies | awk -v first="$file" '$1 "" >= first { print $1 }' > "$RUN/names"
while IFS= read -r one; do ln -s "$(longer "$one")" "$RUN/logs.d/$one"; done < "$RUN/names"
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

# One data folder after the other: each counts its events anew. One that was made after the moment has nothing to say.
play() {
  from="--start-position=$position"
  cut -d . -f 1 "$RUN/names" | uniq | awk -v moment="$moment" '$0 "" <= moment' | while IFS= read -r generation; do
    set -- --no-defaults --verify-binlog-checksum "$from"
    [ "$ENGINE" != mysql ] || set -- "$@" --skip-gtids
    [ -z "$stop" ] || set -- "$@" --stop-datetime="$stop"
    for one in "$RUN/logs.d/$generation".*; do set -- "$@" "$one"; done
    "$BINLOG" "$@" || { echo 'the binary log could not be read to its end' > "$RUN/failed"; break; }
    from='--start-position=4'
  done
}

# What there is to doubt, a sentence a line: what the backup lacks beyond what the job database may lose.
: > "$RUN/doubts"
doubt() { printf '%s\n' "$1" >> "$RUN/doubts"; }

now=$(date +%s)
last=$now
if [ -n "$UNTIL" ]; then
  last=$(date -u -d "$UNTIL" +%s)
  [ "$last" -le "$now" ] || last=$now
fi
cut -d . -f 1 "$RUN/names" | cat - "$RUN/here" | sort -u | awk -v first="$dumped" '$0 "" >= first' > "$RUN/folders"
awk -v moment="$moment" '$0 "" <= moment' "$RUN/folders" > "$RUN/judged"
there=$now
while IFS= read -r folder; do
  # A server that holds nothing lacks nothing.
  if [ "$held" = 0 ] && [ "$folder" = "$here" ] && [ "$dumped" != "$here" ]; then continue; fi
  if [ ! -e "$MARKS/$folder" ]; then
    doubt "no follower has marked how far the log of $folder is copied: nobody knows what is missing of it, nor whose it is"
    continue
  fi
  whose=$(told "$folder" plant)
  [ "$whose" = "$PLANT" ] || fail "the log of $folder is of the plant $whose, and this is $PLANT; set PLANT=$whose to restore it all the same. Nothing was changed"

  told "$folder" log | awk -v first="$file" '$1 "" >= first' > "$RUN/marked"
  while read -r one size known; do
    if [ ! -e "$RUN/logs.d/$one" ]; then
      doubt "the binary log $one is missing, of which $size bytes were copied"
    elif [ "$(wc -c < "$RUN/logs.d/$one")" -lt "$size" ]; then
      doubt "the binary log $one holds $(wc -c < "$RUN/logs.d/$one") bytes, of which $size were copied"
    elif [ "$known" != - ] && [ "$(sha256sum < "$RUN/logs.d/$one" | cut -d ' ' -f 1)" != "$known" ]; then
      fail "the binary log $one is not as it was copied; remove it and set UNTIL to a moment before it. Nothing was changed"
    fi
  done < "$RUN/marked"

  end=$last
  next=$(awk -v folder="$folder" '$0 "" > folder' "$RUN/folders" | head -n 1)
  if [ -n "$next" ] && [ "$(seconds_of "$next")" -lt "$end" ]; then end=$(seconds_of "$next"); fi
  in_step=$(told "$folder" in-step)
  there=$(told "$folder" seen)
  watched=$(told "$folder" watched)
  seen=$there
  [ "$seen" -le "$end" ] || seen=$end
  if [ $((seen - in_step)) -gt "$LOSE_AT_MOST" ]; then
    doubt "the copy of the log of $folder was in step with its server until $(iso "$in_step"), and the server was there until $(iso "$seen"): what it acknowledged in between is missing"
  elif [ $((end - watched)) -gt "$LOSE_AT_MOST" ]; then
    doubt "nobody looked at the server of $folder from $(iso "$watched") to $(iso "$end"): what it acknowledged after $(iso "$in_step") is missing"
  fi
  say "the copy of the log of $folder was in step with its server until $(iso "$in_step")"
done < "$RUN/judged"
if [ -z "$UNTIL" ] && [ $((there - $(seconds_of "$name"))) -gt "$DUMP_OLD_AFTER" ]; then
  doubt "no dump was made since $(moment_of "$name"), though the server was there until $(iso "$there") and one is due $((DUMP_OLD_AFTER / 3600)) h after another at the latest"
fi
for turn in 1 2 3; do
  rm -f "$RUN/failed"
  play > /dev/null
  [ -e "$RUN/failed" ] || break
  # The end of the newest may have been copied in the middle of an event.
  [ "$turn" = 3 ] || { sleep 2; cp "$(longer "$newest")" "$BACKUPS/restoring/$newest"; }
done
[ ! -e "$RUN/failed" ] || doubt "$(cat "$RUN/failed"): what stands after that is missing"
if [ -s "$RUN/doubts" ]; then
  while IFS= read -r one; do say "$one"; done < "$RUN/doubts"
  [ "$ACCEPT_LOSS" = yes ] || fail "the backup lacks more than the $LOSE_AT_MOST s that may be lost; set ACCEPT_LOSS=yes to restore what there is. Nothing was changed"
fi
say "restoring $name.sql.gz, then the binary log from $file $position to $(if [ -n "$stop" ]; then printf '%s' "$UNTIL"; else printf 'the last event'; fi)"
gzip -dc "$full/$name.sql.gz" | "$CLIENT" --defaults-file="$options" --default-character-set=utf8mb4
case "$ENGINE" in
  mysql) set -- cat ;;
  # What is played back is counted anew: numbers of a former server would be out of order in the log of this one.
  # And a replica passes over what bears its own number, which a former server may have had.
  mariadb) set -- sed -E '/^\/\*M*!100001 SET @@session\.(gtid_seq_no|server_id)=/d' ;;
esac
rm -f "$RUN/failed"
play | "$@" | "$CLIENT" --defaults-file="$options" --binary-mode
if [ -e "$RUN/failed" ]; then
  say "$(cat "$RUN/failed"): the database is at the last event that could be read"
  [ "$ACCEPT_LOSS" = yes ] || exit 1
fi
say "restored; it holds $(ask 'SELECT COUNT(*) FROM jobs.jobs') jobs. Restart the database, and make a full dump now"
`;
