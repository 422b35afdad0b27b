//! The version resource.

use super::{NAME, bytes::Bytes};

/// What a version resource says.
#[derive(Clone)]
pub struct Version {
    pub signature: u32,
    /// FILEVERSION, high and low.
    pub file: [u32; 2],
    /// PRODUCTVERSION, high and low.
    pub product: [u32; 2],
    pub strings: Vec<(&'static str, &'static str)>,
}

impl Version {
    /// One that keeps the rule.
    pub fn valid() -> Self {
        Self {
            signature: 0xfeef_04bd,
            file: [1, 0],
            product: [1, 0],
            strings: vec![
                ("CompanyName", "The authors"),
                ("FileDescription", "Sample driver"),
                ("FileVersion", "0.1.0"),
                ("OriginalFilename", NAME),
                ("ProductName", "Sample"),
                ("ProductVersion", "0.1.0"),
            ],
        }
    }

    /// Without the string `name`.
    pub fn without(mut self, name: &str) -> Self {
        self.strings.retain(|(key, _)| *key != name);
        self
    }

    /// A section at `address` that has this resource only.
    pub fn resource_section(&self, address: u32) -> Vec<u8> {
        /// What is added to the offset of a table.
        const TABLE: u32 = 0x8000_0000;
        const DATA_ENTRY: u32 = 3 * 24;
        const DATA: u32 = DATA_ENTRY + 16;
        let mut section = Bytes::default();
        // Three levels with one entry each: type 16, name 1, language U.S. English.
        for (id, next) in [(16, TABLE + 24), (1, TABLE + 48), (0x409, DATA_ENTRY)] {
            section.u32s(&[0, 0, 0]).u16(0).u16(1).u32s(&[id, next]);
        }
        let blocks = self.blocks();
        section.u32s(&[address + DATA, u32::try_from(blocks.len()).unwrap(), 0, 0]);
        section.raw(&blocks);
        section.into()
    }

    fn blocks(&self) -> Vec<u8> {
        let mut fixed = Bytes::default();
        fixed.u32s(&[self.signature, 0x1_0000]).u32s(&self.file).u32s(&self.product);
        fixed.u32s(&[0x3f, 0, 0x4_0004, 3, 6, 0, 0]);
        let strings = self.strings.iter().map(|(key, value)| {
            let mut text = Bytes::default();
            let length = text.utf16(value).len() / 2;
            block(key, true, length, text.as_slice(), &[])
        });
        let language = block("040904b0", true, 0, &[], &strings.collect::<Vec<_>>());
        let strings = block("StringFileInfo", true, 0, &[], &[language]);
        let translation = block("Translation", false, 4, &[9, 4, 0xb0, 4], &[]);
        let languages = block("VarFileInfo", true, 0, &[], &[translation]);
        block("VS_VERSION_INFO", false, fixed.len(), fixed.as_slice(), &[strings, languages])
    }
}

/// A block with a key, a value and blocks below it.
fn block(key: &str, is_text: bool, length: u32, value: &[u8], children: &[Vec<u8>]) -> Vec<u8> {
    let mut content = Bytes::default();
    content.resize(6).utf16(key).align(4).raw(value);
    for child in children {
        content.align(4).raw(child);
    }
    let mut header = Bytes::default();
    header.u16(u16::try_from(content.len()).unwrap());
    header.u16(u16::try_from(length).unwrap()).u16(u16::from(is_text));
    content.overwrite(0, header.as_slice());
    content.into()
}
