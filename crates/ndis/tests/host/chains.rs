//! Linking lists.

use ndis::{
    chain::{Chain, List, limit, set_next},
    early::Early,
};
use proptest::prelude::*;

use crate::built::{Built, Spec, chain, walk};

fn lists(count: usize) -> (Vec<Built>, Vec<List>) {
    let built = chain(&vec![Spec::default(); count]);
    let lists = built.iter().map(Built::list).collect();
    (built, lists)
}

/// The chain of all of them.
fn whole(lists: &[List]) -> Chain {
    match lists.first() {
        None => Chain::new(),
        // SAFETY: they are the test's, and linked.
        Some(first) => unsafe { Chain::from_raw(*first, lists.len()) }.unwrap(),
    }
}

/// That a chain is what it says, and the lists in it.
fn taken_apart(chain: Chain) -> Vec<List> {
    let (count, last) = (chain.count(), chain.last());
    assert_eq!(chain.is_empty(), count == 0);
    let lists = walk(chain.into_raw());
    assert_eq!(lists.len(), count);
    assert_eq!(lists.last().copied(), last);
    lists
}

#[test]
fn a_chain_with_more_lists_than_it_may_have_is_refused() {
    let (_built, lists) = lists(3);
    // SAFETY: they are the test's.
    let of = |limit| unsafe { Chain::from_raw(lists[0], limit) };
    assert_eq!(of(3).map(taken_apart), Some(lists.clone()));
    assert!(of(2).is_none());
    // SAFETY: as above.
    unsafe { set_next(lists[2], Some(lists[1])) };
    assert!(of(limit(3)).is_none(), "it leads back to itself");
}

#[test]
fn what_ndis_says_of_the_number_is_not_relied_on() {
    assert!(limit(0) >= 1000);
    assert!(limit(u32::MAX) <= 1 << 20);
}

#[test]
fn early_lists_come_back_once() {
    let (_first, a) = lists(3);
    let (_second, b) = lists(2);
    let early = Early::new();
    assert_eq!(early.take(), None);
    for first in [a[0], b[0]] {
        // SAFETY: they are the test's.
        unsafe { early.push(first, 10) };
    }
    assert_eq!(walk(early.take()), [b, a].concat());
    assert_eq!(early.take(), None);
}

#[derive(Clone, Debug)]
enum Step {
    /// Takes the first list off one chain and puts it behind another.
    Move(usize, usize),
    /// Puts a whole chain behind another.
    Append(usize, usize),
    /// Takes those off whose bit is set, and puts them behind another.
    Split(usize, usize, u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0_usize..3, 0_usize..3).prop_map(|(from, to)| Step::Move(from, to)),
        (0_usize..3, 0_usize..3).prop_map(|(from, to)| Step::Append(from, to)),
        (0_usize..3, 0_usize..3, any::<u16>())
            .prop_map(|(from, to, which)| Step::Split(from, to, which)),
    ];
    prop::collection::vec(step, 0..30)
}

proptest! {
    /// Chains do what vectors do.
    #[test]
    fn nothing_is_lost_and_the_order_is_kept(count in 0_usize..12, steps in steps()) {
        let (_built, all) = lists(count);
        let mut chains = [whole(&all), Chain::new(), Chain::new()];
        let mut models = [all.clone(), vec![], vec![]];
        for step in steps {
            let (mut moved, moved_model, to) = match step {
                Step::Move(from, to) => {
                    let model = models[from].drain(..models[from].len().min(1)).collect();
                    (chains[from].take_first(), model, to)
                }
                Step::Append(from, to) => {
                    (std::mem::take(&mut chains[from]), std::mem::take(&mut models[from]), to)
                }
                Step::Split(from, to, which) => {
                    let wanted = |list: List| {
                        which & 1 << all.iter().position(|&other| other == list).unwrap() != 0
                    };
                    let (model, rest): (Vec<_>, _) =
                        models[from].iter().partition(|&&list| wanted(list));
                    models[from] = rest;
                    (chains[from].take_if(wanted), model, to)
                }
            };
            chains[to].append(&mut moved);
            prop_assert!(moved.is_empty());
            models[to].extend::<Vec<List>>(moved_model);
        }
        for (chain, model) in chains.into_iter().zip(models) {
            prop_assert_eq!(taken_apart(chain), model);
        }
    }
}
