//! What a report calls a place in a driver.

use std::fmt;

use serde::Serialize;

/// A function that a driver is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Frame {
    /// The driver: the name of its file without the extension.
    pub module: String,
    /// The function; `None` if neither the debug information nor the linker's map beside the file
    /// knows it.
    pub function: Option<String>,
    /// How far the place is from the beginning of the function that it lies in, or of the image if that
    /// is not known.
    pub offset: usize,
    /// Whether the function is inlined into the one of the next frame.
    pub is_inlined: bool,
    /// The source, in the folder `src` of its crate.
    pub file: Option<String>,
    /// The line in it.
    pub line: Option<u32>,
}

/// `module!function+0x12 (file.rs:88)`, with as much of that as is known. What is inlined has no offset
/// of its own.
impl fmt::Display for Frame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.module)?;
        if let Some(function) = &self.function {
            write!(formatter, "!{function}")?;
        }
        if self.is_inlined {
            write!(formatter, " inlined")?;
        } else if self.offset != 0 {
            write!(formatter, "+{:#x}", self.offset)?;
        }
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(formatter, " ({file}:{line})"),
            (Some(file), None) => write!(formatter, " ({file})"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Frame;

    #[test]
    fn says_what_is_known() {
        let mut frame = Frame {
            module: "ndisrx".into(),
            function: None,
            offset: 0x1012,
            is_inlined: false,
            file: None,
            line: None,
        };
        assert_eq!(frame.to_string(), "ndisrx+0x1012");
        (frame.function, frame.offset) = (Some("ndisrx::open".into()), 0x12);
        assert_eq!(frame.to_string(), "ndisrx!ndisrx::open+0x12");
        (frame.file, frame.line) = (Some("open.rs".into()), Some(88));
        assert_eq!(frame.to_string(), "ndisrx!ndisrx::open+0x12 (open.rs:88)");
        frame.is_inlined = true;
        assert_eq!(frame.to_string(), "ndisrx!ndisrx::open inlined (open.rs:88)");
    }
}
