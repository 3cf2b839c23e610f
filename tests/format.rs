//! The composed text as text: formatted, parsed, free of what a user could smuggle in.

use crate::harness::varied_trees;

#[test]
fn every_hcl_file_parses_and_lines_are_clean() {
    for (name, tree) in varied_trees() {
        for (path, file) in tree.files() {
            assert!(
                file.text.ends_with('\n') && !file.text.contains('\r'),
                "{name}: {path}"
            );
            let is_hcl = [".tf", ".tfvars", ".tftest.hcl"]
                .iter()
                .any(|ending| path.ends_with(ending));
            if is_hcl && let Err(error) = hcl::parse(&file.text) {
                panic!("{name}: {path}: {error}");
            }
            for line in file.text.lines() {
                assert_eq!(line, line.trim_end(), "{name}: {path}");
            }
        }
    }
}

#[test]
fn a_users_text_stays_inside_its_string() {
    let (_, tree) = varied_trees()
        .into_iter()
        .find(|(name, _)| name == "everything")
        .unwrap();
    let file = tree.file("terraform/envs/dev/terraform.tfvars").unwrap();
    let body = hcl::parse(&file.text).unwrap();
    let history = body
        .attributes()
        .find(|attribute| attribute.key() == "history")
        .unwrap();
    let text = hcl::to_string(&history.expr).unwrap();
    assert_eq!(
        file.text
            .lines()
            .find(|line| line.contains("A = "))
            .unwrap()
            .trim(),
        r#"A = "$${x} %%{y} \"z\" \\""#,
        "{text}"
    );
}

#[test]
fn the_composition_reads_back() {
    for (name, tree) in varied_trees() {
        let text = &tree.file("composition.toml").unwrap().text;
        let found = composer_core::read::read(text);
        assert_eq!(found.problems.0, [], "{name}");
        assert_eq!(found.spec.to_toml(), *text, "{name}");
    }
}
