//! What is left when a run is interrupted, killed, or races another: all of it or nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::harness::{run, walk};

/// A command that writes, in a folder that is made ready for it.
struct Writing {
    arguments: &'static [&'static str],
    /// Folders that are there before.
    folders: &'static [&'static str],
    /// Where the staging folder comes to be.
    around: &'static str,
}

/// Every way of writing.
const WRITINGS: &[Writing] = &[
    Writing {
        arguments: &["export", "--preset", "standard", "--out", "out"],
        folders: &[],
        around: "",
    },
    Writing {
        arguments: &["export", "--preset", "standard", "--out", "out"],
        folders: &["out"],
        around: "out",
    },
    Writing {
        arguments: &["export", "--preset", "standard", "--out", "a/b/out"],
        folders: &[],
        around: "a/b",
    },
    Writing {
        arguments: &["export", "--preset", "standard", "--out", "out.zip"],
        folders: &[],
        around: "",
    },
    Writing {
        arguments: &["init"],
        folders: &[],
        around: "",
    },
    Writing {
        arguments: &[
            "target",
            "100",
            "--preset",
            "dev-lean",
            "--out",
            "a/sized.toml",
        ],
        folders: &[],
        around: "a",
    },
    Writing {
        arguments: &[
            "migrate",
            "--state-list",
            FLAT,
            "--preset",
            "dev-lean",
            "--env",
            "dev",
            "--out",
            "out",
        ],
        folders: &[],
        around: "",
    },
];

const FLAT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/migrate/flat.list");

impl Writing {
    fn folder(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        for name in self.folders {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        folder
    }

    fn start(&self, folder: &Path) -> Child {
        start(self.arguments, folder)
    }

    /// What the command makes when it is left alone.
    fn whole(&self) -> BTreeMap<String, Vec<u8>> {
        let folder = self.folder();
        assert!(self.start(folder.path()).wait().unwrap().success());
        content(folder.path())
    }
}

fn start(arguments: &[&str], folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The exit status and standard error.
fn end(child: Child) -> (ExitStatus, String) {
    let output = child.wait_with_output().unwrap();
    (output.status, String::from_utf8(output.stderr).unwrap())
}

/// Everything below a folder: files with their bytes, folders by their name with a `/`.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = Vec::new();
    walk(folder, folder, &mut files);
    let mut all: BTreeMap<String, Vec<u8>> = files
        .into_iter()
        .map(|name| {
            let bytes = fs::read(folder.join(&name)).unwrap();
            (name, bytes)
        })
        .collect();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                all.insert(format!("{name}/"), Vec::new());
                folders.push(path);
            }
        }
    }
    all
}

fn is_staging(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    name.starts_with(".temporal-composer-")
}

fn staging(around: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(around).ok()?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| is_staging(path))
}

/// Waits until the child has begun to write. It may be through with it before that is seen.
fn until_it_writes(child: &mut Child, around: &Path) -> Option<PathBuf> {
    loop {
        if let Some(staging) = staging(around) {
            return Some(staging);
        }
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        thread::sleep(Duration::from_micros(50));
    }
}

fn signal(child: &Child, signal: Signal) {
    // It may have ended: until it is waited for, its number is not given to another.
    let _ = kill_process(Pid::from_child(child), signal);
}

/// The moments at which a signal is sent, after the beginning of the writing.
fn moments() -> impl Iterator<Item = Duration> {
    (0..8).map(|step| Duration::from_micros(step * step * 400))
}

#[test]
fn an_interrupted_run_leaves_nothing_or_all() {
    let mut interrupted = 0;
    for writing in WRITINGS {
        let whole = writing.whole();
        for (index, moment) in moments().enumerate() {
            let folder = writing.folder();
            let before = content(folder.path());
            let mut child = writing.start(folder.path());
            until_it_writes(&mut child, &folder.path().join(writing.around));
            thread::sleep(moment);
            let sent = [Signal::INT, Signal::TERM][index % 2];
            signal(&child, sent);
            let (status, said) = end(child);
            let after = content(folder.path());
            let what = writing.arguments.join(" ");
            match status.signal() {
                Some(number) => {
                    assert_eq!(number, sent.as_raw(), "{what}");
                    if after == whole {
                        // It had only to say so.
                        continue;
                    }
                    assert!(after == before, "{what}: {:?}", after.keys());
                    assert_eq!(said, "", "{what}");
                    interrupted += 1;
                    assert!(writing.start(folder.path()).wait().unwrap().success());
                    assert!(content(folder.path()) == whole, "{what}");
                }
                None => {
                    assert_eq!(status.code(), Some(0), "{what}: {said}");
                    assert!(after == whole, "{what}: {:?}", after.keys());
                }
            }
        }
    }
    assert!(interrupted >= 10, "only {interrupted} signals came in time");
}

#[test]
fn what_a_killed_run_leaves_is_no_obstacle() {
    let mut killed = 0;
    for writing in WRITINGS {
        let whole = writing.whole();
        for moment in moments() {
            let folder = writing.folder();
            let around = folder.path().join(writing.around);
            let mut child = writing.start(folder.path());
            until_it_writes(&mut child, &around);
            thread::sleep(moment);
            child.kill().unwrap();
            child.wait().unwrap();
            let has_left = staging(&around).is_some();
            let what = writing.arguments.join(" ");
            let has_begun = content(folder.path()).keys().any(|name| {
                !name.contains(".temporal-composer-")
                    && whole.contains_key(name)
                    && !name.ends_with('/')
            });
            if has_begun {
                // It was through, or between two renames into a folder that was there before.
                continue;
            }
            killed += usize::from(has_left);
            let (status, said) = end(writing.start(folder.path()));
            assert_eq!(status.code(), Some(0), "{what}: {said}");
            let after = content(folder.path());
            assert!(after == whole, "{what}: {:?}", after.keys());
        }
    }
    assert!(killed >= 10, "only {killed} runs were killed in time");
}

#[test]
fn a_run_killed_between_two_renames_is_told_of() {
    let said = run(&["export", "--preset", "dev-lean", "--out", "out"])
        .file("out/.gitattributes", "")
        .file("out/.temporal-composer-a1B2c3/content/README.md", "")
        .expect(
            4,
            "",
            "error: out is not empty: nothing was written\nhint: choose another folder or file with --out. \
             This folder may contain an incomplete export, because out/.temporal-composer-a1B2c3 is from a run that did \
             not finish\n",
        );
    assert_eq!(
        said.files(),
        [
            "out/.gitattributes",
            "out/.temporal-composer-a1B2c3/content/README.md"
        ]
    );
}

#[test]
fn what_only_looks_like_a_leftover_stays() {
    for name in [
        ".temporal-composer-a1B2c3/mine",
        ".temporal-composer-a1B2c3",
        ".temporal-composer-notes/content",
        ".temporal-composer-a1B2c34/content",
        ".temporal-composer-a1.2c3/content",
    ] {
        let said = run(&["export", "--preset", "dev-lean", "--out", "tree"])
            .file(name, "mine")
            .say();
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(fs::read_to_string(said.path(name)).unwrap(), "mine");
        let top = name.split('/').next().unwrap();
        run(&["export", "--preset", "dev-lean", "--out", "out"])
            .file(&format!("out/{name}"), "mine")
            .expect(
                4,
                "",
                &format!(
                    "error: out is not empty (`{top}` is in it): nothing was written\nhint: choose another folder or file with --out\n"
                ),
            );
    }
}

/// A run that is stopped while it writes.
fn stopped(writing: &Writing, folder: &Path) -> (Child, PathBuf) {
    let start = Instant::now();
    loop {
        let mut child = writing.start(folder);
        if let Some(staging) = until_it_writes(&mut child, &folder.join(writing.around)) {
            signal(&child, Signal::STOP);
            thread::sleep(Duration::from_millis(20));
            if staging.exists() {
                return (child, staging);
            }
            signal(&child, Signal::CONT);
        }
        // It was too fast.
        child.wait().unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            fs::remove_dir_all(entry.unwrap().path()).unwrap();
        }
        for name in writing.folders {
            fs::create_dir(folder.join(name)).unwrap();
        }
        assert!(start.elapsed() < Duration::from_secs(60));
    }
}

#[test]
fn what_another_run_is_writing_is_left_alone() {
    let beside = &WRITINGS[0];
    let folder = beside.folder();
    let (child, staging) = stopped(beside, folder.path());
    for arguments in [
        &["export", "--preset", "dev-lean", "--out", "other"][..],
        &["init"][..],
    ] {
        let (status, said) = end(start(arguments, folder.path()));
        assert_eq!(status.code(), Some(0), "{said}");
        assert!(staging.exists());
    }
    // It would be a tree in the midst of another's work.
    let (status, said) = end(start(
        &["export", "--preset", "dev-lean", "--out", "."],
        folder.path(),
    ));
    assert_eq!(status.code(), Some(4), "{said}");
    signal(&child, Signal::CONT);
    let (status, said) = end(child);
    assert_eq!(status.code(), Some(0), "{said}");
    fs::remove_dir_all(folder.path().join("other")).unwrap();
    for file in ["composition.toml", "composition.schema.json"] {
        fs::remove_file(folder.path().join(file)).unwrap();
    }
    assert!(content(folder.path()) == beside.whole());

    let inside = &WRITINGS[1];
    let folder = inside.folder();
    let (child, _) = stopped(inside, folder.path());
    let (status, said) = end(inside.start(folder.path()));
    assert_eq!(
        (status.code(), said.as_str()),
        (
            Some(4),
            "error: another run is writing to out: nothing was written\nhint: choose another folder or file with --out\n"
        )
    );
    signal(&child, Signal::CONT);
    assert_eq!(end(child).0.code(), Some(0));
    assert!(content(folder.path()) == inside.whole());
}

#[test]
fn of_two_runs_one_writes_and_the_other_is_refused() {
    for writing in WRITINGS {
        let whole = writing.whole();
        for _ in 0..5 {
            let folder = writing.folder();
            let both = [writing.start(folder.path()), writing.start(folder.path())];
            let mut said = both.map(|child| {
                let (status, said) = end(child);
                (status.code(), said)
            });
            said.sort();
            let what = writing.arguments.join(" ");
            assert_eq!(
                (said[0].0, said[1].0),
                (Some(0), Some(4)),
                "{what}: {said:?}"
            );
            assert!(said[1].1.contains("nothing was written"), "{}", said[1].1);
            assert!(content(folder.path()) == whole, "{what}");
        }
    }
}

#[test]
fn a_second_signal_ends_a_run_that_does_not_end() {
    let writing = &WRITINGS[0];
    let folder = writing.folder();
    let (child, staging) = stopped(writing, folder.path());
    signal(&child, Signal::INT);
    signal(&child, Signal::TERM);
    signal(&child, Signal::CONT);
    assert!(end(child).0.signal().is_some());
    assert!(staging.exists(), "it took its time to tidy up");
    assert_eq!(end(writing.start(folder.path())).0.code(), Some(0));
    assert!(content(folder.path()) == writing.whole());
}

#[test]
fn a_pipe_that_is_cut_is_no_success() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_temporal-composer"))
        .args(["export", "--preset", "standard", "--out", "-"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 1000];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut start).unwrap();
    drop(stdout);
    let (status, said) = end(child);
    assert_eq!((status.code(), said.as_str()), (Some(141), ""));
}
