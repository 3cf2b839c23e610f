# shellcheck shell=sh
# Starts a Temporal service: writes its configuration to the folder in the first argument
# and becomes the server. `sh -c` runs it in the shell of the image. The script needs only
# temporal-server from the image.
set -eu

fail() {
  echo "start: $*" >&2
  exit 1
}

folder=$1

# Without one of these, the server would fail later with a less clear message, or continue
# without a limit.
needed="SERVICES TEMPORAL_SERVER_CONFIG TEMPORAL_DYNAMIC_CONFIG AWS_REGION CLUSTER_ENDPOINT"
if [ "${DSQL_DISTRIBUTED_RATE_LIMITER_ENABLED:-}" = true ]; then
  needed="$needed DSQL_DISTRIBUTED_RATE_LIMITER_TABLE"
fi
if [ "${DSQL_DISTRIBUTED_CONN_LEASE_ENABLED:-}" = true ]; then
  needed="$needed DSQL_DISTRIBUTED_CONN_LEASE_TABLE"
fi
for name in $needed; do
  eval "value=\${$name:-}"
  [ -n "$value" ] || fail "the environment variable $name is missing: the task definition sets it"
done
command -v temporal-server > /dev/null || fail "the image has no temporal-server on its PATH ($PATH)"

# Finds the address for other tasks. The server listens on all addresses, so it does not
# know which one they can reach.
find_address() {
  if command -v curl > /dev/null; then
    fetch="curl -fsS --max-time 5"
  elif command -v wget > /dev/null; then
    # Not every Busybox has a timeout. The health check ends a task that hangs here.
    fetch="wget -q -t 1 -O -"
  else
    # The ECS agent writes the name and the address of the task's network interface there.
    # shellcheck disable=SC3028 # Docker sets it, not the shell.
    host=${HOSTNAME:-}
    while read -r address names; do
      for name in $names; do
        [ "$name" != "$host" ] || TEMPORAL_BROADCAST_ADDRESS=$address
      done
    done < /etc/hosts
    [ -n "${TEMPORAL_BROADCAST_ADDRESS:-}" ] ||
      fail "the image has neither curl nor wget, and /etc/hosts has no address of '$host', the host name"
    return
  fi

  [ -n "${ECS_CONTAINER_METADATA_URI_V4:-}" ] ||
    fail "the environment variable ECS_CONTAINER_METADATA_URI_V4 is missing: the ECS agent sets it"
  url=$ECS_CONTAINER_METADATA_URI_V4/task
  # shellcheck disable=SC2086
  answer=$($fetch "$url" 2> /dev/null) ||
    fail "the task metadata endpoint $url does not answer, so the address of the task is unknown"
  # The same answer without white space.
  # shellcheck disable=SC2086
  answer=$(set -f && set -- $answer && IFS='' && printf '%s' "$*")
  address=${answer#*'"IPv4Addresses":["'}
  [ "$address" != "$answer" ] || fail "the task metadata endpoint $url names no IPv4 address"
  TEMPORAL_BROADCAST_ADDRESS=${address%%'"'*}
}

[ -n "${TEMPORAL_BROADCAST_ADDRESS:-}" ] || find_address
case $TEMPORAL_BROADCAST_ADDRESS in
  127.*) fail "no other task reaches this one at $TEMPORAL_BROADCAST_ADDRESS" ;;
esac
export TEMPORAL_BROADCAST_ADDRESS

write() {
  { printf '%s' "$2" > "$folder/$1"; } 2> /dev/null || fail "$folder/$1 can't be written"
}

write server.yaml "$TEMPORAL_SERVER_CONFIG"
write dynamic-config.yaml "$TEMPORAL_DYNAMIC_CONFIG"
unset TEMPORAL_SERVER_CONFIG TEMPORAL_DYNAMIC_CONFIG

# With a configuration file, the server rejects each of these variables. An image may set them.
unset TEMPORAL_ENVIRONMENT TEMPORAL_ROOT TEMPORAL_CONFIG_DIR TEMPORAL_AVAILABILITY_ZONE TEMPORAL_AVAILABILTY_ZONE

echo "start: $SERVICES at $TEMPORAL_BROADCAST_ADDRESS"
exec temporal-server --config-file "$folder/server.yaml" --allow-no-auth start --service "$SERVICES"
