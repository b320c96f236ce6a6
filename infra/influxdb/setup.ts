import type { CentralCluster } from '../model/central-cluster';
import { CENTRAL_MOUNTS, HISTORIAN } from '../model/central-services';
import { milliseconds } from '../model/duration';
import { historianBuckets } from '../model/rows';
import { serviceHost } from '../model/services';

/** Where the files of the setup lie in its container. */
export const SETUP_MOUNTS = {
  /** `setup.sh`, `buckets` and `accounts`. */
  configuration: '/etc/historian-setup',
  /** `ca.crt`: who signs the historian's certificate. */
  authority: CENTRAL_MOUNTS.tls,
  /** Secret of the first user. */
  admin: '/run/historian-admin',
  /** Secrets of the other accounts: a folder each, by the account's name. */
  accounts: '/run/historian-accounts',
} as const;

/** Who may use the historian beside its first user. */
export interface HistorianAccount {
  /** Folder of its Secret below {@link SETUP_MOUNTS}.accounts. */
  readonly name: string;
  readonly may: 'read' | 'write';
}

/** What the setup says of the buckets and accounts, one a line: `BUCKET SECONDS` and `NAME ACTION`. */
export function setupLists(central: Pick<CentralCluster, 'contract' | 'historian'>, accounts: readonly HistorianAccount[]) {
  const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  return {
    buckets: lines(historianBuckets(central).map(({ bucket, keeps }) => `${bucket} ${milliseconds(keeps) / 1000}`)),
    accounts: lines(accounts.map(({ name, may }) => `${name} ${may}`)),
  };
}

/**
 * Sets a historian up, or brings one that is set up to what the model says: its first user and organisation, its buckets and how long each
 * keeps its rows, and accounts that may write to all of them or read all of them, by user name and password (accounts of InfluxDB 1's interface, the only ones whose
 * password can be given). It deletes no bucket, and none of what it says stands in an argument that other processes of the node could see.
 * A POSIX shell and curl, as the image influxdb:2.7.12-alpine has them.
 */
export const SETUP_SCRIPT = String.raw`#!/bin/sh
set -eu
umask 077
URL=https://${serviceHost(HISTORIAN)}:${HISTORIAN.port}
ORGANISATION=${HISTORIAN.organisation}

say() { printf '%s\n' "$1" >&2; }
fail() { say "$1"; exit 1; }

# The text of a file of a Secret: base64url, which needs no escape in JSON and in a header.
secret() {
  [ -r "$1" ] || fail "$1 is missing"
  value=$(cat "$1")
  case "$value" in
    '' | *[!A-Za-z0-9_-]*) fail "$1 must hold letters, digits, - and _ only" ;;
  esac
  printf '%s' "$value"
}

# Asks the historian: METHOD PATH, and the body on standard input. Prints the answer; anything but 2xx is an error.
ask() {
  curl --silent --show-error --fail-with-body --cacert ${SETUP_MOUNTS.authority}/ca.crt --max-time 30 --request "$1" --header @/tmp/headers --data-binary @- "$URL$2"
}

# The first identifier that an answer gives under a key.
identifier() { tr -d '\n' | grep -o "\"$1\": *\"[0-9a-f]\{16\}\"" | head -n 1 | grep -o '[0-9a-f]\{16\}' || true; }

tries=0
until curl --silent --fail --cacert ${SETUP_MOUNTS.authority}/ca.crt --max-time 5 --output /dev/null "$URL/health"; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || fail "$URL does not answer"
  sleep 1
done

admin=$(secret ${SETUP_MOUNTS.admin}/username)
password=$(secret ${SETUP_MOUNTS.admin}/password)
printf 'Content-Type: application/json\nAuthorization: Token %s\n' "$password" > /tmp/headers

case $(ask GET /api/v2/setup < /dev/null | tr -d ' \n') in
  *'"allowed":true'*)
    read -r bucket seconds < ${SETUP_MOUNTS.configuration}/buckets
    printf '{"username":"%s","password":"%s","token":"%s","org":"%s","bucket":"%s","retentionPeriodSeconds":%s}' \
      "$admin" "$password" "$password" "$ORGANISATION" "$bucket" "$seconds" | ask POST /api/v2/setup > /dev/null
    say "set up with the organisation $ORGANISATION"
    ;;
esac

organisation=$(ask GET "/api/v2/orgs?org=$ORGANISATION" < /dev/null | identifier id)
[ -n "$organisation" ] || fail "there is no organisation $ORGANISATION, or ${SETUP_MOUNTS.admin} is not of its first user"

readable='' writable='' comma=''
while read -r bucket seconds; do
  # An unknown name is answered with 404.
  found=$(ask GET "/api/v2/buckets?orgID=$organisation&name=$bucket" < /dev/null || true)
  id=$(printf '%s' "$found" | identifier id)
  rules="[{\"type\":\"expire\",\"everySeconds\":$seconds}]"
  if [ -z "$id" ]; then
    id=$(printf '{"orgID":"%s","name":"%s","retentionRules":%s}' "$organisation" "$bucket" "$rules" | ask POST /api/v2/buckets | identifier id)
    say "made the bucket $bucket, which keeps rows for $seconds s"
  elif ! printf '%s' "$found" | tr -d ' \n' | grep -q '"everySeconds":'"$seconds"'[,}]'; then
    printf '{"retentionRules":%s}' "$rules" | ask PATCH "/api/v2/buckets/$id" > /dev/null
    say "the bucket $bucket now keeps rows for $seconds s"
  fi
  [ -n "$id" ] || fail "the bucket $bucket could not be made"
  resource="\"resource\":{\"type\":\"buckets\",\"id\":\"$id\",\"orgID\":\"$organisation\"}"
  readable="$readable$comma{\"action\":\"read\",$resource}"
  writable="$writable$comma{\"action\":\"write\",$resource}"
  comma=,
done < ${SETUP_MOUNTS.configuration}/buckets

while read -r name may; do
  user=$(secret "${SETUP_MOUNTS.accounts}/$name/username")
  password=$(secret "${SETUP_MOUNTS.accounts}/$name/password")
  case "$may" in read) permissions=$readable ;; write) permissions=$writable ;; *) fail "$name may $may, which is neither read nor write" ;; esac
  old=$(ask GET "/private/legacy/authorizations?orgID=$organisation&token=$user" < /dev/null | identifier id)
  # Made anew, since what one may do cannot be changed. For a moment it is refused, and asks again.
  [ -z "$old" ] || ask DELETE "/private/legacy/authorizations/$old" < /dev/null
  id=$(printf '{"orgID":"%s","token":"%s","status":"active","permissions":[%s]}' "$organisation" "$user" "$permissions" \
    | ask POST /private/legacy/authorizations | identifier id)
  [ -n "$id" ] || fail "the account $user could not be made"
  printf '{"password":"%s"}' "$password" | ask POST "/private/legacy/authorizations/$id/password" > /dev/null
  say "$user may $may"
done < ${SETUP_MOUNTS.configuration}/accounts
`;
