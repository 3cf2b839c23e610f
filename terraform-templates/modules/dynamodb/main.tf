# Both tables contain counters that are valid for seconds to minutes. They need protection from deletion while Temporal
# runs, but no backup: point-in-time recovery would restore outdated numbers.

# One counter per second and DSQL cluster, or with the limiter slots one token bucket. Every Temporal task takes from it
# before it opens a connection.
resource "aws_dynamodb_table" "rate_limiter" {
  #checkov:skip=CKV_AWS_119:its counters are no secret; DynamoDB encrypts them with a key of AWS
  #checkov:skip=CKV_AWS_28:its counters live for seconds, so an old state is worth nothing
  name                        = "${var.project_name}-dsql-rate-limiter"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "pk"
    type = "S"
  }

  ttl {
    attribute_name = "ttl_epoch"
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }
}

# One item per open connection and a counter of all connections, or with the limiter slots one item per block of them.
resource "aws_dynamodb_table" "conn_lease" {
  #checkov:skip=CKV_AWS_119:its counters are no secret; DynamoDB encrypts them with a key of AWS
  #checkov:skip=CKV_AWS_28:its counters live as long as tasks, so an old state is worth nothing
  count = var.conn_lease_enabled ? 1 : 0

  name                        = "${var.project_name}-dsql-conn-lease"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "pk"
    type = "S"
  }

  ttl {
    attribute_name = "ttl_epoch"
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }
}
