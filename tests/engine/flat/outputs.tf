# What scripts and people read of it. The commands are shorter here than in the public root; nothing runs them.

# Network

output "vpc_id" {
  value = aws_vpc.main.id
}

output "vpc_cidr" {
  value = aws_vpc.main.cidr_block
}

output "private_subnet_ids" {
  value = aws_subnet.private[*].id
}

output "private_subnet_cidrs" {
  value = aws_subnet.private[*].cidr_block
}

output "nat_gateway_id" {
  value = aws_nat_gateway.main.id
}

output "nat_gateway_public_ip" {
  value = aws_eip.nat.public_ip
}

# Roles

output "ecs_execution_role_arn" {
  value = aws_iam_role.ecs_execution.arn
}

output "ecs_execution_role_name" {
  value = aws_iam_role.ecs_execution.name
}

output "temporal_task_role_arn" {
  value = aws_iam_role.temporal_task.arn
}

output "temporal_task_role_name" {
  value = aws_iam_role.temporal_task.name
}

output "grafana_task_role_arn" {
  value = aws_iam_role.grafana_task.arn
}

output "grafana_task_role_name" {
  value = aws_iam_role.grafana_task.name
}

output "temporal_ui_task_role_arn" {
  value = aws_iam_role.temporal_ui_task.arn
}

output "temporal_ui_task_role_name" {
  value = aws_iam_role.temporal_ui_task.name
}

# Cluster

output "ecs_cluster_id" {
  value = aws_ecs_cluster.main.id
}

output "ecs_cluster_arn" {
  value = aws_ecs_cluster.main.arn
}

output "ecs_cluster_name" {
  value = aws_ecs_cluster.main.name
}

output "ecs_instances_security_group_id" {
  value = aws_security_group.ecs_instances.id
}

output "ecs_exec_log_group_name" {
  value = aws_cloudwatch_log_group.ecs_exec.name
}

output "service_connect_namespace_arn" {
  value = aws_service_discovery_http_namespace.main.arn
}

output "service_connect_namespace_id" {
  value = aws_service_discovery_http_namespace.main.id
}

output "service_connect_namespace_name" {
  value = aws_service_discovery_http_namespace.main.name
}

# Stores

output "dsql_rate_limiter_table_name" {
  value = aws_dynamodb_table.dsql_rate_limiter.name
}

output "dsql_rate_limiter_table_arn" {
  value = aws_dynamodb_table.dsql_rate_limiter.arn
}

output "opensearch_domain_arn" {
  value = aws_opensearch_domain.temporal.arn
}

output "opensearch_domain_id" {
  value = aws_opensearch_domain.temporal.domain_id
}

output "opensearch_domain_name" {
  value = aws_opensearch_domain.temporal.domain_name
}

output "opensearch_endpoint" {
  value = aws_opensearch_domain.temporal.endpoint
}

output "opensearch_dashboard_endpoint" {
  value = aws_opensearch_domain.temporal.dashboard_endpoint
}

output "opensearch_visibility_index" {
  value = var.opensearch_visibility_index
}

output "opensearch_setup_task_definition_arn" {
  value = aws_ecs_task_definition.opensearch_setup.arn
}

output "opensearch_setup_task_role_arn" {
  value = aws_iam_role.opensearch_setup_task.arn
}

output "opensearch_setup_command" {
  value = "aws ecs run-task --cluster ${aws_ecs_cluster.main.name} --task-definition ${aws_ecs_task_definition.opensearch_setup.family} --launch-type FARGATE --region ${var.region}"
}

# Metrics

output "prometheus_workspace_id" {
  value = aws_prometheus_workspace.main.id
}

output "prometheus_workspace_arn" {
  value = aws_prometheus_workspace.main.arn
}

output "prometheus_remote_write_endpoint" {
  value = "${aws_prometheus_workspace.main.prometheus_endpoint}api/v1/remote_write"
}

output "prometheus_query_endpoint" {
  value = "${aws_prometheus_workspace.main.prometheus_endpoint}api/v1/query"
}

output "adot_sidecar_log_group_name" {
  value = aws_cloudwatch_log_group.adot_sidecar.name
}

output "grafana_admin_secret_arn" {
  value = data.aws_secretsmanager_secret.grafana_admin.arn
}

output "grafana_admin_secret_name" {
  value = data.aws_secretsmanager_secret.grafana_admin.name
}

output "grafana_service_name" {
  value = aws_ecs_service.grafana.name
}

output "grafana_task_definition_arn" {
  value = aws_ecs_task_definition.grafana.arn
}

output "grafana_task_definition_family" {
  value = aws_ecs_task_definition.grafana.family
}

output "grafana_ecs_exec_command" {
  value = "aws ecs execute-command --cluster ${aws_ecs_cluster.main.name} --container grafana --interactive --command /bin/sh --task"
}

output "grafana_port_forward_command" {
  value = "aws ssm start-session --document-name AWS-StartPortForwardingSession --parameters portNumber=3000,localPortNumber=3000 --target"
}

# Temporal

output "temporal_history_service_name" {
  value = aws_ecs_service.temporal_history.name
}

output "temporal_history_task_definition_arn" {
  value = aws_ecs_task_definition.temporal_history.arn
}

output "temporal_history_task_definition_family" {
  value = aws_ecs_task_definition.temporal_history.family
}

output "temporal_history_ecs_exec_command" {
  value = "aws ecs execute-command --cluster ${aws_ecs_cluster.main.name} --container temporal-history --interactive --command /bin/sh --task"
}

output "temporal_matching_service_name" {
  value = aws_ecs_service.temporal_matching.name
}

output "temporal_matching_task_definition_arn" {
  value = aws_ecs_task_definition.temporal_matching.arn
}

output "temporal_matching_task_definition_family" {
  value = aws_ecs_task_definition.temporal_matching.family
}

output "temporal_matching_ecs_exec_command" {
  value = "aws ecs execute-command --cluster ${aws_ecs_cluster.main.name} --container temporal-matching --interactive --command /bin/sh --task"
}

output "temporal_frontend_service_name" {
  value = aws_ecs_service.temporal_frontend.name
}

output "temporal_frontend_task_definition_arn" {
  value = aws_ecs_task_definition.temporal_frontend.arn
}

output "temporal_frontend_task_definition_family" {
  value = aws_ecs_task_definition.temporal_frontend.family
}

output "temporal_frontend_ecs_exec_command" {
  value = "aws ecs execute-command --cluster ${aws_ecs_cluster.main.name} --container temporal-frontend --interactive --command /bin/sh --task"
}

output "temporal_worker_service_name" {
  value = aws_ecs_service.temporal_worker.name
}

output "temporal_worker_task_definition_arn" {
  value = aws_ecs_task_definition.temporal_worker.arn
}

output "temporal_worker_task_definition_family" {
  value = aws_ecs_task_definition.temporal_worker.family
}

output "temporal_worker_ecs_exec_command" {
  value = "aws ecs execute-command --cluster ${aws_ecs_cluster.main.name} --container temporal-worker --interactive --command /bin/sh --task"
}

output "temporal_ui_service_name" {
  value = aws_ecs_service.temporal_ui.name
}

output "temporal_ui_task_definition_arn" {
  value = aws_ecs_task_definition.temporal_ui.arn
}

output "temporal_ui_task_definition_family" {
  value = aws_ecs_task_definition.temporal_ui.family
}

output "temporal_ui_ecs_exec_command" {
  value = "aws ecs execute-command --cluster ${aws_ecs_cluster.main.name} --container temporal-ui --interactive --command /bin/sh --task"
}

output "temporal_ui_port_forward_command" {
  value = "aws ssm start-session --document-name AWS-StartPortForwardingSession --parameters portNumber=8080,localPortNumber=8080 --target"
}

# Benchmark

output "benchmark_task_definition_arn" {
  value = aws_ecs_task_definition.benchmark.arn
}

output "benchmark_task_definition_family" {
  value = aws_ecs_task_definition.benchmark.family
}

output "benchmark_task_role_arn" {
  value = aws_iam_role.benchmark_task.arn
}

output "benchmark_security_group_id" {
  value = aws_security_group.benchmark.id
}

output "benchmark_capacity_provider_name" {
  value = aws_ecs_capacity_provider.benchmark.name
}

output "benchmark_log_group_name" {
  value = aws_cloudwatch_log_group.benchmark.name
}

output "benchmark_run_command" {
  value = "aws ecs run-task --cluster ${aws_ecs_cluster.main.name} --task-definition ${aws_ecs_task_definition.benchmark.family} --region ${var.region}"
}

output "benchmark_get_results_command" {
  value = "aws logs tail ${aws_cloudwatch_log_group.benchmark.name} --region ${var.region}"
}

output "benchmark_worker_service_name" {
  value = aws_ecs_service.benchmark_worker.name
}

output "benchmark_worker_task_definition_arn" {
  value = aws_ecs_task_definition.benchmark_worker.arn
}

output "benchmark_worker_log_group_name" {
  value = aws_cloudwatch_log_group.benchmark_worker.name
}

# All of it

output "all_service_names" {
  value = {
    temporal_history  = aws_ecs_service.temporal_history.name
    temporal_matching = aws_ecs_service.temporal_matching.name
    temporal_frontend = aws_ecs_service.temporal_frontend.name
    temporal_worker   = aws_ecs_service.temporal_worker.name
    temporal_ui       = aws_ecs_service.temporal_ui.name
    grafana           = aws_ecs_service.grafana.name
  }
}

output "deployment_summary" {
  value = "Cluster ${aws_ecs_cluster.main.name} in ${var.region}, OpenSearch at https://${aws_opensearch_domain.temporal.endpoint}"
}
