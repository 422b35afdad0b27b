//! The digests that catalogs name files by.

use object::FileKind;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::image::{self, BadImage};

/// How the digest of a file is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of a PE image, without what signing it changes.
    Image,
    /// Of all bytes.
    Flat,
}

/// The digests of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// How they were computed.
    pub kind: Kind,
    /// SHA-1, which older systems look for.
    pub sha1: [u8; 20],
    /// SHA-256.
    pub sha256: [u8; 32],
}

impl Digests {
    /// The digests of a file: [`Kind::Image`] for PE images, [`Kind::Flat`] for all others.
    ///
    /// # Errors
    ///
    /// [`BadImage`] for an image that cannot be signed.
    pub fn of(bytes: &[u8]) -> Result<Self, BadImage> {
        match FileKind::parse(bytes) {
            Ok(FileKind::Pe32 | FileKind::Pe64) => Self::image(bytes),
            _ => Ok(Self::flat(bytes)),
        }
    }

    /// The digests of all bytes of a file.
    #[must_use]
    pub fn flat(bytes: &[u8]) -> Self {
        let sha1 = Sha1::digest(bytes).into();
        Self { kind: Kind::Flat, sha1, sha256: Sha256::digest(bytes).into() }
    }

    /// The digests of a PE image: those of all bytes but the checksum, the place and size of the signature, and the
    /// signature; with zeros up to a multiple of 8, where the signature would begin.
    ///
    /// [Authenticode](https://learn.microsoft.com/windows/win32/debug/pe-format#process-for-generating-the-authenticode-pe-image-hash)
    ///
    /// # Errors
    ///
    /// [`BadImage`] if the headers cannot be read or leave no place for a signature.
    pub fn image(bytes: &[u8]) -> Result<Self, BadImage> {
        let (parts, padding) = image::signed_parts(bytes)?;
        let padding = &[0; 8][..padding];
        let (mut sha1, mut sha256) = (Sha1::new(), Sha256::new());
        for part in parts.into_iter().chain([padding]) {
            sha1.update(part);
            sha256.update(part);
        }
        Ok(Self {
            kind: Kind::Image,
            sha1: sha1.finalize().into(),
            sha256: sha256.finalize().into(),
        })
    }
}
