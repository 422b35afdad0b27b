//! What capture files of all kinds have in common.

use std::{
    io::{self, Write},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use pcap_file::{
    Endianness, PcapError,
    pcapng::{
        PcapNgBlock, PcapNgWriter,
        blocks::section_header::{SectionHeaderBlock, SectionHeaderOption},
    },
};

/// Times are in units of ten to the minus this.
pub const RESOLUTION: u8 = 9;

/// Begins a [pcapng](https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html) file.
pub fn begin<W: Write>(writer: W) -> io::Result<PcapNgWriter<W>> {
    let application = concat!("winrx ", env!("CARGO_PKG_VERSION"));
    let section = SectionHeaderBlock {
        endianness: Endianness::Little,
        options: vec![SectionHeaderOption::UserApplication(application.into())],
        ..SectionHeaderBlock::default()
    };
    PcapNgWriter::with_section_header(writer, section).map_err(io_error)
}

/// Writes a block.
pub fn write<'a, W: Write>(
    writer: &mut PcapNgWriter<W>,
    block: impl PcapNgBlock<'a>,
) -> io::Result<()> {
    writer.write_pcapng_block(block).map(drop).map_err(io_error)
}

fn io_error(error: PcapError) -> io::Error {
    match error {
        PcapError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

/// Since 1970, which a clock that is before it counts as.
pub fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
