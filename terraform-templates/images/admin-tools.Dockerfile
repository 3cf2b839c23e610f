# The tools that create the schema, the visibility index and the namespaces.
ARG GO_IMAGE
ARG ALPINE_IMAGE

FROM ${GO_IMAGE} AS build
ARG TEMPORAL_COMMIT
ADD https://github.com/iw/temporal.git#${TEMPORAL_COMMIT} /src/temporal
WORKDIR /src/temporal
RUN for tool in dsql elasticsearch; do \
      CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -tags disable_grpc_modules \
        -o "/usr/local/bin/temporal-$tool-tool" "./cmd/tools/$tool" || exit 1; \
    done
ARG CLI_COMMIT
ADD https://github.com/temporalio/cli.git#${CLI_COMMIT} /src/cli
WORKDIR /src/cli
RUN CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -o /usr/local/bin/temporal ./cmd/temporal

FROM ${ALPINE_IMAGE}
ARG TEMPORAL_COMMIT
LABEL org.opencontainers.image.revision=${TEMPORAL_COMMIT}
# With fine-grained access control, the task that sets up OpenSearch signs requests with it.
ARG CURL_VERSION
RUN apk add --no-cache "curl=$CURL_VERSION" || { \
      echo "warning: Alpine no longer has curl $CURL_VERSION, so the image gets its newest. To pin that, set CURL_VERSION in images/versions.env" >&2; \
      apk add --no-cache curl; \
    }
RUN addgroup -g 1000 temporal && adduser -u 1000 -G temporal -D temporal
COPY --from=build /usr/local/bin/temporal /usr/local/bin/temporal-dsql-tool /usr/local/bin/temporal-elasticsearch-tool /usr/local/bin/
USER 1000:1000
# That each starts, and that they can check certificates.
RUN temporal --version && temporal-dsql-tool --version && temporal-elasticsearch-tool --version && curl --version \
    && test -s /etc/ssl/certs/ca-certificates.crt
