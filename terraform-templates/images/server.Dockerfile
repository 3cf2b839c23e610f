# The Temporal server with the DSQL plugin. Its start script and configuration come with the task definition.
ARG GO_IMAGE
ARG ALPINE_IMAGE

FROM ${GO_IMAGE} AS build
ARG TEMPORAL_COMMIT
ADD https://github.com/iw/temporal.git#${TEMPORAL_COMMIT} /src
WORKDIR /src
# timetzdata: the time zones of schedules are in the program, so the image needs no packages.
RUN CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -tags disable_grpc_modules,timetzdata \
      -o /usr/local/bin/temporal-server ./cmd/server

FROM ${ALPINE_IMAGE}
ARG TEMPORAL_COMMIT
LABEL org.opencontainers.image.revision=${TEMPORAL_COMMIT}
RUN addgroup -g 1000 temporal && adduser -u 1000 -G temporal -D temporal
COPY --from=build /usr/local/bin/temporal-server /usr/local/bin/
USER 1000:1000
# That it starts, and that it can check certificates.
RUN temporal-server --version && test -s /etc/ssl/certs/ca-certificates.crt
