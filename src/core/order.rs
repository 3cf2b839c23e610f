//! Sorting a list in an expression.

/// `items` by `key`, equals in the order in which they stood.
pub(crate) fn sorted<T, K: Ord>(mut items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    items.sort_by_key(|item| key(item));
    items
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
