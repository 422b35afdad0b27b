//! The members of a catalog: files, named by their digests.

use der::{
    Any, Decode, Encode, Tag, TagNumber,
    asn1::{BmpString, ObjectIdentifier, OctetString},
};
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::{
    asn1::{Attribute, DigestInfo, IndirectData, NameValue, Set, Subject, Typed},
    digest::Kind,
    oid,
};

/// The attribute of a member with its file name.
const FILE: &str = "File";

/// A text that is part of what is signed, and whose name and value are text: not encoded, nothing to be replaced.
const TEXT: u32 = 0x1001_0001;

/// `[2] { [0] "" }`: a link to a file without a name.
const NO_LINK: &[u8] = &[0xa2, 2, 0x80, 0];

/// No flags that mean anything, and a [link](NO_LINK).
const IMAGE_DATA: &[u8] = &[0x30, 10, 3, 2, 5, 0xa0, 0xa0, 4, 0xa2, 2, 0x80, 0];

/// A member of a catalog as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What the member is found by: the digest of the file.
    pub tag: Vec<u8>,
    /// Name of the file, in lower case.
    pub file: Option<String>,
    /// What kind of file it is.
    pub kind: Option<Kind>,
    /// The SHA-256 digest that is stated beside the tag.
    pub digest: Option<Vec<u8>>,
}

impl Member {
    pub(crate) fn read(subject: &Subject) -> Self {
        let mut member =
            Self { tag: subject.tag.as_bytes().to_vec(), file: None, kind: None, digest: None };
        for attribute in subject.attributes.all::<Attribute>() {
            let values = &attribute.values;
            match attribute.oid {
                oid::MEMBER_INFO_V2 => member.kind = values.0.first().and_then(read_kind),
                oid::INDIRECT_DATA => member.digest = values.all().find_map(read_digest),
                oid::NAME_VALUE => {
                    let texts = values.all::<NameValue>().filter_map(|value| read_text(&value));
                    let files = texts.filter(|(name, _)| name == FILE);
                    member.file = files.map(|(_, file)| file).next().or(member.file);
                }
                _ => {}
            }
        }
        member
    }
}

fn read_kind(value: &Any) -> Option<Kind> {
    match value.to_der().ok()?.as_slice() {
        [0x80, 0] => Some(Kind::Image),
        [0x82, 0] => Some(Kind::Flat),
        _ => None,
    }
}

fn read_digest(data: IndirectData) -> Option<Vec<u8>> {
    (data.digest.algorithm.oid == oid::SHA256).then(|| data.digest.digest.into_bytes())
}

/// Name and value of a text.
pub(crate) fn read_text(text: &NameValue) -> Option<(String, String)> {
    let (units, rest) = text.value.as_bytes().as_chunks();
    let units: Vec<u16> = units.iter().map(|&unit| u16::from_le_bytes(unit)).collect();
    let value = String::from_utf16(units.strip_suffix(&[0])?).ok()?;
    (rest.is_empty() && text.flags == TEXT).then(|| (text.name.to_string(), value))
}

/// A text as an attribute has it.
pub(crate) fn text(name: &str, value: &str) -> der::Result<NameValue> {
    let value: Vec<u8> = value.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    Ok(NameValue {
        name: BmpString::from_utf8(name)?,
        flags: TEXT,
        value: OctetString::new(value)?,
    })
}

/// A member with this tag for a file. Inf2Cat states the digest once more where it is SHA-256.
pub(crate) fn subject(
    tag: &[u8],
    kind: Kind,
    file: &str,
    os: &str,
    states_digest: bool,
) -> der::Result<Subject> {
    let mut attributes = vec![
        attribute(oid::MEMBER_INFO_V2, &info(kind)?)?,
        attribute(oid::NAME_VALUE, &text("OSAttr", os)?)?,
        attribute(oid::NAME_VALUE, &text(FILE, file)?)?,
    ];
    if states_digest {
        attributes.push(attribute(oid::INDIRECT_DATA, &indirect_data(tag, kind)?)?);
    }
    Ok(Subject { tag: OctetString::new(tag)?, attributes: Set::sorted(attributes)? })
}

fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> der::Result<Any> {
    Any::encode_from(&Attribute { oid, values: Set::of(value)? })
}

/// An empty value whose tag tells the kind.
fn info(kind: Kind) -> der::Result<Any> {
    let number = match kind {
        Kind::Image => TagNumber::N0,
        Kind::Flat => TagNumber::N2,
    };
    Any::new(Tag::ContextSpecific { constructed: false, number }, [])
}

fn indirect_data(digest: &[u8], kind: Kind) -> der::Result<IndirectData> {
    let (oid, value) = match kind {
        Kind::Image => (oid::PE_IMAGE_DATA, IMAGE_DATA),
        Kind::Flat => (oid::CAB_DATA, NO_LINK),
    };
    let algorithm = AlgorithmIdentifierOwned { oid: oid::SHA256, parameters: Some(Any::null()) };
    Ok(IndirectData {
        data: Typed { oid, value: Any::from_der(value)? },
        digest: DigestInfo { algorithm, digest: OctetString::new(digest)? },
    })
}
