//! What a text may be: one rule a kind of text, each with the words that say what is allowed.

use crate::catalog::{instance_types, opensearch_types, regions, tags};
use crate::text::is_hidden;

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
    /// A container image with its tag or digest.
    Image,
    /// An S3 bucket.
    Bucket,
    /// The front part of an S3 key.
    KeyPrefix,
    /// The ARN of a KMS key.
    KmsKeyArn,
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
}

impl Rule {
    /// What it is: "an S3 bucket's name".
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::ProjectName => "a project name",
            Self::EnvironmentName => "an environment name",
            Self::Region => "a region that offers Aurora DSQL",
            Self::Zone => "an availability zone",
            Self::Cidr => "a network of the allowed size",
            Self::Image => "a container image",
            Self::Bucket => "a bucket name",
            Self::KeyPrefix => "a key prefix",
            Self::KmsKeyArn => "the ARN of a KMS key",
            Self::AccountId => "an account id",
            Self::TagKey => "a tag key",
            Self::TagValue => "a tag value",
            Self::VariableName => "the name of an environment variable",
            Self::VariableValue => "a value for an environment variable",
            Self::DsqlEndpoint => "the endpoint of a DSQL cluster",
            Self::DsqlArn => "the ARN of a DSQL cluster",
            Self::VisibilityIndex => "a visibility index name",
            Self::SecretName => "a secret's name",
            Self::Namespace => "a Temporal namespace",
            Self::InstanceType => "a Graviton instance type",
            Self::OpenSearchType => "an OpenSearch node type",
            Self::FlatName => "a name for an environment's resources",
        }
    }

    /// What is allowed, for a message or a hint beside the field.
    #[must_use]
    pub fn allowed(self) -> &'static str {
        match self {
            Self::ProjectName => {
                "2 to 15 lower-case letters, digits and single hyphens, a letter first, no hyphen last, \
                 not beginning with `aws`, `ecs` or `fargate`"
            }
            Self::EnvironmentName => {
                "1 to 14 lower-case letters, digits and single hyphens, a letter first, no hyphen last, but not `up`, `down`, \
                 `restart`, `status`, `load`, `schema`, `index` or `namespaces`, which are commands of the scripts"
            }
            Self::Region => {
                "ap-east-1, ap-northeast-1/2/3, ap-south-1, ap-southeast-1/2/4, ca-central-1, ca-west-1, \
                 eu-central-1, eu-north-1, eu-south-2, eu-west-1/2/3, sa-east-1, us-east-1/2 or us-west-2"
            }
            Self::Zone => "a region and a letter, such as `eu-west-1a`",
            Self::Cidr => {
                "an IPv4 network from /16 to /20 inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, \
                 with no host bits set, such as `10.30.0.0/16`"
            }
            Self::Image => {
                "`[registry/]name:tag` or `[registry/]name@sha256:digest`, such as \
                 `123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0`"
            }
            Self::Bucket => {
                "3 to 63 lower-case letters, digits, hyphens and single dots, a letter or digit first and last, \
                 not formatted as an IP address, and without a prefix or suffix that S3 keeps, such as `xn--` or `-s3alias`"
            }
            Self::KeyPrefix => {
                "1 to 200 letters, digits, `-`, `_`, `.` and single `/`, no `/` first or last, no part `.` or `..`"
            }
            Self::KmsKeyArn => {
                "`arn:aws:kms:REGION:ACCOUNT:key/ID` with the id as KMS shows it, or `…:alias/NAME`"
            }
            Self::AccountId => "12 digits, in quotes",
            Self::TagKey => {
                "1 to 128 ASCII letters, digits, spaces and `+ - = . _ : / @` (Aurora DSQL takes no others), not beginning \
                 with `aws:`, and in no case `Project`, `Environment`, `ManagedBy`, `Root`, `Name` or `AmazonECSManaged`, \
                 which are set already"
            }
            Self::TagValue => {
                "up to 256 ASCII letters, digits, spaces and `+ - = . _ : / @` (Aurora DSQL takes no others), \
                 not beginning with `aws:`"
            }
            Self::VariableName => {
                "1 to 128 letters, digits and underscores, no digit first, such as `LOG_LEVEL`"
            }
            Self::VariableValue => {
                "up to 1,024 characters without line breaks, control characters and invisible ones"
            }
            Self::DsqlEndpoint => {
                "`CLUSTER.dsql.REGION.on.aws` with the cluster's 26 letters and digits"
            }
            Self::DsqlArn => {
                "`arn:aws:dsql:REGION:ACCOUNT:cluster/CLUSTER` with the cluster's 26 letters and digits"
            }
            Self::VisibilityIndex => {
                "`temporal_visibility_v1` and then lower-case letters, digits, `_` and `-`, 100 characters at most: \
                 Temporal's index template applies to no other name"
            }
            Self::SecretName => "1 to 512 letters, digits and `/ _ + = . @ -`",
            Self::Namespace => {
                "2 to 255 letters, digits, `-`, `_` and `.`, a letter or digit first"
            }
            Self::InstanceType => {
                "a Graviton type (`g` after the generation's digit), such as `m8g.large`, \
                 since the images and the machine image are ARM64"
            }
            Self::OpenSearchType => "a node type ending in `.search`, such as `m6g.large.search`",
            Self::FlatName => {
                "2 to 17 lower-case letters, digits and hyphens, a letter first, \
                 not beginning with `aws`, `ecs` or `fargate`"
            }
        }
    }

    /// Whether `text` follows the rule.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::ProjectName => {
                (2..=15).contains(&text.len()) && is_name(text) && !is_reserved(text)
            }
            Self::EnvironmentName => {
                text.len() <= 14 && is_name(text) && !SCRIPT_COMMANDS.contains(&text)
            }
            Self::Region => regions::find(text).is_some(),
            Self::Zone => {
                let mut characters = text.chars();
                characters
                    .next_back()
                    .is_some_and(|letter| letter.is_ascii_lowercase())
                    && is_region(characters.as_str())
            }
            Self::Cidr => Cidr::parse(text).is_some_and(|cidr| {
                (16..=20).contains(&cidr.prefix) && cidr.is_private() && cidr.is_aligned()
            }),
            Self::Image => is_image(text),
            Self::Bucket => is_bucket(text),
            Self::KeyPrefix => {
                (1..=200).contains(&text.len())
                    && text.split('/').all(|part| {
                        // `..` would leave the prefix that it stands in.
                        !matches!(part, "" | "." | "..")
                            && part
                                .chars()
                                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
                    })
            }
            Self::KmsKeyArn => {
                arn(text, "kms").is_some_and(|resource| match resource.split_once('/') {
                    Some(("key", id)) => is_kms_key_id(id),
                    Some(("alias", name)) => {
                        (1..=250).contains(&name.len())
                            && name
                                .chars()
                                .all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c))
                    }
                    _ => false,
                })
            }
            Self::AccountId => text.len() == 12 && text.chars().all(|c| c.is_ascii_digit()),
            Self::TagKey => tags::is_key(text),
            Self::TagValue => tags::is_value(text),
            Self::VariableName => {
                (1..=128).contains(&text.len())
                    && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                    && !text.starts_with(|c: char| c.is_ascii_digit())
            }
            Self::VariableValue => text.chars().count() <= 1024 && !text.contains(is_hidden),
            Self::DsqlEndpoint => {
                let mut labels = text.splitn(3, '.');
                let id = labels.next().unwrap_or_default();
                let service = labels.next().unwrap_or_default();
                let host = labels.next().unwrap_or_default();
                is_cluster_id(id)
                    && (service == "dsql"
                        || service.strip_prefix("dsql-").is_some_and(|suffix| {
                            (1..=16).contains(&suffix.len())
                                && suffix.chars().all(is_lower_or_digit)
                        }))
                    && host.strip_suffix(".on.aws").is_some_and(is_region)
            }
            Self::DsqlArn => arn(text, "dsql")
                .and_then(|resource| resource.strip_prefix("cluster/"))
                .is_some_and(is_cluster_id),
            Self::VisibilityIndex => {
                text.len() <= 100
                    && text
                        .strip_prefix("temporal_visibility_v1")
                        .is_some_and(|rest| {
                            rest.chars()
                                .all(|c| is_lower_or_digit(c) || "_-".contains(c))
                        })
            }
            Self::SecretName => {
                (1..=512).contains(&text.len())
                    && text
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c))
            }
            Self::Namespace => {
                (2..=255).contains(&text.len())
                    && text
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
                    && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            }
            Self::InstanceType => is_graviton(text),
            Self::OpenSearchType => {
                let parts: Vec<&str> = text.split('.').collect();
                text.len() <= 64
                    && parts.len() == 3
                    && parts[2] == "search"
                    && parts[..2]
                        .iter()
                        .all(|part| !part.is_empty() && part.chars().all(is_lower_or_digit))
            }
            // More than a project's name may be: it is what somebody chose long ago.
            Self::FlatName => {
                (2..=17).contains(&text.len())
                    && text.starts_with(|c: char| c.is_ascii_lowercase())
                    && text.chars().all(|c| is_lower_or_digit(c) || c == '-')
                    && !is_reserved(text)
            }
        }
    }

    /// The values known to follow the rule, for those with a catalog: what a form can offer, and what a slip of the
    /// pen is compared with. Of these only [`Rule::Region`] refuses every other.
    #[must_use]
    pub fn known(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Region => Some(regions::ALL.iter().map(|row| row.name).collect()),
            Self::InstanceType => Some(instance_types::ALL.iter().map(|row| row.name).collect()),
            Self::OpenSearchType => {
                Some(opensearch_types::ALL.iter().map(|row| row.name).collect())
            }
            _ => None,
        }
    }

    /// The rule as a regular expression for a `validation` block, but for what [`Self::exception`] takes out; `None`
    /// where the value is not a Terraform variable. Terraform's expressions know no look-ahead, hence the two.
    #[must_use]
    pub fn pattern(self) -> Option<&'static str> {
        match self {
            Self::ProjectName => Some("^[a-z][a-z0-9]*(-[a-z0-9]+)*$"),
            // Any region: one that is new to DSQL can be used before the catalog has it.
            Self::Region => Some("^[a-z]{2}(-[a-z]+)+-[0-9]$"),
            Self::Zone => Some("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"),
            // That it has no host bits set is said by a function beside it.
            Self::Cidr => Some(
                "^(10[.][0-9]+|172[.](1[6-9]|2[0-9]|3[01])|192[.]168|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.][0-9]+[.][0-9]+/(1[6-9]|20)$",
            ),
            Self::Image => Some(
                "^(([A-Za-z0-9][A-Za-z0-9-]*[.][A-Za-z0-9.-]*|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]+)/)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$",
            ),
            Self::AccountId => Some("^[0-9]{12}$"),
            Self::TagKey => Some(tags::KEY_PATTERN),
            Self::TagValue => Some(tags::VALUE_PATTERN),
            Self::DsqlEndpoint => Some(
                "^[a-z0-9]{26}[.]dsql(-[a-z0-9]{1,16})?[.][a-z]{2}(-[a-z]+)+-[0-9][.]on[.]aws$",
            ),
            Self::DsqlArn => Some(
                "^arn:aws(-us-gov|-cn)?:dsql:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:cluster/[a-z0-9]{26}$",
            ),
            Self::VisibilityIndex => Some("^temporal_visibility_v1[a-z0-9_-]{0,78}$"),
            Self::SecretName => Some("^[A-Za-z0-9/_+=.@-]{1,512}$"),
            Self::Namespace => Some("^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$"),
            Self::InstanceType => Some("^[a-z]+[0-9]+g[a-z]*[.][a-z0-9-]+$"),
            Self::OpenSearchType => Some("^[a-z0-9]+[.][a-z0-9]+[.]search$"),
            Self::EnvironmentName
            | Self::Bucket
            | Self::KeyPrefix
            | Self::KmsKeyArn
            | Self::VariableName
            | Self::VariableValue
            | Self::FlatName => None,
        }
    }

    /// What the rule refuses of the texts that its pattern matches, as a regular expression: names that are taken, and
    /// a length that the pattern leaves open.
    #[must_use]
    pub fn exception(self) -> Option<&'static str> {
        match self {
            Self::ProjectName => Some("^(aws|ecs|fargate)|^.$|^.{16}"),
            Self::Region | Self::InstanceType => Some("^.{33}"),
            Self::Zone => Some("^.{34}"),
            Self::Cidr => Some("^.{19}"),
            Self::Image => Some("^.{256}"),
            Self::TagKey => Some(tags::KEY_EXCEPTION),
            Self::TagValue => Some(tags::VALUE_EXCEPTION),
            // The region has 32 characters at most.
            Self::DsqlEndpoint => Some("[.][a-z0-9-]{33}"),
            Self::DsqlArn => Some(":[a-z-]{32}"),
            Self::OpenSearchType => Some("^.{65}"),
            Self::EnvironmentName
            | Self::Bucket
            | Self::KeyPrefix
            | Self::KmsKeyArn
            | Self::AccountId
            | Self::VariableName
            | Self::VariableValue
            | Self::VisibilityIndex
            | Self::SecretName
            | Self::Namespace
            | Self::FlatName => None,
        }
    }
}

/// Whether `text` has `word` with no letter or digit before or after it: `temporal-dev/grafana` has `dev`.
#[must_use]
pub fn has_word(text: &str, word: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_inside) && !text[at + word.len()..].starts_with(is_inside)
    })
}

/// The words that a script in `terraform-templates/scripts` takes after the name of an environment. A call that begins
/// with one has forgotten the environment, so none can be called so: `setup.sh status` would set up everything in it.
pub const SCRIPT_COMMANDS: &[&str] = &[
    "up",
    "down",
    "restart",
    "status",
    "load",
    "schema",
    "index",
    "namespaces",
];

fn is_lower_or_digit(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

/// Whether ECS keeps names like this one for capacity providers of its own.
fn is_reserved(text: &str) -> bool {
    ["aws", "ecs", "fargate"]
        .iter()
        .any(|reserved| text.starts_with(reserved))
}

/// Lower-case letters, digits and single hyphens, a letter first and no hyphen last.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| is_lower_or_digit(c) || c == '-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// A general purpose bucket's name.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket(text: &str) -> bool {
    let is_ip_address = || {
        let parts: Vec<&str> = text.split('.').collect();
        parts.len() == 4
            && parts
                .iter()
                .all(|part| part.len() <= 3 && part.chars().all(|c| c.is_ascii_digit()))
    };
    // `-an` ends the names in an account's own namespace: `PREFIX-ACCOUNT-REGION-an`.
    let is_in_a_namespace = |stem: &str| {
        stem.match_indices('-').any(|(at, _)| {
            stem[at + 1..]
                .split_once('-')
                .is_some_and(|(account, region)| {
                    Rule::AccountId.accepts(account) && is_region(region)
                })
        })
    };
    (3..=63).contains(&text.len())
        && text
            .chars()
            .all(|c| is_lower_or_digit(c) || matches!(c, '-' | '.'))
        && text.starts_with(is_lower_or_digit)
        && text.ends_with(is_lower_or_digit)
        && !text.contains("..")
        && !is_ip_address()
        && !["xn--", "sthree-", "amzn-s3-demo-"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        && !["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]
            .iter()
            .any(|suffix| text.ends_with(suffix))
        && text.strip_suffix("-an").is_none_or(is_in_a_namespace)
}

/// Two letters, words, a digit: `eu-west-1`, `us-gov-west-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    text.len() <= 32
        && parts.len() >= 3
        && parts[0].len() == 2
        && parts[..parts.len() - 1]
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase()))
        && parts[parts.len() - 1].len() == 1
        && parts[parts.len() - 1].chars().all(|c| c.is_ascii_digit())
}

/// The 26 letters and digits that name a DSQL cluster.
fn is_cluster_id(text: &str) -> bool {
    text.len() == 26 && text.chars().all(is_lower_or_digit)
}

/// The resource part of an ARN of `service`, if `text` is one with region and account.
fn arn<'a>(text: &'a str, service: &str) -> Option<&'a str> {
    let mut parts = text.splitn(6, ':');
    let is_arn = parts.next() == Some("arn")
        && parts
            .next()
            .is_some_and(|partition| matches!(partition, "aws" | "aws-us-gov" | "aws-cn"))
        && parts.next() == Some(service)
        && parts.next().is_some_and(is_region)
        && parts
            .next()
            .is_some_and(|account| Rule::AccountId.accepts(account));
    parts.next().filter(|_| is_arn)
}

/// What Terraform's S3 backend takes as the id of a key: a UUID, or `mrk-` and 32 digits for one of many regions.
/// <https://github.com/hashicorp/terraform/blob/v1.11.4/internal/backend/remote-state/s3/validate.go>
fn is_kms_key_id(id: &str) -> bool {
    let is_hex = |text: &str| text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    if let Some(digits) = id.strip_prefix("mrk-") {
        return digits.len() == 32 && is_hex(digits);
    }
    let parts: Vec<&str> = id.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && parts.iter().all(|part| is_hex(part))
        // Its version and variant.
        && parts[2].starts_with(['1', '2', '3', '4', '5'])
        && parts[3].starts_with(['8', '9', 'a', 'b'])
}

/// `family`, generation, `g` and more letters, a dot and a size.
fn is_graviton(text: &str) -> bool {
    let Some((class, size)) = text.split_once('.') else {
        return false;
    };
    let family = class.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let after = family.trim_start_matches(|c: char| c.is_ascii_digit());
    text.len() <= 32
        && family.len() < class.len()
        && after.len() < family.len()
        && after.starts_with('g')
        && after.chars().all(|c| c.is_ascii_lowercase())
        && !size.is_empty()
        && size.chars().all(|c| is_lower_or_digit(c) || c == '-')
}

/// The tag or digest of an image reference; `None` where it states neither.
#[must_use]
pub(crate) fn image_version(image: &str) -> Option<&str> {
    if let Some((_, digest)) = image.split_once('@') {
        return Some(digest);
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split_once(':').map(|(_, tag)| tag)
}

fn is_image(text: &str) -> bool {
    if text.is_empty() || text.len() > 255 || !text.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return false;
    }
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    let digest_is_right = digest.is_none_or(|digest| {
        digest.strip_prefix("sha256:").is_some_and(|hash| {
            hash.len() == 64
                && hash
                    .chars()
                    .all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
        })
    });
    let (registry, path) = match name.split_once('/') {
        Some((first, rest)) if first.contains('.') || first.contains(':') => (Some(first), rest),
        _ => (None, name),
    };
    let registry_is_right = registry.is_none_or(|registry| {
        let (host, port) = registry.split_once(':').unwrap_or((registry, "443"));
        !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
            && !port.is_empty()
            && port.chars().all(|c| c.is_ascii_digit())
    });
    let (repository, tag) = match path.rsplit_once(':') {
        Some((repository, tag)) => (repository, Some(tag)),
        None => (path, None),
    };
    let repository_is_right = repository.split('/').all(|part| {
        part.starts_with(is_lower_or_digit)
            && part.ends_with(is_lower_or_digit)
            && part
                .chars()
                .all(|c| is_lower_or_digit(c) || "._-".contains(c))
    });
    let tag_is_right = tag.is_none_or(|tag| {
        (1..=128).contains(&tag.len())
            && tag
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    });
    digest_is_right && registry_is_right && repository_is_right && tag_is_right
}

/// An IPv4 network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    /// The address as a number.
    pub address: u32,
    /// The length of the prefix, 0 to 32.
    pub prefix: u8,
}

impl Cidr {
    /// Reads `10.30.0.0/16`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let address: std::net::Ipv4Addr = address.parse().ok()?;
        if prefix.is_empty() || prefix.len() > 2 || !prefix.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let prefix: u8 = prefix.parse().ok()?;
        (prefix <= 32).then(|| Self {
            address: u32::from(address),
            prefix,
        })
    }

    fn mask(self) -> u32 {
        u32::MAX
            .checked_shl(32 - u32::from(self.prefix))
            .unwrap_or(0)
    }

    fn is_aligned(self) -> bool {
        self.address & !self.mask() == 0
    }

    fn contains(self, other: Self) -> bool {
        other.prefix >= self.prefix && other.address & self.mask() == self.address & self.mask()
    }

    /// Whether the two share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    fn is_private(self) -> bool {
        [
            (0x0A00_0000, 8),  // 10.0.0.0/8
            (0xAC10_0000, 12), // 172.16.0.0/12
            (0xC0A8_0000, 16), // 192.168.0.0/16
            (0x6440_0000, 10), // 100.64.0.0/10
        ]
        .into_iter()
        .any(|(address, prefix)| Self { address, prefix }.contains(self))
    }
}

/// The most characters of a duration: `0` may stand before its digits, but not a million times.
const LONGEST_DURATION: usize = 20;

/// The seconds in a duration such as `11m`, `45s` or `1h`: one number and one unit. `None` if it isn't one.
#[must_use]
pub fn seconds(text: &str) -> Option<i64> {
    if text.len() > LONGEST_DURATION {
        return None;
    }
    let unit = text.chars().next_back()?;
    let length = match unit {
        'h' => 3600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    let number = &text[..text.len() - 1];
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    number.parse::<i64>().ok()?.checked_mul(length)
}

/// `total` seconds as a duration: `11m`, `1h30m`, `45s`.
#[must_use]
pub fn duration(total: i64) -> String {
    let mut text = String::new();
    for (unit, count) in [
        ('h', total / 3600),
        ('m', total / 60 % 60),
        ('s', total % 60),
    ] {
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    if text.is_empty() {
        text.push_str("0s");
    }
    text
}

/// The three numbers of a tag such as `3.7.6` or `v1.18.1`; `None` for any other.
pub(crate) fn version(tag: &str) -> Option<(u32, u32, u32)> {
    let mut parts = tag.trim_start_matches('v').split('.');
    let mut next = || parts.next()?.parse().ok();
    let version = (next()?, next()?, next()?);
    parts.next().is_none().then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Terraform takes and the composer does not: a region without DSQL, as far as the catalog knows, and what a
    /// function of Terraform refuses beside the pattern of a network.
    const WIDER: &[(Rule, &str)] = &[
        (Rule::Region, "us-west-1"),
        (Rule::Cidr, "10.0.1.0/16"),
        (Rule::Cidr, "010.0.0.0/16"),
    ];

    /// Whether the validation that Terraform gets takes `text`, for a rule that has one.
    fn terraform_accepts(rule: Rule, text: &str) -> Option<bool> {
        let matches = |pattern: &str| regex::Regex::new(pattern).unwrap().is_match(text);
        Some(matches(rule.pattern()?) && !rule.exception().is_some_and(matches))
    }

    #[track_caller]
    fn check(rule: Rule, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_ne!(
                terraform_accepts(rule, text),
                Some(false),
                "{rule:?} as a pattern refuses `{text}`"
            );
        }
        for text in bad.iter().filter(|text| !WIDER.contains(&(rule, text))) {
            assert_ne!(
                terraform_accepts(rule, text),
                Some(true),
                "{rule:?} as a pattern accepts `{text}`"
            );
        }
        for text in good {
            assert!(rule.accepts(text), "{rule:?} refuses `{text}`");
            for at in 0..=text.len() {
                for filling in ["a", "1", "a/", "a."] {
                    let mut long = (*text).to_owned();
                    long.insert_str(at, &filling.repeat(3000));
                    // Compiling a pattern takes long where it counts: once for each text is enough.
                    if at == 0 {
                        assert_ne!(
                            terraform_accepts(rule, &long),
                            Some(true),
                            "{rule:?} as a pattern accepts {} bytes",
                            long.len()
                        );
                    }
                    assert!(
                        !rule.accepts(&long),
                        "{rule:?} accepts {} bytes",
                        long.len()
                    );
                }
            }
        }
        for text in bad {
            assert!(!rule.accepts(text), "{rule:?} accepts `{text}`");
        }
    }

    /// What ends a string or begins a template in one of the languages that are generated.
    const HOSTILE: &[&str] = &[
        "", "a b\"", "${x}", "%{if x}", "a\nb", "a\\", "<b>", "`id`", "$(id)", "a\u{0}", "é\u{7f}",
    ];

    #[test]
    fn names() {
        check(
            Rule::ProjectName,
            &["temporal", "t1", "a-b-c"],
            &[
                "t",
                "Temporal",
                "1a",
                "a--b",
                "a-",
                "aws-x",
                "ecs1",
                "abcdefghijklmnop",
            ],
        );
        check(
            Rule::EnvironmentName,
            &["dev", "p", "up2", "upper", "help"],
            &["", "Dev", "a_b", "-a"],
        );
        check(Rule::EnvironmentName, &[], SCRIPT_COMMANDS);
        let allowed = Rule::EnvironmentName.allowed();
        let (_, exceptions) = allowed.split_once(", but not ").unwrap();
        let named: Vec<&str> = exceptions.split('`').skip(1).step_by(2).collect();
        assert_eq!(named, SCRIPT_COMMANDS);
        check(Rule::ProjectName, &[], HOSTILE);
        check(Rule::EnvironmentName, &[], HOSTILE);
    }

    #[test]
    fn regions_and_zones() {
        check(
            Rule::Region,
            &["eu-west-1", "us-east-2"],
            &["us-west-1", "eu-west", "EU-WEST-1"],
        );
        check(
            Rule::Zone,
            &["eu-west-1a", "us-gov-west-1b"],
            &["eu-west-1", "eu-west-a", "a"],
        );
        check(Rule::Zone, &[], HOSTILE);
    }

    #[test]
    fn networks() {
        check(
            Rule::Cidr,
            &[
                "10.0.0.0/16",
                "172.31.16.0/20",
                "192.168.0.0/16",
                "100.64.0.0/16",
            ],
            &[
                "10.0.0.0/8",
                "10.0.0.0/24",
                "8.8.0.0/16",
                "10.0.1.0/16",
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0/16",
                "010.0.0.0/16",
                "10.0.0.0/+6",
                "192.0.0.0/16",
            ],
        );
        let overlap = |a, b| Cidr::parse(a).unwrap().overlaps(Cidr::parse(b).unwrap());
        assert!(overlap("10.0.0.0/16", "10.0.240.0/20"));
        assert!(overlap("10.0.240.0/20", "10.0.0.0/16"));
        assert!(!overlap("10.0.0.0/16", "10.1.0.0/16"));
    }

    #[test]
    fn images() {
        check(
            Rule::Image,
            &[
                "grafana/loki:3.7.6",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0",
                "localhost:5000/a/b_c:1",
                "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "nginx",
            ],
            &["A:1", "a:", "a/:1", "a@sha256:12", "/a", "a b:1", "a:1:2/x"],
        );
        check(Rule::Image, &[], HOSTILE);
        assert_eq!(image_version("a/b:1.2"), Some("1.2"));
        assert_eq!(image_version("localhost:5000/a"), None);
    }

    #[test]
    fn arns_and_endpoints() {
        let id = "abcdefghijklmnopqrstuvwxy2";
        check(
            Rule::DsqlEndpoint,
            &[
                &format!("{id}.dsql.eu-west-1.on.aws"),
                &format!("{id}.dsql-fnh4.us-east-1.on.aws"),
            ],
            &[
                "x.dsql.eu-west-1.on.aws",
                &format!("{id}.dsql.eu-west-1.on.aws.evil.com"),
            ],
        );
        check(
            Rule::DsqlArn,
            &[&format!("arn:aws:dsql:eu-west-1:123456789012:cluster/{id}")],
            &[
                &format!("arn:aws:dsql:eu-west-1:1234:cluster/{id}"),
                "arn:aws:dsql:*:*:cluster/*",
            ],
        );
        check(
            Rule::KmsKeyArn,
            &[
                "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab",
                "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab4bcd8bef1234567890ab",
                "arn:aws:kms:eu-west-1:123456789012:alias/terraform/state",
            ],
            &[
                // Not a random UUID, upper case, too short.
                "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "arn:aws:kms:eu-west-1:123456789012:key/1234ABCD-12ab-4bcd-8bef-1234567890ab",
                "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab4bcd8bef",
                "arn:aws:kms:eu-west-1:123456789012:alias/",
                "arn:aws:kms:eu-west-1:123456789012:key/",
                "arn:aws:kms:eu-west-1:123456789012:key/*",
            ],
        );
        for rule in [
            Rule::DsqlEndpoint,
            Rule::DsqlArn,
            Rule::KmsKeyArn,
            Rule::AccountId,
        ] {
            check(rule, &[], HOSTILE);
        }
    }

    #[test]
    fn the_rest() {
        check(
            Rule::Bucket,
            &[
                "my-bucket-1",
                "terraform.example.com",
                "a.b",
                "1.2.3.4.5",
                "an-titan",
                "states-123456789012-eu-west-1-an",
            ],
            &[
                "My-bucket",
                "ab",
                "-ab",
                ".ab",
                "ab.",
                "a..b",
                "192.168.5.4",
                "999.1.1.1",
                "xn--a",
                "sthree-a",
                "amzn-s3-demo-a",
                "a-s3alias",
                "a--ol-s3",
                "a.mrap",
                "a--x-s3",
                "a--table-s3",
                "states-an",
                "states-123456789012-an",
            ],
        );
        check(
            Rule::KeyPrefix,
            &["temporal", "a/b.c", "a../.b", "..."],
            &["/a", "a/", "a//b", "..", ".", "../a", "a/..", "a/./b"],
        );
        check(
            Rule::TagKey,
            &["CostCenter", "team:x", "aws", "Names", " +-=._:/@"],
            &[
                "aws:x",
                "AWS:x",
                "Environment",
                "environment",
                "PROJECT",
                "managedby",
                "ROOT",
                "name",
                "amazonecsmanaged",
            ],
        );
        check(
            Rule::TagValue,
            &["", "a b/c@d", "aws"],
            &["a\"b", "${x}", "a\nb", "aws:x", "Aws:"],
        );
        // A circled letter, which counts as alphabetic and is none for AWS; letters, digits and spaces of other scripts,
        // which IAM takes and Aurora DSQL does not; a mark.
        for text in [
            "\u{24b6}", "ü", "\u{17f}", "\u{212a}", "٣", "Ⅷ", "½", "\u{3000}", "\u{a0}", "e\u{301}",
        ] {
            for rule in [Rule::TagKey, Rule::TagValue] {
                check(rule, &[], &[text, &format!("a{text}b")]);
            }
        }
        check(Rule::VariableName, &["LOG_LEVEL", "_x"], &["1A", "A-B"]);
        check(
            Rule::VariableValue,
            &["", "${x} \"y\""],
            &["a\nb", "\u{1b}[0m"],
        );
        check(
            Rule::VisibilityIndex,
            &["temporal_visibility_v1_dev"],
            &["visibility", "temporal_visibility_v1_Dev"],
        );
        check(
            Rule::InstanceType,
            &["m8g.large", "c7gn.xlarge", "im4gn.large", "t4g.medium"],
            &["m7i.large", "m8g", "g5.large", "8g.large"],
        );
        check(
            Rule::OpenSearchType,
            &["m6g.large.search"],
            &["m6g.large", "m6g..search"],
        );
        check(
            Rule::FlatName,
            &["temporal-dev", "a--b-", "abcdefghijklmnopq"],
            &["t", "Temporal", "1a", "ecs-flat", "abcdefghijklmnopqr"],
        );
        for rule in [
            Rule::Bucket,
            Rule::KeyPrefix,
            Rule::TagKey,
            Rule::VariableName,
            Rule::VisibilityIndex,
            Rule::SecretName,
            Rule::Namespace,
            Rule::InstanceType,
            Rule::OpenSearchType,
            Rule::FlatName,
        ] {
            check(rule, &[], HOSTILE);
        }
    }

    #[test]
    fn durations() {
        assert_eq!(seconds("11m"), Some(660));
        assert_eq!(seconds("1h"), Some(3600));
        for bad in [
            "",
            "11",
            "m",
            "1h30m",
            "é",
            "-1m",
            "1.5m",
            "99999999999999999999s",
            &format!("{}660s", "0".repeat(3000)),
        ] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
        assert_eq!(duration(5405), "1h30m5s");
        assert_eq!(duration(0), "0s");
    }
}
