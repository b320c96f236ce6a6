/**
 * `bootstrap.sh`, after its variables and what it shares: brings a bare cluster under Flux. Every step looks at what is there and does what is missing, so
 * that a run that was killed anywhere is run again. Nothing secret stands in an argument, in the environment or in a file: `printf` is part of the
 * shell, and what it writes goes through a pipe.
 */
export const BOOTSTRAP_SCRIPT = String.raw`
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
    case " $KUSTOMIZATIONS " in
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
wait_for gitrepositories.source.toolkit.fluxcd.io cluster "Flux cannot pull $REPOSITORY, branch $BRANCH: is the tree pushed, may the login read it, does the cluster reach it? Then run this again."
wait_for kustomizations.kustomize.toolkit.fluxcd.io cluster "Flux cannot apply $CLUSTER's wiring: is the tree in the folder $FOLDER of the repository? Then run this again."
revision=$(k -n "$FLUX_NAMESPACE" get kustomizations.kustomize.toolkit.fluxcd.io cluster -o 'jsonpath={.status.lastAppliedRevision}')
say "  $CLUSTER follows $REPOSITORY at $revision"
say "  kubectl --context $CONTEXT -n $FLUX_NAMESPACE get kustomizations tells how far it is"
`;
