//! What `terraform.tfvars` and its like may say.

use engine_tests::{Tree, spec};

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
            .contains("grafana_admin_secret must have `dev` as a word"),
        "{}",
        said.text
    );
    let said = plan(&[own, "environments.dev.grafana.shared_admin_secret=true"]);
    assert_eq!(said.code, 0, "{}", said.text);
}
