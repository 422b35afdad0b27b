//! Windows catalog files, made, read and verified on any host.
//!
//! A catalog (`.cat`) says which files a driver package has: it lists their digests, and its signature
//! covers them all. Windows installs no package without one. Microsoft's tools that make them, Inf2Cat and
//! MakeCat, run on Windows only; [`Contents::to_der`] makes what they make. What osslsigncode or SignTool
//! then signs, [`Catalog`] reads, and tells whether files are those that were signed, and by whom.
//!
//! A catalog is a PKCS #7 message whose content is a list of subjects, each with attributes. Files are
//! named by the [digests](Digests) that Authenticode defines for them. The format is not documented whole; the structure
//! here is that of catalogs that Inf2Cat made and Microsoft signed.
//!
//! [Catalog files](https://learn.microsoft.com/windows-hardware/drivers/install/catalog-files),
//! [Inf2Cat](https://learn.microsoft.com/windows-hardware/drivers/devtest/inf2cat)

mod asn1;
mod contents;
mod digest;
mod image;
mod member;
mod oid;
mod read;
mod signed;

pub use contents::{Contents, Unfit};
pub use der::asn1::ObjectIdentifier;
pub use digest::{Digests, Kind};
pub use image::{BadImage, Embedded};
pub use member::Member;
pub use read::{Catalog, Fault, Unreadable};
pub use signed::{BadSignature, Signed};
pub use x509_cert::Certificate;
