# shellcheck shell=bash
# What the scripts share: messages, arguments, tools, environments and what Terraform put out.

# Older than 4 is only what macOS brings. This stands first, since what follows is an error there.
if ((BASH_VERSINFO[0] < 4)); then
  echo "error: bash ${BASH_VERSION} is too old: 4 or newer is needed" >&2
  exit 4
fi

# Exit codes, as each script's --help says.
readonly FAILED=1 USAGE=2 REFUSED=3 NO_TOOL=4

# Where the tree is: scripts/lib/common.sh is two folders below.
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
readonly tree

# Version 2 of the AWS CLI shows long answers in a pager, which waits for a key.
export AWS_PAGER=''

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

# ------------------------------------------------------------------------------
# Arguments
# ------------------------------------------------------------------------------

# What is no option, in order; the options by name, those that are switches with yes or no.
words=()
declare -A option=([wait]=yes [dry-run]=no [yes]=no)

# TAKES ARGUMENT…: sorts the arguments into `words` and `option`. TAKES are the options with a value that this script
# has beside --region, as ` service target `.
read_arguments() {
  local takes=" region $1 "
  shift
  while (($#)); do
    if [[ $1 == --*=* ]]; then
      set -- "${1%%=*}" "${1#*=}" "${@:2}"
    fi
    case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --yes | --dry-run | --wait) option[${1#--}]=yes ;;
    --no-wait) option[wait]=no ;;
    -*)
      [[ $takes == *" ${1#--} "* ]] || wrong "there is no option \`$1\`"
      [[ ${2-} && ${2-} != -* ]] || wrong "\`$1\` wants a value"
      option[${1#--}]=$2
      shift
      ;;
    *) words+=("$1") ;;
    esac
    shift
  done
  if [[ ${option[region]-} && ! ${option[region]} =~ ^[a-z]{2}(-[a-z]+)+-[0-9]$ ]]; then
    wrong "\`${option[region]}\` is not an AWS region, such as eu-west-1"
  fi
}

# MESSAGE: the arguments are wrong.
wrong() {
  fail "$USAGE" "$1" "$(basename -- "$0") --help says what there is"
}

# QUESTION: in an environment of profile prod, asks before something changes.
confirm() {
  if [[ $profile != prod || ${option[yes]} == yes ]]; then
    return
  fi
  if [[ ! -t 0 ]]; then
    fail "$REFUSED" "\`$environment\` is a production environment, and there is no terminal to ask at" "say --yes"
  fi
  local answer=''
  read -r -p "$1 in production? [y/N] " answer || true
  [[ $answer == [yY] || $answer == [yY][eE][sS] ]] || fail "$REFUSED" "not confirmed, nothing was changed"
}

# ------------------------------------------------------------------------------
# Tools, environment, outputs
# ------------------------------------------------------------------------------

check_tools() {
  local tool
  for tool in terraform aws jq; do
    command -v "$tool" >/dev/null || fail "$NO_TOOL" "\`$tool\` is not on the PATH" "terraform, aws and jq are needed"
  done
}

environment=''
# The kind of its defaults: dev, bench or prod.
profile=''
# Every environment that was composed, for messages.
environments=''
outputs=''

# NAME [FEATURE]: makes it the environment and changes into its folder. With a feature only environments that have it
# will do.
enter() {
  local name=${1-} other kind features folder
  while read -r other kind features; do
    [[ ! ${2-} || " $features " == *" $2 "* ]] || continue
    environments+="${environments:+, }$other"
    if [[ $other == "$name" ]]; then
      environment=$name profile=$kind
    fi
  done <"$tree/scripts/environments"
  folder=terraform/envs/$name
  case $name in
  '') fail "$USAGE" "which environment?" "environments are $environments" ;;
  up | down | restart | status)
    # As it was called when there was one environment only.
    fail "$USAGE" "the environment comes first, then \`$name\`" \
      "environments are $environments, so for example: $(basename -- "$0") ${environments%%,*} ${words[*]}"
    ;;
  "$environment") ;;
  *) fail "$USAGE" "there is no environment \`$name\`${2+ with a $2}" "environments are $environments" ;;
  esac
  if [[ ! -d $tree/$folder ]]; then
    fail "$USAGE" "\`$name\` was composed, but $folder is missing" "environments are $environments"
  fi
  cd -- "$tree/$folder" || fail "$USAGE" "$folder can't be entered"
  if [[ ! -d ${TF_DATA_DIR:-.terraform} ]]; then
    fail "$USAGE" "\`$name\` is not initialised" \
      "run \`terraform init\` in $folder, as its README says; environments are $environments"
  fi
}

# All outputs at once: each time Terraform asks its backend for the state.
read_outputs() {
  outputs=$(terraform output -json) || fail "$FAILED" "Terraform can't read the outputs of \`$environment\`"
  if [[ $outputs == '{}' ]]; then
    fail "$FAILED" "\`$environment\` has no outputs: nothing was applied yet" \
      "run \`terraform apply\` in terraform/envs/$environment"
  fi
}

# NAME [FILTER]: an output's value, or what the jq filter makes of it.
output() {
  jq -er --arg name "$1" ".[\$name] | select(. != null) | .value | ${2:-.}" <<<"$outputs" ||
    fail "$FAILED" "\`$environment\` has no output \`$1\`" \
      "run \`terraform apply\` in terraform/envs/$environment: its state is of an older tree"
}
