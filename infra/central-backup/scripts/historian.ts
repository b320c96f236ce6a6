/**
 * What both scripts of the historian share: who they are to it. The token stands in no argument that other processes of the node could see.
 */
const CLIENT = `token=$(cat "$ADMIN/password")
case "$token" in
  '' | *[!A-Za-z0-9_-]*) fail "$ADMIN/password must hold letters, digits, - and _ only; nothing was changed" ;;
esac
export INFLUX_TOKEN="$token" HOME="$RUN" SSL_CERT_FILE="$CA"
`;

/**
 * Backs the whole historian up while it is written to: accounts, tokens, buckets, tasks and dashboards as they are at one moment, then one part of the rows after
 * the other, with whatever was written meanwhile. Looks whether every file that the backup names is there and can be read to its end.
 * Parts that did not change since the last backup have the same content, which is held once.
 *
 * InfluxDB 2.7.12 refuses the backup of a part that was at rest and got rows again, until it looks at it, every 10 seconds (tsdb/store.go, monitorShards). And where it is
 * writing what it holds in memory to a file for longer than a second, it leaves these rows out without a word to whoever asked
 * (tsdb/engine/tsm1/engine.go, CreateSnapshot). It counts what failed: then all is asked for again.
 *
 * Takes what common.sh takes, SCRIPTS, KEEP_DAYS, INFLUX_HOST, CA and ADMIN (folder of the first user's Secret). The influx command line of InfluxDB 2.
 */
export const HISTORIAN_BACKUP_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"
${CLIENT}
# How often the server failed to write what it holds in memory to its files.
failures() {
  curl --silent --show-error --fail --max-time 60 --cacert "$CA" "$INFLUX_HOST/metrics" > "$RUN/metrics" || fail 'the historian does not answer; no backup was made'
  awk '/^storage_compactions_failed[{].*level="cache"/ { sum += $NF } END { printf "%.0f", sum }' "$RUN/metrics"
}
begin
for turn in 1 2 3 4 5; do
  rm -rf "$MAKING"
  mkdir "$MAKING"
  before=$(failures)
  if influx backup "$MAKING" > "$RUN/said" 2>&1; then
    after=$(failures)
    # After four attempts the server leaves out what is in its memory, and says so in its own log only.
    [ $((after - before)) -ge 4 ] || break
    reason='the server may have left out rows that it had not written to its files'
  else
    reason=$(tail -n 1 "$RUN/said")
  fi
  [ "$turn" != 5 ] || fail "$reason; no backup was made"
  say "$reason; once more"
  # A part of the rows that was at rest and was written to again refuses for up to 10 seconds.
  sleep 11
done
find "$MAKING" -name '*.manifest' > "$RUN/manifests"
[ "$(wc -l < "$RUN/manifests")" -eq 1 ] || fail 'the backup has not one list of its files; no backup was made'
grep -o '"fileName": *"[^"]*"' "$(cat "$RUN/manifests")" | cut -d '"' -f 4 | sort > "$RUN/listed"
(cd "$MAKING" && find . -type f ! -name '*.manifest' | sed 's/^\.\///' | sort) > "$RUN/written"
cmp -s "$RUN/listed" "$RUN/written" || fail "the files of the backup are not those of its list; no backup was made"
for kind in bolt sqlite; do
  grep -q "\.$kind\.gz\$" "$RUN/listed" || fail "the backup lacks the file $kind, of accounts or dashboards; no backup was made"
done
while IFS= read -r file; do
  gzip -t "$MAKING/$file" || fail "$file of the backup is damaged; no backup was made"
  case "$file" in *.tar.gz) gzip -dc "$MAKING/$file" | tar -t > /dev/null || fail "$file of the backup is damaged; no backup was made" ;; esac
done < "$RUN/listed"
grep -o '"organizationID": *"[0-9a-f]*"' "$(cat "$RUN/manifests")" | cut -d '"' -f 4 | sort -u > "$RUN/organisations"
while IFS= read -r one; do fact is "the organisation $one"; done < "$RUN/organisations"
fact shards "$(grep -c '\.tar\.gz$' "$RUN/listed" || true)"
finish
prune
`;

/**
 * Restores the whole historian: what the server has, accounts and tokens included, is replaced by the backup. A server that holds rows is replaced only when
 * REPLACE is yes. The server must be set up, and knows the tokens of the backup afterwards.
 *
 * Takes what common.sh takes, SCRIPTS, OLD_AFTER, INFLUX_HOST, CA and ADMIN; and, where they are stated, FROM, REPLACE and ACCEPT_LOSS.
 */
export const HISTORIAN_RESTORE_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"
${CLIENT}
choose
# Its own list of the parts that it has. Its metrics tell of rows only some time after they are there.
printf 'Authorization: Token %s\n' "$token" > "$RUN/headers"
rm -f "$RUN/failed"
{
  curl --silent --show-error --fail --max-time 600 --cacert "$CA" --header @"$RUN/headers" "$INFLUX_HOST/api/v2/backup/metadata" || : > "$RUN/failed"
} | grep -a -c '"shardGroups": *\[{' > "$RUN/parts" || true
[ ! -e "$RUN/failed" ] || fail 'the historian does not answer its first user; nothing was changed'
if [ "$(cat "$RUN/parts")" != 0 ] && [ "$REPLACE" != yes ]; then
  fail 'the historian holds rows; set REPLACE=yes to put the backup in the place of all that it holds. Nothing was changed'
fi
influx restore --full "$RESTORING" > "$RUN/said" 2>&1 || fail "$(tail -n 3 "$RUN/said"); it is restored in part: run this again with REPLACE=yes"
rm -rf "$RESTORING"
say 'restored. The tokens and passwords are those of the backup. Restart the historian'
if grep -q 'overwrote the operator token' "$RUN/said"; then say "the first user's token is no longer the one in its Secret: put that of the backup into the Secret"; fi
`;
