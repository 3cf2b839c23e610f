//! What could be changed about each kind of problem. Whether it helps is for the check to say.

use super::setting::{Asked, Setting};
use super::{capacity, connections, values};
use crate::blueprint::Settled;
use crate::catalog::regions;
use crate::environment::{Backend, Environment};
use crate::options::{self, Profile};
use crate::parts::TEXTS;
use crate::parts::part::PartTexts;
use crate::path::FieldPath;
use crate::problem::Problem;
use crate::problem_code::ProblemCode as Code;
use crate::rules::containers::{image_version, repository};
use crate::sizing::price_list::PriceList;
use crate::value::Value;

type Changes = Vec<Vec<Setting>>;

/// Changes that may solve `problem`, those first that keep most of what was asked for.
pub(super) fn proposals(
    asked: &Asked<'_>,
    settled: &[Settled],
    prices: &PriceList,
    problem: &Problem,
) -> Changes {
    let proposals = Proposals { asked, problem };
    match problem.code {
        Code::Syntax
        | Code::Version
        | Code::UnknownKey
        | Code::Renamed
        | Code::NotStated
        | Code::TooLarge
        | Code::TooMany
        | Code::TooManyEnvironments
        | Code::WrongType
        | Code::Open
        | Code::NotSettled
        | Code::NameTooLong
        | Code::SameName
        | Code::SharedCluster => Vec::new(),
        Code::Type | Code::NotAllowed | Code::OutOfRange => values::allowed(asked, &problem.at),
        Code::Missing => proposals.profiles(),
        Code::NoEffect | Code::SameTag | Code::SharedSecret => proposals.taken_back(),
        Code::UnpinnedImage | Code::GrafanaTooOld => proposals.default_image(),
        Code::UnknownInstanceType | Code::UnknownNodeType => {
            values::allowed_known(asked, &problem.at)
        }
        Code::NoEnvironment => proposals.an_environment(),
        Code::NetworksOverlap => proposals.free_networks(),
        Code::SubnetTooSmall => proposals.larger_network(),
        Code::ZoneOfAnotherRegion | Code::UnknownZone => proposals.zones_of_region(),
        Code::TwoZones => proposals.third_zone().into_iter().collect(),
        Code::SingleNat => proposals.state(["per-az"]),
        Code::NoEndpoints | Code::Unprotected => proposals.state([true]),
        Code::LocalState => proposals.state(["s3"]),
        Code::BucketInTwoRegions => proposals.one_bucket_region(),
        Code::TypeNotOffered => proposals.other_types(prices, None),
        Code::NoTrunking => proposals.trunking(prices),
        Code::TrunkingDiffers => [true, false]
            .map(|on| proposals.trunking_for_all(on))
            .into(),
        Code::MaxBelowCount => proposals.max_count(),
        Code::TaskTooSmall => capacity::larger_task(asked, problem).into_iter().collect(),
        Code::TaskTooLarge => {
            let mut all = capacity::room(asked, settled, prices, problem);
            all.extend(capacity::smaller_task(asked, settled, problem));
            all
        }
        Code::DoesNotFit
        | Code::MayNotFit
        | Code::MemoryUnknown
        | Code::NoRoomToDeploy
        | Code::DeploymentWaits
        | Code::DeploymentSlows
        | Code::ZoneLoss => capacity::room(asked, settled, prices, problem),
        Code::NoTasks => proposals.state([1, 2]),
        Code::SingleTask => proposals.state([2]),
        Code::FewerShardsThanTasks => proposals.shards_for_tasks(),
        Code::ShardsNoPowerOfTwo => proposals.power_of_two(),
        Code::QuotaDiffers => connections::one_quota(asked, problem).into_iter().collect(),
        Code::TooManyConnections | Code::TooManyConnectionsAtOnce => {
            connections::fewer_in_use(asked, problem)
        }
        Code::TooManyNewConnections => connections::fewer_new(asked, problem),
        Code::OfPart(_) => {
            let mut all = proposals.of_parts();
            all.extend(connections::divided_quota(asked, problem));
            all.extend(proposals.default_image());
            all
        }
    }
}

struct Proposals<'a> {
    asked: &'a Asked<'a>,
    problem: &'a Problem,
}

impl<'a> Proposals<'a> {
    fn at(&self) -> &'a FieldPath {
        &self.problem.at
    }

    /// The name of the problem's environment.
    fn name(&self) -> &'a str {
        self.at().environment().unwrap_or_default()
    }

    fn environment(&self) -> Option<&'a Environment> {
        self.asked.environment(self.at())
    }

    /// Each of `values` at the problem's address.
    fn state<V: Into<Value>, const N: usize>(&self, values: [V; N]) -> Changes {
        let state = |value: V| {
            vec![Setting::new(
                self.asked.spec,
                self.at().clone(),
                value.into(),
            )]
        };
        values.into_iter().map(state).collect()
    }

    /// `value` at the dotted `key` in the problem's environment.
    fn put(&self, key: &str, value: impl Into<Value>) -> Vec<Setting> {
        vec![self.asked.put(self.name(), key, value)]
    }

    /// What the parts propose.
    fn of_parts(&self) -> Changes {
        let mut all = Vec::new();
        let Some(environment) = self.environment() else {
            return all;
        };
        let is_its = |texts: &&&PartTexts| {
            let mut rows = texts.problems.iter();
            rows.any(|row| row.code == self.problem.code)
        };
        for texts in TEXTS.iter().filter(is_its) {
            for (key, value) in (texts.fixes)(environment, self.problem.code) {
                match value {
                    Some(value) => all.push(self.put(key, value)),
                    None => all.extend(self.asked.taken_back(&environment.address().join(key))),
                }
            }
        }
        all
    }

    fn taken_back(&self) -> Changes {
        self.asked.taken_back(self.at()).into_iter().collect()
    }

    /// Any profile, where that is what is missing.
    fn profiles(&self) -> Changes {
        match self.at().segments().last().map(String::as_str) {
            Some("profile") => self.state(Profile::ALL.map(Profile::name)),
            _ => Vec::new(),
        }
    }

    /// The default's version of the same image.
    fn default_image(&self) -> Changes {
        let spec = self.asked.spec;
        let default = options::find(self.at()).and_then(|row| {
            let environment = self.name();
            spec.default_of(row, environment).value
        });
        let stated = spec.get(self.at()).and_then(Value::as_text);
        let (Some(Value::Text(default)), Some(stated)) = (default, stated) else {
            return Vec::new();
        };
        let is_same =
            repository(&default) == repository(stated) && image_version(&default).is_some();
        if is_same {
            self.taken_back()
        } else {
            Vec::new()
        }
    }

    /// An environment that is off, on again; where there is none, a first one.
    fn an_environment(&self) -> Changes {
        let spec = self.asked.spec;
        let names = spec.environments();
        if names.is_empty() {
            let at = FieldPath::in_environment("dev", "profile");
            return vec![vec![Setting {
                at,
                value: Some("dev".into()),
            }]];
        }
        names
            .into_iter()
            .map(|name| vec![Setting::unset(FieldPath::in_environment(name, "enabled"))])
            .collect()
    }

    /// A free network for the environment, or for the one that it overlaps.
    fn free_networks(&self) -> Changes {
        let Some(own) = self.environment() else {
            return Vec::new();
        };
        let others = self.asked.environments.iter();
        let others = others.filter(|other| {
            other.name != own.name && other.network.vpc_cidr.overlaps(own.network.vpc_cidr)
        });
        std::iter::once(&own)
            .chain(others)
            .filter_map(|one| {
                let free = values::free_network(self.asked.environments, &one.name)?;
                Some(vec![self.asked.put(
                    &one.name,
                    "network.vpc_cidr",
                    free.to_string().as_str(),
                )])
            })
            .collect()
    }

    /// The network with the present one in it, one bit larger at a time; then a free one.
    fn larger_network(&self) -> Changes {
        let Some(environment) = self.environment() else {
            return Vec::new();
        };
        let network = environment.network.vpc_cidr;
        let wider = (16..network.prefix)
            .rev()
            .map(|prefix| network.widened(prefix));
        let free = values::free_network(self.asked.environments, &environment.name);
        wider
            .chain(free)
            .map(|network| self.put("network.vpc_cidr", network.to_string().as_str()))
            .collect()
    }

    /// The zones of the environment's region with the same letters, as far as there are such; then the default.
    fn zones_of_region(&self) -> Changes {
        let Some(environment) = self.environment() else {
            return Vec::new();
        };
        let Some(region) = regions::find(&environment.region) else {
            return Vec::new();
        };
        let known: Vec<String> = region.zone_names().collect();
        let mut zones: Vec<String> = Vec::new();
        for zone in &environment.network.zones {
            let same_letter = known
                .iter()
                .find(|name| name.chars().last() == zone.chars().last());
            zones.extend(same_letter.filter(|name| !zones.contains(name)).cloned());
        }
        let missing = environment.network.zones.len().saturating_sub(zones.len());
        let others = known.into_iter().filter(|name| !zones.contains(name));
        let others: Vec<String> = others.take(missing).collect();
        zones.extend(others);
        let mut all = self.state([Value::List(zones)]);
        all.extend(self.taken_back());
        all
    }

    /// A further zone of the region.
    fn third_zone(&self) -> Option<Vec<Setting>> {
        let environment = self.environment()?;
        let known = regions::find(&environment.region)?.zone_names();
        let third = known
            .into_iter()
            .find(|zone| !environment.network.zones.contains(zone))?;
        let mut zones = environment.network.zones.clone();
        zones.push(third);
        Some(self.put("network.availability_zones", Value::List(zones)))
    }

    /// The region that another environment gives for the bucket, here; or this one there.
    fn one_bucket_region(&self) -> Changes {
        let bucket = |environment: &Environment| match &environment.backend {
            Backend::S3 {
                bucket: Some(bucket),
                region,
                ..
            } => Some((bucket.clone(), region.clone())),
            Backend::S3 { .. } | Backend::Local => None,
        };
        let Some((own, own_region)) = self.environment().and_then(bucket) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for other in self.asked.environments {
            if let Some((same, region)) = bucket(other)
                && same == own
                && region != own_region
            {
                all.push(self.put("backend.region", region.as_str()));
                all.push(vec![self.asked.put(
                    &other.name,
                    "backend.region",
                    own_region.as_str(),
                )]);
            }
        }
        all
    }

    /// Other instance types with as much, where the problem stands at a type or at the option that `key` names.
    fn other_types(&self, prices: &PriceList, key: Option<&str>) -> Changes {
        let own = self.at().segments().get(2..).map(|rest| rest.join("."));
        let key = key.map(str::to_owned).or(own).unwrap_or_default();
        let has_trunking = self
            .environment()
            .is_some_and(|environment| environment.compute.eni_trunking);
        let alike = capacity::alike(self.asked, prices, self.problem, &key, has_trunking);
        alike.unwrap_or_default()
    }

    /// No trunking, or a type that has it.
    fn trunking(&self, prices: &PriceList) -> Changes {
        let mut all = vec![self.trunking_for_all(false)];
        all.extend(self.other_types(prices, Some("compute.instance_type")));
        all
    }

    /// One setting of trunking in every environment that shares account and region with the problem's.
    fn trunking_for_all(&self, is_on: bool) -> Vec<Setting> {
        let Some(own) = self.environment() else {
            return Vec::new();
        };
        let differing = self.asked.environments.iter().filter(|other| {
            other.account_id == own.account_id
                && other.region == own.region
                && other.compute.eni_trunking != is_on
        });
        differing
            .map(|other| self.asked.put(&other.name, "compute.eni_trunking", is_on))
            .collect()
    }

    /// The largest count left to follow the count, or as large as it.
    fn max_count(&self) -> Changes {
        let mut all = self.taken_back();
        let count = self.environment().map(|one| one.compute.instance_count);
        all.extend(count.into_iter().flat_map(|count| self.state([count])));
        all
    }

    /// As many history tasks as shards; or more shards, a power of two.
    fn shards_for_tasks(&self) -> Changes {
        let Some(environment) = self.environment() else {
            return Vec::new();
        };
        let mut all = vec![self.put("history.count", environment.history_shards)];
        let tasks = environment
            .services
            .iter()
            .map(|service| service.size.count);
        let most = u64::try_from(tasks.max().unwrap_or(1)).unwrap_or(1);
        let shards = i64::try_from(most.next_power_of_two()).unwrap_or(i64::MAX);
        all.extend(self.state([shards]));
        all
    }

    /// The powers of two around the number.
    fn power_of_two(&self) -> Changes {
        let shards = self.environment().map_or(1, |one| one.history_shards);
        let above = u64::try_from(shards).unwrap_or(1).next_power_of_two();
        let above = i64::try_from(above).unwrap_or(i64::MAX);
        self.state([above, above / 2])
    }
}
