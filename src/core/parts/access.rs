//! The way in for workers and clients that run elsewhere: an internal load balancer for the frontend, with a security group
//! of its own. Nobody outside the Service Connect namespace finds the frontend without it.

use super::part::{
    Call, DiagramTexts, DocumentTexts, FormSection, Module, Part, PartTexts, ProtectedResource,
    RootTexts, To, Values,
};
use super::server_config::{self, ConfigSource};
use super::subject::Subject;
use super::worker_snippets;
use crate::alarm::{
    self, Alarm, Limit, Metric, MetricAlarm, Severity as AlarmSeverity, Signal, WatchedMetrics,
    status,
};
use crate::choice::choice;
use crate::compose::markdown::Markdown;
use crate::compose::output::{Output, output};
use crate::compose::panel::{AWS, Panel, Unit, cloudwatch};
use crate::compose::references::{NAME, SUBNET_IDS, VPC_ID};
use crate::compose::rows::Way;
use crate::diagram::DiagramBox;
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{DefaultValue, Kind, NO_ITEMS, OptionRow, environment_row, text_per_profile};
use crate::path::FieldPath;
use crate::ports;
use crate::problem::{Problem, Problems};
use crate::problem_code::{Fixable, ProblemRow, Severity};
use crate::rules::Rule;
use crate::rules::places::arn;
use crate::sizing::bill_line::{BillLine, HOURS};
use crate::sizing::usage_line::{UsageLine, usage_line};

choice! {
    /// Who reaches the frontend besides the environment's own tasks.
    pub enum Entry {
        /// Nobody.
        Closed = "none", "only the environment's own tasks";
        /// Workers and clients, through a load balancer.
        Internal = "internal", "an internal load balancer";
    }
}

/// The load balancer, settled.
#[derive(Clone, Debug)]
pub struct FrontendAccess {
    /// The networks of clients.
    pub client_cidrs: Vec<String>,
    /// The security groups of clients.
    pub client_groups: Vec<String>,
    /// Who may connect from other VPCs.
    pub principals: Vec<String>,
    /// Its name in the VPC, where it has one of its own.
    pub hostname: Option<String>,
    /// Its certificate, where it takes TLS.
    pub certificate: Option<String>,
}

const KEY: &str = "access.frontend";
const CIDRS: &str = "access.client_cidrs";
const GROUPS: &str = "access.client_security_group_ids";
const PRINCIPALS: &str = "access.allowed_principals";
const HOSTNAME: &str = "access.hostname";
const CERTIFICATE: &str = "access.certificate_arn";

/// Whether there is the load balancer.
pub const FEATURE: Feature = Feature::new(KEY, |it| it.part::<FrontendAccess>().is_some());

/// Whether it asks the server's HTTP port, which the composed configuration opens. An image's own may not.
const HTTP_CHECK: Feature = Feature::new(KEY, |it| FEATURE.is_on(it) && has_http_port(it));

/// The load balancer in the form, the check and the counts.
pub static PART: Part = Part {
    options: OPTIONS,
    section: Some(FormSection {
        label: "Access",
        summary: "{frontend}",
    }),
    settle,
    switch: Some(("http_check_enabled", HTTP_CHECK)),
    values_of,
    addresses: |it| i64::from(FEATURE.is_on(it)),
    check,
    modules: &[Module::new(
        "frontend-access",
        "the load balancer through which workers and clients connect",
        FEATURE,
    )],
    ..Part::new("access", Subject::Clients, FEATURE)
};

/// The load balancer in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        panels: PANELS,
        panel_values: |_| {
            vec![(
                "frontend_target_group",
                "split(\":\", module.frontend_access.target_group_arn)[5]".to_owned(),
            )]
        },
        arguments: &[(To::TemporalService, service_argument)],
        variables: &[("access", "Who can connect to the frontend")],
        outputs,
        call: Some(Call::new("frontend_access", "frontend-access", arguments)),
        protected: &[ProtectedResource::by_aws(
            "the load balancer of the frontend",
            FEATURE,
            "Elastic Load Balancing refuses to delete it.",
        )],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        ways: &[
            Way::new(
                "frontend-client",
                "frontend-nlb",
                ports::API,
                "Temporal's API, for workers and clients",
                FEATURE,
            ),
            Way::new(
                "frontend-nlb",
                "temporal-frontend",
                ports::API,
                "Temporal's API",
                FEATURE,
            )
            .arrow("gRPC of workers and clients"),
            Way::new(
                "frontend-nlb",
                "temporal-frontend",
                ports::HEALTH,
                "health checks",
                HTTP_CHECK,
            ),
        ],
        exposed: Some(exposed),
        readme,
        ..DocumentTexts::NONE
    },
    counted,
    used: USED,
    overview: &[("Frontend access", overview)],
    problems: &[CERTIFICATE_OF_ANOTHER_REGION, CERTIFICATE_WITHOUT_NAME],
    diagram: DiagramTexts {
        boxes,
        groups: &[("frontend-nlb", BOX)],
        ..DiagramTexts::NONE
    },
    alarms: ALARMS,
    ..PartTexts::new(&PART)
};

const PANELS: &[Panel] = &[Panel::new(
    AWS,
    "Load balancer: unhealthy targets",
    "Tasks of the frontend that fail the health check of the load balancer.",
    Unit::Count,
    &[cloudwatch(
        "",
        "AvailabilityZone",
        ("AWS/NetworkELB", "UnHealthyHostCount", "Maximum"),
        &[
            ("AvailabilityZone", "*"),
            ("LoadBalancer", "*"),
            ("TargetGroup", "${frontend_target_group}"),
        ],
    )],
)];

const OPTIONS: &[OptionRow] = &[
    environment_row(
        KEY,
        "Frontend access",
        "How workers and clients outside the environment connect.",
        Kind::Choice(Entry::CHOICES),
        text_per_profile([
            Entry::Closed.name(),
            Entry::Internal.name(),
            Entry::Internal.name(),
        ]),
    )
    .because("bench and prod serve your workers; the load balancer is billed by the hour"),
    environment_row(
        CIDRS,
        "Client networks",
        "Networks that can connect.",
        Kind::List {
            rule: Rule::ClientNetwork,
            min: 0,
            max: 20,
        },
        NO_ITEMS,
    )
    .attribute("access", "client_cidrs")
    .needs_choice(KEY, Entry::Internal.name()),
    environment_row(
        GROUPS,
        "Client security groups",
        "Security groups that can connect, of this VPC or a peered one.",
        Kind::List {
            rule: Rule::SecurityGroupId,
            min: 0,
            max: 20,
        },
        NO_ITEMS,
    )
    .attribute("access", "client_security_group_ids")
    .needs_choice(KEY, Entry::Internal.name())
    .not_copied(),
    environment_row(
        PRINCIPALS,
        "PrivateLink principals",
        "Accounts, roles and users that can connect by PrivateLink.",
        Kind::List {
            rule: Rule::Principal,
            min: 0,
            max: 20,
        },
        NO_ITEMS,
    )
    .attribute("access", "allowed_principals")
    .needs_choice(KEY, Entry::Internal.name()),
    environment_row(
        CERTIFICATE,
        "Certificate",
        "The ACM certificate for TLS. It must be valid for the name that clients use.",
        Kind::Text(Rule::CertificateArn),
        DefaultValue::Absent("no TLS"),
    )
    .attribute("access", "certificate_arn")
    .needs_choice(KEY, Entry::Internal.name())
    .not_copied(),
    environment_row(
        HOSTNAME,
        "Host name",
        "A private name for the load balancer, valid in the VPC.",
        Kind::Text(Rule::HostName),
        DefaultValue::Absent("the load balancer's own name"),
    )
    .attribute("access", "hostname")
    .needs_choice(KEY, Entry::Internal.name())
    .not_copied(),
];

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    match Entry::parse(&values.text(KEY)?)? {
        Entry::Closed => {}
        Entry::Internal => parts.put(FrontendAccess {
            client_cidrs: values.list(CIDRS)?,
            client_groups: values.list(GROUPS)?,
            principals: values.list(PRINCIPALS)?,
            hostname: values.text(HOSTNAME),
            certificate: values.text(CERTIFICATE),
        }),
    }
    Some(())
}

fn has_http_port(environment: &Environment) -> bool {
    match server_config::source(environment) {
        ConfigSource::Composed => true,
        ConfigSource::Own => false,
    }
}

/// Of the variables that decide how many rules, names, endpoint services and alarms there are.
fn values_of(environment: &Environment, variable: &str) -> usize {
    let Some(access) = environment.part::<FrontendAccess>() else {
        return 0;
    };
    match variable {
        "client_cidrs" => access.client_cidrs.len(),
        "client_security_group_ids" => access.client_groups.len(),
        "allowed_principals" => access.principals.len(),
        "hostname" => usize::from(access.hostname.is_some()),
        _ => alarm::values_of(
            environment,
            variable,
            const { alarm::of_cloudwatch(ALARMS) },
        ),
    }
}

const CERTIFICATE_OF_ANOTHER_REGION: ProblemRow = ProblemRow::of_part(
    "certificate-region",
    Severity::Error,
    "The certificate is in another region than the environment, and a load balancer takes only those of its own.",
    "Request the certificate in the environment's region.",
    Fixable::No("Only a person knows the certificate."),
);

const CERTIFICATE_WITHOUT_NAME: ProblemRow = ProblemRow::of_part(
    "certificate-without-name",
    Severity::Warning,
    "Clients connect to the load balancer's own name, for which the certificate can't be valid, so that they refuse it.",
    "Set the host name of the certificate.",
    Fixable::No("Only a person knows the name that the certificate is valid for."),
);

fn check(environment: &Environment, problems: &mut Problems) {
    let Some(access) = environment.part::<FrontendAccess>() else {
        return;
    };
    let Some(certificate) = &access.certificate else {
        return;
    };
    let region = &environment.region;
    if let Some(arn) = arn(certificate, "acm")
        && arn.region != region
    {
        problems.push(
            Problem::new(
                const { CERTIFICATE_OF_ANOTHER_REGION.code },
                FieldPath::in_environment(&environment.name, CERTIFICATE),
                format!(
                    "the certificate is in `{}`, but the environment is in `{region}`",
                    arn.region
                ),
            )
            .hint("use a certificate of the environment's region"),
        );
        return;
    }
    if access.hostname.is_none() {
        problems.push(
            Problem::new(
                const { CERTIFICATE_WITHOUT_NAME.code },
                FieldPath::in_environment(&environment.name, CERTIFICATE),
                "clients refuse the certificate: it is not valid for the load balancer's own name"
                    .to_owned(),
            )
            .hint("set `access.hostname` to the name of the certificate, or point your own DNS to the load balancer"),
        );
    }
}

fn certificate(environment: &Environment) -> Option<&str> {
    environment.part::<FrontendAccess>()?.certificate.as_deref()
}

fn arguments(environment: &Environment, block: &mut Body) {
    let Some(access) = environment.part::<FrontendAccess>() else {
        return;
    };
    let at = environment.address();
    block
        .blank()
        .code("project_name", NAME)
        .code("vpc_id", VPC_ID)
        .code("subnet_ids", SUBNET_IDS)
        .code(
            "frontend_security_group_id",
            "module.temporal_service[\"frontend\"].security_group_id",
        )
        .origin(&at.join("images.config"))
        .code("http_check_enabled", has_http_port(environment).to_string())
        .origin(&at.join("deletion_protection"))
        .code("deletion_protection", "var.deletion_protection");
    let given = [
        (CIDRS, true),
        (GROUPS, true),
        (PRINCIPALS, true),
        (CERTIFICATE, access.certificate.is_some()),
        (HOSTNAME, access.hostname.is_some()),
    ];
    for (key, is_given) in given {
        let name = key.trim_start_matches("access.");
        if is_given {
            block
                .origin(&at.join(key))
                .code(name, format!("var.access.{name}"));
        }
    }
}

fn service_argument(environment: &Environment, block: &mut Body) {
    block.origin(&environment.address().join(KEY)).code(
        "target_group_arns",
        "each.key == \"frontend\" ? [module.frontend_access.target_group_arn] : []",
    );
}

fn outputs(_: &Environment) -> Vec<Output> {
    vec![
        output(
            "frontend_address",
            "Host name and port of the frontend, for workers and clients.",
            KEY,
            "module.frontend_access.address",
        ),
        output(
            "frontend_client_security_group_id",
            "The security group for workers and clients in this VPC: it opens the frontend and nothing else.",
            KEY,
            "module.frontend_access.client_security_group_id",
        ),
        output(
            "frontend_endpoint_service_name",
            "The PrivateLink endpoint service of the frontend, or null without `access.allowed_principals`.",
            PRINCIPALS,
            "module.frontend_access.endpoint_service_name",
        ),
    ]
}

fn exposed(environments: &str) -> String {
    format!(
        "- **Workers and clients** ({environments}): an internal load balancer makes port 7233 of the frontend, and nothing \
         else, available to members of the security group `frontend-client`, and to those that `access.client_cidrs`, \
         `access.client_security_group_ids` and, by PrivateLink, `access.allowed_principals` list. Everyone who can connect \
         has full access to Temporal. With `access.certificate_arn`, they use TLS up to the load balancer."
    )
}

fn readme(environment: &Environment, page: &mut Markdown) {
    let Some(access) = environment.part::<FrontendAccess>() else {
        return;
    };
    let at = environment.address();
    page.origin(&at.join(KEY))
        .heading("Connect a worker")
        .paragraph(
            "Workers and clients connect to an internal load balancer. The output `frontend_address` is its host name and \
             port. They can connect if one of these is true:",
        )
        .paragraph(
            "- They run in this VPC and have the security group of the output `frontend_client_security_group_id`. The group \
             allows only the connection to the frontend; for other outbound traffic, they need another group.\n\
             - Their IP address is in `client_cidrs`, or they have one of `client_security_group_ids`. Both are attributes of \
             `access` in `terraform.tfvars`.",
        );
    if !access.principals.is_empty() {
        page.origin(&at.join(PRINCIPALS))
            .text(
                "- They run in another VPC with a VPC endpoint for the service that the output \
                 `frontend_endpoint_service_name` names. One of `allowed_principals` must create the endpoint. They connect to \
                 port 7233 of the endpoint's DNS name.",
            )
            .origin(&at.join(KEY));
    }
    let tls = access.certificate.is_some();
    if tls {
        page.origin(&at.join(CERTIFICATE))
            .paragraph(
                "The load balancer requires TLS. The clients check that the certificate is valid for the host name they \
                 connect to.",
            )
            .origin(&at.join(KEY));
        if !access.principals.is_empty() {
            page.origin(&at.join(PRINCIPALS))
                .paragraph(
                    "The certificate is not valid for the DNS name of a VPC endpoint. In the VPC of the endpoint, make a \
                     private hosted zone with a name of the certificate that leads to the endpoint, and connect to that name.",
                )
                .origin(&at.join(KEY));
        }
    }
    if access.hostname.is_some() {
        page.origin(&at.join(HOSTNAME))
            .paragraph(
                "The host name resolves in this VPC only. For clients in other networks, make a DNS record of it there that \
                 leads to the load balancer.",
            )
            .origin(&at.join(KEY));
    }
    worker_snippets::write(tls, page);
    page.origin(&at);
}

fn counted(environment: &Environment) -> Vec<BillLine> {
    let Some(access) = environment.part::<FrontendAccess>() else {
        return Vec::new();
    };
    let mut all = vec![BillLine {
        key: "load-balancer",
        label: "Load balancer of the frontend",
        item: "nlb-hour".to_owned(),
        units: HOURS,
        amount: "1".to_owned(),
    }];
    if access.hostname.is_some() {
        all.push(BillLine {
            key: "hosted-zone",
            label: "Private hosted zone",
            item: "hosted-zone-month".to_owned(),
            units: 1,
            amount: "1".to_owned(),
        });
    }
    all
}

const USED: &[UsageLine] = &[usage_line(
    "load-balancer-capacity",
    "Load balancer capacity",
    "nlb-capacity-hour",
    "by connections and data",
)
.with(FEATURE)];

fn overview(environment: &Environment) -> Option<String> {
    environment.part::<FrontendAccess>()?;
    Some(match certificate(environment) {
        Some(_) => "internal load balancer with TLS".to_owned(),
        None => "internal load balancer".to_owned(),
    })
}

/// Its name in the diagram.
const BOX: &str = "NLB";

fn boxes(environment: &Environment) -> Vec<DiagramBox> {
    if !FEATURE.is_on(environment) {
        return Vec::new();
    }
    vec![DiagramBox {
        port: Some(ports::API),
        ..DiagramBox::new(BOX, "for workers".to_owned(), (0, 2))
    }]
}

const ALARMS: &[Alarm] = &[
    Alarm {
        name: "frontend-unhealthy",
        summary: "The load balancer finds frontend tasks unhealthy.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |_| Limit::fixed("0", "an unhealthy task"),
        signal: Signal::Aws(MetricAlarm {
            rolls_back: true,
            ..MetricAlarm::above(
                |_| {
                    balancer(
                        "UnHealthyHostCount",
                        "Maximum",
                        &[(
                            "TargetGroup",
                            "module.frontend_access.target_group_arn_suffix",
                        )],
                    )
                },
                5,
            )
        }),
        users: "Workers and clients have fewer frontends, or none.",
        look: Some(status),
        first: "Read the frontend's log. If it began with a deployment, ECS rolls back by itself.",
        over: "`status` shows as many running as desired tasks.",
    },
    Alarm {
        name: "frontend-ports",
        summary: "The load balancer has no free ports to the frontend.",
        severity: AlarmSeverity::Critical,
        feature: FEATURE,
        limit: |_| Limit::fixed("0", "a refused connection"),
        signal: Signal::Aws(MetricAlarm::above(
            |_| balancer("PortAllocationErrorCount", "Sum", &[]),
            5,
        )),
        users: "Some new connections of workers and clients fail.",
        look: Some(status),
        first: "A frontend task takes 55,000 connections from the load balancer. Start more frontend tasks, or find the client \
                that opens so many.",
        over: "No refused connections for five minutes.",
    },
];

/// A metric of the load balancer, with more dimensions than its own.
fn balancer(
    name: &'static str,
    statistic: &'static str,
    more: &[(&'static str, &str)],
) -> Vec<WatchedMetrics> {
    let mut dimensions = vec![(
        "LoadBalancer",
        "module.frontend_access.load_balancer_arn_suffix",
    )];
    dimensions.extend(more);
    WatchedMetrics::one(Metric::new("AWS/NetworkELB", name, statistic, &dimensions))
}
