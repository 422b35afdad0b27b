//! Driver files in memory.

mod error;
mod mapping;
mod pe;
mod stubs;
mod symbols;
#[cfg(test)]
mod tests;

use std::{
    ffi::c_void,
    fs,
    path::{Path, PathBuf},
};

pub use self::error::LoadError;
pub(crate) use self::stubs::Stub;
use self::{mapping::Mapping, pe::Parsed, stubs::Stubs, symbols::Symbols};
use crate::export::{self, Export};

/// A driver file, mapped, relocated and with its imports bound.
///
/// When it is dropped its memory becomes inaccessible but stays reserved for the rest of the process, so
/// that a call that comes late meets a fault and not other code.
pub(crate) struct Image {
    path: PathBuf,
    mapping: Mapping,
    entry: usize,
    symbols: Symbols,
    stubs: Stubs,
}

impl Image {
    /// Loads a file.
    ///
    /// # Errors
    ///
    /// Why it cannot be loaded; all imports that the kernel lacks at once.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let bytes =
            fs::read(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        let parsed = Parsed::new(&bytes).map_err(|reason| error::not_a_driver(path, reason))?;
        let exports = resolve(path, &parsed)?;
        let mapping = Mapping::new(parsed.size)
            .map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        parsed.copy_to(&mapping).map_err(|reason| error::not_a_driver(path, reason))?;
        let stubs = Stubs::new(&exports)
            .map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        for (import, address) in parsed.imports.iter().zip(stubs.addresses(&exports)) {
            mapping.write(import.slot, &(address as u64).to_le_bytes());
        }
        parsed
            .protect(&mapping)
            .map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        let entry = mapping.base() + parsed.entry;
        Ok(Self { path: path.to_owned(), mapping, entry, symbols: Symbols::beside(path), stubs })
    }

    /// The address of the entry point.
    pub fn entry(&self) -> *const c_void {
        self.entry as *const c_void
    }

    /// The file that it was loaded from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it lies in memory.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.mapping.base()..self.mapping.base() + self.mapping.size()
    }

    /// What a report calls an address in the image: `module!function+0x12`.
    pub fn describe(&self, address: usize) -> Option<String> {
        let offset = self.range().contains(&address).then(|| address - self.mapping.base())?;
        let module = self.path.file_stem().unwrap_or_default().to_string_lossy();
        Some(match self.symbols.find(offset) {
            Some((name, 0)) => format!("{module}!{name}"),
            Some((name, inside)) => format!("{module}!{name}+{inside:#x}"),
            None => format!("{module}+{offset:#x}"),
        })
    }

    /// What it imports, with how often each was called.
    pub fn calls(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.stubs.calls()
    }
}

/// The export for each import of a file.
fn resolve(path: &Path, parsed: &Parsed<'_>) -> Result<Vec<&'static Export>, LoadError> {
    let mut missing = Vec::new();
    let mut found = Vec::new();
    for import in &parsed.imports {
        match export::find(&import.module, &import.name) {
            Some(export) => found.push(export),
            None => missing.push(format!("{}!{}", import.module, import.name)),
        }
    }
    if missing.is_empty() {
        Ok(found)
    } else {
        Err(LoadError::MissingImports { path: path.to_owned(), names: missing })
    }
}
