/**
 * What the scripts of all backups of the centre share. A volume holds `files/SHA256`, the contents, and `made/TIME.manifest`: one manifest a backup,
 * which names its contents by digest, size and path. A backup is there once its manifest is, which is renamed into place last; contents
 * that two backups have in common are held once.
 *
 * Sourced, in a POSIX shell with the tools of busybox or of Debian, under a read-only root. Takes OF (what is backed up), CENTRAL (name of the
 * centre), BACKUPS (the volume) and RUN (a writable folder).
 */
export const COMMON_SCRIPT = String.raw`# shellcheck shell=sh
set -eu
umask 077
# Bytes, not letters of some language; and times without a zone are UTC.
export LC_ALL=C TZ=UTC0

say() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >&2; }
fail() { say "$1"; exit 1; }

MADE="$BACKUPS/made"
FILES="$BACKUPS/files"
MAKING="$BACKUPS/.making"
CHECKING="$BACKUPS/.checking"
RESTORING="$BACKUPS/.restoring"

iso() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
sum_of() { sha256sum < "$1" | cut -d ' ' -f 1; }

# What a manifest says under a word.
told() { awk -v word="$2" '$1 == word { sub(/^[^ ]* /, ""); print }' "$1"; }

# Names of the backups, the oldest first.
backups() {
  [ -d "$MADE" ] || return 0
  find "$MADE" -maxdepth 1 -name '*.manifest' -type f -exec basename {} .manifest \; | grep -E '^[0-9]{8}T[0-9]{6}Z$' | sort || true
}

# One run at a time on a volume. Whoever ends, however it ends, lets go.
lock() {
  mkdir -p "$MADE" "$FILES"
  exec 9> "$BACKUPS/.lock"
  flock -n 9 || fail 'another run works on this volume; nothing was changed'
  rm -rf "$MAKING" "$CHECKING" "$RESTORING" "$BACKUPS/.manifest"
}

# Says why a manifest is no good, and returns 1.
check_manifest() {
  if [ "$(head -n 1 "$1")" != 'millwright-backup 1' ]; then say "$1 is not the manifest of a backup of version 1"; return 1; fi
  if [ "$(tail -n 1 "$1")" != "end $(sed '$d' "$1" | sha256sum | cut -d ' ' -f 1)" ]; then say "$1 is cut or changed"; return 1; fi
}

# Says which content of a manifest is missing, cut or changed, and returns 1.
check_files() {
  told "$1" file > "$RUN/files"
  [ -s "$RUN/files" ] || { say "$1 names no content"; return 1; }
  while read -r sum size path; do
    case "$path" in
      '' | /* | *..* | *[!A-Za-z0-9._/-]*) say "$1 names a content that has no place in a backup"; return 1 ;;
    esac
    [ -f "$FILES/$sum" ] || { say "$path of $1 is missing"; return 1; }
    [ "$(wc -c < "$FILES/$sum")" -eq "$size" ] || { say "$path of $1 holds $(wc -c < "$FILES/$sum") bytes of $size"; return 1; }
    [ "$(sum_of "$FILES/$sum")" = "$sum" ] || { say "$path of $1 is not as it was written"; return 1; }
  done < "$RUN/files"
}

# Begins a backup: what is written below $MAKING becomes its contents.
begin() {
  lock
  mkdir "$MAKING"
  began=$(date +%s)
  : > "$RUN/facts"
}

# A line of the manifest: a word, and what it says.
fact() { printf '%s %s\n' "$1" "$2" >> "$RUN/facts"; }

# Makes a backup of what is below $MAKING: first the contents, each under its digest, then the manifest, each on disk before the next.
finish() {
  (cd "$MAKING" && find . -type f | sed 's/^\.\///' | sort) > "$RUN/paths"
  [ -s "$RUN/paths" ] || fail 'there is nothing to back up; no backup was made'
  name=$(date -u +%Y%m%dT%H%M%SZ)
  # Names are seconds: two backups in one second get two names.
  while [ -e "$MADE/$name.manifest" ]; do sleep 1; name=$(date -u +%Y%m%dT%H%M%SZ); done
  {
    echo 'millwright-backup 1'
    echo "of $OF"
    echo "central $CENTRAL"
    echo "began $began"
    echo "made $(date +%s)"
    cat "$RUN/facts"
    while IFS= read -r path; do
      case "$path" in *..* | *[!A-Za-z0-9._/-]*) fail "$path cannot be named in a manifest; no backup was made" ;; esac
      echo "file $(sum_of "$MAKING/$path") $(wc -c < "$MAKING/$path" | tr -d ' ') $path"
    done < "$RUN/paths"
  } > "$BACKUPS/.manifest"
  echo "end $(sum_of "$BACKUPS/.manifest")" >> "$BACKUPS/.manifest"
  sync
  told "$BACKUPS/.manifest" file > "$RUN/files"
  while read -r sum _ path; do mv -f "$MAKING/$path" "$FILES/$sum"; done < "$RUN/files"
  sync
  mv "$BACKUPS/.manifest" "$MADE/$name.manifest"
  sync
  rm -rf "$MAKING" "$CHECKING"
  say "made $name: $(wc -l < "$RUN/files" | tr -d ' ') files, $(awk '{ bytes += $2 } END { printf "%.0f", bytes }' "$RUN/files") bytes"
}

# Removes backups older than KEEP_DAYS, but never the three newest, whatever the clock says; then contents that no backup names.
prune() {
  limit=$(date -u -d "@$(($(date +%s) - KEEP_DAYS * 86400))" +%Y%m%dT%H%M%SZ)
  backups | sort -r | awk -v limit="$limit" 'NR > 3 && $0 "" < limit' | while IFS= read -r old; do
    say "removing $old"
    rm -f "$MADE/$old.manifest"
  done
  for manifest in "$MADE"/*.manifest; do
    check_manifest "$manifest" || { say 'nobody knows what it names, so that no content is removed'; return 0; }
  done
  cat "$MADE"/*.manifest | awk '$1 == "file" { print $2 }' | sort -u > "$RUN/named"
  find "$FILES" -type f -exec basename {} \; | sort | comm -13 "$RUN/named" - | while IFS= read -r content; do rm -f "$FILES/$content"; done
}

# Says what an older backup is of and a backup is not: a server that was lost and made anew is backed up too, with nothing in it.
unlike() {
  told "$MADE/$1.manifest" is | sort > "$RUN/is"
  backups | sort -r | awk -v newest="$1" '$0 "" < newest' | while IFS= read -r older; do
    check_manifest "$MADE/$older.manifest" || continue
    was=$(told "$MADE/$older.manifest" is | sort | comm -23 - "$RUN/is" | head -n 1)
    [ -n "$was" ] || continue
    printf '%s is of %s, and the newest is not: set FROM=%s to restore what was there before, or' "$older" "$was" "$older"
    break
  done
}

# Chooses a backup to restore, the newest or FROM, looks at all of it, and lays its contents out below $RESTORING. Refuses one that is cut, changed,
# of something else or of another centre, and a newest one that is older than it should be, unless ACCEPT_LOSS is yes, or that is not of
# what an older one is of, unless FROM names it. Takes OLD_AFTER (seconds).
choose() {
  lock
  FROM=$(printenv FROM || true)
  REPLACE=$(printenv REPLACE || true)
  export REPLACE
  ACCEPT_LOSS=$(printenv ACCEPT_LOSS || true)
  backups > "$RUN/backups"
  [ -s "$RUN/backups" ] || fail 'the volume holds no backup; nothing was changed'
  there="There are: $(tr '\n' ' ' < "$RUN/backups")"
  CHOSEN=$FROM
  [ -n "$CHOSEN" ] || CHOSEN=$(tail -n 1 "$RUN/backups")
  grep -qxF "$CHOSEN" "$RUN/backups" || fail "there is no backup $CHOSEN; nothing was changed. $there"
  MANIFEST="$MADE/$CHOSEN.manifest"
  check_manifest "$MANIFEST" || fail "nothing was changed; set FROM to restore another one. $there"
  [ "$(told "$MANIFEST" of)" = "$OF" ] || fail "$CHOSEN is a backup of $(told "$MANIFEST" of), and this is $OF; nothing was changed"
  [ "$(told "$MANIFEST" central)" = "$CENTRAL" ] \
    || fail "$CHOSEN is a backup of the centre $(told "$MANIFEST" central), and this is $CENTRAL; set CENTRAL to restore it all the same. Nothing was changed"
  check_files "$MANIFEST" || fail "nothing was changed; set FROM to restore another one. $there"
  since=$(told "$MANIFEST" began)
  age=$(($(date +%s) - since))
  say "$CHOSEN holds what was there at $(iso "$since"); what was changed since is missing"
  if [ -z "$FROM" ] && [ "$age" -gt "$OLD_AFTER" ] && [ "$ACCEPT_LOSS" != yes ]; then
    fail "the newest backup began at $(iso "$since"), $((age / 3600)) h ago, and one is due $((OLD_AFTER / 3600)) h after another at the latest; set ACCEPT_LOSS=yes to restore it all the same. Nothing was changed"
  fi
  if [ -z "$FROM" ]; then unlike "$CHOSEN" > "$RUN/unlike"; else : > "$RUN/unlike"; fi
  if [ -s "$RUN/unlike" ]; then
    fail "$(cat "$RUN/unlike") set FROM=$CHOSEN to restore the newest all the same. Nothing was changed. $there"
  fi
  told "$MANIFEST" lacks > "$RUN/lacks"
  if [ -s "$RUN/lacks" ]; then
    while IFS= read -r one; do say "it lacks $one"; done < "$RUN/lacks"
    [ "$ACCEPT_LOSS" = yes ] || fail "set ACCEPT_LOSS=yes to restore what there is, or FROM to restore another one. Nothing was changed. $there"
  fi
  while read -r sum _ path; do
    mkdir -p "$(dirname "$RESTORING/$path")"
    ln "$FILES/$sum" "$RESTORING/$path" 2> /dev/null || cp "$FILES/$sum" "$RESTORING/$path"
  done < "$RUN/files"
}
`;
