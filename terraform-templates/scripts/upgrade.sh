#!/usr/bin/env bash
# Upgrades Temporal in an environment: the schema first, then one service after the other.
set -euo pipefail

# shellcheck source=lib/tasks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/tasks.sh"
# shellcheck source=lib/deployments.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/deployments.sh"

usage() {
  cat <<'TEXT'
usage: upgrade.sh ENVIRONMENT [options]

Upgrades Temporal by one minor version at most: schema and index by the new admin tools, then frontend, history, matching
and worker, each by its own `terraform apply`. The next service waits until the one before it is healthy. Without --image
and --admin-tools, the script takes the images that Terraform reads, such as those that images.sh wrote. It refuses to
start if Terraform would change more than tasks and services.

To go back, pass the old server image: an older server works with the schema of the next minor version. The schema stays.

  --image IMAGE        the new server image; at the end, the script writes it where Terraform reads it
  --admin-tools IMAGE  the admin tools of the same version, likewise
  --from VERSION       the version that runs, such as 1.29; needed if the tag of its image has no version
  --to VERSION         the new version, such as 1.30; needed if the tag of its image has no version
  --pause SECONDS      how long each service must stay healthy before the next one (default 60)
  --region REGION      use another region than the environment's
  --dry-run            show what would change; changes nothing
  --yes                do not ask for confirmation; without it, the script asks in production

Environment variables: POLL_SECONDS is the time between two requests to ECS while waiting (default 10), TIMEOUT_SECONDS
the maximum time for a step (default 900).

Exit codes: 0 done; 1 AWS, Terraform or a step failed, the script prints what is done and how to go on or back; 2 wrong
arguments, or the environment does not exist or is not initialised; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

# In the order of an upgrade.
readonly services=(frontend history matching worker)

# The images by variable of the root: the new ones, and those that run.
declare -A image=() former=()

# What Terraform gets besides the files that it reads.
values=()

# `upgrade`, `rollback`, or `same` if the minor version stays.
direction=''

main() {
  local steps=()
  read_arguments 'image admin-tools from to pause' '' "$@"
  enter "${words[0]-}" ''
  ((${#words[@]} == 1)) || wrong "unexpected argument \`${words[1]}\`"
  [[ ${option[pause]:=60} =~ ^[0-9]{1,4}$ ]] || wrong "\`${option[pause]}\` is not a number of seconds, such as 60"
  check_tools
  read_services
  read_images
  compare_versions
  if [[ $direction != rollback ]]; then
    steps=(schema index)
  fi
  steps+=("${services[@]}")
  look_at_all "${services[@]}"
  find_running "${services[@]}"
  check_overlap "${running_ones[@]}"
  check_plan
  say "$environment: cluster $cluster in $region"
  say "  temporal_image: ${former[temporal_image]} -> ${image[temporal_image]}"
  if [[ $direction != rollback ]]; then
    say "  admin_tools_image: ${former[admin_tools_image]} -> ${image[admin_tools_image]}"
  fi
  say "  steps: $(list "${steps[@]}")"
  call_additions announced "${services[@]}"
  end_of_dry_run
  confirm "Upgrade Temporal of $environment"
  # shellcheck disable=SC2034 # `each` prints it.
  again="to go on, run the same command again; to go back, run $(basename -- "$0") $environment --image ${former[temporal_image]}$(
  )${option[to]:+ --from ${option[to]}}${option[from]:+ --to ${option[from]}}"
  each take "${steps[@]}"
  keep_image temporal_image image
  keep_image admin_tools_image admin-tools
  if [[ $others ]]; then
    say "$environment: run \`terraform apply\` in terraform/envs/$environment for the rest: $others"
  fi
  say "$environment: done"
}

# ------------------------------------------------------------------------------
# Images and versions
# ------------------------------------------------------------------------------

# Reads which images run, and which ones Terraform would take.
read_images() {
  local task
  task=$(ecs describe-services --services "${full_name[frontend]}" | jq -er '.services[0].taskDefinition') ||
    fail "$FAILED" "\`$cluster\` in $region has no service \`${full_name[frontend]}\`" "\`terraform plan\` shows what is missing"
  former[temporal_image]=$(image_of "$task" temporal-frontend)
  task=$(output dsql_schema_task_definition_arn)
  former[admin_tools_image]=$(image_of "$task" dsql-schema)
  image[temporal_image]=${option[image]:-$(variable temporal_image)}
  image[admin_tools_image]=${option[admin-tools]:-$(variable admin_tools_image)}
  values=(
    -var "temporal_image=${image[temporal_image]}"
    -var "admin_tools_image=${image[admin_tools_image]}"
  )
}

# TASK-DEFINITION CONTAINER: the image of its container.
image_of() {
  aws ecs describe-task-definition --task-definition "$1" --region "$region" --output json |
    jq -er --arg name "$2" '.taskDefinition.containerDefinitions[] | select(.name == $name).image' ||
    fail "$FAILED" "the task definition $1 can't be read"
}

# NAME: the value that Terraform reads for a variable of the root.
variable() {
  local answer
  answer=$(terraform console -no-color <<<"var.$1") || fail "$FAILED" "Terraform can't read the variable \`$1\`"
  jq -er 'strings' <<<"$answer" 2>/dev/null || fail "$FAILED" "Terraform has no value for \`$1\`" \
    "run scripts/images.sh build, set it in terraform/envs/$environment/terraform.tfvars, or pass --image and --admin-tools"
}

# IMAGE: the version in its tag, such as 1.30; nothing if there is none.
version_of() {
  if [[ ${1##*/} =~ :v?([0-9]+\.[0-9]+)(\.[0-9]+)?([-+.][A-Za-z0-9.-]+)?(@|$) ]]; then
    say "${BASH_REMATCH[1]}"
  fi
}

# Sets `direction`. Ends the script if the versions are unknown or too far apart.
compare_versions() {
  local from to tools apart
  from=$(version_for from "${former[temporal_image]}") || exit
  to=$(version_for to "${image[temporal_image]}") || exit
  apart=$((${to#*.} - ${from#*.}))
  if [[ ${from%.*} != "${to%.*}" ]] || ((apart > 1 || apart < -1)); then
    fail "$REFUSED" "Temporal can't go from $from to $to at once" \
      "go through each minor version between them: the schema changes with each"
  fi
  direction=same
  if ((apart > 0)); then
    direction=upgrade
  elif ((apart < 0)); then
    direction=rollback
  fi
  tools=$(version_of "${image[admin_tools_image]}")
  if [[ $direction == upgrade && $tools && $tools != "$to" ]]; then
    fail "$REFUSED" "the admin tools have version $tools, but only those of $to can update the schema for it" \
      "pass the new ones with --admin-tools"
  fi
}

# from|to IMAGE: the minor version that the user stated, or that the tag has.
version_for() {
  local version=${option[$1]:-$(version_of "$2")}
  if [[ ! $version ]]; then
    fail "$USAGE" "the image $2 does not tell its version" "state it, such as --$1 1.30"
  fi
  [[ $version =~ ^([0-9]+\.[0-9]+)(\.[0-9]+)?$ ]] || wrong "\`$version\` is not a version, such as 1.30"
  say "${BASH_REMATCH[1]}"
}

# VARIABLE OPTION: writes an image that was passed where Terraform reads it.
keep_image() {
  local file=terraform.tfvars content
  if [[ ! ${option[$2]-} ]]; then
    return
  fi
  if grep -q "^$1[ =]" terraform.tfvars; then
    content=$(sed -E "s|^($1 *= *).*|\1\"${image[$1]}\"|" terraform.tfvars)
  else
    file=images.auto.tfvars.json
    content='{}'
    [[ ! -f $file ]] || content=$(<"$file")
    content=$(jq --arg name "$1" --arg image "${image[$1]}" '.[$name] = $image' <<<"$content") ||
      fail "$FAILED" "$file is not JSON" "set $1 there to ${image[$1]}"
  fi
  printf '%s\n' "$content" >"$file.new"
  mv -- "$file.new" "$file"
  say "$environment: wrote $1 to terraform/envs/$environment/$file"
}

# ------------------------------------------------------------------------------
# Terraform
# ------------------------------------------------------------------------------

# The services outside Temporal's that Terraform would change too, such as the UI with a new image.
others=''

# Ends the script if Terraform would change more than tasks and services: `-target` would apply a part of it.
check_plan() {
  local folder shown changes
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # The folder is known now.
  trap "rm -rf -- '$folder'" EXIT
  terraform_quietly plan "-out=$folder/plan" || fail "$FAILED" "Terraform can't plan the upgrade"
  shown=$(terraform show -json "$folder/plan" |
    jq '[.resource_changes[] | select(.change.actions - ["no-op", "read"] != []) | {type, address}]') ||
    fail "$FAILED" "Terraform can't show its plan"
  changes=$(jq -r '[.[] | select(.type | IN("aws_ecs_task_definition", "aws_ecs_service") | not).address] | join(", ")' <<<"$shown")
  if [[ $changes ]]; then
    fail "$REFUSED" "Terraform would change more than tasks and services: $changes" \
      "run terraform apply in terraform/envs/$environment with the images that run, then upgrade"
  fi
  others=$(jq -r '[.[] | select(.type == "aws_ecs_service").address | select(test("^module\\.temporal_service\\[") | not)]
    | join(", ")' <<<"$shown")
}

# COMMAND ARGUMENT…: runs Terraform with the new images, and prints its output only if it fails.
terraform_quietly() {
  local answer
  answer=$(terraform "$1" -input=false -no-color "${values[@]}" "${@:2}" 2>&1) || {
    printf '%s\n' "$answer" >&2
    return 1
  }
}

# TARGET…: applies what belongs to these modules.
apply() {
  terraform_quietly apply -auto-approve "${@/#/-target=}"
}

# ------------------------------------------------------------------------------
# Steps
# ------------------------------------------------------------------------------

# STEP
take() {
  case $1 in
  schema)
    apply module.dsql_schema module.opensearch || return
    read_outputs
    prepare_store schema
    ;;
  index) prepare_store index ;;
  *) deploy "$1" ;;
  esac
}

# SHORT: gives a service the new image, and waits until its tasks are healthy and stay so.
deploy() {
  local short=$1
  apply "module.temporal_service[\"$short\"]" || return
  look "$short" || return
  if [[ ${desired[$short]} == 0 ]]; then
    say "$short: no task runs, the next one has the new image"
    return
  fi
  await "$short" "${desired[$short]}" || return
  sleep "${option[pause]}"
  # A task that ended meanwhile is not running, or ECS has started another deployment.
  look "$short" || return
  if [[ ${state[$short]} != steady ]]; then
    complain "\`$short\` was steady, but is not after ${option[pause]} s: ${running[$short]} of ${desired[$short]} running" "$short"
    return 1
  fi
}

main "$@"
