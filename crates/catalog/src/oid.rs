//! The object identifiers of catalogs and of Authenticode.

use der::asn1::ObjectIdentifier;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// PKCS #7 signed data.
pub(crate) const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
/// The attribute of a signature that names the type of what is signed.
pub(crate) const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
/// The attribute of a signature that holds the digest of what is signed.
pub(crate) const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");

pub(crate) const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
pub(crate) const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
pub(crate) const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");

/// A signature with RSA, of a digest that is named elsewhere.
pub(crate) const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
pub(crate) const SHA256_WITH_RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
pub(crate) const SHA384_WITH_RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
pub(crate) const SHA512_WITH_RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.13");

/// A list of subjects, the content of a catalog.
pub(crate) const TRUST_LIST: ObjectIdentifier = oid("1.3.6.1.4.1.311.10.1");
/// The use of such a list as a catalog.
pub(crate) const CATALOG: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.1.1");
/// Its members are named by their digests.
pub(crate) const MEMBERS_V2: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.1.3");
/// An attribute with a name: a text of its own for the catalog or a member.
pub(crate) const NAME_VALUE: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.2.1");
/// The attribute of a member that tells what kind of file it is.
pub(crate) const MEMBER_INFO_V2: ObjectIdentifier = oid("1.3.6.1.4.1.311.12.2.3");
/// The digest of a file with its kind: an attribute of a member, and the content of the signature in an image.
pub(crate) const INDIRECT_DATA: ObjectIdentifier = oid("1.3.6.1.4.1.311.2.1.4");
/// The kind of [`INDIRECT_DATA`] for a PE image.
pub(crate) const PE_IMAGE_DATA: ObjectIdentifier = oid("1.3.6.1.4.1.311.2.1.15");
/// The kind of [`INDIRECT_DATA`] for any other file.
pub(crate) const CAB_DATA: ObjectIdentifier = oid("1.3.6.1.4.1.311.2.1.25");
