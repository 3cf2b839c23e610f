#!/usr/bin/env bash
# Starts and stops the benchmark workers and the load generator of an environment.
set -euo pipefail

# shellcheck source=lib/ecs.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/ecs.sh"

usage() {
  cat <<'TEXT'
usage: scale-benchmark-workers.sh ENVIRONMENT up [N]|load|down|status [options]

  up [N]   run N workers; without N, the number that the environment configures
  load     start the load generator
  down     stop the load generator, then the workers
  status   show the cluster and its services; changes nothing

  --region REGION  use another region than the environment's
  --wait           wait until each service is steady before the next one (default)
  --no-wait        start all changes at once
  --dry-run        show what would change; changes nothing
  --yes            do not ask for confirmation; without it, the script asks in production

The option --from-terraform of the flat layout still works and has no effect. A call without an environment changes
nothing. The script then prints the call to use instead.

Environment variables: POLL_SECONDS is the time between two requests to ECS while waiting (default 10), TIMEOUT_SECONDS
the maximum time for a service (default 900).

Exit codes: 0 done; 1 AWS or Terraform failed, the script prints what is done; 2 wrong arguments, or the environment
does not exist, is not initialised or has no benchmark; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='up load down status'

main() {
  local workers
  read_arguments '' from-terraform "$@"
  enter "${words[0]-}" "$commands" benchmark
  ((${#words[@]} <= 3)) || wrong "unexpected argument \`${words[3]}\`"
  [[ ${words[1]-} == up || ! ${words[2]-} ]] || wrong "unexpected argument \`${words[2]}\`"
  [[ ${words[2]-0} =~ ^(0|[1-9][0-9]{0,4})$ ]] || wrong "\`${words[2]}\` is not a valid number of workers"
  [[ ${words[1]-} ]] || wrong "no command given: use up, load, down or status"
  is_among "${words[1]}" "$commands" || wrong "unknown command \`${words[1]}\`"
  check_tools
  read_services
  full_name[benchmark-worker]=$(output benchmark_worker_service_name)
  full_name[benchmark-generator]=$(output benchmark_generator_service_name)
  case ${words[1]} in
  up)
    workers=$(output benchmark_worker_count)
    up "${words[2]:-$workers}"
    ;;
  load) load ;;
  down) down ;;
  status) print_status ;;
  esac
}

# N: refuses more workers than the benchmark's instances surely have capacity for beside the generator. More workers
# could wait forever.
up() {
  local room
  room=$(output benchmark_max_workers)
  if (($1 > room)); then
    fail "$REFUSED" \
      "the benchmark's instances have guaranteed capacity for the generator and $room workers, not for $1" \
      "increase benchmark.max_instances and apply"
  fi
  count[benchmark-worker]=$1
  look_at_all benchmark-worker
  announce benchmark-worker
  confirm "Run $1 workers against $environment"
  each bring benchmark-worker
}

load() {
  count[benchmark-generator]=1
  look_at_all benchmark-worker benchmark-generator
  if ((desired[benchmark-worker] == 0)); then
    fail "$REFUSED" "no worker is running to process the load" "$(basename -- "$0") $environment up"
  fi
  announce benchmark-generator
  confirm "Start the load on $environment"
  each bring benchmark-generator
}

down() {
  count[benchmark-generator]=0 count[benchmark-worker]=0
  look_at_all benchmark-generator benchmark-worker
  announce benchmark-generator benchmark-worker
  confirm "Stop the benchmark of $environment"
  each bring benchmark-generator benchmark-worker
}

main "$@"
