//! Sources that need nothing of the machine.

mod feeding;
mod files;
mod made_up;
mod specs;

use super::{Opened, Progress, Spec, open};
use crate::ndis::{Adapter, Frame};

/// The adapter of a spec, and all its frames.
fn read(spec: &Spec) -> Result<(Adapter, Vec<Frame>), String> {
    let mut opened = open(std::slice::from_ref(spec)).map_err(|error| error.to_string())?;
    let (adapter, mut source): Opened = opened.remove(0);
    let mut frames = Vec::new();
    loop {
        match source.next(&mut frames) {
            Ok(Progress::More) => {}
            Ok(Progress::End) => return Ok((adapter, frames)),
            Err(error) => return Err(error.to_string()),
        }
    }
}
