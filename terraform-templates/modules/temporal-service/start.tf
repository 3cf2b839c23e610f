# How long a task can take to start. The server listens only when it has its connections, and a health check
# that gives up earlier would stop a task that is about to run.

locals {
  # A random delay of at most 5 s, at most 30 s to join the ring, and time for the rest.
  start_beside_connections = 60

  # The server opens four pools one after the other and waits at most 30 s for the reservoir of each. With the
  # limiter slots, it waits at most 30 s for its blocks and 10 s for the three pools of the start. Without a
  # reservoir, it opens all connections of all four pools, and spreads those of a pool of more than 100 over
  # pool_warmup seconds.
  start_of_connections = (
    !var.reservoir_enabled ? max(ceil(4 * var.max_conns / 10), var.max_conns > 100 ? 4 * local.pool_warmup : 0) :
    local.uses_slots ? 30 + 3 * 10 + 30 : 4 * 30
  )

  # 2 minutes by default: four pools would take longer than ECS lets a task start.
  pool_warmup = 30

  # ECS accepts at most 300.
  start_period = max(var.start_period, min(300, local.start_beside_connections + local.start_of_connections))
}
