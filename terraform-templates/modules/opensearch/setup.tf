# The task that writes Temporal's index template and the visibility index to the domain. You can start it again at any
# time, and you must start it again with every image that has new search attributes.

locals {
  setup_name    = "${var.project_name}-opensearch-setup"
  setup_actions = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]

  # With fine-grained access control, a request needs a role of the domain too. This task's role is the master user. It gives
  # the Temporal tasks a role for their index alone. Only curl signs a request for the domain's security API in a shell.
  # https://opensearch.org/docs/latest/security/access-control/default-action-groups
  grant_script = <<-SCRIPT
    command -v curl >/dev/null || { echo "the image has no curl on its PATH ($PATH), which fine-grained access control needs" >&2; exit 1; }
    field() { printf '%s' "$credentials" | sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p'; }
    put() {
      credentials=$(curl -sSf --max-time 10 "$CREDENTIALS_HOST$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" | tr -d '\n')
      # On standard input, so that no list of processes shows them.
      answer=$(printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' \
        "$(field AccessKeyId)" "$(field SecretAccessKey)" "$(field Token)" |
        curl -sS --max-time 60 --config - --aws-sigv4 "aws:amz:$AWS_REGION:es" --request PUT \
          --header 'content-type: application/json' --data "$2" --write-out '\n%%{http_code}' "$ES_SERVER$1")
      case $answer in
      *20?) ;;
      *) echo "$1: $answer" >&2; exit 1 ;;
      esac
    }
    put /_plugins/_security/api/roles/temporal "$SECURITY_ROLE"
    put /_plugins/_security/api/rolesmapping/temporal "$SECURITY_MAPPING"
    %{if var.audit_log~}
    put /_plugins/_security/api/audit/config "$SECURITY_AUDIT"
    %{endif~}
  SCRIPT

  grant_environment = !var.access_control ? [] : concat([
    # The address at which ECS gives a task the credentials of its role.
    { name = "CREDENTIALS_HOST", value = "http://169.254.170.2" },
    { name = "SECURITY_ROLE", value = jsonencode({
      cluster_permissions = [
        "cluster_composite_ops", "cluster_monitor", "indices:data/read/scroll/clear", "indices:data/read/point_in_time/*",
      ]
      index_permissions = [{ index_patterns = ["${var.visibility_index_name}*"], allowed_actions = ["indices_all"] }]
    }) },
    { name = "SECURITY_MAPPING", value = jsonencode({ backend_roles = [var.temporal_task_role_arn] }) },
    ], !var.audit_log ? [] : [
    # What is allowed is not written: AWS advises against it, since that is every request.
    { name = "SECURITY_AUDIT", value = jsonencode({
      enabled = true
      audit = {
        enable_rest                   = true
        disabled_rest_categories      = ["AUTHENTICATED", "GRANTED_PRIVILEGES"]
        enable_transport              = true
        disabled_transport_categories = ["AUTHENTICATED", "GRANTED_PRIVILEGES"]
        resolve_bulk_requests         = false
        log_request_body              = false
        resolve_indices               = true
        exclude_sensitive_headers     = true
        ignore_users                  = ["kibanaserver"]
        ignore_requests               = []
      }
      compliance = {
        enabled               = true
        internal_config       = true
        external_config       = false
        read_metadata_only    = true
        read_watched_fields   = {}
        read_ignore_users     = []
        write_metadata_only   = true
        write_log_diffs       = false
        write_watched_indices = []
        write_ignore_users    = []
      }
    }) },
  ])

  # --fail turns an error into a warning: a cluster setting that the service rejects, or an index that already exists. It
  # would hide a template that was not made, and an index without its template sorts nothing, which no update mends. So the
  # first update-schema, which makes the template alone, must work before there is an index, and the last one needs the index.
  setup_script = <<-SCRIPT
    set -eu
    command -v temporal-elasticsearch-tool >/dev/null || { echo "the image has no temporal-elasticsearch-tool on its PATH ($PATH)" >&2; exit 1; }
    attempt=1
    until temporal-elasticsearch-tool ping; do
      if [ "$attempt" -ge 30 ]; then
        echo "no answer from $ES_SERVER in $attempt attempts" >&2
        exit 1
      fi
      attempt=$((attempt + 1))
      sleep 10
    done
    ${var.access_control ? local.grant_script : ""}temporal-elasticsearch-tool setup-schema --fail
    (unset ES_VISIBILITY_INDEX; temporal-elasticsearch-tool update-schema)
    temporal-elasticsearch-tool create-index --index "$ES_VISIBILITY_INDEX" --fail
    temporal-elasticsearch-tool update-schema --index "$ES_VISIBILITY_INDEX"
  SCRIPT
}

resource "aws_ecs_task_definition" "setup" {
  family                   = local.setup_name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = aws_iam_role.setup.arn
  skip_destroy             = true

  container_definitions = jsonencode([{
    name      = "opensearch-setup"
    image     = var.admin_tools_image
    essential = true

    # The entry point of admin-tools images only keeps the container running for manual work.
    entryPoint = ["/bin/sh", "-c"]
    command    = [local.setup_script]

    # The tool reads these instead of --aws-credentials, --endpoint, --tls and --index.
    environment = concat([
      { name = "AWS_CREDENTIALS", value = "aws-sdk-default" },
      { name = "ES_SERVER", value = "https://${aws_opensearch_domain.this.endpoint}:443" },
      { name = "ES_TLS", value = "true" },
      { name = "ES_VISIBILITY_INDEX", value = var.visibility_index_name },
      { name = "AWS_REGION", value = data.aws_region.current.region },
    ], local.grant_environment)

    linuxParameters = { initProcessEnabled = true }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.setup.name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = "opensearch-setup"
        # A few lines that must not be lost. Nothing else waits for this container.
        mode = "blocking"
      }
    }
  }])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }
}

resource "aws_cloudwatch_log_group" "setup" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  name              = "/ecs/${var.project_name}/opensearch-setup"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "setup" {
  name        = coalesce(var.kept_names.setup_role, local.setup_name)
  description = "Setup task of ${local.domain_name}: write template and index"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        ArnLike = {
          "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:*"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "setup" {
  name = "opensearch-setup"
  role = aws_iam_role.setup.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = local.setup_actions
      Resource = "${local.domain_arn}/*"
    }]
  })
}
