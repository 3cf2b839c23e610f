//! What data sources and ephemeral resources answer.

use crate::diagnostic::{Path, Problem};
use crate::generated::{Generator, hex, letters, zone_id};
use crate::policy_document;
use crate::schema::{Block, Schema};
use crate::settings::{ACCOUNT, Settings, dns_suffix, partition};
use crate::value::{Object, Value, blocks, get};
use crate::world::World;

/// The state of a data source, or the result of an ephemeral resource.
pub(crate) fn read(
    kind: &str,
    schema: &Schema,
    config: &Object,
    settings: &Settings,
    world: &World,
) -> Result<Object, Problem> {
    let mut state = config.clone();
    let region = get(config, "region")
        .as_str()
        .unwrap_or(&settings.region)
        .to_owned();
    if schema.block.attributes.contains_key("region") {
        state.insert("region".to_owned(), region.as_str().into());
    }
    let answers = match kind {
        "aws_availability_zones" => zones(config, &region),
        "aws_caller_identity" => caller(&region),
        "aws_default_tags" => vec![("tags", Value::Map(settings.default_tags.clone()))],
        "aws_ec2_instance_type" => instance_type(config, &region)?,
        "aws_ec2_instance_type_offerings" => offerings(config, &region),
        "aws_ec2_managed_prefix_list" | "aws_prefix_list" => prefix_list(config, &region),
        "aws_iam_policy_document" => policy_document::read(config)?,
        "aws_iam_roles" => roles(config, world),
        "aws_partition" => partition_of(&region),
        "aws_region" => region_of(&region),
        "aws_secretsmanager_random_password" => password(config)?,
        "aws_secretsmanager_secret_version" => secret(config, world),
        "aws_ssm_parameter" => parameter(config, &region, world),
        _ => existing(kind, &schema.block, config, world),
    };
    for (name, value) in answers {
        if schema.block.attributes.contains_key(name) && get(&state, name).is_null() {
            state.insert(name.to_owned(), value);
        }
    }
    for (name, attribute) in &schema.block.attributes {
        if attribute.computed && get(&state, name).is_null() {
            state.insert(name.clone(), Value::unknown());
        }
    }
    Ok(Generator {
        kind,
        block: &schema.block,
        region: &region,
        copy: 0,
        prior: None,
    }
    .fill(&state))
}

type Answers = Vec<(&'static str, Value)>;

/// A resource of the same type that was made before and fits what is asked.
fn existing(kind: &str, block: &Block, config: &Object, world: &World) -> Answers {
    let kind = match kind {
        "aws_alb" => "aws_lb",
        other => other,
    };
    let asked: Vec<(&String, &Value)> = config
        .iter()
        .filter(|(name, value)| value.as_str().is_some() && *name != "region")
        .collect();
    let fits = |state: &&Object| {
        asked.iter().all(|(name, value)| {
            let own = if *name == "cluster_name" || *name == "service_name" {
                "name"
            } else {
                name
            };
            !block.attributes.contains_key(*name) || get(state, own) == *value
        })
    };
    if asked.is_empty() {
        return Vec::new();
    }
    world.all(kind).find(fits).map_or_else(Vec::new, |state| {
        [
            "id",
            "arn",
            "name",
            "identifier",
            "endpoint",
            "prometheus_endpoint",
            "cidr_block",
            "vpc_id",
            "status",
        ]
        .into_iter()
        .map(|name| (name, get(state, name).clone()))
        .collect()
    })
}

/// The roles below a path.
fn roles(config: &Object, world: &World) -> Answers {
    let prefix = get(config, "path_prefix").as_str().unwrap_or("/");
    let kinds = ["aws_iam_role", "aws_iam_service_linked_role"];
    let found: Vec<&Object> = kinds
        .iter()
        .flat_map(|kind| world.all(kind))
        .filter(|role| {
            let path = get(role, "path").as_str().unwrap_or("/");
            path.starts_with(prefix)
        })
        .collect();
    let all = |name: &str| Value::List(found.iter().map(|role| get(role, name).clone()).collect());
    vec![("arns", all("arn")), ("names", all("name"))]
}

fn caller(region: &str) -> Answers {
    let partition = partition(region);
    vec![
        ("account_id", ACCOUNT.into()),
        (
            "arn",
            format!("arn:{partition}:iam::{ACCOUNT}:user/terraform").into(),
        ),
        ("id", ACCOUNT.into()),
        ("user_id", "AIDACKCEVSQ6C2EXAMPLE".into()),
    ]
}

fn region_of(region: &str) -> Answers {
    let suffix = dns_suffix(partition(region));
    vec![
        ("description", format!("{region} (stand-in)").into()),
        ("endpoint", format!("ec2.{region}.{suffix}").into()),
        ("id", region.into()),
        ("name", region.into()),
    ]
}

fn partition_of(region: &str) -> Answers {
    let partition = partition(region);
    let suffix = dns_suffix(partition);
    let reverse: Vec<&str> = suffix.rsplit('.').collect();
    vec![
        ("dns_suffix", suffix.into()),
        ("id", partition.into()),
        ("partition", partition.into()),
        ("reverse_dns_prefix", reverse.join(".").into()),
    ]
}

/// The zones one account sees, by the letters after the region's name.
fn zone_letters(region: &str) -> &'static str {
    match region {
        "ap-northeast-1" => "acd",
        "ap-northeast-2" | "eu-west-2" | "us-west-2" => "abcd",
        "ca-central-1" => "abd",
        "us-east-1" => "abcdef",
        "us-west-1" => "ab",
        _ => "abc",
    }
}

fn zones(config: &Object, region: &str) -> Answers {
    let excluded = get(config, "exclude_names").strings();
    let excluded_ids = get(config, "exclude_zone_ids").strings();
    let zones: Vec<String> = zone_letters(region)
        .chars()
        .map(|letter| format!("{region}{letter}"))
        .filter(|zone| !excluded.contains(&zone.as_str()))
        .filter(|zone| !excluded_ids.contains(&zone_id(zone).as_str()))
        .collect();
    vec![
        ("id", region.into()),
        (
            "group_names",
            [format!("{region}-zg-1")].into_iter().collect(),
        ),
        ("zone_ids", zones.iter().map(|zone| zone_id(zone)).collect()),
        ("names", zones.into_iter().collect()),
    ]
}

/// The instance types of AWS's Graviton families and of a few others.
const FAMILIES: &[(&str, i64)] = &[
    // GiB of memory per vCPU
    ("c6g", 2),
    ("c6i", 2),
    ("c7g", 2),
    ("c7i", 2),
    ("c8g", 2),
    ("m5", 4),
    ("m6g", 4),
    ("m6i", 4),
    ("m7g", 4),
    ("m7i", 4),
    ("m8g", 4),
    ("r6g", 8),
    ("r6i", 8),
    ("r7g", 8),
    ("r7i", 8),
    ("r8g", 8),
];

/// vCPUs and MiB of an instance type, or nothing where there's no such type.
fn instance_size(instance_type: &str) -> Option<(i64, i64)> {
    let (family, size) = instance_type.split_once('.')?;
    if ["t3", "t3a", "t4g"].contains(&family) {
        let (cpus, mib) = match size {
            "nano" => (2, 512),
            "micro" => (2, 1024),
            "small" => (2, 2048),
            "medium" => (2, 4096),
            "large" => (2, 8192),
            "xlarge" => (4, 16384),
            "2xlarge" => (8, 32768),
            _ => return None,
        };
        return Some((cpus, mib));
    }
    let base = family.trim_end_matches('d').trim_end_matches('n');
    let (_, per_cpu) = FAMILIES.iter().find(|(name, _)| *name == base)?;
    let cpus = match size {
        "medium" => 1,
        "large" => 2,
        "xlarge" => 4,
        "metal" => 64,
        _ => 4 * size.strip_suffix("xlarge")?.parse::<i64>().ok()?,
    };
    [1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192]
        .contains(&cpus)
        .then_some((cpus, cpus * per_cpu * 1024))
}

pub(crate) fn is_arm(instance_type: &str) -> bool {
    let family = instance_type.split('.').next().unwrap_or_default();
    family
        .split_once(|letter: char| letter.is_ascii_digit())
        .is_some_and(|(_, rest)| rest.starts_with('g'))
}

fn instance_type(config: &Object, region: &str) -> Result<Answers, Problem> {
    let instance_type = get(config, "instance_type").as_str().unwrap_or_default();
    let Some((cpus, mib)) = instance_size(instance_type) else {
        return Err(Problem::error(
            Path::of("instance_type"),
            "InvalidInstanceType",
            format!(
                "The following supplied instance types do not exist in {region}: [{instance_type}]"
            ),
        ));
    };
    let architecture = if is_arm(instance_type) {
        "arm64"
    } else {
        "x86_64"
    };
    let interfaces = match cpus {
        1 => 2,
        2 => 3,
        4..=8 => 4,
        16..=48 => 8,
        _ => 15,
    };
    Ok(vec![
        ("id", instance_type.into()),
        ("default_vcpus", cpus.into()),
        ("memory_size", mib.into()),
        ("current_generation", true.into()),
        ("hypervisor", "nitro".into()),
        ("maximum_network_interfaces", i64::from(interfaces).into()),
        (
            "supported_architectures",
            [architecture].into_iter().collect(),
        ),
        (
            "supported_usages_classes",
            ["on-demand", "spot"].into_iter().collect(),
        ),
        (
            "supported_virtualization_types",
            ["hvm"].into_iter().collect(),
        ),
    ])
}

fn offerings(config: &Object, region: &str) -> Answers {
    let location_type = get(config, "location_type").as_str().unwrap_or("region");
    let filter = |name: &str| -> Option<Vec<&str>> {
        blocks(config, "filter")
            .into_iter()
            .find(|filter| get(filter, "name").as_str() == Some(name))
            .map(|filter| get(filter, "values").strings())
    };
    let all: Vec<String> = FAMILIES
        .iter()
        .flat_map(|(family, _)| {
            ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"]
                .map(|size| format!("{family}.{size}"))
        })
        .collect();
    let types: Vec<&str> = match filter("instance-type") {
        Some(asked) => asked
            .into_iter()
            .filter(|name| instance_size(name).is_some())
            .collect(),
        None => all.iter().map(String::as_str).collect(),
    };
    let locations: Vec<String> = match location_type {
        "availability-zone" => zone_letters(region)
            .chars()
            .map(|letter| format!("{region}{letter}"))
            .collect(),
        "availability-zone-id" => zone_letters(region)
            .chars()
            .map(|letter| zone_id(&format!("{region}{letter}")))
            .collect(),
        _ => vec![region.to_owned()],
    };
    let asked = filter("location");
    let offered: Vec<(&str, &String)> = locations
        .iter()
        .filter(|location| {
            asked
                .as_ref()
                .is_none_or(|asked| asked.contains(&location.as_str()))
        })
        .flat_map(|location| types.iter().map(move |name| (*name, location)))
        // An old zone that has no Graviton.
        .filter(|(name, location)| !(location.as_str() == "us-east-1e" && is_arm(name)))
        .collect();
    vec![
        ("id", region.into()),
        (
            "instance_types",
            offered.iter().map(|(name, _)| *name).collect(),
        ),
        (
            "locations",
            offered
                .iter()
                .map(|(_, location)| location.as_str())
                .collect(),
        ),
        (
            "location_types",
            offered.iter().map(|_| location_type).collect(),
        ),
    ]
}

fn prefix_list(config: &Object, region: &str) -> Answers {
    let filtered = blocks(config, "filter")
        .into_iter()
        .find(|filter| {
            ["prefix-list-name", "name"].contains(&get(filter, "name").as_str().unwrap_or_default())
        })
        .and_then(|filter| get(filter, "values").strings().first().copied());
    let name = get(config, "name")
        .as_str()
        .or(filtered)
        .map_or_else(|| format!("com.amazonaws.{region}.s3"), str::to_owned);
    let id = get(config, "prefix_list_id")
        .as_str()
        .map_or_else(|| format!("pl-{}", hex(&name, region, 8)), str::to_owned);
    let cidrs = ["3.5.64.0/21", "52.218.0.0/17"];
    vec![
        ("id", id.into()),
        ("name", name.into()),
        ("cidr_blocks", cidrs.into_iter().collect()),
        ("address_family", "IPv4".into()),
        ("owner_id", "AWS".into()),
        ("max_entries", 0.into()),
        ("version", 1.into()),
        (
            "arn",
            Value::String(format!(
                "arn:{}:ec2:{region}:aws:prefix-list/pl-{}",
                partition(region),
                hex(region, "pl", 8)
            )),
        ),
    ]
}

fn parameter(config: &Object, region: &str, world: &World) -> Answers {
    let name = get(config, "name").as_str().unwrap_or_default();
    let image = format!("ami-{}", hex(name, region, 17));
    let stored = world
        .find("aws_ssm_parameter", "name", name)
        .and_then(|state| get(state, "value").as_str());
    let value = match stored {
        Some(value) => value.to_owned(),
        None if name.ends_with("/image_id") || name.contains("/ami-") => image,
        None if name.ends_with("/recommended") => {
            format!(
                "{{\"image_id\":\"{image}\",\"image_name\":\"al2023-ami-ecs-hvm-2023.0.20260101-kernel-6.1-arm64\",\"os\":\"Amazon Linux 2023\"}}"
            )
        }
        None => format!("value-{}", hex(name, region, 8)),
    };
    vec![
        ("id", name.into()),
        ("type", "String".into()),
        ("insecure_value", value.as_str().into()),
        ("value", value.into()),
        ("version", 1.into()),
    ]
}

fn secret(config: &Object, world: &World) -> Answers {
    let id = get(config, "secret_id").as_str().unwrap_or_default();
    let stored = world
        .find("aws_secretsmanager_secret_version", "secret_id", id)
        .and_then(|state| get(state, "secret_string").as_str());
    let text = stored.map_or_else(
        || {
            let password = letters(id, "password", b"abcdefghijkmnpqrstuvwxyz23456789", 24);
            format!("{{\"username\":\"admin\",\"password\":\"{password}\"}}")
        },
        str::to_owned,
    );
    vec![
        ("secret_string", text.into()),
        ("secret_arn", id.into()),
        ("arn", id.into()),
        ("version_stages", ["AWSCURRENT"].into_iter().collect()),
    ]
}

fn password(config: &Object) -> Result<Answers, Problem> {
    let length = get(config, "password_length").as_i64().unwrap_or(32);
    if !(1..=4096).contains(&length) {
        return Err(Problem::error(
            Path::of("password_length"),
            "InvalidParameterException",
            format!("PasswordLength must be between 1 and 4096, got {length}"),
        ));
    }
    let flag = |name: &str| get(config, name).as_bool() == Some(true);
    let excluded = get(config, "exclude_characters")
        .as_str()
        .unwrap_or_default();
    let classes = [
        ("exclude_lowercase", "abcdefghijklmnopqrstuvwxyz"),
        ("exclude_uppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("exclude_numbers", "0123456789"),
        ("exclude_punctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    ];
    let alphabet: Vec<u8> = classes
        .into_iter()
        .filter(|(name, _)| !flag(name))
        .flat_map(|(_, letters)| letters.bytes())
        .filter(|letter| !excluded.contains(char::from(*letter)))
        .collect();
    if alphabet.is_empty() {
        return Err(Problem::error(
            Path::root(),
            "InvalidParameterException",
            "Every character is excluded from the password.",
        ));
    }
    let length = usize::try_from(length).unwrap_or(32);
    let seed = Value::Map(config.clone()).to_json().to_string();
    let password = letters(&seed, "password", &alphabet, length);
    Ok(vec![("random_password", password.into())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Provider;
    use crate::value::conform;

    #[expect(clippy::needless_pass_by_value, reason = "literals read better")]
    fn answer(kind: &str, config: serde_json::Value) -> Object {
        let provider = Provider::load().unwrap();
        let schema = provider
            .data_sources
            .get(kind)
            .unwrap_or_else(|| &provider.ephemeral_resources[kind]);
        let config = conform(&Value::from_json(&config), &schema.block);
        let settings = Settings {
            region: "us-east-1".to_owned(),
            ..Settings::default()
        };
        let state = read(kind, schema, &config, &settings, &World::default()).unwrap();
        assert!(Value::Map(state.clone()).is_wholly_known());
        state
    }

    #[test]
    fn a_password_has_only_the_characters_asked_for() {
        let config = serde_json::json!({ "password_length": 40, "exclude_punctuation": true });
        let state = answer("aws_secretsmanager_random_password", config);
        let password = state["random_password"].as_str().unwrap();
        assert_eq!(password.len(), 40);
        assert!(
            password
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric())
        );
    }

    #[test]
    fn graviton_is_not_offered_in_the_old_zone() {
        let config = serde_json::json!({
            "location_type": "availability-zone",
            "filter": [{ "name": "instance-type", "values": ["m8g.large"] }],
        });
        let state = answer("aws_ec2_instance_type_offerings", config);
        let zones = [
            "us-east-1a",
            "us-east-1b",
            "us-east-1c",
            "us-east-1d",
            "us-east-1f",
        ];
        assert_eq!(state["locations"].strings(), zones);
    }

    #[test]
    fn an_instance_type_has_its_size() {
        let state = answer(
            "aws_ec2_instance_type",
            serde_json::json!({ "instance_type": "m8g.2xlarge" }),
        );
        assert_eq!(state["default_vcpus"], Value::from(8));
        assert_eq!(state["memory_size"], Value::from(32768));
        assert_eq!(state["supported_architectures"].strings(), ["arm64"]);
    }
}
