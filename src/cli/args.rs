//! The arguments of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::outcome;

/// Composes modular Terraform for Temporal on Amazon ECS with Aurora DSQL.
#[derive(Debug, Parser)]
#[command(
    name = "temporal-composer",
    version,
    about = "Composes modular Terraform for Temporal on Amazon ECS with Aurora DSQL",
    before_help = "Examples:
  temporal-composer export --preset standard --out temporal-terraform
  temporal-composer init && $EDITOR composition.toml && temporal-composer export --out temporal.zip
  temporal-composer validate --spec composition.toml --set environments.dev.loki.enabled=true
  temporal-composer explain history.cpu",
    after_help = outcome::help(),
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    /// Print one JSON object, the same for every command: exit code, error, problems and result
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print no colours, as with the variable NO_COLOR
    #[arg(long, global = true)]
    no_color: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the Terraform files to a folder or a zip
    Export(Export),
    /// Compose again into a folder, and keep your edits
    Update(Update),
    /// Take values that you edited in a folder's Terraform files into its composition
    Adopt(Adopt),
    /// Check whether a folder is as it was composed
    Check(Check),
    /// Compare two compositions or folders: what an apply would destroy or replace, options, files, resources and cost
    Diff(Diff),
    /// Check a composition: show its problems, their fixes and the open values
    Validate(Validate),
    /// Check whether the tasks fit on the instances, and count the DSQL connections
    Size(Size),
    /// Show the monthly cost of each environment, line by line
    Cost(Cost),
    /// Size an environment for a number of workflows per second
    Target(Target),
    /// Prepare the migration of a flat root into a composed environment
    Migrate(Migrate),
    /// Write a commented composition file to start from
    Init(Init),
    /// List presets, options, modules, instance types or problems
    List(List),
    /// Explain an option: its effect, its allowed values, its defaults and the reason for them
    Explain(Explain),
    /// Print the link that opens a composition on the page
    Link(Link),
    /// Print the JSON Schema of a composition file, for editors
    Schema,
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page of the tool or of one command
    Man(Man),
}

/// Where the spec comes from.
#[derive(Args, Clone, Debug)]
pub(crate) struct Source {
    /// Start from a preset (see `list presets`)
    #[arg(long, value_name = "NAME", conflicts_with = "spec")]
    pub(crate) preset: Option<String>,
    /// Read the composition from a TOML or JSON file, or from standard input with `-`. Without --preset, --link and
    /// --spec, the tool reads composition.toml in the current folder
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Option<PathBuf>,
    /// Start from a link that you copied on the page. The tool only reads the text of the link and never opens it
    #[arg(long, value_name = "URL", conflicts_with_all = ["preset", "spec"])]
    pub(crate) link: Option<String>,
    /// Remove a value, or a whole environment, from the composition. Applied before --set. Can be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) unset: Vec<String>,
    /// Set one value, as TOML or as plain text. It overrides the composition's value. Can be repeated. A variable of the
    /// environment such as COMPOSER_SET_ENVIRONMENTS__DEV__LOKI__ENABLED=true sets a value, too, before --unset and --set
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer export --preset standard --out temporal-terraform
  temporal-composer export --preset dev-lean --set project=orders --out orders.zip
  temporal-composer export --spec composition.toml --out - > temporal.zip")]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) source: Source,
    /// A new folder, a file that ends in .zip, or `-` for a zip on standard output
    #[arg(long, value_name = "DIR|FILE.zip|-")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer update
  temporal-composer update temporal-terraform --set environments.dev.compute.instance_count=3 --dry-run
  temporal-composer update temporal-terraform --spec composition.toml")]
pub(crate) struct Update {
    /// The folder that `export` wrote
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Without --preset, --link and --spec, the tool reads composition.toml in the folder
    #[command(flatten)]
    pub(crate) source: Source,
    /// Print the changes as a patch, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer adopt
  temporal-composer adopt temporal-terraform --dry-run")]
pub(crate) struct Adopt {
    /// The folder that `export` wrote
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Show what would be adopted, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer check
  temporal-composer check temporal-terraform --json")]
pub(crate) struct Check {
    /// The folder that `export` wrote
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer diff composition.toml sized.toml
  temporal-composer diff temporal-terraform composition.toml --json")]
pub(crate) struct Diff {
    /// A composition file, or a folder that `export` wrote
    #[arg(value_name = "A")]
    pub(crate) before: PathBuf,
    /// What it is compared with: a composition file or a folder
    #[arg(value_name = "B")]
    pub(crate) after: PathBuf,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer validate
  temporal-composer validate --preset standard --set environments.dev.loki.enabled=true
  temporal-composer validate --fix --dry-run
  cat spec.json | temporal-composer validate --spec - --json")]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Apply the smallest fix of each error and warning to the composition file. Comments and order are kept
    #[arg(long, conflicts_with_all = ["preset", "link", "unset", "set"])]
    pub(crate) fix: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long, requires = "fix")]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer size --preset standard
  temporal-composer size --set environments.dev.loki.enabled=true --json")]
pub(crate) struct Size {
    #[command(flatten)]
    pub(crate) source: Source,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer cost --preset standard
  temporal-composer cost --set environments.dev.network.endpoints=true --against composition.toml
  temporal-composer cost --prices prices.toml --json")]
pub(crate) struct Cost {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Your own prices in US dollars, as TOML: `[eu-west-1]`, then `"m8g.large" = 0.092` or `nat-hour = 0.048`. Also your
    /// expected use per month: `[use.prod]`, then `dsql-requests = 40` or `prometheus-series = 3000`
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
    /// Also show the difference in cost to this composition file
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer target 100 --preset standard --environment prod
  temporal-composer target 200 --preset ha-prod --out sized.toml")]
pub(crate) struct Target {
    /// Workflows per second: 50, 100, 200 or 400
    pub(crate) rate: i64,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The environment. Not needed if there is only one
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Write the composition with these values to a new file, or to standard output with `-`, instead of showing the
    /// values
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  (cd flat && terraform show -json) > flat.json
  temporal-composer migrate --state-list flat.json --env dev --out migration
  terraform state list | temporal-composer migrate --state-list - --preset standard --env dev --out migration")]
pub(crate) struct Migrate {
    /// The flat root's state: the output of `terraform show -json`, which includes IDs and values, or of
    /// `terraform state list`. `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) state_list: PathBuf,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The composed environment that takes over the resources
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// A new folder for the scripts, blocks, values and instructions
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer init
  temporal-composer init --preset ha-prod --out prod.toml")]
pub(crate) struct Init {
    /// The preset to write. Without it, the command asks five questions on a terminal, and writes `standard` elsewhere
    #[arg(long, value_name = "NAME")]
    pub(crate) preset: Option<String>,
    /// The new file; `-` prints it instead
    #[arg(long, value_name = "FILE", default_value = "composition.toml")]
    pub(crate) out: PathBuf,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer list presets
  temporal-composer list options --json")]
pub(crate) struct List {
    /// What to list
    pub(crate) what: ListSubject,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ListSubject {
    /// Compositions to start from
    Presets,
    /// All keys of a composition
    Options,
    /// The Terraform modules
    Modules,
    /// The Graviton instance types that the tool knows
    InstanceTypes,
    /// All problems that `validate` can find, with their meaning and fix
    Problems,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer explain history.cpu
  temporal-composer explain environments.prod.network.nat --json")]
pub(crate) struct Explain {
    /// A key, such as `history.cpu` or `environments.prod.history.cpu`
    pub(crate) key: String,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer link --page https://composer.example.com/
  temporal-composer link --preset standard --set environments.dev.loki.enabled=true")]
pub(crate) struct Link {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The address of your page. Without it, the command prints the part of the link after the address
    #[arg(long, value_name = "URL")]
    pub(crate) page: Option<String>,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer completions bash > ~/.local/share/bash-completion/completions/temporal-composer
  temporal-composer completions fish > ~/.config/fish/completions/temporal-composer.fish
  temporal-composer completions zsh > ~/.zfunc/_temporal-composer")]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer man | man -l -
  temporal-composer man export > temporal-composer-export.1")]
pub(crate) struct Man {
    /// The command; without it, the page of the tool itself
    pub(crate) command: Option<String>,
}
