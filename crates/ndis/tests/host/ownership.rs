//! Who lists belong to.

use std::sync::Arc;

use ndis::{ListView, Received, Retained, chain::List};
use ndis_sys as sys;
use proptest::prelude::*;

use crate::{
    built::{Built, Desk, Spec, chain, walk},
    made::specs,
};

const LENT: u32 = sys::NDIS_RECEIVE_FLAGS_RESOURCES;
const DISPATCH: u32 = sys::NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL;

fn addresses(lists: &[Built]) -> Vec<List> {
    lists.iter().map(Built::list).collect()
}

fn frames(texts: &[&str]) -> Vec<Built> {
    chain(&texts.iter().map(|text| Spec::frame(text)).collect::<Vec<_>>())
}

fn text(list: ListView<'_>) -> String {
    let mut bytes = [0; 100];
    let length = list.buffers().next().unwrap().copy_to(&mut bytes).unwrap();
    String::from_utf8(bytes[..length].to_vec()).unwrap()
}

fn texts(retained: &Retained) -> Vec<String> {
    retained.lists().map(text).collect()
}

/// Retains the lists that `wanted` is true for.
fn retain(desk: &Desk, lists: &[Built], wanted: fn(&str) -> bool) -> Option<Retained> {
    let mut kept = None;
    desk.indicate(lists, 0, |received| {
        if let Received::Owned(mut owned) = received {
            kept = owned.retain(|list| wanted(&text(list)));
        }
    });
    kept
}

#[test]
fn lent_lists_are_left_alone() {
    let (desk, lists) = (Desk::default(), frames(&["a", "b"]));
    desk.indicate(&lists, LENT | DISPATCH, |received| {
        assert!(matches!(received, Received::Loaned(_)));
        assert!(received.arrival().lent() && received.arrival().at_dispatch());
        assert_eq!(received.lists().map(text).collect::<Vec<_>>(), ["a", "b"]);
    });
    assert!(desk.returned().is_empty());
    assert_eq!(walk(Some(lists[0].list())), addresses(&lists));
}

#[test]
fn owned_lists_are_returned_at_once_with_the_flag_of_their_indication() {
    let (desk, lists) = (Desk::default(), frames(&["a", "b"]));
    for (flags, returned) in [(0, 0), (DISPATCH, sys::NDIS_RETURN_FLAGS_DISPATCH_LEVEL)] {
        desk.indicate(&lists, flags | sys::NDIS_RECEIVE_FLAGS_SINGLE_QUEUE, |received| {
            assert!(matches!(received, Received::Owned(_)));
        });
        assert_eq!(desk.returned(), [(addresses(&lists), returned)]);
    }
}

#[test]
fn owned_lists_are_returned_when_they_are_dropped() {
    let (desk, lists) = (Desk::default(), frames(&["a"]));
    desk.indicate(&lists, 0, |received| {
        drop(received);
        assert_eq!(desk.returned(), [(addresses(&lists), 0)]);
    });
    assert_eq!(desk.returned(), [], "once");
}

#[test]
fn owned_lists_cannot_be_forgotten() {
    let (desk, lists) = (Desk::default(), frames(&["a"]));
    desk.indicate(&lists, 0, |received| std::mem::forget(received));
    assert_eq!(desk.returned(), [(addresses(&lists), 0)]);
}

#[test]
fn owned_lists_are_returned_when_the_receiver_panics() {
    let (desk, lists) = (Desk::default(), frames(&["a"]));
    let indicate = || desk.indicate(&lists, 0, |_| panic!("on purpose"));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(indicate)).is_err());
    assert_eq!(desk.returned(), [(addresses(&lists), 0)]);
}

#[test]
fn what_is_retained_is_returned_later_and_the_rest_now() {
    let (desk, lists) = (Desk::default(), frames(&["a", "keep 1", "b", "keep 2"]));
    let all = addresses(&lists);
    let kept = retain(&desk, &lists, |text| text.starts_with("keep")).unwrap();
    assert_eq!(desk.returned(), [(vec![all[0], all[2]], 0)]);
    assert_eq!(texts(&kept), ["keep 1", "keep 2"]);
    assert_eq!((kept.count(), desk.0.lock().unwrap().held), (2, 2));
    drop(kept);
    assert_eq!(desk.returned(), [(vec![all[1], all[3]], 0)]);
    assert_eq!(desk.0.lock().unwrap().held, 0);
}

#[test]
fn what_is_retained_can_be_returned_in_another_thread() {
    let (desk, lists) = (Arc::new(Desk::default()), frames(&["a"]));
    let kept = retain(&desk, &lists, |_| true);
    std::thread::scope(|scope| {
        scope.spawn(|| drop(kept));
    });
    assert_eq!(desk.returned(), [(addresses(&lists), 0)]);
}

#[test]
fn lists_of_several_indications_are_returned_together() {
    let (desk, first, second) = (Desk::default(), frames(&["a", "b"]), frames(&["c"]));
    let mut kept = retain(&desk, &first, |_| true).unwrap();
    kept.append(retain(&desk, &second, |_| true).unwrap()).ok().unwrap();
    assert_eq!(texts(&kept), ["a", "b", "c"]);
    let one = kept.take_first().unwrap();
    assert_eq!((texts(&one), texts(&kept)), (vec!["a".into()], vec!["b".into(), "c".into()]));
    drop(kept);
    assert_eq!(desk.returned(), [([&addresses(&first)[1..], &addresses(&second)].concat(), 0)]);
    assert_eq!(desk.0.lock().unwrap().held, 1);
    drop(one);
    assert_eq!(desk.0.lock().unwrap().held, 0);
}

#[test]
fn lists_of_different_bindings_are_not_returned_together() {
    let (one, other) = (Desk::default(), Desk::default());
    let (first, second) = (frames(&["a"]), frames(&["b"]));
    let mut kept = retain(&one, &first, |_| true).unwrap();
    let foreign = retain(&other, &second, |_| true).unwrap();
    let foreign = kept.append(foreign).unwrap_err();
    drop((kept, foreign));
    assert_eq!(one.returned(), [(addresses(&first), 0)]);
    assert_eq!(other.returned(), [(addresses(&second), 0)]);
}

#[test]
fn nothing_is_left_when_all_were_taken_one_by_one() {
    let (desk, lists) = (Desk::default(), frames(&["a"]));
    let mut kept = retain(&desk, &lists, |_| true).unwrap();
    drop(kept.take_first().unwrap());
    assert!(kept.take_first().is_none());
    drop(kept);
    assert_eq!(desk.returned().len(), 1);
}

#[test]
fn lists_with_split_headers_are_never_retained() {
    let mut spec = Spec::frame("split");
    spec.flags = sys::NDIS_NBL_FLAGS_HD_SPLIT;
    let (desk, lists) = (Desk::default(), chain(&[spec, Spec::frame("whole")]));
    let kept = retain(&desk, &lists, |text| {
        assert_ne!(text, "split", "the driver was asked");
        true
    });
    assert_eq!(texts(&kept.unwrap()), ["whole"]);
    assert_eq!(desk.returned()[0].0, addresses(&lists)[..1]);
}

#[test]
fn nothing_is_retained_where_nothing_may_be() {
    let (desk, lists) = (Desk::default(), frames(&["a", "b"]));
    desk.0.lock().unwrap().full = true;
    assert!(retain(&desk, &lists, |_| true).is_none());
    assert_eq!(desk.returned(), [(addresses(&lists), 0)]);
}

#[test]
fn nothing_is_retained_of_a_circle() {
    let (desk, lists) = (Desk::default(), frames(&["a", "b"]));
    // SAFETY: both are lists of this test.
    unsafe { ndis::chain::set_next(lists[1].list(), Some(lists[0].list())) };
    assert!(retain(&desk, &lists, |_| true).is_none());
    desk.indicate(&lists, LENT, |received| assert!(received.lists().count() <= 1 << 18));
    // SAFETY: as above.
    unsafe { ndis::chain::set_next(lists[1].list(), None) };
}

proptest! {
    /// Whatever is retained, and however it is put together: each list comes back once.
    #[test]
    fn each_list_comes_back_once(
        indications in prop::collection::vec((specs(), any::<u16>(), any::<bool>()), 1..6),
        order in any::<u16>(),
    ) {
        let desk = Desk::default();
        let all: Vec<_> =
            indications.iter().map(|(specs, ..)| chain(specs)).collect();
        let mut held: Vec<Retained> = Vec::new();
        for (lists, (_, which, join)) in all.iter().zip(&indications) {
            let mut at = 0;
            desk.indicate(lists, 0, |received| {
                let Received::Owned(mut owned) = received else { return };
                let kept = owned.retain(|list| {
                    at += 1;
                    assert!(!list.is_split());
                    which & 1 << at != 0
                });
                match (kept, held.last_mut()) {
                    (Some(kept), Some(last)) if *join => last.append(kept).ok().unwrap(),
                    (kept, _) => held.extend(kept),
                }
            });
        }
        while !held.is_empty() {
            let at = usize::from(order) % held.len();
            match held[at].take_first() {
                Some(one) if order % 3 == 0 => drop(one),
                _ => drop(held.remove(at)),
            }
        }
        let mut returned: Vec<_> =
            desk.returned().into_iter().flat_map(|(lists, _)| lists).collect();
        let mut indicated: Vec<_> = all.iter().flat_map(|lists| addresses(lists)).collect();
        returned.sort();
        indicated.sort();
        prop_assert_eq!(returned, indicated);
        prop_assert_eq!(desk.0.lock().unwrap().held, 0);
    }
}
