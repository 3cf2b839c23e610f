output "region" {
  description = "AWS region of this environment."
  value       = var.region
}

output "name" {
  description = "Prefix of every resource name."
  value       = local.name
}

output "vpc_id" {
  description = "The ID of the VPC."
  value       = module.vpc.vpc_id
}

output "vpc_cidr" {
  description = "The address range of the VPC."
  value       = module.vpc.vpc_cidr
}

output "private_subnet_ids" {
  description = "The private subnets of instances and tasks, one in each zone."
  value       = module.vpc.private_subnet_ids
}

output "public_subnet_ids" {
  description = "The public subnets, with the NAT gateways."
  value       = module.vpc.public_subnet_ids
}

output "nat_public_ips" {
  description = "The public addresses from which tasks and instances reach the internet."
  value       = module.vpc.nat_public_ips
}

output "ecs_cluster_name" {
  description = "The name of the ECS cluster, for `aws ecs … --cluster`."
  value       = module.ecs_cluster.cluster_name
}

output "ecs_cluster_arn" {
  description = "The ARN of the ECS cluster."
  value       = module.ecs_cluster.cluster_arn
}

output "service_connect_namespace_arn" {
  description = "The Service Connect namespace with `temporal-frontend`."
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
    loki     = module.observability.loki_service_name
    grafana  = module.observability.grafana_service_name
    frontend = module.temporal_service["frontend"].service_name
    history  = module.temporal_service["history"].service_name
    matching = module.temporal_service["matching"].service_name
    worker   = module.temporal_service["worker"].service_name
    ui       = module.temporal_ui.service_name
  }
}

output "service_desired_counts" {
  description = "The composed number of tasks of each service. Terraform creates services with 0 tasks, and the scripts scale them to these numbers."
  value = {
    loki     = 1
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
  value       = ["loki", "grafana", "frontend", "history", "matching", "worker", "ui"]
}

output "service_sizes" {
  description = "CPU units and MiB of memory of a task of each Temporal service."
  value       = { for name, service in local.temporal_services : name => { cpu = service.cpu, memory = service.memory } }
}

output "throughput_targets" {
  description = "For each number of workflows per second: the number of tasks, their minimum sizes, and the minimum number of instances. Recommendations and calculations, not guarantees."
  value = {
    "50" = {
      evidence  = "The counts and sizes are the reference author's recommendation; it was not measured."
      instances = 5
      services = {
        frontend = { count = 2, cpu = 512, memory = 2048 }
        history  = { count = 3, cpu = 1024, memory = 4096 }
        matching = { count = 2, cpu = 1024, memory = 2048 }
        worker   = { count = 2, cpu = 512, memory = 1024 }
      }
    }
    "100" = {
      evidence  = "The counts and sizes are the reference author's recommendation; it was not measured. With two history and two matching tasks more and one frontend more, the author asked for 150 and measured 137, on 10 × m7g.2xlarge with 50 connections a task."
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
  description = "The maximum number of instances of the services."
  value       = var.compute.max_count
}

output "host_refresh" {
  description = "How many instances of the services `scripts/hosts.sh` may drain at once. Each step holds for at most these tasks on at least these instances. `is_composed` is false where an edit of terraform.tfvars makes the proof void."
  value = {
    is_composed = alltrue([
      var.compute.instance_type == "m7g.large",
      var.compute.eni_trunking == true,
      { for name, task in local.tasks : name => [task.cpu, task.memory] } == {
        loki = [768, 1024], grafana = [512, 768], frontend = [512, 1024], history = [1024, 2048], matching = [512, 1024], worker = [512, 1024], ui = [512, 768]
      },
    ])
    steps = [
      {
        instances = 4
        batch     = 1
        rest      = 4
        tasks = {
          loki     = 1
          grafana  = 1
          frontend = 1
          history  = 1
          matching = 1
          worker   = 1
          ui       = 1
        }
      },
      {
        instances = 6
        batch     = 2
        rest      = 6
        tasks = {
          loki     = 1
          grafana  = 1
          frontend = 2
          history  = 1
          matching = 1
          worker   = 2
          ui       = 1
        }
      },
    ]
  }
}

output "connections_per_task" {
  description = "The number of DSQL connections that a task of each Temporal service may open."
  value       = { for name, service in local.temporal_services : name => 4 * coalesce(service.target_ready, var.reservoir.target_ready) + service.max_conns }
}

output "setup_security_group_ids" {
  description = "The security groups of the task in which `scripts/setup.sh` creates the namespaces. They open every port of the services: don't give them to workers."
  value       = [module.vpc.egress_security_group_id, module.ecs_cluster.ring_security_group_id]
}

output "namespaces" {
  description = "The Temporal namespaces that `scripts/setup.sh` creates."
  value       = ["default", var.benchmark.namespace]
}

output "scaling_targets" {
  description = "What Application Auto Scaling scales, by the short name of the service."
  value       = module.service_autoscaling.targets
}

output "frontend_address" {
  description = "Host name and port of the frontend, for workers and clients."
  value       = module.frontend_access.address
}

output "frontend_client_security_group_id" {
  description = "The security group for workers and clients in this VPC: it opens the frontend and nothing else."
  value       = module.frontend_access.client_security_group_id
}

output "frontend_endpoint_service_name" {
  description = "The PrivateLink endpoint service of the frontend, or null without `access.allowed_principals`."
  value       = module.frontend_access.endpoint_service_name
}

output "dsql_endpoint" {
  description = "The host name of the DSQL cluster."
  value       = module.dsql.endpoint
}

output "dsql_cluster_arn" {
  description = "The ARN of the DSQL cluster."
  value       = module.dsql.arn
}

output "dsql_max_connections" {
  description = "The number of connections that the cluster allows."
  value       = var.dsql_max_connections
}

output "backup_vault_name" {
  description = "The vault with the backups of the database."
  value       = module.backup.vault_name
}

output "backup_role_arn" {
  description = "The role with which AWS Backup makes backups."
  value       = module.backup.backup_role_arn
}

output "restore_role_arn" {
  description = "The role with which AWS Backup restores a backup."
  value       = module.backup.restore_role_arn
}

output "backup_retention_days" {
  description = "How many days a daily backup is kept."
  value       = var.backup.retention_days
}

output "dsql_schema_task_definition_arn" {
  description = "The task that creates or updates Temporal's schema in DSQL."
  value       = module.dsql_schema.task_definition_arn
}

output "dsql_schema_security_group_ids" {
  description = "The security groups of the schema task."
  value       = module.dsql_schema.security_group_ids
}

output "dsql_schema_log_group_name" {
  description = "The log group of the schema task."
  value       = module.dsql_schema.log_group_name
}

output "dsql_limiter" {
  description = "How the DSQL plugin limits the connections of all tasks: counter or slots."
  value       = "counter"
}

output "dynamodb_table_name" {
  description = "The table of the distributed connection rate limiter."
  value       = module.dynamodb.rate_limiter_table_name
}

output "dynamodb_table_arn" {
  description = "The ARN of the table of the rate limiter."
  value       = module.dynamodb.rate_limiter_table_arn
}

output "conn_lease_table_name" {
  description = "The table of the connection leases."
  value       = module.dynamodb.conn_lease_table_name
}

output "conn_lease_table_arn" {
  description = "The ARN of the table of the connection leases."
  value       = module.dynamodb.conn_lease_table_arn
}

output "conn_lease_limit" {
  description = "The number of connections that all tasks together can lease."
  value       = coalesce(var.lease.limit, var.dsql_max_connections)
}

output "opensearch_endpoint" {
  description = "The host name of the OpenSearch domain inside the VPC."
  value       = module.opensearch.domain_endpoint
}

output "opensearch_domain_arn" {
  description = "The ARN of the OpenSearch domain."
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
  description = "The security groups of the task that creates the index."
  value       = module.opensearch.setup_security_group_ids
}

output "opensearch_setup_log_group_name" {
  description = "The log group of the task that creates the index."
  value       = module.opensearch.setup_log_group_name
}

output "prometheus_workspace_arn" {
  description = "The ARN of the Prometheus workspace."
  value       = module.observability.prometheus_workspace_arn
}

output "prometheus_remote_write_endpoint" {
  description = "The URL to which the sidecars write metrics."
  value       = module.observability.prometheus_remote_write_endpoint
}

output "prometheus_query_endpoint" {
  description = "The URL for queries of the metrics."
  value       = module.observability.prometheus_query_endpoint
}

output "grafana_admin_secret_name" {
  description = "The secret of the Grafana administrator."
  value       = module.observability.grafana_admin_secret_name
}

output "loki_endpoint" {
  description = "The URL to which the sidecars write logs."
  value       = module.observability.loki_endpoint
}

output "loki_bucket_name" {
  description = "The S3 bucket of the logs."
  value       = module.observability.loki_bucket_name
}

output "benchmark_generator_service_name" {
  description = "The ECS service of the load generator."
  value       = module.benchmark.generator_service_name
}

output "benchmark_worker_service_name" {
  description = "The ECS service of the benchmark's workers."
  value       = module.benchmark.worker_service_name
}

output "benchmark_worker_count" {
  description = "The number of workers that a run starts."
  value       = var.benchmark.worker_count
}

output "benchmark_max_workers" {
  description = "The number of workers that always fit beside the generator, for the composed sizes and instances."
  value       = 1 + 2 * (var.benchmark.max_instances - 1)
}

output "benchmark_capacity_provider_name" {
  description = "The capacity provider of the benchmark."
  value       = module.benchmark.capacity_provider_name
}

output "benchmark_task_definition_arn" {
  description = "The load generator's task definition."
  value       = module.benchmark.task_definition_arn
}

output "benchmark_worker_task_definition_arn" {
  description = "The workers' task definition."
  value       = module.benchmark.worker_task_definition_arn
}

output "benchmark_log_group_name" {
  description = "The log of the load generator, with the results of each run."
  value       = module.benchmark.log_group_names["generator"]
}

output "alarms_topic_arn" {
  description = "The SNS topic that alarms go to."
  value       = module.alarms.topic_arn
}

output "budget_name" {
  description = "The budget of this environment's costs."
  value       = module.budget.name
}
