//! 15: from one flat root to the modules.

use composer_core::migrate::{migrate, state};
use composer_core::read;

use super::seen::{Environment, Seen};
use super::{Outcome, Row, ensure, row, tree};

/// Where it stands how.
const PAGE: &str = "docs/migration.md";

pub(super) const ROWS: &[Row] = &[
    row(
        "15.1",
        &[tree(
            "docs/migration.md has the steps from a flat root to terraform/modules, in order and as commands, in the folder \
             of one of the environments",
            has_steps,
        )],
    ),
    row(
        "15.2",
        &[tree(
            "its steps run what `migrate` writes for each environment: a script that moves with `terraform state mv` from \
             one file to another, aws_vpc.main to module.vpc.aws_vpc.this",
            moves_state,
        )],
    ),
    row(
        "15.3",
        &[tree(
            "it has a checklist of at least five points to tick off, with a plan that destroys nothing among them",
            has_checklist,
        )],
    ),
    row(
        "15.4",
        &[tree(
            "it says what stays compatible while both are there: names and outputs of the flat root, and its scripts",
            stays_compatible,
        )],
    ),
    row(
        "15.5",
        &[tree(
            "it says how to go back, as commands, before and after something was applied",
            can_be_taken_back,
        )],
    ),
];

/// The section whose heading has one of these words, with those inside it.
fn section<'a>(page: &'a str, words: &[&str]) -> Result<&'a str, String> {
    let mut begin = 0;
    let mut found: Option<(usize, usize)> = None;
    let mut in_code = false;
    for line in page.split_inclusive('\n') {
        let at = begin;
        begin += line.len();
        if line.starts_with("```") {
            in_code = !in_code;
        }
        let level = line.chars().take_while(|&c| c == '#').count();
        if in_code || level < 2 {
            continue;
        }
        match found {
            Some((start, depth)) if level <= depth => return Ok(&page[start..at]),
            Some(_) => {}
            None => {
                let heading = line.to_lowercase();
                if words.iter().any(|word| heading.contains(word)) {
                    found = Some((at, level));
                }
            }
        }
    }
    let (start, _) = found.ok_or_else(|| format!("{PAGE} has no section about {}", words[0]))?;
    Ok(&page[start..])
}

/// The lines of a text that are commands.
fn commands(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if in_code && !line.trim().is_empty() {
            found.push(line.trim());
        }
    }
    found
}

fn says(text: &str, wanted: &[&str]) -> Outcome {
    let lower = text.to_lowercase();
    for wanted in wanted {
        ensure(lower.contains(&wanted.to_lowercase()), || {
            format!("{PAGE} doesn't say {wanted} where it should")
        })?;
    }
    Ok(())
}

fn has_steps(seen: &Seen) -> Outcome {
    let page = seen.file(PAGE)?;
    let steps = section(page, &["steps", "moving", "step by step"])?;
    let numbered = steps
        .lines()
        .filter(|line| {
            let line = line.trim_start_matches(['#', ' ', '*']);
            let digits = line.chars().take_while(char::is_ascii_digit).count();
            digits > 0 && line[digits..].starts_with(". ")
        })
        .count();
    ensure(numbered >= 4, || format!("{PAGE} has {numbered} steps"))?;
    ensure(commands(steps).len() >= 4, || {
        format!(
            "the steps of {PAGE} have {} commands",
            commands(steps).len()
        )
    })?;
    let mut folders = seen.environments.iter().map(Environment::folder);
    ensure(
        folders.any(|folder| commands(steps).iter().any(|line| line.contains(&folder))),
        || format!("no command of {PAGE} names the folder of an environment"),
    )?;
    says(page, &["terraform/modules"])
}

fn moves_state(seen: &Seen) -> Outcome {
    let page = seen.file(PAGE)?;
    says(
        page,
        &[
            "terraform state mv",
            "aws_vpc.main",
            "module.vpc.aws_vpc.this",
        ],
    )?;
    let runs = |script: &str| commands(page).iter().any(|line| line.contains(script));
    ensure(
        runs("temporal-composer migrate ") && runs("/migrate.sh "),
        || format!("the commands of {PAGE} don't make and run the script"),
    )?;
    let spec = read::read(seen.file("composition.toml")?).spec;
    let flat = state::read("aws_vpc.main\naws_ecs_cluster.main\n").expect("two addresses");
    for environment in &seen.environments {
        let migration = migrate(&spec, &environment.wanted.name, &flat)
            .map_err(|error| format!("{}: {error}", environment.wanted.name))?;
        let tree = migration.tree();
        for (path, line) in [
            (
                "moves.sh",
                "move 'aws_vpc.main' 'module.vpc.aws_vpc.this'\n",
            ),
            (
                "migrate.sh",
                "state mv -state=\"$work/flat.tfstate\" -state-out=\"$work/root.tfstate\"",
            ),
        ] {
            let has = tree.file(path).is_some_and(|file| file.text.contains(line));
            ensure(has, || format!("the migration's {path} doesn't say {line}"))?;
        }
    }
    Ok(())
}

fn has_checklist(seen: &Seen) -> Outcome {
    let list = section(seen.file(PAGE)?, &["checklist", "check list"])?;
    let points = list
        .lines()
        .filter(|line| line.trim_start().starts_with("- [ ] "))
        .count();
    ensure(points >= 5, || {
        format!("the checklist of {PAGE} has {points} points")
    })?;
    says(list, &["plan", "destroy"])
}

fn stays_compatible(seen: &Seen) -> Outcome {
    let part = section(seen.file(PAGE)?, &["compatib", "meantime", "transition"])?;
    says(part, &["names", "outputs", "scripts"])
}

fn can_be_taken_back(seen: &Seen) -> Outcome {
    let part = section(seen.file(PAGE)?, &["roll", "going back"])?;
    ensure(!commands(part).is_empty(), || {
        format!("the way back in {PAGE} has no command")
    })?;
    says(part, &["before", "after", "applied"])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page that has what is asked for.
    const GOOD: &str = "\
# Migration

From one flat root to terraform/modules and terraform/envs/dev.

## Steps

1. Pull the state of the flat root.
2. Move it:

   ```sh
   terraform -chdir=flat show -json >flat.json
   temporal-composer migrate --state-list flat.json --env dev --out migration
   migration/migrate.sh --flat flat --root terraform/envs/dev
   terraform -chdir=terraform/envs/dev plan
   ```

   It runs `terraform state mv` for each, such as aws_vpc.main to module.vpc.aws_vpc.this.

3. Push.
4. Plan.

## Checklist

- [ ] one
- [ ] two
- [ ] three
- [ ] four
- [ ] the plan has nothing to destroy

## Compatibility

Names, outputs and scripts.

## Rollback

Before and after something was applied:

```sh
./rollback.sh
```
";

    fn seen(page: &str) -> Seen {
        let spec = crate::spec("dev-lean", &[]);
        let mut seen = Seen::of(&spec, [("dev".to_owned(), serde_json::Value::Null)].into());
        let files = std::sync::Arc::make_mut(&mut seen.files);
        files.insert(PAGE.to_owned(), page.to_owned());
        seen
    }

    /// The rows that don't hold of a page.
    fn failed(page: &str) -> Vec<&'static str> {
        let seen = seen(page);
        ROWS.iter()
            .filter(|row| {
                let mut all = row.cases.iter().flat_map(|case| case.outcomes(&seen));
                all.any(|(_, outcome)| outcome.is_err())
            })
            .map(|row| row.id)
            .collect()
    }

    #[test]
    fn each_part_of_the_page_is_looked_for() {
        assert_eq!(failed(GOOD), Vec::<&str>::new());
        for (part, instead, row) in [
            ("3. Push.\n4. Plan.\n", "", "15.1"),
            ("terraform/modules", "modules", "15.1"),
            ("temporal-composer migrate", "composer", "15.2"),
            ("migration/migrate.sh", "cp", "15.2"),
            ("aws_vpc.main", "aws_vpc.old", "15.2"),
            ("- [ ] three\n", "", "15.3"),
            ("## Checklist", "## Points", "15.3"),
            ("Names, outputs and scripts", "Names", "15.4"),
            ("./rollback.sh\n", "", "15.5"),
            ("## Rollback", "## Else", "15.5"),
        ] {
            assert_eq!(failed(&GOOD.replace(part, instead)), [row], "{part}");
        }
        assert_eq!(failed(""), ["15.1", "15.2", "15.3", "15.4", "15.5"]);
    }
}
