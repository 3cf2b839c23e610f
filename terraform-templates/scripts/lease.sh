#!/usr/bin/env bash
# Shows and resets the counter of an environment's connection lease.
set -euo pipefail

# shellcheck source=lib/ecs.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/ecs.sh"
# shellcheck source=lib/connections.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/connections.sh"
# shellcheck source=lib/scaling/lease.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/scaling/lease.sh"

usage() {
  cat <<'TEXT'
usage: lease.sh ENVIRONMENT status|reset [options]

The connection lease counts the DSQL connections of all tasks. When a task stops, most of its connections stay counted.
When the counter reaches its limit, no task can open a connection.

  status  show the counter and what the running tasks can hold; changes nothing
  reset   set the counter to 0; works only when all Temporal services have 0 tasks

  --force HELD     with `reset`: set the counter to HELD while tasks run; HELD is the number of connections that the tasks
                   of this environment have open, which CloudWatch shows as ClusterConnectionCount in AWS/Usage
  --region REGION  use another region than the environment's
  --dry-run        show what would change; changes nothing
  --yes            do not ask for confirmation; without it, the script asks in production

`scale-services.sh ENVIRONMENT down` resets the counter too.

Exit codes: 0 done; 1 AWS or Terraform failed; 2 wrong arguments, or the environment does not exist, is not initialised or
has no connection lease; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='status reset'

main() {
  local chosen
  read_arguments force '' "$@"
  enter "${words[0]-}" "$commands" lease
  ((${#words[@]} <= 2)) || wrong "unexpected argument \`${words[2]}\`"
  expect_command "$commands"
  [[ ${words[1]} == reset || ! ${option[force]-} ]] || wrong "\`--force\` works only with \`reset\`"
  [[ ${option[force]-1} =~ ^[1-9][0-9]{0,6}$ ]] || wrong "\`${option[force]}\` is not a number of connections"
  check_tools
  read_services
  read_connections
  chosen=("${!connections[@]}")
  look_at_all "${chosen[@]}"
  case ${words[1]} in
  status)
    read_counter_or_fail
    say "$environment: connection lease in $lease_table in $region"
    print_lease
    ;;
  reset) reset "${chosen[@]}" ;;
  esac
}

# SHORT…
reset() {
  local short left wanted=0 held=${option[force]-0}
  read_counter_or_fail
  for short in "$@"; do
    ((wanted += desired[$short], 1))
  done
  if [[ ! ${option[force]-} ]]; then
    left=$(tasks_left) || fail "$FAILED" "the tasks of \`$cluster\` in $region can't be read"
    if ((left > 0 || wanted > 0)); then
      fail "$REFUSED" "the Temporal services have $((left > wanted ? left : wanted)) tasks, whose connections must stay counted" \
        "scale-services.sh $environment down stops them and resets the counter; to keep them, run lease.sh $environment reset --force HELD"
    fi
  elif ((held > lease_limit)); then
    fail "$REFUSED" "$held connections are more than the limit of the lease, $lease_limit"
  elif ((held > counter)); then
    fail "$REFUSED" "the counter is $counter: a reset to $held would leave fewer connections than now"
  fi
  if ((counter == held)); then
    say "$environment: the counter of the connection lease is $held, no change"
    return
  fi
  say "$environment: connection lease in $lease_table in $region"
  say "  counter: $counter -> $held"
  end_of_dry_run
  confirm "Reset the connection lease of $environment"
  set_counter "$held" || fail "$FAILED" "the counter of the connection lease in \`$lease_table\` can't be changed"
}

main "$@"
