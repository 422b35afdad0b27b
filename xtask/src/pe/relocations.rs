//! The rule about base relocations.

use object::{LittleEndian as LE, pe::IMAGE_FILE_RELOCS_STRIPPED};

use super::image::{Image, Verdict};

/// No driver gets the address that it was linked for. The loader adds the difference to each address
/// in the image that the base relocations name.
///
/// [The .reloc section](https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#the-reloc-section-image-only)
pub(super) fn relocations(image: &Image<'_>) -> Verdict {
    let cure = "Link with /DYNAMICBASE and without /FIXED, and strip nothing.";
    if image.file_header().characteristics.get(LE).contains(IMAGE_FILE_RELOCS_STRIPPED) {
        return Err(format!("The header says that the base relocations were stripped. {cure}"));
    }
    match count(image) {
        Ok(0) => Err(format!(
            "There are no base relocations (.reloc). {cure} A driver so small that none of its data \
             holds an address has none either."
        )),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("The base relocations (.reloc) cannot be read: {error}. {cure}")),
    }
}

/// How many relocations there are.
fn count(image: &Image<'_>) -> object::Result<usize> {
    let sections = image.file.section_table();
    let blocks = image.file.data_directories().relocation_blocks(image.bytes, &sections)?;
    let mut count = 0;
    for block in blocks.into_iter().flatten() {
        count += block?.count();
    }
    Ok(count)
}
