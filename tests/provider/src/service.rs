//! The calls Terraform makes, each answered by the part that knows.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use tonic::{Request, Response, Status};

use crate::checks::{self, Phase};
use crate::diagnostic::{Path, Problem, Severity};
use crate::generated::Generator;
use crate::plan::{self, Plan};
use crate::protocol::{provider_schema, tfplugin5};
use crate::schema::{Provider, Schema};
use crate::settings::Settings;
use crate::value::{Object, Value, conform, get};
use crate::world::{World, id_of};
use crate::{apply, data_source, parts};
use tfplugin5::DynamicValue;
use tfplugin5::provider_server::Provider as Calls;

/// One provider process: what it serves, how it is configured, what it saw.
pub(crate) struct Service {
    provider: Provider,
    settings: RwLock<Settings>,
    world: Mutex<World>,
}

/// Marks a resource that was imported and of which only the id is known.
const ADOPTED: &[u8] = b"{\"adopted\":true}";

type Answer<T> = Result<Response<T>, Status>;

impl Service {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            provider: Provider::load()?,
            settings: RwLock::default(),
            world: Mutex::new(World::open()?),
        })
    }

    fn resource(&self, kind: &str) -> Result<&Schema, Status> {
        self.provider
            .resources
            .get(kind)
            .ok_or_else(|| Status::not_found(format!("no resource type `{kind}`")))
    }

    fn data_source(&self, kind: &str) -> Result<&Schema, Status> {
        self.provider
            .data_sources
            .get(kind)
            .ok_or_else(|| Status::not_found(format!("no data source `{kind}`")))
    }

    fn settings(&self) -> Settings {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn destroy(&self, kind: &str, prior: &Object) -> Vec<Problem> {
        let mut world = self.world();
        let mut problems = checks::destroy(kind, prior, &world);
        if !is_refused(&problems) {
            for (part, state) in self.parts(kind, prior) {
                problems.extend(saved(world.remove(part, &state)));
            }
            problems.extend(saved(set_elsewhere(kind, prior, "", &mut world)));
            problems.extend(saved(world.remove(kind, prior)));
        }
        problems
    }

    fn change(
        &self,
        kind: &str,
        prior: Option<&Object>,
        planned: &Object,
        config: &Object,
    ) -> Result<(Option<Object>, Vec<Problem>), Status> {
        let schema = self.resource(kind)?;
        let settings = self.settings();
        let mut world = self.world();
        let mut problems = checks::resource(kind, prior, planned, Phase::Apply);
        problems.extend(checks::related(kind, prior, planned, &world));
        if is_refused(&problems) {
            return Ok((prior.cloned(), problems));
        }
        let applied = apply::apply(
            kind,
            schema,
            prior,
            planned,
            config,
            &settings.region,
            &world,
        );
        match applied {
            Ok(state) => {
                let before = prior.map_or_else(Vec::new, |prior| self.parts(kind, prior));
                let after = self.parts(kind, &state);
                for (part, gone) in before.iter().filter(|part| !after.contains(part)) {
                    problems.extend(saved(world.remove(part, gone)));
                }
                for (part, new) in after.iter().filter(|part| !before.contains(part)) {
                    problems.extend(saved(world.put(part, new, true)));
                }
                problems.extend(saved(world.put(kind, &state, prior.is_none())));
                for (beside, new) in self.beside(kind, &state) {
                    if !world.has_id(beside, &id_of(&new)) {
                        problems.extend(saved(world.put(beside, &new, false)));
                    }
                }
                world.note_inline(kind, &state, config);
                let policy = get(&state, "access_policies").as_str().unwrap_or_default();
                problems.extend(saved(set_elsewhere(kind, &state, policy, &mut world)));
                Ok((Some(state), problems))
            }
            Err(problem) => Ok((prior.cloned(), vec![problem])),
        }
    }

    fn parts(&self, kind: &str, state: &Object) -> Vec<parts::Part> {
        parts::of(kind, state, &self.provider, &self.settings().region)
    }

    fn beside(&self, kind: &str, state: &Object) -> Vec<parts::Part> {
        parts::beside(kind, state, &self.provider, &self.settings().region)
    }

    /// What is known of a resource from its id: all of it where it was made
    /// under a world file, its name where the id is one.
    fn import(&self, kind: &str, schema: &Schema, id: &str) -> (Object, Vec<u8>) {
        let world = self.world();
        let names = ["id", "arn", "identifier", "name", "domain_name", "bucket"];
        let known = names
            .iter()
            .find_map(|name| world.find(kind, name, id))
            .or_else(|| {
                let (table, destination) = id.split_once('_')?;
                world.all(kind).find(|state| {
                    get(state, "route_table_id").as_str() == Some(table)
                        && get(state, "destination_cidr_block").as_str() == Some(destination)
                })
            })
            .or_else(|| {
                let (cluster, name) = id.split_once('/')?;
                world.all(kind).find(|state| {
                    get(state, "name").as_str() == Some(name)
                        && get(state, "cluster")
                            .as_str()
                            .is_some_and(|arn| arn.ends_with(cluster))
                })
            });
        if let Some(state) = known {
            return (state.clone(), Vec::new());
        }
        let mut state = conform(&Value::Null, &schema.block);
        let own = match kind {
            "aws_dsql_cluster" => "identifier",
            "aws_opensearch_domain" => "domain_name",
            _ => "id",
        };
        state.insert(own.to_owned(), id.into());
        if schema.block.attributes.contains_key("region") {
            state.insert("region".to_owned(), self.settings().region.into());
        }
        (state, ADOPTED.to_vec())
    }

    /// Fills what an imported resource lacks and its id tells.
    fn complete(&self, kind: &str, schema: &Schema, state: &Object) -> Object {
        let settings = self.settings();
        let generator = Generator {
            kind,
            block: &schema.block,
            region: &settings.region,
            copy: 0,
            prior: None,
        };
        let mut complete = state.clone();
        for (name, attribute) in &schema.block.attributes {
            if get(state, name).is_null() && attribute.computed && !attribute.optional {
                complete.insert(name.clone(), generator.value(&complete, name));
            }
        }
        complete
    }
}

#[tonic::async_trait]
impl Calls for Service {
    async fn get_schema(
        &self,
        _: Request<tfplugin5::get_provider_schema::Request>,
    ) -> Answer<tfplugin5::get_provider_schema::Response> {
        Ok(Response::new(provider_schema(&self.provider)))
    }

    async fn prepare_provider_config(
        &self,
        request: Request<tfplugin5::prepare_provider_config::Request>,
    ) -> Answer<tfplugin5::prepare_provider_config::Response> {
        Ok(Response::new(
            tfplugin5::prepare_provider_config::Response {
                prepared_config: request.into_inner().config,
                diagnostics: Vec::new(),
            },
        ))
    }

    async fn validate_resource_type_config(
        &self,
        request: Request<tfplugin5::validate_resource_type_config::Request>,
    ) -> Answer<tfplugin5::validate_resource_type_config::Response> {
        let request = request.into_inner();
        let config = object(request.config.as_ref())?.unwrap_or_default();
        let schema = self.resource(&request.type_name)?;
        let mut problems = checks::settable(&schema.block, &config);
        problems.extend(checks::resource(
            &request.type_name,
            None,
            &config,
            Phase::Validate,
        ));
        Ok(Response::new(
            tfplugin5::validate_resource_type_config::Response {
                diagnostics: messages(&problems),
            },
        ))
    }

    async fn validate_data_source_config(
        &self,
        request: Request<tfplugin5::validate_data_source_config::Request>,
    ) -> Answer<tfplugin5::validate_data_source_config::Response> {
        let request = request.into_inner();
        let schema = self.data_source(&request.type_name)?;
        let config = object(request.config.as_ref())?.unwrap_or_default();
        Ok(Response::new(
            tfplugin5::validate_data_source_config::Response {
                diagnostics: messages(&checks::settable(&schema.block, &config)),
            },
        ))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<tfplugin5::upgrade_resource_state::Request>,
    ) -> Answer<tfplugin5::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let schema = self.resource(&request.type_name)?;
        let raw = request.raw_state.unwrap_or_default();
        let json: serde_json::Value = serde_json::from_slice(&raw.json)
            .map_err(|error| Status::invalid_argument(error.to_string()))?;
        let state = conform(&Value::from_json(&json), &schema.block);
        Ok(Response::new(tfplugin5::upgrade_resource_state::Response {
            upgraded_state: dynamic(Some(state)),
            diagnostics: Vec::new(),
        }))
    }

    async fn configure(
        &self,
        request: Request<tfplugin5::configure::Request>,
    ) -> Answer<tfplugin5::configure::Response> {
        let config = object(request.into_inner().config.as_ref())?.unwrap_or_default();
        let (settings, problems) = Settings::read(&config);
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = settings;
        Ok(Response::new(tfplugin5::configure::Response {
            diagnostics: messages(&problems),
        }))
    }

    async fn read_resource(
        &self,
        request: Request<tfplugin5::read_resource::Request>,
    ) -> Answer<tfplugin5::read_resource::Response> {
        let request = request.into_inner();
        let kind = &request.type_name;
        let schema = self.resource(kind)?;
        let state = object(request.current_state.as_ref())?.and_then(|known| {
            let known = if request.private == ADOPTED {
                self.complete(kind, schema, &known)
            } else {
                known
            };
            self.world().see(kind, &known)
        });
        Ok(Response::new(tfplugin5::read_resource::Response {
            new_state: dynamic(state),
            diagnostics: Vec::new(),
            private: request.private,
        }))
    }

    async fn plan_resource_change(
        &self,
        request: Request<tfplugin5::plan_resource_change::Request>,
    ) -> Answer<tfplugin5::plan_resource_change::Response> {
        let request = request.into_inner();
        let kind = &request.type_name;
        let schema = self.resource(kind)?;
        let prior = object(request.prior_state.as_ref())?;
        let Some(proposed) = object(request.proposed_new_state.as_ref())? else {
            // What a destroy would be refused for is said by the plan already
            // where the provider says so, and by the apply otherwise.
            return Ok(Response::new(tfplugin5::plan_resource_change::Response {
                planned_state: dynamic(None),
                planned_private: request.prior_private,
                ..Default::default()
            }));
        };
        let config = object(request.config.as_ref())?.unwrap_or_default();
        let Plan {
            planned,
            requires_replace,
        } = plan::plan(
            kind,
            schema,
            prior.as_ref(),
            &config,
            &proposed,
            &self.settings(),
            request.prior_private == ADOPTED,
        );
        let mut problems = checks::resource(kind, prior.as_ref(), &planned, Phase::Plan);
        let mut world = self.world();
        world.note_inline(kind, &planned, &config);
        problems.extend(checks::related_in_plan(kind, &planned, &world));
        drop(world);
        Ok(Response::new(tfplugin5::plan_resource_change::Response {
            planned_state: dynamic(Some(planned)),
            requires_replace: requires_replace.iter().map(Path::message).collect(),
            planned_private: request.prior_private,
            diagnostics: messages(&problems),
        }))
    }

    async fn apply_resource_change(
        &self,
        request: Request<tfplugin5::apply_resource_change::Request>,
    ) -> Answer<tfplugin5::apply_resource_change::Response> {
        let request = request.into_inner();
        let kind = &request.type_name;
        let prior = object(request.prior_state.as_ref())?;
        let planned = object(request.planned_state.as_ref())?;
        let config = object(request.config.as_ref())?.unwrap_or_default();
        let (state, problems) = match (prior, planned) {
            (Some(prior), None) => {
                let problems = self.destroy(kind, &prior);
                (is_refused(&problems).then_some(prior), problems)
            }
            (prior, Some(planned)) => self.change(kind, prior.as_ref(), &planned, &config)?,
            (None, None) => (None, Vec::new()),
        };
        Ok(Response::new(tfplugin5::apply_resource_change::Response {
            new_state: dynamic(state),
            private: Vec::new(),
            diagnostics: messages(&problems),
        }))
    }

    async fn import_resource_state(
        &self,
        request: Request<tfplugin5::import_resource_state::Request>,
    ) -> Answer<tfplugin5::import_resource_state::Response> {
        let tfplugin5::import_resource_state::Request { type_name, id } = request.into_inner();
        let (state, private) = self.import(&type_name, self.resource(&type_name)?, &id);
        Ok(Response::new(tfplugin5::import_resource_state::Response {
            imported_resources: vec![tfplugin5::import_resource_state::ImportedResource {
                type_name,
                state: dynamic(Some(state)),
                private,
            }],
            diagnostics: Vec::new(),
        }))
    }

    async fn read_data_source(
        &self,
        request: Request<tfplugin5::read_data_source::Request>,
    ) -> Answer<tfplugin5::read_data_source::Response> {
        let request = request.into_inner();
        let kind = &request.type_name;
        let schema = self.data_source(kind)?;
        let config = object(request.config.as_ref())?.unwrap_or_default();
        let read = data_source::read(kind, schema, &config, &self.settings(), &self.world());
        let (state, problems) = split(read);
        Ok(Response::new(tfplugin5::read_data_source::Response {
            state: dynamic(state),
            diagnostics: messages(&problems),
        }))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        _: Request<tfplugin5::validate_ephemeral_resource_config::Request>,
    ) -> Answer<tfplugin5::validate_ephemeral_resource_config::Response> {
        Ok(Response::new(
            tfplugin5::validate_ephemeral_resource_config::Response::default(),
        ))
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<tfplugin5::open_ephemeral_resource::Request>,
    ) -> Answer<tfplugin5::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let kind = &request.type_name;
        let schema = self
            .provider
            .ephemeral_resources
            .get(kind)
            .ok_or_else(|| Status::not_found(format!("no ephemeral resource `{kind}`")))?;
        let config = object(request.config.as_ref())?.unwrap_or_default();
        let read = data_source::read(kind, schema, &config, &self.settings(), &self.world());
        let (state, problems) = split(read);
        Ok(Response::new(
            tfplugin5::open_ephemeral_resource::Response {
                diagnostics: messages(&problems),
                result: dynamic(state),
                private: None,
            },
        ))
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<tfplugin5::renew_ephemeral_resource::Request>,
    ) -> Answer<tfplugin5::renew_ephemeral_resource::Response> {
        Ok(Response::new(
            tfplugin5::renew_ephemeral_resource::Response {
                diagnostics: Vec::new(),
                private: request.into_inner().private,
            },
        ))
    }

    async fn close_ephemeral_resource(
        &self,
        _: Request<tfplugin5::close_ephemeral_resource::Request>,
    ) -> Answer<tfplugin5::close_ephemeral_resource::Response> {
        Ok(Response::new(
            tfplugin5::close_ephemeral_resource::Response::default(),
        ))
    }

    async fn stop(
        &self,
        _: Request<tfplugin5::stop::Request>,
    ) -> Answer<tfplugin5::stop::Response> {
        Ok(Response::new(tfplugin5::stop::Response::default()))
    }
}

fn object(value: Option<&DynamicValue>) -> Result<Option<Object>, Status> {
    let Some(value) = value.filter(|value| !value.msgpack.is_empty()) else {
        return Ok(None);
    };
    match Value::from_msgpack(&value.msgpack) {
        Ok(Value::Map(object)) => Ok(Some(object)),
        Ok(Value::Null) => Ok(None),
        Ok(other) => Err(Status::invalid_argument(format!(
            "{other:?} is no resource"
        ))),
        Err(error) => Err(Status::invalid_argument(format!("{error:#}"))),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the messages hold it so")]
fn dynamic(object: Option<Object>) -> Option<DynamicValue> {
    let value = object.map_or(Value::Null, Value::Map);
    Some(DynamicValue {
        msgpack: value.to_msgpack(),
        json: Vec::new(),
    })
}

fn messages(problems: &[Problem]) -> Vec<tfplugin5::Diagnostic> {
    problems.iter().map(Problem::message).collect()
}

fn is_refused(problems: &[Problem]) -> bool {
    problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
}

fn split(read: Result<Object, Problem>) -> (Option<Object>, Vec<Problem>) {
    match read {
        Ok(state) => (Some(state), Vec::new()),
        Err(problem) => (None, vec![problem]),
    }
}

/// A domain's policy is an attribute of the domain in AWS, which a resource of its own sets and, when it goes, empties.
fn set_elsewhere(
    kind: &str,
    state: &Object,
    policy: &str,
    world: &mut World,
) -> anyhow::Result<()> {
    if kind != "aws_opensearch_domain_policy" {
        return Ok(());
    }
    let name = get(state, "domain_name").as_str().unwrap_or_default();
    let Some(domain) = world.find("aws_opensearch_domain", "domain_name", name) else {
        return Ok(());
    };
    let mut domain = domain.clone();
    domain.insert("access_policies".to_owned(), policy.into());
    world.put("aws_opensearch_domain", &domain, false)
}

/// A world file that can't be written must not go unnoticed.
fn saved(result: anyhow::Result<()>) -> Option<Problem> {
    result
        .err()
        .map(|error| Problem::error(Path::root(), "World file", format!("{error:#}")))
}
