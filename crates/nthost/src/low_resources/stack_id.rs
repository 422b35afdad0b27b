//! Names of stacks.

use std::{fmt, hash::Hasher, str::FromStr};

use rustc_hash::FxHasher;
use serde::Serialize;

use crate::image::Place;

/// Stands for a function of the kernel and the stack that a driver calls it with. It is the same in every
/// run with the same driver file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct StackId(u64);

impl StackId {
    pub(super) fn of(function: &str, stack: &[Place]) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write(function.as_bytes());
        for place in stack {
            if let Some(name) = place.file.file_name() {
                hasher.write(name.as_encoded_bytes());
            }
            hasher.write_u32(place.offset);
        }
        Self(hasher.finish())
    }
}

impl fmt::Display for StackId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl From<StackId> for String {
    fn from(id: StackId) -> Self {
        id.to_string()
    }
}

/// A text is not the name of a stack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a stack is a number of up to 16 hexadecimal digits")]
pub struct NoStackId;

impl FromStr for StackId {
    type Err = NoStackId;

    fn from_str(text: &str) -> Result<Self, NoStackId> {
        u64::from_str_radix(text, 16).map(Self).map_err(|_| NoStackId)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{NoStackId, StackId};
    use crate::image::Place;

    #[test]
    fn differs_with_the_function_and_with_each_place_but_not_with_the_folder() {
        let stack = |folder: &str, offsets: &[u32]| {
            let file = Path::new(folder).join("a.sys").into();
            offsets
                .iter()
                .map(|&offset| Place { file: std::sync::Arc::clone(&file), offset })
                .collect::<Vec<_>>()
        };
        let id = StackId::of("IoAllocateIrp", &stack("/one", &[0x10, 0x20]));
        assert_eq!(id, StackId::of("IoAllocateIrp", &stack("/other", &[0x10, 0x20])));
        assert_ne!(id, StackId::of("IoAllocateMdl", &stack("/one", &[0x10, 0x20])));
        assert_ne!(id, StackId::of("IoAllocateIrp", &stack("/one", &[0x10, 0x21])));
        assert_ne!(id, StackId::of("IoAllocateIrp", &stack("/one", &[0x10])));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("0x".parse::<StackId>(), Err(NoStackId));
    }
}
