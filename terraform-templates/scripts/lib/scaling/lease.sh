# shellcheck shell=bash
# The connection lease, which counts the DSQL connections of all tasks: its counter, and what scale-services.sh prints and
# does about it. When a task stops, most of its connections stay counted.

# shellcheck source=connections.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../connections.sh"

additions['announced']+=' announce_lease'
additions['stopped']+=' reset_after_down'
additions['shown']+=' print_lease'

lease_table=''
lease_limit=0
# The key of the counter's item in the table.
lease_key=''
# The number of connections that are counted.
counter=0

# OPERATION [ARGUMENT…]: an operation on the counter's item.
counter_item() {
  aws dynamodb "$@" --table-name "$lease_table" --key "$lease_key" --region "$region" --output json
}

# Reads the counter. The plugin names the item and its attribute:
# https://github.com/iw/temporal/blob/cf90c57d6/common/persistence/sql/sqlplugin/dsql/distributed_conn_lease.go
read_counter() {
  local host answer
  lease_table=$(output conn_lease_table_name) || exit
  lease_limit=$(output conn_lease_limit) || exit
  host=$(output dsql_endpoint) || exit
  lease_key=$(jq -nc --arg key "dsqllease_counter#$host" '{pk: {S: $key}}')
  answer=$(counter_item get-item --consistent-read) || return
  # The answer is empty if there is no item.
  counter=$(jq -rn 'first(inputs).Item.active.N // "0"' <<<"$answer")
}

read_counter_or_fail() {
  read_counter || fail "$FAILED" "the counter of the connection lease in \`$lease_table\` can't be read"
}

# HELD: sets the counter.
set_counter() {
  if [[ $1 == 0 ]]; then
    counter_item delete-item
  else
    counter_item update-item --update-expression 'SET active = :held' \
      --expression-attribute-values "$(jq -nc --arg held "$1" '{":held": {N: $held}}')"
  fi >/dev/null
}

counted() {
  printf 'connection lease: %s of %s connections counted, %s left' "$counter" "$lease_limit" "$((lease_limit - counter))"
}

print_lease() {
  local short held=0 text
  has_feature lease || return 0
  read_connections
  read_counter_or_fail
  for short in "${!connections[@]}"; do
    ((held += running[$short] * ${connections[$short]}, 1))
  done
  text="$(counted); running tasks can hold at most $held"
  if ((counter > held)); then
    text+=", so at least $((counter - held)) are of stopped tasks"
  fi
  say "$text"
}

# Prints what the announced change means for the lease. It does not stop the change, which may be urgent.
announce_lease() {
  local short adds=0 concerned=''
  has_feature lease || return 0
  read_connections
  for short in "${!starting[@]}"; do
    concerned+=${connections[$short]-}
    ((adds += starting[$short] * ${connections[$short]:-0}, 1))
  done
  [[ $concerned ]] || return 0
  if ! read_counter; then
    printf 'warning: %s\n' "the counter of the connection lease in \`$lease_table\` can't be read" >&2
    return
  fi
  if ((adds == 0)); then
    say "$(counted)"
    return
  fi
  say "$(counted); new tasks can open up to $adds"
  if ((counter + adds > lease_limit)); then
    printf 'warning: the new tasks can need more connections than the lease has left\nhint: %s\n' \
      "scale-services.sh $environment down resets the counter; while tasks run, use lease.sh $environment reset --force" >&2
  fi
}

# Prints how many tasks with DSQL connections have not ended. A task that is stopping has connections too, but ECS does not
# count it as running.
tasks_left() {
  local short status answer tasks at left=0
  for short in "${!connections[@]}"; do
    for status in RUNNING STOPPED; do
      answer=$(ecs list-tasks --service-name "${full_name[$short]}" --desired-status "$status") || return
      mapfile -t tasks < <(jq -r '.taskArns[]' <<<"$answer")
      # One request can describe at most 100 tasks.
      for ((at = 0; at < ${#tasks[@]}; at += 100)); do
        answer=$(ecs describe-tasks --tasks "${tasks[@]:at:100}") || return
        ((left += $(jq '[.tasks[] | select(.lastStatus != "STOPPED")] | length' <<<"$answer"), 1))
      done
    done
  done
  printf '%s' "$left"
}

# Waits until no task with DSQL connections is left.
await_end() {
  local left told='' ends=$((SECONDS + timeout_seconds))
  while left=$(tasks_left); do
    ((left > 0)) || return 0
    if ((SECONDS >= ends)); then
      printf 'error: tasks that are still stopping after %s s: %s\n' "$timeout_seconds" "$left" >&2
      return 1
    fi
    if [[ $left != "$told" ]]; then
      say "connection lease: tasks that are still stopping: $left"
      told=$left
    fi
    sleep "$poll_seconds"
  done
  return 1
}

# Resets the counter, unless a service still has tasks.
reset_after_down() {
  local short
  has_feature lease || return 0
  if [[ ${option[wait]} == no ]]; then
    say "connection lease: not reset; when all tasks have stopped, run lease.sh $environment reset"
    return
  fi
  for short in "${!connections[@]}"; do
    [[ ${desired[$short]} == 0 ]] || return 0
  done
  if ! await_end || ! set_counter 0; then
    fail "$FAILED" "all services are stopped, but the counter of the connection lease is not reset" \
      "lease.sh $environment reset resets it"
  fi
  say "connection lease: counter reset"
}
