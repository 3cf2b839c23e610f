# The values of `dev` that override the defaults in variables.tf. Terraform reads this file automatically. By itself
# it silently drops an attribute that an object variable doesn't have. Here the plan fails on it, as on an unknown
# variable. `temporal-composer adopt` copies what you edit here into composition.toml.
#
# These options are not variables, so you can't set them here: profile, account_id, backend.kind, backend.bucket,
# backend.region, backend.key_prefix, backend.kms_key_arn, images.source, images.config, autoscaling.enabled,
# access.frontend, access.certificate_arn, access.hostname, ui.enabled, dsql.mode, dsql.limiter, backup.enabled,
# backup.lock, opensearch.kms_key_arn, loki.enabled, grafana.admin_secret, grafana.shared_admin_secret,
# reservoir.enabled, lease.enabled, benchmark.enabled, alarms.enabled, alarms.notify, budget.enabled,
# schedule.enabled. Change them in composition.toml and compose again.

# Open values: remove the `#` and set your value. Until then, Terraform asks for it at each plan.
# dsql_endpoint    = "abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"
# dsql_cluster_arn = "arn:aws:dsql:eu-west-1:123456789012:cluster/abcdefghijklmnopqrstuvwxyz"

# `scripts/images.sh` writes these images to images.auto.tfvars.json. To use one of your own, remove the `#` and set it,
# and run the script again: it then leaves the image out.
# temporal_image    = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal/server:1.29.0"
# admin_tools_image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal/admin-tools:1.29.0"

project            = "temporal"
region             = "eu-west-1"
log_retention_days = 3

compute = {
  instance_type = "m7g.large"
}

opensearch = {
  volume_size = 10
}
