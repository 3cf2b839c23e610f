# The load generator and its workers.
ARG GO_IMAGE
ARG ALPINE_IMAGE

FROM ${GO_IMAGE} AS build
ARG BENCHMARK_COMMIT
ADD https://github.com/iw/temporal-dsql-deploy-ecs.git#${BENCHMARK_COMMIT}:benchmark /src
WORKDIR /src
RUN CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -o /usr/local/bin/benchmark ./cmd/benchmark

FROM ${ALPINE_IMAGE}
ARG BENCHMARK_COMMIT
LABEL org.opencontainers.image.revision=${BENCHMARK_COMMIT}
RUN addgroup -g 1000 benchmark && adduser -u 1000 -G benchmark -D benchmark
COPY --from=build /usr/local/bin/benchmark /usr/local/bin/
USER 1000:1000
# It has no --version. That it starts shows in what it says of a duration that is none.
RUN BENCHMARK_DURATION=none benchmark | grep -q 'invalid BENCHMARK_DURATION'
ENTRYPOINT ["/usr/local/bin/benchmark"]
