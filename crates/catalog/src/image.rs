//! PE images: what of them is signed, and the signature in them.

use object::{
    FileKind, LittleEndian as LE,
    pe::{IMAGE_DIRECTORY_ENTRY_SECURITY, ImageDosHeader, ImageNtHeaders32, ImageNtHeaders64},
    read::pe::ImageNtHeaders,
};

use der::Decode;

use crate::{
    asn1::IndirectData,
    digest::Digests,
    oid,
    signed::{BadSignature, Signed},
};

/// Why an image cannot be signed, or its signature not be found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadImage {
    /// It is no PE image.
    #[error("this is no PE image")]
    NotAnImage,
    /// The headers are damaged.
    #[error("the headers of this PE image are damaged")]
    Headers,
    /// The headers have no entry for a signature.
    #[error("the headers of this PE image have no entry for a signature")]
    NoEntry,
    /// The signature is not the last thing in the file, or goes beyond it.
    #[error("the signature of this PE image does not end where the file ends")]
    Table,
    /// There is a place for a signature, and nothing readable there.
    #[error("what this PE image has in place of a signature is none")]
    Certificate,
}

/// Offset of the checksum in the optional header of both kinds of image.
const CHECKSUM: usize = 64;
/// Offset of the first data directory in the optional header of a 64-bit image.
const DIRECTORIES_64: usize = 112;
/// Offset of the first data directory in the optional header of a 32-bit image.
const DIRECTORIES_32: usize = 96;
/// Size of a data directory.
const DIRECTORY: usize = 8;

/// Where in a file the parts are that a signature changes.
struct Layout {
    /// The four bytes of the checksum.
    checksum: usize,
    /// The eight bytes that say where the signature is.
    entry: usize,
    /// Start of the signature; the end of the file where there is none.
    table: usize,
}

impl Layout {
    fn of(bytes: &[u8]) -> Result<Self, BadImage> {
        match FileKind::parse(bytes) {
            Ok(FileKind::Pe32) => Self::read::<ImageNtHeaders32>(bytes, DIRECTORIES_32),
            Ok(FileKind::Pe64) => Self::read::<ImageNtHeaders64>(bytes, DIRECTORIES_64),
            _ => Err(BadImage::NotAnImage),
        }
    }

    fn read<Headers: ImageNtHeaders>(bytes: &[u8], directories: usize) -> Result<Self, BadImage> {
        let dos = ImageDosHeader::parse(bytes).map_err(|_| BadImage::Headers)?;
        let start = dos.nt_headers_offset();
        let mut offset = start.into();
        let (_, entries) = Headers::parse(bytes, &mut offset).map_err(|_| BadImage::Headers)?;
        let entry = entries.iter().nth(IMAGE_DIRECTORY_ENTRY_SECURITY).ok_or(BadImage::NoEntry)?;
        let (table, size) = (index(entry.virtual_address.get(LE))?, index(entry.size.get(LE))?);
        let optional = index(start)? + size_of::<u32>() + size_of::<object::pe::ImageFileHeader>();
        let entry = optional + directories + IMAGE_DIRECTORY_ENTRY_SECURITY * DIRECTORY;
        let table = match size {
            0 if table == 0 => bytes.len(),
            _ if table >= entry + DIRECTORY && table.checked_add(size) == Some(bytes.len()) => {
                table
            }
            _ => return Err(BadImage::Table),
        };
        Ok(Self { checksum: optional + CHECKSUM, entry, table })
    }
}

fn index(number: u32) -> Result<usize, BadImage> {
    usize::try_from(number).map_err(|_| BadImage::Headers)
}

/// The parts of an image that are signed, and how many zeros are signed after them: less than 8.
pub(crate) fn signed_parts(bytes: &[u8]) -> Result<([&[u8]; 3], usize), BadImage> {
    let Layout { checksum, entry, table } = Layout::of(bytes)?;
    let part = |from: usize, to: usize| bytes.get(from..to).ok_or(BadImage::Headers);
    let parts = [part(0, checksum)?, part(checksum + 4, entry)?, part(entry + DIRECTORY, table)?];
    Ok((parts, table.next_multiple_of(8) - table))
}

/// The signature in an image.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// The message.
    signed: Signed,
    /// What it says of the image.
    data: IndirectData,
}

impl Embedded {
    /// Reads the signature of an image, if it has one.
    ///
    /// # Errors
    ///
    /// [`BadImage`] if the image or what stands in place of a signature cannot be read.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, BadImage> {
        let table = Layout::of(bytes)?.table;
        let table = bytes.get(table..).unwrap_or_default();
        let Some((length, rest)) = table.split_first_chunk() else { return Ok(None) };
        // WIN_CERTIFICATE: length with this header, revision 2.0, type PKCS #7; then zeros up to a multiple of 8.
        let length = index(u32::from_le_bytes(*length))?;
        let message = rest.strip_prefix(&[0, 2, 2, 0]).ok_or(BadImage::Certificate)?;
        let (message, padding) = length
            .checked_sub(8)
            .and_then(|length| message.split_at_checked(length))
            .ok_or(BadImage::Certificate)?;
        if padding.len() >= 8 || padding.iter().any(|&byte| byte != 0) {
            return Err(BadImage::Certificate);
        }
        let signed = Signed::parse_padded(message).ok_or(BadImage::Certificate)?;
        if signed.content_type() != oid::INDIRECT_DATA {
            return Err(BadImage::Certificate);
        }
        let data = signed.content_der().and_then(|content| IndirectData::from_der(&content));
        let data = data.map_err(|_| BadImage::Certificate)?;
        Ok(Some(Self { signed, data }))
    }

    /// True if this is the signature of the image with these digests.
    #[must_use]
    pub fn covers(&self, digests: &Digests) -> bool {
        let info = &self.data.digest;
        info.algorithm.oid == oid::SHA256 && info.digest.as_bytes() == digests.sha256
    }

    /// True if it has digests of each page, with which the system checks pages as it reads them.
    #[must_use]
    pub fn has_page_hashes(&self) -> bool {
        /// The class of serialised data in a link of an image.
        const CLASS: [u8; 16] = [
            0xa6, 0xb5, 0x86, 0xd5, 0xb4, 0xa1, 0x24, 0x66, 0xae, 0x05, 0xa2, 0x17, 0xda, 0x8e,
            0x60, 0xd6,
        ];
        self.data.data.value.value().windows(CLASS.len()).any(|bytes| bytes == CLASS)
    }

    /// Checks the signature and returns the certificate of who signed.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is wrong.
    pub fn signer(&self) -> Result<&x509_cert::Certificate, BadSignature> {
        self.signed.signer()
    }
}
