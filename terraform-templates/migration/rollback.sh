#!/usr/bin/env bash
# Removes the resources of the flat root from the composed root's state. The flat root's own state was never written, so
# only the flat root manages these resources afterwards. Nothing changes in AWS.
# shellcheck disable=SC2329 # moves.sh calls move, bring, leave, share and keep
set -euo pipefail

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  echo "error: bash ${BASH_VERSION} is too old: this script needs 4.4 or newer" >&2
  exit 4
fi

umask 077

readonly FAILED=1 USAGE=2 NO_TOOL=4

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
work=$here/work
readonly here work

usage() {
  cat <<'TEXT'
usage: rollback.sh --root FOLDER

  --root FOLDER  the composed root (initialised): terraform/envs/NAME

Only the resources that the composed root created itself stay in its state. Afterwards:

  1. Run `terraform apply` in the flat root. If the composed root was not applied, there are no changes. Otherwise this
     restores everything.
  2. Run `terraform destroy` in the composed root. This removes the resources that it created.

Exit codes: 0 done; 1 Terraform failed; 2 wrong arguments; 4 a tool is missing.
TEXT
}

# CODE MESSAGE [HINT]: ends the script.
fail() {
  printf 'error: %s\n' "$2" >&2
  if [[ ${3-} ]]; then
    printf 'hint: %s\n' "$3" >&2
  fi
  exit "$1"
}

root=''

read_arguments() {
  while (($#)); do
    if [[ $1 == --*=* ]]; then
      set -- "${1%%=*}" "${1#*=}" "${@:2}"
    fi
    case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --root)
      [[ ${2-} && ${2-} != -* ]] || fail "$USAGE" "\`--root\` needs a value" "run rollback.sh --help for usage"
      root=$2
      shift
      ;;
    *) fail "$USAGE" "unknown argument \`$1\`" "run rollback.sh --help for usage" ;;
    esac
    shift
  done
  [[ $root ]] || fail "$USAGE" "\`--root\` is missing: it must name the composed root" \
    "run rollback.sh --help for usage"
  [[ -f $root/main.tf ]] || fail "$USAGE" "$root is not a composed root: it has no main.tf"
  [[ -d $root/${TF_DATA_DIR:-.terraform} ]] || fail "$USAGE" "$root is not initialised" "run \`terraform init\` there"
  root=$(cd -- "$root" && pwd)
  command -v terraform >/dev/null || fail "$NO_TOOL" "\`terraform\` is not on the PATH"
}

declare -A there=() noted=()
from_flat=()

note() {
  if [[ ${there[$1]-} && ! ${noted[$1]-} ]]; then
    from_flat+=("$1")
    noted[$1]=yes
  fi
}

# FROM TO: the resource is under the new address, or still under the old one after a push of the whole state.
move() {
  note "$1"
  note "$2"
}
# TARGET KIND ADDRESS
bring() {
  note "$1"
  note "$3"
}
leave() { note "$1"; }
# TARGET: created by the composed root, but it covers a part of a resource of the flat root. Destroying it would remove
# that part.
share() { note "$1"; }
keep() { note "$1"; }

main() {
  read_arguments "$@"
  local addresses address copy own
  mkdir -p -- "$work"
  copy=$(mktemp -- "$work/rolled-back.XXXXXX")
  terraform -chdir="$root" state pull >"$copy" || fail "$FAILED" "the state of $root can't be read"
  if [[ -s $copy ]]; then
    # Not read in a pipe: a failure there would look like a state without resources of the flat root.
    addresses=$(terraform -chdir="$root" state list) || fail "$FAILED" "the state of $root can't be listed"
    while read -r address; do
      [[ ! $address || $address =~ (^|\.)data\. ]] || there[$address]=yes
    done <<<"$addresses"
  fi
  # shellcheck source=/dev/null
  source "$here/moves.sh"
  rm -f -- "$root/migration_imports.tf" "$root/migration_moved.tf"
  if ((${#from_flat[@]} == 0)); then
    echo "the composed root's state has no resources of the flat root"
    return
  fi
  terraform -chdir="$root" state rm "${from_flat[@]}" >/dev/null ||
    fail "$FAILED" "not all resources could be removed from the state" \
      "run this script again; the previous state is in $copy"
  # The flat root manages the leftovers again. Another migration begins with the states at that time.
  rm -f -- "$here/leftovers/terraform.tfstate" "$work"/{flat,root,flat.before,root.before}.tfstate
  own=$((${#there[@]} - ${#from_flat[@]}))
  echo "${#from_flat[@]} removed from the composed root's state (previous state: $copy), $own of its own remain"
  echo
  echo 'next:'
  echo '  terraform apply    # in the flat root'
  if ((own)); then
    echo "  terraform -chdir=$(printf %q "$root") destroy    # removes what the composed root created itself"
  fi
}

main "$@"
