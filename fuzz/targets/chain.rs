//! Chains of MDLs of every geometry: what is read is what lies there, or the chain is refused.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use wdm::chain::{ChainError, Mdl, Pieces};

#[derive(Arbitrary, Debug)]
struct Input {
    /// The bytes of each MDL; those that cannot be mapped have a length only.
    mdls: Vec<Result<Vec<u8>, u8>>,
    offset: u16,
    length: u16,
}

/// The MDLs from one on.
#[derive(Clone, Copy)]
struct Chain<'a>(&'a Result<Vec<u8>, u8>, &'a [Result<Vec<u8>, u8>]);

impl<'a> Chain<'a> {
    fn new(mdls: &'a [Result<Vec<u8>, u8>]) -> Option<Self> {
        let (first, rest) = mdls.split_first()?;
        Some(Self(first, rest))
    }
}

impl Mdl for Chain<'_> {
    fn next(self) -> Option<Self> {
        Self::new(self.1)
    }

    fn byte_count(self) -> usize {
        self.0.as_ref().map_or_else(|&length| length.into(), Vec::len)
    }

    fn bytes(self) -> Option<*const [u8]> {
        self.0.as_deref().ok().map(std::ptr::from_ref)
    }
}

/// The bytes as a simple copy finds them; `None` for each that cannot be mapped.
fn model(input: &Input) -> Option<Vec<Option<u8>>> {
    let (offset, length) = (usize::from(input.offset), usize::from(input.length));
    let first = Chain::new(&input.mdls)?.byte_count();
    let all: Vec<_> = input
        .mdls
        .iter()
        .flat_map(|mdl| match mdl {
            Ok(bytes) => bytes.iter().copied().map(Some).collect::<Vec<_>>(),
            Err(length) => vec![None; usize::from(*length)],
        })
        .collect();
    let wanted = all.get(offset..offset + length)?;
    (offset <= first).then(|| wanted.to_vec())
}

fuzz_target!(|input: Input| {
    let (offset, length) = (usize::from(input.offset), usize::from(input.length));
    if length == 0 {
        return;
    }
    let pieces = Pieces::new(Chain::new(&input.mdls), offset, length);
    let read: Result<Vec<_>, _> = pieces
        .map(|piece| {
            // SAFETY: the pieces lie in the vectors of the input.
            piece.map(|piece| unsafe { &*piece }.to_vec())
        })
        .collect();
    match (model(&input), read) {
        (None, Err(_)) => {}
        (Some(bytes), Ok(read)) => {
            let bytes: Option<Vec<u8>> = bytes.into_iter().collect();
            assert_eq!(Some(read.concat()), bytes);
        }
        (Some(bytes), Err(error)) => {
            assert_eq!(error, ChainError::Unmapped);
            assert!(bytes.contains(&None));
        }
        (None, Ok(_)) => panic!("more was read than there is"),
    }
});
