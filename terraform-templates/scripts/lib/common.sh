# shellcheck shell=bash
# Functions that all scripts use: messages, arguments, tools, environments and Terraform outputs.

# macOS has bash 3.2. Before 4.4, `set -u` treats an empty array as unset. This check comes first, because the code
# below is an error in old versions.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  echo "error: bash ${BASH_VERSION} is too old: this script needs 4.4 or newer" >&2
  exit 4
fi

# Exit codes, as each script's --help describes them.
readonly FAILED=1 USAGE=2 REFUSED=3 NO_TOOL=4

# The folder with all files: scripts/lib/common.sh is two folders below it.
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
  [[ $1 =~ ^[a-z-]+$ && " $2 " == *" $1 "* ]]
}

# The arguments that are not options, in order; the options by name, with yes or no for switches; the options as the
# user typed them, to repeat a call in a message.
words=()
declare -A option=([wait]=yes [dry-run]=no [yes]=no)
typed=()

# TAKES FLAT ARGUMENT…: sorts the arguments into `words` and `option`. TAKES lists this script's options with a value,
# other than --region, such as `service target`, and `wait` if the script takes --wait and --no-wait. FLAT lists options
# that messages don't repeat, such as those that existed only in the flat layout: `from-terraform cluster=`. A `=` follows
# an option with a value. They are not added to `typed`.
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
    --yes | --dry-run)
      option[$name]=yes
      typed+=("$1")
      ;;
    --wait | --no-wait)
      [[ $takes == *' wait '* ]] || wrong "unknown option \`$1\`"
      option[wait]=yes
      [[ $1 == --wait ]] || option[wait]=no
      typed+=("$1")
      ;;
    -*)
      if [[ $name =~ ^[a-z-]+$ && $flat == *" $name "* ]]; then
        option[$name]=yes
      elif [[ $name =~ ^[a-z-]+$ && $takes$flat =~ \ $name=?\  ]]; then
        [[ ${2-} && ${2-} != -* ]] || wrong "\`$1\` needs a value"
        option[$name]=$2
        [[ $flat == *" $name= "* ]] || typed+=("$1" "$2")
        shift
      else
        wrong "unknown option \`$1\`"
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

# MESSAGE: ends the script because the arguments are wrong.
wrong() {
  fail "$USAGE" "$1" "run $(basename -- "$0") --help for usage"
}

# COMMANDS: ends the script unless the second word is one of these commands.
expect_command() {
  local all=${1// /, }
  [[ ${words[1]-} ]] || wrong "no command given: use ${all%, *} or ${all##*, }"
  is_among "${words[1]}" "$1" || wrong "unknown command \`${words[1]}\`"
}

end_of_dry_run() {
  if [[ ${option[dry-run]} == yes ]]; then
    say "dry run: nothing was changed"
    exit 0
  fi
}

# QUESTION: in an environment with the profile prod, asks for confirmation before a change.
confirm() {
  if [[ $profile != prod || ${option[yes]} == yes ]]; then
    return
  fi
  if [[ ! -t 0 ]]; then
    fail "$REFUSED" "\`$environment\` is a production environment, and there is no terminal to ask for confirmation" \
      "use --yes"
  fi
  local answer=''
  read -r -p "$1 in production? [y/N] " answer || true
  [[ $answer == [yY] || $answer == [yY][eE][sS] ]] || fail "$REFUSED" "not confirmed: nothing was changed"
}

# ------------------------------------------------------------------------------
# Tools, environment, outputs
# ------------------------------------------------------------------------------

check_tools() {
  local tool
  for tool in terraform aws jq; do
    command -v "$tool" >/dev/null || fail "$NO_TOOL" "\`$tool\` is not on the PATH" \
      "this script needs terraform, aws and jq"
  done
}

environment=''
# The profile of the environment: dev, bench or prod.
profile=''
# Its features that scripts serve.
features=''
# All environments of the composition, for messages.
environments=''
outputs=''

# NAME: whether the environment has this feature.
has_feature() {
  [[ " $features " == *" $1 "* ]]
}

# NAME COMMANDS [FEATURE]: selects the environment and changes into its folder. COMMANDS lists the commands of the
# script, such as `up down`: no environment can have such a name. With FEATURE, the environment must have this feature.
enter() {
  local name=$1 feature=${3-} other kind has folder
  while read -r other kind has; do
    [[ ! $feature || " $has " == *" $feature "* ]] || continue
    environments+="${environments:+, }$other"
    if [[ $other == "$name" ]]; then
      environment=$name profile=$kind features=$has
    fi
  done <"$tree/scripts/environments"
  folder=terraform/envs/$name
  if [[ ! $name ]]; then
    fail "$USAGE" "no environment given" "the environments are $environments"
  elif is_among "$name" "$2"; then
    without_environment
  elif [[ ! $environment ]]; then
    fail "$USAGE" "there is no environment \`$name\`${feature:+ with a $feature}" "the environments are $environments"
  elif [[ ! -d $tree/$folder ]]; then
    fail "$USAGE" "\`$name\` is an environment of this composition, but $folder is missing" \
      "the environments are $environments"
  fi
  cd -- "$tree/$folder" || fail "$USAGE" "$folder can't be entered"
  if [[ ! -d ${TF_DATA_DIR:-.terraform} ]]; then
    fail "$USAGE" "\`$name\` is not initialised" \
      "run \`terraform init\` in $folder, as its README describes; the environments are $environments"
  fi
}

# Handles a call that begins with a command: a call of the flat layout, which had no environments, or a call with its
# arguments in the wrong order.
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
    "the environments are $environments; for $named: $(instead "$named" "${rest[@]}")"
}

# ENVIRONMENT WORD…: prints what to do for an environment instead of the wrong call; the text ends with the correct
# call. A script that needs more than another call replaces this function.
instead() {
  call "$@"
}

# ENVIRONMENT WORD…: prints the call with these arguments and with the options as the user typed them.
call() {
  printf '%s' "$(basename -- "$0")"
  printf ' %q' "$@" "${typed[@]}"
}

# Reads all outputs at once: each `terraform output` reads the state from the backend.
read_outputs() {
  outputs=$(terraform output -json) || fail "$FAILED" "Terraform can't read the outputs of \`$environment\`"
  if [[ $outputs == '{}' ]]; then
    fail "$FAILED" "\`$environment\` has no outputs: it has not been applied yet" \
      "run \`terraform apply\` in terraform/envs/$environment"
  fi
}

# NAME [FILTER]: prints the value of an output, or the result of the jq filter on it.
output() {
  jq -er --arg name "$1" ".[\$name] | select(. != null) | .value | ${2:-.}" <<<"$outputs" ||
    fail "$FAILED" "\`$environment\` has no output \`$1\`" \
      "run \`terraform apply\` in terraform/envs/$environment: its state is older than these scripts"
}
