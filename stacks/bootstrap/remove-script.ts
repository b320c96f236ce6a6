/**
 * `remove.sh`, after its variables and what it shares: takes a cluster out. What Millwright rendered goes, in the opposite order; what holds data stays
 * unless `--with-data` is given; Flux goes last. A run that was killed anywhere is run again.
 *
 * The Kustomizations are pointed at a source that does not exist: kustomize-controller applies nothing any more, and removes what it applied when one is deleted
 * (1.7.3, `finalize`; it removes nothing of one that is suspended). KerberosKeys and LocalSecrets go while their operator still runs, whose kopf holds
 * them with finalizers (ACS 6.8.1).
 */
export const REMOVE_SCRIPT = String.raw`
WITH_DATA=''
CLEAR_FINALIZERS=''

usage() {
  cat << 'EOT'
Takes what Millwright rendered out of the cluster. What holds data stays: volumes, StatefulSets, namespaces, definitions, and Secrets.
Of the Secrets these go: those that the operator of Kerberos keys made, and those by which the cluster pulls and opens its tree (age key or
sealing keys, login of the repository, key of the operator).
A run that ended early is run again.

Options:
  --context NAME       context of kubectl (default: the current one)
  --yes                do not ask whether it is the right cluster
  --force              go on where this stops because of a doubt
  --timeout DURATION   how long to wait for each thing to go (default: 600s)
  --with-data          remove what holds data, too: it is gone for good
  --clear-finalizers   do not wait for an operator that runs no longer
  -h, --help           print this text

Exit codes: 0 done; 1 it stopped, and says why; 2 it was called wrongly.
EOT
}

while [ $# -gt 0 ]; do
  case "$1" in
    --yes) YES=1 ;;
    --force) FORCE=1 ;;
    --with-data) WITH_DATA=1 ;;
    --clear-finalizers) CLEAR_FINALIZERS=1 ;;
    -h | --help) usage; exit 0 ;;
    --context) needs_value "$1" $#; CONTEXT=$2; shift ;;
    --timeout) needs_value "$1" $#; TIMEOUT=$2; shift ;;
    *) wrong "$1 is no option" ;;
  esac
  shift
done
case "$TIMEOUT" in
  *[!0-9hms]* | '') wrong "--timeout $TIMEOUT is no duration such as 600s" ;;
esac

KUSTOMIZATION=kustomizations.kustomize.toolkit.fluxcd.io
GIT_REPOSITORY=gitrepositories.source.toolkit.fluxcd.io
flux_is_there() { has_definition "$KUSTOMIZATION"; }

# What the wiring made that this estate does not know any more.
strangers() {
  k -n "$FLUX_NAMESPACE" get "$KUSTOMIZATION" -l kustomize.toolkit.fluxcd.io/name=cluster -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{end}'
}

step "1 of 5  Look at the cluster"
look_at_cluster
look_at_repository
if [ -n "$WITH_DATA" ]; then
  say '  what holds data goes, too'
  confirm "Everything of $CLUSTER is removed, with its data."
else
  confirm "What Millwright rendered for $CLUSTER is removed."
fi

step "2 of 5  Flux applies nothing any more"
order=''
if flux_is_there; then
  there=$(strangers)
  for name in $REMOVAL_ORDER $there; do
    [ "$name" != cluster ] || continue
    case " $order " in
      *" $name "*) ;;
      *) order="$order $name" ;;
    esac
  done
  for name in cluster $order; do
    is_there -n "$FLUX_NAMESPACE" "$KUSTOMIZATION" "$name" || continue
    policy=Delete
    case "$name" in
      cluster) policy=Orphan ;;
      secrets) [ -n "$WITH_DATA" ] || policy=Orphan ;;
    esac
    # Flux itself stays until the end, to remove the others.
    case " $FLUX_COMPONENTS " in
      *" $name "*) policy=Orphan ;;
    esac
    quietly -n "$FLUX_NAMESPACE" patch "$KUSTOMIZATION" "$name" --type merge -p \
      "{\"spec\":{\"suspend\":false,\"deletionPolicy\":\"$policy\",\"sourceRef\":{\"kind\":\"GitRepository\",\"name\":\"removed\"}}}" ||
      fail "the Kustomization $name could not be stopped; run this again."
  done
  # It may wait for something to become healthy, and would look up only then.
  quietly -n "$FLUX_NAMESPACE" delete pods -l app=kustomize-controller --ignore-not-found --wait=false ||
    fail 'kustomize-controller could not be started anew; run this again.'
  for name in cluster $order; do
    is_there -n "$FLUX_NAMESPACE" "$KUSTOMIZATION" "$name" || continue
    quietly -n "$FLUX_NAMESPACE" wait --for=condition=Ready=false --timeout="$TIMEOUT" "$KUSTOMIZATION/$name" ||
      fail "kustomize-controller does not take notice that $name stops; does it run?"
  done
fi
say '  done'

step "3 of 5  Keys that an operator made"
for kind in kerberos-keys.factoryplus.app.amrc.co.uk localsecrets.factoryplus.app.amrc.co.uk; do
  has_definition "$kind" || continue
  quietly delete "$kind" --all-namespaces -l "$RENDERED" --wait=false || fail "the objects of $kind could not be deleted; run this again."
  if [ -n "$CLEAR_FINALIZERS" ]; then
    k get "$kind" --all-namespaces -l "$RENDERED" -o 'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\n"}{end}' | while read -r namespace name; do
      [ -n "$name" ] || continue
      quietly -n "$namespace" patch "$kind" "$name" --type merge -p '{"metadata":{"finalizers":null}}' < /dev/null ||
        ! is_there -n "$namespace" "$kind" "$name" || exit 1
    done || fail "a finalizer of $kind could not be cleared; run this again."
  fi
  are_there "$kind" --all-namespaces -l "$RENDERED" || continue
  quietly wait "$kind" --all-namespaces -l "$RENDERED" --for=delete --timeout="$TIMEOUT" ||
    fail "objects of $kind wait for their operator (namespace $KEYS_NAMESPACE); if it runs no longer, run this again with --clear-finalizers."
done
say '  done'

step "4 of 5  What Flux applied"
if flux_is_there; then
  for name in $order; do
    case " $FLUX_COMPONENTS secrets " in
      *" $name "*) continue ;;
    esac
    is_there -n "$FLUX_NAMESPACE" "$KUSTOMIZATION" "$name" || continue
    quietly -n "$FLUX_NAMESPACE" delete "$KUSTOMIZATION" "$name" --wait=true --timeout="$TIMEOUT" ||
      fail "what $name applied could not be removed; does kustomize-controller run? Its log says more."
    say "  $name"
  done
  for name in secrets $FLUX_COMPONENTS cluster; do
    quietly -n "$FLUX_NAMESPACE" delete "$KUSTOMIZATION" "$name" --ignore-not-found --wait=true --timeout="$TIMEOUT" ||
      fail "the Kustomization $name could not be removed; does kustomize-controller run?"
  done
fi
if [ -n "$WITH_DATA" ]; then
  for namespace in $NAMESPACES; do
    quietly delete namespace "$namespace" --ignore-not-found --wait=true --timeout="$TIMEOUT" ||
      fail "the namespace $namespace does not go; kubectl get namespace $namespace -o yaml says what it waits for."
    say "  namespace $namespace"
  done
  for object in $KEPT_OBJECTS; do
    name=$(printf '%s' "$object" | sed 's/^[^/]*\///')
    # What somebody else made of a kind would go with its definition.
    if [ "$object" = "customresourcedefinition/$name" ] && has_definition "$name" && are_there "$name" --all-namespaces; then
      say "  the definition $name stays: there are objects of it that are not $CLUSTER's"
      continue
    fi
    quietly delete "$object" --ignore-not-found --wait=true --timeout="$TIMEOUT" || fail "$object does not go; run this again."
  done
fi

step "5 of 5  Flux, and the credentials of the cluster"
if has_definition "$GIT_REPOSITORY"; then
  quietly -n "$FLUX_NAMESPACE" delete "$GIT_REPOSITORY" cluster --ignore-not-found --wait=true --timeout="$TIMEOUT" ||
    fail 'the GitRepository cluster could not be removed; does source-controller run?'
fi
for name in sops-age git-credentials; do
  quietly -n "$FLUX_NAMESPACE" delete secret "$name" --ignore-not-found || fail "the Secret $name could not be removed; run this again."
done
for name in $SEALING_CERTIFICATES; do
  quietly -n "$SEALING_NAMESPACE" delete secret "$name" --ignore-not-found || fail "the Secret $name could not be removed; run this again."
done
if [ -n "$KEYS_PRINCIPAL" ]; then
  quietly -n "$KEYS_NAMESPACE" delete secret "$KEYS_SECRET" --ignore-not-found || fail "the Secret $KEYS_SECRET could not be removed; run this again."
fi
if [ "$FLUX_BY" = owner ]; then
  say '  Flux is the owner'"'"'s, and stays'
else
  quietly delete --ignore-not-found --wait=true --timeout="$TIMEOUT" -f "$HERE/manifests/flux.yaml" || fail 'Flux could not be removed; run this again.'
  if [ -n "$WITH_DATA" ]; then
    quietly delete --ignore-not-found --wait=true --timeout="$TIMEOUT" -f "$HERE/manifests/flux-definitions.yaml" ||
      fail 'the definitions of Flux could not be removed; run this again.'
    quietly delete namespace "$FLUX_NAMESPACE" --ignore-not-found --wait=true --timeout="$TIMEOUT" ||
      fail "the namespace $FLUX_NAMESPACE does not go; kubectl get namespace $FLUX_NAMESPACE -o yaml says what it waits for."
  fi
fi
say '  done'

if [ -n "$KEYS_PRINCIPAL" ]; then
  say ''
  say "Left at the centre, for an administrator of $CENTRAL:"
  say '- the principals of the cluster: kadmin -p admin, then these lines'
  for principal in $PRINCIPALS; do say "    delprinc -force $principal"; done
  say "- take $CLUSTER out of the estate, then: npx millwright configdb $CENTRAL --prune"
fi
[ -n "$WITH_DATA" ] || say "What holds data is still in the cluster; --with-data removes it."
`;
