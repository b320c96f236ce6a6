/** Folder of {@link FIRST_KEYS_SCRIPT} in its container. */
export const FIRST_KEYS_FOLDER = '/bootstrap';

/** Name of {@link FIRST_KEYS_SCRIPT}'s file. */
export const FIRST_KEYS_FILE = 'first-keys.sh';

/** Memory of the container (a tmpfs, whatever its root is), in which tickets and keys lie while the container lives. */
export const FIRST_KEYS_MEMORY = '/dev/shm/first-keys';

/**
 * Makes the first two principals of an edge cluster, whose Kerberos keys operator cannot make them: its own and that of Flux. ACS 6.8.1 does the same with
 * python-kadmin (acs-krb-keys-operator, krbkeys/cluster.py) in a pod that may do anything in its namespace. This one may do nothing there: keys come and
 * go through its standard input and output, and lie in memory.
 *
 * In a POSIX shell with MIT Kerberos' `kinit` and `kadmin`. Takes MEMORY (a folder in memory) and KRB5_CONFIG. Commands:
 *
 * - `login ADMINISTRATOR`: takes the password, a line; keeps a ticket for kadmind
 * - `check-keytab PRINCIPAL`, `check-password PRINCIPAL`: takes the keytab in base64, or the password, a line
 * - `make-keytab PRINCIPAL`, `make-password PRINCIPAL`: gives a new keytab in base64, or a new password (192 bits of chance), that was tried
 *
 * Ends with 0, with 3 when the KDC says that a key or password is no good, and with 1 for any other reason. kadmin's own exit code does not
 * tell whether a query of its standard input succeeded (MIT Kerberos 1.20), so what was made is tried.
 */
export const FIRST_KEYS_SCRIPT = String.raw`# shellcheck shell=sh
set -eu
export LC_ALL=C
umask 077
mkdir -p "$MEMORY"
SAID="$MEMORY/said"
ADMINISTRATOR="$MEMORY/administrator"
TRIED="$MEMORY/tried"
KEYTAB="$MEMORY/keytab"

# Says what went wrong, and ends with 3 where the KDC itself refuses the key.
refused() {
  cat "$SAID" >&2
  if grep -q -e 'Preauthentication failed' -e 'Password incorrect' -e 'not found in Kerberos database' \
    -e 'credentials have been revoked' -e 'has expired' -e 'no suitable keys' -e 'Unsupported key table format' "$SAID"; then
    exit 3
  fi
  exit 1
}

try_keytab() { kinit -c "$TRIED" -k -t "$KEYTAB" "$1" > "$SAID" 2>&1; }
try_password() { printf '%s\n' "$2" | kinit -c "$TRIED" "$1" > "$SAID" 2>&1; }

# Queries of kadmin come by its standard input: arguments are seen by whoever lists processes.
ask_kadmin() { kadmin -c "$ADMINISTRATOR" > "$MEMORY/answers" 2>&1 || true; }
not_made() {
  cat "$MEMORY/answers" >&2
  cat "$SAID" >&2
  printf 'the new key of %s does not work\n' "$1" >&2
  exit 1
}

case "$1" in
  login)
    kinit -c "$ADMINISTRATOR" -S kadmin/admin "$2" > "$SAID" 2>&1 || refused
    ;;
  check-keytab)
    base64 -d > "$KEYTAB" 2> "$SAID" || { echo 'no suitable keys: this is not base64' > "$SAID"; refused; }
    try_keytab "$2" || refused
    ;;
  check-password)
    IFS= read -r password || [ -n "$password" ]
    try_password "$2" "$password" || refused
    ;;
  make-keytab)
    rm -f "$KEYTAB"
    printf 'addprinc -randkey "%s"\nmodprinc +allow_tix "%s"\nktadd -k "%s" "%s"\n' "$2" "$2" "$KEYTAB" "$2" | ask_kadmin
    try_keytab "$2" || not_made "$2"
    base64 < "$KEYTAB" | tr -d '\n'
    ;;
  make-password)
    password=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n')
    printf 'addprinc -randkey "%s"\nmodprinc +allow_tix "%s"\ncpw -pw "%s" "%s"\n' "$2" "$2" "$password" "$2" | ask_kadmin
    try_password "$2" "$password" || not_made "$2"
    printf '%s' "$password"
    ;;
  *)
    printf 'there is no command %s\n' "$1" >&2
    exit 1
    ;;
esac
rm -f "$TRIED" "$KEYTAB" "$SAID"
`;
