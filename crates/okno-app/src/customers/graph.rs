//! Who is one customer, from the edges that hold. Pure.
//!
//! * K-3 Customers are one if edges connect them. Any sequence of merges and undone merges gives what the remaining edges give.
//! * K-4 One of them stands for all: the newest edge parts them into two sides; the side into which was merged has him, and so on in it.

use okno_model::{CustomerId, doc::MergeDoc};
use std::collections::BTreeSet;

/// Everybody who is one with `of`, himself too.
pub(super) fn component(of: CustomerId, edges: &[MergeDoc]) -> BTreeSet<CustomerId> {
    let mut all = BTreeSet::from([of]);
    let mut ahead = vec![of];
    while let Some(next) = ahead.pop() {
        for edge in edges {
            let other = match next {
                id if id == edge.from => edge.into,
                id if id == edge.into => edge.from,
                _ => continue,
            };
            if all.insert(other) {
                ahead.push(other);
            }
        }
    }
    all
}

/// Who stands for everybody who is one with `of`. The edges are in the order in which they were made.
pub(super) fn root(of: CustomerId, edges: &[MergeDoc]) -> CustomerId {
    let mut edges = edges.to_vec();
    let mut at = of;
    loop {
        let all = component(at, &edges);
        edges.retain(|edge| all.contains(&edge.from));
        // Without the newest edge there is one less: it ends.
        let Some(newest) = edges.pop() else { return at };
        at = newest.into;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::{MergeId, Timestamp};

    fn id(n: u128) -> CustomerId {
        CustomerId::from_u128(n)
    }

    fn edges(pairs: &[(u128, u128)]) -> Vec<MergeDoc> {
        let edge = |(n, (from, into)): (usize, &(u128, u128))| MergeDoc {
            id: MergeId::from_u128(n as u128),
            from: id(*from),
            from_name: String::new(),
            into: id(*into),
            into_name: String::new(),
            reason: String::new(),
            by: None,
            by_name: String::new(),
            at: Timestamp(n as i64),
            proved: Vec::new(),
            undone: None,
        };
        pairs.iter().enumerate().map(edge).collect()
    }

    #[test]
    fn who_was_merged_into_stands_for_all() {
        for (pairs, of, all, stands) in [
            (&[] as &[(u128, u128)], 1, vec![1], 1),
            (&[(1, 2)], 1, vec![1, 2], 2),
            (&[(1, 2), (2, 3)], 1, vec![1, 2, 3], 3),
            (&[(2, 3), (1, 2)], 1, vec![1, 2, 3], 3),
            // Two are merged into a part: whoever stood for it goes on.
            (&[(2, 3), (4, 2)], 4, vec![2, 3, 4], 3),
            // A part is merged into another: all go with it.
            (&[(1, 2), (1, 3)], 2, vec![1, 2, 3], 3),
            (&[(1, 2), (3, 4)], 4, vec![3, 4], 4),
            // Not made by okno, and yet it ends.
            (&[(1, 2), (2, 1)], 1, vec![1, 2], 2),
        ] {
            let edges = edges(pairs);
            assert_eq!(component(id(of), &edges), all.into_iter().map(id).collect(), "{pairs:?}");
            assert_eq!(root(id(of), &edges), id(stands), "{pairs:?}");
        }
    }

    #[test]
    fn an_edge_less_moves_only_the_side_without_the_one_who_stands() {
        // All directed forests on five customers that five merges can give, and each edge of them taken away.
        let mut tried = 0;
        for code in 0..20_u32.pow(3) {
            let mut pairs = Vec::new();
            let mut rest = code;
            for _ in 0..3 {
                let (from, into) = (u128::from(rest % 5), u128::from(rest / 5 % 4));
                rest /= 20;
                let into = if into >= from { into + 1 } else { into };
                if !component(id(from), &edges(&pairs)).contains(&id(into)) {
                    pairs.push((from, into));
                }
            }
            let all = edges(&pairs);
            for gone in 0..all.len() {
                let mut left = all.clone();
                let edge = left.remove(gone);
                let stood = root(edge.from, &all);
                let side = if component(edge.from, &left).contains(&stood) { edge.from } else { edge.into };
                assert_eq!(root(side, &left), stood, "{pairs:?} without {gone}");
                tried += 1;
            }
        }
        assert!(tried > 10_000);
    }
}
