//! The arguments of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    after_help = "Exit codes: 0 done, 1 failure, 3 the spec has errors, 4 refused to overwrite, 64 usage,
141 the reader of the output closed it before the end.
Nothing is ever sent over the network.",
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compose the Terraform tree into a folder or a zip
    Export(Export),
    /// Say what is wrong with a spec, and what is still open
    Validate(Validate),
    /// Say whether the tasks find room on the instances, what would fit, and what they open to DSQL
    Size(Size),
    /// Say what each environment costs a month, line by line
    Cost(Cost),
    /// Size an environment for a number of workflows per second
    Target(Target),
    /// Bring an environment from the flat root into a composed one
    Migrate(Migrate),
    /// Write a commented spec to start from
    Init(Init),
    /// List presets, options, modules, instance types or problems
    List(List),
    /// Explain an option: what it does, what it may be, its defaults and why
    Explain(Explain),
}

/// Where the spec comes from.
#[derive(Args, Debug)]
pub(crate) struct Source {
    /// Start from a preset (see `list presets`)
    #[arg(long, value_name = "NAME", conflicts_with = "spec")]
    pub(crate) preset: Option<String>,
    /// Read the spec from a TOML or JSON file; `-` reads standard input. Without --preset, --link and --spec it is
    /// composition.toml in this folder
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Option<PathBuf>,
    /// Take the spec of a link that the page made; the address is only read, never asked for
    #[arg(long, value_name = "URL", conflicts_with_all = ["preset", "spec"])]
    pub(crate) link: Option<String>,
    /// Take back a value that the spec states, or a whole environment; before --set, may be given often
    #[arg(long, value_name = "KEY")]
    pub(crate) unset: Vec<String>,
    /// Set one value over the spec's, as TOML or as bare text; may be given often
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
    /// The folder to make, or a file ending in .zip, or `-` for a zip on standard output
    #[arg(long, value_name = "DIR|FILE.zip|-")]
    pub(crate) out: Option<PathBuf>,
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
    /// Fix each error and warning by its smallest fix, in the spec's file, whose comments and order stay
    #[arg(long, conflicts_with_all = ["preset", "link", "unset", "set"])]
    pub(crate) fix: bool,
    /// Say what --fix would change, and change nothing
    #[arg(long, requires = "fix")]
    pub(crate) dry_run: bool,
    /// Print the problems as JSON, each with its fixes
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer size --preset standard
  temporal-composer size --set environments.dev.loki.enabled=true --json")]
pub(crate) struct Size {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer cost --preset standard
  temporal-composer cost --set environments.dev.network.endpoints=true --against composition.toml
  temporal-composer cost --prices prices.toml --json")]
pub(crate) struct Cost {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Prices of your own in US dollars, as TOML: `[eu-west-1]`, then `"m8g.large" = 0.092` or `nat-hour = 0.048`; and
    /// what use you expect in a month: `[use.prod]`, then `dsql-requests = 40` or `prometheus-series = 3000`
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
    /// Say also what it costs more or less than this spec
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
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
    /// The environment; may be left out where there is only one
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Write the spec with these values to a file that isn't there yet, or `-` for standard output, in place of showing
    /// them
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub(crate) out: Option<PathBuf>,
    /// Print the values as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  (cd flat && terraform show -json) > flat.json
  temporal-composer migrate --state-list flat.json --env dev --out migration
  terraform state list | temporal-composer migrate --state-list - --preset standard --env dev --out migration")]
pub(crate) struct Migrate {
    /// What the flat root's state holds: the output of `terraform show -json`, which tells ids and values as well, or
    /// of `terraform state list`; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) state_list: PathBuf,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The environment that takes it over
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// The folder to make, with scripts, blocks, values and a page that says what to do
    #[arg(long, value_name = "DIR", required_unless_present = "json")]
    pub(crate) out: Option<PathBuf>,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer init
  temporal-composer init --preset ha-prod --out prod.toml")]
pub(crate) struct Init {
    /// The preset to write
    #[arg(long, value_name = "NAME", default_value = "standard")]
    pub(crate) preset: String,
    /// The file to make; `-` prints it
    #[arg(long, value_name = "FILE", default_value = "composition.toml")]
    pub(crate) out: PathBuf,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer list presets
  temporal-composer list options --json")]
pub(crate) struct List {
    /// What to list
    pub(crate) what: Listed,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Listed {
    /// Specs to start from
    Presets,
    /// Every key of a spec
    Options,
    /// The Terraform modules
    Modules,
    /// The known Graviton instance types
    InstanceTypes,
    /// What `validate` may say, with its meaning and what to do
    Problems,
}

#[derive(Args, Debug)]
#[command(before_help = "Examples:
  temporal-composer explain history.cpu
  temporal-composer explain environments.prod.network.nat --json")]
pub(crate) struct Explain {
    /// A key, such as `history.cpu` or `environments.prod.history.cpu`
    pub(crate) key: String,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
