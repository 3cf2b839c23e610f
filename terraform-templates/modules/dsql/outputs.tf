output "endpoint" {
  description = "Public host name of the cluster, port 5432. Clients can connect only with an IAM token."
  value       = "${aws_dsql_cluster.this.identifier}.dsql.${data.aws_region.current.region}.on.aws"
}

output "arn" {
  description = "ARN of the cluster, for the roles that may connect to it."
  value       = aws_dsql_cluster.this.arn
}

output "identifier" {
  description = "Identifier of the cluster, for the console, backups and metrics."
  value       = aws_dsql_cluster.this.identifier
}
