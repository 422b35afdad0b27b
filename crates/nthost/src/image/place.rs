//! What places in the files of drivers are called.

use std::{path::Path, sync::Arc};

use super::{debug_info, symbols::Symbols};
use crate::stack::Frame;

/// A place in the image of a driver file, wherever that is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub file: Arc<Path>,
    /// Bytes from the beginning of the image.
    pub offset: u32,
}

impl Place {
    /// The name of the driver: that of the file without the extension.
    pub fn module(&self) -> String {
        self.file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What the linker's map says of it.
    fn mapped(&self, symbols: &Symbols) -> Frame {
        let offset = self.offset as usize;
        let found = symbols.find(offset);
        Frame {
            module: self.module(),
            function: found.map(|(name, _)| name.to_owned()),
            offset: found.map_or(offset, |(_, inside)| inside),
            is_inlined: false,
            file: None,
            line: None,
        }
    }
}

/// The functions that each of the places lies in, those that were inlined first: from the debug
/// information beside the file, else from the linker's map.
pub(crate) fn frames(places: &[Place]) -> Vec<Frame> {
    let runs = places.chunk_by(|one, next| one.file == next.file);
    runs.flat_map(|run| run.first().map_or_else(Vec::new, |first| of_file(&first.file, run)))
        .collect()
}

fn of_file(file: &Path, places: &[Place]) -> Vec<Frame> {
    let known = debug_info::look_up(file, places);
    let mut symbols = None;
    let frames = places.iter().zip(known).flat_map(|(place, known)| {
        if known.is_empty() {
            vec![place.mapped(symbols.get_or_insert_with(|| Symbols::beside(file)))]
        } else {
            known
        }
    });
    frames.collect()
}
