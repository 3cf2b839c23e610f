//! What a text may be. Each rule is one row, a constant in the file of its subject: what it is called, what it allows, the
//! composer's test, the test that Terraform gets, and examples that both are held to.

mod alerting;
mod backend;
mod clients;
mod contacts;
pub(crate) mod containers;
mod database;
mod instances;
pub mod names;
mod network;
pub(crate) mod places;
pub mod row;
mod tags;

mod times;

use self::row::{Input, Validation};
use crate::catalog::regions;

/// A kind of text and what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The project's name, the first part of every resource's name.
    ProjectName,
    /// The name of an environment, the second part of every resource's name.
    EnvironmentName,
    /// A region that offers Aurora DSQL.
    Region,
    /// An availability zone, such as `eu-west-1a`.
    Zone,
    /// A private IPv4 network in CIDR notation.
    Cidr,
    /// An IPv4 network of clients, wherever it is.
    ClientNetwork,
    /// A security group.
    SecurityGroupId,
    /// The ARN of a certificate in Certificate Manager.
    CertificateArn,
    /// A host name of two labels or more.
    HostName,
    /// The ARN of an AWS account, a role or a user.
    Principal,
    /// A container image with its tag or digest.
    Image,
    /// An S3 bucket.
    Bucket,
    /// The front part of an S3 key.
    KeyPrefix,
    /// The ARN of a KMS key or of an alias.
    KmsKeyArn,
    /// The ARN of a KMS key, which no alias is.
    KeyArn,
    /// An AWS account.
    AccountId,
    /// The key of a tag.
    TagKey,
    /// The value of a tag.
    TagValue,
    /// The name of an environment variable.
    VariableName,
    /// The value of an environment variable.
    VariableValue,
    /// A key of the server's dynamic configuration.
    ServerKey,
    /// The name of a metric.
    MetricName,
    /// The host name of a DSQL cluster.
    DsqlEndpoint,
    /// The ARN of a DSQL cluster.
    DsqlArn,
    /// The index that holds Temporal's visibility records.
    VisibilityIndex,
    /// The name of a secret in Secrets Manager.
    SecretName,
    /// A Temporal namespace.
    Namespace,
    /// A Graviton instance type.
    InstanceType,
    /// An OpenSearch node type.
    OpenSearchType,
    /// What the flat root began every name with.
    FlatName,
    /// An e-mail address.
    EmailAddress,
    /// The ARN of an SNS topic.
    TopicArn,
    /// The name of an alarm.
    AlarmName,
    /// The value at which an alarm goes on.
    Threshold,
    /// Where the runbook is.
    Runbook,
    /// A recurring time: cron with five fields.
    Cron,
    /// A time zone of the IANA database.
    TimeZone,
}

/// A field of a rule's row. The rows are constants and not one static table: so the first part of the page has of each
/// row only the fields that it asks for, and no pattern.
macro_rules! field {
    ($rule:expr, $field:ident) => {
        match $rule {
            Rule::ProjectName => names::PROJECT.$field,
            Rule::EnvironmentName => names::ENVIRONMENT.$field,
            Rule::Region => places::REGION.$field,
            Rule::Zone => places::ZONE.$field,
            Rule::Cidr => network::CIDR.$field,
            Rule::ClientNetwork => clients::NETWORK.$field,
            Rule::SecurityGroupId => clients::SECURITY_GROUP_ID.$field,
            Rule::CertificateArn => clients::CERTIFICATE_ARN.$field,
            Rule::HostName => clients::HOST_NAME.$field,
            Rule::Principal => clients::PRINCIPAL.$field,
            Rule::Image => containers::IMAGE.$field,
            Rule::Bucket => backend::BUCKET.$field,
            Rule::KeyPrefix => backend::KEY_PREFIX.$field,
            Rule::KmsKeyArn => backend::KMS_KEY_ARN.$field,
            Rule::KeyArn => backend::KEY_ARN.$field,
            Rule::AccountId => places::ACCOUNT_ID.$field,
            Rule::TagKey => tags::KEY.$field,
            Rule::TagValue => tags::VALUE.$field,
            Rule::VariableName => containers::VARIABLE_NAME.$field,
            Rule::VariableValue => containers::VARIABLE_VALUE.$field,
            Rule::ServerKey => containers::SERVER_KEY.$field,
            Rule::MetricName => containers::METRIC_NAME.$field,
            Rule::DsqlEndpoint => database::DSQL_ENDPOINT.$field,
            Rule::DsqlArn => database::DSQL_ARN.$field,
            Rule::VisibilityIndex => database::VISIBILITY_INDEX.$field,
            Rule::SecretName => names::SECRET.$field,
            Rule::Namespace => names::NAMESPACE.$field,
            Rule::InstanceType => instances::INSTANCE_TYPE.$field,
            Rule::OpenSearchType => instances::OPENSEARCH_TYPE.$field,
            Rule::FlatName => names::FLAT.$field,
            Rule::EmailAddress => contacts::EMAIL_ADDRESS.$field,
            Rule::TopicArn => contacts::TOPIC_ARN.$field,
            Rule::AlarmName => alerting::ALARM_NAME.$field,
            Rule::Threshold => alerting::THRESHOLD.$field,
            Rule::Runbook => alerting::RUNBOOK.$field,
            Rule::Cron => times::CRON.$field,
            Rule::TimeZone => times::TIME_ZONE.$field,
        }
    };
}

impl Rule {
    /// What it is: "a bucket name".
    #[must_use]
    pub fn noun(self) -> &'static str {
        field!(self, noun)
    }

    /// What is allowed, for a message or a hint beside the field.
    #[must_use]
    pub fn allowed(self) -> &'static str {
        field!(self, allowed)
    }

    /// Whether `text` follows the rule.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        field!(self, accepts)(text)
    }

    /// The values known to follow the rule, for those with a catalog: what a form can offer, and what a slip of the
    /// pen is compared with. Of these only [`Rule::Region`] refuses every other.
    #[must_use]
    pub fn known(self) -> Option<Vec<&'static str>> {
        field!(self, known).map(|known| known())
    }

    /// How a form asks for a text that follows the rule.
    #[must_use]
    pub fn input(self) -> Input {
        field!(self, input)
    }

    /// Texts that follow the rule and can stand in `region`: they name no other. For tests, which take their samples from
    /// here.
    pub fn examples_in(self, region: &str) -> impl Iterator<Item = &'static str> {
        let others = regions::ALL
            .iter()
            .filter(move |other| other.name != region);
        field!(self, good)
            .iter()
            .copied()
            .filter(move |text| others.clone().all(|other| !text.contains(other.name)))
    }

    /// The test that Terraform gets; `None` where the value is not a Terraform variable.
    #[must_use]
    pub fn validation(self) -> Option<Validation> {
        field!(self, terraform)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Rule; 37] = [
        Rule::ProjectName,
        Rule::EnvironmentName,
        Rule::Region,
        Rule::Zone,
        Rule::Cidr,
        Rule::ClientNetwork,
        Rule::SecurityGroupId,
        Rule::CertificateArn,
        Rule::HostName,
        Rule::Principal,
        Rule::Image,
        Rule::Bucket,
        Rule::KeyPrefix,
        Rule::KmsKeyArn,
        Rule::KeyArn,
        Rule::AccountId,
        Rule::TagKey,
        Rule::TagValue,
        Rule::VariableName,
        Rule::VariableValue,
        Rule::ServerKey,
        Rule::MetricName,
        Rule::DsqlEndpoint,
        Rule::DsqlArn,
        Rule::VisibilityIndex,
        Rule::SecretName,
        Rule::Namespace,
        Rule::InstanceType,
        Rule::OpenSearchType,
        Rule::FlatName,
        Rule::EmailAddress,
        Rule::TopicArn,
        Rule::AlarmName,
        Rule::Threshold,
        Rule::Runbook,
        Rule::Cron,
        Rule::TimeZone,
    ];

    /// What ends a string or begins a template in one of the languages that are generated.
    const HOSTILE: &[&str] = &[
        "", "a b\"", "${x}", "%{if x}", "a\nb", "a\\", "<b>", "`id`", "$(id)", "a\u{0}", "é\u{7f}",
    ];

    /// Whether the patterns that Terraform gets take `text`, for a rule that has them.
    fn terraform_accepts(rule: Rule, text: &str) -> Option<bool> {
        let matches = |pattern: &str| regex::Regex::new(pattern).unwrap().is_match(text);
        let Validation {
            pattern, exception, ..
        } = rule.validation()?;
        Some(matches(pattern) && !exception.is_some_and(matches))
    }

    #[test]
    fn every_rule_has_its_own_row() {
        let mut nouns: Vec<&str> = ALL.map(Rule::noun).to_vec();
        nouns.sort_unstable();
        nouns.dedup();
        assert_eq!(nouns.len(), ALL.len());
        for (at, rule) in ALL.into_iter().enumerate() {
            assert_eq!(rule as usize, at);
        }
        assert_eq!(Rule::TimeZone as usize + 1, ALL.len());
    }

    #[test]
    fn both_tests_accept_the_good_examples() {
        for rule in ALL {
            let good = field!(rule, good);
            assert!(!good.is_empty(), "{rule:?}");
            for text in good {
                assert!(rule.accepts(text), "{rule:?} refuses `{text}`");
                assert_ne!(
                    terraform_accepts(rule, text),
                    Some(false),
                    "{rule:?} as a pattern refuses `{text}`"
                );
            }
        }
    }

    #[test]
    fn both_tests_refuse_the_bad_examples_and_hostile_texts() {
        for rule in ALL {
            let (good, bad) = (field!(rule, good), field!(rule, bad));
            assert!(!bad.is_empty(), "{rule:?}");
            for text in bad
                .iter()
                .chain(HOSTILE.iter().filter(|text| !good.contains(text)))
            {
                assert!(!rule.accepts(text), "{rule:?} accepts `{text}`");
                assert_ne!(
                    terraform_accepts(rule, text),
                    Some(true),
                    "{rule:?} as a pattern accepts `{text}`"
                );
            }
            for text in field!(rule, bad_but_for_terraform) {
                assert!(!rule.accepts(text), "{rule:?} accepts `{text}`");
                assert_eq!(
                    terraform_accepts(rule, text),
                    Some(true),
                    "{rule:?} `{text}`"
                );
            }
        }
    }

    #[test]
    fn both_tests_refuse_what_is_too_long() {
        for rule in ALL {
            for text in field!(rule, good) {
                for at in 0..=text.len() {
                    for filling in ["a", "1", "a/", "a."] {
                        let mut long = (*text).to_owned();
                        long.insert_str(at, &filling.repeat(3000));
                        assert!(
                            !rule.accepts(&long),
                            "{rule:?} accepts {} bytes",
                            long.len()
                        );
                        // Compiling a pattern takes long where it counts: once for each text is enough.
                        if at == 0 {
                            assert_ne!(
                                terraform_accepts(rule, &long),
                                Some(true),
                                "{rule:?} as a pattern accepts {} bytes",
                                long.len()
                            );
                        }
                    }
                }
            }
        }
    }
}
