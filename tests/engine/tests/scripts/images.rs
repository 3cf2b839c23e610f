//! `images.sh`, and the recipes that it builds.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine_tests::proxy::{Account, Effect, Proxy, Service};
use engine_tests::{Tree, spec};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::harness::{REGION, ScriptOutput, account, say};

const ECR: Service = ("ecr", "AmazonEC2ContainerRegistry_V20150921");
const CODEBUILD: Service = ("codebuild", "CodeBuild_20161006");
const LOGS: Service = ("logs", "Logs_20140328");

/// A tree whose bootstrap is applied, and an account with what that made.
pub(crate) struct Registry {
    pub(crate) tree: Tree,
    pub(crate) proxy: Proxy,
    settings: Vec<(String, String)>,
}

impl Registry {
    fn of(assignments: &[&str]) -> Self {
        let registry = Self {
            tree: Tree::of(&spec("dev-lean", assignments)),
            proxy: account(),
            settings: Vec::new(),
        };
        let root = registry.tree.root("terraform/bootstrap", &[]);
        root.initialise();
        root.apply(&[]);
        root.expect_no_changes(&[]);
        let images = root.output("images");
        let account = registry.proxy.account();
        fill(&account, &images);
        registry
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    fn run(&self, arguments: &[&str]) -> ScriptOutput {
        let mut command = Command::new(self.tree.path().join("scripts/images.sh"));
        command.args(arguments);
        say(command, &self.proxy, &self.settings)
    }

    /// The tags that the script gives to images.
    fn tags(&self) -> BTreeMap<String, String> {
        let said = self.run(&["status"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
        let lines = said.out.lines();
        lines
            .map(|line| {
                let mut words = line.split(':');
                let mut next = || words.next().unwrap().to_owned();
                (next(), next())
            })
            .collect()
    }

    /// Has builds of these images push them.
    fn builds_push(&self, names: &[&str]) {
        let tags = self.tags();
        for &name in names {
            builds_push(&self.proxy, name, &tags[name]);
        }
    }

    /// The images whose builds were started, with the commands of each.
    fn started(&self) -> Vec<(String, Vec<String>)> {
        let calls = self.proxy.calls();
        let starts = calls.iter().filter(|call| call.operation == "StartBuild");
        starts
            .map(|call| {
                assert_eq!(call.body["projectName"], "temporal-images");
                let text = call.body["buildspecOverride"].as_str().unwrap();
                let spec: Json = serde_json::from_str(text).unwrap();
                assert_eq!(spec["version"], 0.2);
                let commands = &spec["phases"]["build"]["commands"];
                let commands: Vec<String> = serde_json::from_value(commands.clone()).unwrap();
                let (_, target) = commands[1].split_once("--tag ").unwrap();
                let target = target.split(' ').next().unwrap();
                let name = target.rsplit('/').next().unwrap();
                (name.split(':').next().unwrap().to_owned(), commands)
            })
            .collect()
    }

    /// The images of `dev` as Terraform reads them.
    fn written(&self) -> Json {
        let file = self
            .tree
            .path()
            .join("terraform/envs/dev/images.auto.tfvars.json");
        match fs::read(file) {
            Ok(text) => serde_json::from_slice(&text).unwrap(),
            Err(_) => Json::Null,
        }
    }
}

/// Makes in `account` what the bootstrap made of the images.
pub(crate) fn fill(account: &Account, images: &Json) {
    for url in images["repositories"].as_object().unwrap().values() {
        let (_, name) = url.as_str().unwrap().split_once('/').unwrap();
        let body = json!({ "repositoryName": name, "imageTagMutability": "IMMUTABLE" });
        account.ask(ECR, REGION, "CreateRepository", &body);
    }
    account.ask(
        CODEBUILD,
        REGION,
        "CreateProject",
        &json!({
            "name": images["project"],
            // Moto takes no project without a source.
            "source": { "type": "S3", "location": "bucket/key" },
            "artifacts": { "type": "NO_ARTIFACTS" },
            "environment": { "type": "ARM_CONTAINER", "image": "aws/codebuild/amazonlinux-aarch64-standard:3.0", "computeType": "BUILD_GENERAL1_LARGE" },
            "serviceRole": format!("arn:aws:iam::{}:role/service-role/images", account.id()),
        }),
    );
}

/// Has the next build of an image push it.
pub(crate) fn builds_push(proxy: &Proxy, name: &str, tag: &str) {
    let account = proxy.account();
    let image = json!({
        "repositoryName": format!("temporal/{name}"),
        "imageTag": tag,
        "imageManifest": json!({ "mediaType": "application/vnd.oci.image.manifest.v1+json", "of": name }).to_string(),
    });
    let push = move |_: &mut Json| {
        account.ask(ECR, REGION, "PutImage", &image);
    };
    let about = format!("/temporal/{name}:");
    proxy.on("StartBuild", &about, 1, Effect::Change(Box::new(push)));
}

/// The first look finds a build running.
fn builds_take_a_while(proxy: &Proxy) {
    let runs = |answer: &mut Json| {
        for build in answer["builds"].as_array_mut().unwrap() {
            build["buildStatus"] = json!("IN_PROGRESS");
        }
    };
    proxy.on("BatchGetBuilds", "", 1, Effect::Change(Box::new(runs)));
}

#[test]
fn images_are_built_and_copied_once_and_no_image_variable_is_open() {
    let registry = Registry::of(&[]);
    registry.builds_push(&["server", "admin-tools", "grafana", "ui", "alloy"]);
    builds_take_a_while(&registry.proxy);
    let said = registry.run(&["build"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let started = registry.started();
    let names: Vec<&str> = started.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["admin-tools", "grafana", "server"]);
    for (name, commands) in &started {
        let [login, build] = commands.as_slice() else {
            panic!("{commands:?}")
        };
        let host = format!("123456789012.dkr.ecr.{REGION}.amazonaws.com");
        assert_eq!(
            login,
            &format!(
                "aws ecr get-login-password --region {REGION} | docker login --username AWS --password-stdin {host}"
            )
        );
        let recipe = build.strip_prefix("printf %s ").unwrap();
        let recipe = STANDARD.decode(recipe.split(' ').next().unwrap()).unwrap();
        let file = registry
            .tree
            .path()
            .join(format!("images/{name}.Dockerfile"));
        assert_eq!(recipe, fs::read(file).unwrap());
        assert!(build.contains(" --platform linux/arm64 "), "{build}");
        assert!(
            build.contains(" --build-arg GO_IMAGE=public.ecr.aws/"),
            "{build}"
        );
    }
    assert!(
        said.out.contains("\nserver:") && !said.out.contains("missing"),
        "{}",
        said.out
    );
    let written = registry.written();
    let variables: Vec<&String> = written.as_object().unwrap().keys().collect();
    assert_eq!(
        variables,
        ["admin_tools_image", "grafana_image", "temporal_image"]
    );
    let image = written["temporal_image"].as_str().unwrap();
    let start = format!("123456789012.dkr.ecr.{REGION}.amazonaws.com/temporal/server@sha256:");
    assert_eq!(
        (&image[..start.len()], image.len()),
        (start.as_str(), start.len() + 64)
    );

    let said = registry.run(&["mirror"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let copied = &registry.started()[3..];
    assert_eq!(copied.len(), 2);
    assert!(
        copied[0].1[1].ends_with("/temporal/alloy:v1.18.1 grafana/alloy:v1.18.1"),
        "{copied:?}"
    );

    // A second time there is nothing to do.
    let before = registry.written();
    for command in ["build", "mirror"] {
        let said = registry.run(&[command]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
        assert!(said.out.ends_with("dev: no change\n"), "{}", said.out);
    }
    assert_eq!((registry.started().len(), registry.written()), (5, before));

    // Terraform asks for nothing but what AWS alone knows.
    let root = registry.tree.environment("dev");
    root.initialise();
    let endpoint = format!("-var=dsql_endpoint=abcdefghijklmnopqrstuvwxyz.dsql.{REGION}.on.aws");
    let arn = format!(
        "-var=dsql_cluster_arn=arn:aws:dsql:{REGION}:123456789012:cluster/abcdefghijklmnopqrstuvwxyz"
    );
    let said = root.terraform(&["plan", "-no-color", "-input=false", &endpoint, &arn]);
    root.succeed(&said, "plan");
}

#[test]
fn a_build_that_fails_shows_the_end_of_its_log_and_keeps_the_others() {
    let registry = Registry::of(&[]);
    registry.builds_push(&["admin-tools", "grafana"]);
    let account = registry.proxy.account();
    let (group, stream) = ("/aws/codebuild/temporal-images", "a1b2");
    account.ask(
        LOGS,
        REGION,
        "CreateLogGroup",
        &json!({ "logGroupName": group }),
    );
    let log = json!({ "logGroupName": group, "logStreamName": stream });
    account.ask(LOGS, REGION, "CreateLogStream", &log);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let now = i64::try_from(now.as_millis()).unwrap();
    let events: Vec<Json> = (0..40)
        .map(|line| json!({ "timestamp": now + line, "message": format!("line {line}\n") }))
        .collect();
    account.ask(
        LOGS,
        REGION,
        "PutLogEvents",
        &json!({ "logGroupName": group, "logStreamName": stream, "logEvents": events }),
    );
    registry.proxy.on(
        "BatchGetBuilds",
        "",
        1,
        Effect::Change(Box::new(|answer| {
            for build in answer["builds"].as_array_mut().unwrap() {
                build["buildStatus"] = json!("FAILED");
                build["logs"] =
                    json!({ "groupName": "/aws/codebuild/temporal-images", "streamName": "a1b2" });
            }
        })),
    );
    let said = registry.run(&["build"]);
    let log: String = (10..40).map(|line| format!("  line {line}\n")).collect();
    assert_eq!(
        (said.code, said.err),
        (
            1,
            format!(
                "error: the build of server ended with FAILED\n{log}error: failed: server\n\
                 hint: run the same command again: it keeps the images that exist\n"
            )
        )
    );
    // The next run builds only what is missing.
    registry.builds_push(&["server"]);
    let said = registry.run(&["build"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert_eq!(
        registry.started()[3..]
            .iter()
            .map(|(name, _)| name)
            .collect::<Vec<_>>(),
        ["server"]
    );
}

#[test]
fn builds_that_do_not_start_or_end_in_time_are_failures() {
    let registry = Registry::of(&[]).with("TIMEOUT_SECONDS", "0");
    builds_take_a_while(&registry.proxy);
    let said = registry.run(&["mirror", "ui"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            1,
            "error: the builds have not ended after 0 s; they continue in CodeBuild\n"
        )
    );
    assert_eq!(registry.started().len(), 1);
    registry.proxy.on(
        "StartBuild",
        "",
        1,
        Effect::Fail("AccountLimitExceededException"),
    );
    let said = registry.run(&["build", "server"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("AccountLimitExceededException"),
        "{}",
        said.err
    );
    assert!(
        said.err
            .ends_with("error: CodeBuild did not start a build of `server`\n"),
        "{}",
        said.err
    );
    assert_eq!(registry.written(), Json::Null);
}

#[test]
fn a_dry_run_and_what_is_refused_change_nothing() {
    let registry = Registry::of(&["environments.dev.images.ui=registry.example.com/ui:1"]);
    let said = registry.run(&["build", "server", "--dry-run"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(
        said.out.starts_with("server:") && said.out.ends_with(": missing\n"),
        "{}",
        said.out
    );
    for (arguments, expected) in [
        (
            &["build", "alloy"][..],
            "error: `build` has no image `alloy`, only admin-tools grafana server\n",
        ),
        (
            &["mirror", "ui"],
            "error: `mirror` has no image `ui`, only alloy\n",
        ),
        (
            &["push"],
            "error: use one of the commands build, mirror and status\n",
        ),
        (
            &[],
            "error: use one of the commands build, mirror and status\n",
        ),
    ] {
        let said = registry.run(arguments);
        assert_eq!(said.code, 2);
        assert_eq!(
            said.err,
            format!("{expected}hint: run images.sh --help for usage\n")
        );
    }
    assert_eq!(
        (registry.started().len(), registry.written()),
        (0, Json::Null)
    );
    fs::remove_file(
        registry
            .tree
            .path()
            .join("terraform/bootstrap/terraform.tfstate"),
    )
    .unwrap();
    let said = registry.run(&["status"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.ends_with(
            "error: terraform/bootstrap has no output `images`\n\
             hint: run `terraform apply` there; if it has several workspaces, set TF_WORKSPACE\n"
        ),
        "{}",
        said.err
    );
}

/// A folder for the front of `PATH` with these programs in it.
fn programs(all: &[(&str, &str)]) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in all {
        let file = folder.path().join(name);
        fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!(
        "{}:{}",
        folder.path().display(),
        std::env::var("PATH").unwrap()
    );
    (folder, path)
}

#[test]
fn an_engine_on_this_machine_gets_the_recipe_and_a_value_in_terraform_tfvars_stays() {
    let registry = Registry::of(&[]);
    let tags = registry.tags();
    // It pushes nothing, so the image is there before.
    let (folder, path) = programs(&[(
        "docker",
        "echo \"$*\" >>\"${0%/*}/calls\"; cat >\"${0%/*}/stdin\"; exit \"${DOCKER_EXIT:-0}\"",
    )]);
    let registry = registry.with("PATH", &path);
    let said = registry.run(&["build", "grafana", "--local"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let calls = fs::read_to_string(folder.path().join("calls")).unwrap();
    let target = format!(
        "--tag 123456789012.dkr.ecr.{REGION}.amazonaws.com/temporal/grafana:{} --push -\n",
        tags["grafana"]
    );
    assert!(
        calls.starts_with("login --username AWS ") && calls.ends_with(&target),
        "{calls}"
    );
    let recipe = registry.tree.path().join("images/grafana.Dockerfile");
    assert_eq!(
        fs::read(folder.path().join("stdin")).unwrap(),
        fs::read(recipe).unwrap()
    );
    assert_eq!(registry.started(), []);

    let values = registry
        .tree
        .path()
        .join("terraform/envs/dev/terraform.tfvars");
    let text = fs::read_to_string(&values).unwrap();
    fs::write(
        &values,
        format!("{text}ui_image = \"registry.example.com/ui:1\"\n"),
    )
    .unwrap();
    builds_push(&registry.proxy, "ui", &tags["ui"]);
    let said = registry.run(&["mirror", "ui"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(
        said.out.contains("dev: terraform.tfvars sets ui_image\n"),
        "{}",
        said.out
    );
    assert_eq!(registry.written()["ui_image"], Json::Null);

    let registry = registry.with("DOCKER_EXIT", "1");
    let said = registry.run(&["build", "server", "--local"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (1, "error: `server` failed\n")
    );
}

/// The recipes of a composition that uses all, by name.
fn recipes() -> (Tree, BTreeMap<String, String>) {
    let tree = Tree::of(&spec(
        "dev-lean",
        &[
            "environments.dev.benchmark.enabled=true",
            "environments.dev.compute.instance_count=4",
        ],
    ));
    let mut recipes = BTreeMap::new();
    for entry in fs::read_dir(tree.path().join("images")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "Dockerfile") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            recipes.insert(name, fs::read_to_string(path).unwrap());
        }
    }
    (tree, recipes)
}

/// The scripts of a recipe's `RUN`s, each with the here-document that it may have.
fn scripts(recipe: &str) -> Vec<String> {
    let joined = recipe.replace("\\\n", "\u{1}");
    let mut lines = joined.lines();
    let mut scripts = Vec::new();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("RUN ") else {
            continue;
        };
        let mut script = command.replace('\u{1}', "\\\n");
        if let Some((_, end)) = command.split_once("<<'") {
            let end = end.trim_end_matches('\'');
            for line in lines.by_ref() {
                script.push('\n');
                script.push_str(line);
                if line == end {
                    break;
                }
            }
        }
        scripts.push(script);
    }
    scripts
}

/// The lines of the benchmark's source around what its recipe changes.
/// Source: iw/temporal-dsql-deploy-ecs at b02a116, `benchmark/cmd/benchmark/main.go`, from line 229.
const POLLERS: &str = "\
\t// Create worker with high-throughput settings
\t// Increased pollers from 16 to 32 to address workflow task processing bottleneck
\t// observed in 6k st/s benchmark (server adding ~350 tasks/sec but only ~70/sec processed)
\tworkerOptions := worker.Options{
\t\tMaxConcurrentActivityExecutionSize:      200,
\t\tMaxConcurrentWorkflowTaskExecutionSize:  200,
\t\tMaxConcurrentLocalActivityExecutionSize: 200,
\t\tMaxConcurrentWorkflowTaskPollers:        32,
\t\tMaxConcurrentActivityTaskPollers:        32,
\t\tDisableEagerActivities:                  false,
\t\tMaxConcurrentEagerActivityExecutionSize: 100,
\t\tStickyScheduleToStartTimeout:            5 * time.Second,
";

/// What the benchmark's recipe makes of this source, with Alpine's `patch`; `None` if its build fails.
fn patched(recipe: &str, source: &str) -> Option<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let at = |file: &str| folder.path().join("cmd/benchmark").join(file);
    fs::create_dir_all(at("")).unwrap();
    fs::write(at("main.go"), format!("{}{source}", "\n".repeat(228))).unwrap();
    let script = scripts(recipe).remove(0);
    let output = Command::new("sh")
        .args(["-c", &script.replacen("patch", "busybox patch", 1)])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let read = |file: &str| fs::read_to_string(at(file)).unwrap();
    output
        .status
        .success()
        .then(|| (read("main.go"), read("pollers.go")))
}

#[test]
fn the_benchmarks_pollers_can_be_set_or_its_build_fails() {
    let (_, recipes) = recipes();
    let recipe = &recipes["benchmark"];
    let (main, pollers) = patched(recipe, POLLERS).unwrap();
    let expected = POLLERS
        .replace("Pollers:        32,", "Pollers:        pollers,")
        .replace(
            "\tworkerOptions",
            "\tpollers, err := pollerCount()\n\tif err != nil {\n\t\treturn err\n\t}\n\tworkerOptions",
        );
    assert_eq!(main.trim_start_matches('\n'), expected);
    assert!(
        pollers.contains("os.Getenv(\"BENCHMARK_POLLERS\")"),
        "{pollers}"
    );
    for other in ["        16,", "        cfg.Pollers,"] {
        let changed = POLLERS.replace("        32,", other);
        assert_eq!(patched(recipe, &changed), None, "{other}");
    }
}

#[test]
fn shellcheck_finds_nothing_in_what_the_recipes_run() {
    let (_, recipes) = recipes();
    let names: Vec<&String> = recipes.keys().collect();
    assert_eq!(names, ["admin-tools", "benchmark", "grafana", "server"]);
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, recipe) in &recipes {
        for (index, script) in scripts(recipe).iter().enumerate() {
            let file = folder.path().join(format!("{name}-{index}.sh"));
            // What `ARG` sets comes from outside.
            fs::write(
                &file,
                format!("#!/bin/sh\nset -e\n: \"${{GRAFANA_PLUGIN_VERSION:=1}}\"\n{script}\n"),
            )
            .unwrap();
            files.push(file);
        }
    }
    assert_eq!(files.len(), 14);
    let output = Command::new("shellcheck").args(files).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// Whether a recipe's last script ends well with these programs, and what it reads below `/var/lib` in `root`.
fn smoke(recipe: &str, root: &Path, all: &[(&str, &str)]) -> bool {
    run(&scripts(recipe).pop().unwrap(), root, all)
        .status
        .success()
}

/// Runs a script of a recipe like [`smoke`].
fn run(script: &str, root: &Path, all: &[(&str, &str)]) -> Output {
    let certificates = root.join("ca-certificates.crt");
    let script = script
        .replace(
            "/etc/ssl/certs/ca-certificates.crt",
            certificates.to_str().unwrap(),
        )
        .replace("/var/lib", root.to_str().unwrap());
    let (_folder, path) = programs(all);
    Command::new("sh")
        .args(["-c", &script])
        .env("PATH", path)
        .env("CURL_VERSION", "8.22.0-r0")
        .env("GRAFANA_PLUGIN_VERSION", "3.2.0")
        .output()
        .unwrap()
}

#[test]
fn a_build_fails_if_what_it_built_does_not_start() {
    let (_, recipes) = recipes();
    let root = tempfile::tempdir().unwrap();
    let says_version = "[ \"$*\" = --version ]";
    let server = [("temporal-server", says_version)];
    assert!(
        !smoke(&recipes["server"], root.path(), &server),
        "without certificates"
    );
    fs::write(root.path().join("ca-certificates.crt"), "certificates").unwrap();
    assert!(smoke(&recipes["server"], root.path(), &server));
    assert!(!smoke(&recipes["server"], root.path(), &[]));
    let tools = [
        "temporal",
        "temporal-dsql-tool",
        "temporal-elasticsearch-tool",
    ];
    let all = tools.map(|tool| (tool, says_version));
    assert!(smoke(&recipes["admin-tools"], root.path(), &all));
    for missing in tools {
        let some: Vec<_> = all
            .into_iter()
            .filter(|(tool, _)| *tool != missing)
            .collect();
        assert!(
            !smoke(&recipes["admin-tools"], root.path(), &some),
            "{missing}"
        );
    }
    let error =
        "echo \"{\\\"error\\\":\\\"invalid BENCHMARK_DURATION: $BENCHMARK_DURATION\\\"}\"; exit 1";
    assert!(smoke(
        &recipes["benchmark"],
        root.path(),
        &[("benchmark", error)]
    ));
    assert!(!smoke(
        &recipes["benchmark"],
        root.path(),
        &[("benchmark", "exit 1")]
    ));
    let plugin = root
        .path()
        .join("grafana/plugins/grafana-amazonprometheus-datasource");
    let install = |version: &str, manifest: &str| {
        format!(
            "[ \"$*\" = 'cli plugins install grafana-amazonprometheus-datasource 3.2.0' ] && mkdir -p {0} && \
             echo '{{\"info\": {{\"version\": \"{version}\"}}}}' >{0}/plugin.json && \
             echo '{manifest}' >{0}/MANIFEST.txt",
            plugin.display()
        )
    };
    let fetch = &scripts(&recipes["grafana"])[0];
    let fetched = |version, manifest| {
        let programs = [("grafana", &*install(version, manifest))];
        run(fetch, root.path(), &programs).status.success()
    };
    let signature = "-----BEGIN PGP SIGNATURE-----";
    assert!(fetched("3.2.0", signature));
    assert!(!fetched("3.1.0", signature));
    assert!(!fetched("3.2.0", ""));
    let list = |plugin: &str| {
        format!("[ \"$*\" = 'cli plugins ls' ] && echo 'installed plugins:' && echo '{plugin}'")
    };
    let lists = |plugin| {
        smoke(
            &recipes["grafana"],
            root.path(),
            &[("grafana", &list(plugin))],
        )
    };
    assert!(lists("grafana-amazonprometheus-datasource @ 3.2.0"));
    assert!(!lists("grafana-clock-panel @ 2.1.8"));
}

#[test]
fn a_build_warns_when_alpine_has_another_curl() {
    let (_, recipes) = recipes();
    let root = tempfile::tempdir().unwrap();
    let all = scripts(&recipes["admin-tools"]);
    let install = all.iter().find(|script| script.contains("apk ")).unwrap();
    let built = |apk| {
        let output = run(install, root.path(), &[("apk", apk)]);
        let errors = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), errors)
    };
    let pinned = "[ \"$*\" = 'add --no-cache curl=8.22.0-r0' ]";
    assert_eq!(built(pinned), (Some(0), String::new()));
    let warning = "warning: Alpine no longer has curl 8.22.0-r0, so the image gets its newest. To pin that, set \
                   CURL_VERSION in images/versions.env\n";
    let newest = "[ \"$*\" = 'add --no-cache curl' ]";
    assert_eq!(built(newest), (Some(0), warning.to_owned()));
    assert_eq!(built("exit 1"), (Some(1), warning.to_owned()));
}
