//! The rule about the version resource.
//!
//! The resource is a tree of blocks, each with a length, a key in UTF-16, a value and blocks below
//! it: [VS_VERSIONINFO](https://learn.microsoft.com/en-us/windows/win32/menurc/vs-versioninfo).

use std::iter;

use object::{
    LittleEndian as LE,
    pe::RT_VERSION,
    read::pe::{ResourceDirectory, ResourceDirectoryEntryData, ResourceDirectoryTable},
};

use super::image::{Image, Verdict};

/// First word of VS_FIXEDFILEINFO.
const FIXED_INFO_SIGNATURE: u32 = 0xfeef_04bd;

/// Strings that have to be there.
const STRINGS: [&str; 4] = ["FileDescription", "FileVersion", "ProductVersion", "OriginalFilename"];

/// What Driver Verifier, the device manager, crash reports and Microsoft's partner portal show of a
/// driver, and what an update is compared by.
///
/// [VERSIONINFO resource](https://learn.microsoft.com/en-us/windows/win32/menurc/versioninfo-resource),
/// [VS_FIXEDFILEINFO](https://learn.microsoft.com/en-us/windows/win32/api/verrsrc/ns-verrsrc-vs_fixedfileinfo)
pub(super) fn version_resource(image: &Image<'_>) -> Verdict {
    let cure = "Compile a VERSIONINFO script with rc.exe or llvm-rc and link what it makes.";
    let data = version_data(image)
        .map_err(|error| format!("The resources (.rsrc) cannot be read: {error}. {cure}"))?
        .ok_or_else(|| format!("There is no version resource. {cure}"))?;
    let root = Block::parse(data)
        .filter(|root| root.key == "VS_VERSION_INFO")
        .ok_or_else(|| format!("The version resource has no VS_VERSION_INFO. {cure}"))?;
    let mut faults = fixed_info_faults(root.value);
    faults.extend(string_faults(&strings(&root), image.name));
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!("The version resource {}. Mend the VERSIONINFO script.", faults.join(", ")))
}

/// The content of the first version resource, if there is one.
fn version_data<'data>(image: &Image<'data>) -> object::Result<Option<&'data [u8]>> {
    let sections = image.file.section_table();
    let directories = image.file.data_directories();
    let Some(resources) = directories.resource_directory(image.bytes, &sections)? else {
        return Ok(None);
    };
    let types = resources.root()?;
    let is_version = |id: Option<u16>| id == Some(RT_VERSION);
    let Some(versions) = types.entries.iter().find(|entry| is_version(entry.name_or_id().id()))
    else {
        return Ok(None);
    };
    // A level for the type, one for the name, one for the language.
    let mut entry = versions.data(resources)?;
    for _ in 0..2 {
        entry = match entry {
            ResourceDirectoryEntryData::Table(table) => match first(&table, resources)? {
                Some(entry) => entry,
                None => return Ok(None),
            },
            data @ ResourceDirectoryEntryData::Data(_) => data,
        };
    }
    Ok(entry.data().and_then(|data| image.data_at(data.offset_to_data.get(LE), data.size.get(LE))))
}

fn first<'data>(
    table: &ResourceDirectoryTable<'data>,
    resources: ResourceDirectory<'data>,
) -> object::Result<Option<ResourceDirectoryEntryData<'data>>> {
    table.entries.first().map(|entry| entry.data(resources)).transpose()
}

/// What is wrong with the numbers.
fn fixed_info_faults(value: &[u8]) -> Vec<String> {
    let word = |index: usize| {
        value
            .get(index * 4..)
            .and_then(|rest| rest.first_chunk())
            .map(|&word| u32::from_le_bytes(word))
    };
    if word(0) != Some(FIXED_INFO_SIGNATURE) {
        return vec!["has no numbers (VS_FIXEDFILEINFO)".to_owned()];
    }
    let is_zero = |high, low| word(high).unwrap_or(0) == 0 && word(low).unwrap_or(0) == 0;
    [("FILEVERSION", 2, 3), ("PRODUCTVERSION", 4, 5)]
        .into_iter()
        .filter(|&(_, high, low)| is_zero(high, low))
        .map(|(name, ..)| format!("has no {name}, or one of zeros"))
        .collect()
}

/// What is wrong with the strings, if the file has the name `file`.
fn string_faults(strings: &[(String, String)], file: Option<&str>) -> Vec<String> {
    let get =
        |name: &str| strings.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let has = |name: &str| get(name).is_some_and(|value| !value.trim().is_empty());
    let mut faults: Vec<_> = STRINGS
        .into_iter()
        .filter(|name| !has(name))
        .map(|name| format!("has no string {name}"))
        .collect();
    if !has("CompanyName") && !has("ProductName") {
        faults.push("has neither of the strings CompanyName and ProductName".to_owned());
    }
    if let (Some(description), Some(file)) = (get("FileDescription"), file)
        && file.to_ascii_lowercase().starts_with(&description.trim().to_ascii_lowercase())
        && has("FileDescription")
    {
        faults
            .push("gives the file's name in place of a friendly one (FileDescription)".to_owned());
    }
    if let (Some(original), Some(file)) = (get("OriginalFilename"), file)
        && has("OriginalFilename")
        && !original.eq_ignore_ascii_case(file)
    {
        let original = original.escape_debug();
        faults.push(format!("says that the file is {original} (OriginalFilename), not {file}"));
    }
    faults
}

/// All strings of all languages.
fn strings(root: &Block<'_>) -> Vec<(String, String)> {
    root.children()
        .filter(|block| block.key == "StringFileInfo")
        .flat_map(|info| info.children().collect::<Vec<_>>())
        .flat_map(|language| language.children().collect::<Vec<_>>())
        .map(|string| (string.key, text(string.body)))
        .collect()
}

/// A block of the version resource.
struct Block<'data> {
    key: String,
    /// The value and the blocks below.
    body: &'data [u8],
    /// The value.
    value: &'data [u8],
    /// What comes after this block.
    rest: &'data [u8],
}

impl<'data> Block<'data> {
    /// Parses the block at the start of `data`.
    fn parse(data: &'data [u8]) -> Option<Self> {
        let half = |index: usize| {
            let bytes = data.get(index * 2..)?.first_chunk()?;
            Some(usize::from(u16::from_le_bytes(*bytes)))
        };
        let (length, value_length, is_text) = (half(0)?, half(1)?, half(2)? == 1);
        let block = data.get(..length)?;
        let key = text(block.get(6..)?);
        // The lengths of texts are in characters.
        let value_length = if is_text { value_length * 2 } else { value_length };
        let key_end = 6 + (key.encode_utf16().count() + 1) * 2;
        let body = block.get(key_end.next_multiple_of(4)..).unwrap_or_default();
        let value = body.get(..value_length).unwrap_or(body);
        let rest = data.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(Self { key, body, value, rest })
    }

    /// The blocks below.
    fn children(&self) -> impl Iterator<Item = Block<'data>> + use<'data> {
        let start = self.value.len().next_multiple_of(4);
        let mut rest = self.body.get(start..).unwrap_or_default();
        iter::from_fn(move || {
            let child = Block::parse(rest)?;
            rest = child.rest;
            Some(child)
        })
    }
}

/// UTF-16 up to its zero, or up to the end of `data`.
fn text(data: &[u8]) -> String {
    let (units, _) = data.as_chunks();
    let units = units.iter().map(|&unit| u16::from_le_bytes(unit)).take_while(|&unit| unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
