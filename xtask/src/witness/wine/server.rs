//! The trace of Wine's server, which all processes ask to make and change objects.
//!
//! A line begins with the number of the thread that asked; the answer follows on a later line:
//!
//! ```text
//! 0130: create_device( rootdir=0000, user_ptr=00377020, manager=004c, name=L"\\Device\\wskrx" )
//! 0130: create_device() = 0
//! ```

use super::{
    super::security::{ALLOWED, DENIED, Descriptor, Entry},
    trace::{hex, unescape},
};

/// A request that was granted.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What was asked for.
    pub name: &'a str,
    arguments: &'a str,
    answer: &'a str,
}

/// The requests of `thread` that were granted, in order.
#[must_use]
pub fn requests<'a>(trace: &'a str, thread: &str) -> Vec<Request<'a>> {
    let start = format!("{thread}: ");
    let mut asked: Option<(&str, &str)> = None;
    let mut granted = Vec::new();
    for words in trace.lines().filter_map(|line| line.strip_prefix(&start)) {
        let Some((name, rest)) = words.split_once('(') else { continue };
        match (rest.strip_prefix(") = 0"), asked) {
            (Some(answer), Some((before, arguments)))
                if before == name && !answer.starts_with(|c: char| c.is_alphanumeric()) =>
            {
                granted.push(Request { name, arguments, answer });
            }
            _ => asked = Some((name, rest)),
        }
    }
    granted
}

impl Request<'_> {
    /// A number in what was asked.
    #[must_use]
    pub fn number(&self, field: &str) -> Option<u64> {
        hex(value(self.arguments, field)?)
    }

    /// A number in the answer.
    #[must_use]
    pub fn answered(&self, field: &str) -> Option<u64> {
        hex(value(self.answer, field)?)
    }

    /// A string in what was asked.
    #[must_use]
    pub fn string(&self, field: &str) -> Option<String> {
        let text = value(self.arguments, field)?.strip_prefix("L\"")?;
        Some(unescape(text.split('"').next()?))
    }

    /// The security descriptor in what was asked.
    ///
    /// # Errors
    ///
    /// The text that could not be read as one, or that the DACL was not to be set.
    pub fn descriptor(&self) -> Result<Descriptor, String> {
        let text = value(self.arguments, "sd").unwrap_or_default();
        let read = descriptor(text);
        let read = read.ok_or_else(|| format!("Wine's server has {text:?} as descriptor"))?;
        read.set_with(self.number("security_info").unwrap_or_default())
    }
}

/// What follows `field=`.
fn value<'a>(text: &'a str, field: &str) -> Option<&'a str> {
    let mark = format!("{field}=");
    text.match_indices(&mark)
        .find(|(at, _)| text.get(..*at).is_some_and(|before| before.ends_with([' ', ',', '{'])))
        .and_then(|(at, _)| text.get(at + mark.len()..))
}

/// Reads `{control=00001004,…,dacl={{type=ACCESS_ALLOWED,flags=0,mask=1f01ff,sid=S-1-5-18},…}}`.
fn descriptor(text: &str) -> Option<Descriptor> {
    let control = u16::try_from(hex(value(text, "control")?)?).ok()?;
    let dacl = match value(text, "dacl")?.strip_prefix('{') {
        Some(entries) => Some(entries_of(entries)?),
        None => None,
    };
    Some(Descriptor::new(control, dacl))
}

fn entries_of(text: &str) -> Option<Vec<Entry>> {
    let (entries, _) = text.split_once("}}").or_else(|| text.split_once('}'))?;
    let entries = entries.split('{').filter(|entry| !entry.is_empty());
    entries.map(|entry| entry_of(&format!(",{entry}"))).collect()
}

fn entry_of(text: &str) -> Option<Entry> {
    let kind = match value(text, "type")?.split(',').next()? {
        "ACCESS_ALLOWED" => ALLOWED,
        "ACCESS_DENIED" => DENIED,
        _ => u8::MAX,
    };
    Some(Entry {
        kind,
        flags: u8::try_from(hex(value(text, "flags")?)?).ok()?,
        mask: u32::try_from(hex(value(text, "mask")?)?).ok()?,
        sid: value(text, "sid")?.split(['}', ',']).next()?.to_owned(),
    })
}
