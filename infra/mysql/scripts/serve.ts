/**
 * What the start scripts share: making a data folder, what the server executes before anybody connects, and logins over the socket. Sourced
 * after common.sh.
 *
 * Takes ENGINE, DATA (volume), RUN, CONFIGURATION (folder with my.cnf, schema.sql, users-NAME.sql) and LOGINS (a folder a user).
 */
export const START_SCRIPT = String.raw`# shellcheck shell=sh
# Makes an empty data folder under a name that no server starts with.
make_folder() {
  rm -rf "$DATA/new"
  mkdir -p "$DATA/new" "$DATA/log"
  case "$ENGINE" in
    mysql) mysqld --defaults-file="$CONFIGURATION/my.cnf" --datadir="$DATA/new" --skip-log-bin --initialize-insecure ;;
    mariadb) mariadb-install-db --defaults-file="$CONFIGURATION/my.cnf" --datadir="$DATA/new" --skip-log-bin --skip-test-db \
      --auth-root-authentication-method=socket --auth-root-socket-user=root > /dev/null ;;
  esac
}

# The name of the binary logs: logs of an older data folder are other files, and come before these.
name_logs() { date -u "+%Y%m%dT%H%M%SZ$1" > "$DATA/identity"; }

# The statements that make the users, with their passwords in them.
user_statements() {
  for login in "$LOGINS"/*; do
    user=$(basename "$login")
    statements="$CONFIGURATION/users-$user.sql"
    [ -r "$statements" ] || fail "there is a password of $user, and no rights"
    password=$(value_of "$login/password")
    literal=$(quoted "$password" "'")
    while IFS= read -r line; do
      case "$line" in
        *@PASSWORD@*) printf '%s%s%s\n' "$(printf '%s' "$line" | sed 's/@PASSWORD@.*//')" "$literal" "$(printf '%s' "$line" | sed 's/.*@PASSWORD@//')" ;;
        *) printf '%s\n' "$line" ;;
      esac
    done < "$statements"
  done
}

# The option file of a user that connects over the socket. The password that it shows is the one that holds: a Secret that changes must not make
# the server unready before it starts again.
socket_login() {
  password=$(value_of "$LOGINS/$1/password")
  printf '[client]\nuser = %s\npassword = %s\nsocket = %s\n' "$1" "$(quoted "$password" '"')" "$(quoted "$RUN/mysqld.sock" '"')"
}
`;

/**
 * Starts the server. Makes the data folder where there is none, under another name until it is whole; writes what the server executes before
 * anybody connects, with the passwords in it; and becomes the server. The readiness check removes that file.
 *
 * Takes what {@link START_SCRIPT} takes.
 */
export const SERVE_SCRIPT = `#!/bin/sh
# shellcheck source=/dev/null
. "$CONFIGURATION/common.sh"
# shellcheck source=/dev/null
. "$CONFIGURATION/start.sh"

if [ ! -d "$DATA/db" ]; then
  say 'making a new data folder'
  name_logs ''
  make_folder
  sync
  mv "$DATA/new" "$DATA/db"
  sync
fi
# A server with a replica that is alone from now on begins where it was: what it was is not asked again.
rm -f "$DATA/role"

{ cat "$CONFIGURATION/schema.sql"; user_statements; } > "$RUN/start.sql"
socket_login monitor > "$RUN/ask.cnf"

rm -f "$RUN/mysqld.pid"
exec "$SERVER" --defaults-file="$CONFIGURATION/my.cnf" --log-bin="$DATA/log/$(cat "$DATA/identity")" --init-file="$RUN/start.sql" "$@"
`;

/**
 * Asks the server. `alive`: it answers over its socket; a server that is full or refuses the login is alive. `ready`: the user of the probes
 * may log in, the schema is at the step that the configuration names, and a replica follows.
 *
 * Takes ENGINE, RUN, DATA, CONFIGURATION and SCHEMA_VERSION.
 */
export const ASK_SCRIPT = String.raw`#!/bin/sh
# shellcheck source=/dev/null
. "$CONFIGURATION/common.sh"

case "$1" in
  alive) exec "$ADMIN" --no-defaults --socket="$RUN/mysqld.sock" --user=nobody --connect-timeout=4 --silent ping ;;
  ready)
    version=$("$CLIENT" --defaults-file="$RUN/ask.cnf" --connect-timeout=4 --batch --skip-column-names \
      --execute='SELECT MAX(version) FROM jobs.schema_versions')
    [ "$version" = "$SCHEMA_VERSION" ] || fail "the schema is at step $version, not $SCHEMA_VERSION"
    # A replica that does not follow is none.
    if [ "$(cat "$DATA/role" 2> /dev/null || true)" = replica ]; then
      find "$RUN" -name attached -mmin -1 | grep -q attached || fail 'the replica does not follow the primary'
    fi
    # It was read, and holds passwords.
    rm -f "$RUN/start.sql"
    ;;
  *) fail 'ask alive or ready' ;;
esac
`;
