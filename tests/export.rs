//! What `export` writes, and what it refuses to.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;

use composer_core::manifest::with_manifest;

use crate::harness::{run, tree, walk};

#[test]
fn a_folder_has_exactly_the_tree() {
    let said = run(&["export", "--preset", "standard", "--out", "out/tree"]).say();
    assert_eq!((said.code, said.stdout.as_slice()), (0, &b""[..]));
    let tree = with_manifest(tree("standard", &[]));
    let mut files = Vec::new();
    walk(&said.path("out/tree"), &said.path("out/tree"), &mut files);
    files.sort();
    let expected: Vec<&str> = tree.files().map(|(path, _)| path).collect();
    assert_eq!(files, expected);
    for (path, file) in tree.files() {
        let written = said.path("out/tree").join(path);
        assert_eq!(fs::read_to_string(&written).unwrap(), file.text, "{path}");
        let mode = fs::metadata(&written).unwrap().permissions().mode();
        assert_eq!(mode & 0o111 != 0, file.executable, "{path}");
    }
    assert_eq!(
        fs::read_dir(said.path("out")).unwrap().count(),
        1,
        "nothing else is left"
    );
}

#[test]
fn a_zip_has_the_tree_in_one_folder_with_its_modes() {
    let said = run(&["export", "--preset", "standard", "--out", "a.zip"]).say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let bytes = fs::read(said.path("a.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let tree = with_manifest(tree("standard", &[]));
    assert_eq!(zip.len(), tree.len());
    for (path, file) in tree.files() {
        let mut entry = zip.by_name(&format!("temporal-terraform/{path}")).unwrap();
        let mode = if file.executable { 0o755 } else { 0o644 };
        assert_eq!(entry.unix_mode().unwrap() & 0o777, mode, "{path}");
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        assert_eq!(text, file.text, "{path}");
    }
    let piped = run(&["export", "--preset", "standard", "--out", "-"]).say();
    assert_eq!((piped.code, piped.stderr.as_str()), (0, ""));
    assert!(piped.stdout == bytes, "the zip on standard output differs");
}

#[test]
fn what_is_there_is_left_alone() {
    let said = run(&["export", "--preset", "standard", "--out", "out"])
        .file("out/mine.tf", "mine")
        .expect(
            4,
            "",
            "error: out is not empty (`mine.tf` is in it): nothing was written\nhint: choose another folder or file with --out\n",
        );
    assert_eq!(said.files(), ["out/mine.tf"]);
    let said = run(&["export", "--preset", "standard", "--out", "a.zip"])
        .file("a.zip", "mine")
        .expect(
            4,
            "",
            "error: a.zip already exists: nothing was written\nhint: choose another folder or file with --out\n",
        );
    assert_eq!(fs::read_to_string(said.path("a.zip")).unwrap(), "mine");
    run(&["export", "--preset", "standard", "--out", "f"])
        .file("f", "mine")
        .expect(
            4,
            "",
            "error: f is a file: nothing was written\nhint: choose another folder or file with --out\n",
        );
    let said = run(&["init"]).file("composition.toml", "mine").say();
    assert_eq!(
        (said.code, said.files()),
        (4, vec!["composition.toml".to_owned()])
    );
}

#[test]
fn an_empty_folder_is_filled() {
    let said = run(&["export", "--preset", "dev-lean", "--out", "out"])
        .folder("out")
        .say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.path("out/README.md").exists());
}

#[test]
fn the_current_folder_and_one_behind_a_link_are_filled_too() {
    let said = run(&["export", "--preset", "dev-lean", "--out", "."]).say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let expected: Vec<String> = with_manifest(tree("dev-lean", &[]))
        .files()
        .map(|(path, _)| path.to_owned())
        .collect();
    assert_eq!(said.files(), expected);
    let said = run(&["export", "--preset", "dev-lean", "--out", "link"])
        .folder("far/away")
        .link("link", "far/away")
        .say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.path("far/away/README.md").exists());
}

#[test]
fn a_link_that_leads_nowhere_is_left_alone() {
    for (name, why) in [
        ("out", "is a broken symbolic link"),
        ("out.zip", "already exists"),
    ] {
        run(&["export", "--preset", "dev-lean", "--out", name])
            .link(name, "nowhere")
            .expect(
                4,
                "",
                &format!(
                    "error: {name} {why}: nothing was written\nhint: choose another folder or file with --out\n"
                ),
            );
    }
}

#[test]
fn a_zip_may_stand_in_a_folder_to_be_made() {
    let said = run(&["export", "--preset", "dev-lean", "--out", "a/b/c.zip"]).say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.files(), ["a/b/c.zip"]);
}

#[test]
fn a_folder_that_can_not_be_made_leaves_nothing_behind() {
    let said = run(&["export", "--preset", "dev-lean", "--out", "file/out"])
        .file("file", "mine")
        .say();
    assert_eq!(said.code, 1);
    assert!(
        said.stderr.starts_with("error: can't create file: "),
        "{}",
        said.stderr
    );
    assert_eq!(said.files(), ["file"]);
}

#[test]
fn errors_write_nothing_and_warnings_are_said() {
    let said = run(&[
        "export",
        "--preset",
        "standard",
        "--set",
        "project=X",
        "--out",
        "out",
    ])
    .say();
    assert_eq!((said.code, said.files().len()), (3, 0));
    let said = run(&[
        "export",
        "--preset",
        "dev-lean",
        "--set",
        "images.ui=temporalio/ui:latest",
        "--out",
        "out",
    ])
    .say();
    assert_eq!(said.code, 0);
    assert!(
        said.stderr.starts_with(
            "warning[unpinned-image]: `temporalio/ui:latest` has no version, so two tasks of one service may run different programs\n  \
             --> --set images.ui=temporalio/ui:latest\nhint: add a version as the tag, or a digest\n\
             fix: --unset images.ui  (costs the same)\n\nwrote "
        ),
        "{}",
        said.stderr
    );
}

#[test]
fn the_next_commands_fit_the_composition() {
    let said = run(&[
        "export",
        "--preset",
        "dev-lean",
        "--set",
        "environments.dev.backend.bucket=states",
        "--out",
        "out",
    ])
    .say();
    let next = said.stderr.split_once("next:\n").unwrap().1;
    assert_eq!(
        next,
        "  cd out\n\n\
         Once for each account and region, with administrator rights:\n  \
         (cd terraform/bootstrap &&\n   terraform init &&\n   terraform apply)\n\n\
         Images, which take some minutes to build:\n  \
         (scripts/images.sh build &&\n   scripts/images.sh mirror)\n\n\
         Environment dev:\n  \
         (cd terraform/envs/dev &&\n   terraform init &&\n   ../../../scripts/preflight.sh dev &&\n   \
         terraform plan -out=first.tfplan &&\n   \
         terraform apply first.tfplan)\n\n\
         open values: 2 in dev. terraform/envs/<environment>/README.md lists them first\n"
    );
}

#[test]
fn the_next_commands_are_those_of_the_readmes_in_two_accounts_and_regions_too() {
    let assignments = [
        "environments.dev.account_id='111111111111'",
        "environments.prod.account_id='222222222222'",
        "environments.prod.region=us-east-1",
    ];
    let sets = assignments
        .iter()
        .flat_map(|assignment| ["--set", assignment]);
    let arguments: Vec<&str> = ["export", "--preset", "standard", "--out", "a.zip"]
        .into_iter()
        .chain(sets)
        .collect();
    let said = run(&arguments).say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    // As one command each: no part of it is run once another has failed.
    let shown = said
        .stderr
        .replace(" &&\n   ", "\n")
        .replace("\n  (cd ", "\ncd ");
    let tree = tree("standard", &assignments);
    let mut blocks = Vec::new();
    for page in [
        "README.md",
        "terraform/envs/dev/README.md",
        "terraform/envs/bench/README.md",
        "terraform/envs/prod/README.md",
    ] {
        let text = &tree.file(page).unwrap().text;
        let shells = text.split("```sh\n").skip(1);
        blocks.extend(
            shells
                .map(|block| block.split("```").next().unwrap().trim_end().to_owned())
                .filter(|block| {
                    block.contains("terraform apply") && block.starts_with("cd terraform/")
                }),
        );
    }
    blocks.sort();
    blocks.dedup();
    assert_eq!(blocks.len(), 4, "{blocks:#?}");
    for block in blocks {
        assert!(
            shown.contains(&format!("\n{block})\n")),
            "{block}\nis not in\n{shown}"
        );
    }
    assert!(shown.contains("-var-file=222222222222-us-east-1.tfvars"));
    assert!(!shown.contains('…'), "{shown}");
}

#[test]
fn the_next_commands_are_such_as_a_shell_takes() {
    let said = run(&["export", "--preset", "standard", "--out", "out"]).say();
    let commands: String = said
        .stderr
        .lines()
        .filter(|line| line.starts_with("  "))
        .map(|line| format!("{line}\n"))
        .collect();
    let script = format!("set -e\nterraform() {{ echo \"${{PWD##*/}}: $*\"; }}\n{commands}");
    for script in ["images", "preflight"] {
        let text = format!("#!/bin/sh\necho \"{script}: $*\"\n");
        fs::write(said.path(&format!("out/scripts/{script}.sh")), text).unwrap();
    }
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(said.folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "bootstrap: init\nbootstrap: apply\nimages: build\nimages: mirror\n\
         dev: init -backend-config=bucket=dev: -chdir=../../bootstrap output -raw default_state_bucket\n\
         preflight: dev\ndev: plan -out=first.tfplan\ndev: apply first.tfplan\n\
         bench: init -backend-config=bucket=bench: -chdir=../../bootstrap output -raw default_state_bucket\n\
         preflight: bench\nbench: plan -out=first.tfplan\nbench: apply first.tfplan\n\
         prod: init -backend-config=bucket=prod: -chdir=../../bootstrap output -raw default_state_bucket\n\
         preflight: prod\nprod: plan -out=first.tfplan\nprod: apply first.tfplan\n"
    );
}

#[test]
fn the_next_commands_can_be_copied_whatever_the_folder_is_called() {
    for (out, next) in [
        ("my folder/it's", "  cd 'my folder/it'\\''s'\n"),
        (
            "$(id).zip",
            "  unzip '$(id).zip'\n  cd temporal-terraform\n",
        ),
    ] {
        let said = run(&["export", "--preset", "dev-lean", "--out", out]).say();
        assert_eq!(said.code, 0, "{}", said.stderr);
        let commands = said.stderr.split_once("next:\n").unwrap().1;
        assert!(commands.starts_with(next), "{commands}");
    }
}

#[test]
fn the_composition_in_the_tree_composes_the_same_tree() {
    let arguments = [
        "export",
        "--preset",
        "standard",
        "--set",
        "environments.dev.loki.enabled=true",
        "--set",
        "environments.dev.compute.instance_count=3",
        "--set",
        "tags.\"a b\"=c",
    ];
    let first = run(&[&arguments[..], &["--out", "out"]].concat()).say();
    assert_eq!(first.code, 0, "{}", first.stderr);
    let spec = fs::read(first.path("out/composition.toml")).unwrap();
    let zip = run(&[&arguments[..], &["--out", "-"]].concat()).say();
    let again = run(&["export", "--spec", "-", "--out", "-"])
        .stdin(spec)
        .say();
    assert!(again.stdout == zip.stdout, "{}", again.stderr);
}
