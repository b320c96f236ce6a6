/**
 * `bootstrap.sh`, after its variables, what it shares and its options: brings a bare cluster under Flux. Every step looks at what is there and does what is missing, so
 * that a run that was killed anywhere is run again. Nothing secret stands in an argument, in the environment or in a file: `printf` is part of the
 * shell, and what it writes goes through a pipe.
 */
export const BOOTSTRAP_SCRIPT = String.raw`
# The public half of the age key that was given, as far as it can be known here.
check_age_key() {
  case "$AGE_KEY" in
    *AGE-SECRET-KEY-1*) ;;
    *) fail '--age-key holds no line AGE-SECRET-KEY-1…; nothing was changed.' ;;
  esac
  if command -v age-keygen > /dev/null; then
    public=$(printf '%s\n' "$AGE_KEY" | age-keygen -y) || fail '--age-key holds no key that age-keygen can read; nothing was changed.'
  else
    public=$(printf '%s\n' "$AGE_KEY" | sed -n 's/^# public key: *//p')
    [ -n "$public" ] || { say '  age-keygen is not here, and the file does not tell its public key: not checked.'; return 0; }
  fi
  printf '%s\n' "$public" | grep -q -x -F -e "$AGE_RECIPIENT" ||
    fail "--age-key is the key of $public, and the estate names $AGE_RECIPIENT as $CLUSTER's; nothing was changed."
}

# sealing_key NAME: what was given as the private half of a certificate, in base64.
sealing_key() {
  for one in $SEALING_KEYS; do
    case "$one" in
      "$1":*) printf '%s' "$one" | sed 's/^[^:]*://' ;;
    esac
  done
}
certificate_base64() { base64 < "$HERE/certificates/$1.crt" | tr -d '\n'; }
# Whether the cluster has the private half of a certificate.
has_sealing_key() {
  [ "$(secret_value "$SEALING_NAMESPACE" "$1" 'tls\.crt')" = "$(certificate_base64 "$1")" ] && [ -n "$(secret_value "$SEALING_NAMESPACE" "$1" 'tls\.key')" ]
}

# Others that a Flux which looks into its own namespace alone would leave behind.
look_at_others() {
  # It is ours: whoever was cut off is so already.
  [ "$(k -n "$FLUX_NAMESPACE" get deployment source-controller --ignore-not-found -o 'jsonpath={.metadata.labels.app\.kubernetes\.io/managed-by}')" != millwright ] || return 0
  others=''
  for kind in gitrepositories.source.toolkit.fluxcd.io kustomizations.kustomize.toolkit.fluxcd.io helmreleases.helm.toolkit.fluxcd.io; do
    has_definition "$kind" || continue
    others="$others$(k get "$kind" -A --field-selector "metadata.namespace!=$FLUX_NAMESPACE" -o 'jsonpath={range .items[*]} {.kind}/{.metadata.namespace}/{.metadata.name}{end}')"
  done
  [ -z "$others" ] || doubt "Flux of $CLUSTER looks into $FLUX_NAMESPACE alone, and nobody would look at these any more:$others."
  controllers=''
  for name in helm-controller notification-controller image-automation-controller image-reflector-controller source-watcher; do
    is_there -n "$FLUX_NAMESPACE" deployment "$name" && controllers="$controllers $name"
  done
  [ -z "$controllers" ] || doubt "The closed namespace $FLUX_NAMESPACE cuts these off from the network:$controllers."
}

# Flux that is there already: where it is, and of which version.
look_at_flux() {
  if [ "$FLUX_BY" = owner ]; then
    for kind in gitrepositories.source.toolkit.fluxcd.io kustomizations.kustomize.toolkit.fluxcd.io; do
      case " $(k get customresourcedefinition "$kind" --ignore-not-found -o 'jsonpath={.spec.versions[?(@.served==true)].name}') " in
        *' v1 '*) ;;
        *) fail "the estate says that the owner installs Flux, and $kind/v1 is not in this cluster; install it, or leave flux.by out of the estate. Nothing was changed." ;;
      esac
    done
    is_there namespace "$FLUX_NAMESPACE" || fail "there is no namespace $FLUX_NAMESPACE; nothing was changed."
    say '  Flux        by the owner; left as it is'
    return 0
  fi
  for version in $FLUX_VERSIONS; do
    name=$(printf '%s' "$version" | sed 's/=.*//')
    wanted=$(printf '%s' "$version" | sed 's/.*=//')
    found=$(k get deployments -A --field-selector "metadata.name=$name" -o 'jsonpath={range .items[*]}{.metadata.namespace}={.spec.template.spec.containers[0].image}{"\n"}{end}')
    for one in $found; do
      namespace=$(printf '%s' "$one" | sed 's/=.*//')
      tag=$(printf '%s' "$one" | sed -e 's/@.*//' -e 's/.*[:=]//')
      [ "$namespace" = "$FLUX_NAMESPACE" ] ||
        fail "$name runs in the namespace $namespace already: two of them would work against each other. Remove it, or state flux.by in the estate. Nothing was changed."
      say "  $name $tag is there already"
      [ "$tag" = "$wanted" ] || doubt "$name $tag runs here, and $wanted would replace it: a Flux that follows $CLUSTER's tree upgrades itself from there."
    done
  done
  look_at_others
}

# Kustomizations of our names that follow something else: taking them over would prune what they applied.
look_at_wiring() {
  has_definition kustomizations.kustomize.toolkit.fluxcd.io || return 0
  others=$(k -n "$FLUX_NAMESPACE" get kustomizations.kustomize.toolkit.fluxcd.io -o 'jsonpath={range .items[*]}{.metadata.name}={.spec.sourceRef.kind}/{.spec.sourceRef.name}{"\n"}{end}')
  for one in $others; do
    name=$(printf '%s' "$one" | sed 's/=.*//')
    source=$(printf '%s' "$one" | sed 's/.*=//')
    [ "$source" != GitRepository/cluster ] || continue
    [ "$source" != GitRepository/removed ] ||
      fail "remove.sh was begun here and did not come to its end: finish remove.sh first, with the same options. Nothing was changed."
    # That of flux bootstrap bears the name of the namespace, and would bring its own version back.
    case " $KUSTOMIZATIONS $(if [ "$FLUX_BY" != owner ]; then printf flux-system; fi) " in
      *" $name "*) fail "the Kustomization $name of $FLUX_NAMESPACE follows $source already; taken over, it would remove what it applied. Set its spec.prune to false and delete it first (docs/bootstrap.md). Nothing was changed." ;;
    esac
  done
}

secret_value() { k -n "$1" get secret "$2" --ignore-not-found -o "jsonpath={.data['$3']}"; }
# What is neither in the cluster nor given.
look_at_credentials() {
  lacking=''
  if [ -n "$AGE_RECIPIENT" ]; then
    [ -z "$AGE_KEY" ] || check_age_key
    [ -n "$AGE_KEY" ] || [ -n "$(secret_value "$FLUX_NAMESPACE" sops-age 'age\.agekey')" ] || lacking="$lacking --age-key"
  fi
  for name in $SEALING_CERTIFICATES; do
    [ -n "$(sealing_key "$name")" ] || has_sealing_key "$name" || lacking="$lacking --sealing-key (certificates/$name.crt)"
  done
  case "$GIT_LOGIN" in
    password)
      if [ -n "$GIT_USERNAME" ] || [ -n "$GIT_PASSWORD" ] || [ -z "$(secret_value "$FLUX_NAMESPACE" git-credentials password)" ]; then
        [ -n "$GIT_USERNAME" ] || lacking="$lacking --git-username"
        [ -n "$GIT_PASSWORD" ] || lacking="$lacking --git-password-file"
      fi
      ;;
    ssh)
      if [ -n "$GIT_IDENTITY" ] || [ -n "$GIT_KNOWN_HOSTS" ] || [ -z "$(secret_value "$FLUX_NAMESPACE" git-credentials identity)" ]; then
        [ -n "$GIT_IDENTITY" ] || lacking="$lacking --git-identity-file"
        [ -n "$GIT_KNOWN_HOSTS" ] || lacking="$lacking --git-known-hosts-file"
      fi
      ;;
  esac
  if [ -n "$KEYS_PRINCIPAL" ]; then
    if [ -n "$ADMIN$ADMIN_PASSWORD" ] || [ -z "$(secret_value "$KEYS_NAMESPACE" "$KEYS_SECRET" "$KEYS_KEY")" ] ||
      { [ "$GIT_LOGIN" = principal ] && [ -z "$(secret_value "$FLUX_NAMESPACE" git-credentials password)" ]; }; then
      [ -n "$ADMIN" ] || lacking="$lacking --admin"
      [ -n "$ADMIN_PASSWORD" ] || lacking="$lacking --admin-password-file"
    fi
  fi
  if [ -z "$REGISTRY_LOGIN" ]; then
    for namespace in $REGISTRY_NAMESPACES; do
      [ -n "$(secret_value "$namespace" registry-login '\.dockerconfigjson')" ] || { lacking="$lacking --registry-login"; break; }
    done
  fi
  [ -z "$lacking" ] || wrong "not in the cluster, and not given:$lacking. Nothing was changed."
}

# put_secret NAMESPACE NAME TYPE METADATA KEY BASE64 [KEY BASE64 ...]
put_secret() {
  type_there=$(k -n "$1" get secret "$2" --ignore-not-found -o 'jsonpath={.type}') || fail "the Secret $1/$2 could not be looked at; run this again."
  [ -z "$type_there" ] || [ "$type_there" = "$3" ] ||
    fail "the Secret $1/$2 is of type $type_there, which nobody can change into $3; delete it, and run this again."
  object=$(printf '{"apiVersion":"v1","kind":"Secret","metadata":{"namespace":"%s","name":"%s",%s},"type":"%s","data":{' "$1" "$2" "$4" "$3")
  what="$1/$2"
  shift 4
  comma=''
  while [ $# -ge 2 ]; do
    object="$object$comma$(printf '"%s":"%s"' "$1" "$2")"
    comma=','
    shift 2
  done
  answer=$(printf '%s}}' "$object" | k apply --server-side --force-conflicts --field-manager=millwright-bootstrap -f - 2>&1) || {
    printf '%s\n' "$answer" >&2
    fail "the Secret $what could not be written; run this again."
  }
  say "  Secret $what is written"
}
OURS='"labels":{"app.kubernetes.io/managed-by":"millwright"}'
# The controller of Sealed Secrets takes over no Secret without this (0.40).
TAKEN_OVER='"annotations":{"sealedsecrets.bitnami.com/managed":"true"}'
SEALING='"labels":{"app.kubernetes.io/managed-by":"millwright","sealedsecrets.bitnami.com/sealed-secrets-key":"active"}'
# Without this label the Kerberos keys operator refuses a Secret (ACS 6.8.1).
OPERATORS='"labels":{"app.kubernetes.io/managed-by":"krbkeys.factoryplus.app.amrc.co.uk"}'
is_operators() { [ "$(k -n "$1" get secret "$2" --ignore-not-found -o 'jsonpath={.metadata.labels.app\.kubernetes\.io/managed-by}')" = krbkeys.factoryplus.app.amrc.co.uk ]; }

put_registry_login() {
  for namespace in $REGISTRY_NAMESPACES; do
    [ -n "$REGISTRY_LOGIN" ] || continue
    encoded=$(base64_of "$REGISTRY_LOGIN")
    [ "$(secret_value "$namespace" registry-login '\.dockerconfigjson')" != "$encoded" ] || continue
    metadata=$OURS
    case " $SEALED_LATER " in
      *" $namespace "*) metadata="$OURS,$TAKEN_OVER" ;;
    esac
    put_secret "$namespace" registry-login kubernetes.io/dockerconfigjson "$metadata" .dockerconfigjson "$encoded"
  done
}
put_age_key() {
  [ -n "$AGE_KEY" ] || { say '  the age key is there already'; return 0; }
  encoded=$(printf '%s\n' "$AGE_KEY" | base64 | tr -d '\n')
  if [ "$(secret_value "$FLUX_NAMESPACE" sops-age 'age\.agekey')" = "$encoded" ]; then say '  the age key is there already'; return 0; fi
  put_secret "$FLUX_NAMESPACE" sops-age Opaque "$OURS" age.agekey "$encoded"
}
put_sealing_keys() {
  for name in $SEALING_CERTIFICATES; do
    encoded=$(sealing_key "$name")
    if [ -z "$encoded" ] || { has_sealing_key "$name" && [ "$(secret_value "$SEALING_NAMESPACE" "$name" 'tls\.key')" = "$encoded" ]; }; then
      say "  the key of $name is there already"
      quietly -n "$SEALING_NAMESPACE" label --overwrite secret "$name" sealedsecrets.bitnami.com/sealed-secrets-key=active ||
        fail "the Secret $SEALING_NAMESPACE/$name could not be labelled; run this again."
      continue
    fi
    put_secret "$SEALING_NAMESPACE" "$name" kubernetes.io/tls "$SEALING" tls.crt "$(certificate_base64 "$name")" tls.key "$encoded"
  done
}
# put_git_credentials METADATA KEY BASE64 [KEY BASE64 ...]: with the authority of the Git server, where it is one of your own.
put_git_credentials() {
  metadata=$1
  shift
  if [ -n "$GIT_AUTHORITY" ]; then set -- "$@" ca.crt "$GIT_AUTHORITY"; fi
  same=1
  kept=$#
  while [ "$kept" -gt 0 ]; do
    [ "$(secret_value "$FLUX_NAMESPACE" git-credentials "$(printf '%s' "$1" | sed 's/\./\\./g')")" = "$2" ] || same=''
    key=$1 value=$2
    shift 2
    set -- "$@" "$key" "$value"
    kept=$((kept - 2))
  done
  if [ "$metadata" = "$OPERATORS" ] && ! is_operators "$FLUX_NAMESPACE" git-credentials; then same=''; fi
  if [ -n "$same" ]; then say '  the credentials of the repository are there already'; return 0; fi
  put_secret "$FLUX_NAMESPACE" git-credentials Opaque "$metadata" "$@"
}

# A command of the pod that speaks Kerberos; what it takes comes by the standard input.
in_pod() { k -n "$KEYS_NAMESPACE" exec -i "$KEYS_POD" -- /bin/sh "$FIRST_KEYS" "$@"; }
remove_pod() { quietly delete --ignore-not-found --wait=true --timeout=120s -f "$HERE/manifests/keys.yaml"; }
ended() {
  code=$?
  trap - EXIT INT TERM HUP
  remove_pod || say "  The pod $KEYS_POD of $KEYS_NAMESPACE could not be removed; the next run removes it."
  exit "$code"
}
LOGGED_IN=''
log_in() {
  [ -z "$LOGGED_IN" ] || return 0
  [ -n "$ADMIN" ] || fail "it must be made anew; run this again with --admin and --admin-password-file."
  printf '%s\n' "$ADMIN_PASSWORD" | in_pod login "$ADMIN" || fail "the centre's Kerberos does not let $ADMIN in, or cannot be reached from the cluster; see above."
  LOGGED_IN=1
}
# Whether what was tried still opens. Stops where that cannot be known.
opens() {
  [ "$1" = 0 ] || [ "$1" = 3 ] || fail "the centre's Kerberos cannot be reached from the cluster; see above."
  [ "$1" = 0 ]
}
put_keys() {
  remove_pod || fail "the pod of an earlier run could not be removed."
  trap ended EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  apply keys.yaml
  quietly -n "$KEYS_NAMESPACE" wait --for=condition=Ready --timeout="$TIMEOUT" "pod/$KEYS_POD" ||
    fail "the pod $KEYS_POD did not start: kubectl -n $KEYS_NAMESPACE describe pod $KEYS_POD"

  key=$(secret_value "$KEYS_NAMESPACE" "$KEYS_SECRET" "$KEYS_KEY")
  code=3
  if [ -n "$key" ]; then
    code=0
    printf '%s' "$key" | in_pod check-keytab "$KEYS_PRINCIPAL" || code=$?
  fi
  if opens "$code"; then
    say "  the key of $KEYS_PRINCIPAL works"
    is_operators "$KEYS_NAMESPACE" "$KEYS_SECRET" || put_secret "$KEYS_NAMESPACE" "$KEYS_SECRET" Opaque "$OPERATORS" "$KEYS_KEY" "$key"
  else
    [ -z "$key" ] || say "  the key of $KEYS_PRINCIPAL works no longer"
    log_in
    key=$(in_pod make-keytab "$KEYS_PRINCIPAL" < /dev/null) || fail "no key of $KEYS_PRINCIPAL could be made; see above."
    put_secret "$KEYS_NAMESPACE" "$KEYS_SECRET" Opaque "$OPERATORS" "$KEYS_KEY" "$key"
  fi

  if [ "$GIT_LOGIN" = principal ]; then
    password=$(secret_value "$FLUX_NAMESPACE" git-credentials password | base64 -d)
    code=3
    if [ -n "$password" ]; then
      code=0
      printf '%s\n' "$password" | in_pod check-password "$FLUX_PRINCIPAL" || code=$?
    fi
    if opens "$code"; then
      say "  the password of $FLUX_PRINCIPAL works"
    else
      [ -z "$password" ] || say "  the password of $FLUX_PRINCIPAL works no longer"
      log_in
      password=$(in_pod make-password "$FLUX_PRINCIPAL" < /dev/null) || fail "no password of $FLUX_PRINCIPAL could be made; see above."
    fi
    put_git_credentials "$OPERATORS" username "$(base64_of "$FLUX_PRINCIPAL")" password "$(base64_of "$password")"
  fi
  trap - EXIT INT TERM HUP
  remove_pod || fail "the pod $KEYS_POD of $KEYS_NAMESPACE could not be removed; run this again."
}

# wait_for KIND NAME: until Flux says that it is ready with what it was told last.
wait_for() {
  if [ "$(k -n "$FLUX_NAMESPACE" get "$1" "$2" -o 'jsonpath={.spec.suspend}')" = true ]; then
    say "  $2 is suspended; it is not waited for"
    return 0
  fi
  quietly -n "$FLUX_NAMESPACE" wait --for=condition=Ready --timeout="$TIMEOUT" "$1/$2" || {
    k -n "$FLUX_NAMESPACE" get "$1" "$2" -o 'jsonpath={range .status.conditions[*]}  {.type} {.status} {.reason}: {.message}{"\n"}{end}' >&2 || true
    fail "$3"
  }
}

step "1 of 6  Look at the cluster"
look_at_cluster
look_at_flux
look_at_repository
look_at_wiring
look_at_credentials
confirm "$CLUSTER will follow $REPOSITORY."

step "2 of 6  Namespaces"
[ ! -f "$HERE/manifests/namespaces.yaml" ] || apply namespaces.yaml
say '  done'

step "3 of 6  Flux"
put_registry_login
if [ "$FLUX_BY" = owner ]; then
  say '  by the owner; left as it is'
else
  apply flux-definitions.yaml
  quietly wait --for=condition=Established --timeout=60s -f "$HERE/manifests/flux-definitions.yaml" || fail 'the definitions of Flux are not served; run this again.'
  apply flux.yaml
  for version in $FLUX_VERSIONS; do
    name=$(printf '%s' "$version" | sed 's/=.*//')
    quietly -n "$FLUX_NAMESPACE" rollout status "deployment/$name" --timeout="$TIMEOUT" ||
      fail "$name does not start: kubectl -n $FLUX_NAMESPACE describe pods -l app=$name"
  done
  say '  Flux runs'
fi

step "4 of 6  Credentials that are given"
[ -z "$AGE_RECIPIENT" ] || put_age_key
put_sealing_keys
if [ "$GIT_LOGIN" = password ] && [ -n "$GIT_PASSWORD" ]; then
  put_git_credentials "$OURS" username "$(base64_of "$GIT_USERNAME")" password "$(base64_of "$GIT_PASSWORD")"
elif [ "$GIT_LOGIN" = ssh ] && [ -n "$GIT_IDENTITY" ]; then
  put_git_credentials "$OURS" identity "$(printf '%s\n' "$GIT_IDENTITY" | base64 | tr -d '\n')" known_hosts "$(printf '%s\n' "$GIT_KNOWN_HOSTS" | base64 | tr -d '\n')"
fi
say '  done'

step "5 of 6  Principals of Factory+"
if [ -n "$KEYS_PRINCIPAL" ]; then put_keys; else say "  $CLUSTER has none"; fi

step "6 of 6  The repository"
apply wiring.yaml
hint=''
[ "$GIT_LOGIN" != principal ] || hint=" Has millwright configdb $CENTRAL made the repository and who may read it?"
wait_for gitrepositories.source.toolkit.fluxcd.io cluster "Flux cannot pull $REPOSITORY, branch $BRANCH: is the tree pushed, may the login read it, does the cluster reach it?$hint Then run this again."
wait_for kustomizations.kustomize.toolkit.fluxcd.io cluster "Flux cannot apply $CLUSTER's wiring: is the tree in the folder $FOLDER of the repository? Then run this again."
revision=$(k -n "$FLUX_NAMESPACE" get kustomizations.kustomize.toolkit.fluxcd.io cluster -o 'jsonpath={.status.lastAppliedRevision}')
say "  $CLUSTER follows $REPOSITORY at $revision"
say "  kubectl --context $CONTEXT -n $FLUX_NAMESPACE get kustomizations tells how far it is"
`;
