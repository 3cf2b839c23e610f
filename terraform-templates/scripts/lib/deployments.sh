# shellcheck shell=bash
# Deployments of the services: the DSQL connections that they need, and what optional features do about them.

# shellcheck source=connections.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/connections.sh"
for file in "$(dirname -- "${BASH_SOURCE[0]}")"/scaling/*.sh; do
  # shellcheck source=/dev/null
  [[ ! -e $file ]] || source "$file"
done

# The services that run.
running_ones=()

# SHORT…: finds those that run. A deployment replaces all their tasks.
find_running() {
  local short
  for short in "$@"; do
    if ((desired[$short] > 0)); then
      running_ones+=("$short")
      # shellcheck disable=SC2034 # Optional features read it.
      starting[$short]=${desired[$short]}
    fi
  done
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
