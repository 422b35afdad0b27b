//! Reading catalogs, and comparing files with them.

use std::fmt;

use der::Decode;
use x509_cert::Certificate;

use crate::{
    asn1::{NameValue, TrustList},
    digest::Digests,
    member::{self, Member},
    oid,
    signed::{BadSignature, Signed},
};

/// A catalog that was read.
#[derive(Clone, Debug)]
pub struct Catalog {
    signed: Signed,
    members: Vec<Member>,
    header: Vec<(String, String)>,
}

/// Why a file is no catalog that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not DER of this form.
    #[error("it is damaged, or no catalog at all: {0}")]
    Form(#[from] der::Error),
    /// It is a signed message of something else.
    #[error("it is a signed message, and what is signed is no catalog")]
    NoCatalog,
    /// Its members are named by SHA-1 digests alone.
    #[error("it is a catalog of version 1, which has SHA-1 digests only")]
    Version1,
    /// The members are not sorted by their tags, and the system would not find them.
    #[error("its members are not in the order of their digests")]
    Unsorted,
}

/// How files differ from those that a catalog lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The catalog does not list a file of this name.
    NotListed(String),
    /// The catalog lists a file of this name, and it has another content.
    Changed(String),
    /// The catalog lists a file that is not there.
    Missing(String),
    /// The catalog contradicts itself about this file.
    Contradiction(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotListed(file) => write!(f, "it does not list {file}"),
            Self::Changed(file) => write!(f, "{file} is not the file that it lists"),
            Self::Missing(file) => write!(f, "it lists {file}, which is not there"),
            Self::Contradiction(file) => write!(f, "it contradicts itself about {file}"),
        }
    }
}

impl Catalog {
    /// Reads a catalog.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] if it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let signed = Signed::parse(bytes)?;
        if signed.content_type() != oid::TRUST_LIST {
            return Err(Unreadable::NoCatalog);
        }
        let list = TrustList::from_der(&signed.content_der()?)?;
        if list.usage != [oid::CATALOG] {
            return Err(Unreadable::NoCatalog);
        }
        if list.algorithm.oid != oid::MEMBERS_V2 {
            return Err(Unreadable::Version1);
        }
        let members: Vec<_> = list.subjects.iter().map(Member::read).collect();
        if !members.is_sorted_by(|one, other| one.tag < other.tag) {
            return Err(Unreadable::Unsorted);
        }
        let header = list.header.unwrap_or_default();
        let texts = header.iter().filter(|attribute| attribute.oid == oid::NAME_VALUE);
        let header = texts
            .filter_map(|text| member::read_text(&NameValue::from_der(text.value.as_bytes()).ok()?))
            .collect();
        Ok(Self { signed, members, header })
    }

    /// The members, in the order of their tags. There are two for each file: one with its SHA-1, one with its SHA-256 digest.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The texts of the whole catalog, such as `OS` and `HWID1`.
    #[must_use]
    pub fn header(&self) -> &[(String, String)] {
        &self.header
    }

    /// Checks the signature and returns the certificate of who signed.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] if it is wrong or there is none.
    pub fn signer(&self) -> Result<&Certificate, BadSignature> {
        self.signed.signer()
    }

    /// Compares the files of a package, by their names without folders, with those that the catalog lists.
    #[must_use]
    pub fn compare(&self, files: &[(String, Digests)]) -> Vec<Fault> {
        let listed = self.members.iter().filter_map(|member| member.file.as_deref());
        let is_missing = |name: &&str| !files.iter().any(|(file, _)| file.to_lowercase() == *name);
        let mut missing: Vec<_> = listed.filter(is_missing).map(str::to_owned).collect();
        missing.sort();
        missing.dedup();
        let faults = files.iter().filter_map(|(file, digests)| self.look_up(file, digests).err());
        faults.chain(missing.into_iter().map(Fault::Missing)).collect()
    }

    fn look_up(&self, file: &str, digests: &Digests) -> Result<(), Fault> {
        let name = file.to_lowercase();
        let member = |tag: &[u8]| self.members.iter().find(|member| member.tag == tag);
        let Some(strong) = member(&digests.sha256) else {
            let is_listed = |member: &Member| member.file.as_ref() == Some(&name);
            let is_listed = self.members.iter().any(is_listed);
            let fault = if is_listed { Fault::Changed } else { Fault::NotListed };
            return Err(fault(file.to_owned()));
        };
        let agrees = |member: &Member| {
            member.kind == Some(digests.kind)
                && (member.file.is_none() || member.file.as_ref() == Some(&name))
                && member.digest.as_ref().is_none_or(|digest| *digest == member.tag)
        };
        let states = strong.file.is_some() && strong.digest.is_some();
        if agrees(strong) && states && member(&digests.sha1).is_none_or(agrees) {
            Ok(())
        } else {
            Err(Fault::Contradiction(file.to_owned()))
        }
    }
}
