#!/usr/bin/env bash
# Starts and stops the benchmark workers and the load generator of an environment, and prints the results of a run.
set -euo pipefail

# shellcheck source=lib/ecs.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/ecs.sh"

usage() {
  cat <<'TEXT'
usage: scale-benchmark-workers.sh ENVIRONMENT up [N]|load|results|down|status [options]

  up [N]   run N workers; without N, the number that the environment configures
  load     start the load generator, wait for the end of its run, stop it and print the results
  results  print the results of the last run
  down     stop the load generator, then the workers
  status   show the cluster and its services; changes nothing

Options of load. Without them, the run has the load that the environment configures:

  --rate N              workflows per second, from 1 to 1000
  --duration TIME       how long it starts workflows, from 1m to 60m
  --ramp-up TIME        the time in which the rate rises; shorter than the duration
  --workflow-type TYPE  simple, multi-activity, timer, child-workflow or state-transitions
  --pollers N           requests with which each worker waits for tasks, from 2 to 200
  --namespace NAME      one of the namespaces that setup.sh creates

The workers restart if they work in another namespace or have other pollers.

Options of all commands:

  --region REGION  use another region than the environment's
  --wait           wait until each service is steady before the next one (default)
  --no-wait        start all changes at once; load does not wait for the run, so stop it with down
  --dry-run        show what would change; changes nothing
  --yes            do not ask for confirmation; without it, the script asks in production

The results are also written to a new file, benchmark-results/ENVIRONMENT/TIME-TASK.json.

The option --from-terraform of the flat layout still works and has no effect. A call without an environment changes
nothing. The script then prints the call to use instead.

Environment variables: POLL_SECONDS is the time between two requests to AWS while waiting (default 10), TIMEOUT_SECONDS
the maximum time for a service, and for a run in addition to its duration (default 900).

Exit codes: 0 done; 1 AWS, Terraform or the run failed, or its log has no results; 2 wrong arguments, or the environment
does not exist, is not initialised or has no benchmark; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='up load results down status'
readonly workflow_types=(simple multi-activity timer child-workflow state-transitions)

main() {
  local workers
  read_arguments 'rate duration ramp-up workflow-type pollers namespace wait' from-terraform "$@"
  enter "${words[0]-}" "$commands" benchmark
  ((${#words[@]} <= 3)) || wrong "unexpected argument \`${words[3]}\`"
  [[ ${words[1]-} == up || ! ${words[2]-} ]] || wrong "unexpected argument \`${words[2]}\`"
  [[ ${words[2]-0} =~ ^(0|[1-9][0-9]{0,4})$ ]] || wrong "\`${words[2]}\` is not a valid number of workers"
  expect_command "$commands"
  check_load
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
  results) last_results ;;
  down) down ;;
  status) print_status ;;
  esac
}

# Refuses what the generator would refuse at its start. `load` compares the times with each other once it knows both.
check_load() {
  local name
  for name in rate duration ramp-up workflow-type pollers namespace; do
    [[ ! ${option[$name]-} || ${words[1]} == load ]] || wrong "\`--$name\` is an option of load"
  done
  if [[ ! ${option[rate]-1} =~ ^[1-9][0-9]{0,3}$ ]] || ((${option[rate]-1} > 1000)); then
    wrong "\`${option[rate]}\` is not a valid rate: use a whole number from 1 to 1000"
  fi
  if ! is_time "${option[duration]-1m}" || (($(seconds "${option[duration]-1m}") < 60 || \
    $(seconds "${option[duration]-1m}") > 3600)); then
    wrong "\`${option[duration]}\` is not a valid duration: use a time from 1m to 60m, such as 5m or 90s"
  fi
  if [[ ! ${option[pollers]-2} =~ ^[1-9][0-9]{0,2}$ ]] || ((${option[pollers]-2} < 2 || ${option[pollers]-2} > 200)); then
    wrong "\`${option[pollers]}\` is not a valid number of pollers: use a whole number from 2 to 200"
  fi
  is_time "${option[ramp-up]-0s}" || wrong "\`${option[ramp-up]}\` is not a valid ramp-up: use a time such as 30s"
  [[ ${option[workflow-type]-simple} =~ ^[a-z-]+$ && " ${workflow_types[*]} " == *" ${option[workflow-type]-simple} "* ]] ||
    wrong "\`${option[workflow-type]}\` is not a workflow type: use one of $(list "${workflow_types[@]}")"
}

is_time() {
  [[ $1 =~ ^(0|[1-9][0-9]{0,3})[smh]$ ]]
}

# TIME: in seconds.
seconds() {
  local -A unit=([s]=1 [m]=60 [h]=3600)
  printf '%s' "$((${1%[smh]} * unit[${1: -1}]))"
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

down() {
  count[benchmark-generator]=0 count[benchmark-worker]=0
  look_at_all benchmark-generator benchmark-worker
  announce benchmark-generator benchmark-worker
  confirm "Stop the benchmark of $environment"
  each bring benchmark-generator benchmark-worker
}

# ------------------------------------------------------------------------------
# A run
# ------------------------------------------------------------------------------

# The task definition of a role as Terraform made it, and as the run has it.
declare -A composed=() definition=()

# The environment variables that the generator and the workers have in the run, by name.
declare -A variable=()

load() {
  local short name value lines allowed
  count[benchmark-generator]=1
  look_at_all benchmark-worker benchmark-generator
  if ((desired[benchmark-worker] == 0)); then
    fail "$REFUSED" "no worker is running to process the load" "$(basename -- "$0") $environment up"
  fi
  if ((desired[benchmark-generator] != 0)); then
    fail "$REFUSED" "the load generator is already running" \
      "wait for its results, or stop it: $(basename -- "$0") $environment down"
  fi
  if [[ ${option[namespace]-} ]]; then
    allowed=$(output namespaces 'join(", ")')
    [[ ${option[namespace]} != *,* && ", $allowed, " == *", ${option[namespace]}, "* ]] ||
      wrong "\`${option[namespace]}\` is not a namespace of \`$environment\`: use one of $allowed"
  fi
  composed[benchmark-generator]=$(output benchmark_task_definition_arn)
  composed[benchmark-worker]=$(output benchmark_worker_task_definition_arn)
  for short in benchmark-worker benchmark-generator; do
    read_definition "$short" "${composed[$short]}" || fail "$FAILED" "the task definition of $short can't be read"
    lines=$(environment_of "$short" | jq -r 'to_entries[] | "\(.key)=\(.value)"')
    while IFS='=' read -r name value; do
      variable[$name]=$value
    done <<<"$lines"
  done
  set_variable rate BENCHMARK_TARGET_RATE
  set_variable duration BENCHMARK_DURATION
  set_variable ramp-up BENCHMARK_RAMP_UP
  set_variable workflow-type BENCHMARK_WORKFLOW_TYPE
  set_variable pollers BENCHMARK_POLLERS
  set_variable namespace BENCHMARK_NAMESPACE
  (($(seconds "${variable[BENCHMARK_RAMP_UP]}") < $(seconds "${variable[BENCHMARK_DURATION]}"))) ||
    wrong "a ramp-up of ${variable[BENCHMARK_RAMP_UP]} is not shorter than the duration of ${variable[BENCHMARK_DURATION]}"
  say "load: ${variable[BENCHMARK_WORKFLOW_TYPE]}, ${variable[BENCHMARK_TARGET_RATE]} workflows per second for" \
    "${variable[BENCHMARK_DURATION]}, ramp-up ${variable[BENCHMARK_RAMP_UP]}, namespace ${variable[BENCHMARK_NAMESPACE]}," \
    "${variable[BENCHMARK_POLLERS]} pollers"
  announce benchmark-generator
  confirm "Start the load on $environment"
  # shellcheck disable=SC2034 # `each` reads it.
  again="to stop the load generator and the workers: $(basename -- "$0") $environment down"
  if [[ ${option[wait]} == no ]]; then
    each step_of_load benchmark-worker start
  else
    each step_of_load benchmark-worker run results
  fi
}

# STEP
step_of_load() {
  case $1 in
  benchmark-worker) move_workers ;;
  start) start_generator ;;
  run) run_generator ;;
  results) print_results "$task" ;;
  esac
}

# OPTION VARIABLE: replaces the value of a variable by that of the option, if there is one.
set_variable() {
  variable[$2]=${option[$1]:-${variable[$2]-}}
}

# SHORT ARN: reads a task definition.
read_definition() {
  definition[$1]=$(aws ecs describe-task-definition --task-definition "$2" --region "$region" --output json)
}

# SHORT: the environment variables of its container, as an object.
environment_of() {
  jq -e --arg name "$1" '[.taskDefinition.containerDefinitions[] | select(.name == $name) | .environment[]?]
    | from_entries' <<<"${definition[$1]}"
}

# Gives the workers the run's namespace and pollers, unless they have them.
move_workers() {
  local used namespace=${variable[BENCHMARK_NAMESPACE]} pollers=${variable[BENCHMARK_POLLERS]}
  used=$(ecs describe-services --services "${full_name[benchmark-worker]}") || return
  used=$(jq -er '.services[0].taskDefinition' <<<"$used") || return
  read_definition benchmark-worker "$used" || return
  used=$(environment_of benchmark-worker | jq -r '"\(.BENCHMARK_NAMESPACE) \(.BENCHMARK_POLLERS // "")"') || return
  if [[ $used == "$namespace $pollers" ]]; then
    return
  fi
  say "benchmark-worker: moving to the namespace $namespace with $pollers pollers"
  read_definition benchmark-worker "${composed[benchmark-worker]}" || return
  used=$(revision benchmark-worker BENCHMARK_NAMESPACE BENCHMARK_POLLERS) || return
  set_count benchmark-worker "${desired[benchmark-worker]}" --task-definition "$used"
}

# SHORT VARIABLE…: prints the ARN of a task definition with the run's values of these variables: the one that Terraform
# made if it has them, else a new revision. A service takes no other values, and a task outside a service has no Service
# Connect.
revision() {
  local short=$1 name changes='{}' answer
  shift
  for name in "$@"; do
    changes=$(jq -c --arg name "$name" --arg value "${variable[$name]}" '. + {($name): $value}' <<<"$changes")
  done
  if environment_of "$short" | jq -e --argjson changes "$changes" '. == . + $changes' >/dev/null; then
    printf '%s' "${composed[$short]}"
    return
  fi
  answer=$(jq --arg name "$short" --argjson changes "$changes" '.taskDefinition
    | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy)
    | (.containerDefinitions[] | select(.name == $name).environment) |=
      (from_entries + $changes | to_entries | map({name: .key, value: .value}))' <<<"${definition[$short]}") || return
  answer=$(aws ecs register-task-definition --region "$region" --output json --cli-input-json "$answer") || return
  jq -er '.taskDefinition.taskDefinitionArn' <<<"$answer"
}

# The ARN of the generator's task definition in the run, and of its task.
run_definition='' task=''

# Starts the generator with the run's variables.
start_generator() {
  run_definition=$(revision benchmark-generator BENCHMARK_TARGET_RATE BENCHMARK_DURATION BENCHMARK_RAMP_UP \
    BENCHMARK_WORKFLOW_TYPE BENCHMARK_NAMESPACE) || return
  # A new deployment: a task can find only the services that existed at its deployment (Service Connect).
  ecs update-service --service "${full_name[benchmark-generator]}" --desired-count 1 \
    --task-definition "$run_definition" --force-new-deployment >/dev/null || return
  say "benchmark-generator: started"
}

# Starts the generator, waits until its task has ended, and stops the service, since ECS starts another task.
run_generator() {
  local code=0
  start_generator || return
  { task=$(task_of_run) && await_end; } || code=1
  ecs update-service --service "${full_name[benchmark-generator]}" --desired-count 0 \
    --task-definition "${composed[benchmark-generator]}" >/dev/null || return
  if [[ $run_definition != "${composed[benchmark-generator]}" ]]; then
    aws ecs deregister-task-definition --task-definition "$run_definition" --region "$region" >/dev/null || return
  fi
  say "benchmark-generator: stopped"
  return "$code"
}

# Prints the ARN of the generator's task once it exists.
task_of_run() {
  local answer ends=$((SECONDS + timeout_seconds))
  while true; do
    answer=$(ecs list-tasks --service-name "${full_name[benchmark-generator]}" --desired-status RUNNING) || return
    ! jq -er '.taskArns[0] // empty' <<<"$answer" || return 0
    if ((SECONDS >= ends)); then
      look benchmark-generator || return
      complain "no task of the generator has started after $timeout_seconds s" benchmark-generator
      return 1
    fi
    sleep "$poll_seconds"
  done
}

# Waits until the generator's task has ended. It must end with exit code 0. The generator waits for open workflows as long as the run
# took, 10 minutes at most.
await_end() {
  local answer now told='' limit
  limit=$(($(seconds "${variable[BENCHMARK_DURATION]}") * 2 * ${variable[BENCHMARK_ITERATIONS]:-1} + timeout_seconds))
  local ends=$((SECONDS + limit))
  while true; do
    answer=$(ecs describe-tasks --tasks "$task") || return
    now=$(jq -r '.tasks[0].lastStatus // "MISSING"' <<<"$answer")
    [[ $now != STOPPED && $now != MISSING ]] || break
    if [[ $now != "$told" ]]; then
      say "benchmark-generator: task ${task##*/} is $now"
      told=$now
    fi
    if ((SECONDS >= ends)); then
      printf 'error: the run has not ended after %s s\n' "$limit" >&2
      return 1
    fi
    sleep "$poll_seconds"
  done
  if jq -e '.tasks[0].containers[] | select(.name == "benchmark-generator").exitCode == 0' <<<"$answer" >/dev/null; then
    return
  fi
  jq -r '.tasks[0] | "error: the run failed: \(.stoppedReason // "the task ended")",
    ((.containers // [])[] | "  \(.name): exit code \(.exitCode // "none") \(.reason // "")")' <<<"$answer" >&2
  read_log "$task" && print_errors
  return 1
}

# ------------------------------------------------------------------------------
# Results
# ------------------------------------------------------------------------------

# The last lines of a task's log, as a JSON list.
log=''

# TASK: reads the end of its log. After the results, the generator writes only a few lines about its cleanup.
read_log() {
  local answer group
  group=$(output benchmark_log_group_name) || return
  answer=$(aws logs get-log-events --log-group-name "$group" --log-stream-name "ecs/benchmark-generator/${1##*/}" \
    --limit 1000 --region "$region" --output json) || return
  log=$(jq -c '[.events[].message]' <<<"$answer")
}

# Prints the last errors of the log.
print_errors() {
  jq -r '[.[] | fromjson? | objects | select(.level == "ERROR")][-5:][]
    | "  \(.msg)\(if .error then ": \(.error)" else "" end)"' <<<"$log" >&2
}

# Prints the generator's results from the log, or nothing.
results_in_log() {
  # The lines after the last heading, without log entries between them, end with a brace at the start of a line.
  jq -c 'rindex(["JSON Results:"]) as $at | select($at != null) | .[$at + 1:]
    | map(select(startswith("{\"") | not)) | .[:(index(["}"]) // -1) + 1] | join("\n")
    | fromjson? | select(.results.latency and .config)' <<<"$log"
}

# The task of the last run, whose log is the newest.
last_results() {
  local group answer stream
  group=$(output benchmark_log_group_name)
  answer=$(aws logs describe-log-streams --log-group-name "$group" --order-by LastEventTime --descending --limit 50 \
    --region "$region" --no-paginate --output json) || fail "$FAILED" "the log group $group can't be read"
  stream=$(jq -r '[.logStreams[].logStreamName | select(startswith("ecs/benchmark-generator/"))][0] // ""' <<<"$answer")
  [[ $stream ]] || fail "$FAILED" "there was no run yet: $group has no log of the generator"
  print_results "$stream" || exit "$FAILED"
}

# TASK: prints the results of a run, and writes them to a file.
print_results() {
  local results='' folder file attempts
  # CloudWatch shows the last lines some seconds after the task has ended.
  for attempts in 5 4 3 2 1 0; do
    read_log "$1" || return
    results=$(results_in_log)
    [[ ! $results && $attempts != 0 ]] || break
    sleep "$poll_seconds"
  done
  if [[ ! $results ]]; then
    printf 'error: the log of task %s has no results\n' "${1##*/}" >&2
    print_errors
    printf 'hint: read it: aws logs tail %s --log-stream-names ecs/benchmark-generator/%s --region %s --since 1d\n' \
      "$(output benchmark_log_group_name)" "${1##*/}" "$region" >&2
    return 1
  fi
  jq -r '
    def row(name; value): "\(name)                        "[:24] + "            \(value)"[-12:];
    def hundredths: . * 100 | round | "\(. / 100 | floor).\("0\(. % 100)"[-2:])";
    def share(of): if of > 0 then " (\(. * 100 / of | hundredths) %)" else "" end;
    .config as $c | .results as $r
    | "\($c.workflowType), \($c.targetRate) workflows per second for \($c.duration), namespace \($c.namespace), \(.timestamp)",
      row("workflows started"; $r.workflowsStarted),
      row("completed"; $r.workflowsCompleted),
      row("failed"; $r.workflowsFailed) + ($r.workflowsFailed | share($r.workflowsStarted)),
      row("not finished"; $r.workflowsStarted - $r.workflowsCompleted - $r.workflowsFailed),
      row("completed per second"; $r.actualRate | hundredths),
      row("latency p50 (ms)"; $r.latency.p50 | hundredths),
      row("latency p95 (ms)"; $r.latency.p95 | hundredths),
      row("latency p99 (ms)"; $r.latency.p99 | hundredths),
      row("latency max (ms)"; $r.latency.max | hundredths)' <<<"$results" || return
  # shellcheck disable=SC2154 # lib/common.sh sets it.
  folder=$tree/benchmark-results/$environment
  file=$folder/$(jq -r '.timestamp[:19] | gsub("[-:]"; "")' <<<"$results")Z-${1##*/}.json
  if [[ ! -e $file ]]; then
    mkdir -p -- "$folder" || return
    # Constants of the image, which say nothing about this environment.
    (set -o noclobber && jq --arg environment "$environment" --arg task "${1##*/}" \
      '{environment: $environment, task: $task} + del(.system, .config.workerCount)' <<<"$results" >"$file") || return
  fi
  say "results: ${file#"$tree"/}"
}

main "$@"
