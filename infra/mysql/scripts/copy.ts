/**
 * Lines of a script that make `sealed:` rclone's encrypted view of TARGET. None of what they read stands in an argument.
 *
 * Take TARGET (a path of the remote `store`), LOGIN (folder with the access key) and SEAL (folder with the password of the encryption).
 */
export const SEALED_STORE = String.raw`RCLONE_CONFIG_STORE_ACCESS_KEY_ID=$(cat "$LOGIN/username")
RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY=$(cat "$LOGIN/password")
RCLONE_CONFIG_SEALED_TYPE=crypt
RCLONE_CONFIG_SEALED_REMOTE=$TARGET
RCLONE_CONFIG_SEALED_PASSWORD=$(rclone obscure - < "$SEAL/password")
export RCLONE_CONFIG_STORE_ACCESS_KEY_ID RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY
export RCLONE_CONFIG_SEALED_TYPE RCLONE_CONFIG_SEALED_REMOTE RCLONE_CONFIG_SEALED_PASSWORD
`;

/**
 * Copies backups to an S3-compatible store, encrypted and with encrypted names (rclone's crypt), and removes what is older than KEEP_DAYS there,
 * as long as there is a dump of the last two days: a plant that stopped backing up keeps its last copies. `fetch` brings all of it back into
 * a volume that holds no dump.
 *
 * Takes BACKUPS, TARGET (store:bucket/plant), KEEP_DAYS, LOGIN (access key), SEAL (password of the encryption), and RCLONE_CONFIG_STORE_….
 */
export const COPY_SCRIPT = String.raw`#!/bin/sh
set -eu
umask 077
fail() { printf '%s\n' "$1" >&2; exit 1; }

${SEALED_STORE}
case "$1" in
  copy)
    [ -n "$(find "$BACKUPS/full" -name '*.sql.gz' ! -name '.*')" ] || fail 'there is no dump to copy'
    # Marks first, which must not tell of more than the logs hold; and logs before dumps, so that a dump always has the log that goes on where it ends.
    [ ! -d "$BACKUPS/watched" ] || rclone copy "$BACKUPS/watched" sealed:watched --exclude '.*'
    rclone copy "$BACKUPS/log" sealed:log --exclude '*.kept'
    rclone copy "$BACKUPS/full" sealed:full --exclude '.*'
    if [ -n "$(find "$BACKUPS/full" -name '*.sql.gz' ! -name '.*' -mtime -2)" ]; then
      rclone delete sealed: --min-age "$KEEP_DAYS"d
    fi
    ;;
  fetch)
    [ -z "$(find "$BACKUPS" -path "$BACKUPS/full/*" -type f | head -n 1)" ] || fail "$BACKUPS/full is not empty"
    # Of the new server's log there may be a copy already.
    rclone copy sealed:log "$BACKUPS/log" --ignore-existing
    if rclone lsf sealed:watched > /dev/null 2>&1; then rclone copy sealed:watched "$BACKUPS/watched" --ignore-existing; fi
    rclone copy sealed:full "$BACKUPS/full"
    [ -n "$(find "$BACKUPS" -path "$BACKUPS/full/*.sql.gz" -type f | head -n 1)" ] || fail "$TARGET holds no dump"
    ;;
  *) fail 'say copy or fetch' ;;
esac
`;
