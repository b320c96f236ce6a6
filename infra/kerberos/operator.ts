/** Where the Kerberos keys operator finds {@link OPERATOR_SETTINGS}. */
export const OPERATOR_SETTINGS_PATH = '/config/operator/settings.py';

/**
 * What kopf, on which the Kerberos keys operator is built, loads beside it: it does not watch namespaces and definitions, which takes rights in the
 * whole cluster. Without those rights and without this it asks nine times, and acts on nothing for its first 54 seconds (kopf 1.45.2). The
 * definitions are there before it, and its namespaces are named to it.
 */
export const OPERATOR_SETTINGS = `import kopf


@kopf.on.startup()
def look_into_one_namespace(settings, **_):
    settings.scanning.disabled = True
`;
