project    = "temporal"
region     = "eu-west-1"
account_id = "012345678901"
tags = {
  "cost center" = "a b"
}

eni_trunking = true

# What `scripts/images.sh` makes for each environment: the variable of its root, and a recipe in images/ or
# the public image to copy.
environment_images = {
  dev = {
    temporal_image    = "server"
    admin_tools_image = "admin-tools"
    benchmark_image   = "benchmark"
    ui_image          = "temporalio/ui:2.52.0"
    grafana_image     = "grafana"
    loki_image        = "grafana/loki:3.7.6"
    alloy_image       = "grafana/alloy:v1.18.1"
  }
}

# Leave out a bucket that exists already.
state_buckets = ["states"]
