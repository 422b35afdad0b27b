//! A parsed driver file, as the rules look at it.

use object::{
    FileKind, LittleEndian as LE,
    pe::{
        IMAGE_SCN_MEM_EXECUTE, ImageFileHeader, ImageNtHeaders64, ImageOptionalHeader64,
        ImageSectionHeader,
    },
    read::pe::PeFile64,
};

use super::imports::{self, Function, Module};

/// What a rule says: nothing, or what is wrong and what to do about it.
pub(super) type Verdict = Result<(), String>;

/// Why a file is no PE image that the rules could look at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotPe(String);

/// A parsed driver file.
pub(super) struct Image<'data> {
    /// The whole file.
    pub(super) bytes: &'data [u8],
    /// The text of the linker's map, if there is one.
    pub(super) map: Option<&'data str>,
    /// The name that the file has on the disk, if it is known.
    pub(super) name: Option<&'data str>,
    /// The headers, directories and sections.
    pub(super) file: PeFile64<'data>,
    /// What it imports, or why the import table cannot be read.
    pub(super) imports: Result<Vec<Module>, String>,
}

impl<'data> Image<'data> {
    /// Parses `bytes`.
    pub(super) fn parse(
        bytes: &'data [u8],
        map: Option<&'data str>,
        name: Option<&'data str>,
    ) -> Result<Self, NotPe> {
        check_kind(bytes)?;
        let file = PeFile64::parse(bytes).map_err(|error| {
            NotPe(format!("The headers of this PE image are damaged ({error}). Link it again."))
        })?;
        let imports = imports::read(&file);
        Ok(Self { bytes, map, name, file, imports })
    }

    /// The signature and the two headers.
    pub(super) fn headers(&self) -> &'data ImageNtHeaders64 {
        self.file.nt_headers()
    }

    /// The COFF file header.
    pub(super) fn file_header(&self) -> &'data ImageFileHeader {
        &self.headers().file_header
    }

    /// The optional header.
    pub(super) fn optional_header(&self) -> &'data ImageOptionalHeader64 {
        &self.headers().optional_header
    }

    /// All section headers.
    pub(super) fn sections(&self) -> impl Iterator<Item = &'data ImageSectionHeader> {
        self.file.section_table().iter()
    }

    /// The section that an address of the loaded image lies in.
    pub(super) fn section_at(&self, address: u32) -> Option<&'data ImageSectionHeader> {
        self.file.section_table().section_containing(address)
    }

    /// True if an address of the loaded image lies in executable memory.
    pub(super) fn is_code(&self, address: u32) -> bool {
        self.section_at(address).is_some_and(is_executable)
    }

    /// Address and size of a data directory that is there. `index` is one of the
    /// `IMAGE_DIRECTORY_ENTRY_` constants.
    pub(super) fn directory(&self, index: usize) -> Option<(u32, u32)> {
        self.file.data_directory(index).map(object::pe::ImageDataDirectory::address_range)
    }

    /// `size` bytes of the loaded image from `address` on, if the file has them all.
    pub(super) fn data_at(&self, address: u32, size: u32) -> Option<&'data [u8]> {
        let data = self.file.section_table().pe_data_at(self.bytes, address)?;
        data.get(..usize::try_from(size).ok()?)
    }

    /// All functions that are imported, as far as the import table can be read.
    pub(super) fn imported_functions(&self) -> impl Iterator<Item = &Function> {
        self.imports.iter().flatten().flat_map(|module| &module.functions)
    }
}

/// Only a 64-bit PE image can be a driver for the processors that Windows runs on.
fn check_kind(bytes: &[u8]) -> Result<(), NotPe> {
    let reason = match FileKind::parse(bytes) {
        Ok(FileKind::Pe64) => return Ok(()),
        Ok(FileKind::Pe32) => {
            "This is a 32-bit image (PE32), and 64-bit Windows loads PE32+ drivers only. Build for \
             x86_64-pc-windows-msvc or aarch64-pc-windows-msvc."
        }
        _ => {
            "This is no PE image: it has no MZ header, or none that leads to a PE header. Name the \
             .sys file that the linker made."
        }
    };
    Err(NotPe(reason.to_owned()))
}

/// True if the memory of `section` can be executed.
pub(super) fn is_executable(section: &ImageSectionHeader) -> bool {
    section.characteristics.get(LE).contains(IMAGE_SCN_MEM_EXECUTE)
}

/// The name of a section, fit to be printed.
pub(super) fn section_name(section: &ImageSectionHeader) -> String {
    let name = section.name.split(|&byte| byte == 0).next().unwrap_or_default();
    name.escape_ascii().to_string()
}

/// The names of those sections that `is_wrong` picks, or `None` if there are none.
pub(super) fn names_of_sections<'data>(
    sections: impl Iterator<Item = &'data ImageSectionHeader>,
    is_wrong: impl Fn(&ImageSectionHeader) -> bool,
) -> Option<String> {
    let names: Vec<_> = sections.filter(|section| is_wrong(section)).map(section_name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The first `most` of `items` with commas between them, and how many there are beyond.
pub(super) fn list(mut items: impl Iterator<Item = String>, most: usize) -> String {
    let first = items.by_ref().take(most).collect::<Vec<_>>().join(", ");
    match items.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
