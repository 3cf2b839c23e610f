//! What is said of environments whose fate is known: a hand-made repository's, and the presets.

use std::path::Path;

use composer_core::blueprint::environments;
use composer_core::options::Profile;
use composer_core::presets::PRESETS;
use composer_core::service_name::ServiceName;
use composer_core::sizing::placement::{
    Amounts, Finding, Pool, Purpose, Reason, Resource, Situation, Verdict, place,
};
use composer_core::sizing::price_list::PriceList;
use composer_core::temporal_service::TemporalService;
use composer_core::{CheckResult, PreviousCheck, ProblemCode, Spec, check, check_from, read};

use crate::harness::spec;

/// The spec of the same name in tests/cases.
fn case(name: &str) -> CheckResult {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(format!("{name}.toml"));
    let found = read::read(&std::fs::read_to_string(path).unwrap());
    assert_eq!(found.problems.0, []);
    check(&found.spec)
}

/// The main instances of the one environment, changed before they are looked at.
fn pool(name: &str, change: fn(&mut composer_core::Environment)) -> Pool {
    let mut environment = (*case(name).environments()[0]).clone();
    change(&mut environment);
    let mut placement = place(&environment);
    placement.pools.swap_remove(0)
}

/// What would help an environment speaks of others of its account and region: with one of them otherwise it is found out
/// again, though the environment is the same.
#[test]
fn what_would_help_follows_a_change_in_another_environment() {
    let assignments = [
        "environments.dev.compute.eni_trunking=false",
        "environments.bench.compute.eni_trunking=false",
    ];
    let before = spec("standard", &assignments);
    let after = spec("standard", &assignments[..1]);
    let (found, fresh) = (check(&before), check(&after));
    let changes = |checked: &CheckResult| {
        let all = checked.environments();
        let pool = &all[0].placement.pools[0];
        format!(
            "{:?}",
            pool.changes(&all[0], &environments(all), &PriceList::default())
        )
    };
    assert_ne!(changes(&found), changes(&fresh));
    let known = PreviousCheck {
        spec: &before,
        environments: found.environments(),
    };
    assert_eq!(changes(&check_from(&after, Some(known))), changes(&fresh));
}

fn found(pool: &Pool, situation: Situation) -> &Finding {
    let mut all = pool.findings.iter();
    all.find(|finding| finding.situation == situation).unwrap()
}

/// ECS's own limit of a deployment, which the hand-made services leave as it is: twice the tasks.
fn doubled(environment: &mut composer_core::Environment) {
    for service in &mut environment.services {
        service.maximum_percent = 200;
    }
}

const fn amounts(cpu: i64, memory: i64, interfaces: i64) -> Amounts {
    Amounts {
        cpu,
        memory,
        interfaces,
    }
}

#[track_caller]
fn expect_steady(
    pool: &Pool,
    verdict: Verdict,
    asked: Amounts,
    left: (i64, i64),
    scarcest: Resource,
) {
    let steady = pool.steady();
    assert_eq!((steady.verdict, steady.asked), (verdict, asked));
    assert_eq!((steady.left().cpu, steady.left().interfaces), left);
    assert_eq!(steady.scarcest(), scarcest);
}

#[test]
fn the_hand_made_dev_has_no_interface_left() {
    let dev = pool("hand-made-dev", doubled);
    expect_steady(
        &dev,
        Verdict::MayNotFit,
        amounts(12_288, 24_576, 12),
        (4_096, 0),
        Resource::Interfaces,
    );
    let history = found(
        &dev,
        Situation::Deployment(ServiceName::of(TemporalService::History)),
    );
    assert_eq!(
        (history.verdict, history.tasks, history.scaled_out),
        (Verdict::DoesNotFit, 15, Some(Verdict::MayNotFit))
    );
    let all = found(&dev, Situation::AllDeployed);
    assert_eq!(
        all.reason,
        Some(Reason::Sum {
            resource: Resource::Interfaces,
            asked: 21,
            had: 12
        })
    );
    // Six instances, its most, don't take all at once either.
    assert_eq!(all.scaled_out, Some(Verdict::DoesNotFit));
}

#[test]
fn its_example_file_has_no_interface_left_either() {
    let dev = pool("hand-made-dev-example", doubled);
    expect_steady(
        &dev,
        Verdict::AlwaysFits,
        amounts(8_192, 24_576, 12),
        (8_192, 0),
        Resource::Interfaces,
    );
    for service in TemporalService::ALL {
        let deployed = found(&dev, Situation::Deployment(ServiceName::of(service)));
        assert_eq!(deployed.verdict, Verdict::DoesNotFit, "{service}");
    }
    // With trunking the roll of history would be no matter of luck.
    let trunked = pool("hand-made-dev-example", |environment| {
        doubled(environment);
        environment.compute.eni_trunking = true;
    });
    let history = found(
        &trunked,
        Situation::Deployment(ServiceName::of(TemporalService::History)),
    );
    assert_eq!(
        (history.verdict, history.had.interfaces),
        (Verdict::AlwaysFits, 80)
    );
}

#[test]
fn the_suggested_dev_could_never_have_started() {
    let dev = pool("hand-made-dev-design", |_| {});
    expect_steady(
        &dev,
        Verdict::DoesNotFit,
        amounts(8_704, 17_408, 9),
        (-4_608, -5),
        Resource::Interfaces,
    );
    assert_eq!(dev.unplaced.len(), 5);
    let problems = case("hand-made-dev-design").problems;
    let cannot = problems
        .0
        .iter()
        .find(|one| one.code == ProblemCode::DoesNotFit);
    let cannot = cannot.unwrap();
    assert_eq!(
        (cannot.at.to_string().as_str(), cannot.message.as_str()),
        (
            "environments.dev.compute.instance_count",
            "the tasks request 9 network interfaces, but 2 × `m7g.large` have 4"
        )
    );
}

#[test]
fn the_hand_made_bench_has_no_room_to_roll() {
    let bench = pool("hand-made-bench", doubled);
    expect_steady(
        &bench,
        Verdict::AlwaysFits,
        amounts(102_912, 205_824, 47),
        (60_928, 23),
        Resource::Interfaces,
    );
    let history = found(
        &bench,
        Situation::Deployment(ServiceName::of(TemporalService::History)),
    );
    assert_eq!(
        (history.verdict, history.asked.cpu, history.had.cpu),
        (Verdict::DoesNotFit, 168_448, 163_840)
    );
    let all = found(&bench, Situation::AllDeployed);
    assert_eq!((all.verdict, all.tasks), (Verdict::DoesNotFit, 92));
    assert_eq!(all.scaled_out, Some(Verdict::DoesNotFit));
}

#[test]
fn the_hand_made_prod_has_more_room_than_it_ever_needs() {
    let prod = pool("hand-made-prod", doubled);
    expect_steady(
        &prod,
        Verdict::AlwaysFits,
        amounts(21_504, 73_728, 18),
        (142_336, 52),
        Resource::Interfaces,
    );
    for finding in &prod.findings {
        assert_eq!(
            finding.verdict,
            Verdict::AlwaysFits,
            "{}",
            finding.situation
        );
    }
}

/// Its tasks are cut so that containers fill them: nothing is left for the Service Connect proxy.
#[test]
fn hand_made_tasks_leave_no_room_for_the_proxy() {
    for (name, environment) in [("dev", "dev"), ("bench", "bench"), ("prod", "prod")] {
        let problems = case(&format!("hand-made-{name}")).problems;
        let too_small: Vec<String> = problems
            .0
            .iter()
            .filter(|problem| problem.code == ProblemCode::TaskTooSmall)
            .map(|problem| problem.at.to_string())
            .collect();
        let keys = ["grafana.cpu", "ui.cpu", "ui.memory"];
        let expected = keys.map(|key| format!("environments.{environment}.{key}"));
        assert_eq!(too_small, expected);
    }
}

#[track_caller]
fn expect_room(what: &str, spec: &Spec) {
    let checked = check(spec);
    let all = checked.environments();
    assert!(!all.is_empty(), "{what}");
    for environment in all {
        let main = environment.placement.pool(Purpose::Main).unwrap();
        let needed = |finding: &&Finding| finding.is_needed;
        for finding in environment
            .placement
            .pools
            .iter()
            .flat_map(|pool| &pool.findings)
            .filter(needed)
        {
            assert_eq!(
                finding.verdict,
                Verdict::AlwaysFits,
                "{what}: {} when {}",
                environment.name,
                finding.situation
            );
        }
        // What a profile needs is really among what was looked at.
        let deployed = main
            .findings
            .iter()
            .filter(needed)
            .filter(|finding| matches!(finding.situation, Situation::Deployment(_)));
        let (deployments, loses_a_zone) = match environment.profile {
            Profile::Dev => (0, false),
            Profile::Bench => (5, false),
            Profile::Prod => (5, true),
        };
        assert_eq!(deployed.count(), deployments, "{what}");
        assert_eq!(found(main, Situation::ZoneLost).is_needed, loses_a_zone);
        assert_eq!(
            main.changes(environment, &environments(all), &PriceList::default()),
            [],
            "{what}"
        );
        assert_eq!(main.unplaced, Vec::new(), "{what}");
    }
}

#[test]
fn every_preset_and_profile_has_room_to_deploy_and_prod_to_lose_a_zone() {
    for preset in PRESETS {
        expect_room(preset.name, &preset.spec());
    }
    for profile in Profile::ALL {
        let own = format!("environments.staging.profile={}", profile.name());
        let mut alone = spec("dev-lean", &[&own]);
        alone.remove_environment("dev");
        expect_room(profile.name(), &alone);
    }
}

#[test]
fn the_smallest_change_is_one_after_which_it_fits() {
    for (assignments, expected) in [
        (
            &["environments.dev.loki.enabled=true"][..],
            &[
                "`environments.dev.compute.instance_count=3`",
                "`environments.dev.compute.instance_type=c7g.xlarge`",
            ][..],
        ),
        (
            &["environments.dev.history.memory=7500"],
            &[
                "`environments.dev.compute.instance_type=r7g.large`",
                "`environments.dev.compute.instance_count=6`",
            ],
        ),
        (
            &[
                "environments.dev.compute.max_count=2",
                "environments.dev.compute.eni_trunking=false",
                "environments.dev.compute.instance_type=m8g.xlarge",
                "environments.dev.history.count=3",
            ],
            &[
                "`environments.dev.compute.eni_trunking=true`",
                "`environments.dev.compute.instance_count=3` and `environments.dev.compute.max_count=3`",
                "`environments.dev.compute.instance_type=c7g.4xlarge`",
            ],
        ),
    ] {
        let found = check(&spec("dev-lean", assignments));
        let all = found.environments();
        let changes =
            all[0].placement.pools[0].changes(&all[0], &environments(all), &PriceList::default());
        let texts: Vec<String> = changes.iter().map(ToString::to_string).collect();
        assert_eq!(texts, expected, "{assignments:?}");
        for change in &changes {
            let set: Vec<String> = change.set.iter().map(ToString::to_string).collect();
            let mut after: Vec<&str> = assignments.to_vec();
            after.extend(set.iter().map(String::as_str));
            let checked = check(&spec("dev-lean", &after));
            assert!(checked.blueprint.is_some(), "{:#?}", checked.problems);
            let codes: Vec<&str> = checked
                .problems
                .0
                .iter()
                .map(|one| one.code.name())
                .collect();
            assert!(codes.iter().all(|code| *code == "open"), "{codes:?}");
        }
    }
}
