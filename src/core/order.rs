//! Sorting with one sort for all types: each type's own would be some kilobytes of the page.

use std::cmp::Ordering;

/// `items` by `key`, equals in the order in which they stood.
pub(crate) fn sorted<T, K: Ord>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    sort(&mut order, &|one, other| {
        key(&items[one]).cmp(&key(&items[other]))
    });
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|index| items[index].take())
        .collect()
}

fn sort(order: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    order.sort_by(|one, other| compare(*one, *other));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_keep_their_order() {
        let words = vec!["bb", "a", "cc", "ddd", "e"];
        assert_eq!(
            sorted(words, |word| word.len()),
            ["a", "e", "bb", "cc", "ddd"]
        );
    }
}
