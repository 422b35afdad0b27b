//! Every geometry of a chain of MDLs is read right, or refused.

use proptest::prelude::*;
use wdm::chain::{ChainError, MAX_EMPTY, Mdl, Pieces};

/// MDLs in memory of a test: those from `at` on.
#[derive(Clone, Copy, Debug)]
struct Test<'a> {
    mdls: &'a [Option<Vec<u8>>],
}

impl<'a> Test<'a> {
    fn first(mdls: &'a [Option<Vec<u8>>]) -> Option<Self> {
        (!mdls.is_empty()).then_some(Self { mdls })
    }
}

/// How long an MDL is that cannot be mapped.
const UNMAPPED: usize = 10;

impl Mdl for Test<'_> {
    fn next(self) -> Option<Self> {
        Self::first(&self.mdls[1..])
    }

    fn byte_count(self) -> usize {
        self.mdls[0].as_ref().map_or(UNMAPPED, Vec::len)
    }

    fn bytes(self) -> Option<*const [u8]> {
        self.mdls[0].as_deref().map(std::ptr::from_ref)
    }
}

fn read(
    mdls: &[Option<Vec<u8>>],
    offset: usize,
    length: usize,
) -> Result<Vec<Vec<u8>>, ChainError> {
    let copy = |piece: *const [u8]| {
        // SAFETY: the pieces lie in the vectors of `mdls`, which are borrowed.
        unsafe { &*piece }.to_vec()
    };
    Pieces::new(Test::first(mdls), offset, length).map(|piece| piece.map(copy)).collect()
}

fn mdls(parts: &[&str]) -> Vec<Option<Vec<u8>>> {
    parts.iter().map(|part| Some(part.as_bytes().to_vec())).collect()
}

#[test]
fn the_offset_counts_in_the_first_mdl_only() {
    let chain = mdls(&["abcd", "efgh"]);
    assert_eq!(read(&chain, 2, 4).unwrap(), [b"cd", b"ef"]);
    assert_eq!(read(&chain, 4, 4).unwrap(), [b"efgh"]);
    assert_eq!(read(&chain, 5, 1), Err(ChainError::Malformed));
    assert_eq!(read(&chain, usize::MAX, 1), Err(ChainError::Malformed));
}

#[test]
fn empty_mdls_are_passed_over() {
    assert_eq!(read(&mdls(&["", "a", "", "", "b", ""]), 0, 2).unwrap(), [b"a", b"b"]);
}

#[test]
fn the_length_may_end_anywhere() {
    let chain = mdls(&["abc", "def", "ghi"]);
    assert_eq!(read(&chain, 0, 4).unwrap(), [&b"abc"[..], b"d"]);
    assert_eq!(read(&chain, 0, 3).unwrap(), [b"abc"]);
    assert_eq!(read(&chain, 0, 0).unwrap(), [""; 0].map(Vec::from));
    assert_eq!(read(&chain, 9, 0).unwrap().len(), 0, "nothing is looked at for no bytes");
}

#[test]
fn a_chain_that_is_too_short_is_refused() {
    assert_eq!(read(&mdls(&["abc"]), 0, 4), Err(ChainError::Malformed));
    assert_eq!(read(&[], 0, 1), Err(ChainError::Malformed));
}

#[test]
fn only_what_is_needed_is_mapped() {
    let chain = [mdls(&["abc"]), vec![None], mdls(&["def"])].concat();
    assert_eq!(read(&chain, 0, 3).unwrap(), [b"abc"]);
    assert_eq!(read(&chain, 0, 4), Err(ChainError::Unmapped));
    assert_eq!(read(&chain[1..], UNMAPPED, 3).unwrap(), [b"def"]);
}

#[test]
fn nothing_comes_after_an_error() {
    let chain = [vec![None], mdls(&["def"])].concat();
    let mut pieces = Pieces::new(Test::first(&chain), 0, 13);
    assert!(pieces.next().unwrap().is_err());
    assert!(pieces.next().is_none());
}

#[derive(Clone, Copy)]
struct Circle;

impl Mdl for Circle {
    fn next(self) -> Option<Self> {
        Some(self)
    }

    fn byte_count(self) -> usize {
        0
    }

    fn bytes(self) -> Option<*const [u8]> {
        None
    }
}

#[test]
fn a_circle_of_empty_mdls_has_an_end() {
    assert!(!Pieces::new(Some(Circle), 0, 1).scattered());
    let read: Vec<_> = Pieces::new(Some(Circle), 0, 1).collect();
    assert_eq!(read, [Err(ChainError::Malformed)]);
    let empty = vec![Some(vec![]); MAX_EMPTY];
    let chain = [empty, mdls(&["abc"])].concat();
    assert_eq!(read_all(&chain), b"abc");
}

fn read_all(chain: &[Option<Vec<u8>>]) -> Vec<u8> {
    read(chain, 0, chain.iter().flatten().map(Vec::len).sum()).unwrap().concat()
}

#[test]
fn knows_whether_it_is_scattered() {
    let chain = mdls(&["abc", "def"]);
    let scattered = |offset, length| Pieces::new(Test::first(&chain), offset, length).scattered();
    assert!(!scattered(0, 3) && scattered(0, 4) && scattered(1, 3) && !scattered(1, 2));
    assert!(!scattered(3, 3) && !Pieces::<Test<'_>>::new(None, 0, 0).scattered());
    let chain = mdls(&["", "abc", "", "def"]);
    let scattered = |length| Pieces::new(Test::first(&chain), 0, length).scattered();
    assert!(!scattered(3) && scattered(4));
}

proptest! {
    #[test]
    fn reads_what_lies_there(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..9),
        offset in 0_usize..25,
        length in 0_usize..150,
    ) {
        let chain: Vec<_> = parts.iter().cloned().map(Some).collect();
        let all = parts.concat();
        let inside = parts.first().is_some_and(|first| offset <= first.len());
        let expected = inside.then(|| all.get(offset..offset + length)).flatten();
        match read(&chain, offset, length) {
            Ok(pieces) => {
                prop_assert!(pieces.iter().all(|piece| !piece.is_empty()));
                prop_assert!(length == 0 || expected == Some(&pieces.concat()[..]));
            }
            Err(error) => {
                prop_assert_eq!(error, ChainError::Malformed);
                prop_assert_eq!(expected, None);
            }
        }
    }
}
