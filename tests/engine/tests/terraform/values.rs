//! What `terraform.tfvars` and its like may say.

use std::fs;

use engine_tests::{Root, Tree, spec};

/// The end of a plan with `text` in a file of values beside those that were composed.
fn plan_with(root: &Root, file: &str, text: &str) -> (i32, String) {
    let path = root.path().join(file);
    let before = fs::read_to_string(&path).ok();
    fs::write(&path, before.clone().unwrap_or_default() + text).unwrap();
    let said = root.with_variables(&["plan", "-no-color", "-input=false"], &[]);
    match before {
        Some(before) => fs::write(&path, before).unwrap(),
        None => fs::remove_file(&path).unwrap(),
    }
    let words: Vec<&str> = said
        .text
        .split_whitespace()
        .filter(|word| *word != "│")
        .collect();
    (said.code, words.join(" "))
}

#[test]
fn a_value_that_nothing_takes_stops_the_plan() {
    let tree = Tree::of(&spec(
        "dev-lean",
        &["environments.dev.reservoir.enabled=true"],
    ));
    let root = tree.environment("dev");
    root.initialise();
    for (file, text, unknown) in [
        // A switch, which is no variable.
        (
            "terraform.tfvars",
            "reservoir = { enabled = false, target_ready = 5 }\n",
            "reservoir.enabled (terraform.tfvars)",
        ),
        // A slip of the pen, in an object and as a variable's name.
        (
            "terraform.tfvars",
            "history = { cont = 2 }\n",
            "history.cont (terraform.tfvars)",
        ),
        (
            "terraform.tfvars",
            "histroy = { count = 2 }\n",
            "histroy (terraform.tfvars)",
        ),
        // A part that isn't there.
        (
            "terraform.tfvars",
            "loki = {}\nloki_enabled = true\n",
            "loki (terraform.tfvars), loki_enabled (terraform.tfvars)",
        ),
        // The other files that Terraform reads by itself.
        (
            "more.auto.tfvars",
            "matching = { \"counts\" : 2 }\n",
            "matching.counts (more.auto.tfvars)",
        ),
        (
            "more.auto.tfvars.json",
            "{\"worker\": {\"mem\": 2}}\n",
            "worker.mem (more.auto.tfvars.json)",
        ),
    ] {
        let (code, said) = plan_with(&root, file, text);
        let expected = format!("No variable takes {unknown}. variables.tf says what each takes.");
        assert_eq!(code, 1, "{text}: {said}");
        assert!(said.contains(&expected), "{text}: {said}");
    }
    for (file, text) in [
        (
            "terraform.tfvars",
            "reservoir = { target_ready = 5 }\nhistory = { max_conns = 40, extra_environment = { ANY = \"x\" } }\n",
        ),
        (
            "terraform.tfvars",
            "tags = { any = \"x\" }\nhistory = null\n",
        ),
        ("more.auto.tfvars", "# nothing\n"),
        (
            "more.auto.tfvars.json",
            "{\"worker\": {\"max_conns\": 3}}\n",
        ),
        // Terraform doesn't read it by itself.
        ("more.tfvars", "histroy = {}\n"),
    ] {
        let (code, said) = plan_with(&root, file, text);
        assert_eq!(code, 0, "{text}: {said}");
        let warning = said.split_once("Warning").map(|(_, warning)| warning);
        assert_eq!(warning, None, "{text}");
    }
}

#[test]
fn a_secret_of_another_environment_is_refused() {
    let own = "environments.dev.grafana.admin_secret=dev/grafana";
    let other = "-var=grafana_admin_secret=prod/grafana";
    let plan = |assignments: &[&str]| {
        let tree = Tree::of(&spec("dev-lean", assignments));
        let root = tree.environment("dev");
        root.initialise();
        root.with_variables(&["plan", "-no-color", "-input=false"], &[other])
    };
    let said = plan(&[own]);
    assert_eq!(said.code, 1, "{}", said.text);
    assert!(
        said.text
            .contains("grafana_admin_secret must contain `dev` as a word"),
        "{}",
        said.text
    );
    let said = plan(&[own, "environments.dev.grafana.shared_admin_secret=true"]);
    assert_eq!(said.code, 0, "{}", said.text);
}
