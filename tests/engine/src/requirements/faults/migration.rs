//! Faults in what `migration.rs` asserts.

use super::Fault;
use super::plant::{file, without_line};

pub(super) const FAULTS: &[Fault] = &[
    file(
        "15.1",
        "the tree has no page about migrating",
        "docs/migration.md",
        |_| None,
    ),
    file(
        "15.2",
        "the page makes a script and doesn't run it",
        "docs/migration.md",
        |text| Some(text.replace("/migrate.sh ", "/moves.sh ")),
    ),
    file(
        "15.3",
        "the checklist has nothing to tick off",
        "docs/migration.md",
        |text| Some(text.replace("- [ ] ", "- ")),
    ),
    file(
        "15.4",
        "nothing is said of the time with both",
        "docs/migration.md",
        |text| Some(text.replace("ompatib", "")),
    ),
    file(
        "15.5",
        "the way back has no heading",
        "docs/migration.md",
        |text| Some(text.replace("\n## Rollback\n", "\n\nRollback\n")),
    ),
    file(
        "15.1",
        "the tree is composed without the flat root's values",
        "docs/migration.md",
        |text| {
            Some(text.replace(
                "--spec ../migration/composition.toml",
                "--spec composition.toml",
            ))
        },
    ),
    file(
        "15.1",
        "addresses move after the plan",
        "docs/migration.md",
        |text| {
            let line = text
                .lines()
                .find(|line| line.contains("/migrate.sh --flat"))?;
            let plan = " plan -out=migration.tfplan\n";
            let text = text.replace(&format!("{line}\n"), "");
            Some(text.replace(plan, &format!("{plan}{line}\n")))
        },
    ),
    file(
        "15.1",
        "the commands name a folder of another layout",
        "docs/migration.md",
        |text| Some(text.replace("-chdir=terraform/envs/", "-chdir=envs/")),
    ),
    file(
        "15.2",
        "a script moves that no migration has",
        "docs/migration.md",
        |text| Some(text.replace("../migration/migrate.sh", "../migration/move.sh")),
    ),
    file(
        "15.2",
        "addresses are imported in place of moved",
        "docs/migration.md",
        |text| Some(text.replace("terraform state mv", "terraform import")),
    ),
    file(
        "15.3",
        "nobody looks for what the plan destroys",
        "docs/migration.md",
        |text| without_line(text, "destroys 0"),
    ),
    file(
        "15.3",
        "no second plan is asked for",
        "docs/migration.md",
        |text| without_line(text, "second plan"),
    ),
    file(
        "15.3",
        "a point calls a script that isn't there",
        "docs/migration.md",
        |text| {
            Some(text.replace(
                "- [ ] `scripts/scale-services.sh",
                "- [ ] `scripts/services.sh",
            ))
        },
    ),
    file(
        "15.3",
        "a point gives a script a command that it hasn't",
        "docs/migration.md",
        |text| Some(text.replace(" status` shows that", " show` shows that")),
    ),
    file(
        "15.3",
        "a point counts in a file that isn't there",
        "docs/migration.md",
        |text| {
            Some(text.replace(
                "as many addresses as `MIGRATION.md`",
                "as many addresses as `MIGRATION.md` and `NUMBERS.md`",
            ))
        },
    ),
    file(
        "15.4",
        "an option of the migration has another name",
        "docs/migration.md",
        |text| Some(text.replace("`migration.keep_flat_outputs`", "`migration.keep_outputs`")),
    ),
    file(
        "15.4",
        "the scripts refuse an option of the flat layout",
        "scripts/scale-services.sh",
        |text| Some(text.replace(" count= from-terraform'", " count='")),
    ),
    file(
        "15.4",
        "a call of the flat layout is answered with its own option",
        "scripts/lib/common.sh",
        |text| Some(text.replace("|| typed+=(\"$1\" \"$2\")", "&& typed+=(\"$1\" \"$2\")")),
    ),
    file(
        "15.4",
        "a call without an environment takes the first",
        "scripts/lib/common.sh",
        |text| {
            Some(text.replace(
                "    without_environment\n",
                "    environment=${environments%%,*} folder=terraform/envs/$environment words=(\"$environment\" \"${words[@]}\")\n",
            ))
        },
    ),
    file(
        "15.4",
        "the table names a call that no script takes",
        "docs/migration.md",
        |text| Some(text.replace(" restart` |", " redeploy` |")),
    ),
    file(
        "15.5",
        "the new root is destroyed before the state forgets what was moved",
        "docs/migration.md",
        |text| {
            let start = text.find("../migration/rollback.sh")?;
            let end = start + text[start..].find("\n```")?;
            let mut lines: Vec<&str> = text[start..end].lines().collect();
            lines.reverse();
            Some(format!(
                "{}{}{}",
                &text[..start],
                lines.join("\n"),
                &text[end..]
            ))
        },
    ),
    file(
        "15.5",
        "the flat root is not applied again",
        "docs/migration.md",
        |text| without_line(text, "terraform -chdir=../flat apply"),
    ),
    file(
        "15.5",
        "the way back has an option that its script hasn't",
        "docs/migration.md",
        |text| Some(text.replace("rollback.sh --root", "rollback.sh --env")),
    ),
    file(
        "15.5",
        "the way back has a script that isn't there",
        "docs/migration.md",
        |text| Some(text.replace("../migration/rollback.sh", "../migration/back.sh")),
    ),
];
