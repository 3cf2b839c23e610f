//! `hosts.sh`. Moto starts no instance in place of another and moves no task, so a fleet stands in for it here.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine_tests::proxy::{Effect, Proxy};
use serde_json::{Value as Json, json};

use crate::harness::{World, tree};

const SCRIPT: &str = "hosts.sh";

/// An instance of the group.
#[derive(Clone, Debug)]
struct Host {
    id: String,
    zone: usize,
    /// The version of the launch template.
    version: u32,
    state: &'static str,
    tasks: i64,
    days: u64,
    /// After how many looks it registers with the cluster.
    registers_after: usize,
}

/// The group and the cluster's instances.
#[derive(Debug)]
pub(crate) struct Fleet {
    hosts: Vec<Host>,
    desired: usize,
    least: usize,
    most: usize,
    made: usize,
    /// What was asked for, in order.
    events: Vec<String>,
    /// Whether tasks of instances that are drained move.
    moves: bool,
    /// Whether there is capacity for new instances.
    starts: bool,
}

type SharedFleet = Arc<Mutex<Fleet>>;

fn lock(fleet: &SharedFleet) -> MutexGuard<'_, Fleet> {
    fleet.lock().unwrap_or_else(PoisonError::into_inner)
}

const LATEST: u32 = 4;
const ZONES: [&str; 3] = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];

impl Fleet {
    /// As many instances as `versions`, over the zones in turn, the first the oldest.
    fn of(versions: &[u32], most: usize) -> Self {
        let hosts = versions.iter().enumerate().map(|(index, version)| Host {
            id: format!("i-{}", index + 1),
            zone: index % ZONES.len(),
            version: *version,
            state: "ACTIVE",
            tasks: 3,
            days: 30 - u64::try_from(index).unwrap(),
            registers_after: 0,
        });
        Self {
            hosts: hosts.collect(),
            desired: versions.len(),
            least: versions.len(),
            most,
            made: versions.len(),
            events: Vec::new(),
            moves: true,
            starts: true,
        }
    }

    /// Starts instances until there are as many as desired, each where the fewest are.
    fn fill(&mut self) {
        while self.starts && self.hosts.len() < self.desired {
            self.made += 1;
            let in_zone =
                |zone: &usize| self.hosts.iter().filter(|host| host.zone == *zone).count();
            let zone = (0..ZONES.len()).min_by_key(in_zone).unwrap();
            self.hosts.push(Host {
                id: format!("i-{}", self.made),
                zone,
                version: LATEST,
                state: "ACTIVE",
                tasks: 0,
                days: 0,
                registers_after: 1,
            });
        }
    }

    fn group(&self) -> String {
        let mut members = String::new();
        for host in &self.hosts {
            write!(
                members,
                "<member><InstanceId>{}</InstanceId><InstanceType>{}</InstanceType>\
                 <AvailabilityZone>{}</AvailabilityZone><LifecycleState>InService</LifecycleState>\
                 <HealthStatus>Healthy</HealthStatus><ProtectedFromScaleIn>true</ProtectedFromScaleIn>\
                 <LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><Version>{}</Version></LaunchTemplate></member>",
                host.id, kind(host.version), ZONES[host.zone], host.version
            )
            .unwrap();
        }
        format!(
            "<DescribeAutoScalingGroupsResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
             <DescribeAutoScalingGroupsResult><AutoScalingGroups><member>\
             <AutoScalingGroupName>group</AutoScalingGroupName><MinSize>{}</MinSize><MaxSize>{}</MaxSize>\
             <DesiredCapacity>{}</DesiredCapacity>\
             <LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><Version>$Latest</Version></LaunchTemplate>\
             <Instances>{members}</Instances></member></AutoScalingGroups></DescribeAutoScalingGroupsResult>\
             </DescribeAutoScalingGroupsResponse>",
            self.least, self.most, self.desired
        )
    }

    /// A look of the script: instances register, and a task of each that is drained moves.
    fn list(&mut self) -> Json {
        for host in &mut self.hosts {
            host.registers_after = host.registers_after.saturating_sub(1);
        }
        if self.moves {
            let from = self.hosts.iter_mut();
            let mut from = from.filter(|host| host.state == "DRAINING" && host.tasks > 0);
            if let Some(host) = from.next() {
                host.tasks -= 1;
                let to = self.hosts.iter_mut().filter(|host| host.state == "ACTIVE");
                to.min_by_key(|host| host.tasks).unwrap().tasks += 1;
            }
        }
        let known = self.hosts.iter().filter(|host| host.registers_after == 0);
        let arns: Vec<String> = known.map(|host| arn(&host.id)).collect();
        json!({ "containerInstanceArns": arns })
    }

    fn describe(&self, asked: &str) -> Json {
        let asked: Json = serde_json::from_str(asked).unwrap();
        let asked = asked["containerInstances"].as_array().unwrap();
        let now = std::time::SystemTime::now();
        let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let rows: Vec<Json> = self
            .hosts
            .iter()
            .filter(|host| asked.iter().any(|one| *one == arn(&host.id)))
            .map(|host| {
                json!({
                    "containerInstanceArn": arn(&host.id),
                    "ec2InstanceId": host.id,
                    "status": host.state,
                    "agentConnected": true,
                    "runningTasksCount": host.tasks,
                    "pendingTasksCount": 0,
                    "registeredAt": now - host.days * 86_400 - 60,
                    "attributes": [{ "name": "ecs.ami-id", "value": image(host.version) }],
                })
            })
            .collect();
        json!({ "containerInstances": rows, "failures": [] })
    }

    fn drain(&mut self, asked: &str) -> Json {
        let asked: Json = serde_json::from_str(asked).unwrap();
        assert_eq!(asked["status"], "DRAINING");
        let arns = asked["containerInstances"].as_array().unwrap();
        let mut ids = Vec::new();
        for host in &mut self.hosts {
            if arns.iter().any(|one| *one == arn(&host.id)) {
                host.state = "DRAINING";
                ids.push(host.id.clone());
            }
        }
        self.events.push(format!("drain {}", ids.join(" ")));
        json!({ "containerInstances": [], "failures": [] })
    }

    fn terminate(&mut self, form: &str) -> String {
        let id = field(form, "InstanceId").to_owned();
        let at = self.hosts.iter().position(|host| host.id == id).unwrap();
        let host = self.hosts.remove(at);
        let less = field(form, "ShouldDecrementDesiredCapacity") == "true";
        let how = if less { "for good" } else { "for another" };
        self.events
            .push(format!("terminate {id} {how}, {} tasks", host.tasks));
        self.desired -= usize::from(less);
        assert!(
            self.desired >= self.least,
            "AWS refuses less than the minimum"
        );
        self.fill();
        "<TerminateInstanceInAutoScalingGroupResponse><TerminateInstanceInAutoScalingGroupResult/>\
         </TerminateInstanceInAutoScalingGroupResponse>"
            .to_owned()
    }

    fn resize(&mut self, form: &str) -> String {
        self.desired = field(form, "DesiredCapacity").parse().unwrap();
        assert!(
            self.desired <= self.most,
            "AWS refuses more than the maximum"
        );
        self.events.push(format!("desired {}", self.desired));
        self.fill();
        "<SetDesiredCapacityResponse/>".to_owned()
    }
}

fn kind(version: u32) -> &'static str {
    if version < 3 {
        "m8g.large"
    } else {
        "m8g.xlarge"
    }
}

fn image(version: u32) -> String {
    format!("ami-{version:017}")
}

fn arn(id: &str) -> String {
    format!("arn:aws:ecs:eu-west-1:123456789012:container-instance/cluster/{id}")
}

/// A value of a form.
fn field<'a>(form: &'a str, name: &str) -> &'a str {
    let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).unwrap().1
}

/// Has the proxy answer for a fleet.
fn serve(proxy: &Proxy, fleet: Fleet) -> SharedFleet {
    let fleet = Arc::new(Mutex::new(fleet));
    let on = |operation, answer: fn(&mut Fleet, &str) -> String| {
        let fleet = Arc::clone(&fleet);
        let compute = move |request: &str| answer(&mut lock(&fleet), request);
        proxy.on(operation, "", 9_999, Effect::Compute(Box::new(compute)));
    };
    on("DescribeAutoScalingGroups", |fleet, _| fleet.group());
    on("DescribeLaunchTemplateVersions", |_, _| {
        format!(
            "<DescribeLaunchTemplateVersionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
             <launchTemplateVersionSet><item><launchTemplateId>lt-1</launchTemplateId><versionNumber>{LATEST}</versionNumber>\
             <launchTemplateData><imageId>{}</imageId><instanceType>{}</instanceType></launchTemplateData></item>\
             </launchTemplateVersionSet></DescribeLaunchTemplateVersionsResponse>",
            image(LATEST),
            kind(LATEST)
        )
    });
    on("ListContainerInstances", |fleet, _| {
        fleet.list().to_string()
    });
    on("DescribeContainerInstances", |fleet, asked| {
        fleet.describe(asked).to_string()
    });
    on("UpdateContainerInstancesState", |fleet, asked| {
        fleet.drain(asked).to_string()
    });
    on("SetDesiredCapacity", Fleet::resize);
    on("TerminateInstanceInAutoScalingGroup", Fleet::terminate);
    fleet
}

/// Answers for instances that are all current and have a trunk, for the commands of the documents.
pub(crate) fn ready(proxy: &Proxy) {
    let fleet = Fleet::of(&[LATEST; 4], 6);
    let trunks: Vec<Json> = fleet
        .hosts
        .iter()
        .map(|host| json!({ "name": "ecs.awsvpc-trunk-id", "value": "eni-1", "targetId": arn(&host.id) }))
        .collect();
    let answer = json!({ "attributes": trunks }).to_string();
    proxy.on("ListAttributes", "", 99, Effect::Answer(answer));
    serve(proxy, fleet);
}

fn with(versions: &[u32], most: usize) -> (World<'static>, SharedFleet) {
    let world = World::of("dev").with_tasks(&[
        ("frontend", 1),
        ("history", 2),
        ("matching", 1),
        ("worker", 1),
    ]);
    let fleet = serve(&world.proxy, Fleet::of(versions, most));
    (world, fleet)
}

fn events(fleet: &SharedFleet) -> Vec<String> {
    lock(fleet).events.clone()
}

const HEAD: &str = "dev: cluster temporal-dev-cluster in eu-west-1, launch template version 4: m8g.xlarge, \
                    ami-00000000000000004\n";
const NO_CHANGE: [&str; 0] = [];

#[test]
fn status_shows_each_instance_and_what_a_refresh_would_replace() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    let said = world.run(SCRIPT, &["status"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let lines: Vec<String> = said
        .out
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let group = world.output("asg_name");
    let group = group.as_str().unwrap();
    assert_eq!(
        lines,
        [
            format!("dev: group {group} in eu-west-1, launch template version 4: m8g.xlarge, ami-00000000000000004").as_str(),
            "instance type image template age agent tasks zone",
            "i-1 m8g.xlarge ami-00000000000000004 current 30 d ACTIVE 3 eu-west-1a",
            "i-2 m8g.large ami-00000000000000002 version 2 29 d ACTIVE 3 eu-west-1b",
            "i-3 m8g.xlarge ami-00000000000000003 version 3 28 d ACTIVE 3 eu-west-1c",
            "i-4 m8g.xlarge ami-00000000000000004 current 27 d ACTIVE 3 eu-west-1a",
            "refresh: replaces 2 of 4 instances: i-2, i-3",
            "refresh: at most 1 at once, with at least 4 instances before a drain",
        ]
    );
    assert_eq!(events(&fleet), NO_CHANGE);
}

#[test]
fn each_old_instance_is_drained_before_it_ends_and_the_next_waits_for_its_successor() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    let said = world.run(SCRIPT, &["refresh", "--dry-run"]);
    let plan = format!("{HEAD}  replaced, at most 1 at once: i-2, i-3\n");
    said.expect(0, &format!("{plan}dry run: nothing was changed\n"), "");
    assert_eq!(events(&fleet), NO_CHANGE);
    let said = world.run(SCRIPT, &["refresh"]);
    said.expect(
        0,
        &format!(
            "{plan}i-2: draining, tasks: 3\ni-2: draining, tasks: 2\ni-2: draining, tasks: 1\ni-2: terminated\n\
             i-3: draining, tasks: 4\ni-3: draining, tasks: 3\ni-3: draining, tasks: 2\ni-3: draining, tasks: 1\n\
             i-3: terminated\ndev: done\n"
        ),
        "",
    );
    assert_eq!(
        events(&fleet),
        [
            "drain i-2",
            "terminate i-2 for another, 0 tasks",
            "drain i-3",
            "terminate i-3 for another, 0 tasks",
        ]
    );
    let said = world.run(SCRIPT, &["refresh"]);
    said.expect(
        0,
        "dev: nothing to do: all 4 instances have the current launch template, version 4: m8g.xlarge, ami-00000000000000004\n",
        "",
    );
    assert_eq!(events(&fleet).len(), 4);
}

/// The next looks at the services find `service` as `state`, once the fleet was asked for `event`.
fn service_is(
    world: &World,
    fleet: &SharedFleet,
    service: &str,
    event: &'static str,
    state: &'static str,
) {
    let (name, fleet) = (world.name(service), Arc::clone(fleet));
    world.proxy.on(
        "DescribeServices",
        "",
        9_999,
        Effect::Change(Box::new(move |answer| {
            let is_time = event.is_empty() || lock(&fleet).events.iter().any(|one| one == event);
            for service in answer["services"].as_array_mut().unwrap() {
                if is_time && service["serviceName"] == name {
                    service["deployments"][0]["rolloutState"] = json!(state);
                }
            }
        })),
    );
}

#[test]
fn a_service_that_is_not_steady_is_left_to_whoever_changes_it() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    service_is(&world, &fleet, "history", "", "IN_PROGRESS");
    world.run(SCRIPT, &["refresh"]).expect(
        3,
        "",
        "error: `history` is not steady: 2 of 2 running, deploying\nhint: wait until its deployment ends, or repair it first: \
         scale-services.sh dev status\n",
    );
    assert_eq!(events(&fleet), NO_CHANGE);
}

#[test]
fn what_fails_half_way_says_how_to_go_on_and_a_second_run_does() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    service_is(&world, &fleet, "history", "drain i-3", "FAILED");
    let said = world.run(SCRIPT, &["refresh"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.err
            .starts_with("error: `history` is not steady: 2 of 2 running, failed\nlast event: "),
        "{}",
        said.err
    );
    assert!(
        said.err.ends_with(
            "done: i-2\nfailed: i-3\nnot started: none\nhint: run the same command again; to let a draining instance take tasks \
             again: aws ecs update-container-instances-state --cluster temporal-dev-cluster --region eu-west-1 --status ACTIVE \
             --container-instances ID\n"
        ),
        "{}",
        said.err
    );
    let done = [
        "drain i-2",
        "terminate i-2 for another, 0 tasks",
        "drain i-3",
    ];
    assert_eq!(events(&fleet), done);

    // The service is repaired: what is draining goes on, and is not drained again.
    let again = World::of("dev").with_tasks(&[("history", 2)]);
    let before = lock(&fleet).hosts.clone();
    let fleet = serve(
        &again.proxy,
        Fleet {
            hosts: before,
            ..Fleet::of(&[4; 4], 6)
        },
    );
    let said = again.run(SCRIPT, &["refresh"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert_eq!(events(&fleet), ["terminate i-3 for another, 0 tasks"]);
}

#[test]
fn tasks_that_do_not_move_keep_their_instance() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    lock(&fleet).moves = false;
    let world = world.with("TIMEOUT_SECONDS", "0");
    let said = world.run(SCRIPT, &["refresh"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.err.starts_with(
            "error: after 0 s, tasks on i-2: 3\n  see them: aws ecs list-tasks --cluster temporal-dev-cluster --region eu-west-1 \
             --container-instance arn:aws:ecs:eu-west-1:123456789012:container-instance/cluster/i-2\ndone: none\nfailed: i-2\n\
             not started: i-3\n"
        ),
        "{}",
        said.err
    );
    assert_eq!(events(&fleet), ["drain i-2"]);
}

#[test]
fn an_instance_that_does_not_come_stops_the_refresh() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    lock(&fleet).starts = false;
    lock(&fleet).hosts[1].tasks = 0;
    let world = world.with("TIMEOUT_SECONDS", "1");
    let said = world.run(SCRIPT, &["refresh"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.err
            .starts_with("error: 3 of 4 instances take tasks after 1 s; the group's activities say why: aws autoscaling "),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("failed: i-2\nnot started: i-3\n"),
        "{}",
        said.err
    );
    assert_eq!(
        events(&fleet),
        ["drain i-2", "terminate i-2 for another, 0 tasks"]
    );
}

#[test]
fn aws_refusing_is_said() {
    let world = World::of("dev").with_tasks(&[("history", 2)]);
    // Before the fleet's own answers.
    let refusal = Effect::Fail("ResourceContention");
    world
        .proxy
        .on("TerminateInstanceInAutoScalingGroup", "", 1, refusal);
    let fleet = serve(&world.proxy, Fleet::of(&[4, 2, 3, 4], 6));
    let said = world.run(SCRIPT, &["refresh"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.err
            .contains("done: none\nfailed: i-2\nnot started: i-3\n"),
        "{}",
        said.err
    );
    assert_eq!(events(&fleet), ["drain i-2"]);
}

#[test]
fn more_instances_come_first_where_they_must_and_go_at_the_end() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    let said = world.run(SCRIPT, &["refresh", "--unproven"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(
        said.out.starts_with(&format!(
            "{HEAD}  nothing proves that the tasks fit on the other instances\n  more instances first: 4 -> 5\n  replaced, at most 1 \
             at once: i-2, i-3\ninstances: 4 -> 5\n"
        )),
        "{}",
        said.out
    );
    let ids: Vec<String> = events(&fleet);
    assert_eq!(ids[0], "desired 5");
    assert!(ids[2].ends_with("for another, 0 tasks"), "{ids:?}");
    assert!(ids[4].ends_with("for good, 0 tasks"), "{ids:?}");
    assert_eq!(lock(&fleet).hosts.len(), 4);
    assert!(lock(&fleet).hosts.iter().all(|host| host.version == LATEST));

    // Fewer than the composition's proof is about: it needs as many first, and they stay.
    let (world, fleet) = with(&[2, 4, 4], 6);
    let said = world.run(SCRIPT, &["refresh"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert_eq!(
        events(&fleet),
        [
            "desired 4",
            "drain i-1",
            "terminate i-1 for another, 0 tasks"
        ]
    );
    let (world, fleet) = with(&[2, 4, 4], 3);
    let group = world.output("asg_name");
    world.run(SCRIPT, &["refresh"]).expect(
        3,
        "",
        &format!(
            "error: a refresh needs 4 instances for a while, but the group `{}` allows only 3\nhint: raise compute.max_count and \
             apply\n",
            group.as_str().unwrap()
        ),
    );
    assert_eq!(events(&fleet), NO_CHANGE);
}

#[test]
fn more_tasks_than_are_proven_are_refused() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    let world = world.with_tasks(&[("frontend", 3)]);
    world.run(SCRIPT, &["refresh"]).expect(
        3,
        "",
        "error: more tasks should run than the composition has: frontend 3 instead of 1\nhint: run scale-services.sh dev up for \
         the composed numbers; hosts.sh dev refresh --unproven replaces one instance at a time\n",
    );
    let said = world.run(SCRIPT, &["status"]);
    assert!(
        said.out.ends_with(
            "refresh: refused now: more tasks should run than the composition has: frontend 3 instead of 1\n"
        ),
        "{}",
        said.out
    );
    assert_eq!(events(&fleet), NO_CHANGE);
}

/// A copy of the tree whose state says that somebody edited the sizes in `terraform.tfvars`.
#[test]
fn other_sizes_than_the_composition_s_prove_nothing() {
    let (world, fleet) = with(&[4, 2, 4, 4], 6);
    let folder = tempfile::tempdir().unwrap();
    let copied = folder.path().join("copy");
    let mut copy = Command::new("cp");
    copy.arg("-R").arg(tree().path()).arg(&copied);
    assert_eq!(world.say(copy).code, 0);
    let file = copied.join("terraform/envs/dev/terraform.tfstate");
    let mut state: Json = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let refresh = &mut state["outputs"]["host_refresh"]["value"];
    assert_eq!(refresh["is_composed"], true);
    refresh["is_composed"] = json!(false);
    fs::write(file, state.to_string()).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(copied.join("scripts").join(SCRIPT));
        command.arg("dev").args(arguments);
        world.say(command)
    };
    let why = "terraform.tfvars has another instance type or other task sizes than the composition, so nothing is proven for \
               them";
    run(&["refresh"]).expect(
        3,
        "",
        &format!(
            "error: {why}\nhint: set them in composition.toml, compose and apply; hosts.sh dev refresh --unproven replaces one \
             instance at a time\n"
        ),
    );
    let said = run(&["status"]);
    assert!(
        said.out
            .ends_with(&format!("refresh: refused now: {why}\n")),
        "{}",
        said.out
    );
    assert_eq!(events(&fleet), NO_CHANGE);
    // With `--unproven`, it replaces them one by one.
    let said = run(&["refresh", "--unproven"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(
        events(&fleet).iter().any(|one| one == "drain i-2"),
        "{:?}",
        events(&fleet)
    );
}

#[test]
fn an_instance_without_an_agent_is_named() {
    let (world, fleet) = with(&[4, 2, 3, 4], 6);
    lock(&fleet).hosts[3].state = "INACTIVE";
    let said = world.run(SCRIPT, &["refresh"]);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(
        said.err
            .starts_with("error: the instance i-4 takes no tasks: its agent is missing\nhint: wait a minute if it is new; "),
        "{}",
        said.err
    );
    assert_eq!(events(&fleet), NO_CHANGE);
}

#[test]
fn services_without_tasks_stay_so_and_an_empty_group_has_nothing_to_replace() {
    let world = World::of("dev");
    let fleet = serve(&world.proxy, Fleet::of(&[2, 4, 4, 4], 6));
    let said = world.run(SCRIPT, &["refresh"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert_eq!(
        events(&fleet),
        ["drain i-1", "terminate i-1 for another, 0 tasks"]
    );
    assert_eq!(world.updates(), []);
    let world = World::of("dev");
    let _fleet = serve(&world.proxy, Fleet::of(&[], 6));
    world
        .run(SCRIPT, &["refresh"])
        .expect(0, "dev: nothing to do: no instance runs\n", "");
}

#[test]
fn production_asks_and_its_instances_go_two_at_once() {
    let world = World::of("live");
    let fleet = serve(&world.proxy, Fleet::of(&[4; 6], 9));
    let said = world.run(SCRIPT, &["refresh", "--all"]);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.err.ends_with("hint: use --yes\n"), "{}", said.err);
    assert_eq!(events(&fleet), NO_CHANGE);
    let said = world.run(SCRIPT, &["refresh", "--all", "--yes"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let seen = events(&fleet);
    let drains: Vec<&String> = seen.iter().filter(|one| one.starts_with("drain")).collect();
    assert_eq!(drains.len(), 3, "{seen:?}");
    assert!(
        drains.iter().all(|one| one.split(' ').count() == 3),
        "{seen:?}"
    );
    let ended = |one: &&String| one.ends_with("for another, 0 tasks");
    assert_eq!(seen.iter().filter(ended).count(), 6, "{seen:?}");
    // Each zone keeps its two.
    let mut zones: Vec<usize> = lock(&fleet).hosts.iter().map(|host| host.zone).collect();
    zones.sort_unstable();
    assert_eq!(zones, [0, 0, 1, 1, 2, 2]);
}

#[test]
fn wrong_calls_are_answered() {
    let (world, _fleet) = with(&[4, 4, 4, 4], 6);
    let help = "hint: run hosts.sh --help for usage\n";
    for (arguments, message) in [
        (&[][..], "no command given: use status or refresh"),
        (&["drain"][..], "unknown command `drain`"),
        (&["refresh", "i-1"][..], "unexpected argument `i-1`"),
        (&["refresh", "--batch", "2"][..], "unknown option `--batch`"),
        // Each step needs the one before it.
        (&["refresh", "--no-wait"][..], "unknown option `--no-wait`"),
        (&["refresh", "--wait"][..], "unknown option `--wait`"),
        (
            &["status", "--all"][..],
            "`--all` and `--unproven` work only with `refresh`",
        ),
    ] {
        world
            .run(SCRIPT, arguments)
            .expect(2, "", &format!("error: {message}\n{help}"));
    }
    let said = world.command(SCRIPT, &["refresh", "dev"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("for dev: hosts.sh dev refresh"),
        "{}",
        said.err
    );
}
