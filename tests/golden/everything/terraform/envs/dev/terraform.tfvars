# The values of `dev` that override the defaults in variables.tf. Terraform reads this file automatically. By itself
# it silently drops an attribute that an object variable doesn't have. Here the plan fails on it, as on an unknown
# variable. `temporal-composer adopt` copies what you edit here into composition.toml.
#
# These options are not variables, so you can't set them here: profile, backend.kind, backend.bucket, backend.region,
# backend.key_prefix, backend.kms_key_arn, images.source, images.config, autoscaling.enabled, access.frontend,
# access.certificate_arn, access.hostname, ui.enabled, dsql.mode, dsql.limiter, backup.enabled, backup.lock,
# opensearch.kms_key_arn, loki.enabled, grafana.shared_admin_secret, reservoir.enabled, lease.enabled,
# benchmark.enabled, alarms.enabled, alarms.notify, budget.enabled, schedule.enabled. Change them in composition.toml
# and compose again.

# Open values: remove the `#` and set your value. Until then, Terraform asks for it at each plan.
# alarms_email = "oncall@example.com"
# budget_email = "costs@example.com"

# `scripts/images.sh` writes these images to images.auto.tfvars.json. To use one of your own, remove the `#` and set it,
# and run the script again: it then leaves the image out.
# temporal_image    = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal/server:1.29.0"
# admin_tools_image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal/admin-tools:1.29.0"
# benchmark_image   = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal-benchmark:1.0.0"

project    = "temporal"
region     = "eu-west-1"
account_id = "012345678901"
tags = {
  "cost center" = "a b"
}
log_retention_days   = 3
grafana_admin_secret = "dev/grafana"

compute = {
  instance_type  = "m7g.large"
  instance_count = 4
  max_count      = 6
}

history = {
  extra_environment = {
    A = "$${x} %%{y} \"z\" \\"
  }
}

opensearch = {
  volume_size = 10
}
