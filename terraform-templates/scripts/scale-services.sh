#!/usr/bin/env bash
# Starts, stops and restarts the services of an environment, and shows their status.
set -euo pipefail

# shellcheck source=lib/deployments.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/deployments.sh"

usage() {
  cat <<'TEXT'
usage: scale-services.sh ENVIRONMENT up|down|restart|status [options]

  up       start the number of tasks that the environment configures for each service, in start order
  down     stop all tasks in reverse order; each service is drained before the next one stops
  restart  replace the tasks of all running services with new tasks
  status   show the cluster and its services; changes nothing

  --target WPS     with `up`: start the tasks for this number of workflows per second, until the next `up` without it
  --service NAME   only this service
  --region REGION  use another region than the environment's
  --wait           wait until each service is steady before the next one (default)
  --no-wait        start all changes at once
  --dry-run        show what would change; changes nothing
  --yes            do not ask for confirmation; without it, the script asks in production

Options of the flat layout still work: --wps is the same as --target, --from-terraform has no effect, and --cluster must
name the environment's cluster. A call without an environment, with --count or with --apply changes nothing. The script
then prints the call to use instead.

Environment variables: POLL_SECONDS is the time between two requests to ECS while waiting (default 10), TIMEOUT_SECONDS
the maximum time for a service (default 900).

Exit codes: 0 done; 1 AWS or Terraform failed, the script prints what is done; 2 wrong arguments, or the environment
does not exist or is not initialised; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='up down restart status'

main() {
  local name
  read_arguments 'service target wait' 'apply cluster= count= from-terraform' "${@/#--wps/--target}"
  enter "${words[0]-}" "$commands"
  ((${#words[@]} <= 2)) || wrong "unexpected argument \`${words[2]}\`"
  expect_command "$commands"
  for name in count apply; do
    [[ ! ${option[$name]-} ]] || fail "$USAGE" "\`--$name\` was an option of the flat layout" "$(instead "${words[@]}")"
  done
  [[ ${words[1]} == up || ! ${option[target]-} ]] || wrong "\`--target\` works only with \`up\`"
  check_tools
  read_services
  if [[ ${words[1]} == status ]]; then
    print_status
    print_connections
    call_additions shown
    return
  fi
  local service chosen=("${order[@]}")
  if [[ ${option[service]-} ]]; then
    service=${option[service]}
    [[ ${full_name[$service]-} ]] || fail "$USAGE" "\`$environment\` has no service \`$service\`" \
      "the services are $(list "${order[@]}")"
    chosen=("$service")
  fi
  look_at_all "${order[@]}"
  case ${words[1]} in
  up) up "${chosen[@]}" ;;
  down) down "${chosen[@]}" ;;
  restart) restart "${chosen[@]}" ;;
  esac
}

# ENVIRONMENT COMMAND: replaces the function of common.sh. Counts and sizes are set in the environment, and you run
# Terraform separately.
instead() {
  local values=terraform/envs/$1/terraform.tfvars
  if [[ $2 == up && ${option[count]-} == 0 ]]; then
    call "$1" down
  elif [[ $2 == up && ${option[count]-} ]]; then
    printf 'set the count of each service in %s, run terraform apply there, then: %s' "$values" "$(call "$@")"
  elif [[ $2 == up && ${option[apply]-} ]]; then
    printf 'if this asks for larger tasks or more instances, set them in %s, run terraform apply there and repeat it: %s' \
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
  else
    call_additions counted "$@"
  fi
  check_growth "$@"
  announce "$@"
  confirm "Scale $environment"
  if [[ ${option[target]-} ]]; then
    call_additions held "$@"
    each bring "$@"
  else
    each bring "$@"
    call_additions resumed "$@"
  fi
}

# WPS: sets the counts for this number of workflows per second. Only Terraform can provide larger tasks or more
# instances.
aim_at() {
  local known lines short wanted cpu memory has_cpu has_memory sizes instances room small=''
  known=$(output throughput_targets 'keys | sort_by(tonumber) | join(", ")')
  [[ ", $known, " == *", $1, "* ]] ||
    fail "$USAGE" "there is no target \`$1\` for \`$environment\`" "the targets are ${known:-none} workflows per second"
  sizes=$(output service_sizes)
  lines=$(output throughput_targets ".[\"$1\"].services | to_entries[] | \"\(.key) \(.value.count) \(.value.cpu) \(.value.memory)\"")
  while read -r short wanted cpu memory; do
    count[$short]=$wanted
    read -r has_cpu has_memory < <(jq -r --arg s "$short" '.[$s] | "\(.cpu) \(.memory)"' <<<"$sizes")
    if ((has_cpu < cpu || has_memory < memory)); then
      small+="${small:+; }$short has $has_cpu and $has_memory, needs $cpu and $memory"
    fi
  done <<<"$lines"
  if [[ $small ]]; then
    fail "$REFUSED" "for $1 workflows per second, tasks need more CPU units and MiB: $small" \
      "set cpu and memory of these services, apply, and run this command again"
  fi
  instances=$(output throughput_targets ".[\"$1\"].instances // 0")
  room=$(output max_instances)
  if ((instances > room)); then
    fail "$REFUSED" \
      "$1 workflows per second need at least $instances instances, but the environment allows only $room" \
      "increase compute.max_count or choose a larger compute.instance_type, apply, and run this command again"
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
  call_additions held "$@"
  each bring "${reversed[@]}"
  call_additions stopped
}

restart() {
  find_running "$@"
  if ((${#running_ones[@]} == 0)); then
    say "$environment: no service is running, so there is nothing to restart"
    return
  fi
  check_overlap "${running_ones[@]}"
  say "$environment: cluster $cluster in $region, restart of $(list "${running_ones[@]}")"
  call_additions announced "${running_ones[@]}"
  end_of_dry_run
  confirm "Restart $environment"
  again='run the command again, or run it with --service for each service that is left'
  each bring_anew "${running_ones[@]}"
}

bring_anew() {
  set_count "$1" "${desired[$1]}" --force-new-deployment
}

# ------------------------------------------------------------------------------
# DSQL connections
# ------------------------------------------------------------------------------

# SHORT…: refuses counts with which the services could open more connections than the cluster allows, at any step.
check_growth() {
  local short now sum
  read_connections
  now=$(connections_now)
  sum=$now
  for short in "$@"; do
    ((sum += (count[$short] - desired[$short]) * ${connections[$short]:-0}, 1))
    if ((sum > limit && sum > now)); then
      refuse_connections "$sum" "with ${count[$short]} tasks of \`$short\`"
    fi
  done
}

print_connections() {
  read_connections
  say "DSQL connections: at most $(connections_now), the cluster allows $limit"
}

main "$@"
