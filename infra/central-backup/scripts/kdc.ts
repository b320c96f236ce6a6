/**
 * Dumps the Kerberos database while krb5kdc and kadmind run, with the stash of its master key, and looks whether the stash opens the dump: loaded into
 * a scratch database it must give the same dump again. What it makes is as secret as the database: it holds the keys of every principal.
 *
 * Takes what common.sh takes, SCRIPTS, REALM, DATA (volume of the KDC; the dump locks the database by its files), KRB5_CONFIG and KEEP_DAYS. MIT Kerberos 1.20 and newer.
 */
export const KDC_BACKUP_SCRIPT = `#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"

database="$DATA/principal"
[ -s "$database" ] || fail "$DATA holds no Kerberos database; no backup was made"
stash="$DATA/.k5.$REALM"
[ -s "$stash" ] || fail "$stash is missing, without which nothing opens the database; no backup was made"
begin
kdb5_util -r "$REALM" -d "$database" -sf "$stash" dump "$MAKING/principals" || fail 'the dump failed; no backup was made'
rm -f "$MAKING/principals.dump_ok"
cp "$stash" "$MAKING/stash"

mkdir "$CHECKING"
scratch() { kdb5_util -r "$REALM" -d "$CHECKING/principal" -sf "$MAKING/stash" "$@"; }
scratch load "$MAKING/principals" || fail 'the dump cannot be loaded; no backup was made'
scratch list_mkeys > "$RUN/keys" || fail 'the stash does not open the dump; no backup was made'
scratch dump "$CHECKING/again"
cmp "$MAKING/principals" "$CHECKING/again" > "$RUN/differs" || fail "the dump, loaded and dumped again, differs: $(cat "$RUN/differs"); no backup was made"
fact is "the database whose master key has the digest $(sum_of "$MAKING/stash")"
fact realm "$REALM"
fact principals "$(grep -c '^princ' "$MAKING/principals")"
finish
prune
`;

/**
 * Restores the Kerberos database into the volume of a KDC that does not run: loads the dump beside the old database, looks whether its stash opens it, and
 * puts it in place. A database that is there already is replaced only when REPLACE is yes, and then moved aside, not removed.
 *
 * Takes what common.sh takes, SCRIPTS, REALM, DATA (volume of the KDC), KRB5_CONFIG, OLD_AFTER; and, where they are stated, FROM, REPLACE and ACCEPT_LOSS.
 */
export const KDC_RESTORE_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"

choose
[ "$(told "$MANIFEST" realm)" = "$REALM" ] || fail "$CHOSEN is of the realm $(told "$MANIFEST" realm), and this is $REALM; nothing was changed"
if [ -e "$DATA/principal" ] && [ "$REPLACE" != yes ]; then
  fail "$DATA holds a Kerberos database; set REPLACE=yes to put the backup in its place. Nothing was changed"
fi
new="$DATA/.restoring"
rm -rf "$new"
mkdir "$new"
cp "$RESTORING/stash" "$new/.k5.$REALM"
restored() { kdb5_util -r "$REALM" -d "$new/principal" -sf "$new/.k5.$REALM" "$@"; }
restored load "$RESTORING/principals" || fail 'the backup cannot be loaded; nothing was changed'
restored list_mkeys > "$RUN/keys" || fail 'the stash does not open the backup; nothing was changed'
sync

aside="$DATA/before-$(date -u +%Y%m%dT%H%M%SZ)"
find "$DATA" -maxdepth 1 \( -name 'principal' -o -name 'principal.*' -o -name 'principal~*' -o -name ".k5.$REALM" \) > "$RUN/old"
if [ -s "$RUN/old" ]; then
  mkdir "$aside"
  while IFS= read -r file; do mv "$file" "$aside/"; done < "$RUN/old"
  say "the former database is in $aside: remove it when all is well"
fi
# The file principal last: with it there is a database.
for file in "$new"/principal.*; do mv "$file" "$DATA/"; done
mv "$new/.k5.$REALM" "$DATA/"
mv "$new/principal" "$DATA/"
rmdir "$new"
rm -rf "$RESTORING"
sync
say "restored $(told "$MANIFEST" principals) principals of $REALM. Start the KDC; then make anew what was made after the backup: docs/central-backups.md"
`;
