//! The visibility store: an OpenSearch domain, and the task that makes its index.

use super::network;
use super::part::{
    Call, DiagramTexts, DocumentTexts, FixContext, FlatSource, FlatTexts, FormSection,
    HourlyColumn, Module, Part, PartTexts, Proposal, ProtectedResource, RootTexts, Values,
};
use super::subject::Subject;
use super::visibility_alarms;
use crate::alarm;
use crate::catalog::opensearch_types::{self, Limit, VOLUME_OF_ANY_TYPE};
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::panel::{AWS, Panel, SERVER, Source, Unit, by, cloudwatch, named};
use crate::compose::rows::{Right, RoleKind, Way};
use crate::diagram::DiagramBox;
use crate::environment::{EngineVersion, Environment, OpenSearch};
use crate::feature::Feature;
use crate::hcl::{Body, Expr};
use crate::option::{
    DefaultValue, DerivedDefault, Kind, OptionRow, Profile, count, environment_row,
    integer_per_profile, same_bool, same_text, text_per_profile,
};
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemCode, ProblemRow, Severity};
use crate::rules::Rule;
use crate::rules::places::arn;
use crate::sizing::bill_line::{BillLine, HOURS};
use crate::value::Value;

/// Every environment has it.
const FEATURE: Feature = Feature::always("opensearch");

/// Whether its audit log has a log group.
const AUDITED: Feature = Feature::new(AUDIT_LOG, |it| it.opensearch.audit_log);

/// OpenSearch in the form and the check.
pub static PART: Part = Part {
    options: OPTIONS,
    section: Some(FormSection {
        label: "OpenSearch",
        summary: "{instance_count} × {instance_type}",
    }),
    modules: &[Module::new(
        "opensearch",
        "the visibility store and the task that creates its index",
        Feature::always(""),
    )],
    addresses: |environment| {
        let zones = zone_count(&environment.opensearch, environment.network.zones.len());
        (environment.opensearch.instance_count * ADDRESSES_PER_NODE + zones - 1) / zones
    },
    switch: Some(("audit_log", AUDITED)),
    check,
    warn_in_production,
    values_of: |it, variable| {
        alarm::values_of(
            it,
            variable,
            7 + usize::from(it.opensearch.instance_count > 1)
                + visibility_alarms::of_options(&it.opensearch),
        )
    },
    ..Part::new("opensearch", Subject::Visibility, FEATURE)
};

/// Addresses that OpenSearch reserves for each data node, for changes that double the domain: in each subnet, AWS divides
/// them by the number of the domain's zones. Dedicated masters have no network interface in the VPC.
/// Source: Amazon OpenSearch Service developer guide, "Reserving IP addresses in a VPC subnet" and "Architecture" of
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html>, read on 28 November 2026.
const ADDRESSES_PER_NODE: i64 = 3;

/// In how many of `zones` zones the data nodes are, as in the module `opensearch`.
fn zone_count(store: &OpenSearch, zones: usize) -> i64 {
    match store.instance_count {
        _ if !store.zone_awareness => 1,
        nodes if nodes % 3 == 0 && zones >= 3 => 3,
        nodes if nodes % 2 == 0 && zones >= 2 => 2,
        _ => 1,
    }
}

/// OpenSearch in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        panel_values: |_| {
            vec![
                ("search_domain", "module.opensearch.domain_name".to_owned()),
                (
                    "search_account",
                    "split(\":\", module.opensearch.domain_arn)[4]".to_owned(),
                ),
            ]
        },
        variables: &[("opensearch", "The visibility store")],
        outputs: |_| outputs(),
        flat_outputs,
        call: Some(Call {
            kept_names: &[
                ("security_group", "\"${local.name}-opensearch\""),
                (
                    "security_group_description",
                    "\"Security group for OpenSearch domain\"",
                ),
                ("setup_role", "\"${local.name}-opensearch-setup-task\""),
                ("setup_security_group", "\"${local.name}-opensearch-setup\""),
                (
                    "setup_security_group_description",
                    "\"Security group for OpenSearch setup task\"",
                ),
            ],
            ..Call::new("opensearch", "opensearch", arguments)
        }),
        renamed_outputs: RENAMED_OUTPUTS,
        protected: &[
            ProtectedResource::store(
                "the OpenSearch domain",
                FEATURE,
                "opensearch_domain",
                "module.opensearch.domain_arn",
                "Nothing.",
            ),
            ProtectedResource::by_aws(
                "the logs of the OpenSearch domain",
                FEATURE,
                "CloudWatch refuses to delete the log groups.",
            ),
        ],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways: WAYS,
        rights: RIGHTS,
        restoring: Some(|_| restoring()),
        fact: Some(fact),
        readme,
        flat_roles: &[("opensearch-setup-task", "opensearch-setup")],
        hourly: Some(HourlyColumn {
            head: "OpenSearch",
            cell: |it| {
                let store = &it.opensearch;
                format!("{} × `{}`", store.instance_count, store.instance_type)
            },
        }),
        ..DocumentTexts::NONE
    },
    counted,
    overview: &[("OpenSearch", overview)],
    flat: FlatTexts {
        values: FLAT_VALUES,
        blanks: FLAT_BLANKS,
        ..FlatTexts::NONE
    },
    diagram: DiagramTexts {
        boxes,
        groups: &[("opensearch", BOX)],
        ..DiagramTexts::NONE
    },
    problems: &[
        SINGLE_NODE,
        SMALL_NODE,
        ONE_ZONE,
        NO_MAJORITY,
        TOO_FEW_ZONES,
        VOLUME_TOO_LARGE,
        VOLUME_LIMIT_UNKNOWN,
        SMALL_MASTER,
        KEY_REGION,
    ],
    fixes,
    alarms: visibility_alarms::ALARMS,
    ..PartTexts::new(&PART)
};

#[rustfmt::skip] // one output a line
const RENAMED_OUTPUTS: &[(&str, &str)] = &[
    ("opensearch_domain_id", "module.opensearch.domain_id"),
    ("opensearch_domain_name", "module.opensearch.domain_name"),
    ("opensearch_dashboard_endpoint", "module.opensearch.dashboard_endpoint"),
    ("opensearch_setup_task_role_arn", "module.opensearch.setup_task_role_arn"),
];

const SINGLE_NODE: ProblemRow = ProblemRow::of_part(
    "single-node",
    Severity::Warning,
    "The visibility store of production has one node, so workflows can't be listed or searched while it is unavailable.",
    "Set `opensearch.instance_count` to 3.",
    Fixable::Yes,
);
const SMALL_NODE: ProblemRow = ProblemRow::of_part(
    "small-node",
    Severity::Warning,
    "AWS doesn't support this node type for production.",
    "Choose `m6g.large.search` or larger.",
    Fixable::Yes,
);
const ONE_ZONE: ProblemRow = ProblemRow::of_part(
    "one-zone",
    Severity::Warning,
    "All OpenSearch nodes are in one zone and are lost with it.",
    "Set `opensearch.zone_awareness` to `true`, and the number of nodes to a multiple of 3 or 2.",
    Fixable::Yes,
);
const NO_MAJORITY: ProblemRow = ProblemRow::of_part(
    "no-majority",
    Severity::Warning,
    "Two OpenSearch nodes have no majority if they lose contact with each other.",
    "Use 3 nodes, or 1 where an interruption is acceptable.",
    Fixable::Yes,
);
const TOO_FEW_ZONES: ProblemRow = ProblemRow::of_part(
    "too-few-zones",
    Severity::Error,
    "The OpenSearch nodes are to be spread over three zones, and the environment has two.",
    "Use a multiple of 2 nodes, or add a third zone to `network.availability_zones`.",
    Fixable::Yes,
);
const VOLUME_TOO_LARGE: ProblemRow = ProblemRow::of_part(
    "volume-too-large",
    Severity::Error,
    "The volume is larger than the OpenSearch node type takes.",
    "Choose a larger node type or a smaller volume.",
    Fixable::Yes,
);
const VOLUME_LIMIT_UNKNOWN: ProblemRow = ProblemRow::of_part(
    "volume-limit-unknown",
    Severity::Warning,
    "The largest volume of the OpenSearch node type is not known, and this one may be too large.",
    "Look it up with `aws opensearch describe-instance-type-limits`.",
    Fixable::Yes,
);

const SMALL_MASTER: ProblemRow = ProblemRow::of_part(
    "small-master",
    Severity::Warning,
    "AWS doesn't support this type of master node for production.",
    "Choose `m6g.large.search` or larger.",
    Fixable::Yes,
);
const KEY_REGION: ProblemRow = ProblemRow::of_part(
    "key-region",
    Severity::Error,
    "The KMS key is in another region than the environment, and OpenSearch takes only those of its own.",
    "Name a key of the environment's region, or its replica there.",
    Fixable::No("Only a person knows the key."),
);

/// Other counts, types and volumes; which of them helps, the check says.
fn fixes(found: &FixContext<'_>) -> Vec<Proposal> {
    let (code, environment) = (found.problem.code, found.environment);
    let store = &environment.opensearch;
    let count = |count: i64| Proposal::Value("opensearch.instance_count", count.into());
    let of_type = |name: &str| Proposal::Value("opensearch.instance_type", name.into());
    let others = [store.instance_count + 1, store.instance_count - 1, 1].map(count);
    if code == SINGLE_NODE.code {
        vec![count(3), count(2)]
    } else if code == SMALL_NODE.code {
        vec![of_type("m6g.large.search"), of_type("m7g.large.search")]
    } else if code == SMALL_MASTER.code {
        vec![
            Proposal::Value(MASTER_TYPE, "m6g.large.search".into()),
            Proposal::Value(MASTERS, false.into()),
        ]
    } else if code == ONE_ZONE.code {
        let mut all = vec![Proposal::Value("opensearch.zone_awareness", true.into())];
        all.extend(others);
        all
    } else if code == NO_MAJORITY.code {
        vec![count(3), count(1)]
    } else if code == TOO_FEW_ZONES.code {
        let mut all = Vec::from(others);
        if let Some(zones) = network::with_another_zone(environment) {
            all.push(Proposal::Value(network::ZONES, Value::List(zones)));
        }
        all
    } else if code == VOLUME_TOO_LARGE.code || code == VOLUME_LIMIT_UNKNOWN.code {
        let largest = match opensearch_types::largest_volume(&store.instance_type) {
            Limit::Known(largest) => i64::from(largest),
            Limit::Unknown => VOLUME_OF_ANY_TYPE,
        };
        let mut all = vec![Proposal::Value("opensearch.volume_size", largest.into())];
        for row in opensearch_types::ALL {
            let takes_it = matches!(
                row.largest_volume,
                Limit::Known(largest) if i64::from(largest) >= store.volume_size
            );
            if takes_it {
                all.push(of_type(row.name));
            }
        }
        all
    } else {
        Vec::new()
    }
}

const MASTERS: &str = "opensearch.dedicated_masters";
const MASTER_TYPE: &str = "opensearch.master_type";
const ACCESS_CONTROL: &str = "opensearch.access_control";
const AUDIT_LOG: &str = "opensearch.audit_log";
const KEY_ARN: &str = "opensearch.kms_key_arn";

/// Its resource in the flat root.
const FLAT_DOMAIN: &str = "aws_opensearch_domain.temporal";

#[rustfmt::skip] // one row a line
const FLAT_VALUES: &[(&str, &str, FlatSource)] = &[
    ("opensearch.index", "aws_ecs_task_definition.temporal_history", FlatSource::TextVariable("TEMPORAL_ELASTICSEARCH_INDEX")),
    ("opensearch.engine_version", FLAT_DOMAIN, FlatSource::Text("engine_version")),
    ("opensearch.zone_awareness", FLAT_DOMAIN, FlatSource::Boolean("cluster_config/0/zone_awareness_enabled")),
    ("opensearch.instance_type", FLAT_DOMAIN, FlatSource::Text("cluster_config/0/instance_type")),
    ("opensearch.instance_count", FLAT_DOMAIN, FlatSource::Number("cluster_config/0/instance_count")),
    ("opensearch.volume_size", FLAT_DOMAIN, FlatSource::Number("ebs_options/0/volume_size")),
];

#[rustfmt::skip] // one row a line
const FLAT_BLANKS: &[(&str, &str)] = &[
    ("opensearch.instance_type", "`instance_type` of `aws_opensearch_domain.temporal`"),
    ("opensearch.instance_count", "`instance_count` of the domain"),
    ("opensearch.volume_size", "`volume_size` of the domain"),
    ("opensearch.zone_awareness", "`zone_awareness_enabled` of the domain"),
    ("opensearch.engine_version", "`engine_version` of the domain"),
    ("opensearch.index", "`opensearch_visibility_index`"),
];

#[rustfmt::skip] // one row a line
const RIGHTS: &[Right] = &[
    Right::new("temporal-task", "the four Temporal services", &["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"], "the OpenSearch domain", FEATURE),
    Right::new("opensearch-setup", "the index task", &["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"], "the OpenSearch domain", FEATURE).of(RoleKind::SetupTask),
];

#[rustfmt::skip] // one row a line
const WAYS: &[Way] = &[
    Way::new("ring", "opensearch", ports::HTTPS, "visibility records", FEATURE).arrow("visibility: list and search workflows"),
    Way::new("opensearch-setup", "opensearch", ports::HTTPS, "the task that creates the index", FEATURE),
];

const DOMAIN: &[(&str, &str)] = &[
    ("DomainName", "${search_domain}"),
    ("ClientId", "${search_account}"),
];

const PANELS: &[Panel] = &[
    Panel::new(
        SERVER,
        "Visibility latency, p99",
        "The ten slowest operations on the visibility store.",
        Unit::Seconds,
        &[by(
            "operation",
            Source::Percentile99("visibility_persistence_latency", ""),
        )],
    ),
    Panel::new(
        SERVER,
        "Visibility errors",
        "Errors of the visibility store, by type, and records that it refused in bulk.",
        Unit::PerSecond,
        &[
            by(
                "error_type",
                Source::Rate("visibility_persistence_error_with_type", ""),
            ),
            named(
                "bulk",
                "",
                Source::Rate("elasticsearch_bulk_processor_errors", ""),
            ),
        ],
    ),
    Panel::new(
        AWS,
        "OpenSearch: status",
        "1 while the domain is red (a primary shard is missing) or yellow (a replica is missing).",
        Unit::Count,
        &[
            cloudwatch(
                "red",
                "",
                ("AWS/ES", "ClusterStatus.red", "Maximum"),
                DOMAIN,
            ),
            cloudwatch(
                "yellow",
                "",
                ("AWS/ES", "ClusterStatus.yellow", "Maximum"),
                DOMAIN,
            ),
        ],
    ),
    Panel::new(
        AWS,
        "OpenSearch: CPU and heap",
        "The busiest node's CPU, and the fullest heap. AWS advises to act above 80 % CPU and 95 % heap.",
        Unit::Percent,
        &[
            cloudwatch("CPU", "", ("AWS/ES", "CPUUtilization", "Maximum"), DOMAIN),
            cloudwatch(
                "heap",
                "",
                ("AWS/ES", "JVMMemoryPressure", "Maximum"),
                DOMAIN,
            ),
        ],
    ),
    Panel::new(
        AWS,
        "OpenSearch: free storage",
        "Free storage of the fullest node. AWS advises to act below a quarter.",
        Unit::Mebibytes,
        &[cloudwatch(
            "free",
            "",
            ("AWS/ES", "FreeStorageSpace", "Minimum"),
            DOMAIN,
        )],
    ),
    Panel::new(
        AWS,
        "OpenSearch: search latency",
        "The average time of a search on a shard.",
        Unit::Milliseconds,
        &[cloudwatch(
            "searches",
            "",
            ("AWS/ES", "SearchLatency", "Average"),
            DOMAIN,
        )],
    ),
];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        "opensearch.instance_type",
        "Node type",
        "The instance type of the data nodes.",
        Kind::Text(Rule::OpenSearchType),
        text_per_profile(["t3.small.search", "m6g.large.search", "m6g.large.search"]),
    )
    .because("t3 is for development only")
    .attribute("opensearch", "instance_type"),
    environment_row(
        "opensearch.instance_count",
        "Nodes",
        "The number of data nodes. A multiple of 3 or 2 can be spread over as many zones.",
        count(1, 80, "nodes"),
        integer_per_profile([1, 3, 3]),
    )
    .because("two have no majority; three stand in three zones and hold three copies")
    .attribute("opensearch", "instance_count"),
    environment_row(
        "opensearch.zone_awareness",
        "Spread over zones",
        "Spread the nodes over zones. Otherwise all nodes are in the first zone and are lost with it.",
        Kind::Boolean,
        same_bool(true),
    )
    .because("a zone can fail alone; off only for a migrated domain")
    .attribute("opensearch", "zone_awareness"),
    environment_row(
        "opensearch.engine_version",
        "Engine",
        "The engine version of the domain. An upgrade happens in place and takes about an hour; a downgrade is not \
         possible.",
        Kind::Choice(EngineVersion::CHOICES),
        same_text(EngineVersion::V2_19.name()),
    )
    .because("an older one only for a migrated domain, so that its upgrade is a separate step")
    .attribute("opensearch", "engine_version"),
    environment_row(
        "opensearch.volume_size",
        "Volume",
        "The size of each node's gp3 volume.",
        count(10, 3072, "GiB"),
        integer_per_profile([20, 50, 100]),
    )
    .because("visibility records are small; a volume can grow later")
    .attribute("opensearch", "volume_size"),
    environment_row(
        "opensearch.index",
        "Visibility index",
        "The index that holds the visibility records.",
        Kind::Text(Rule::VisibilityIndex),
        DefaultValue::Derived(DerivedDefault::VisibilityIndex),
    )
    .attribute("opensearch", "index")
    .immutable(),
    environment_row(
        MASTERS,
        "Dedicated masters",
        "Three nodes that manage the domain and hold no data.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("the data nodes elect a master, and three more nodes may double the cost")
    .attribute("opensearch", "dedicated_masters"),
    environment_row(
        MASTER_TYPE,
        "Master type",
        "The instance type of the master nodes.",
        Kind::Text(Rule::OpenSearchType),
        text_per_profile(["t3.small.search", "m6g.large.search", "m6g.large.search"]),
    )
    .because("AWS recommends it for up to 10 data nodes; t3 is for development only")
    .attribute("opensearch", "master_type")
    .needs_on(MASTERS),
    environment_row(
        ACCESS_CONTROL,
        "Access control",
        "Fine-grained access control: Temporal may use its index alone. AWS can't turn it off.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("the access policy allows two roles alone, and off again it costs all visibility records")
    .attribute("opensearch", "access_control"),
    environment_row(
        AUDIT_LOG,
        "Audit log",
        "Refused requests, and changes of indexes and rights, in CloudWatch.",
        Kind::Boolean,
        same_bool(false),
    )
    .because("an audit is a reason of its own")
    .attribute("opensearch", "audit_log")
    .needs_on(ACCESS_CONTROL),
    environment_row(
        KEY_ARN,
        "KMS key",
        "The key that encrypts the domain. Another one replaces it.",
        Kind::Text(Rule::KeyArn),
        DefaultValue::Absent("a key of AWS"),
    )
    .attribute("opensearch", "kms_key_arn")
    .immutable()
    .not_copied(),
];

/// The visibility store, settled; `None` if a value has the wrong type.
pub(crate) fn settle(values: &dyn Values) -> Option<OpenSearch> {
    let access_control = values.boolean(ACCESS_CONTROL)?;
    Some(OpenSearch {
        engine_version: EngineVersion::parse(&values.text("opensearch.engine_version")?)?,
        instance_type: values.text("opensearch.instance_type")?,
        instance_count: values.integer("opensearch.instance_count")?,
        volume_size: values.integer("opensearch.volume_size")?,
        index: values.text("opensearch.index")?,
        zone_awareness: values.boolean("opensearch.zone_awareness")?,
        masters: if values.boolean(MASTERS)? {
            Some(values.text(MASTER_TYPE)?)
        } else {
            None
        },
        access_control,
        audit_log: access_control && values.boolean(AUDIT_LOG)?,
        kms_key_arn: values.text(KEY_ARN),
    })
}

/// Whether the nodes take their volumes and stand where they outlast each other.
fn check(environment: &Environment, problems: &mut Problems) {
    let store = &environment.opensearch;
    let is_prod = environment.profile == Profile::Prod;
    let mut push = |code: ProblemCode, key: &str, message: String, hint: &str| {
        let at = environment.address().join(key);
        problems.push(Problem::new(code, at, message).hint(hint));
    };
    volume(environment, &mut push);
    if let Some(kind) = &store.masters
        && is_prod
        && kind.starts_with("t3.")
    {
        push(
            const { SMALL_MASTER.code },
            MASTER_TYPE,
            format!("AWS doesn't support `{kind}` for production"),
            "choose m6g.large.search or larger",
        );
    }
    if let Some(key) = store.kms_key_arn.as_deref().and_then(|key| arn(key, "kms"))
        && key.region != environment.region
    {
        push(
            const { KEY_REGION.code },
            KEY_ARN,
            format!(
                "the key is in `{}`, but the environment is in `{}`",
                key.region, environment.region
            ),
            "use a key of the environment's region",
        );
    }
    if is_prod && store.instance_type.starts_with("t3.") {
        push(
            SMALL_NODE.code,
            "opensearch.instance_type",
            format!(
                "AWS doesn't support `{}` for production",
                store.instance_type
            ),
            "choose m6g.large.search or larger",
        );
    }
    if !store.zone_awareness && store.instance_count > 1 {
        if is_prod {
            push(
                ONE_ZONE.code,
                "opensearch.zone_awareness",
                format!(
                    "all {} nodes are in one zone and are lost with it",
                    store.instance_count
                ),
                "spread them: AWS moves the nodes while the domain stays available",
            );
        }
    } else if store.instance_count == 2 {
        push(
            NO_MAJORITY.code,
            "opensearch.instance_count",
            "two nodes have no majority if they lose contact with each other".to_owned(),
            "use 3, or 1 if an interruption is acceptable",
        );
    } else if store.instance_count > 1
        && store.instance_count % 3 != 0
        && store.instance_count % 2 != 0
    {
        push(
            ONE_ZONE.code,
            "opensearch.instance_count",
            format!(
                "{} nodes can't be spread evenly, so all are in one zone",
                store.instance_count
            ),
            "use a multiple of 3 or of 2",
        );
    } else if store.instance_count % 3 == 0
        && store.instance_count % 2 != 0
        && environment.network.zones.len() < 3
    {
        push(
            TOO_FEW_ZONES.code,
            "opensearch.instance_count",
            format!(
                "{} nodes need three zones, but the environment has {}",
                store.instance_count,
                environment.network.zones.len()
            ),
            "use a multiple of 2, or add a third zone to `network.availability_zones`",
        );
    }
}

/// Whether the node type takes a volume of this size.
fn volume(environment: &Environment, push: &mut dyn FnMut(ProblemCode, &str, String, &str)) {
    let OpenSearch {
        engine_version,
        instance_type,
        volume_size,
        ..
    } = &environment.opensearch;
    match opensearch_types::largest_volume(instance_type) {
        Limit::Known(largest) if *volume_size > i64::from(largest) => push(
            VOLUME_TOO_LARGE.code,
            "opensearch.volume_size",
            format!(
                "a node of type `{instance_type}` takes at most {largest} GiB, not {volume_size}"
            ),
            "choose a larger node type or a smaller volume",
        ),
        Limit::Unknown if *volume_size > VOLUME_OF_ANY_TYPE => push(
            VOLUME_LIMIT_UNKNOWN.code,
            "opensearch.volume_size",
            format!(
                "whether a node of type `{instance_type}` takes {volume_size} GiB is not known here: \
                 every type takes {VOLUME_OF_ANY_TYPE}, and each has a limit"
            ),
            &format!(
                "ask `aws opensearch describe-instance-type-limits --region {} --instance-type {instance_type} \
                 --engine-version {}`",
                environment.region,
                engine_version.name(),
            ),
        ),
        Limit::Known(_) | Limit::Unknown => {}
    }
}

fn warn_in_production(environment: &Environment, problems: &mut Problems) {
    if environment.opensearch.instance_count == 1 {
        problems.push(
            Problem::new(
                SINGLE_NODE.code,
                environment.address().join("opensearch.instance_count"),
                "the visibility store has one node: while it is unavailable, workflows can't be listed or searched"
                    .to_owned(),
            )
            .hint("use 3, one in each zone"),
        );
    }
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    block.blank().code("project_name", "local.name");
    for (name, attribute) in [
        ("instance_type", "instance_type"),
        ("instance_count", "instance_count"),
        ("volume_size", "volume_size"),
        ("zone_awareness", "zone_awareness"),
        ("engine_version", "engine_version"),
        ("visibility_index_name", "index"),
    ] {
        block
            .origin(&at.join(&format!("opensearch.{attribute}")))
            .code(name, format!("var.opensearch.{attribute}"));
    }
    let store = &environment.opensearch;
    for (key, name, is_there) in [
        (MASTERS, "dedicated_masters", true),
        (MASTER_TYPE, "master_type", store.masters.is_some()),
        (ACCESS_CONTROL, "access_control", true),
        (AUDIT_LOG, "audit_log", store.access_control),
        (KEY_ARN, "kms_key_arn", store.kms_key_arn.is_some()),
    ] {
        if is_there {
            block
                .origin(&at.join(key))
                .code(name, format!("var.opensearch.{name}"));
        }
    }
    block
        .origin(&at.join("opensearch"))
        .code("vpc_id", "module.vpc.vpc_id")
        .code("subnet_ids", "module.vpc.private_subnet_ids")
        .code(
            "security_group_ids",
            "[module.vpc.egress_security_group_id]",
        )
        .code(
            "client_security_group_ids",
            "{ temporal = module.ecs_cluster.ring_security_group_id }",
        )
        .code(
            "temporal_task_role_arn",
            "module.iam.temporal_task_role_arn",
        )
        .code("execution_role_arn", "module.iam.execution_role_arn")
        .origin(&at.join("images.admin_tools"))
        .code("admin_tools_image", "var.admin_tools_image")
        .origin(&at.join("log_retention_days"))
        .code("log_retention_days", "var.log_retention_days")
        .origin(&at.join("deletion_protection"))
        .code("deletion_protection", "var.deletion_protection");
}

fn counted(environment: &Environment) -> Vec<BillLine> {
    let OpenSearch {
        instance_type,
        instance_count: nodes,
        volume_size,
        ..
    } = &environment.opensearch;
    let mut all = vec![
        BillLine {
            key: "opensearch-nodes",
            label: "OpenSearch nodes",
            item: instance_type.clone(),
            units: nodes * HOURS,
            amount: format!("{nodes} × {instance_type}"),
        },
        BillLine {
            key: "opensearch-volumes",
            label: "OpenSearch volumes",
            item: "opensearch-gb-month".to_owned(),
            units: nodes * volume_size,
            amount: format!("{nodes} × {volume_size} GiB"),
        },
    ];
    if let Some(kind) = &environment.opensearch.masters {
        let count = environment.opensearch.master_count();
        all.push(BillLine {
            key: "opensearch-masters",
            label: "OpenSearch masters",
            item: kind.clone(),
            units: count * HOURS,
            amount: format!("{count} × {kind}"),
        });
    }
    all
}

fn outputs() -> Vec<Output> {
    vec![
        output(
            "opensearch_endpoint",
            "The host name of the OpenSearch domain inside the VPC.",
            "opensearch",
            "module.opensearch.domain_endpoint",
        ),
        output(
            "opensearch_domain_arn",
            "The ARN of the OpenSearch domain.",
            "opensearch",
            "module.opensearch.domain_arn",
        ),
        output(
            "opensearch_visibility_index",
            "The index of the visibility records.",
            "opensearch.index",
            "var.opensearch.index",
        ),
        output(
            "opensearch_setup_task_definition_arn",
            "The task that creates the index.",
            "opensearch",
            "module.opensearch.setup_task_definition_arn",
        ),
        output(
            "opensearch_setup_security_group_ids",
            "The security groups of the task that creates the index.",
            "opensearch",
            "module.opensearch.setup_security_group_ids",
        ),
        output(
            "opensearch_setup_log_group_name",
            "The log group of the task that creates the index.",
            "opensearch",
            "module.opensearch.setup_log_group_name",
        ),
    ]
}

fn fact(environment: &Environment) -> Option<String> {
    let store = &environment.opensearch;
    let masters = match &store.masters {
        Some(kind) => format!(" and {} master nodes `{kind}`", store.master_count()),
        None => String::new(),
    };
    Some(format!(
        "- **Visibility store**: {} × `{}` with {} GiB{masters}, index `{}`",
        store.instance_count, store.instance_type, store.volume_size, store.index
    ))
}

fn readme(environment: &Environment, page: &mut Markdown) {
    let store = &environment.opensearch;
    if !store.access_control && store.kms_key_arn.is_none() {
        return;
    }
    page.heading("OpenSearch");
    if store.access_control {
        page.paragraph(
            "The domain has fine-grained access control: a request needs a role of the domain besides the access policy. The \
             master user is the role of the task that `scripts/setup.sh` runs. The task gives the Temporal tasks a role for \
             their index alone. Run the script again after you turn access control on or replace the domain: until then, \
             the domain answers Temporal with 403, and lists of workflows are incomplete.",
        );
        page.paragraph(
            "The task needs an admin tools image with `curl`. Don't turn access control off: AWS can't, so Terraform \
             replaces the domain, and all visibility records are lost.",
        );
    }
    if store.audit_log {
        page.paragraph(
            "The audit log has refused requests, and changes of indexes and rights. `scripts/setup.sh` turns it on, and \
             requests that are allowed are not in it. To read it:",
        )
        .shell(&format!(
            "domain=$(terraform -chdir=terraform/envs/{} output -raw opensearch_domain_arn)\n\
             aws logs tail \"/aws/opensearch/${{domain##*/}}/audit\" --region {} --since 1h",
            environment.name, environment.region
        ));
    }
    if store.kms_key_arn.is_some() {
        page.paragraph(
            "A KMS key of yours encrypts the domain. The identity that applies needs `kms:CreateGrant` and `kms:DescribeKey` on it. \
             Don't disable the key: the domain stops, and after some days it is lost. Another key replaces the domain.",
        );
    }
}

fn overview(environment: &Environment) -> Option<String> {
    let store = &environment.opensearch;
    Some(format!(
        "{} × {}, {} GiB each",
        store.instance_count, store.instance_type, store.volume_size
    ))
}

const BOX: &str = "OpenSearch";

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    let store = &environment.opensearch;
    let detail = format!("{} × {}", store.instance_count, store.instance_type);
    vec![DiagramBox {
        is_store: true,
        ..DiagramBox::new(BOX, detail, (0, 3))
    }]
}

fn flat_outputs() -> Vec<(&'static str, Expr)> {
    let command = "aws ecs run-task --cluster ${module.ecs_cluster.cluster_name} --task-definition \
                   ${module.opensearch.setup_task_definition_arn} --launch-type FARGATE --network-configuration \
                   'awsvpcConfiguration={subnets=[${module.vpc.private_subnet_ids[0]}],securityGroups=[${join(\",\", \
                   module.opensearch.setup_security_group_ids)}],assignPublicIp=DISABLED}' --region ${var.region}";
    vec![(
        "opensearch_setup_command",
        Expr::Heredoc(vec![command.into()]),
    )]
}

/// Sources: <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-snapshots.html>: automated
/// snapshots serve the domain that they are of, and go with it. `service/history/visibility_queue_task_executor.go` of the
/// server writes a record when a workflow starts, when it upserts search attributes or a memo, and when it closes.
fn restoring() -> String {
    "- **OpenSearch** holds the visibility records, with which workflows are listed and found; they run without it. AWS \
     takes a snapshot every hour and keeps it for two weeks, but you can restore it only into the same domain. If the \
     domain is deleted, its snapshots are deleted too. After you create a new domain, create its index with \
     `scripts/setup.sh`. Temporal does not fill it again: workflows that had closed are never listed again. A workflow that \
     is still open is listed once it changes a search attribute or its memo, or closes. Until then, find it by its ID."
        .to_owned()
}
