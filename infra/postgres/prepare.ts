/**
 * Makes the data folder of PostgreSQL, once, with what no program of Factory+ could make: the role of the administrator of databases. It
 * gets its name when it is whole and on the disk: what is killed at any moment begins again, where the entry point of the image would take
 * half a folder for a whole one and leave out its scripts for ever (docker-library/postgres 16.13, docker-entrypoint.sh). Nobody has a
 * password, so that there is none to keep.
 *
 * Takes DATA (the folder), RUN (folder of the socket), SQL (file of {@link FIRST_ROLES}) and ADMINISTRATOR (its role).
 */
export const PREPARE_SCRIPT = String.raw`#!/bin/sh
set -eu
umask 077
export LC_ALL=C
say() { printf '%s\n' "$1" >&2; }
fail() { say "$1"; exit 1; }

if [ -s "$DATA/PG_VERSION" ]; then
  here=$(cat "$DATA/PG_VERSION")
  [ "$here" = "$(postgres --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')" ] ||
    fail "$DATA is of PostgreSQL $here, and this is $(postgres --version): dump it with the old one and restore it with the new one"
  # A kubelet that gives the volume to its group opens the folder too, and PostgreSQL takes none that others may write to.
  chmod 0700 "$DATA"
  exit 0
fi
if [ -d "$DATA" ] && ! rmdir "$DATA"; then fail "$DATA is not empty and no data folder of PostgreSQL: nothing is made in its place"; fi

new="$DATA.new"
rm -rf "$new" "$RUN"/.s.PGSQL.*
# C.UTF-8 sorts by code point, the same in every version of the C library: an index stays right when the image is a newer one.
initdb --pgdata="$new" --username=postgres --auth-local=peer --auth-host=reject --encoding=UTF8 --locale=C.UTF-8 --data-checksums > /dev/null
pg_ctl --pgdata="$new" --silent --wait --options="-c listen_addresses= -c unix_socket_directories=$RUN -c unix_socket_permissions=0700" start > /dev/null
psql --no-psqlrc --quiet --host="$RUN" --username=postgres --dbname=postgres --set=ON_ERROR_STOP=1 --set=administrator="$ADMINISTRATOR" --file="$SQL"
pg_ctl --pgdata="$new" --silent --wait --mode=fast stop
mv "$new" "$DATA"
sync
say "made $DATA"
`;

/**
 * The first roles and rights. The administrator is a superuser, because the migrations of ACS 6.8.1 say that they need one; its key is in a
 * Secret of its own, which only what makes databases and backups mounts. Others may connect to no database that is there from the start,
 * nor make anything in it or in what is copied from it. (ACS 6.8.1 has comments that begin with `#` here, which SQL does not know, and no
 * ON_ERROR_STOP: the revocation fails and nobody hears of it.)
 */
export const FIRST_ROLES = `\\set ON_ERROR_STOP on
BEGIN;
CREATE ROLE :"administrator" LOGIN SUPERUSER CREATEDB CREATEROLE PASSWORD NULL;
-- Rights that every role has unless they are taken away.
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
COMMIT;
\\connect template1
REVOKE ALL ON SCHEMA public FROM PUBLIC;
`;
