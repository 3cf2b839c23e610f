project = "temporal"
region  = "eu-west-1"

eni_trunking = true

# What `scripts/images.sh` makes for each environment: the variable of its root, and a recipe in images/ or
# the public image to copy.
environment_images = {
  dev = {
    temporal_image    = "server"
    admin_tools_image = "admin-tools"
    ui_image          = "temporalio/ui:2.52.0"
    grafana_image     = "grafana"
    alloy_image       = "grafana/alloy:v1.18.1"
  }
}

default_state_bucket = true
