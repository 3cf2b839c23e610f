#!/usr/bin/env bash
# Takes out of the composed root's state what came from the flat root, whose own state was never written: from then on
# only the flat root manages it again. Nothing changes in AWS.
# shellcheck disable=SC2329 # moves.sh calls move, bring, leave, share and keep
set -euo pipefail

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  echo "error: bash ${BASH_VERSION} is too old: 4.4 or newer is needed" >&2
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

  --root FOLDER  the composed root, initialised: terraform/envs/NAME

What stays in its state is what it made itself. Then:

  1. `terraform apply` in the flat root: no changes, if the composed root was not applied; else it puts everything back
  2. `terraform destroy` in the composed root, which takes away what that had made

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
      [[ ${2-} && ${2-} != -* ]] || fail "$USAGE" "\`--root\` wants a value" "rollback.sh --help says what there is"
      root=$2
      shift
      ;;
    *) fail "$USAGE" "there is no \`$1\`" "rollback.sh --help says what there is" ;;
    esac
    shift
  done
  [[ $root ]] || fail "$USAGE" "where is the composed root? \`--root\` is missing" "rollback.sh --help says what there is"
  [[ -f $root/main.tf ]] || fail "$USAGE" "$root is no composed root: it has no main.tf"
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

# FROM TO: under the new address, or still under the old one after a push of the whole state.
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
# TARGET: made by the composed root, but over a part of what the flat root has: its end would take that away.
share() { note "$1"; }
keep() { note "$1"; }

main() {
  read_arguments "$@"
  local addresses address copy own
  mkdir -p -- "$work"
  copy=$(mktemp -- "$work/rolled-back.XXXXXX")
  terraform -chdir="$root" state pull >"$copy" || fail "$FAILED" "the state of $root can't be read"
  if [[ -s $copy ]]; then
    # Not read in a pipe: what fails there would look like a state without anything of the flat root.
    addresses=$(terraform -chdir="$root" state list) || fail "$FAILED" "the state of $root can't be listed"
    while read -r address; do
      [[ ! $address || $address =~ (^|\.)data\. ]] || there[$address]=yes
    done <<<"$addresses"
  fi
  # shellcheck source=/dev/null
  source "$here/moves.sh"
  rm -f -- "$root/migration_imports.tf" "$root/migration_moved.tf"
  if ((${#from_flat[@]} == 0)); then
    echo "nothing of the flat root is in the composed root's state"
    return
  fi
  terraform -chdir="$root" state rm "${from_flat[@]}" >/dev/null ||
    fail "$FAILED" "not all could be taken out of the state" "run this again; the state as it was is in $copy"
  # The leftovers are the flat root's again, and a further migration begins with the states as they are then.
  rm -f -- "$here/leftovers/terraform.tfstate" "$work"/{flat,root,flat.before,root.before}.tfstate
  own=$((${#there[@]} - ${#from_flat[@]}))
  echo "${#from_flat[@]} taken out of the composed root's state, as it was in $copy; $own are its own"
  echo
  echo 'next:'
  echo '  terraform apply    # in the flat root'
  if ((own)); then
    echo "  terraform -chdir=$(printf %q "$root") destroy    # takes away what the composed root had made itself"
  fi
}

main "$@"
