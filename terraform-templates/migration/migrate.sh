#!/usr/bin/env bash
# Moves the resources in the flat root's state to the composed root's state. The script works on copies: it reads the
# flat root's own state and never writes it, and nothing changes in AWS before you apply the composed root.
# shellcheck disable=SC2329 # moves.sh calls move, bring, leave, share and keep
set -euo pipefail

# macOS has bash 3.2. Before 4.4, `set -u` treats an empty array as unset. This check comes first, because the code
# below is an error in old versions.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  echo "error: bash ${BASH_VERSION} is too old: this script needs 4.4 or newer" >&2
  exit 4
fi

# A state can contain secrets, such as Grafana's password.
umask 077

readonly FAILED=1 USAGE=2 REFUSED=3 NO_TOOL=4

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
work=$here/work
readonly here work

usage() {
  cat <<'TEXT'
usage: migrate.sh --flat FOLDER --root FOLDER [options]

  --flat FOLDER  the flat root (initialised), or a file with its state
  --root FOLDER  the composed root (initialised): terraform/envs/NAME

  --way mv       move each resource with `terraform state mv` and push the result (default)
  --way moved    push the whole state; the `moved` blocks of moved.tf then move the resources in the first plan
  --no-push      work only on the copies, and do not change the composed root
  --over-state   continue even if the composed root's state already has resources

The copies are in `work` beside this script. If the script is interrupted, run it again: it continues and keeps what is
already done.

Exit codes: 0 done; 1 Terraform or AWS failed; 2 wrong arguments; 3 refused, the script prints the reason; 4 a tool is
missing.
TEXT
}

say() {
  printf '%s\n' "$*"
}

# CODE MESSAGE [HINT]: ends the script.
fail() {
  printf 'error: %s\n' "$2" >&2
  if [[ ${3-} ]]; then
    printf 'hint: %s\n' "$3" >&2
  fi
  exit "$1"
}

wrong() {
  fail "$USAGE" "$1" "run migrate.sh --help for usage"
}

# ------------------------------------------------------------------------------
# Arguments
# ------------------------------------------------------------------------------

flat='' root='' way=mv push=yes over_state=no

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
    --no-push) push=no ;;
    --over-state) over_state=yes ;;
    --flat | --root | --way)
      [[ ${2-} && ${2-} != -* ]] || wrong "\`$1\` needs a value"
      case $1 in
      --flat) flat=$2 ;;
      --root) root=$2 ;;
      --way) way=$2 ;;
      esac
      shift
      ;;
    *) wrong "unknown argument \`$1\`" ;;
    esac
    shift
  done
  [[ $flat ]] || wrong "\`--flat\` is missing: it must name the flat root"
  [[ $root ]] || wrong "\`--root\` is missing: it must name the composed root"
  [[ $way == mv || $way == moved ]] || wrong "\`--way\` must be mv or moved"
  [[ -e $flat ]] || fail "$USAGE" "$flat does not exist"
  [[ -f $root/main.tf ]] || fail "$USAGE" "$root is not a composed root: it has no main.tf"
  [[ -d $root/${TF_DATA_DIR:-.terraform} ]] || fail "$USAGE" "$root is not initialised" "run \`terraform init\` there"
  if [[ -d $flat && ! -d $flat/${TF_DATA_DIR:-.terraform} ]]; then
    fail "$USAGE" "$flat is not initialised" "run \`terraform init\` there"
  fi
  root=$(cd -- "$root" && pwd)
}

check_tools() {
  local tool
  for tool in terraform jq; do
    command -v "$tool" >/dev/null || fail "$NO_TOOL" "\`$tool\` is not on the PATH" "this script needs terraform and jq"
  done
}

# ------------------------------------------------------------------------------
# Reading states
# ------------------------------------------------------------------------------

# Runs Terraform on files only: without configuration, backend or workspace.
on_files() {
  env -u TF_WORKSPACE -u TF_DATA_DIR terraform -chdir="$work" "$@"
}

# FILE: prints the number of resources in the state in this file, without data sources.
count() {
  jq '[.resources[]? | select(.mode == "managed") | .instances[]] | length' "$1"
}

# FILE: sets `listed` to the addresses in the state in this file. Old versions of bash treat `listed` as unbound when it
# is empty. The output is not read in a pipe: a failure there would look like an empty state.
list() {
  listed=()
  if [[ -s $1 ]] && (($(jq '.resources | length' "$1") > 0)); then
    local text
    text=$(on_files state list -state="$1") || fail "$FAILED" "the state in $1 can't be listed"
    [[ ! $text ]] || mapfile -t listed <<<"$text"
  fi
}

# FILE: writes the flat root's current state to this file, without data sources. Terraform reads data sources again,
# and one contains a password.
read_flat() {
  local state=$flat
  if [[ -d $flat ]]; then
    terraform -chdir="$flat" state pull >"$1.pulled" || fail "$FAILED" "the state of $flat can't be read"
    state=$1.pulled
  fi
  jq '.resources |= map(select(.mode == "managed"))' "$state" >"$1" 2>/dev/null ||
    fail "$USAGE" "$flat has no readable state"
  rm -f -- "$1.pulled"
}

# ------------------------------------------------------------------------------
# Comparing the state with moves.sh
# ------------------------------------------------------------------------------

# moves.sh calls these functions for each address. Each step of this script defines its own versions.
move() { :; }
bring() { :; }
leave() { :; }
share() { :; }
keep() { :; }

declare -A fate=()
listed=()

# FILE: prints the address and the reason, separated by a tab, of each resource that Terraform would replace or destroy,
# or cannot plan.
unsettled() {
  jq -r '
    .resources[] | . as $resource | .instances[] |
    (($resource.module // "") + (if $resource.module then "." else "" end) + $resource.type + "." + $resource.name +
      (if has("index_key") then "[\(.index_key | tojson)]" else "" end)) as $address |
    (if .status == "tainted" then [$address, "is tainted"] else empty end),
    (if .deposed then [$address, "has a deposed object"] else empty end),
    (if $resource.provider // "" | startswith("provider[\"registry.terraform.io/hashicorp/aws\"]") then empty
      else [$address, "uses \($resource.provider)"] end) |
    @tsv
  ' "$1"
}

# Refuses resources that moves.sh does not list, and resources that are tainted, deposed or of another provider: in both
# cases the plan would do more than move.
check_flat() {
  mkdir -p -- "$work"
  read_flat "$work/flat.now.tfstate"
  (($(count "$work/flat.now.tfstate") > 0)) || fail "$REFUSED" "the flat root's state has no resources"
  local address reason unnamed=() unrest=() unsettled
  move() { fate[$1]=moves; }
  bring() { fate[$3]=${fate[$3]-imported}; }
  leave() { fate[$1]=stays; }
  keep() { fate[$1]=stays; }
  # shellcheck source=/dev/null
  source "$here/moves.sh"
  list "$work/flat.now.tfstate"
  for address in ${listed[@]+"${listed[@]}"}; do
    [[ ${fate[$address]-} ]] || unnamed+=("$address")
  done
  if ((${#unnamed[@]})); then
    printf '  %s\n' "${unnamed[@]}" >&2
    fail "$REFUSED" "the flat root's state has the resources above, but moves.sh does not list them" \
      "create this folder again from the whole current state"
  fi
  unsettled=$(unsettled "$work/flat.now.tfstate") || fail "$FAILED" "the flat root's state can't be read"
  while IFS=$'\t' read -r address reason; do
    [[ ! $address || ${fate[$address]-} != moves ]] || unrest+=("$address $reason")
  done <<<"$unsettled"
  if ((${#unrest[@]})); then
    printf '  %s\n' "${unrest[@]}" >&2
    fail "$REFUSED" \
      "the flat root is not ready to migrate: the first plan would replace or destroy the resources above" \
      "apply in the flat root until \`terraform plan\` shows \`No changes\`, and run this script again"
  fi
}

# ------------------------------------------------------------------------------
# The two copies
# ------------------------------------------------------------------------------

# FILE: prints the parts of the state that stay the same between two runs of `terraform state pull` while nobody changes
# anything. The order of check results differs each time. Outputs and the serial do not matter for the move.
stable() {
  jq -S '[.lineage, (.resources | map(.instances |= map(
    if has("sensitive_attributes") then .sensitive_attributes |= sort else . end |
    if has("dependencies") then .dependencies |= sort else . end)))]' "$1"
}

copy_states() {
  if [[ -s $work/flat.before.tfstate ]]; then
    [[ $(stable "$work/flat.now.tfstate") == "$(stable "$work/flat.before.tfstate")" ]] ||
      fail "$REFUSED" "the flat root's state has changed since it was copied" \
        "if nothing was pushed yet, remove $work and run this script again"
    rm -f -- "$work/flat.now.tfstate"
  else
    mv -- "$work/flat.now.tfstate" "$work/flat.before.tfstate"
  fi
  [[ -s $work/flat.tfstate ]] || copy "$work/flat.before.tfstate" "$work/flat.tfstate"

  terraform -chdir="$root" state pull >"$work/root.now.tfstate" || fail "$FAILED" "the state of $root can't be read"
  [[ -s $work/root.now.tfstate ]] || echo '{}' >"$work/root.now.tfstate"
  [[ -e $work/root.before.tfstate ]] || copy "$work/root.now.tfstate" "$work/root.before.tfstate"
}

# FROM TO: copies the whole file or nothing.
copy() {
  cp -- "$1" "$2.part"
  mv -- "$2.part" "$2"
}

# ------------------------------------------------------------------------------
# Moves
# ------------------------------------------------------------------------------

declare -A in_flat=() in_root=() target=() stays=()
moved=0 found=0 absent=()

# FROM TO: moves a resource to another address.
move_one() {
  target[$1]=$2
  if [[ ${in_root[$2]-} ]]; then
    found=$((found + 1))
    # An earlier run was interrupted between the two files: the resource is in both.
    [[ ! ${in_flat[$1]-} ]] || quietly state rm -state="$work/flat.tfstate" \
      -backup="$work/flat.backup.tfstate" "$1"
  elif [[ ${in_flat[$1]-} ]]; then
    quietly state mv -state="$work/flat.tfstate" -state-out="$work/root.tfstate" \
      -backup="$work/flat.backup.tfstate" -backup-out="$work/root.backup.tfstate" "$1" "$2"
    moved=$((moved + 1))
  else
    absent+=("$1")
  fi
}

# COMMAND…: runs Terraform on files, and shows its output only if it fails.
quietly() {
  local output
  output=$(on_files "$@" 2>&1) || {
    printf '%s\n' "$output" >&2
    fail "$FAILED" "a copy of the state could not be changed" \
      "fix the cause and run this script again: it continues from there"
  }
}

move_all() {
  local address
  if [[ ! -e $work/root.tfstate ]] && [[ $(jq 'has("version")' "$work/root.before.tfstate") == true ]]; then
    copy "$work/root.before.tfstate" "$work/root.tfstate"
  fi
  list "$work/flat.tfstate"
  for address in ${listed[@]+"${listed[@]}"}; do in_flat[$address]=yes; done
  list "$work/root.tfstate"
  for address in ${listed[@]+"${listed[@]}"}; do in_root[$address]=yes; done
  move() { move_one "$@"; }
  bring() { :; }
  leave() { :; }
  keep() { :; }
  # shellcheck source=/dev/null
  source "$here/moves.sh"
  if ((${#absent[@]})); then
    printf '  %s\n' "${absent[@]}" >&2
    fail "$REFUSED" "the flat root's state no longer has the resources above, which moves.sh lists" \
      "create this folder again from the current state"
  fi
  say "$moved moved, $found already moved before"
}

# ------------------------------------------------------------------------------
# IDs for imports
# ------------------------------------------------------------------------------

# ADDRESS ATTRIBUTE: prints the value in the flat root, for a resource without an index.
attribute() {
  jq -r --arg type "${1%%.*}" --arg name "${1#*.}" --arg attribute "$2" '
    .resources[] | select(.module == null and .type == $type and .name == $name) |
    .instances[] | select(.deposed | not) | .attributes[$attribute] // empty
  ' "$work/flat.before.tfstate"
}

# TARGET KIND ADDRESS: finds the ID for the import of the target. In the flat root, the target is the resource at
# ADDRESS or a part of it.
find_id() {
  local id='' group
  [[ $(blank "$1") == yes ]] || return 0
  case $2 in
  route)
    id=$(attribute "$3" id)
    [[ ! $id ]] || id+=_0.0.0.0/0
    ;;
  rule) id=$(attribute "$3" security_group_rule_id) ;;
  insights-log)
    id=$(attribute "$3" name)
    [[ ! $id ]] || id=/aws/ecs/containerinsights/$id/performance
    ;;
  dsql-egress)
    group=$(attribute "$3" id)
    if [[ $group ]] && command -v aws >/dev/null; then
      id=$(AWS_PAGER='' aws ec2 describe-security-group-rules --region "$(attribute "$3" arn | cut -d: -f4)" \
        --filters "Name=group-id,Values=$group" --output text --query \
        "SecurityGroupRules[?IsEgress && IpProtocol=='tcp' && FromPort==\`5432\` && ToPort==\`5432\` && CidrIpv4=='0.0.0.0/0'].SecurityGroupRuleId") ||
        id=''
    fi
    ;;
  esac
  # Any other text in a state or an answer is not an ID, and could be code in imports.tf.
  if [[ $id =~ ^[a-z]+-[0-9A-Za-z]+(_0\.0\.0\.0/0)?$ ||
    $id =~ ^/aws/ecs/containerinsights/[0-9A-Za-z_-]{1,255}/performance$ ]]; then
    fill "$1" "$id"
  fi
}

# TARGET: prints whether its ID still has to be filled in.
blank() {
  awk -v target="$1" '$1 == "to" && substr($0, index($0, "=") + 2) == target { here = 1 }
    here && $1 == "id" { print ($3 == "\"FILL-IN\"") ? "yes" : "no"; exit }' "$work/imports.tf"
}

# TARGET ID
fill() {
  awk -v target="$1" -v id="$2" '$1 == "to" && substr($0, index($0, "=") + 2) == target { here = 1 }
    here && $1 == "id" { sub(/"FILL-IN"/, "\"" id "\""); here = 0 } { print }' "$work/imports.tf" >"$work/imports.part"
  mv -- "$work/imports.part" "$work/imports.tf"
}

find_ids() {
  copy "$here/imports.tf" "$work/imports.tf"
  move() { :; }
  bring() { find_id "$@"; }
  # shellcheck source=/dev/null
  source "$here/moves.sh"
  if grep -q '"FILL-IN"' "$work/imports.tf"; then
    grep -B 4 '"FILL-IN"' "$work/imports.tf" >&2
    fail "$REFUSED" "the IDs of the resources above are unknown" \
      "enter them in imports.tf with the command that is given there, and run this script again"
  fi
}

# ------------------------------------------------------------------------------
# Resources that stay behind
# ------------------------------------------------------------------------------

# Resources that nothing needs after the new tasks run get their own root, whose state contains nothing else. Resources
# that moves.sh does not list stay only in the flat root's state.
set_leftovers_apart() {
  local address others=() state=$here/leftovers/terraform.tfstate
  [[ ! -e $state ]] || return 0
  bring() { :; }
  leave() { stays[$1]=yes; }
  # shellcheck source=/dev/null
  source "$here/moves.sh"
  copy "$work/flat.tfstate" "$work/leftovers.tfstate"
  list "$work/leftovers.tfstate"
  for address in ${listed[@]+"${listed[@]}"}; do
    [[ ${stays[$address]-} ]] || others+=("$address")
  done
  if ((${#others[@]})); then
    quietly state rm -state="$work/leftovers.tfstate" -backup="$work/leftovers.backup.tfstate" "${others[@]}"
  fi
  mv -- "$work/leftovers.tfstate" "$state"
}

# ------------------------------------------------------------------------------
# Push
# ------------------------------------------------------------------------------

# FILE: checks that every moved resource is in this state, under its old or its new address.
has_all() {
  local address
  local -A there=()
  list "$1"
  for address in ${listed[@]+"${listed[@]}"}; do there[$address]=yes; done
  for address in "${!target[@]}"; do
    [[ ${there[$address]-} || ${there[${target[$address]}]-} ]] || return 1
  done
}

push_state() {
  local state=$work/root.tfstate
  if has_all "$work/root.now.tfstate"; then
    say "the composed root's state already has all resources: nothing to push"
    return
  fi
  if (($(count "$work/root.now.tfstate") > 0)) && [[ $over_state == no ]]; then
    fail "$REFUSED" "the composed root's state already has resources" \
      "list them with \`terraform state list\`; use \`--over-state\` to add to them"
  fi
  if [[ $way == moved ]]; then
    (($(count "$work/root.now.tfstate") == 0)) ||
      fail "$REFUSED" "\`--way moved\` pushes a whole state, so the composed root's state must be empty" \
        "use \`--way mv\`"
    state=$work/root.whole.tfstate
    # Use the lineage of the existing state, or Terraform rejects the push as a state of another root.
    jq --slurpfile now "$work/root.now.tfstate" '
      if $now[0] | has("lineage") then .lineage = $now[0].lineage | .serial = $now[0].serial + 1 else . end
    ' "$work/flat.before.tfstate" >"$state"
  fi
  terraform -chdir="$root" state push "$state" || fail "$FAILED" "the state could not be pushed" "nothing was changed"
  say "pushed: the composed root's state has $(count "$state") resources"
}

put_blocks() {
  copy "$work/imports.tf" "$root/migration_imports.tf"
  rm -f -- "$root/migration_moved.tf"
  [[ $way == mv ]] || copy "$here/moved.tf" "$root/migration_moved.tf"
}

main() {
  read_arguments "$@"
  check_tools
  check_flat
  copy_states
  move_all
  find_ids
  set_leftovers_apart
  if [[ $push == no ]]; then
    say "the copies are in $work, nothing was pushed"
    return
  fi
  push_state
  put_blocks
  say ''
  say 'next: create a plan that destroys and replaces nothing (see MIGRATION.md):'
  say "  terraform -chdir=$(printf %q "$root") plan -out=migration.tfplan"
}

main "$@"
