# The load generator and its workers.
ARG GO_IMAGE
ARG ALPINE_IMAGE

FROM ${GO_IMAGE} AS build
ARG BENCHMARK_COMMIT
ADD https://github.com/iw/temporal-dsql-deploy-ecs.git#${BENCHMARK_COMMIT}:benchmark /src
WORKDIR /src
# The source has 32 pollers. With this, BENCHMARK_POLLERS sets them. The build fails if the source has changed there.
RUN patch -p1 <<'PATCH'
--- a/cmd/benchmark/main.go
+++ b/cmd/benchmark/main.go
@@ -229,12 +229,16 @@
 	// Create worker with high-throughput settings
 	// Increased pollers from 16 to 32 to address workflow task processing bottleneck
 	// observed in 6k st/s benchmark (server adding ~350 tasks/sec but only ~70/sec processed)
+	pollers, err := pollerCount()
+	if err != nil {
+		return err
+	}
 	workerOptions := worker.Options{
 		MaxConcurrentActivityExecutionSize:      200,
 		MaxConcurrentWorkflowTaskExecutionSize:  200,
 		MaxConcurrentLocalActivityExecutionSize: 200,
-		MaxConcurrentWorkflowTaskPollers:        32,
-		MaxConcurrentActivityTaskPollers:        32,
+		MaxConcurrentWorkflowTaskPollers:        pollers,
+		MaxConcurrentActivityTaskPollers:        pollers,
 		DisableEagerActivities:                  false,
 		MaxConcurrentEagerActivityExecutionSize: 100,
 		StickyScheduleToStartTimeout:            5 * time.Second,
--- /dev/null
+++ b/cmd/benchmark/pollers.go
@@ -0,0 +1,20 @@
+package main
+
+import (
+	"fmt"
+	"os"
+	"strconv"
+)
+
+// pollerCount reads how many pollers a worker has for workflow tasks, and as many for activities. The SDK panics below 2.
+func pollerCount() (int, error) {
+	text := os.Getenv("BENCHMARK_POLLERS")
+	if text == "" {
+		return 32, nil
+	}
+	count, err := strconv.Atoi(text)
+	if err != nil || count < 2 {
+		return 0, fmt.Errorf("invalid BENCHMARK_POLLERS: %s", text)
+	}
+	return count, nil
+}
PATCH
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
