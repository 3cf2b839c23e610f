//! Where the parts of the diagram are, and how the lines between them run. All in the units of its view box.

use crate::model::diagram::{Model, Part, SERVICES, Slot, TEMPORAL, Talk};

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
pub(crate) fn frame(part: &Part) -> Frame {
    slot(part.slot)
}

fn slot((column, row): Slot) -> Frame {
    let below = if row > 3 { BELOW } else { 0 };
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

/// The lines that are drawn. Who sends its sidecar's logs and metrics is told in words alone, but for the services.
#[must_use]
pub(crate) fn lines(model: &Model) -> Vec<Line> {
    model
        .talks
        .iter()
        .filter_map(|talk| line(model, talk))
        .collect()
}

fn line(model: &Model, talk: &Talk) -> Option<Line> {
    let place = |name: &str| {
        let part = model.parts.iter().find(|part| part.name == name)?;
        Some(frame(part))
    };
    let group = services();
    let label = talk.port;
    // Straight to the right, the label on the line's first part.
    let right = |from: i32, to: i32, y: i32| Line {
        points: vec![(from, y), (to, y)],
        label,
        at: (i32::midpoint(from, to), y - 4),
    };
    Some(match (talk.from, talk.to) {
        ("Temporal UI", "frontend") => {
            let (from, to) = (place("Temporal UI")?, place("frontend")?);
            right(from.right(), to.x, from.middle())
        }
        ("Benchmark", "frontend") => {
            let (from, to) = (place("Benchmark")?, place("frontend")?);
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
        (SERVICES, "Loki") => {
            let (to, turn) = (place("Loki")?, group.x + AROUND / 2);
            Line {
                points: vec![
                    (turn, group.bottom()),
                    (turn, to.y + 10),
                    (to.right(), to.y + 10),
                ],
                label,
                at: (to.right() + 18, to.y + 6),
            }
        }
        (SERVICES, "Prometheus") => {
            let (to, turn) = (place("Prometheus")?, group.right() + 32);
            let start = slot((TEMPORAL, 3)).middle();
            Line {
                points: vec![
                    (group.right(), start),
                    (turn, start),
                    (turn, to.y + 10),
                    (to.x, to.y + 10),
                ],
                label,
                at: (turn, i32::midpoint(start, to.y + 10) + 4),
            }
        }
        (SERVICES, name) if name != SERVICES => {
            let to = place(name)?;
            if to.x > group.x {
                right(group.right(), to.x, to.middle())
            } else {
                right(group.x, to.right(), to.middle())
            }
        }
        ("Grafana", "Prometheus") => {
            let (from, to) = (place("Grafana")?, place("Prometheus")?);
            Line {
                at: (to.x - 20, from.middle() + 4),
                ..right(from.right(), to.x, from.middle() + 8)
            }
        }
        ("Grafana", "Loki") => {
            let (from, to) = (place("Grafana")?, place("Loki")?);
            right(from.x, to.right(), from.middle() + 8)
        }
        ("Loki", "S3") => {
            let (from, to) = (place("Loki")?, place("S3")?);
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
        _ => return None,
    })
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
    use crate::model::diagram::OUTSIDE;
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
                assert!(one.right() <= TOTAL_WIDTH && one.bottom() <= height(&model));
                for other in &frames[index + 1..] {
                    let apart = one.right() <= other.x
                        || other.right() <= one.x
                        || one.bottom() <= other.y
                        || other.bottom() <= one.y;
                    assert!(apart, "{one:?} {other:?}");
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
