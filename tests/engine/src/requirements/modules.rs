//! 1: what a module is made of.

use std::collections::BTreeSet;

use super::observation::{Environment, Observation, text};
use super::{Outcome, Row, each, ensure, row, same, tree};

const MODULES: &str = "terraform/modules";

/// The files that every module has; what else it has is named for its subject.
const STANDARD: [&str; 4] = ["main.tf", "outputs.tf", "variables.tf", "versions.tf"];

pub(super) const ROWS: &[Row] = &[
    row(
        "1.1",
        &[tree(
            "each module has main.tf, variables.tf and outputs.tf; all its inputs stand in variables.tf, all its outputs \
             in outputs.tf, and nothing else there",
            has_standard_files,
        )],
    ),
    row(
        "1.2",
        &[tree(
            "no module has a role or its policy in main.tf, variables.tf or outputs.tf, or a security group or rule anywhere but in \
             security-groups.tf, and every further file is named in kebab-case and has a resource, data source or value",
            has_files_by_subject,
        )],
    ),
    row(
        "1.3",
        &[
            tree(
                "all modules are folders of terraform/modules/, and one that calls another finds it there",
                are_in_one_folder,
            ),
            each(
                "each module call of a root has the source ../../modules/<folder>, and the folder is there",
                are_called_there,
            ),
        ],
    ),
    row(
        "1.4",
        &[tree(
            "each templatefile() of a module reads from its templates/, where the file is, and each .tftpl of a module is \
             there and is read",
            has_templates_in_place,
        )],
    ),
    row(
        "1.5",
        &[tree(
            "each module's README.md says what it is for and has a row for each input under Inputs and each output under \
             Outputs, and no other",
            has_readme,
        )],
    ),
];

/// The names of all modules.
fn modules(seen: &Observation) -> BTreeSet<&str> {
    seen.folders(MODULES)
}

/// The Terraform files of a module, without its tests.
fn code<'a>(seen: &'a Observation, module: &str) -> Vec<&'a str> {
    let folder = format!("{MODULES}/{module}");
    seen.files
        .keys()
        .filter(|path| {
            let rest = path.strip_prefix(&folder);
            rest.and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|file| file.ends_with(".tf") && !file.contains('/'))
        })
        .map(String::as_str)
        .collect()
}

/// The names of the blocks of a kind in a file, such as all variables.
fn labels(seen: &Observation, path: &str, kind: &str) -> Result<Vec<String>, String> {
    Ok(seen
        .hcl(path)?
        .blocks()
        .filter(|block| block.identifier() == kind)
        .map(|block| block.labels()[0].as_str().to_owned())
        .collect())
}

fn has_standard_files(seen: &Observation) -> Outcome {
    let modules = modules(seen);
    ensure(!modules.is_empty(), || "there are no modules".to_owned())?;
    for module in modules {
        let folder = format!("{MODULES}/{module}");
        for file in ["main.tf", "variables.tf", "outputs.tf"] {
            seen.file(&format!("{folder}/{file}"))?;
        }
        for path in code(seen, module) {
            for (kind, file) in [("variable", "variables.tf"), ("output", "outputs.tf")] {
                if !path.ends_with(&format!("/{file}")) {
                    same(
                        &format!("each {kind} in {path}"),
                        labels(seen, path, kind)?,
                        Vec::<String>::new(),
                    )?;
                    continue;
                }
                let body = seen.hcl(path)?;
                let kinds: BTreeSet<&str> = body.blocks().map(hcl::Block::identifier).collect();
                same(
                    &format!("what stands in {path}"),
                    kinds,
                    BTreeSet::from([kind]),
                )?;
            }
        }
    }
    Ok(())
}

fn has_files_by_subject(seen: &Observation) -> Outcome {
    for module in modules(seen) {
        for path in code(seen, module) {
            let file = path.rsplit('/').next().unwrap_or_default();
            let body = seen.hcl(path)?;
            for block in body
                .blocks()
                .filter(|block| block.identifier() == "resource")
            {
                let kind = block.labels()[0].as_str();
                let is_group = kind == "aws_security_group"
                    || kind.starts_with("aws_vpc_security_group_")
                    || kind == "aws_security_group_rule";
                ensure(!is_group || file == "security-groups.tf", || {
                    format!("{path} has a {kind}")
                })?;
                ensure(
                    !kind.starts_with("aws_iam_") || !STANDARD.contains(&file),
                    || format!("{path} has a {kind}"),
                )?;
            }
            if STANDARD.contains(&file) {
                continue;
            }
            let stem = file.trim_end_matches(".tf");
            ensure(
                stem.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                || format!("{path} is not in kebab-case"),
            )?;
            let subjects = ["resource", "data", "locals", "ephemeral"];
            ensure(
                body.blocks()
                    .any(|block| subjects.contains(&block.identifier())),
                || format!("{path} has nothing in it"),
            )?;
        }
    }
    Ok(())
}

fn are_in_one_folder(seen: &Observation) -> Outcome {
    let outside: Vec<&String> = seen
        .files
        .keys()
        .filter(|path| path.contains("/modules/") && !path.starts_with("terraform/modules/"))
        .collect();
    same("modules elsewhere", outside, Vec::<&String>::new())?;
    let loose: Vec<&str> = seen
        .below(MODULES)
        .filter(|path| !path.contains('/'))
        .collect();
    same("files that belong to no module", loose, Vec::<&str>::new())?;
    for module in modules(seen) {
        seen.file(&format!("{MODULES}/{module}/main.tf"))?;
        for path in code(seen, module) {
            let body = seen.hcl(path)?;
            for call in body.blocks().filter(|block| block.identifier() == "module") {
                let mut all = call.body().attributes();
                let source = match all
                    .find(|attribute| attribute.key() == "source")
                    .map(hcl::Attribute::expr)
                {
                    Some(hcl::Expression::String(source)) => source.as_str(),
                    _ => "",
                };
                let folder = source.strip_prefix("../").unwrap_or_default();
                ensure(modules(seen).contains(folder), || {
                    format!("{path} calls a module from {source:?}")
                })?;
            }
        }
    }
    Ok(())
}

fn are_called_there(environment: &Environment, seen: &Observation) -> Outcome {
    let calls = environment.root()["module_calls"].as_object();
    let calls = calls.ok_or("the root calls no modules")?;
    for (name, call) in calls {
        let source = text(&call["source"]);
        let folder = source.strip_prefix("../../modules/").unwrap_or_default();
        ensure(modules(seen).contains(folder), || {
            format!("the source of module {name} is {source}")
        })?;
    }
    Ok(())
}

fn has_templates_in_place(seen: &Observation) -> Outcome {
    let mut read = BTreeSet::new();
    for module in modules(seen) {
        for path in code(seen, module) {
            for call in seen.file(path)?.split("templatefile(\"").skip(1) {
                let file = call.split('"').next().unwrap_or_default();
                let rest = file.strip_prefix("${path.module}/templates/");
                let rest = rest.ok_or_else(|| format!("{path} reads {file}"))?;
                let template = format!("{MODULES}/{module}/templates/{rest}");
                seen.file(&template)?;
                read.insert(template);
            }
        }
    }
    let there: BTreeSet<String> = seen
        .files
        .keys()
        .filter(|path| path.ends_with(".tftpl"))
        .cloned()
        .collect();
    ensure(!there.is_empty(), || "there is no template".to_owned())?;
    same("templates", there, read)
}

/// The first cells of the table under a heading.
fn cells(readme: &str, heading: &str) -> Vec<String> {
    let Some((_, section)) = readme.split_once(&format!("\n## {heading}\n")) else {
        return Vec::new();
    };
    section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .filter_map(|line| Some(line.split('|').nth(1)?.trim().trim_matches('`').to_owned()))
        .collect()
}

fn has_readme(seen: &Observation) -> Outcome {
    for module in modules(seen) {
        let folder = format!("{MODULES}/{module}");
        let readme = seen.file(&format!("{folder}/README.md"))?;
        let mut lines = readme.lines().filter(|line| !line.is_empty());
        let (title, purpose) = (lines.next(), lines.next());
        same(
            "the README's title",
            title,
            Some(format!("# {module}").as_str()),
        )?;
        let is_sentence = purpose.is_some_and(|line| {
            line.split_whitespace().count() > 5 && !line.starts_with(['#', '|', '`'])
        });
        ensure(is_sentence, || {
            format!("{folder}/README.md doesn't begin with what the module is for: {purpose:?}")
        })?;
        for (heading, file, kind) in [
            ("Inputs", "variables.tf", "variable"),
            ("Outputs", "outputs.tf", "output"),
        ] {
            same(
                &format!("{heading} in {folder}/README.md"),
                cells(readme, heading),
                labels(seen, &format!("{folder}/{file}"), kind)?,
            )?;
        }
    }
    Ok(())
}
