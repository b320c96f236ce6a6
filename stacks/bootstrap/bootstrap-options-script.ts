/**
 * What `bootstrap.sh` is told: its options, and the files that they name, which are read before anything is changed. What they hold stays in variables of
 * the shell, and goes on through pipes alone.
 */
export const BOOTSTRAP_OPTIONS_SCRIPT = String.raw`
AGE_KEY=''
GIT_USERNAME=''
GIT_PASSWORD=''
GIT_IDENTITY=''
GIT_KNOWN_HOSTS=''
ADMIN=''
ADMIN_PASSWORD=''
REGISTRY_LOGIN=''
SEALING_FILES=''
SEALING_KEYS=''
NEWLINE='
'

usage() {
  cat << 'EOT'
Brings the cluster under Flux: namespaces, Flux, the credentials that Flux needs, and the repository that it follows.
A run that ended early is run again.

Options:
  --context NAME               context of kubectl (default: the current one)
  --yes                        do not ask whether it is the right cluster
  --force                      go on where this stops because of a doubt
  --timeout DURATION           how long to wait for each thing to be ready (default: 600s)
  --age-key FILE               private age key of the cluster
  --sealing-key FILE           private key of a sealing certificate of the cluster, a PEM; once for each
  --git-username NAME          user who may read the repository
  --git-password-file FILE     password of that user
  --git-identity-file FILE     private SSH key, where the repository's address is ssh://
  --git-known-hosts-file FILE  keys of the SSH server
  --admin NAME                 administrator of the centre's Kerberos
  --admin-password-file FILE   password of the administrator
  --registry-login FILE        credentials of the image registry, a .dockerconfigjson
  -h, --help                   print this text

One FILE may be - for the standard input. What is in the cluster already need not be given again.
Exit codes: 0 done; 1 it stopped, and says why; 2 it was called wrongly, or something is not given.
EOT
}

while [ $# -gt 0 ]; do
  case "$1" in
    --yes) YES=1 ;;
    --force) FORCE=1 ;;
    -h | --help) usage; exit 0 ;;
    --context) needs_value "$1" $#; CONTEXT=$2; shift ;;
    --timeout) needs_value "$1" $#; TIMEOUT=$2; shift ;;
    --age-key) needs_value "$1" $#; AGE_KEY=$2; shift ;;
    --sealing-key) needs_value "$1" $#; SEALING_FILES="$SEALING_FILES$2$NEWLINE"; shift ;;
    --git-username) needs_value "$1" $#; GIT_USERNAME=$2; shift ;;
    --git-password-file) needs_value "$1" $#; GIT_PASSWORD=$2; shift ;;
    --git-identity-file) needs_value "$1" $#; GIT_IDENTITY=$2; shift ;;
    --git-known-hosts-file) needs_value "$1" $#; GIT_KNOWN_HOSTS=$2; shift ;;
    --admin) needs_value "$1" $#; ADMIN=$2; shift ;;
    --admin-password-file) needs_value "$1" $#; ADMIN_PASSWORD=$2; shift ;;
    --registry-login) needs_value "$1" $#; REGISTRY_LOGIN=$2; shift ;;
    *) wrong "$1 is no option" ;;
  esac
  shift
done

# What this cluster does not take: somebody who gives it has another one in mind.
has_no_use() { [ -z "$2" ] || wrong "$1 is given, and $CLUSTER $3"; }
[ -n "$AGE_RECIPIENT" ] || has_no_use --age-key "$AGE_KEY" 'has no age key in the estate'
[ -n "$SEALING_CERTIFICATES" ] || has_no_use --sealing-key "$SEALING_FILES" 'has no sealed secrets in the estate'
case "$GIT_LOGIN" in
  principal) how="pulls as $FLUX_PRINCIPAL, whose password is made here" ;;
  ssh) how='pulls by SSH' ;;
  *) how='pulls with a user and a password' ;;
esac
if [ "$GIT_LOGIN" != password ]; then
  has_no_use --git-username "$GIT_USERNAME" "$how"
  has_no_use --git-password-file "$GIT_PASSWORD" "$how"
fi
if [ "$GIT_LOGIN" != ssh ]; then
  has_no_use --git-identity-file "$GIT_IDENTITY" "$how"
  has_no_use --git-known-hosts-file "$GIT_KNOWN_HOSTS" "$how"
fi
if [ -z "$KEYS_PRINCIPAL" ]; then
  has_no_use --admin "$ADMIN" 'is not under Factory+'
  has_no_use --admin-password-file "$ADMIN_PASSWORD" 'is not under Factory+'
fi
[ -n "$REGISTRY_NAMESPACES" ] || has_no_use --registry-login "$REGISTRY_LOGIN" 'pulls its images without a login'
case "$TIMEOUT" in
  *[!0-9hms]* | '') wrong "--timeout $TIMEOUT is no duration such as 600s" ;;
esac
case "$ADMIN" in
  *[!A-Za-z0-9._/@-]* | -*) wrong "--admin $ADMIN is no principal such as admin or anna/admin" ;;
esac

# Files: they are read before anything is changed. A dash is the standard input.
READ_STDIN=''
may_read() {
  if [ "$2" = - ]; then
    [ -z "$READ_STDIN" ] || wrong "both $READ_STDIN and $1 would read the standard input; name a file for one of them"
    [ -n "$YES" ] || wrong "$1 - takes the standard input, so nobody can answer there; add --yes"
    READ_STDIN=$1
  elif [ -n "$2" ] && [ ! -r "$2" ]; then
    wrong "$1 $2 cannot be read"
  fi
}
may_read --age-key "$AGE_KEY"
# for_each_line TEXT COMMAND: COMMAND with each line of the text; it keeps the standard input.
for_each_line() {
  IFS=$NEWLINE
  set -f
  for one in $1; do
    unset -v IFS
    set +f
    "$2" "$one"
  done
  unset -v IFS
  set +f
}
may_read_sealing_key() { may_read --sealing-key "$1"; }
for_each_line "$SEALING_FILES" may_read_sealing_key
may_read --git-password-file "$GIT_PASSWORD"
may_read --git-identity-file "$GIT_IDENTITY"
may_read --git-known-hosts-file "$GIT_KNOWN_HOSTS"
may_read --admin-password-file "$ADMIN_PASSWORD"
may_read --registry-login "$REGISTRY_LOGIN"
content() { if [ "$1" = - ]; then cat; else cat -- "$1"; fi; }
# The one line of a file; what is not one line is no password.
one_line() {
  line=$(content "$2" | tr -d '\r')
  [ -n "$line" ] || fail "$1 is empty; nothing was changed."
  case "$line" in
    *"$NEWLINE"*) fail "$1 has more than one line; nothing was changed." ;;
  esac
}
base64_of() { printf '%s' "$1" | base64 | tr -d '\n'; }
[ -z "$AGE_KEY" ] || AGE_KEY=$(content "$AGE_KEY" | tr -d '\r')
read_sealing_key() {
  key=$(content "$1" | tr -d '\r')
  case "$key" in
    *'-----BEGIN ENCRYPTED '* | *'Proc-Type: 4,ENCRYPTED'*) fail "--sealing-key $1 has a passphrase, which nobody can type in the cluster: give it without; nothing was changed." ;;
    *'-----BEGIN PRIVATE KEY-----'* | *'-----BEGIN RSA PRIVATE KEY-----'*) ;;
    *) fail "--sealing-key $1 holds no private key (PEM); nothing was changed." ;;
  esac
  certificate_of_key
  [ -n "$fits" ] || fail "--sealing-key $1 fits none of the certificates in sealedWith of $CLUSTER; nothing was changed."
  SEALING_KEYS="$SEALING_KEYS $fits:$(printf '%s\n' "$key" | base64 | tr -d '\n')"
}
# Which certificate a key is the private half of.
certificate_of_key() {
  fits=''
  for name in $SEALING_CERTIFICATES; do
    certificate="$HERE/certificates/$name.crt"
    if command -v openssl > /dev/null; then
      public=$(printf '%s\n' "$key" | openssl pkey -passin pass: -pubout 2> /dev/null) || return 0
      [ "$public" = "$(openssl x509 -in "$certificate" -noout -pubkey)" ] || continue
    else
      printf '%s\n' "$key" |
        kubectl create secret tls "$name" --cert="$certificate" --key=/dev/stdin --dry-run=client -o name > /dev/null 2>&1 || continue
    fi
    fits=$name
    return 0
  done
}
[ -z "$GIT_IDENTITY" ] || GIT_IDENTITY=$(content "$GIT_IDENTITY" | tr -d '\r')
[ -z "$GIT_KNOWN_HOSTS" ] || GIT_KNOWN_HOSTS=$(content "$GIT_KNOWN_HOSTS" | tr -d '\r')
[ -z "$REGISTRY_LOGIN" ] || REGISTRY_LOGIN=$(content "$REGISTRY_LOGIN")
for_each_line "$SEALING_FILES" read_sealing_key
if [ -n "$GIT_PASSWORD" ]; then one_line --git-password-file "$GIT_PASSWORD"; GIT_PASSWORD=$line; fi
if [ -n "$ADMIN_PASSWORD" ]; then one_line --admin-password-file "$ADMIN_PASSWORD"; ADMIN_PASSWORD=$line; fi
`;
