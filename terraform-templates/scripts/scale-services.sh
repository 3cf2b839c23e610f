#!/usr/bin/env bash
# Starts, stops and restarts the services of an environment, and shows how they are.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/ecs.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/ecs.sh"

usage() {
  cat <<'TEXT'
usage: scale-services.sh ENVIRONMENT up|down|restart|status [options]

  up       give each service the tasks that the environment is composed with, in the order in which they start
  down     take all tasks away, in reverse order, each service drained before the next
  restart  replace the tasks of what runs by new ones
  status   show the cluster and its services; changes nothing

  --target WPS     with `up`: the tasks that so many workflows per second want, until the next `up` without it
  --service NAME   this service alone
  --region REGION  another region than the environment's
  --wait           wait until each service is steady before the next: the default
  --no-wait        ask for everything at once
  --dry-run        say what would change, and change nothing
  --yes            don't ask; in production this script asks otherwise

Options of the flat layout are understood: --wps is --target, --from-terraform says what is so anyway, --cluster must be
the environment's. A call without an environment, with --count or with --apply changes nothing and is answered with the
call to make.

POLL_SECONDS (10) is how often ECS is asked while waiting, TIMEOUT_SECONDS (900) how long a service may take.

Exit codes: 0 done; 1 AWS or Terraform failed, and it says how far it came; 2 wrong arguments, or an environment that
is not there or not initialised; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='up down restart status'

main() {
  local name
  read_arguments 'service target' 'apply cluster= count= from-terraform' "${@/#--wps/--target}"
  enter "${words[0]-}" "$commands"
  ((${#words[@]} <= 2)) || wrong "\`${words[2]}\` is one word too many"
  [[ ${words[1]-} ]] || wrong "up, down, restart or status?"
  is_among "${words[1]}" "$commands" || wrong "there is no command \`${words[1]}\`"
  for name in count apply; do
    [[ ! ${option[$name]-} ]] || fail "$USAGE" "\`--$name\` was an option of the flat layout" "$(instead "${words[@]}")"
  done
  [[ ${words[1]} == up || ! ${option[target]-} ]] || wrong "\`--target\` is for \`up\`"
  check_tools
  read_services
  if [[ ${words[1]} == status ]]; then
    print_status
    print_connections
    return
  fi
  local service chosen=("${order[@]}")
  if [[ ${option[service]-} ]]; then
    service=${option[service]}
    [[ ${full_name[$service]-} ]] || fail "$USAGE" "\`$environment\` has no service \`$service\`" "services are $(list "${order[@]}")"
    chosen=("$service")
  fi
  look_at_all "${order[@]}"
  case ${words[1]} in
  up) up "${chosen[@]}" ;;
  down) down "${chosen[@]}" ;;
  restart) restart "${chosen[@]}" ;;
  esac
}

# ENVIRONMENT COMMAND: replaces the one of common.sh. Counts and sizes are the environment's, and Terraform is run by
# itself.
instead() {
  local values=terraform/envs/$1/terraform.tfvars
  if [[ $2 == up && ${option[count]-} == 0 ]]; then
    call "$1" down
  elif [[ $2 == up && ${option[count]-} ]]; then
    printf 'set the count of each service in %s, run terraform apply there, then: %s' "$values" "$(call "$@")"
  elif [[ $2 == up && ${option[apply]-} ]]; then
    printf 'where this asks for larger tasks or more instances, set them in %s, run terraform apply there and repeat it: %s' \
      "$values" "$(call "$@")"
  else
    call "$@"
  fi
}

up() {
  local short lines wanted
  lines=$(output service_desired_counts 'to_entries[] | "\(.key) \(.value)"')
  while read -r short wanted; do
    count[$short]=$wanted
  done <<<"$lines"
  if [[ ${option[target]-} ]]; then
    aim_at "${option[target]}"
  fi
  check_growth "$@"
  announce "$@"
  confirm "Scale $environment"
  each bring "$@"
}

# WPS: counts for so many workflows per second. What needs larger tasks or more instances is Terraform's to give.
aim_at() {
  local known lines short wanted cpu memory has_cpu has_memory sizes instances room small=''
  known=$(output throughput_targets 'keys | sort_by(tonumber) | join(", ")')
  [[ ", $known, " == *", $1, "* ]] ||
    fail "$USAGE" "there is no target \`$1\` for \`$environment\`" "targets are ${known:-none} workflows per second"
  sizes=$(output service_sizes)
  lines=$(output throughput_targets ".[\"$1\"].services | to_entries[] | \"\(.key) \(.value.count) \(.value.cpu) \(.value.memory)\"")
  while read -r short wanted cpu memory; do
    count[$short]=$wanted
    read -r has_cpu has_memory < <(jq -r --arg s "$short" '.[$s] | "\(.cpu) \(.memory)"' <<<"$sizes")
    if ((has_cpu < cpu || has_memory < memory)); then
      small+="${small:+; }$short has $has_cpu and $has_memory, wants $cpu and $memory"
    fi
  done <<<"$lines"
  if [[ $small ]]; then
    fail "$REFUSED" "for $1 workflows per second tasks need more CPU units and MiB: $small" \
      "set cpu and memory of these services and apply, then run this again"
  fi
  instances=$(output throughput_targets ".[\"$1\"].instances // 0")
  room=$(output max_instances)
  if ((instances > room)); then
    fail "$REFUSED" "$1 workflows per second need $instances instances at least, there may be $room" \
      "raise compute.max_count or choose a larger compute.instance_type and apply, then run this again"
  fi
  say "$1 workflows per second: $(output throughput_targets ".[\"$1\"].evidence")"
}

down() {
  local short reversed=()
  for short in "$@"; do
    count[$short]=0
    reversed=("$short" "${reversed[@]}")
  done
  announce "${reversed[@]}"
  confirm "Stop $environment"
  each bring "${reversed[@]}"
}

restart() {
  local short running_ones=()
  for short in "$@"; do
    if ((desired[$short] > 0)); then
      running_ones+=("$short")
    fi
  done
  if ((${#running_ones[@]} == 0)); then
    say "$environment: nothing runs that could be restarted"
    return
  fi
  check_overlap "${running_ones[@]}"
  say "$environment: cluster $cluster in $region, restart of $(list "${running_ones[@]}")"
  end_of_dry_run
  confirm "Restart $environment"
  again='run it again, or with --service for each of those that are left'
  each bring_anew "${running_ones[@]}"
}

bring_anew() {
  set_count "$1" "${desired[$1]}" --force-new-deployment
}

# ------------------------------------------------------------------------------
# DSQL connections
# ------------------------------------------------------------------------------

# What one task of each service may open, and what the cluster takes.
declare -A connections=()
limit=0

read_connections() {
  local short each lines
  lines=$(output connections_per_task 'to_entries[] | "\(.key) \(.value)"')
  while read -r short each; do
    connections[$short]=$each
  done <<<"$lines"
  limit=$(output dsql_max_connections)
}

# What the tasks that are wanted now may open.
connections_now() {
  local short sum=0
  for short in "${order[@]}"; do
    ((sum += desired[$short] * ${connections[$short]:-0}, 1))
  done
  printf '%s' "$sum"
}

# SHORT…: refuses counts with which the services may open more connections than the cluster takes, at any step.
check_growth() {
  local short now sum
  read_connections
  now=$(connections_now)
  sum=$now
  for short in "$@"; do
    ((sum += (count[$short] - desired[$short]) * ${connections[$short]:-0}, 1))
    if ((sum > limit && sum > now)); then
      refuse_connections "$sum" "with ${count[$short]} of \`$short\`"
    fi
  done
}

# SHORT…: refuses a restart whose old and new tasks together may open more connections than the cluster takes.
check_overlap() {
  local short extra sum most=0 all=0
  read_connections
  for short in "$@"; do
    extra=$((($(most_tasks "$short") - desired[$short]) * ${connections[$short]:-0}))
    ((all += extra, most = extra > most ? extra : most, 1))
  done
  if [[ ${option[wait]} == yes ]]; then
    sum=$(($(connections_now) + most))
  else
    sum=$(($(connections_now) + all))
  fi
  if ((sum > limit)); then
    refuse_connections "$sum" "while old and new tasks run side by side"
  fi
}

refuse_connections() {
  fail "$REFUSED" "$2 the services may open $1 DSQL connections, the cluster takes $limit" \
    "lower count, max_conns or target_ready, or request a quota increase from AWS and set dsql_max_connections"
}

print_connections() {
  read_connections
  say "DSQL connections: $(connections_now) at most, the cluster takes $limit"
}

main "$@"
