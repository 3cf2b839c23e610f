//! Proves compositions that hold every pair of option values, or a fixed part of them, and on all that was applied
//! the table of requirements.
#![allow(clippy::print_stdout, reason = "it reports as tests do")]

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use composer_core::catalog::regions;
use composer_core::options::{self, Scope};
use composer_core::{Spec, Value, check, presets, read};
use engine_tests::array::{Array, ArrayTree, factors};
use engine_tests::prove::{self, Fault, STEPS, Times, prove, prove_life};
use engine_tests::requirements::{Tries, Verdicts, table, try_faults};
use engine_tests::shrink::shrink;
use engine_tests::spec;
use nix::sys::resource::{UsageWho, getrusage};

/// Has Terraform accept compositions that hold every pair of option values.
#[derive(Parser)]
#[command(name = "cargo xtask test")]
struct Arguments {
    /// Every tree, and every region; without it the same part each time
    #[arg(long)]
    all: bool,
    /// The composition in this file instead
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    spec: Option<PathBuf>,
    /// The presets and one more composition, and of them the table of requirements alone
    #[arg(long, conflicts_with_all = ["all", "spec"])]
    requirements: bool,
}

/// How many environments the fixed part has at least: the first trees, which hold most pairs.
const PART: usize = 20;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let failed = match &arguments.spec {
        Some(file) => of_file(file),
        None if arguments.requirements => of_requirements(),
        None => of_array(arguments.all),
    };
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Proves one composition; how many faults there are.
fn of_file(file: &PathBuf) -> usize {
    let text = fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{} can't be read: {error}", file.display()));
    let found = read::read(&text);
    let checked = check(&found.spec);
    let problems: Vec<_> = found.problems.0.iter().chain(&checked.problems.0).collect();
    if !found.problems.0.is_empty() || checked.blueprint.is_none() {
        println!("{} is no valid composition: {problems:#?}", file.display());
        return 1;
    }
    match prove(&found.spec) {
        Ok(proof) => {
            print_head();
            for (name, times) in &proof.times {
                print_times("-", name, times);
            }
            let mut verdicts = Verdicts::default();
            verdicts.look_at(&proof.seen, "the composition");
            let found = verdicts.found();
            for found in &found {
                println!("criterion {found}");
            }
            result(proof.times.len(), found.len());
            found.len()
        }
        Err(fault) => {
            print_fault(&fault);
            result(0, 1);
            1
        }
    }
}

/// Proves the array or its fixed part; how many faults there are.
fn of_array(is_whole: bool) -> usize {
    let began = Instant::now();
    let array = Array::find();
    let roots: usize = array.trees.iter().map(|tree| tree.environments.len()).sum();
    let covered: usize = array.trees.iter().map(|tree| tree.new).sum();
    println!(
        "{} trees with {roots} environments hold {covered} pairs of values, all that can stand together (found in {:.1} s)",
        array.trees.len(),
        began.elapsed().as_secs_f64()
    );
    println!("not varied:");
    for (option, reason) in &array.fixed {
        println!("    {option}: {reason}");
    }
    println!("left out: {} of {} pairs", array.impossible(), array.pairs);
    for (reason, pairs) in &array.left_out {
        println!("    {:>4} {reason}", pairs.len());
        for pair in pairs.iter().filter(|_| is_whole) {
            println!("             {pair}");
        }
    }
    let trees = part(&array, is_whole);
    let new: usize = trees.iter().map(|tree| tree.new).sum();
    let roots: usize = trees.iter().map(|tree| tree.environments.len()).sum();
    println!(
        "this run: {} trees with {roots} environments, {new} pairs, {:.1} % of them{}",
        trees.len(),
        new as f64 / covered as f64 * 100.0,
        if is_whole {
            ""
        } else {
            "; all: cargo xtask test --all"
        }
    );
    println!();
    print_head();
    let mut jobs = of_presets();
    for preset in &mut jobs {
        preset.is_destroyed = true;
    }
    // What the part of the array happens to hold changes with the options: no row may depend on it.
    jobs.push(trial());
    jobs.extend(trees.iter().enumerate().map(|(index, tree)| Job {
        label: (index + 1).to_string(),
        spec: tree.spec.clone(),
        is_destroyed: false,
    }));
    let began = Instant::now();
    let mut done = prove_all(&jobs, true);
    summarise(&done.times, began.elapsed());
    let places = of_regions(is_whole);
    if let Err(fault) = prove::validate(&places) {
        done.faults.push((places.clone(), fault));
    } else {
        println!(
            "{} regions are valid: {:.1} s in all",
            places.environments().len(),
            began.elapsed().as_secs_f64()
        );
    }
    for (index, (spec, fault)) in done.faults.iter().enumerate() {
        print_fault(fault);
        // The others are likely the same fault, and making one small can take minutes.
        if index == 0 {
            println!("making the composition small ...");
            print_repeat(&smallest(spec, fault), index);
        } else {
            print_repeat(spec, index);
        }
    }
    println!("\nrequirement by requirement:");
    let (held, not) = requirements(&done);
    print_unheld(&done);
    let failed = done.faults.len() + not;
    result(
        done.times.len() + usize::from(done.faults.is_empty()) + held,
        failed,
    );
    failed
}

/// The table of requirements on compositions that make each of its rows apply; how many failed.
fn of_requirements() -> usize {
    let mut jobs = of_presets();
    jobs.push(trial());
    let done = prove_all(&jobs, false);
    for (_, fault) in &done.faults {
        print_fault(fault);
    }
    let failed = requirements(&done).1;
    print_unheld(&done);
    failed + done.faults.len()
}

/// Prints the table; how many criteria and faults are as they should be, and how many aren't.
fn requirements(done: &Results) -> (usize, usize) {
    println!("{}", done.verdicts.report());
    let missed = done.tries.missed();
    println!(
        "{} faults put into what was seen, {} not found by their rows",
        done.tries.found() + missed.len(),
        missed.len()
    );
    for fault in &missed {
        println!("    {fault}");
    }
    let untried = done.tries.untried();
    println!("{} assertions that no fault has made fail", untried.len());
    for case in &untried {
        println!("    {case}");
    }
    let failed = done.verdicts.failed().len();
    let held = table().count() - failed;
    (
        held + done.tries.found(),
        failed + missed.len() + untried.len(),
    )
}

fn part(array: &Array, is_whole: bool) -> &[ArrayTree] {
    let mut roots = 0;
    let enough = array.trees.iter().position(|tree| {
        roots += tree.environments.len();
        roots >= PART
    });
    match enough {
        Some(last) if !is_whole => &array.trees[..=last],
        _ => &array.trees,
    }
}

/// A composition to prove.
struct Job {
    label: String,
    spec: Spec,
    /// Whether it is destroyed at the end.
    is_destroyed: bool,
}

/// What came of the compositions.
#[derive(Default)]
struct Results {
    times: Vec<Times>,
    faults: Vec<(Spec, Fault)>,
    verdicts: Verdicts,
    tries: Tries,
    /// A composition of which a criterion doesn't hold, and which.
    unheld: Option<(Spec, &'static str)>,
}

/// The presets, the largest among them, so that it isn't waited for at the end.
fn of_presets() -> Vec<Job> {
    let all = presets::PRESETS.iter().map(|preset| Job {
        label: preset.name.to_owned(),
        spec: preset.spec(),
        is_destroyed: false,
    });
    all.collect()
}

/// Everything that no preset has.
fn trial() -> Job {
    let assignments = [
        "backend.kind=local",
        "environments.dev.compute.instance_count=4",
        "environments.dev.history.count=2",
        "environments.dev.dsql.mode=create",
        "environments.dev.ui.enabled=false",
        "environments.dev.loki.enabled=true",
        "environments.dev.grafana.admin_secret=dev/grafana",
        "environments.dev.reservoir.enabled=true",
        "environments.dev.lease.enabled=true",
        "environments.dev.dsql.limiter=slots",
        "environments.dev.benchmark.enabled=true",
    ];
    Job {
        label: "a trial".to_owned(),
        spec: spec("dev-lean", &assignments),
        is_destroyed: false,
    }
}

/// As many trees at a time as there are processors.
fn prove_all(jobs: &[Job], is_told: bool) -> Results {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Results::default());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { return };
                    let outcome = if job.is_destroyed {
                        prove_life(&job.spec)
                    } else {
                        prove(&job.spec)
                    };
                    let mut verdicts = Verdicts::default();
                    if let Ok(proof) = &outcome {
                        verdicts.look_at(&proof.seen, &job.label);
                    }
                    let mut done = done.lock().expect("no worker panics with it");
                    match outcome {
                        Ok(proof) => {
                            for (name, times) in proof.times {
                                if is_told {
                                    print_times(&job.label, &name, &times);
                                }
                                done.times.push(times);
                            }
                            if let Some(id) = verdicts.broken().first() {
                                done.unheld.get_or_insert_with(|| (job.spec.clone(), id));
                            }
                            done.verdicts.absorb(verdicts);
                            try_faults(&proof.seen, &mut done.tries);
                        }
                        Err(fault) => {
                            println!("{}  {} failed", job.label, fault.step);
                            done.faults.push((job.spec.clone(), fault));
                        }
                    }
                }
            });
        }
    });
    done.into_inner().expect("no worker panics with it")
}

/// An environment in each region that offers DSQL; in the fixed part only those with fewest and with most zones.
fn of_regions(is_whole: bool) -> Spec {
    let mut spec = factors::empty();
    let zones = |region: &&regions::Region| region.zone_names().count();
    let ends = [
        regions::ALL.iter().min_by_key(zones),
        regions::ALL.iter().max_by_key(zones),
    ];
    let chosen: Vec<_> = if is_whole {
        regions::ALL.iter().collect()
    } else {
        ends.into_iter().flatten().collect()
    };
    for (slot, region) in chosen.into_iter().enumerate() {
        factors::begin(&mut spec, slot, "standard", "prod");
        let row = options::option(Scope::Environment, "region").expect("an environment has one");
        factors::state(
            &mut spec,
            row,
            &factors::environment(slot),
            Value::from(region.name),
        );
    }
    spec
}

fn print_head() {
    print!("tree      environment");
    for step in STEPS {
        print!("  {step:>9}");
    }
    println!();
}

fn print_times(tree: &str, environment: &str, times: &Times) {
    let times: String = times
        .iter()
        .map(|time| format!("  {:>7.1} s", time.as_secs_f64()))
        .collect();
    println!("{tree:>8}  {environment:<11}{times}");
}

fn summarise(all: &[Times], took: Duration) {
    for (label, part) in [("least", 0.0), ("median", 0.5), ("most", 1.0)] {
        let times: Vec<Duration> = (0..STEPS.len())
            .map(|step| {
                let mut times: Vec<Duration> = all.iter().map(|times| times[step]).collect();
                times.sort_unstable();
                let last = times.len().saturating_sub(1);
                times
                    .get((last as f64 * part) as usize)
                    .copied()
                    .unwrap_or_default()
            })
            .collect();
        let times: String = times
            .iter()
            .map(|time| format!("  {:>7.1} s", time.as_secs_f64()))
            .collect();
        println!("          {label:<11}{times}");
    }
    let largest = getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| usage.max_rss());
    println!(
        "{:.1} s of Terraform; the largest process had {} MiB",
        took.as_secs_f64(),
        largest / 1024
    );
}

fn print_fault(fault: &Fault) {
    let place = fault.environment.as_deref().unwrap_or("the tree");
    println!("\n{}: {place}\n{}", fault.step, fault.said);
}

/// A composition that fails in the same way with as little as possible.
fn smallest(spec: &Spec, fault: &Fault) -> Spec {
    shrink(spec, |spec| {
        prove(spec).is_err_and(|other| other.step == fault.step)
    })
}

/// Makes a composition of which a criterion doesn't hold small, and prints it.
fn print_unheld(done: &Results) {
    let Some((spec, id)) = &done.unheld else {
        return;
    };
    println!("making a composition small of which {id} doesn't hold ...");
    let small = shrink(spec, |spec| {
        prove(spec).is_ok_and(|proof| {
            let mut verdicts = Verdicts::default();
            verdicts.look_at(&proof.seen, "");
            verdicts.broken().contains(id)
        })
    });
    print_repeat(&small, done.faults.len());
}

/// Writes a composition that failed and says how to see it fail again.
fn print_repeat(spec: &Spec, index: usize) {
    let file = format!("target/failed-compositions/{}.toml", index + 1);
    let text = spec.to_toml();
    println!("the composition:\n\n{text}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(&file);
    let folder = path.parent().expect("it is in a folder");
    match fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)) {
        Ok(()) => println!("repeat it with: cargo xtask test --spec {file}"),
        Err(error) => println!("it can't be written to {file}: {error}"),
    }
}

/// The last line of a test program, which `cargo xtask test` adds up.
fn result(passed: usize, failed: usize) {
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out"
    );
}
