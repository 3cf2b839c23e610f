# shellcheck shell=bash
# Tasks of the admin tools, which run once and end.

if declare -F run_task >/dev/null; then
  return
fi

# shellcheck source=ecs.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/ecs.sh"

# schema|index: creates or updates Temporal's schema in DSQL, or the index of workflows in OpenSearch.
prepare_store() {
  local task groups log
  case $1 in
  schema)
    task=$(output dsql_schema_task_definition_arn) || return
    groups=$(output dsql_schema_security_group_ids) || return
    log=$(output dsql_schema_log_group_name) || return
    ;;
  index)
    task=$(output opensearch_setup_task_definition_arn) || return
    groups=$(output opensearch_setup_security_group_ids) || return
    log=$(output opensearch_setup_log_group_name) || return
    ;;
  esac
  run_task "$1" "$task" "$groups" "$log" '{}'
}

# STEP TASK-DEFINITION GROUPS LOG-GROUP OVERRIDES: runs a task until it ends. It must end with exit code 0.
run_task() {
  local network answer task ends=$((SECONDS + timeout_seconds))
  network=$(output private_subnet_ids "{awsvpcConfiguration: {subnets: ., securityGroups: $3}} | tojson") || return
  answer=$(ecs run-task --launch-type FARGATE --task-definition "$2" --network-configuration "$network" \
    --overrides "$5") || return
  task=$(jq -er '.tasks[0].taskArn' <<<"$answer") || {
    printf 'error: ECS did not start the task: %s\n' "$(jq -r '[.failures[].reason] | join(", ")' <<<"$answer")" >&2
    return 1
  }
  say "$1: task ${task##*/} started"
  while true; do
    answer=$(ecs describe-tasks --tasks "$task") || return
    [[ $(jq -r '.tasks[0].lastStatus' <<<"$answer") != STOPPED ]] || break
    if ((SECONDS >= ends)); then
      printf 'error: the task has not ended after %s s\n' "$timeout_seconds" >&2
      return 1
    fi
    sleep "$poll_seconds"
  done
  if jq -e '.tasks[0].containers | all(.exitCode == 0)' <<<"$answer" >/dev/null; then
    say "$1: done"
    return
  fi
  jq -r '.tasks[0] | "error: \(.stoppedReason // "the task ended")",
    (.containers[] | "  \(.name): exit code \(.exitCode // "none") \(.reason // "")")' <<<"$answer" >&2
  printf 'hint: read its log: aws logs tail %s --region %s --since 1h\n' "$4" "$region" >&2
  return 1
}
