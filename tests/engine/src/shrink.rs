//! Makes a failing composition as small as it can be.

use composer_core::{FieldPath, Spec, check};

/// Takes out of `spec` what it fails without: environments first, then values, in halves, quarters and so on down to
/// single ones. `fails` says whether a spec still fails in the same way; it is asked only of valid ones.
pub fn shrink(spec: &Spec, mut fails: impl FnMut(&Spec) -> bool) -> Spec {
    let mut smallest = spec.clone();
    let mut try_instead = |smallest: &mut Spec, smaller: Spec| {
        let is_smaller = check(&smaller).blueprint.is_some() && fails(&smaller);
        if is_smaller {
            *smallest = smaller;
        }
        is_smaller
    };
    let names: Vec<String> = spec
        .environments()
        .iter()
        .map(ToString::to_string)
        .collect();
    for name in names {
        let mut smaller = smallest.clone();
        smaller.remove_environment(&name);
        try_instead(&mut smallest, smaller);
    }
    let mut size = smallest.values().count().div_ceil(2).max(1);
    loop {
        let values: Vec<FieldPath> = smallest.values().map(|(at, _)| at.clone()).collect();
        let mut is_smaller = false;
        for chunk in values.chunks(size) {
            let mut smaller = smallest.clone();
            for at in chunk {
                smaller.unset(at);
            }
            is_smaller |= try_instead(&mut smallest, smaller);
        }
        if size == 1 && !is_smaller {
            return smallest;
        }
        if !is_smaller {
            size = size.div_ceil(2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::factors;
    use composer_core::Value;

    #[test]
    fn what_does_not_matter_goes() {
        let mut spec = crate::spec(
            "standard",
            &[
                "environments.dev.loki.enabled=false",
                "environments.bench.loki.enabled=false",
                "environments.bench.ui.enabled=false",
                "environments.bench.log_retention_days=5",
                "backend.bucket=states",
            ],
        );
        factors::begin(&mut spec, 0, "ha-prod", "prod");
        let at = |text: &str| FieldPath::parse(text).unwrap();
        let mut asked = 0;
        let found = shrink(&spec, |spec| {
            asked += 1;
            let value = |text: &str| spec.get(&at(text)).cloned();
            value("environments.bench.loki.enabled") == Some(Value::from(false))
                && value("backend.bucket").is_some()
        });
        let left: Vec<String> = found.values().map(|(at, _)| at.to_string()).collect();
        assert_eq!(found.environments(), ["bench"]);
        assert_eq!(
            left,
            [
                "backend.bucket",
                "environments.bench.loki.enabled",
                "project",
                "region"
            ]
        );
        assert!(asked < 30, "{asked} times");
    }
}
