//! Lists of net buffers of every geometry, lent or owned, some of them retained: frames are read as they lie there or
//! refused, and each owned list comes back once.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use ndis::{BufferView, ChainError, Received, Retained};
use ndis_sys as sys;

#[path = "../../crates/ndis/tests/host/built.rs"]
mod built;

use built::{Buffer, Built, Desk, Spec, chain};

#[derive(Arbitrary, Debug)]
struct Frame {
    /// The bytes of each MDL; those that cannot be mapped have a length only.
    parts: Vec<Result<Vec<u8>, u8>>,
    offset: u16,
    length: u16,
}

#[derive(Arbitrary, Debug)]
struct List {
    frames: Vec<Frame>,
    flags: u32,
}

#[derive(Arbitrary, Debug)]
struct Indication {
    lists: Vec<List>,
    /// `NDIS_RECEIVE_FLAGS_…`.
    flags: u32,
    /// Which lists are retained, and whether with those of the indication before.
    retained: u64,
    together: bool,
    /// Nothing may be retained.
    full: bool,
}

fn buffer(frame: &Frame) -> Buffer {
    Buffer {
        parts: frame.parts.iter().map(|part| part.clone().map_err(usize::from)).collect(),
        offset: frame.offset.into(),
        length: frame.length.into(),
    }
}

fn spec(list: &List) -> Spec {
    Spec { buffers: list.frames.iter().map(buffer).collect(), flags: list.flags, slots: vec![] }
}

fn read(frame: BufferView<'_>) -> Result<Vec<u8>, ChainError> {
    frame.pieces().collect::<Result<Vec<_>, _>>().map(|pieces| pieces.concat())
}

fn look(received: &Received<'_>, specs: &[Spec]) {
    assert_eq!(received.lists().count(), specs.len());
    for (list, spec) in received.lists().zip(specs) {
        assert_eq!(list.buffers().count(), spec.buffers.len());
        for (frame, buffer) in list.buffers().zip(&spec.buffers) {
            let (bytes, mut storage) = (buffer.model(), [0; 16]);
            assert_eq!(read(frame), bytes);
            if let Ok(bytes) = bytes {
                let first = &bytes[..bytes.len().min(storage.len())];
                assert_eq!(frame.first(&mut storage), Ok(first));
            }
        }
    }
}

/// Indicates lists and retains some.
fn indicate(indication: &Indication, desk: &Desk, held: &mut Vec<Retained>) -> Vec<Built> {
    let specs: Vec<_> = indication.lists.iter().map(spec).collect();
    let lists = chain(&specs);
    if lists.is_empty() {
        return lists;
    }
    desk.0.lock().unwrap().full = indication.full;
    desk.indicate(&lists, indication.flags, |received| {
        look(&received, &specs);
        let Received::Owned(mut owned) = received else { return };
        let mut at = 0_u32;
        let kept = owned.retain(|list| {
            assert!(!list.is_split());
            at += 1;
            indication.retained.rotate_left(at) & 1 != 0
        });
        match (kept, held.last_mut()) {
            (Some(kept), Some(last)) if indication.together => {
                assert!(last.append(kept).is_ok());
            }
            (kept, _) => held.extend(kept),
        }
    });
    lists
}

fuzz_target!(|indications: Vec<Indication>| {
    let (desk, mut held) = (Desk::default(), Vec::new());
    let mut built = Vec::new();
    let mut owned = Vec::new();
    for indication in &indications {
        let lists = indicate(indication, &desk, &mut held);
        if indication.flags & sys::NDIS_RECEIVE_FLAGS_RESOURCES == 0 {
            owned.extend(lists.iter().map(Built::list));
        }
        built.push(lists);
    }
    drop(held);
    let returned = desk.returned().into_iter();
    let mut returned: Vec<_> = returned.flat_map(|(lists, _)| lists).collect();
    returned.sort();
    owned.sort();
    assert_eq!(returned, owned);
    assert_eq!(desk.0.lock().unwrap().held, 0);
});
