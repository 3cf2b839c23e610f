# shellcheck shell=bash
# What the scripts share: messages, arguments, tools, environments and what Terraform put out.

# macOS brings 3.2. Before 4.4, `set -u` takes an empty array for one that is not set. This stands first, since what
# follows is an error there.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  echo "error: bash ${BASH_VERSION} is too old: 4.4 or newer is needed" >&2
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

# WORD WORDS: whether it is one of the words.
is_among() {
  [[ $1 =~ ^[a-z]+$ && " $2 " == *" $1 "* ]]
}

# What is no option, in order; the options by name, those that are switches with yes or no; the options as they were
# typed, to repeat a call in a message.
words=()
declare -A option=([wait]=yes [dry-run]=no [yes]=no)
typed=()

# TAKES FLAT ARGUMENT…: sorts the arguments into `words` and `option`. TAKES are the options with a value that this script
# has beside --region, as `service target`. FLAT are those that it had in the flat layout only, where a `=` follows those
# with a value, as `from-terraform cluster=`; they are not in `typed`.
read_arguments() {
  local takes=" region $1 " flat=" $2 " name
  shift 2
  while (($#)); do
    if [[ $1 == --*=* ]]; then
      set -- "${1%%=*}" "${1#*=}" "${@:2}"
    fi
    name=${1#--}
    case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --yes | --dry-run | --wait)
      option[$name]=yes
      typed+=("$1")
      ;;
    --no-wait)
      option[wait]=no
      typed+=("$1")
      ;;
    -*)
      if [[ $name =~ ^[a-z-]+$ && $flat == *" $name "* ]]; then
        option[$name]=yes
      elif [[ $name =~ ^[a-z-]+$ && $takes$flat =~ \ $name=?\  ]]; then
        [[ ${2-} && ${2-} != -* ]] || wrong "\`$1\` wants a value"
        option[$name]=$2
        [[ $flat == *" $name= "* ]] || typed+=("$1" "$2")
        shift
      else
        wrong "there is no option \`$1\`"
      fi
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

# NAME COMMANDS [FEATURE]: makes it the environment and changes into its folder. COMMANDS are the words that the script
# takes after it, as `up down`: no environment can have such a name. With a feature only environments that have it will do.
enter() {
  local name=$1 feature=${3-} other kind features folder
  while read -r other kind features; do
    [[ ! $feature || " $features " == *" $feature "* ]] || continue
    environments+="${environments:+, }$other"
    if [[ $other == "$name" ]]; then
      environment=$name profile=$kind
    fi
  done <"$tree/scripts/environments"
  folder=terraform/envs/$name
  if [[ ! $name ]]; then
    fail "$USAGE" "which environment?" "environments are $environments"
  elif is_among "$name" "$2"; then
    without_environment
  elif [[ ! $environment ]]; then
    fail "$USAGE" "there is no environment \`$name\`${feature:+ with a $feature}" "environments are $environments"
  elif [[ ! -d $tree/$folder ]]; then
    fail "$USAGE" "\`$name\` was composed, but $folder is missing" "environments are $environments"
  fi
  cd -- "$tree/$folder" || fail "$USAGE" "$folder can't be entered"
  if [[ ! -d ${TF_DATA_DIR:-.terraform} ]]; then
    fail "$USAGE" "\`$name\` is not initialised" \
      "run \`terraform init\` in $folder, as its README says; environments are $environments"
  fi
}

# Answers a call that begins with a command: one of the flat layout, which had no environments, or one with its words
# the wrong way round.
without_environment() {
  local word rest=() named=''
  for word in "${words[@]}"; do
    if [[ ! $named && ", $environments, " == *", $word, "* ]]; then
      named=$word
    else
      rest+=("$word")
    fi
  done
  named=${named:-${environments%%,*}}
  fail "$USAGE" "the environment comes first, then \`${words[0]}\`" \
    "environments are $environments; with $named: $(instead "$named" "${rest[@]}")"
}

# ENVIRONMENT WORD…: what to do for an environment in place of what was called, which ends with a call. A script where
# that is more than another call has a function of its own for it.
instead() {
  call "$@"
}

# ENVIRONMENT WORD…: the call with these words and the options as they were typed.
call() {
  printf '%s' "$(basename -- "$0")"
  printf ' %q' "$@" "${typed[@]}"
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
