//! What could be changed about each kind of problem. Whether it helps is for the check to say.

use super::setting::{Request, Setting};
use super::{capacity, connections, values};
use crate::blueprint::PlacedEnvironment;
use crate::environment::{Backend, Environment};
use crate::options::{self, Profile};
use crate::parts::part::{FixContext, Proposal};
use crate::parts::{TEXTS, network};
use crate::path::FieldPath;
use crate::problem::Problem;
use crate::problem_code::ProblemCode as Code;
use crate::rules::containers::{image_version, repository};
use crate::sizing::price_list::PriceList;
use crate::value::Value;

type Changes = Vec<Vec<Setting>>;

/// Changes that may solve `problem`, those first that keep most of what was asked for.
pub(super) fn proposals(
    request: &Request<'_>,
    settled: &[PlacedEnvironment],
    prices: &PriceList,
    problem: &Problem,
) -> Changes {
    let proposals = Proposals {
        request,
        problem,
        prices,
    };
    match problem.code {
        Code::Syntax
        | Code::Version
        | Code::UnknownKey
        | Code::Renamed
        | Code::Retired
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
        Code::Type | Code::NotAllowed | Code::OutOfRange => values::allowed(request, &problem.at),
        Code::Missing => proposals.profiles(),
        Code::NoEffect | Code::ComposedVariable | Code::SameTag => proposals.taken_back(),
        Code::UnpinnedImage => proposals.default_image(),
        Code::UnknownInstanceType | Code::UnknownNodeType => {
            values::allowed_known(request, &problem.at)
        }
        Code::NoEnvironment => proposals.an_environment(),
        Code::SubnetTooSmall => proposals.larger_network(),
        Code::Unprotected => proposals.state([true]),
        Code::LocalState => proposals.state(["s3"]),
        Code::BucketInTwoRegions => proposals.one_bucket_region(),
        Code::TypeNotOffered => proposals.similar_types(None),
        Code::TaskTooSmall => capacity::larger_task(request, problem)
            .into_iter()
            .collect(),
        Code::TaskTooLarge => {
            let mut all = capacity::more_capacity(request, settled, prices, problem);
            all.extend(capacity::smaller_task(request, settled, problem));
            all
        }
        Code::DoesNotFit
        | Code::MayNotFit
        | Code::MemoryUnknown
        | Code::NoRoomToDeploy
        | Code::DeploymentWaits
        | Code::DeploymentSlows
        | Code::NoRoomToScale
        | Code::ZoneLoss => capacity::more_capacity(request, settled, prices, problem),
        Code::QuotaDiffers => connections::one_quota(request, problem)
            .into_iter()
            .collect(),
        Code::TooManyConnections | Code::TooManyConnectionsAtOnce => {
            connections::fewer(request, problem)
        }
        Code::OfPart(_) => {
            let mut all = proposals.of_part();
            all.extend(connections::divided_quota(request, problem));
            all.extend(proposals.default_image());
            all
        }
    }
}

struct Proposals<'a> {
    request: &'a Request<'a>,
    problem: &'a Problem,
    prices: &'a PriceList,
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
        self.request.environment(self.at())
    }

    /// Each of `values` at the problem's address.
    fn state<V: Into<Value>, const N: usize>(&self, values: [V; N]) -> Changes {
        let state = |value: V| {
            vec![Setting::new(
                self.request.spec,
                self.at().clone(),
                value.into(),
            )]
        };
        values.into_iter().map(state).collect()
    }

    /// `value` at the dotted `key` in the problem's environment.
    fn put(&self, key: &str, value: impl Into<Value>) -> Vec<Setting> {
        vec![self.request.put(self.name(), key, value)]
    }

    /// What the part whose problem it is proposes.
    fn of_part(&self) -> Changes {
        let mut all = Vec::new();
        let Some(environment) = self.environment() else {
            return all;
        };
        let found = FixContext {
            problem: self.problem,
            environment,
            all: self.request.environments,
        };
        for texts in TEXTS.iter() {
            let mut rows = texts.problems.iter();
            if rows.any(|row| row.code == self.problem.code) {
                for proposal in (texts.fixes)(&found) {
                    all.extend(self.changes(environment, proposal));
                }
            }
        }
        all
    }

    /// The changes that a part's proposal comes to.
    fn changes(&self, environment: &Environment, proposal: Proposal) -> Changes {
        match proposal {
            Proposal::Here(value) => self.state([value]),
            Proposal::DefaultHere => self.taken_back(),
            Proposal::Value(key, value) => vec![self.put(key, value)],
            Proposal::Default(key) => {
                let taken_back = self.request.taken_back(&environment.address().join(key));
                taken_back.into_iter().collect()
            }
            Proposal::Values(values) => {
                let settings = values.into_iter();
                let settings =
                    settings.map(|(name, key, value)| self.request.put(&name, key, value));
                vec![settings.collect()]
            }
            Proposal::SimilarType(key) => self.similar_types(Some(key)),
        }
    }

    fn taken_back(&self) -> Changes {
        self.request.taken_back(self.at()).into_iter().collect()
    }

    /// Any profile, where that is what is missing.
    fn profiles(&self) -> Changes {
        match self.at().last() {
            Some("profile") => self.state(Profile::ALL.map(Profile::name)),
            _ => Vec::new(),
        }
    }

    /// The default's version of the same image.
    fn default_image(&self) -> Changes {
        let spec = self.request.spec;
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
        let spec = self.request.spec;
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

    /// The network with the present one in it, one bit larger at a time; then a free one.
    fn larger_network(&self) -> Changes {
        let Some(environment) = self.environment() else {
            return Vec::new();
        };
        let network = environment.network.vpc_cidr;
        let wider = (16..network.prefix)
            .rev()
            .map(|prefix| network.widened(prefix));
        let free = network::free_network(self.request.environments, &environment.name);
        wider
            .chain(free)
            .map(|network| self.put("network.vpc_cidr", network.to_string().as_str()))
            .collect()
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
        for other in self.request.environments {
            if let Some((same, region)) = bucket(other)
                && same == own
                && region != own_region
            {
                all.push(self.put("backend.region", region.as_str()));
                all.push(vec![self.request.put(
                    &other.name,
                    "backend.region",
                    own_region.as_str(),
                )]);
            }
        }
        all
    }

    /// Other instance types with as much, where the problem stands at a type or at the option that `key` names.
    fn similar_types(&self, key: Option<&str>) -> Changes {
        let segments = self.at().segments();
        let own = segments.get(2..).map(|rest| rest.join("."));
        let key = key.map(str::to_owned).or(own).unwrap_or_default();
        let has_trunking = self
            .environment()
            .is_some_and(|environment| environment.compute.eni_trunking);
        let alike = capacity::alike(self.request, self.prices, self.problem, &key, has_trunking);
        alike.unwrap_or_default()
    }
}
