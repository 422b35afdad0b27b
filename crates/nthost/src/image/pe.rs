//! Reading driver files.

use std::ops::Range;

use object::{
    LittleEndian as LE, Object,
    pe::{
        IMAGE_DIRECTORY_ENTRY_EXCEPTION, IMAGE_DIRECTORY_ENTRY_IMPORT, IMAGE_FILE_MACHINE_AMD64,
        IMAGE_REL_BASED_ABSOLUTE, IMAGE_REL_BASED_DIR64, IMAGE_SCN_MEM_EXECUTE,
        IMAGE_SCN_MEM_NOT_PAGED, IMAGE_SCN_MEM_READ, IMAGE_SCN_MEM_WRITE, IMAGE_SUBSYSTEM_NATIVE,
        ImageNtHeaders64, ImageSectionHeader,
    },
    read::pe::{ImageNtHeaders, ImageOptionalHeader, ImageThunkData, PeFile64},
};
use rustix::mm::MprotectFlags;

use super::mapping::{Mapping, PAGE};

/// A driver file that was looked at.
pub(super) struct Parsed<'data> {
    file: PeFile64<'data>,
    bytes: &'data [u8],
    /// Bytes of the image in memory.
    pub size: usize,
    /// Offset of the entry point in the image.
    pub entry: usize,
    /// Where the table of functions for unwinding lies in the image; empty if there is none.
    pub functions: Range<usize>,
    /// Imported functions.
    pub imports: Vec<Import>,
}

/// An imported function.
pub(super) struct Import {
    pub module: String,
    pub name: String,
    /// Offset in the image of the place for its address.
    pub slot: usize,
}

/// What is wrong with a file.
type Reason = String;

impl<'data> Parsed<'data> {
    /// Looks at a file.
    pub fn new(bytes: &'data [u8]) -> Result<Self, Reason> {
        let file = PeFile64::parse(bytes).map_err(|error| error.to_string())?;
        let headers: &ImageNtHeaders64 = file.nt_headers();
        if headers.file_header.machine.get(LE) != IMAGE_FILE_MACHINE_AMD64 {
            return Err("it is for another processor".into());
        }
        let optional = headers.optional_header();
        if optional.subsystem() != IMAGE_SUBSYSTEM_NATIVE {
            return Err("its subsystem is not NATIVE".into());
        }
        let size = optional.size_of_image() as usize;
        let entry = optional.address_of_entry_point() as usize;
        if entry == 0 || entry >= size {
            return Err("it has no entry point".into());
        }
        let imports = imports(&file, bytes)?;
        if imports.iter().any(|import| import.slot + 8 > size) {
            return Err("its imports lie outside of it".into());
        }
        let functions = functions(&file);
        Ok(Self { file, bytes, size, entry, functions, imports })
    }

    /// Its sections.
    pub fn sections(&self) -> impl Iterator<Item = &'data ImageSectionHeader> {
        self.file.section_table().iter()
    }

    /// Offsets of the sections with code or data that may be paged out: those whose names say so.
    pub fn pageable(&self) -> Vec<Range<usize>> {
        let pageable = self.sections().filter(|section| {
            let flags = section.characteristics.get(LE);
            section.name.starts_with(b"PAGE") && !flags.contains(IMAGE_SCN_MEM_NOT_PAGED)
        });
        let ranges = pageable.map(|section| {
            let start = section.virtual_address.get(LE) as usize;
            start..start + section.virtual_size.get(LE) as usize
        });
        ranges.collect()
    }

    /// Copies the headers and sections to where they belong, and relocates them.
    pub fn copy_to(&self, mapping: &Mapping) -> Result<(), Reason> {
        let headers = self.file.nt_headers().optional_header().size_of_headers() as usize;
        let headers = self.bytes.get(..headers.min(self.size));
        mapping.write(0, headers.ok_or("its headers are cut off")?);
        for section in self.sections() {
            let data = section.pe_data(self.bytes).map_err(|error| error.to_string())?;
            let start = section.virtual_address.get(LE) as usize;
            let size = section.virtual_size.get(LE) as usize;
            let data = data.get(..data.len().min(size)).unwrap_or_default();
            if !start.is_multiple_of(PAGE) {
                return Err("a section does not begin at a page".into());
            }
            if start.checked_add(size.max(data.len())).is_none_or(|end| end > self.size) {
                return Err("a section lies outside of it".into());
            }
            mapping.write(start, data);
        }
        self.relocate(mapping)
    }

    fn relocate(&self, mapping: &Mapping) -> Result<(), Reason> {
        let preferred = self.file.relative_address_base();
        let shift = (mapping.base() as u64).wrapping_sub(preferred);
        let directories = self.file.data_directories();
        let sections = self.file.section_table();
        let blocks = directories
            .relocation_blocks(self.bytes, &sections)
            .map_err(|error| error.to_string())?;
        let Some(mut blocks) = blocks else { return Ok(()) };
        while let Some(block) = blocks.next().map_err(|error| error.to_string())? {
            for relocation in block {
                let at = relocation.virtual_address as usize;
                match relocation.typ {
                    IMAGE_REL_BASED_ABSOLUTE => continue,
                    IMAGE_REL_BASED_DIR64 => {}
                    other => return Err(format!("it has a relocation of the type {other}")),
                }
                let value = mapping.read(at).ok_or("a relocation lies outside of it")?;
                let value = u64::from_le_bytes(value).wrapping_add(shift);
                mapping.write(at, &value.to_le_bytes());
            }
        }
        Ok(())
    }

    /// Gives each section the access that its header asks for, and the headers that of reading.
    pub fn protect(&self, mapping: &Mapping) -> std::io::Result<()> {
        mapping.protect(0, mapping.size(), MprotectFlags::READ)?;
        for section in self.sections() {
            let wanted = section.characteristics.get(LE);
            let access = [
                (IMAGE_SCN_MEM_READ, MprotectFlags::READ),
                (IMAGE_SCN_MEM_WRITE, MprotectFlags::WRITE),
                (IMAGE_SCN_MEM_EXECUTE, MprotectFlags::EXEC),
            ];
            let access = access.into_iter().filter(|&(flag, _)| wanted.contains(flag));
            let access = access.fold(MprotectFlags::empty(), |all, (_, access)| all | access);
            let start = section.virtual_address.get(LE) as usize;
            let size = (section.virtual_size.get(LE) as usize).next_multiple_of(PAGE);
            mapping.protect(start, size.min(mapping.size() - start), access)?;
        }
        Ok(())
    }
}

fn functions(file: &PeFile64<'_>) -> Range<usize> {
    let directory = file.data_directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION);
    directory.map_or(0..0, |directory| {
        let start = directory.virtual_address.get(LE) as usize;
        start..start.saturating_add(directory.size.get(LE) as usize)
    })
}

fn imports(file: &PeFile64<'_>, bytes: &[u8]) -> Result<Vec<Import>, Reason> {
    let text = |error: object::read::Error| error.to_string();
    let sections = file.section_table();
    if file.data_directory(IMAGE_DIRECTORY_ENTRY_IMPORT).is_none() {
        return Ok(Vec::new());
    }
    let table = file.data_directories().import_table(bytes, &sections).map_err(text)?;
    let Some(table) = table else { return Ok(Vec::new()) };
    let mut imports = Vec::new();
    let mut descriptors = table.descriptors().map_err(text)?;
    while let Some(descriptor) = descriptors.next().map_err(text)? {
        let module = table.name(descriptor.name.get(LE)).map_err(text)?;
        let module = String::from_utf8_lossy(module).into_owned();
        let mut slot = descriptor.first_thunk.get(LE) as usize;
        let names = match descriptor.original_first_thunk.get(LE) {
            0 => descriptor.first_thunk.get(LE),
            names => names,
        };
        let mut thunks = table.thunks(names).map_err(text)?;
        while let Some(thunk) = thunks.next::<ImageNtHeaders64>().map_err(text)? {
            if thunk.is_ordinal() {
                return Err(format!("it imports from {module} by ordinal"));
            }
            let (_, name) = table.hint_name(thunk.address()).map_err(text)?;
            let name = String::from_utf8_lossy(name).into_owned();
            imports.push(Import { module: module.clone(), name, slot });
            slot += 8;
        }
    }
    Ok(imports)
}
