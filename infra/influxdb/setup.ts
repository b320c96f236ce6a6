import { type CentralCluster, componentsOf } from '../model/central-cluster';
import type { CentralComponentName } from '../model/central-components';
import { CENTRAL_MOUNTS, HISTORIAN } from '../model/central-services';
import { milliseconds } from '../model/duration';
import { historianBuckets } from '../model/rows';
import { serviceHost } from '../model/services';
import { WEB_APPLICATION_DATABASES } from '../model/web-application';

/** Where the files of the setup lie in its container. */
export const SETUP_MOUNTS = {
  /** `setup.sh`, `buckets`, `accounts` and `tokens`. */
  configuration: '/etc/historian-setup',
  /** `ca.crt`: who signs the historian's certificate. */
  authority: CENTRAL_MOUNTS.tls,
  /** Secret of the first user. */
  admin: '/run/historian-admin',
  /** Secrets of the other accounts: a folder each, by the account's name. */
  accounts: '/run/historian-accounts',
  /** What a kubelet gives every pod that may ask the API server. */
  apiServer: '/var/run/secrets/kubernetes.io/serviceaccount',
} as const;

/** Bucket of what the Sparkplug historian of Factory+ writes: that of ACS 6.8.1. */
export const SPARKPLUG_BUCKET = 'default';

/** Secret with the tokens of programs that know only the interface of InfluxDB 2; the setup makes it, with a key for each of them. */
export const HISTORIAN_TOKENS = `${HISTORIAN.name}-tokens`;

/** Who may use the historian beside its first user. */
export interface HistorianAccount {
  /**
   * By user name and password: folder of its Secret below {@link SETUP_MOUNTS}.accounts. By token: its key in {@link HISTORIAN_TOKENS}.
   * Letters, digits and hyphens.
   */
  readonly name: string;
  readonly may: 'read' | 'write';
  /** Names of the buckets. @default - all: for one that reads, with what Factory+ writes; for one that writes, without */
  readonly buckets?: readonly string[];
}

/** Every bucket of a historian and how long it keeps its rows, ordered by name. */
function allBuckets(central: Pick<CentralCluster, 'contract' | 'historian'>) {
  return [...historianBuckets(central), { bucket: SPARKPLUG_BUCKET, keeps: central.historian.keepsData }].sort((a, b) =>
    a.bucket < b.bucket ? -1 : 1,
  );
}

/** Programs of Factory+ that get a token: they use the client library of InfluxDB 2, which knows no user name (ACS 6.8.1). */
const TOKEN_HOLDERS = [
  { name: 'data-access', may: 'read', buckets: [SPARKPLUG_BUCKET] },
  { name: 'historian-sparkplug', may: 'write', buckets: [SPARKPLUG_BUCKET] },
  { name: 'i3x', may: 'read', buckets: [SPARKPLUG_BUCKET] },
] as const satisfies readonly (HistorianAccount & { readonly name: CentralComponentName })[];

/** Name of a program that gets a token. */
export type TokenHolder = (typeof TOKEN_HOLDERS)[number]['name'];

/** Accounts of the components of a centre: by user name and password, and by token. */
export function componentAccounts(central: CentralCluster): {
  readonly accounts: readonly HistorianAccount[];
  readonly tokens: readonly HistorianAccount[];
} {
  const present: readonly string[] = componentsOf(central);
  const stored = new Set(allBuckets(central).map(({ bucket }) => bucket));
  return {
    accounts: [
      ...(present.includes('grafana') ? [{ name: 'grafana', may: 'read' as const }] : []),
      ...(present.includes('web-application-api')
        ? [{ name: 'web-application', may: 'read' as const, buckets: WEB_APPLICATION_DATABASES.filter((name) => stored.has(name)) }]
        : []),
    ],
    tokens: TOKEN_HOLDERS.filter(({ name }) => present.includes(name)),
  };
}

/**
 * What the setup says of buckets, accounts and tokens, one a line: `BUCKET SECONDS`, and `NAME ACTION BUCKET…`.
 *
 * @param accounts by user name and password
 * @param tokens by token
 */
export function setupLists(
  central: Pick<CentralCluster, 'contract' | 'historian'>,
  accounts: readonly HistorianAccount[],
  tokens: readonly HistorianAccount[] = [],
) {
  const all = allBuckets(central);
  const presets = { read: all.map(({ bucket }) => bucket), write: historianBuckets(central).map(({ bucket }) => bucket) };
  const lines = (each: readonly string[]) => each.map((line) => `${line}\n`).join('');
  const listed = (those: readonly HistorianAccount[]) =>
    lines(those.map(({ name, may, buckets = presets[may] }) => [name, may, ...buckets].join(' ')));
  return {
    buckets: lines(all.map(({ bucket, keeps }) => `${bucket} ${milliseconds(keeps) / 1000}`)),
    accounts: listed(accounts),
    tokens: listed(tokens),
  };
}

/** Accounts by password that Millwright 0.3.0 made without a description: without one, nothing but the name tells whose they are. */
const FORMER_ACCOUNTS = ['grafana', 'web-application', 'writer'] as const;

/**
 * Sets a historian up, or brings one that is set up to what the model says: its first user and organisation, its buckets and how long each
 * keeps its rows, and accounts that may write to some of them or read some of them, by user name and password (accounts of InfluxDB 1's interface, the only ones whose
 * password can be given). Accounts and tokens that it made and that are no longer said are taken away; those that people made stay. A token of InfluxDB 2 cannot be given: the server makes it, and the setup keeps those of programs that know nothing else in the
 * Secret {@link HISTORIAN_TOKENS}, which it asks the API server for. It deletes no bucket, and none of what it says stands in an argument that other processes of the node could see.
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

mkdir -p /tmp/buckets
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
  printf '%s' "$id" > "/tmp/buckets/$bucket"
done < ${SETUP_MOUNTS.configuration}/buckets

# What one may: ACTION BUCKET…
permissions() {
  may=$1 comma=''
  shift
  case "$may" in read | write) ;; *) fail "nobody may $may, which is neither read nor write" ;; esac
  for bucket in "$@"; do
    id=$(cat "/tmp/buckets/$bucket")
    printf '%s{"action":"%s","resource":{"type":"buckets","id":"%s","orgID":"%s"}}' "$comma" "$may" "$id" "$organisation"
    comma=,
  done
}

# Accounts by password that this run made. Each is made anew, since what one may do cannot be changed.
kept=''
while read -r name may buckets; do
  user=$(secret "${SETUP_MOUNTS.accounts}/$name/username")
  password=$(secret "${SETUP_MOUNTS.accounts}/$name/password")
  # shellcheck disable=SC2086 # names of buckets have no blanks
  permissions=$(permissions "$may" $buckets)
  old=$(ask GET "/private/legacy/authorizations?orgID=$organisation&token=$user" < /dev/null | identifier id)
  # For a moment it is refused, and asks again.
  [ -z "$old" ] || ask DELETE "/private/legacy/authorizations/$old" < /dev/null
  id=$(printf '{"orgID":"%s","token":"%s","status":"active","description":"millwright/%s","permissions":[%s]}' \
    "$organisation" "$user" "$name" "$permissions" \
    | ask POST /private/legacy/authorizations | identifier id)
  [ -n "$id" ] || fail "the account $user could not be made"
  printf '{"password":"%s"}' "$password" | ask POST "/private/legacy/authorizations/$id/password" > /dev/null
  kept="$kept $id"
  say "$user may $may"
done < ${SETUP_MOUNTS.configuration}/accounts

# Those that nobody is to have any more: what Millwright made, by its description, and what 0.3.0 made without one, by their names.
# Blanks stay as they are: they may be part of what a person wrote.
of_ours='"[A-Za-z0-9_-]+", *"status": *"[a-z]+", *"description": *"millwright/[A-Za-z0-9_-]+"'
of_former='"(${FORMER_ACCOUNTS.join('|')})", *"status": *"[a-z]+", *"description": *""'
made=$(ask GET "/private/legacy/authorizations?orgID=$organisation" < /dev/null)
printf '%s' "$made" | tr -d '\t\n' | grep -oE "\"id\": *\"[0-9a-f]{16}\", *\"token\": *($of_ours|$of_former)" \
  | sed 's/^"id": *"\([0-9a-f]*\)", *"token": *"\([^"]*\)".*$/\1 \2/' | while read -r id user; do
  case " $kept " in
    *" $id "*) ;;
    *)
      ask DELETE "/private/legacy/authorizations/$id" < /dev/null
      say "took the account $user away"
      ;;
  esac
done

[ -s ${SETUP_MOUNTS.configuration}/tokens ] || exit 0

# Every token, in one line; the text of each is in the answer (InfluxDB 2.7).
authorizations() {
  answer=$(ask GET "/api/v2/authorizations?orgID=$organisation" < /dev/null)
  printf '%s' "$answer" | tr -d ' \t\n'
}

# The text of the token with a description, out of an answer.
token_of() { grep -o "\"token\":\"[^\"]*\",\"status\":\"active\",\"description\":\"$1\"" | head -n 1 | cut -d '"' -f 4 || true; }

# Its description says whose a token is and, by a digest, what it may, so that one that may something else is another one.
made=$(authorizations)
wanted='' data='' comma=''
while read -r name may buckets; do
  # shellcheck disable=SC2086 # names of buckets have no blanks
  permissions=$(permissions "$may" $buckets)
  description="millwright/$name/$(printf '%s' "$permissions" | sha256sum | cut -c 1-32)"
  token=$(printf '%s' "$made" | token_of "$description")
  if [ -z "$token" ]; then
    token=$(printf '{"orgID":"%s","status":"active","description":"%s","permissions":[%s]}' "$organisation" "$description" "$permissions" \
      | ask POST /api/v2/authorizations | tr -d ' \t\n' | token_of "$description")
    say "made a token with which $name may $may"
  fi
  [ -n "$token" ] || fail "the token of $name could not be made"
  wanted="$wanted $description"
  data="$data$comma\"$name\":\"$(printf '%s' "$token" | base64 | tr -d '\n')\""
  comma=,
done < ${SETUP_MOUNTS.configuration}/tokens

case "$KUBERNETES_SERVICE_HOST" in *:*) api="[$KUBERNETES_SERVICE_HOST]" ;; *) api=$KUBERNETES_SERVICE_HOST ;; esac
printf 'Content-Type: application/apply-patch+yaml\nAuthorization: Bearer %s\n' "$(cat ${SETUP_MOUNTS.apiServer}/token)" > /tmp/api-headers
printf '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s","namespace":"%s"},"type":"Opaque","data":{%s}}' \
  ${HISTORIAN_TOKENS} ${HISTORIAN.zone} "$data" \
  | curl --silent --show-error --fail-with-body --cacert ${SETUP_MOUNTS.apiServer}/ca.crt --max-time 30 --request PATCH --header @/tmp/api-headers \
    --data-binary @- --output /dev/null \
    "https://$api:$KUBERNETES_SERVICE_PORT/api/v1/namespaces/${HISTORIAN.zone}/secrets/${HISTORIAN_TOKENS}?fieldManager=millwright-historian-setup&force=true"
say 'the tokens are in the Secret ${HISTORIAN_TOKENS}'

# Only now the ones that nobody is to have any more.
made=$(authorizations)
printf '%s' "$made" | grep -o '"id":"[0-9a-f]\{16\}","token":"[^"]*","status":"[a-z]*","description":"millwright/[^"]*"' \
  | sed 's/^"id":"\([0-9a-f]*\)".*"description":"\([^"]*\)"$/\1 \2/' | while read -r id description; do
  case " $wanted " in
    *" $description "*) ;;
    *)
      ask DELETE "/api/v2/authorizations/$id" < /dev/null
      say "took the token $description away"
      ;;
  esac
done
`;
