# Grafana with the data source for Amazon Managed Service for Prometheus, so that no start needs grafana.com.
ARG GRAFANA_IMAGE
FROM ${GRAFANA_IMAGE}
ARG GRAFANA_PLUGIN_VERSION
USER 472
RUN grafana cli plugins install grafana-amazonprometheus-datasource "$GRAFANA_PLUGIN_VERSION" \
    && grep -q "\"version\": *\"$GRAFANA_PLUGIN_VERSION\"" \
      /var/lib/grafana/plugins/grafana-amazonprometheus-datasource/plugin.json
