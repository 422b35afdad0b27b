//! Rules about the sections: how they lie in memory and in the file, and what may be done with them.

use object::{
    LittleEndian as LE,
    pe::{
        IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY, IMAGE_SCN_CNT_CODE,
        IMAGE_SCN_CNT_INITIALIZED_DATA, IMAGE_SCN_CNT_UNINITIALIZED_DATA, IMAGE_SCN_MEM_WRITE,
        ImageSectionHeader,
    },
};

use super::image::{Image, Verdict, is_executable, names_of_sections};

/// The size of a page of x64 and of ARM64 Windows.
const PAGE: u32 = 0x1000;

/// Protection works on whole pages: with memory integrity on, Windows loads no driver that has a
/// section begin inside one. Driver Verifier reports it as bug check 0xC4 with parameter 0x2004.
///
/// [Code integrity checking](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/code-integrity-checking)
pub(super) fn section_alignment(image: &Image<'_>) -> Verdict {
    let alignment = image.optional_header().section_alignment.get(LE);
    if alignment == 0 || !alignment.is_multiple_of(PAGE) {
        return Err(format!(
            "The section alignment {alignment:#x} is no multiple of a page ({PAGE:#x} bytes). Link \
             without /ALIGN."
        ));
    }
    let is_off =
        |section: &ImageSectionHeader| !section.virtual_address.get(LE).is_multiple_of(alignment);
    match names_of_sections(image.sections(), is_off) {
        None => Ok(()),
        Some(names) => Err(format!(
            "Sections that do not begin at a multiple of the section alignment {alignment:#x}: \
             {names}. Link again, and have no tool move sections."
        )),
    }
}

/// The loader maps the sections from the file as the section table says, and refuses a file that is
/// not laid out by the rules of the format.
///
/// [Optional header](https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#optional-header-windows-specific-fields-image-only)
pub(super) fn file_alignment(image: &Image<'_>) -> Verdict {
    let alignment = image.optional_header().file_alignment.get(LE);
    if !alignment.is_power_of_two() || !(0x200..=0x1_0000).contains(&alignment) {
        return Err(format!(
            "The file alignment {alignment:#x} is no power of two from 0x200 to 0x10000. Link \
             without /FILEALIGN."
        ));
    }
    let is_off = |section: &ImageSectionHeader| {
        !section.pointer_to_raw_data.get(LE).is_multiple_of(alignment)
    };
    if let Some(names) = names_of_sections(image.sections(), is_off) {
        return Err(format!(
            "Sections whose data is not at a multiple of the file alignment {alignment:#x}: {names}. \
             Link again, and have no tool move sections."
        ));
    }
    let size = image.bytes.len() as u64;
    match names_of_sections(image.sections(), |section| end_in_file(section) > size) {
        None => Ok(()),
        Some(names) => Err(format!(
            "Sections whose data ends beyond the end of the file: {names}. The file is cut short; \
             link or copy it again."
        )),
    }
}

fn end_in_file(section: &ImageSectionHeader) -> u64 {
    let start = u64::from(section.pointer_to_raw_data.get(LE));
    start + u64::from(section.size_of_raw_data.get(LE))
}

/// Memory integrity never lets a page of the kernel be both writable and executable. Driver Verifier
/// reports such a section as bug check 0xC4 with parameter 0x2003.
///
/// [Code integrity checking](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/code-integrity-checking)
pub(super) fn write_execute(image: &Image<'_>) -> Verdict {
    let is_both = |section: &ImageSectionHeader| {
        is_executable(section) && section.characteristics.get(LE).contains(IMAGE_SCN_MEM_WRITE)
    };
    match names_of_sections(image.sections(), is_both) {
        None => Ok(()),
        Some(names) => Err(format!(
            "Sections that are both writable and executable: {names}. Keep code and data apart; a \
             /SECTION or /MERGE option of the linker may have brought them together."
        )),
    }
}

/// A file whose signature has to be checked does not load if a section without data claims a place in
/// the file.
///
/// [How to prevent "check integrity" load failures](https://technet.microsoft.com/en-us/library/ee829684(v=ws.10).aspx)
pub(super) fn uninitialised_data(image: &Image<'_>) -> Verdict {
    let flags = image.optional_header().dll_characteristics.get(LE);
    if !flags.contains(IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY) {
        return Ok(());
    }
    let is_wrong = |section: &ImageSectionHeader| {
        has_no_data(section) && section.pointer_to_raw_data.get(LE) != 0
    };
    match names_of_sections(image.sections(), is_wrong) {
        None => Ok(()),
        Some(names) => Err(format!(
            "Sections that have only uninitialised data, but a place in the file \
             (PointerToRawData): {names}. With FORCE_INTEGRITY such a file does not load. Use a \
             linker that writes 0 there, as link.exe and lld-link do."
        )),
    }
}

/// True if nothing of `section` comes from the file.
fn has_no_data(section: &ImageSectionHeader) -> bool {
    let flags = section.characteristics.get(LE);
    let has_content = flags.intersects(IMAGE_SCN_CNT_CODE.with(IMAGE_SCN_CNT_INITIALIZED_DATA));
    section.size_of_raw_data.get(LE) == 0
        || flags.contains(IMAGE_SCN_CNT_UNINITIALIZED_DATA) && !has_content
}
