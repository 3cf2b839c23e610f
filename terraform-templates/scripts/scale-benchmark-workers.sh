#!/usr/bin/env bash
# Starts and stops the workers of an environment's benchmark, and its load.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/ecs.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/ecs.sh"

usage() {
  cat <<'TEXT'
usage: scale-benchmark-workers.sh ENVIRONMENT up [N]|load|down|status [options]

  up [N]   run N workers, without a number as many as the benchmark is composed with
  load     start the load generator
  down     stop the load, then the workers
  status   show the cluster and its services; changes nothing

  --region REGION  another region than the environment's
  --wait           wait until each service is steady before the next: the default
  --no-wait        ask for everything at once
  --dry-run        say what would change, and change nothing
  --yes            don't ask; in production this script asks otherwise

Options of the flat layout are understood: --from-terraform says what is so anyway. A call without an environment changes
nothing and is answered with the call to make.

POLL_SECONDS (10) is how often ECS is asked while waiting, TIMEOUT_SECONDS (900) how long a service may take.

Exit codes: 0 done; 1 AWS or Terraform failed, and it says how far it came; 2 wrong arguments, or an environment that
is not there, not initialised or without a benchmark; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='up load down status'

main() {
  local workers
  read_arguments '' from-terraform "$@"
  enter "${words[0]-}" "$commands" benchmark
  ((${#words[@]} <= 3)) || wrong "\`${words[3]}\` is one word too many"
  [[ ${words[1]-} == up || ! ${words[2]-} ]] || wrong "\`${words[2]}\` is one word too many"
  [[ ${words[2]-0} =~ ^(0|[1-9][0-9]{0,4})$ ]] || wrong "\`${words[2]}\` is not a number of workers"
  [[ ${words[1]-} ]] || wrong "up, load, down or status?"
  is_among "${words[1]}" "$commands" || wrong "there is no command \`${words[1]}\`"
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

# N: refused beyond what surely has room on the benchmark's instances beside the generator: more might wait forever.
up() {
  local room
  room=$(output benchmark_max_workers)
  if (($1 > room)); then
    fail "$REFUSED" "beside the generator there is sure to be room for $room workers, not for $1" \
      "raise benchmark.max_instances and apply"
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
    fail "$REFUSED" "no worker runs that would take the load" "$(basename -- "$0") $environment up"
  fi
  announce benchmark-generator
  confirm "Put $environment under load"
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
