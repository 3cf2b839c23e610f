output "region" {
  description = "AWS region of this environment."
  value       = var.region
}

output "name" {
  description = "First part of every resource's name."
  value       = local.name
}

output "vpc_id" {
  description = "The VPC."
  value       = module.vpc.vpc_id
}

output "vpc_cidr" {
  description = "Its addresses."
  value       = module.vpc.vpc_cidr
}

output "private_subnet_ids" {
  description = "The private subnets of instances and tasks, one in each zone."
  value       = module.vpc.private_subnet_ids
}

output "public_subnet_ids" {
  description = "The subnets of the NAT gateways."
  value       = module.vpc.public_subnet_ids
}

output "nat_public_ips" {
  description = "The public addresses from which tasks and hosts reach the internet."
  value       = module.vpc.nat_public_ips
}

output "ecs_cluster_name" {
  description = "The ECS cluster, for `aws ecs … --cluster`."
  value       = module.ecs_cluster.cluster_name
}

output "ecs_cluster_arn" {
  description = "The ECS cluster's ARN."
  value       = module.ecs_cluster.cluster_arn
}

output "service_connect_namespace_arn" {
  description = "The namespace in which tasks find `temporal-frontend`."
  value       = module.ecs_cluster.service_connect_namespace_arn
}

output "ecs_exec_log_group_name" {
  description = "The log group that records sessions in containers."
  value       = module.ecs_cluster.exec_log_group_name
}

output "capacity_provider_name" {
  description = "The capacity provider of the services."
  value       = module.ec2_capacity.capacity_provider_name
}

output "asg_name" {
  description = "The Auto Scaling group of the services' instances."
  value       = module.ec2_capacity.asg_name
}

output "service_names" {
  description = "The ECS services by short name, in the names that `service_desired_counts` uses."
  value = {
    grafana  = module.observability.grafana_service_name
    frontend = module.temporal_service["frontend"].service_name
    history  = module.temporal_service["history"].service_name
    matching = module.temporal_service["matching"].service_name
    worker   = module.temporal_service["worker"].service_name
    ui       = module.temporal_ui.service_name
  }
}

output "service_desired_counts" {
  description = "How many tasks of each service this composition wants. Services are created at 0 and scaled to these."
  value = {
    grafana  = 1
    frontend = var.frontend.count
    history  = var.history.count
    matching = var.matching.count
    worker   = var.worker.count
    ui       = var.ui.count
  }
}

output "service_order" {
  description = "The services in the order in which they start."
  value       = ["grafana", "frontend", "history", "matching", "worker", "ui"]
}

output "service_sizes" {
  description = "CPU units and MiB of a task of each Temporal service."
  value       = { for name, service in local.temporal_services : name => { cpu = service.cpu, memory = service.memory } }
}

output "throughput_targets" {
  description = "By workflows per second: how many tasks, of which size at the least, and on how many instances at the least. Recommended or worked out, not promised."
  value = {
    "50" = {
      evidence  = "The counts and sizes are the reference author's recommendation; it was not measured."
      instances = 4
      services = {
        frontend = { count = 2, cpu = 512, memory = 2048 }
        history  = { count = 3, cpu = 1024, memory = 4096 }
        matching = { count = 2, cpu = 1024, memory = 2048 }
        worker   = { count = 2, cpu = 512, memory = 1024 }
      }
    }
    "100" = {
      evidence  = "The counts and sizes are the reference author's recommendation; it was not measured. With two history and two matching tasks more and one frontend more he asked for 150 and measured 137, on 10 × m7g.2xlarge with 50 connections a task."
      instances = 11
      services = {
        frontend = { count = 3, cpu = 1024, memory = 4096 }
        history  = { count = 6, cpu = 2048, memory = 8192 }
        matching = { count = 4, cpu = 1024, memory = 2048 }
        worker   = { count = 2, cpu = 512, memory = 1024 }
      }
    }
  }
}

output "max_instances" {
  description = "How many instances the services may have."
  value       = var.compute.max_count
}

output "connections_per_task" {
  description = "How many DSQL connections a task of each Temporal service may open."
  value       = { for name, service in local.temporal_services : name => service.max_conns }
}

output "client_security_group_ids" {
  description = "The security groups of a task that calls the Temporal services, such as the one that makes the namespaces."
  value       = [module.vpc.egress_security_group_id, module.ecs_cluster.ring_security_group_id]
}

output "namespaces" {
  description = "The Temporal namespaces that `scripts/setup.sh` makes."
  value       = ["default"]
}

output "dsql_endpoint" {
  description = "The database's host name."
  value       = var.dsql_endpoint
}

output "dsql_cluster_arn" {
  description = "The database's ARN."
  value       = var.dsql_cluster_arn
}

output "dsql_max_connections" {
  description = "The number of connections that the cluster allows."
  value       = var.dsql_max_connections
}

output "dsql_schema_task_definition_arn" {
  description = "The task that creates or updates Temporal's schema in DSQL."
  value       = module.dsql_schema.task_definition_arn
}

output "dsql_schema_security_group_ids" {
  description = "The security groups of that task."
  value       = module.dsql_schema.security_group_ids
}

output "dsql_schema_log_group_name" {
  description = "Its log."
  value       = module.dsql_schema.log_group_name
}

output "dynamodb_table_name" {
  description = "The table of the distributed connection rate limiter."
  value       = module.dynamodb.rate_limiter_table_name
}

output "dynamodb_table_arn" {
  description = "Its ARN."
  value       = module.dynamodb.rate_limiter_table_arn
}

output "opensearch_endpoint" {
  description = "The visibility store's host name inside the VPC."
  value       = module.opensearch.domain_endpoint
}

output "opensearch_domain_arn" {
  description = "Its ARN."
  value       = module.opensearch.domain_arn
}

output "opensearch_visibility_index" {
  description = "The index of the visibility records."
  value       = var.opensearch.index
}

output "opensearch_setup_task_definition_arn" {
  description = "The task that creates the index."
  value       = module.opensearch.setup_task_definition_arn
}

output "opensearch_setup_security_group_ids" {
  description = "The security groups of that task."
  value       = module.opensearch.setup_security_group_ids
}

output "opensearch_setup_log_group_name" {
  description = "Its log."
  value       = module.opensearch.setup_log_group_name
}

output "prometheus_workspace_arn" {
  description = "The workspace of the metrics."
  value       = module.observability.prometheus_workspace_arn
}

output "prometheus_remote_write_endpoint" {
  description = "Where the sidecars write metrics."
  value       = module.observability.prometheus_remote_write_endpoint
}

output "prometheus_query_endpoint" {
  description = "Where metrics are queried."
  value       = module.observability.prometheus_query_endpoint
}

output "grafana_admin_secret_name" {
  description = "The secret of the Grafana administrator."
  value       = module.observability.grafana_admin_secret_name
}
