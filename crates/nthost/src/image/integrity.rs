//! What Windows' protection of code does not allow images to have.

use object::{
    LittleEndian as LE,
    pe::{IMAGE_SCN_MEM_EXECUTE, IMAGE_SCN_MEM_WRITE},
};

use super::{mapping::PAGE, pe::Parsed};
use crate::verifier::{Check, catalogue::object as rules};

/// The rule that an image breaks, if it breaks one, and how.
pub(super) fn problem(parsed: &Parsed<'_>) -> Option<(&'static Check, String)> {
    parsed.sections().find_map(|section| {
        let name = String::from_utf8_lossy(section.raw_name());
        let access = section.characteristics.get(LE);
        let start = section.virtual_address.get(LE) as usize;
        let end = start.saturating_add(section.virtual_size.get(LE) as usize);
        let executes = access.contains(IMAGE_SCN_MEM_EXECUTE);
        if executes && access.contains(IMAGE_SCN_MEM_WRITE) {
            let text = format!("the section {name} can be written and executed");
            Some((rules::SECTION_ACCESS, text))
        } else if !start.is_multiple_of(PAGE) {
            let text = format!("the section {name} does not begin at a page");
            Some((rules::SECTION_ALIGNMENT, text))
        } else if executes
            && parsed.imports.iter().any(|import| (start..end).contains(&import.slot))
        {
            let text = format!("the section {name} can be executed and has addresses of imports");
            Some((rules::SECTION_IMPORTS, text))
        } else {
            None
        }
    })
}
