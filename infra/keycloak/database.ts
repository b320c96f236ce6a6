/** Database of the identity provider, and its role there: its principal without the realm. */
export const IDENTITY_PROVIDER_DATABASE = { name: 'keycloak', role: 'sv1openid' } as const;

/**
 * Makes the database of the identity provider and its owner, where they are missing; Keycloak makes its tables itself. Nobody else may connect. For psql 14
 * and newer, as the database's administrator; names come from the variables SRV_DATABASE and SRV_USER and stand quoted. A database cannot be made in
 * a transaction or a block, so psql runs what the query gives, which is nothing where it is there.
 */
export const DATABASE_SCRIPT = String.raw`\set ON_ERROR_STOP on
\getenv database SRV_DATABASE
\getenv role SRV_USER
select format('create role %I login', :'role')
 where not exists (select from pg_roles where rolname = :'role')
\gexec
-- Its owner is given to it: whoever is no superuser must be a member of that role.
select format('grant %I to current_user', :'role')
 where not pg_has_role(current_user, :'role', 'member')
\gexec
select format('create database %I owner %I', :'database', :'role')
 where not exists (select from pg_database where datname = :'database')
\gexec
select format('alter database %I owner to %I', :'database', :'role')
\gexec
select format('revoke all on database %I from public', :'database')
\gexec
`;
