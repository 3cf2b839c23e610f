//! What the page's diagram of an environment shows: boxes, and the traffic between them.

/// A place of the diagram: three columns, counted from the left, and rows from the top.
pub type Slot = (usize, usize);

/// All Temporal services together.
pub const SERVICES: &str = "Temporal services";

/// The column of the Temporal services.
pub const TEMPORAL: usize = 1;

/// The column of what is outside the VPC.
pub const OUTSIDE: usize = 2;

/// The first row below the four Temporal services.
pub const BELOW_SERVICES: usize = 4;

/// What there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagramBox {
    /// Its name.
    pub name: &'static str,
    /// How many and how big, or what for.
    pub detail: String,
    /// The TCP port at which it is spoken to.
    pub port: Option<&'static str>,
    /// Where it is drawn.
    pub slot: Slot,
    /// Whether it holds data.
    pub is_store: bool,
    /// Whether it is there already.
    pub exists: bool,
}

/// Traffic from one box to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Who begins.
    pub from: &'static str,
    /// Who answers.
    pub to: &'static str,
    /// The TCP ports.
    pub port: &'static str,
    /// What it is for.
    pub about: &'static str,
}

impl DiagramBox {
    /// A box that is made with the environment and holds no data.
    #[must_use]
    pub fn new(name: &'static str, detail: String, slot: Slot) -> Self {
        Self {
            name,
            detail,
            port: None,
            slot,
            is_store: false,
            exists: false,
        }
    }
}

/// How long something is kept.
#[must_use]
pub fn kept(days: i64) -> String {
    match days {
        1 => "kept a day".to_owned(),
        days => format!("kept {days} days"),
    }
}
