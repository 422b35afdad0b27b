//! Driver files in memory.

mod debug_info;
mod error;
mod integrity;
mod mapping;
mod pe;
mod place;
mod stubs;
mod symbols;
#[cfg(test)]
mod tests;

use std::{ffi::c_void, fs, mem, ops::Range, path::Path, sync::Arc};

pub use self::error::LoadError;
use self::{mapping::Mapping, pe::Parsed, stubs::Stubs, symbols::Symbols};
pub(crate) use self::{
    place::{Place, frames},
    stubs::Stub,
};
use crate::{
    export::{self, Export},
    fault::regions::{self, Meaning},
    overtime::Code,
    stack::Unwinder,
    verifier::catalogue::fault::UNLOADED,
};

/// A driver file, mapped, relocated and with its imports bound.
///
/// When it is dropped its memory becomes inaccessible but stays reserved for the rest of the process, so
/// that a call that comes late meets a fault and not other code.
pub(crate) struct Image {
    path: Arc<Path>,
    mapping: Mapping,
    entry: usize,
    symbols: Symbols,
    unwinder: Unwinder,
    stubs: Stubs,
    /// Gone before its memory is.
    _code: Code,
    /// Offsets of code and data that may be paged out.
    pageable: Vec<Range<usize>>,
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
        if let Some((check, reason)) = integrity::problem(&parsed) {
            return Err(LoadError::Integrity { path: path.to_owned(), check, reason });
        }
        let exports = resolve(path, &parsed)?;
        let mapping = Mapping::new(parsed.size)
            .map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        parsed.copy_to(&mapping).map_err(|reason| error::not_a_driver(path, reason))?;
        let stubs = Stubs::new(&exports)
            .map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        for (import, address) in parsed.imports.iter().zip(stubs.addresses(&exports)) {
            mapping.write(import.slot, &(address as u64).to_le_bytes());
        }
        let unwinder = Unwinder::new(mapping.base(), mapping.copy(), parsed.functions.clone());
        parsed
            .protect(&mapping)
            .map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        let entry = mapping.base() + parsed.entry;
        let symbols = Symbols::beside(path);
        let pageable = parsed.pageable();
        let code = Code::new(&(mapping.base()..mapping.base() + mapping.size()));
        Ok(Self {
            path: path.into(),
            mapping,
            entry,
            symbols,
            unwinder,
            stubs,
            _code: code,
            pageable,
        })
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
    pub fn range(&self) -> Range<usize> {
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

    /// Where an address is, if it is in the image.
    pub fn place(&self, address: usize) -> Option<Place> {
        let offset = self.range().contains(&address).then(|| address - self.mapping.base())?;
        Some(Place { file: Arc::clone(&self.path), offset: u32::try_from(offset).ok()? })
    }

    /// What its functions' frames are like.
    pub fn unwinder(&self) -> &Unwinder {
        &self.unwinder
    }

    /// Whether an address is in code or data that may be paged out.
    pub fn is_pageable(&self, address: usize) -> bool {
        let offset = address.wrapping_sub(self.mapping.base());
        self.pageable.iter().any(|range| range.contains(&offset))
    }

    /// What it imports, with how often each was called.
    pub fn calls(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.stubs.calls()
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let module = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let range = self.range();
        let start = range.start;
        let unloaded = regions::register(range, move |address| {
            let offset = address - start;
            Some(Meaning {
                check: UNLOADED,
                what: format!("{module}+{offset:#x}, which is unloaded"),
                history: Vec::new(),
            })
        });
        // The addresses are never used again.
        mem::forget(unloaded);
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
