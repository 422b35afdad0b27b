//! Making catalogs.

use std::{collections::BTreeSet, time::SystemTime};

use cms::{content_info::ContentInfo, signed_data::EncapsulatedContentInfo};
use der::{
    Any, DateTime, Encode,
    asn1::{OctetString, UtcTime},
};
use sha2::{Digest, Sha256};
use x509_cert::{spki::AlgorithmIdentifierOwned, time::Time};

use crate::{
    asn1::{HeaderAttribute, Set, SignedData, Subject, TrustList},
    digest::Digests,
    member, oid,
};

/// What a catalog is to say.
#[derive(Clone, Debug)]
pub struct Contents {
    /// When it is made; before the year 2050.
    pub made: SystemTime,
    /// The systems that the package is for, as Inf2Cat names them in catalogs: `_v100_X64_19H1`.
    pub systems: Vec<String>,
    /// The versions of their kernel, as in `2:10.0`, with commas between them.
    pub versions: String,
    /// The hardware ids that the INF file has models for; in any case.
    pub hardware_ids: Vec<String>,
    /// The files, by their names without folders.
    pub files: Vec<(String, Digests)>,
}

/// Why there can be no such catalog.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unfit {
    /// Two files have the same content, and a catalog finds files by their content.
    #[error("two files have the same content")]
    Twins,
    /// Something has no form in a catalog: a time beyond 2049, or a name that takes more than 16 bits a character.
    #[error("this cannot be written into a catalog: {0}")]
    Form(#[from] der::Error),
}

impl Contents {
    /// Makes the catalog, without a signature. The same contents make the same catalog.
    ///
    /// # Errors
    ///
    /// [`Unfit`] if it cannot be written.
    pub fn to_der(&self) -> Result<Vec<u8>, Unfit> {
        let subjects = self.subjects()?;
        let list = TrustList {
            usage: vec![oid::CATALOG],
            identifier: OctetString::new(identifier(&subjects)?)?,
            made: self.time()?,
            algorithm: AlgorithmIdentifierOwned {
                oid: oid::MEMBERS_V2,
                parameters: Some(Any::null()),
            },
            subjects,
            header: Some(self.header()?),
        };
        let data = SignedData {
            version: 1,
            digest_algorithms: Set::default(),
            content: EncapsulatedContentInfo {
                econtent_type: oid::TRUST_LIST,
                econtent: Some(Any::encode_from(&list)?),
            },
            certificates: None,
            revocations: None,
            signers: Set::default(),
        };
        let info =
            ContentInfo { content_type: oid::SIGNED_DATA, content: Any::encode_from(&data)? };
        Ok(info.to_der()?)
    }

    /// Two members a file, all in the order of their digests: the system searches them so.
    fn subjects(&self) -> Result<Vec<Subject>, Unfit> {
        let mut subjects = Vec::new();
        for (name, digests) in &self.files {
            let name = name.to_lowercase();
            let subject = |tag: &[u8], states_digest| {
                member::subject(tag, digests.kind, &name, &self.versions, states_digest)
            };
            subjects.push(subject(&digests.sha1, false)?);
            subjects.push(subject(&digests.sha256, true)?);
        }
        subjects.sort_by(|one, other| one.tag.as_bytes().cmp(other.tag.as_bytes()));
        let tags: BTreeSet<_> = subjects.iter().map(|subject| subject.tag.as_bytes()).collect();
        if tags.len() == subjects.len() { Ok(subjects) } else { Err(Unfit::Twins) }
    }

    fn time(&self) -> Result<Time, Unfit> {
        let time = DateTime::from_system_time(self.made)?;
        Ok(Time::UtcTime(UtcTime::from_date_time(time)?))
    }

    /// In the order in which Inf2Cat writes it: the systems, then the hardware ids from the last to the first.
    fn header(&self) -> Result<Vec<HeaderAttribute>, Unfit> {
        let ids = (1..).zip(&self.hardware_ids);
        let mut texts: Vec<_> =
            ids.map(|(number, id)| (format!("HWID{number}"), id.to_lowercase())).collect();
        texts.push(("OS".to_owned(), self.systems.join(",")));
        let attribute = |(name, value): (String, String)| {
            let value = OctetString::new(member::text(&name, &value)?.to_der()?)?;
            Ok(HeaderAttribute { oid: oid::NAME_VALUE, value })
        };
        texts.into_iter().rev().map(attribute).collect()
    }
}

/// A number for the list that no other list has: one of its members.
fn identifier(subjects: &[Subject]) -> der::Result<[u8; 16]> {
    let digest: [u8; 32] = Sha256::digest(subjects.to_vec().to_der()?).into();
    Ok(*digest.first_chunk().expect("a digest is longer than 16 bytes"))
}
