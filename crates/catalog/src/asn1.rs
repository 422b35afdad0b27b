//! The structures of a catalog as they lie in the file.

use cms::signed_data::{EncapsulatedContentInfo, SignerIdentifier};
use der::{
    Any, Decode, DecodeValue, Encode, EncodeValue, FixedTag, Header, Length, Reader, Sequence, Tag,
    Writer,
    asn1::{BmpString, ObjectIdentifier, OctetString},
};
use x509_cert::{spki::AlgorithmIdentifierOwned, time::Time};

/// A SET OF anything, in the order in which it was read: a signature covers that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Set(pub(crate) Vec<Any>);

impl Set {
    /// A set of these values in the order that DER demands: that of their encodings.
    pub(crate) fn sorted(values: Vec<Any>) -> der::Result<Self> {
        let mut encoded = values
            .into_iter()
            .map(|value| Ok((value.to_der()?, value)))
            .collect::<der::Result<Vec<_>>>()?;
        encoded.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Self(encoded.into_iter().map(|(_, value)| value).collect()))
    }

    /// A set of one value.
    pub(crate) fn of(value: &impl Encode) -> der::Result<Self> {
        Ok(Self(vec![Any::from_der(&value.to_der()?)?]))
    }

    /// All values that are a `T`.
    pub(crate) fn all<T: for<'a> Decode<'a>>(&self) -> impl Iterator<Item = T> {
        self.0.iter().filter_map(|value| T::from_der(&value.to_der().ok()?).ok())
    }
}

impl FixedTag for Set {
    const TAG: Tag = Tag::Set;
}

impl<'a> DecodeValue<'a> for Set {
    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        reader.read_nested(header.length, |reader| {
            let mut values = Vec::new();
            while !reader.is_finished() {
                values.push(Any::decode(reader)?);
            }
            Ok(Self(values))
        })
    }
}

impl EncodeValue for Set {
    fn value_len(&self) -> der::Result<Length> {
        self.0.iter().try_fold(Length::ZERO, |sum, value| sum + value.encoded_len()?)
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        self.0.iter().try_for_each(|value| value.encode(writer))
    }
}

/// The content of [`SIGNED_DATA`](crate::oid::SIGNED_DATA), as PKCS #7 has it: what is signed is not wrapped
/// in an OCTET STRING.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct SignedData {
    pub(crate) version: u8,
    pub(crate) digest_algorithms: Set,
    pub(crate) content: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) certificates: Option<Set>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) revocations: Option<Set>,
    pub(crate) signers: Set,
}

/// One signature of a message.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct SignerInfo {
    pub(crate) version: u8,
    pub(crate) signer: SignerIdentifier,
    pub(crate) digest_algorithm: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) signed_attributes: Option<Set>,
    pub(crate) signature_algorithm: AlgorithmIdentifierOwned,
    pub(crate) signature: OctetString,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) unsigned_attributes: Option<Set>,
}

/// An attribute of a member or of a signature.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct Attribute {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) values: Set,
}

/// The content of [`TRUST_LIST`](crate::oid::TRUST_LIST).
#[derive(Clone, Debug, Sequence)]
pub(crate) struct TrustList {
    pub(crate) usage: Vec<ObjectIdentifier>,
    pub(crate) identifier: OctetString,
    pub(crate) made: Time,
    pub(crate) algorithm: AlgorithmIdentifierOwned,
    pub(crate) subjects: Vec<Subject>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) header: Option<Vec<HeaderAttribute>>,
}

/// A member of a catalog.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct Subject {
    /// The digest.
    pub(crate) tag: OctetString,
    pub(crate) attributes: Set,
}

/// An attribute of the whole catalog.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct HeaderAttribute {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) value: OctetString,
}

/// The value of a [`NAME_VALUE`](crate::oid::NAME_VALUE).
#[derive(Clone, Debug, Sequence)]
pub(crate) struct NameValue {
    pub(crate) name: BmpString,
    pub(crate) flags: u32,
    /// UTF-16, little-endian, with a zero at its end.
    pub(crate) value: OctetString,
}

/// The value of an [`INDIRECT_DATA`](crate::oid::INDIRECT_DATA).
#[derive(Clone, Debug, Sequence)]
pub(crate) struct IndirectData {
    pub(crate) data: Typed,
    pub(crate) digest: DigestInfo,
}

/// A type and a value of it.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct Typed {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) value: Any,
}

/// A digest with its algorithm.
#[derive(Clone, Debug, Sequence)]
pub(crate) struct DigestInfo {
    pub(crate) algorithm: AlgorithmIdentifierOwned,
    pub(crate) digest: OctetString,
}
