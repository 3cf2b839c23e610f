//! `hosts.sh`. Moto starts no instance in place of another and moves no task, so a fleet stands in for it here.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine_tests::proxy::{Effect, Proxy};
use serde_json::{Value as Json, json};

use crate::harness::World;

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
    /// Tasks of instances that are drained end.
    moves: bool,
}

type Shared = Arc<Mutex<Fleet>>;

fn lock(fleet: &Shared) -> MutexGuard<'_, Fleet> {
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
        }
    }

    /// Starts instances until there are as many as desired, each where the fewest are.
    fn fill(&mut self) {
        while self.hosts.len() < self.desired {
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
                    "agentConnected": host.state != "INACTIVE",
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
fn serve(proxy: &Proxy, fleet: Fleet) -> Shared {
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

/// Answers for instances that are all current, for the commands of the documents.
pub(crate) fn ready(proxy: &Proxy) {
    serve(proxy, Fleet::of(&[LATEST; 4], 6));
}

fn with(versions: &[u32], most: usize) -> (World<'static>, Shared) {
    let world = World::of("dev").with_tasks(&[
        ("frontend", 1),
        ("history", 2),
        ("matching", 1),
        ("worker", 1),
    ]);
    let fleet = serve(&world.proxy, Fleet::of(versions, most));
    (world, fleet)
}

fn events(fleet: &Shared) -> Vec<String> {
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
