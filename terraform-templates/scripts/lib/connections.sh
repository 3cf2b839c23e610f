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
  # shellcheck disable=SC2034 # lib/deployments.sh reads it.
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
