# Grafana with the data source for Amazon Managed Service for Prometheus, so that no start needs grafana.com.
ARG GRAFANA_IMAGE

FROM ${GRAFANA_IMAGE} AS build
ARG GRAFANA_PLUGIN_VERSION
USER 472
# Grafana's command compares the archive with the checksum that grafana.com has of it. Then this checks that it is the
# pinned version and has its signature, without which Grafana would not load it.
RUN grafana cli plugins install grafana-amazonprometheus-datasource "$GRAFANA_PLUGIN_VERSION" \
    && cd /var/lib/grafana/plugins/grafana-amazonprometheus-datasource \
    && grep -q "\"version\": *\"$GRAFANA_PLUGIN_VERSION\"" plugin.json \
    && grep -q 'BEGIN PGP SIGNATURE' MANIFEST.txt

FROM ${GRAFANA_IMAGE}
COPY --from=build --chown=472:0 /var/lib/grafana/plugins/grafana-amazonprometheus-datasource /var/lib/grafana/plugins/grafana-amazonprometheus-datasource
USER 472
# That Grafana starts, and that it can read the plugin.
RUN grafana cli plugins ls | grep -q grafana-amazonprometheus-datasource
