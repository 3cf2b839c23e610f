# shellcheck shell=bash
# The DSQL connections that the tasks of the services can open.

if declare -F read_connections >/dev/null; then
  return
fi

# shellcheck source=ecs.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/ecs.sh"

# The connections that one task of each service can open, and the limit of the cluster.
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

# Prints the connections that the currently desired tasks can open.
connections_now() {
  local short sum=0
  for short in "${order[@]}"; do
    ((sum += desired[$short] * ${connections[$short]:-0}, 1))
  done
  printf '%s' "$sum"
}

# SHORT…: refuses a deployment if old and new tasks together could open more connections than the cluster allows.
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
    refuse_connections "$sum" "while old and new tasks run at the same time"
  fi
}

refuse_connections() {
  fail "$REFUSED" "$2, the services can open $1 DSQL connections, but the cluster allows $limit" \
    "lower count, max_conns or target_ready, or request a quota increase from AWS and set dsql_max_connections"
}
