/**
 * Bundles every repository of the Git server while it is written to (ACS 6.8.1: bare repositories in `repo`, and the file `hook-state`): all refs, where HEAD points,
 * and its configuration. Refs are looked at before and after; when they moved, it is bundled again. Each bundle is fetched into a scratch repository, whose
 * objects must be whole. A repository whose refs are those of the last backup is not bundled again, but looked at.
 *
 * A repository that cannot be bundled does not keep the others from being backed up: its last bundle is kept, the manifest says so, nothing
 * old is removed, and the run fails.
 *
 * Takes what common.sh takes, SCRIPTS, DATA (volume of the Git server, read-only) and KEEP_DAYS. Git 2.39 and newer.
 */
export const GIT_BACKUP_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"
export GIT_OPTIONAL_LOCKS=0 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

[ -d "$DATA/repo" ] || fail "$DATA holds no folder of repositories; no backup was made"
begin
last=$(backups | tail -n 1)
if [ -n "$last" ] && check_manifest "$MADE/$last.manifest"; then told "$MADE/$last.manifest" file > "$RUN/last"; else : > "$RUN/last"; fi

refs_of() { git --git-dir="$1" for-each-ref --format='%(objectname) %(refname)' | sort; }
# Digest of a content of the last backup.
last_sum() { awk -v path="$1" '$3 == path { print $1 }' "$RUN/last"; }
# Takes a content of the last backup as it is; fails when it is not as it was written.
take() {
  sum=$(last_sum "$1")
  [ -n "$sum" ] && [ -f "$FILES/$sum" ] && [ "$(sum_of "$FILES/$sum")" = "$sum" ] || return 1
  mkdir -p "$(dirname "$MAKING/$1")"
  cp "$FILES/$sum" "$MAKING/$1"
}

# Backs one repository up, or returns 1.
save() {
  from="$DATA/repo/$1" to="repo/$1"
  mkdir -p "$MAKING/$to"
  cp "$from/HEAD" "$MAKING/$to/head"
  cp "$from/config" "$MAKING/$to/config"
  for turn in 1 2 3 4 5; do
    refs_of "$from" > "$RUN/refs" || return 1
    cp "$RUN/refs" "$MAKING/$to/refs"
    # A repository to which nothing was ever pushed.
    [ -s "$RUN/refs" ] || return 0
    if [ "$(last_sum "$to/refs")" = "$(sum_of "$RUN/refs")" ] && take "$to/bundle" && take "$to/first"; then
      git --git-dir="$from" fsck --connectivity-only --no-dangling --no-progress || return 1
      return 0
    fi
    rm -f "$MAKING/$to/bundle"
    # Fails too when a ref went away in between.
    git --git-dir="$from" -c pack.threads=1 bundle create --quiet "$MAKING/$to/bundle" --all || { rm -f "$MAKING/$to/bundle"; continue; }
    git bundle list-heads "$MAKING/$to/bundle" | grep -v ' HEAD$' | sort > "$MAKING/$to/refs"
    refs_of "$from" > "$RUN/after" || return 1
    if cmp -s "$RUN/refs" "$RUN/after" && cmp -s "$RUN/refs" "$MAKING/$to/refs"; then break; fi
    [ "$turn" != 5 ] || say "$1 is written to all the time: its refs are of different moments"
  done
  [ -f "$MAKING/$to/bundle" ] || return 1
  rm -rf "$CHECKING"
  git init --quiet --bare "$CHECKING"
  git --git-dir="$CHECKING" fetch --quiet "$MAKING/$to/bundle" '+refs/*:refs/*' || return 1
  refs_of "$CHECKING" | cmp -s - "$MAKING/$to/refs" || return 1
  git --git-dir="$CHECKING" fsck --full --no-dangling --no-progress || return 1
  # A repository that was made anew begins with another commit.
  cp "$from/HEAD" "$CHECKING/HEAD"
  { git --git-dir="$CHECKING" rev-list --max-parents=0 HEAD 2> /dev/null || true; } | sort | head -n 1 > "$MAKING/$to/first"
}

find "$DATA/repo" -mindepth 1 -maxdepth 1 -type d -exec basename {} \; | sort > "$RUN/repositories"
: > "$RUN/bad"
while IFS= read -r repository; do
  case "$repository" in
    .* | *[!A-Za-z0-9._-]*) echo "a repository whose name is not one: it is left out" >> "$RUN/bad"; continue ;;
  esac
  # The server has made the folder, and writes HEAD and config a moment later; or it is removing them.
  if ! [ -f "$DATA/repo/$repository/HEAD" ] || ! [ -f "$DATA/repo/$repository/config" ]; then
    say "$repository is no repository yet: it is left out"
    continue
  fi
  if ! save "$repository"; then
    if [ ! -d "$DATA/repo/$repository" ]; then rm -rf "$MAKING/repo/$repository"; continue; fi
    rm -rf "$MAKING/repo/$repository"
    if [ -n "$last" ] && take "repo/$repository/refs" && take "repo/$repository/head" && take "repo/$repository/config"; then
      [ -z "$(last_sum "repo/$repository/bundle")" ] || { take "repo/$repository/bundle" && take "repo/$repository/first"; } || rm -rf "$MAKING/repo/$repository"
    fi
    if [ -d "$MAKING/repo/$repository" ]; then
      echo "what $repository got since the backup $last at the earliest: it is damaged" >> "$RUN/bad"
    else
      echo "$repository: it is damaged, and there is no older backup of it" >> "$RUN/bad"
    fi
  fi
done < "$RUN/repositories"
if [ -f "$DATA/hook-state" ]; then cp "$DATA/hook-state" "$MAKING/hook-state"; fi

find "$MAKING" -name first -size +0 | sort > "$RUN/firsts"
while IFS= read -r first; do
  fact is "the repository $(basename "$(dirname "$first")") that begins with $(cat "$first")"
done < "$RUN/firsts"
fact repositories "$(find "$MAKING" -name refs | wc -l | tr -d ' ')"
while IFS= read -r one; do fact lacks "$one"; done < "$RUN/bad"
finish
if [ -s "$RUN/bad" ]; then
  while IFS= read -r one; do say "the backup lacks $one"; done < "$RUN/bad"
  fail 'nothing older was removed'
fi
prune
`;

/**
 * Restores the repositories of a Git server that does not run: each is made anew of its bundle, compared with the refs that were backed up, and its objects looked
 * at, before anything is put in place. Repositories that are there already are replaced, all of them, only when REPLACE is yes, and then moved aside, not removed.
 *
 * Takes what common.sh takes, SCRIPTS, DATA (volume of the Git server), OLD_AFTER; and, where they are stated, FROM, REPLACE and ACCEPT_LOSS.
 */
export const GIT_RESTORE_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1

choose
if [ -d "$DATA/repo" ] && [ -n "$(find "$DATA/repo" -mindepth 1 -maxdepth 1 | head -n 1)" ] && [ "$REPLACE" != yes ]; then
  fail "$DATA holds $(find "$DATA/repo" -mindepth 1 -maxdepth 1 | wc -l | tr -d ' ') repositories; set REPLACE=yes to put the backup in their place. Nothing was changed"
fi
new="$DATA/.restoring"
rm -rf "$new"
mkdir -p "$new/repo"
count=0
find "$RESTORING" -name refs | sort > "$RUN/all"
while IFS= read -r refs; do
  from=$(dirname "$refs")
  repository=$(basename "$from")
  to="$new/repo/$repository"
  git init --quiet --bare "$to"
  if [ -s "$refs" ]; then
    git --git-dir="$to" fetch --quiet "$from/bundle" '+refs/*:refs/*' || fail "the bundle of $repository cannot be read; nothing was changed"
    git --git-dir="$to" for-each-ref --format='%(objectname) %(refname)' | sort | cmp -s - "$refs" \
      || fail "the bundle of $repository does not hold the refs that were backed up; nothing was changed"
    git --git-dir="$to" fsck --full --no-dangling --no-progress || fail "objects of $repository are damaged; nothing was changed"
  fi
  cp "$from/head" "$to/HEAD"
  cp "$from/config" "$to/config"
  count=$((count + 1))
done < "$RUN/all"
[ ! -f "$RESTORING/hook-state" ] || cp "$RESTORING/hook-state" "$new/hook-state"
sync

aside="$DATA/before-$(date -u +%Y%m%dT%H%M%SZ)"
if [ -e "$DATA/repo" ]; then
  mkdir "$aside"
  mv "$DATA/repo" "$aside/"
  [ ! -e "$DATA/hook-state" ] || mv "$DATA/hook-state" "$aside/"
  say "the former repositories are in $aside: remove them when all is well"
fi
[ ! -e "$new/hook-state" ] || mv "$new/hook-state" "$DATA/"
mv "$new/repo" "$DATA/"
rm -rf "$new" "$RESTORING"
sync
say "restored $count repositories. Start the Git server"
`;
