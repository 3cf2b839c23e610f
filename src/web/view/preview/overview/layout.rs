//! Where the parts of the diagram are, and how the lines between them run. All in the units of its view box.

use composer_core::diagram::{BELOW_SERVICES, DiagramBox, Flow, OUTSIDE, SERVICES, Slot, TEMPORAL};

use crate::model::diagram::Model;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// A line from one part to another, and its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its corners, the last where the arrow ends.
    pub(crate) points: Vec<(i32, i32)>,
    /// What stands beside it.
    pub(crate) label: &'static str,
    /// Where.
    pub(crate) at: (i32, i32),
}

const WIDTH: i32 = 134;
const HEIGHT: i32 = 48;
/// From one row to the next.
const STEP: i32 = 64;
/// Where each column begins.
const COLUMNS: [i32; 3] = [20, 206, 402];
/// Where the first row begins.
const TOP: i32 = 84;
/// How far a group's frame is around what is in it.
const AROUND: i32 = 10;
/// What the rows below the services are further down.
const BELOW: i32 = 14;

/// How wide the diagram is.
pub(crate) const TOTAL_WIDTH: i32 = COLUMNS[2] + WIDTH + 6;

impl Frame {
    fn right(self) -> i32 {
        self.x + self.width
    }

    fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// The height of its middle.
    fn middle(self) -> i32 {
        self.y + self.height / 2
    }
}

/// The frame of a part.
#[must_use]
pub(crate) fn frame(part: &DiagramBox) -> Frame {
    slot(part.slot)
}

fn slot((column, row): Slot) -> Frame {
    let below = if row >= BELOW_SERVICES { BELOW } else { 0 };
    Frame {
        x: COLUMNS[column],
        y: TOP + i32::try_from(row).unwrap_or_default() * STEP + below,
        width: WIDTH,
        height: HEIGHT,
    }
}

/// The frame around the Temporal services.
#[must_use]
pub(crate) fn services() -> Frame {
    let (first, last) = (slot((TEMPORAL, 0)), slot((TEMPORAL, 3)));
    Frame {
        x: first.x - AROUND,
        y: first.y - AROUND - 14,
        width: WIDTH + 2 * AROUND,
        height: last.bottom() - first.y + 2 * AROUND + 14,
    }
}

/// The frame of the VPC.
#[must_use]
pub(crate) fn network() -> Frame {
    Frame {
        x: 8,
        y: 6,
        width: services().right() + 12 - 8,
        height: slot((0, 4)).bottom() + AROUND - 6,
    }
}

/// How high the diagram is.
#[must_use]
pub(crate) fn height(model: &Model) -> i32 {
    let last = model.parts.iter().map(|part| frame(part).bottom()).max();
    last.unwrap_or_default().max(network().bottom()) + 6
}

/// The lines that are drawn. Who sends its sidecar's logs and metrics stands in words alone, but for the services.
#[must_use]
pub(crate) fn lines(model: &Model) -> Vec<Line> {
    model
        .flows
        .iter()
        .filter_map(|flow| line(model, flow))
        .collect()
}

/// How a line runs follows from where its ends are, so that a part decides it by its slot.
fn line(model: &Model, flow: &Flow) -> Option<Line> {
    let end = |name: &str| {
        let part = model.parts.iter().find(|part| part.name == name)?;
        Some((part.slot, frame(part)))
    };
    let label = flow.port;
    // Straight, the label on the line's middle.
    let straight = |from: i32, to: i32, y: i32| Line {
        points: vec![(from, y), (to, y)],
        label,
        at: (i32::midpoint(from, to), y - 4),
    };
    if flow.from == SERVICES {
        return (flow.to != SERVICES)
            .then(|| end(flow.to))
            .flatten()
            .map(|(slot, to)| from_services(slot, to, label));
    }
    let ((from_column, from_row), from) = end(flow.from)?;
    let ((to_column, to_row), to) = end(flow.to)?;
    Some(
        match (from_row >= BELOW_SERVICES, to_row >= BELOW_SERVICES) {
            (false, false) if from_row == to_row => straight(from.right(), to.x, from.middle()),
            // To a service of another row, around what is drawn between.
            (false, false) => {
                let (turn, end) = (from.right() + 24, to.bottom() - 8);
                Line {
                    points: vec![
                        (from.right(), from.middle()),
                        (turn, from.middle()),
                        (turn, end),
                        (to.x, end),
                    ],
                    label,
                    at: (from.right() + 4 + 20, from.middle() + 14),
                }
            }
            (true, true) if from_row != to_row => {
                let start = from.x + from.width / 2;
                Line {
                    points: vec![
                        (start, from.bottom()),
                        (start, to.middle()),
                        (to.x, to.middle()),
                    ],
                    label,
                    at: (to.x - 20, to.middle() - 4),
                }
            }
            (true, true) if from_column < to_column => Line {
                at: (to.x - 20, from.middle() + 4),
                ..straight(from.right(), to.x, from.middle() + 8)
            },
            (true, true) => straight(from.x, to.right(), from.middle() + 8),
            (false, true) | (true, false) => return None,
        },
    )
}

/// From the four services as one to what is at `slot`.
fn from_services((column, row): Slot, to: Frame, label: &'static str) -> Line {
    let group = services();
    if row >= BELOW_SERVICES && column == OUTSIDE {
        let turn = group.right() + 32;
        let start = slot((TEMPORAL, 3)).middle();
        return Line {
            points: vec![
                (group.right(), start),
                (turn, start),
                (turn, to.y + 10),
                (to.x, to.y + 10),
            ],
            label,
            at: (turn, i32::midpoint(start, to.y + 10) + 4),
        };
    }
    if row >= BELOW_SERVICES {
        let turn = group.x + AROUND / 2;
        return Line {
            points: vec![
                (turn, group.bottom()),
                (turn, to.y + 10),
                (to.right(), to.y + 10),
            ],
            label,
            at: (to.right() + 18, to.y + 6),
        };
    }
    let (start, end) = if column > TEMPORAL {
        (group.right(), to.x)
    } else {
        (group.x, to.right())
    };
    let y = to.middle();
    Line {
        points: vec![(start, y), (end, y)],
        label,
        at: (i32::midpoint(start, end), y - 4),
    }
}

/// The arrow's head at the end of a line.
#[must_use]
pub(crate) fn head(line: &Line) -> String {
    let [.., (from_x, from_y), (x, y)] = line.points[..] else {
        return String::new();
    };
    let (dx, dy) = ((x - from_x).signum(), (y - from_y).signum());
    let back = |side: i32| (x - 7 * dx + 4 * side * dy, y - 7 * dy + 4 * side * dx);
    let ((ax, ay), (bx, by)) = (back(1), back(-1));
    format!("{x},{y} {ax},{ay} {bx},{by}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::{check, presets};

    fn models() -> Vec<Model> {
        let spec = presets::find("standard").unwrap().spec();
        let blueprint = check(&spec).blueprint.unwrap();
        blueprint
            .environments
            .iter()
            .map(|it| Model::of(it))
            .collect()
    }

    #[test]
    fn everything_is_inside_and_no_part_on_another() {
        for model in models() {
            let frames: Vec<Frame> = model.parts.iter().map(frame).collect();
            for (index, one) in frames.iter().enumerate() {
                let name = &model.parts[index].name;
                assert!(one.right() <= TOTAL_WIDTH && one.bottom() <= height(&model));
                for other in &frames[index + 1..] {
                    let apart = one.right() <= other.x
                        || other.right() <= one.x
                        || one.bottom() <= other.y
                        || other.bottom() <= one.y;
                    assert!(apart, "{name} at {one:?} and another at {other:?}");
                }
            }
            for line in lines(&model) {
                for (x, y) in line.points {
                    assert!((0..=TOTAL_WIDTH).contains(&x) && (0..=height(&model)).contains(&y));
                }
            }
        }
    }

    #[test]
    fn a_line_crosses_no_part_and_runs_upright_or_level() {
        for model in models() {
            for line in lines(&model) {
                for pair in line.points.windows(2) {
                    let [(ax, ay), (bx, by)] = pair else {
                        unreachable!("windows of two");
                    };
                    assert!(ax == bx || ay == by, "{line:?}");
                    let (left, right) = (ax.min(bx), ax.max(bx));
                    let (upper, lower) = (ay.min(by), ay.max(by));
                    for part in &model.parts {
                        let frame = frame(part);
                        let is_outside = *right <= frame.x
                            || *left >= frame.right()
                            || *lower <= frame.y
                            || *upper >= frame.bottom();
                        assert!(is_outside, "{} {line:?}", part.name);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_outside_the_network_is_drawn_outside() {
        for model in models() {
            for part in &model.parts {
                let is_outside = frame(part).x >= network().right();
                assert_eq!(is_outside, part.slot.0 == OUTSIDE, "{}", part.name);
            }
        }
    }
}
