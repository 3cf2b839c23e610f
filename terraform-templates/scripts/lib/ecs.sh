# shellcheck shell=bash
# Services of the environment's cluster: read their status, change how many tasks they have, and wait for the tasks.

# Several files of this folder use these functions; they are defined once.
if declare -F ecs >/dev/null; then
  return
fi

# shellcheck source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# Seconds between two requests to ECS while waiting, and the maximum time to wait.
readonly poll_seconds=${POLL_SECONDS:-10} timeout_seconds=${TIMEOUT_SECONDS:-900}

region=''
cluster=''

# All keyed by a service's short name, such as `history`. `state` is steady, scaling, deploying, failed or missing.
declare -A full_name=() desired=() running=() state=() maximum_percent=() deployment=() event=()

# The services whose number of tasks something else changes too. Optional features set it.
declare -A scaled=()

# The services in the order in which they start.
order=()

ecs() {
  aws ecs "$@" --cluster "$cluster" --region "$region" --output json
}

# Reads the cluster, the region and the services' names and order from the outputs.
read_services() {
  local short name lines
  read_outputs
  cluster=$(output ecs_cluster_name)
  if [[ ${option[cluster]-$cluster} != "$cluster" ]]; then
    fail "$USAGE" "the cluster of \`$environment\` is $cluster, not \`${option[cluster]}\`"
  fi
  region=${option[region]:-$(output region)}
  lines=$(output service_names 'to_entries[] | "\(.key) \(.value)"')
  while read -r short name; do
    full_name[$short]=$name
  done <<<"$lines"
  lines=$(output service_order '.[]')
  mapfile -t order <<<"$lines"
}

# SHORT…: reads the status of these services from ECS.
look() {
  local short names=() answer rows name wants runs how primary most last
  # One request can describe at most ten services.
  if (($# > 10)); then
    look "${@:1:10}" && look "${@:11}"
    return
  fi
  for short in "$@"; do
    names+=("${full_name[$short]}")
    desired[$short]=0 running[$short]=0 state[$short]=missing
  done
  answer=$(ecs describe-services --services "${names[@]}") || return
  rows=$(jq -r '
    .services[] | select(.status == "ACTIVE")
    | (.deployments | map(select(.status == "PRIMARY"))[0]) as $primary
    | [ .serviceName, .desiredCount, .runningCount,
        ( if $primary.rolloutState == "FAILED" then "failed"
          elif (.deployments | length) > 1 or $primary.rolloutState == "IN_PROGRESS" then "deploying"
          elif .runningCount != .desiredCount or .pendingCount > 0 then "scaling"
          else "steady" end ),
        $primary.id, .deploymentConfiguration.maximumPercent // 200, .events[0].message // "none" ]
    | @tsv' <<<"$answer") || return
  while IFS=$'\t' read -r name wants runs how primary most last; do
    for short in "$@"; do
      if [[ $name == "${full_name[$short]}" ]]; then
        desired[$short]=$wants running[$short]=$runs state[$short]=$how
        deployment[$short]=$primary maximum_percent[$short]=$most event[$short]=$last
      fi
    done
  done <<<"$rows"
}

# SHORT…: reads the status, and ends the script if a service does not exist.
look_at_all() {
  local short
  look "$@" || fail "$FAILED" "the services of \`$cluster\` in $region can't be read"
  for short in "$@"; do
    if [[ ${state[$short]} == missing ]]; then
      fail "$FAILED" "\`$cluster\` in $region has no service \`${full_name[$short]}\`" \
        "\`terraform plan\` shows what is missing"
    fi
  done
}

# SHORT: the maximum number of its tasks that run during a deployment. ECS rounds down.
most_tasks() {
  printf '%s' "$((desired[$1] * maximum_percent[$1] / 100))"
}

# SHORT COUNT [ARGUMENT…]: sets the number of tasks of a service, and waits for them.
set_count() {
  local short=$1 count=$2 answer
  shift 2
  answer=$(ecs update-service --service "${full_name[$short]}" --desired-count "$count" "$@") || return
  deployment[$short]=$(jq -er '.service.deployments | map(select(.status == "PRIMARY"))[0].id' <<<"$answer") || return
  if [[ ${option[wait]} == no ]]; then
    say "$short: desired count set to $count"
  else
    await "$short" "$count"
  fi
}

# SHORT COUNT: waits until a service has its tasks and nothing else.
await() {
  local short=$1 count=$2 ours=${deployment[$1]} now told='' ends=$((SECONDS + timeout_seconds))
  while look "$short"; do
    now="$short: ${running[$short]} of $count running"
    if [[ ${state[$short]} == steady && (${desired[$short]} == "$count" || ${scaled[$short]-}) ]]; then
      say "$short: ${running[$short]} running, steady"
      return
    fi
    if [[ ${state[$short]} == failed || ${deployment[$short]-} != "$ours" ]]; then
      complain "the deployment of \`$short\` failed, or another deployment replaced it" "$short"
      return 1
    fi
    if ((SECONDS >= ends)); then
      complain "\`$short\` is not steady after $timeout_seconds s: ${running[$short]} of $count running" "$short"
      return 1
    fi
    if [[ $now != "$told" ]]; then
      say "$now"
      told=$now
    fi
    sleep "$poll_seconds"
  done
  return 1
}

# MESSAGE SHORT: prints an error, and ECS's last event of the service.
complain() {
  printf 'error: %s\nlast event: %s\n' "$1" "${event[$2]-none}" >&2
}

# ------------------------------------------------------------------------------
# One after the other
# ------------------------------------------------------------------------------

again='run the same command again: it keeps what is already done'

# VERB SHORT…: calls `VERB SHORT` for each service. If one fails or somebody interrupts, prints what is done.
each() {
  local verb=$1 steps_done=() step='' steps_left=()
  shift
  steps_left=("$@")
  trap stop_half_way INT TERM
  for step in "$@"; do
    steps_left=("${steps_left[@]:1}")
    "$verb" "$step" || stop_half_way
    steps_done+=("$step")
  done
  trap - INT TERM
}

# Called by `each`: completed steps are kept.
stop_half_way() {
  printf 'done: %s\nfailed: %s\nnot started: %s\nhint: %s\n' \
    "$(list "${steps_done[@]}")" "$step" "$(list "${steps_left[@]}")" "$again" >&2
  exit "$FAILED"
}

list() {
  local IFS=,
  local joined=${*:-none}
  printf '%s' "${joined//,/, }"
}

# The number of tasks that each service should have, by short name.
declare -A count=()

# How many new tasks a change starts, by short name.
declare -A starting=()

# Functions of optional features by the moment at which they are called: `counted` when the number of tasks to start is
# known, `announced` when a change is announced, `held` before the tasks are changed to numbers that must stay, `resumed`
# once they have those that may change, `stopped` once all services are stopped, `shown` at the end of a status.
declare -A additions=()

# MOMENT [SHORT…]: calls the functions of this moment for these services.
call_additions() {
  local addition moment=$1
  shift
  for addition in ${additions[$moment]-}; do
    "$addition" "$@"
  done
}

# SHORT…: prints the change in the number of tasks. A dry run ends here.
announce() {
  local short
  say "$environment: cluster $cluster in $region"
  for short in "$@"; do
    say "  $short: ${desired[$short]} -> ${count[$short]}"
    # shellcheck disable=SC2034 # Optional features read it.
    starting[$short]=$((count[$short] > desired[$short] ? count[$short] - desired[$short] : 0))
  done
  call_additions announced "$@"
  end_of_dry_run
}

# SHORT: sets the number of tasks of a service to its `count`.
bring() {
  local short=$1 wanted=${count[$1]}
  if [[ ${desired[$short]} == "$wanted" && ${state[$short]} == steady ]]; then
    say "$short: $wanted running, no change"
  elif [[ ${desired[$short]} == "$wanted" && ${state[$short]} != failed && ${option[wait]} == yes ]]; then
    await "$short" "$wanted"
  elif [[ $wanted != 0 && (${desired[$short]} == 0 || ${state[$short]} == failed) ]]; then
    # A new deployment: a task can find only the services that existed at its deployment (Service Connect).
    set_count "$short" "$wanted" --force-new-deployment
  else
    set_count "$short" "$wanted"
  fi
}

# ------------------------------------------------------------------------------
# Status of the environment
# ------------------------------------------------------------------------------

# Prints the cluster and every service in it, also services that these scripts do not manage.
print_status() {
  local answer short names name instances wanted
  answer=$(aws ecs describe-clusters --clusters "$cluster" --region "$region" --output json) ||
    fail "$FAILED" "the cluster \`$cluster\` in $region can't be read"
  instances=$(jq -er '.clusters[0].registeredContainerInstancesCount' <<<"$answer") ||
    fail "$FAILED" "there is no cluster \`$cluster\` in $region"
  answer=$(ecs list-services) || fail "$FAILED" "the services of \`$cluster\` in $region can't be read"
  names=$(jq -r '.serviceArns | sort[] | split("/")[-1]' <<<"$answer")
  for name in $names; do
    if [[ " ${full_name[*]} " != *" $name "* ]]; then
      full_name[$name]=$name
      order+=("$name")
    fi
  done
  look "${order[@]}" || fail "$FAILED" "the services of \`$cluster\` in $region can't be read"
  say "$environment: cluster $cluster in $region, $instances instances"
  wanted=$(output service_desired_counts)
  printf '%-28s %10s %8s %8s  %s\n' service configured desired running state
  for short in "${order[@]}"; do
    printf '%-28s %10s %8s %8s  %s\n' "$short" "$(jq -r --arg s "$short" '.[$s] // "-"' <<<"$wanted")" \
      "${desired[$short]}" "${running[$short]}" "${state[$short]}"
  done
}
