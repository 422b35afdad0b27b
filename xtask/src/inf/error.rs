//! Why a file cannot be read as an INF file.

/// Why a file cannot be read as an INF file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InfError {
    /// It is no text.
    #[error("the file is neither ASCII, nor UTF-8, nor UTF-16 LE with a byte order mark")]
    Encoding,
    /// A line does not follow the syntax.
    #[error("line {line}: {fault}")]
    Syntax {
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        fault: Fault,
    },
    /// There is no place for the version.
    #[error("there is no section [Version], which every INF file begins with")]
    NoVersion,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Quotation marks come in pairs.
    #[error("a quotation mark is not closed on its line")]
    OpenQuote,
    /// A section begins with its name in brackets.
    #[error("a section's name has no closing bracket")]
    OpenBracket,
    /// Nothing but a comment follows the name of a section.
    #[error("there is more on the line than the section's name")]
    AfterName,
    /// Entries belong to sections.
    #[error("an entry comes before the first section")]
    NoSection,
    /// A backslash at the end of a line continues it.
    #[error("the line is to be continued, and the file ends")]
    Continued,
    /// Characters that no editor shows.
    #[error("there is a control character")]
    Control,
}
