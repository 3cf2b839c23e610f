//! Bad specs: each gets an error that names the key and what is allowed; none panics, none writes a file.

use composer_core::options::{Kind, OPTIONS};
use composer_core::rules::Rule;
use composer_core::{FieldPath, ProblemCode, Severity, Value, check, read};

use crate::harness::{run, spec};

/// A good beginning for specs that are bad in one thing.
pub(crate) const START: &str = "version = 1\nproject = \"temporal\"\nregion = \"eu-west-1\"\n";

/// A bad spec as what follows the start (or replaces it, where it begins with `!`), the key that the error names, and
/// a part of what it says.
#[rustfmt::skip] // one row a line
pub(crate) const TABLE: &[(&str, &str, &str)] = &[
    // Syntax
    ("!version = 1\nproject = temporal", "", "not valid TOML"),
    ("!version = 1\n[environments", "", "not valid TOML"),
    ("!version = 1\nproject = \"a\nb\"", "", "not valid TOML"),
    ("!version = 1\nversion = 1", "", "duplicate key"),
    ("!{\"version\": 1, // no comments\n}", "", "not valid JSON"),
    ("!{\"version\": 1, \"project\": \"a\", \"project\": \"b\"}", "", "`project` appears twice"),
    ("!{\"version\": 1", "", "not valid JSON"),
    ("![]", "", "this is an empty list in JSON, not a spec"),
    ("!\n [{\"version\": 1}]", "", "this is a list in JSON, not a spec"),
    ("!null\n", "", "this is JSON's `null`, not a spec"),
    ("!\"version\"", "", "this is a text in JSON, not a spec"),
    ("!{}", "version", "has no `version`"),
    ("!", "version", "has no `version`"),
    ("!version = 2", "version", "`2`, this program reads 1"),
    ("!version = \"1\"", "version", "this program reads 1"),
    ("!version = 1.0", "version", "this program reads 1"),
    // Unknown keys
    ("projekt = \"x\"\n[environments.dev]", "projekt", "there is no key `projekt`"),
    ("[enviroments.dev]", "enviroments", "there is no key `enviroments`"),
    ("[environments.dev.histroy]\ncpu = 512", "environments.dev.histroy", "there is no key"),
    ("[environments.dev.history]\ncpus = 512", "environments.dev.history.cpus", "there is no key"),
    ("[environments.dev]\nvpc_cidr = \"10.0.0.0/16\"", "environments.dev.vpc_cidr", "there is no key"),
    ("[environments.dev.network]\nvpc_id = \"vpc-1\"", "environments.dev.network.vpc_id", "there is no key"),
    ("[environments.dev]\nloki = true", "environments.dev.loki", "is a table, not a value"),
    ("[environments.dev.tags.a]\nb = \"c\"", "environments.dev.tags.a", "is a table"),
    ("environments = 1", "environments", "is a table, not a value"),
    ("environments = []", "environments", "is a table, not a value"),
    ("[[environments]]\nname = \"dev\"", "environments", "is a table, not a value"),
    ("a.b.c.d.e.f.g.h = 1", "a", "there is no key"),
    // Missing
    ("", "environments", "the composition has no environment"),
    ("[environments.dev]\nenabled = false", "environments", "every environment has `enabled = false`"),
    ("!version = 1\nregion = \"eu-west-1\"\n[environments.dev]", "project", "the composition sets no `project`"),
    ("!version = 1\nproject = \"temporal\"\n[environments.dev]", "region", "the composition sets no `region`"),
    ("[environments.staging]", "environments.staging.profile", "sets no profile"),
    // Types
    ("tags = \"x\"\n[environments.dev]", "tags", "is a table, not a value"),
    ("[environments.dev]\nenabled = \"yes\"", "environments.dev.enabled", "is text, allowed is true or false"),
    ("[environments.dev.history]\ncpu = \"512\"", "environments.dev.history.cpu", "is text, allowed is a whole number from 256"),
    ("[environments.dev.history]\ncpu = 512.5", "environments.dev.history.cpu", "is a decimal number, allowed is a whole number"),
    ("[environments.dev.history]\ncpu = 2026-11-23", "environments.dev.history.cpu", "is a date"),
    ("[environments.dev.history]\ncpu = 99999999999999999999", "environments.dev.history.cpu", "beyond 64 bits"),
    ("[environments.dev.history]\ncpu = {}", "environments.dev.history.cpu", "is a table, allowed is"),
    ("[environments.dev.network]\navailability_zones = \"eu-west-1a\"", "environments.dev.network.availability_zones", "is text, allowed is 2 to 4"),
    ("[environments.dev.network]\navailability_zones = [1, 2]", "environments.dev.network.availability_zones", "a list of other things than texts"),
    ("[environments.dev]\naccount_id = 123456789012", "environments.dev.account_id", "12 digits, in quotes"),
    ("[tags]\na = 1\n[environments.dev]", "tags.a", "is a whole number"),
    ("[environments.prod.grafana]\nadmin_secret = \"grafana/admin\"", "environments.prod.grafana.admin_secret", "doesn't contain `prod` as a word"),
    ("[environments.prod.grafana]\nadmin_secret = \"production/grafana\"", "environments.prod.grafana.admin_secret", "doesn't contain `prod` as a word"),
    ("[environments.prod.grafana]\nadmin_secret = \"grafana/admin\"\nshared_admin_secret = false", "environments.prod.grafana.admin_secret", "doesn't contain `prod` as a word"),
    ("[environments.dev.migration]\nkeep_flat_names = true\nname = \"an-old-names-length\"", "environments.dev.migration.name", "2 to 17 lower-case letters"),
    ("[environments.dev.opensearch]\nengine_version = \"OpenSearch_3.1\"", "environments.dev.opensearch.engine_version", "allowed is `OpenSearch_2.19` or"),
    ("[environments.dev.loki]\nenabled = 1", "environments.dev.loki.enabled", "allowed is true or false"),
    // Ranges
    ("[environments.dev.history]\ncpu = 128", "environments.dev.history.cpu", "out of range: allowed is a whole number from 256 to 196608"),
    ("[environments.dev.history]\ncount = -1", "environments.dev.history.count", "allowed is a whole number from 0 to 200 tasks"),
    ("[environments.dev]\nhistory_shards = 0", "environments.dev.history_shards", "from 1 to 16384 shards"),
    ("[environments.dev]\nlog_retention_days = 8", "environments.dev.log_retention_days", "allowed is one of 1, 3, 5, 7, 14"),
    ("[environments.dev.loki]\nretention_days = 366", "environments.dev.loki.retention_days", "from 1 to 365 days"),
    ("[environments.prod.reservoir]\nbase_lifetime = \"2h\"", "environments.prod.reservoir.base_lifetime", "a duration from 1m to 59m"),
    ("[environments.prod.reservoir]\nbase_lifetime = \"eleven minutes\"", "environments.prod.reservoir.base_lifetime", "is not a duration"),
    ("[environments.dev.network]\navailability_zones = [\"eu-west-1a\"]", "environments.dev.network.availability_zones", "1 entries: allowed is 2 to 4"),
    ("[environments.dev.network]\navailability_zones = [\"eu-west-1a\", \"eu-west-1a\"]", "environments.dev.network.availability_zones", "is listed twice"),
    // Names and texts
    ("[environments.Dev]", "environments.Dev", "`Dev` is not an environment name"),
    ("[environments.\"a b\"]", "environments.\"a b\"", "is not an environment name"),
    ("[environments.up]
profile = \"dev\"", "environments.up", "but not `up`, `down`, `restart`, `reset`, `status`, `load`, `results`, `schema`, `index`, `namespaces`, `list`, `now`, `restore-plan` or `refresh`, which are commands of the scripts"),
    ("[environments.\"\"]", "environments.\"\"", "is not an environment name"),
    ("[environments.averyverylongname]\nprofile = \"dev\"", "environments.averyverylongname", "is not an environment name"),
    ("[environments.preproduction]\nprofile = \"dev\"", "project", "`temporal-preproduction` has 22 characters"),
    ("[environments.dev]\nprofile = \"production\"", "environments.dev.profile", "`dev` or `bench` or `prod`"),
    ("[environments.dev]\nregion = \"us-west-1\"", "environments.dev.region", "is not a region that offers Aurora DSQL"),
    ("[environments.dev]\nregion = \"europe\"", "environments.dev.region", "is not a region that offers Aurora DSQL"),
    ("[environments.dev.network]\nnat = \"none\"", "environments.dev.network.nat", "`single` or `per-az`"),
    ("[environments.dev.network]\nvpc_cidr = \"10.0.0.0/8\"", "environments.dev.network.vpc_cidr", "from /16 to /20"),
    ("[environments.dev.network]\nvpc_cidr = \"10.0.0.1/16\"", "environments.dev.network.vpc_cidr", "no host bits set"),
    ("[environments.dev.network]\nvpc_cidr = \"8.8.0.0/16\"", "environments.dev.network.vpc_cidr", "inside 10.0.0.0/8"),
    ("[environments.dev.compute]\ninstance_type = \"m7i.large\"", "environments.dev.compute.instance_type", "is not a Graviton instance type"),
    ("tags.environment = \"x\"\n[environments.dev]", "tags.environment", "`environment` is not a tag key"),
    ("tags.managedby = \"x\"\n[environments.dev]", "tags.managedby", "in no case `Project`, `Environment`, `ManagedBy`"),
    ("tags.Name = \"x\"\n[environments.dev]", "tags.Name", "`Name` is not a tag key"),
    ("tags.root = \"x\"\n[environments.dev]", "tags.root", "`root` is not a tag key"),
    ("tags.\"AWS:x\" = \"x\"\n[environments.dev]", "tags.\"AWS:x\"", "not beginning with `aws:`"),
    ("tags.Team = \"a\"\ntags.team = \"b\"\n[environments.dev]", "tags.team", "`team` and `Team` are the same key"),
    ("tags.Team = \"a\"\n[environments.dev]\ntags.TEAM = \"b\"", "environments.dev.tags.TEAM", "`TEAM` and `Team` are the same key"),
    ("[environments.dev]\ntags.a = \"a\"\ntags.A = \"b\"", "environments.dev.tags.a", "`a` and `A` are the same key"),
    ("tags.Team = \"\u{24b6}\"\n[environments.dev]", "tags.Team", "Aurora DSQL takes no others"),
    ("tags.Team = \"Köln\"\n[environments.dev]", "tags.Team", "`Köln` is not a tag value"),
    ("tags.Team = \"aws:x\"\n[environments.dev]", "tags.Team", "not beginning with `aws:`"),
    ("[backend]\nkey_prefix = \"..\"\n[environments.dev]", "backend.key_prefix", "`..` is not a key prefix"),
    ("[backend]\nkey_prefix = \"a/./b\"\n[environments.dev]", "backend.key_prefix", "no part `.` or `..`"),
    ("[backend]\nbucket = \"a..b\"\n[environments.dev]", "backend.bucket", "single dots"),
    ("[backend]\nbucket = \"10.0.0.1\"\n[environments.dev]", "backend.bucket", "not formatted as an IP address"),
    ("[backend]\nbucket = \"My_Bucket\"\n[environments.dev]", "backend.bucket", "is not a bucket name"),
    ("[images]\nui = \"UI:1\"\n[environments.dev]", "images.ui", "is not a container image"),
    ("[environments.dev.dsql]\nendpoint = \"localhost\"", "environments.dev.dsql.endpoint", "is not the endpoint of a DSQL cluster"),
    ("[environments.dev.dsql]\narn = \"arn:aws:dsql:*:*:cluster/*\"", "environments.dev.dsql.arn", "is not the ARN of a DSQL cluster"),
    ("[environments.dev.opensearch]\nindex = \"visibility\"", "environments.dev.opensearch.index", "temporal_visibility_v1"),
    ("[tags]\nEnvironment = \"x\"\n[environments.dev]", "tags.Environment", "is not a tag key"),
    ("[environments.dev.history.extra_environment]\n\"A-B\" = \"x\"", "environments.dev.history.extra_environment.A-B", "is not the name of an environment variable"),
    ("[environments.dev.ui.extra_environment]\nTEMPORAL_ADDRESS = \"x:1\"", "environments.dev.ui.extra_environment.TEMPORAL_ADDRESS", "the composition sets `TEMPORAL_ADDRESS` itself"),
    ("[environments.bench]\nprofile = \"bench\"\nbenchmark.duration = \"1m\"\nbenchmark.ramp_up = \"60s\"", "environments.bench.benchmark.ramp_up", "a ramp-up of 1m does not end within a run of 1m"),
    ("[environments.bench]\nprofile = \"bench\"\n[environments.bench.benchmark.extra_environment]\nBENCHMARK_NAMESPACE = \"x\"", "environments.bench.benchmark.extra_environment.BENCHMARK_NAMESPACE", "the composition sets `BENCHMARK_NAMESPACE` itself"),
    ("[environments.dev.dynamic_config.keys]\n\"a b\" = \"x\"", "environments.dev.dynamic_config.keys.\"a b\"", "is not a key of the server's dynamic configuration"),
    ("[environments.dev.dynamic_config.keys]\n\"frontend.rsp\" = \"1\"", "environments.dev.dynamic_config.keys.\"frontend.rsp\"", "the server has no key `frontend.rsp`"),
    ("[environments.dev.dynamic_config.keys]\n\"Frontend.RPS\" = \"3\"", "environments.dev.dynamic_config.keys.\"Frontend.RPS\"", "the key is spelled `frontend.rps`, not `Frontend.RPS`"),
    ("[environments.dev.dynamic_config.keys]\n\"persistence.enableDSQLMode\" = \"true\"", "environments.dev.dynamic_config.keys.\"persistence.enableDSQLMode\"", "the server has no key"),
    ("[environments.dev.dynamic_config.keys]\n\"frontend.rps\" = \"many\"", "environments.dev.dynamic_config.keys.\"frontend.rps\"", "`many` is not a whole number, which `frontend.rps` takes"),
    ("[environments.dev.dynamic_config.keys]\n\"history.cacheTTL\" = \"1 hour\"", "environments.dev.dynamic_config.keys.\"history.cacheTTL\"", "`1 hour` is not a duration"),
    ("[environments.prod]\nprofile = \"prod\"\nalarms.thresholds.Errors = \"1\"", "environments.prod.alarms.thresholds.Errors", "is not the name of an alarm"),
    ("[environments.prod]\nprofile = \"prod\"\nalarms.thresholds.tasks-missing = \"-1\"", "environments.prod.alarms.thresholds.tasks-missing", "is not a threshold"),
    ("[environments.prod]\nprofile = \"prod\"\nalarms.thresholds.task-missing = \"1\"", "environments.prod.alarms.thresholds.task-missing", "`prod` has no alarm `task-missing`"),
    ("[environments.prod]\nprofile = \"prod\"\nalarms.thresholds.errors = \"0.2\"", "environments.prod.alarms.thresholds.errors", "the alarm `errors` has an option of its own"),
    ("[environments.prod]\nprofile = \"prod\"\nalarms.thresholds.frontend-silent = \"1\"", "environments.prod.alarms.thresholds.frontend-silent", "the alarm `frontend-silent` does not go on at a number"),
    ("[environments.prod]\nprofile = \"prod\"\nalarms.runbook = \"https://example.com/#a\"", "environments.prod.alarms.runbook", "is not the place of the runbook"),
    // Values that contradict each other
    ("[environments.dev]\ntiming.stop_timeout = 74\ndynamic_config.shutdown_drain = \"30s\"", "environments.dev.timing.stop_timeout", "takes up to 75 seconds to stop, but ECS waits for 74"),
    ("[environments.dev.network]\navailability_zones = [\"us-east-1a\", \"us-east-1b\"]", "environments.dev.network.availability_zones", "is not a zone of `eu-west-1`"),
    ("[environments.dev]\n[environments.prod.network]\nvpc_cidr = \"10.10.0.0/20\"", "environments.prod.network.vpc_cidr", "overlaps `10.10.0.0/16` of `dev`"),
    ("[environments.dev.compute]\nmax_count = 1", "environments.dev.compute.max_count", "1 is less than the 2 instances"),
    ("[environments.dev]\nschedule.enabled = true\nschedule.sleep = \"0 20 * * 1-5\"", "environments.dev.schedule.sleep", "day of the week by name"),
    ("[environments.dev]\nautoscaling.enabled = true\nautoscaling.frontend_max = 2\nfrontend.count = 3\ncompute.instance_count = 4", "environments.dev.autoscaling.frontend_max", "2 is less than `frontend.count`"),
    ("[environments.dev.compute]\ninstance_count = 1", "environments.dev.compute.instance_count", "the tasks request 3584 CPU units, but 1 × `m8g.large` have 2048"),
    ("[environments.dev.opensearch]\ninstance_count = 3", "environments.dev.opensearch.instance_count", "3 nodes need three zones, but the environment has 2"),
    ("[environments.dev.telemetry]\ncpu = 256", "environments.dev.frontend.cpu", "which leaves it 0; it needs 128"),
    ("[environments.dev.ui]\ncpu = 256", "environments.dev.ui.cpu", "which leaves it 0; it needs 128"),
    ("[environments.dev]\nreservoir.enabled = true\nlease.enabled = true\nlease.limit = 20000", "environments.dev.lease.limit", "20000 is more than the cluster's quota of 10000 connections"),
    ("[environments.dev]\nreservoir.enabled = true\nlease.enabled = true\nlease.limit = 100000", "environments.dev.lease.limit", "100000 is more than the cluster's quota of 10000 connections"),
    ("[environments.prod]\ndsql.limiter = \"slots\"\nlease.limit = 219", "environments.prod.lease.block_size", "a block has 220 connections, but the lease allows fewer for all tasks together"),
    ("[environments.dev.dsql]\nmax_connections = 100\n[environments.dev.history]\nmax_conns = 61", "environments.dev.dsql.max_connections", "may hold 101 connections, but the cluster allows 100"),
    ("[environments.prod.dsql]\nmax_connections = 2789", "environments.prod.dsql.max_connections", "while one service is deployed, the tasks may hold 2790 connections, but the cluster allows 2789"),
    ("[environments.prod.reservoir]\nbase_lifetime = \"58m\"", "environments.prod.reservoir.base_lifetime", "lives up to 1h, but DSQL closes it after 60m"),
    ("[environments.prod.reservoir]\nbase_lifetime = \"2m\"\nguard_window = \"2m\"", "environments.prod.reservoir.guard_window", "2m is not less than the lifetime of 2m"),
    ("[environments.prod.reservoir]\nbase_lifetime = \"60s\"\nlifetime_jitter = \"2s\"\nguard_window = \"50s\"", "environments.prod.reservoir.base_lifetime", "1200 ready connections with an average lifetime of 11s and those in use need 109 new connections per second"),
    ("[environments.dev.opensearch]\nvolume_size = 200", "environments.dev.opensearch.volume_size", "at most 100 GiB"),
    ("[environments.dev.dsql]\nendpoint = \"abcdefghijklmnopqrstuvwxyz.dsql.us-east-1.on.aws\"", "environments.dev.dsql.endpoint", "the cluster is in `us-east-1`"),
    ("[environments.prod.alarms]\nnotify = \"topic\"\ntopic_arn = \"arn:aws:sns:us-east-1:123456789012:oncall\"", "environments.prod.alarms.topic_arn", "the topic is in `us-east-1`"),
    ("[environments.prod.opensearch]\nkms_key_arn = \"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab\"", "environments.prod.opensearch.kms_key_arn", "the key is in `us-east-1`"),
    ("[environments.prod.opensearch]\nkms_key_arn = \"arn:aws:kms:eu-west-1:123456789012:alias/mine\"", "environments.prod.opensearch.kms_key_arn", "key/ID"),
    ("[environments.prod.access]\ncertificate_arn = \"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012\"", "environments.prod.access.certificate_arn", "the certificate is in `us-east-1`"),
    ("[environments.prod.access]\nclient_cidrs = [\"0.0.0.0/0\"]", "environments.prod.access.client_cidrs", "`0.0.0.0/0` is not a network of clients"),
    ("[environments.prod.access]\nallowed_principals = [\"*\"]", "environments.prod.access.allowed_principals", "`*` is not the ARN of a principal"),
    ("[environments.dev.opensearch]\ninstance_type = \"m6g.large.search\"\nvolume_size = 1025", "environments.dev.opensearch.volume_size", "at most 1024 GiB, not 1025"),
    ("[environments.dev.opensearch]\ninstance_type = \"c6g.large.search\"\nvolume_size = 257", "environments.dev.opensearch.volume_size", "at most 256 GiB, not 257"),
    ("[environments.dev.opensearch]\ninstance_type = \"m6g.xlarge.search\"\nvolume_size = 2049", "environments.dev.opensearch.volume_size", "at most 2048 GiB, not 2049"),
    ("[environments.dev.opensearch]\ninstance_type = \"r6g.large.search\"\nvolume_size = 2049", "environments.dev.opensearch.volume_size", "at most 2048 GiB, not 2049"),
    ("[environments.dev.opensearch]\ninstance_type = \"t3.medium.search\"\nvolume_size = 201", "environments.dev.opensearch.volume_size", "at most 200 GiB, not 201"),
    ("[environments.dev]\nhistory_shards = 1\n[environments.dev.history]\ncount = 2\ncpu = 512", "environments.dev.history_shards", "2 history tasks share 1 shards"),
    ("[environments.prod.network]\nvpc_cidr = \"10.30.0.0/20\"\n[environments.prod.opensearch]\ninstance_count = 80\n[environments.prod.compute]\nmax_count = 200", "environments.prod.network.vpc_cidr", "has 251 addresses, but tasks, instances, endpoints and OpenSearch may need 277"),
    ("[environments.bench.benchmark]\nworker_count = 100", "environments.bench.benchmark.max_instances", "the tasks request 413696 CPU units, but 4 × `m8g.4xlarge` have 65536"),
];

/// What follows [`START`], as a whole spec.
fn whole(text: &str) -> String {
    match text.strip_prefix('!') {
        Some(whole) => whole.to_owned(),
        None => format!("{START}{text}\n"),
    }
}

/// Every spec of this file that has a problem.
pub(crate) fn texts() -> Vec<String> {
    let bad = TABLE.iter().map(|(text, ..)| whole(text));
    bad.chain(DOUBTFUL.iter().map(|(text, ..)| whole(text)))
        .collect()
}

#[test]
fn every_bad_spec_names_its_key_and_what_is_allowed() {
    assert!(TABLE.len() >= 60);
    let mut missed = Vec::new();
    for (text, key, expected) in TABLE {
        let text = whole(text);
        let found = read::read(&text);
        let mut problems = found.problems.clone();
        if !problems.has_errors() {
            problems.extend(check(&found.spec).problems);
        }
        let errors: Vec<(String, &str)> = problems
            .of(Severity::Error)
            .map(|problem| (problem.at.to_string(), problem.message.as_str()))
            .collect();
        if !errors
            .iter()
            .any(|(at, message)| at == key && message.contains(expected))
        {
            missed.push(format!(
                "{text}\nexpected {key}: {expected}\nfound {errors:#?}"
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

/// A spec that is composed but said something about: what follows the start, the code, the key, a part of what it says.
#[rustfmt::skip] // one row a line
const DOUBTFUL: &[(&str, &str, &str, &str)] = &[
    ("[environments.dev]\nregion = \"eu-west-1\"\nnetwork.availability_zones = [\"eu-west-1a\", \"eu-west-1f\"]", "unknown-zone", "environments.dev.network.availability_zones", "the catalog doesn't have the zone `eu-west-1f`"),
    ("[environments.dev.compute]\ninstance_type = \"t4g.xlarge\"\ninstance_count = 4", "no-trunking", "environments.dev.compute.eni_trunking", "`t4g.xlarge` has no ENI trunking"),
    ("[environments.dev.compute]\ninstance_type = \"m9g.large\"", "unknown-instance-type", "environments.dev.compute.instance_type", "not in the catalog"),
    ("[environments.dev]\nregion = \"ca-west-1\"\ncompute.instance_type = \"m7g.large\"", "type-not-offered", "environments.dev.compute.instance_type", "doesn't list `m7g.large` in ca-west-1"),
    ("[environments.bench]\nregion = \"ap-southeast-4\"\nbenchmark.instance_type = \"c7g.4xlarge\"", "type-not-offered", "environments.bench.benchmark.instance_type", "doesn't list `c7g.4xlarge` in ap-southeast-4"),
    ("[environments.dev.dynamic_config]\nhistory_cache_mib = 609", "large-history-cache", "environments.dev.dynamic_config.history_cache_mib", "with the events of 512 shards, the caches of a history task take 865 MiB, which is more than half of the 1728 MiB"),
    ("[environments.prod]\ndynamic_config.task_queue_partitions = 3", "few-partitions", "environments.prod.dynamic_config.task_queue_partitions", "a task queue has 3 partitions, each in one of 4 matching tasks"),
    ("[environments.dev.worker]\ncount = 0", "no-tasks", "environments.dev.worker.count", "without worker, no workflow runs"),
    ("[environments.dev]\nhistory_shards = 500", "shards-no-power-of-two", "environments.dev.history_shards", "500 is not a power of two"),
    ("[environments.dev.dsql]\nmax_connections = 10001", "raised-quota", "environments.dev.dsql.max_connections", "10001 connections exceed the DSQL default of 10000"),
    ("[environments.prod.dsql]\nmax_connections = 3569", "too-many-connections", "environments.prod.dsql.max_connections", "deployed at once, the tasks may hold 3570"),
    ("[environments.prod.lease]\nlimit = 3569", "lease-below-need", "environments.prod.lease.limit", "the lease allows 3569"),
    ("[environments.prod]\ndsql.limiter = \"slots\"\nlease.limit = 6599", "too-few-blocks", "environments.prod.lease.block_size", "takes 30 blocks"),
    ("[environments.prod]\ndsql.limiter = \"slots\"\nlease.block_size = 119", "small-block", "environments.prod.lease.block_size", "a history task may use 100 connections and keep 20 ready, but its blocks have 119"),
    ("[environments.prod]\nreservoir.target_ready = 300\ndsql.max_connections = 40000", "slow-fill", "environments.prod.reservoir.target_ready", "filling one reservoir of each takes 45 s"),
    ("[environments.prod.backup]\nenabled = false", "no-backups", "environments.prod.backup.enabled", "nothing backs up the database"),
    ("[environments.prod]\ndeletion_protection = false", "unprotected", "environments.prod.deletion_protection", "would delete production data"),
    ("[environments.prod.opensearch]\ninstance_count = 1", "single-node", "environments.prod.opensearch.instance_count", "the visibility store has one node"),
    ("[environments.prod.opensearch]\ninstance_count = 2", "no-majority", "environments.prod.opensearch.instance_count", "two nodes have no majority"),
    ("[environments.prod.opensearch]\ninstance_count = 5", "one-zone", "environments.prod.opensearch.instance_count", "5 nodes can't be spread evenly"),
    ("[environments.prod.opensearch]\ninstance_type = \"t3.medium.search\"", "small-node", "environments.prod.opensearch.instance_type", "AWS doesn't support"),
    ("[environments.prod.opensearch]\ndedicated_masters = true\nmaster_type = \"t3.medium.search\"", "small-master", "environments.prod.opensearch.master_type", "AWS doesn't support"),
    ("[environments.prod.opensearch]\ninstance_type = \"or1.medium.search\"", "unknown-node-type", "environments.prod.opensearch.instance_type", "not in the catalog"),
    ("[environments.prod.opensearch]\ninstance_type = \"or1.medium.search\"\nvolume_size = 101", "volume-limit-unknown", "environments.prod.opensearch.volume_size", "whether a node of type `or1.medium.search` takes 101 GiB is not known here"),
    ("[environments.prod.opensearch]\ninstance_type = \"m7g.large.search\"\nvolume_size = 3072", "volume-limit-unknown", "environments.prod.opensearch.volume_size", "whether a node of type `m7g.large.search` takes 3072 GiB is not known here"),
    ("[environments.prod.matching]\ncount = 1", "single-task", "environments.prod.matching.count", "matching has one task, so it is unavailable"),
    ("[environments.prod]\nopensearch.instance_count = 4\nnetwork.availability_zones = [\"eu-west-1a\", \"eu-west-1b\"]", "two-zones", "environments.prod.network.availability_zones", "takes half of the capacity"),
    ("[environments.prod.network]\nendpoints = false", "no-endpoints", "environments.prod.network.endpoints", "no task can start while NAT is unavailable"),
    ("[environments.prod.network]\nnat = \"single\"", "single-nat", "environments.prod.network.nat", "cuts every task off from DSQL"),
    ("[environments.prod.benchmark]\nenabled = true", "benchmark-in-production", "environments.prod.benchmark.enabled", "competes with real workflows"),
    ("[environments.prod.schedule]\nenabled = true", "sleeps-in-production", "environments.prod.schedule.enabled", "no workflow runs while it sleeps"),
    ("[environments.prod.schedule]\nenabled = true", "nights-fill-counter", "environments.prod.schedule.enabled", "a night leaves 1200 connections counted, and the limit of 10000 has room for 8"),
    ("[environments.prod.schedule]\nenabled = true", "nights-wake-somebody", "environments.prod.schedule.enabled", "each sleep sets off the alarms `frontend-silent` and `shards-unowned`"),
    ("[environments.prod.backend]\nkind = \"local\"", "local-state", "environments.prod.backend.kind", "lost with the machine"),
    ("[environments.prod.images]\ngrafana = \"grafana/grafana:12.2.4\"", "grafana-too-old", "environments.prod.images.grafana", "Grafana 12.2.4 doesn't load the plugin"),
    ("[environments.prod.images]\ngrafana = \"grafana/grafana:12.4.1\"", "grafana-too-old", "environments.prod.images.grafana", "Grafana 12.4.1 doesn't pass the task's credentials to its plugins"),
    ("[environments.prod.images]\nloki = \"grafana/loki:3.6.4\"", "loki-without-health-check", "environments.prod.images.loki", "Loki 3.6.4 has no `-health`"),
    ("[environments.dev.images]\nsource = \"own\"", "docker-hub-images", "environments.dev.images.source", "allows 100 pulls in 6 hours from one address"),
    ("[environments.dev.images]\nsource = \"own\"\nui = \"docker.io/temporalio/ui:2.52.0\"", "docker-hub-images", "environments.dev.images.source", "tasks pull `docker.io/temporalio/ui:2.52.0`"),
    ("[environments.dev.images]\nsource = \"own\"\nui = \"nginx:1\"", "docker-hub-images", "environments.dev.images.source", "tasks pull `nginx:1`"),
    ("[environments.prod.access]\ncertificate_arn = \"arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012\"", "certificate-without-name", "environments.prod.access.certificate_arn", "clients refuse the certificate"),
    ("[environments.prod.images]\nui = \"temporalio/ui\"", "unpinned-image", "environments.prod.images.ui", "has no version"),
    ("[environments.dev.grafana]\nshared_admin_secret = true", "no-effect", "environments.dev.grafana.shared_admin_secret", "no effect unless `grafana.admin_secret` is given"),
    ("[environments.dev.lease]\nlimit = 100", "no-effect", "environments.dev.lease.limit", "no effect unless `lease.enabled` is `true`"),
];

#[test]
fn what_will_likely_hurt_is_told_with_code_and_fix() {
    let mut missed = Vec::new();
    for (text, code, key, expected) in DOUBTFUL {
        let found = read::read(&format!("{START}{text}\n"));
        assert_eq!(found.problems.0, [], "{text}");
        let checked = check(&found.spec);
        assert!(
            checked.blueprint.is_some(),
            "{text}\n{:#?}",
            checked.problems
        );
        let found: Vec<_> = checked
            .problems
            .0
            .iter()
            .map(|problem| {
                (
                    problem.code.name(),
                    problem.at.to_string(),
                    &problem.message,
                )
            })
            .collect();
        if !found
            .iter()
            .any(|(name, at, message)| name == code && at == key && message.contains(expected))
        {
            missed.push(format!(
                "{text}\nexpected {code} at {key}: {expected}\nfound {found:#?}"
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

/// Only what can't be read at all has no remedy that could be named.
#[test]
fn every_problem_says_what_to_do_about_it() {
    for text in texts() {
        let found = read::read(&text);
        let mut problems = found.problems;
        problems.extend(check(&found.spec).problems);
        for problem in problems
            .0
            .iter()
            .filter(|problem| problem.code != ProblemCode::Syntax)
        {
            assert!(problem.hint.is_some(), "{text}\n{problem:#?}");
        }
    }
}

#[test]
fn the_tool_refuses_each_with_exit_code_3_and_writes_nothing() {
    for (text, _, _) in TABLE {
        let text = whole(text);
        let said = run(&["export", "--spec", "-", "--out", "out"])
            .stdin(text.clone())
            .say();
        assert_eq!(said.code, 3, "{text}\n{}", said.stderr);
        assert!(said.stderr.starts_with("error["), "{}", said.stderr);
        assert!(said.stdout.is_empty() && said.files().is_empty(), "{text}");
    }
}

/// What ends a string, begins a template or a command in one of the languages that are generated.
const HOSTILE: &[&str] = &[
    "\"",
    "'",
    "`id`",
    "$(id)",
    "${var.x}",
    "%{ if true }",
    "a\nb",
    "a\r\nb",
    "a\\",
    "\u{0}",
    "<script>",
    "|",
    "a\u{1b}[31m",
    "\u{202e}",
    "{{",
    "EOT",
    "a b\tc",
    "--",
    "a;b",
    "a&b",
    "\u{feff}",
    "a\u{200d}b",
    "\u{e0041}",
];

#[test]
fn no_text_option_takes_what_could_end_a_string() {
    let mut tried = 0;
    for row in OPTIONS.iter() {
        let Kind::Text(rule) = row.kind else { continue };
        for hostile in HOSTILE {
            if is_harmless(rule, hostile) {
                continue;
            }
            let mut bad = spec("standard", &[]);
            let at = if row.is_map() {
                row.path("dev").parent().unwrap().key("KEY")
            } else {
                row.path("dev")
            };
            bad.set(at.clone(), Value::from(*hostile)).unwrap();
            let problems = check(&bad).problems;
            assert!(
                problems
                    .at(&at)
                    .any(|problem| problem.severity == Severity::Error
                        && problem.message.contains("allowed is")),
                "{at} takes {hostile:?}"
            );
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

/// The few that are plain text where they stand: environment variables hold anything on one line, escaped, and some
/// names may be words or hyphens.
fn is_harmless(rule: Rule, text: &str) -> bool {
    match rule {
        Rule::VariableValue => !text
            .chars()
            .any(|c| c.is_control() || ('\u{200b}'..='\u{3164}').contains(&c) || c > '\u{fe00}'),
        Rule::TagValue => text == "--" || text == "EOT",
        Rule::SecretName => text == "--" || text == "EOT",
        Rule::Namespace => text == "EOT",
        Rule::KeyPrefix | Rule::Runbook => text == "--" || text == "EOT",
        _ => false,
    }
}

#[test]
fn keys_of_maps_are_checked_like_values() {
    for map in [
        "tags",
        "environments.dev.tags",
        "environments.dev.history.extra_environment",
        "environments.dev.alarms.thresholds",
    ] {
        for hostile in HOSTILE
            .iter()
            .filter(|text| !matches!(**text, "EOT" | "--"))
        {
            let mut bad = spec("standard", &[]);
            let at = FieldPath::parse(map).unwrap().key(hostile);
            bad.set(at.clone(), Value::from("x")).unwrap();
            let problems = check(&bad).problems;
            assert!(
                problems
                    .at(&at)
                    .any(|problem| problem.severity == Severity::Error),
                "{map} takes the key {hostile:?}"
            );
        }
    }
}

#[test]
fn the_tags_of_spec_and_environment_are_counted_together() {
    let with = |of_spec: usize, own: std::ops::Range<usize>| {
        let mut bad = spec("standard", &[]);
        let tags = (0..of_spec)
            .map(|at| format!("tags.k{at}"))
            .chain(own.map(|at| format!("environments.dev.tags.k{at}")));
        for tag in tags {
            bad.set(FieldPath::parse(&tag).unwrap(), Value::from("x"))
                .unwrap();
        }
        let problems = check(&bad).problems;
        let errors = problems.of(Severity::Error);
        errors
            .map(|problem| format!("{}: {}", problem.at, problem.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(with(30, 30..40), [""; 0]);
    // The environment's tags of the same keys stand for the spec's.
    assert_eq!(with(30, 0..30), [""; 0]);
    assert_eq!(
        with(30, 29..41),
        ["environments.dev.tags: 41 tags including those of `tags`, but at most 40 are allowed"]
    );
    assert_eq!(
        with(41, 0..1),
        ["tags: 41 entries, but at most 40 are allowed"]
    );
}

#[test]
fn a_megabyte_is_refused_in_a_short_message() {
    let long = "x".repeat(1_000_000);
    for text in [
        format!("{START}[environments.dev]\nregion = \"{long}\"\n"),
        format!("{START}[environments.dev]\n{long} = 1\n"),
        format!("{START}[environments.{long}]\n"),
        format!("{START}[environments.dev.tags]\n\"{long}\" = \"a\"\n"),
        format!("!{long}"),
        format!("{{\"version\": 1, \"{long}\": 1}}"),
    ] {
        let said = run(&["validate", "--spec", "-"]).stdin(text).say();
        assert_eq!(said.code, 3);
        assert!(said.stderr.len() < 4000, "{}", said.stderr.len());
        assert!(!said.stderr.contains("panicked"));
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = 5000;
    for text in [
        format!("{START}a = {}1{}\n", "[".repeat(deep), "]".repeat(deep)),
        format!("{START}a = {}1{}\n", "{b=".repeat(deep), "}".repeat(deep)),
        format!("{START}{}x = 1\n", "a.".repeat(deep)),
        format!(
            "{{\"version\": 1, \"a\": {}1{}}}",
            "[".repeat(deep),
            "]".repeat(deep)
        ),
        format!(
            "{{\"version\": 1, \"a\": {}1{}}}",
            "{\"b\":".repeat(deep),
            "}".repeat(deep)
        ),
    ] {
        let said = run(&["validate", "--spec", "-"]).stdin(text).say();
        assert_eq!(
            said.code,
            3,
            "{}",
            &said.stderr[..said.stderr.len().min(500)]
        );
    }
}

#[test]
fn what_editors_do_to_files_is_accepted() {
    let text = format!("{START}[environments.dev]\n");
    let marked = format!("\u{feff}{text}");
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    };
    for bytes in [
        marked.clone().into_bytes(),
        text.replace('\n', "\r\n").into_bytes(),
        // Windows PowerShell's `>`, and editors that save without a mark.
        utf16(&marked, u16::to_le_bytes),
        utf16(&marked, u16::to_be_bytes),
        utf16(&text, u16::to_le_bytes),
        utf16(&text, u16::to_be_bytes),
    ] {
        let said = run(&["validate", "--spec", "-"]).stdin(bytes).say();
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
}

#[test]
fn a_secret_has_the_environments_name_or_is_said_to_be_shared() {
    let errors = |assignments: &[&str]| {
        let checked = check(&spec("dev-lean", assignments));
        checked.problems.of(Severity::Error).count()
    };
    for name in ["dev", "temporal-dev/grafana/admin", "grafana_dev", "dev.x"] {
        let secret = format!("environments.dev.grafana.admin_secret={name}");
        assert_eq!(errors(&[&secret]), 0, "{name}");
    }
    for name in ["grafana", "devs/grafana", "mydev/grafana", "DEV/grafana"] {
        let secret = format!("environments.dev.grafana.admin_secret={name}");
        assert_eq!(errors(&[&secret]), 1, "{name}");
        let shared = "environments.dev.grafana.shared_admin_secret=true";
        assert_eq!(errors(&[&secret, shared]), 0, "{name}");
    }
}
