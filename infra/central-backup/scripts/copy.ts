import { SEALED_STORE } from '../../mysql/scripts/copy';

/**
 * Copies backups to an S3-compatible store, encrypted and with encrypted names (rclone's crypt): contents first, then the manifests that were there before. Removes what is
 * older than KEEP_DAYS there, but never while the newest backup is older than it should be. Fails when it is, so that backups that are no longer made are
 * seen in the Jobs of the copy. `fetch` brings all of it back into a volume that holds no backup.
 *
 * Takes what common.sh takes, SCRIPTS, TARGET (store:bucket/centre/what), KEEP_DAYS, OLD_AFTER, LOGIN (access key), SEAL (password of the encryption), and
 * RCLONE_CONFIG_STORE_….
 */
export const COPY_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$SCRIPTS/common.sh"

${SEALED_STORE}
case "$1" in
  copy)
    newest=$(backups | tail -n 1)
    [ -n "$newest" ] || fail 'there is no backup to copy'
    backups | sed 's/$/.manifest/' > "$RUN/manifests"
    # A content never changes, and its name is its digest.
    rclone copy "$FILES" sealed:files --size-only
    rclone copy "$MADE" sealed:made --files-from "$RUN/manifests"
    began=$(told "$MADE/$newest.manifest" began)
    age=$(($(date +%s) - began))
    [ "$age" -le "$OLD_AFTER" ] || fail "the newest backup began at $(iso "$began"), $((age / 3600)) h ago, and one is due $((OLD_AFTER / 3600)) h after another at the latest"
    rclone delete sealed:made --min-age "$KEEP_DAYS"d
    rclone lsf sealed:made > "$RUN/stored"
    rclone cat sealed:made > "$RUN/cat"
    # Whatever was not read to its end would name too little.
    [ "$(grep -c '^end ' "$RUN/cat")" -eq "$(wc -l < "$RUN/stored")" ] || fail 'the manifests in the store cannot be read; no content was removed there'
    awk '$1 == "file" { print $2 }' "$RUN/cat" | sort -u > "$RUN/named"
    rclone lsf sealed:files | sort | comm -13 "$RUN/named" - > "$RUN/unnamed"
    [ ! -s "$RUN/unnamed" ] || rclone delete sealed:files --files-from "$RUN/unnamed"
    say "copied; the newest is $newest"
    ;;
  fetch)
    lock
    [ -z "$(backups)" ] || fail "$BACKUPS is not empty"
    # A backup is there once its manifest is: last.
    rclone copy sealed:files "$FILES" --size-only || fail "the contents of $TARGET could not be read, or the password opens none"
    rclone copy sealed:made "$MADE" || fail "the manifests of $TARGET could not be read"
    [ -n "$(backups)" ] || fail "$TARGET holds no backup that the password opens"
    say "fetched: $(backups | tr '\n' ' ')"
    ;;
  *) fail 'say copy or fetch' ;;
esac
`;
