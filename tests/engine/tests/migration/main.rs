//! From the flat root to the composed one, as its user does it: the flat root is applied, the command reads its state, and
//! what the command wrote is followed, on the stand-in provider.

mod choices;
mod flat;
mod halts;
mod plan;
mod stage;
mod ways;
