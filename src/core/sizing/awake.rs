//! How long an environment runs that sleeps at times.

/// When an environment sleeps and wakes, as cron with five fields: the part that does it puts this among the environment's
/// [parts](crate::Environment::parts).
#[derive(Clone)]
pub(crate) struct Sleep {
    /// When it stops.
    pub(crate) sleep: String,
    /// When it starts.
    pub(crate) wake: String,
}

const WEEK: i64 = 7 * 24 * 60;

impl Sleep {
    /// Of `hours`, those that the environment runs; `None` for times that are not the same on each day or working day.
    pub(crate) fn awake(&self, hours: i64) -> Option<i64> {
        let (sleep, _) = minute_of_day(&self.sleep)?;
        let (wake, days) = minute_of_day(&self.wake)?;
        let days_of_sleep = minute_of_day(&self.sleep)?.1;
        // What wakes every day and sleeps on working days alone is awake at the weekend: that is no daily rhythm.
        if days_of_sleep < days {
            return None;
        }
        let awake = match sleep - wake {
            0 => return None,
            // It goes to sleep after midnight, on working days before the first wake.
            minutes if minutes < 0 && days_of_sleep < 7 => return None,
            minutes => minutes.rem_euclid(24 * 60) * days,
        };
        Some((hours * awake + WEEK - 1) / WEEK)
    }
}

/// The minute of the day, and on how many days of the week.
fn minute_of_day(cron: &str) -> Option<(i64, i64)> {
    let fields: Vec<&str> = cron.split(' ').collect();
    let [minute, hour, "*", "*", days] = fields[..] else {
        return None;
    };
    let days = match days {
        "*" => 7,
        "MON-FRI" => 5,
        _ => return None,
    };
    Some((
        60 * hour.parse::<i64>().ok()? + minute.parse::<i64>().ok()?,
        days,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sleep: &str, wake: &str, expected: Option<i64>) {
        let times = Sleep {
            sleep: sleep.to_owned(),
            wake: wake.to_owned(),
        };
        assert_eq!(times.awake(168), expected);
    }

    #[test]
    fn the_hours_of_a_week_that_an_environment_runs() {
        check("0 20 * * MON-FRI", "0 7 * * MON-FRI", Some(5 * 13));
        check("0 20 * * *", "0 7 * * *", Some(7 * 13));
        check("0 20 * * *", "0 7 * * MON-FRI", Some(5 * 13));
        // Until one o'clock of the next day.
        check("0 1 * * *", "0 7 * * *", Some(7 * 18));
        check("30 19 * * *", "0 7 * * *", Some(88));
    }

    #[test]
    fn other_times_are_unknown() {
        check("0 20 * * MON-FRI", "0 7 * * *", None);
        check("0 1 * * MON-FRI", "0 7 * * MON-FRI", None);
        check("0 20 1 * *", "0 7 * * *", None);
        check("*/5 20 * * *", "0 7 * * *", None);
        check("0 7 * * *", "0 7 * * *", None);
    }
}
