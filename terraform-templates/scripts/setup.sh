#!/usr/bin/env bash
# Prepares an environment for its first start: schema, index and namespaces. You can repeat every step.
set -euo pipefail

# shellcheck source=lib/tasks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/tasks.sh"

usage() {
  cat <<'TEXT'
usage: setup.sh ENVIRONMENT [schema|index|namespaces|status]… [options]

Without a step, the script runs all three in this order. You can repeat each step: it keeps what already exists.

  schema      create or update Temporal's schema in DSQL; repeat it after every new admin-tools image
  index       create or update the visibility index; repeat it after every new admin-tools image
  namespaces  create the namespaces; if no frontend is running, the script starts one and stops it afterwards
  status      show the cluster and its services; changes nothing

  --retention TIME  how long a new namespace keeps closed workflows (default 72h)
  --region REGION   use another region than the environment's
  --dry-run         show which steps would run; runs nothing
  --yes             do not ask for confirmation; without it, the script asks in production

Environment variables: POLL_SECONDS is the time between two requests to ECS while waiting (default 10), TIMEOUT_SECONDS
the maximum time for a step (default 900).

Exit codes: 0 done; 1 AWS, Terraform or a step failed, the script prints what is done; 2 wrong arguments, or the
environment does not exist or is not initialised; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='schema index namespaces status'

main() {
  local step steps
  read_arguments retention '' "$@"
  enter "${words[0]-}" "$commands"
  steps=("${words[@]:1}")
  for step in "${steps[@]}"; do
    is_among "$step" "$commands" || wrong "unknown step \`$step\`"
    [[ $step != status ]] || ((${#steps[@]} == 1)) || wrong "use \`status\` without other steps"
  done
  if ((${#steps[@]} == 0)); then
    steps=(schema index namespaces)
  fi
  [[ ${option[retention]:=72h} =~ ^[1-9][0-9]*[hd]$ ]] || wrong "\`${option[retention]}\` is not a valid time, such as 72h"
  check_tools
  read_services
  if [[ ${steps[0]} == status ]]; then
    print_status
    return
  fi
  # Always wait: each step needs the one before it.
  option[wait]=yes
  say "$environment: cluster $cluster in $region, $(list "${steps[@]}")"
  end_of_dry_run
  confirm "Set up $environment"
  each take "${steps[@]}"
}

# STEP
take() {
  case $1 in
  schema | index) prepare_store "$1" ;;
  namespaces) make_namespaces ;;
  esac
}

# Only a running frontend can create namespaces. The task of the admin tools has the `temporal` command-line tool. In
# the services' security group, it can call the frontend's task by its address.
make_namespaces() {
  local before
  look_at_all frontend
  before=${desired[frontend]}
  if [[ $before == 0 ]]; then
    say "namespaces: starting a frontend"
    set_count frontend 1 --force-new-deployment || {
      stop_frontend
      return 1
    }
  fi
  namespaces_at_frontend || {
    [[ $before != 0 ]] || stop_frontend
    return 1
  }
  [[ $before != 0 ]] || stop_frontend
}

stop_frontend() {
  set_count frontend 0
}

namespaces_at_frontend() {
  local answer task address groups log names script overrides
  answer=$(ecs list-tasks --service-name "${full_name[frontend]}" --desired-status RUNNING) || return
  task=$(jq -er '.taskArns[0]' <<<"$answer") || {
    printf 'error: no task of the frontend is running\n' >&2
    return 1
  }
  answer=$(ecs describe-tasks --tasks "$task") || return
  address=$(jq -er '[.tasks[0].attachments[].details[] | select(.name == "privateIPv4Address").value][0]' <<<"$answer") || {
    printf 'error: the frontend'\''s task has no address yet\n' >&2
    return 1
  }
  names=$(output namespaces 'join(" ")') || return
  task=$(output dsql_schema_task_definition_arn) || return
  groups=$(output setup_security_group_ids) || return
  log=$(output dsql_schema_log_group_name) || return
  # shellcheck disable=SC2016 # The task's shell expands it.
  script='command -v temporal >/dev/null || { echo "the image has no temporal on its PATH ($PATH)" >&2; exit 1; }; '
  script+="for namespace in $names; do temporal operator namespace describe --address $address:7233 --namespace \$namespace >/dev/null || temporal operator namespace create --address $address:7233 --namespace \$namespace --retention ${option[retention]} || exit 1; done"
  overrides=$(jq -nc --arg script "$script" '{containerOverrides: [{name: "dsql-schema", command: [$script]}]}') || return
  run_task namespaces "$task" "$groups" "$log" "$overrides"
}

main "$@"
