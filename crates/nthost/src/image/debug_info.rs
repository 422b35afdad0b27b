//! Functions and lines of a driver, from the debug information beside it.

use std::{fs::File, path::Path};

use pdb_addr2line::{ContextPdbData, FunctionFrames, TypeFormatterFlags, pdb::PDB};

use super::place::Place;
use crate::stack::Frame;

/// For each place in the image of a file the functions that it lies in, those that were inlined first. A
/// place that the debug information does not know has none; all have none if there is no such information.
pub(super) fn look_up(file: &Path, places: &[Place]) -> Vec<Vec<Frame>> {
    all(file, places).unwrap_or_else(|| vec![Vec::new(); places.len()])
}

fn all(file: &Path, places: &[Place]) -> Option<Vec<Vec<Frame>>> {
    let pdb = PDB::open(File::open(file.with_extension("pdb")).ok()?).ok()?;
    let data = ContextPdbData::try_from_pdb(pdb).ok()?;
    let names = TypeFormatterFlags::default() | TypeFormatterFlags::NO_ARGUMENTS;
    let context = data.make_context_with_formatter_flags(names).ok()?;
    let found = places.iter().map(|place| {
        let found = context.find_frames(place.offset).ok().flatten();
        found.map(|found| frames(place, found)).unwrap_or_default()
    });
    Some(found.collect())
}

fn frames(place: &Place, found: FunctionFrames<'_>) -> Vec<Frame> {
    let outermost = found.frames.len().saturating_sub(1);
    let frames = found.frames.into_iter().enumerate();
    let frames = frames.map(|(index, frame)| Frame {
        module: place.module(),
        function: frame.function,
        offset: (place.offset - found.start_rva) as usize,
        is_inlined: index != outermost,
        file: frame.file.as_deref().map(relative),
        line: frame.line,
    });
    frames.collect()
}

/// The part of a file's name that is the same on every machine: what is in the folder `src`.
fn relative(name: &str) -> String {
    let parts: Vec<_> = name.split(['/', '\\']).collect();
    let source = parts.iter().rposition(|&part| part == "src");
    let start = source.map_or(parts.len() - 1, |source| source + 1);
    parts.get(start..).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn names_of_files_are_those_of_no_machine() {
        assert_eq!(relative("/home/me/winrx/ndisrx/src/bind.rs"), "bind.rs");
        assert_eq!(relative(r"C:\rust\library\core\src\ptr\mod.rs"), "ptr/mod.rs");
        assert_eq!(relative("/build/main.c"), "main.c");
        assert_eq!(relative("main.c"), "main.c");
    }
}
