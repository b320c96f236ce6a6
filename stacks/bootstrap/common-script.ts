/**
 * What `bootstrap.sh` and `remove.sh` share: what they say, how they call kubectl, which cluster they stand before. POSIX shell. Takes the variables of
 * `bootstrapFiles`, and from the options CONTEXT, FORCE, YES and TIMEOUT.
 */
export const COMMON_SCRIPT = String.raw`
set -eu +a
export LC_ALL=C
umask 077
ME=$(basename -- "$0")
HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
CONTEXT=''
FORCE=''
YES=''
TIMEOUT='600s'
# Flux applies under this name: what is applied here, and then by Flux from the tree, has one owner and no conflict.
MANAGER='kustomize-controller'

say() { printf '%s\n' "$*"; }
step() { printf '\n%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "$ME" "$*" >&2
  exit 1
}
wrong() {
  printf '%s: %s\n(%s --help tells what there is)\n' "$ME" "$*" "$ME" >&2
  exit 2
}
# Stops, unless --force was given.
doubt() {
  [ -z "$FORCE" ] || { say "  $* Going on, because of --force."; return 0; }
  fail "$* Nothing was changed. If this is meant, run it again with --force."
}
# What needs a value.
needs_value() { [ "$2" -ge 2 ] || wrong "$1 needs a value"; }

k() { kubectl --context "$CONTEXT" "$@"; }
# What cannot be asked is not taken for what is not there.
is_there() {
  found_name=$(k get "$@" --ignore-not-found -o name) || fail "$server does not say whether there is $*; run this again."
  [ -n "$found_name" ]
}
# Whether there are objects of a kind.
are_there() {
  found_name=$(k get "$@" -o name) || fail "$server does not list $*; run this again."
  [ -n "$found_name" ]
}
has_definition() { is_there customresourcedefinition "$1"; }
# Calls kubectl; shows what it says only when it fails.
quietly() {
  answer=$(k "$@" 2>&1) || {
    printf '%s\n' "$answer" >&2
    return 1
  }
}
apply() {
  quietly apply --server-side --force-conflicts --field-manager="$MANAGER" -f "$HERE/manifests/$1" ||
    fail "$1 could not be applied; mend what is said above, and run this again."
}

# Which cluster this is: tells it, and stops before one that the estate does not describe.
look_at_cluster() {
  command -v kubectl > /dev/null || fail 'kubectl is not there; install it, of version 1.28 or later.'
  client=$(kubectl version --client -o json 2> /dev/null | tr -d '\n' | sed -n 's/.*"gitVersion": *"v1\.\([0-9]*\).*/\1/p')
  [ -n "$client" ] || fail 'kubectl does not tell its version; install 1.28 or later. Nothing was changed.'
  [ "$client" -ge 28 ] || fail "kubectl is of version 1.$client; install 1.28 or later. Nothing was changed."
  if [ -z "$CONTEXT" ]; then
    CONTEXT=$(kubectl config current-context 2> /dev/null) || fail 'kubectl has no current context; name one with --context.'
  fi
  server=$(kubectl config view --minify --context "$CONTEXT" -o 'jsonpath={.clusters[0].cluster.server}') ||
    fail "there is no context $CONTEXT; kubectl config get-contexts lists them."
  say "  context     $CONTEXT"
  say "  API server  $server"
  version=$(k --request-timeout=30s get --raw /version) || fail "$server does not answer; nothing was changed."
  version=$(printf '%s' "$version" | tr -d '\n' | sed -n 's/.*"gitVersion": *"v\([0-9]*\.[0-9]*\).*/\1/p')
  say "  Kubernetes  $version"
  [ "$version" = "$KUBERNETES" ] ||
    doubt "$CLUSTER has Kubernetes $KUBERNETES in the estate, and this is $version: state the version, or upgrade the cluster."
  look_at_nodes
}

look_at_nodes() {
  nodes=$(k get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{end}') || fail 'the nodes cannot be listed; are you an administrator of the cluster?'
  if [ -z "$NODES" ]; then
    say "  nodes       $nodes(the estate names none of $CLUSTER)"
    return 0
  fi
  known='' strange='' missing=''
  for node in $nodes; do
    case " $NODES " in
      *" $node "*) known="$known $node" ;;
      *) strange="$strange $node" ;;
    esac
  done
  for node in $NODES; do
    case " $nodes " in
      *" $node "*) ;;
      *) missing="$missing $node" ;;
    esac
  done
  [ -z "$known" ] || say "  nodes      $known"
  [ -z "$missing" ] || say "  not joined $missing"
  [ -n "$known" ] || doubt "No node of this cluster is one of $CLUSTER's ($NODES): is it the right cluster?"
  [ -z "$strange" ] || doubt "The estate does not know the nodes$strange of this cluster: is it $CLUSTER?"
}

# Which repository and wiring is in the cluster already.
look_at_repository() {
  has_definition gitrepositories.source.toolkit.fluxcd.io || return 0
  url=$(k -n "$FLUX_NAMESPACE" get gitrepositories.source.toolkit.fluxcd.io cluster --ignore-not-found -o 'jsonpath={.spec.url}')
  if [ -n "$url" ] && [ "$url" != "$REPOSITORY" ]; then
    fail "this cluster follows $url already, and $CLUSTER's repository is $REPOSITORY: another cluster, or a repository that moved (docs/bootstrap.md). Nothing was changed."
  fi
  [ -z "$url" ] || say "  follows     $url"
}

confirm() {
  [ -z "$YES" ] || return 0
  [ -t 0 ] || fail "nobody is there to ask whether $CONTEXT is $CLUSTER; run it with --yes. Nothing was changed."
  printf '\n%s Type the name of the cluster to go on: ' "$1"
  IFS= read -r typed || typed=''
  [ "$typed" = "$CLUSTER" ] || fail 'that is another name; nothing was changed.'
}
`;
