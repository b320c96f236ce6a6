/**
 * How far the copied binary log goes, and whose it is: a mark for each data folder whose log was copied, which the follower writes and the restore
 * reads. A quiet night and a copy that stands still look alike in the log itself; the mark tells them apart. Sourced after common.sh.
 *
 * A mark bears the name that the folder's logs begin with. Its lines, with times in seconds since 1970:
 *
 *     plant NAME               whose follower copied it
 *     in-step TIME             the copy held all that the server had written then
 *     seen TIME                the server answered then, for the last time
 *     watched TIME             the follower looked until then, at no time longer than LOSE_AT_MOST after it had looked before
 *     log NAME BYTES DIGEST    what the copy of a log holds at least, and once the log is finished its SHA-256 (else -)
 *     whole                    the last line
 *
 * Takes BACKUPS, RUN, PLANT (name) and LOSE_AT_MOST (seconds).
 */
export const WATCH_SCRIPT = String.raw`# shellcheck shell=sh
LOG="$BACKUPS/log" MARKS="$BACKUPS/watched"
export LOG MARKS

# What a mark says: folder, word.
told() { sed -n "s/^$2 //p" "$MARKS/$1" 2> /dev/null || true; }

iso() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
# The moment in the name of a dump or of a log, as it is stated in UNTIL.
moment_of() { printf '%s' "$1" | sed -E 's/^(....)(..)(..)T(..)(..)(..)Z.*/\1-\2-\3T\4:\5:\6Z/'; }
seconds_of() { date -u -d "$(moment_of "$1")" +%s; }

# Name and bytes of each log that is copied; where there are two copies, of the longer one.
copies() { find "$LOG" -type f -printf '%f %s\n' | sed 's/\.kept / /' | sort -k 1,1 -k 2,2n | awk '{ size[$1] = $2 } END { for (one in size) print one, size[one] }' | sort; }

# The longer copy of a log.
longer() {
  if [ -e "$LOG/$1.kept" ] && { [ ! -e "$LOG/$1" ] || [ "$(wc -c < "$LOG/$1.kept")" -gt "$(wc -c < "$LOG/$1")" ]; }; then
    printf '%s' "$LOG/$1.kept"
  else
    printf '%s' "$LOG/$1"
  fi
}

# The digest of a log, which a mark may know already: folder, log.
digest() {
  known=$(awk -v log="$2" '$1 == "log" && $2 == log { print $4 }' "$MARKS/$1" 2> /dev/null || true)
  case "$known" in
    ''|-) sha256sum < "$(longer "$2")" | cut -d ' ' -f 1 ;;
    *) printf '%s' "$known" ;;
  esac
}

# Writes a mark: folder, now, when the server was asked for what the copy holds by now (or nothing), and yes when the server answers.
record() {
  in_step=$(told "$1" in-step) seen=$(told "$1" seen) watched=$(told "$1" watched)
  [ -n "$watched" ] || watched=0
  if [ -n "$3" ]; then
    in_step=$3
    [ "$3" -lt "$watched" ] || watched=$3
  fi
  # Of a log that was never whole there is nothing to tell.
  [ -n "$in_step" ] || return 0
  [ "$4" != yes ] || seen=$2
  # Whoever did not look for too long does not know what was written meanwhile, until the copy is in step again.
  [ $(($2 - watched)) -gt "$LOSE_AT_MOST" ] || watched=$2
  {
    echo "plant $PLANT"
    echo "in-step $in_step"
    echo "seen $seen"
    echo "watched $watched"
    if [ -n "$3" ]; then
      finished=
      while read -r name size _; do
        [ ! -e "$(longer "$name")" ] || [ "$(printf '%s' "$name" | cut -d . -f 1)" != "$1" ] || {
          [ -z "$finished" ] || echo "log $finished $(digest "$1" "$(printf '%s' "$finished" | cut -d ' ' -f 1)")"
          finished="$name $size"
        }
      done < "$RUN/pending"
      [ -z "$finished" ] || echo "log $finished -"
      # What the server has removed already.
      sed -n 's/^log //p' "$MARKS/$1" 2> /dev/null | while read -r name size known; do
        cut -f 1 "$RUN/pending" | grep -qxF "$name" || [ ! -e "$(longer "$name")" ] || echo "log $name $size $known"
      done
    else
      sed -n '/^log /p' "$MARKS/$1"
    fi
    echo whole
  } > "$MARKS/.mark"
  # On a volume that is full it is not.
  if grep -qx whole "$MARKS/.mark"; then mv "$MARKS/.mark" "$MARKS/$1"; else say 'the mark could not be written'; fi
}

# Asks what the server has written; the answer stays in "$RUN/list", the reason of a refusal in "$RUN/refused".
list_logs() {
  if "$CLIENT" --defaults-file="$RUN/client.cnf" --connect-timeout=10 --batch --skip-column-names --execute='SHOW BINARY LOGS' > "$RUN/listed" 2> "$RUN/refused"; then
    mv "$RUN/listed" "$RUN/list"
    rm -f "$RUN/refused"
  else
    cat "$RUN/refused" >&2
    return 1
  fi
}

# A look at the server and at the copy. What was asked for stays the aim until the copy holds it: a server that writes all the time is ahead always.
look() {
  now=$(date +%s)
  mkdir -p "$MARKS"
  if list_logs; then
    folder=$(tail -n 1 "$RUN/list" | cut -d . -f 1)
    [ -n "$folder" ] || return 0
    if [ "$(tail -n 1 "$RUN/pending" 2> /dev/null | cut -d . -f 1)" != "$folder" ]; then
      cp "$RUN/list" "$RUN/pending"
      aim=$now
    fi
    copies > "$RUN/copies"
    # Logs before the oldest copy are those that no dump needs any more.
    awk -v folder="$folder." '
      pass == 1 { size[$1] = $2 + 0; if (index($1, folder) == 1 && (first == "" || $1 "" < first)) first = $1; next }
      $1 "" < first { next }
      !($1 in size) || size[$1] < $2 + 0 { print $1; exit }' pass=1 "$RUN/copies" pass=2 "$RUN/pending" > "$RUN/lacking"
    if [ -s "$RUN/lacking" ]; then
      record "$folder" "$now" '' yes
    else
      sync "$(longer "$(tail -n 1 "$RUN/pending" | cut -f 1)")" || return 0
      record "$folder" "$now" "$aim" yes
      rm -f "$RUN/pending"
    fi
  elif grep -qE '^ERROR (2002|2003) ' "$RUN/refused"; then
    # Nobody answers at its address, so that no client of the cluster writes there either. Any other refusal is that of a server that may take writes.
    folder=$(find "$MARKS" -type f ! -name '.*' -exec basename {} \; | sort | tail -n 1)
    [ -z "$folder" ] || record "$folder" "$now" '' no
  fi
}
`;
