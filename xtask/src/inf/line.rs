//! From the text of an INF file to its lines: names of sections, and entries.

use std::{iter::Peekable, str::CharIndices};

use super::{Fault, InfError};

/// A line, or several that backslashes join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The name of a section, as it stands between the brackets.
    Section(String),
    /// `key = value, value, …` or `value, value, …`.
    Entry { key: Option<String>, values: Vec<String> },
}

/// The lines of `text` that say something, each with its number from 1.
pub(super) fn lines(text: &str) -> Result<Vec<(usize, Line)>, InfError> {
    let mut lines = Vec::new();
    let mut physical = text.lines().zip(1..);
    while let Some((content, number)) = physical.next() {
        let at = |line| move |fault| InfError::Syntax { line, fault };
        if let Some(name) = content.trim_start().strip_prefix('[') {
            lines.push((number, Line::Section(section_name(name).map_err(at(number))?)));
            continue;
        }
        let mut entry = EntryReader::default();
        let (mut content, mut last) = (content, number);
        while entry.read(content).map_err(at(last))? == Next::Continued {
            (content, last) = physical.next().ok_or(at(last)(Fault::Continued))?;
        }
        lines.extend(entry.finish().map(|line| (number, line)));
    }
    Ok(lines)
}

/// The name in what follows the opening bracket.
fn section_name(rest: &str) -> Result<String, Fault> {
    let (name, rest) = rest.split_once(']').ok_or(Fault::OpenBracket)?;
    let rest = rest.trim_start();
    if !rest.is_empty() && !rest.starts_with(';') {
        return Err(Fault::AfterName);
    }
    if name.contains(char::is_control) {
        return Err(Fault::Control);
    }
    Ok(name.to_owned())
}

/// Whether an entry goes on with the next line.
#[derive(PartialEq, Eq)]
enum Next {
    Ended,
    Continued,
}

/// Takes an entry apart.
#[derive(Default)]
struct EntryReader {
    key: Option<String>,
    values: Vec<String>,
    field: Field,
}

impl EntryReader {
    fn read(&mut self, line: &str) -> Result<Next, Fault> {
        let mut characters = line.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let rest = &line[at + character.len_utf8()..];
            match character {
                ';' => break,
                '"' => self.field.read_quoted(&mut characters)?,
                '%' => self.field.read_token(rest, &mut characters),
                ',' => self.values.push(self.field.take()),
                '=' if self.key.is_none() && self.values.is_empty() => {
                    self.key = Some(self.field.take());
                }
                '\\' if ends(rest) => return Ok(Next::Continued),
                '\t' => self.field.push(' '),
                _ if character.is_control() => return Err(Fault::Control),
                _ => self.field.push(character),
            }
        }
        Ok(Next::Ended)
    }

    /// Nothing if the line was empty.
    fn finish(mut self) -> Option<Line> {
        if self.key.is_none() && self.values.is_empty() && self.field.is_empty() {
            return None;
        }
        self.values.push(self.field.take());
        Some(Line::Entry { key: self.key, values: self.values })
    }
}

/// True if nothing but a comment follows.
fn ends(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with(';')
}

/// A key or a value under way. Blanks around it do not belong to it, unless they are quoted.
#[derive(Default)]
struct Field {
    text: String,
    /// How many bytes of the text are quoted, or stand before what is quoted.
    kept: usize,
    is_quoted: bool,
}

impl Field {
    fn is_empty(&self) -> bool {
        self.text.is_empty() && !self.is_quoted
    }

    fn push(&mut self, character: char) {
        if character != ' ' || !self.is_empty() {
            self.text.push(character);
        }
    }

    /// Reads what follows an opening quotation mark. Two marks in quotes stand for one.
    fn read_quoted(&mut self, characters: &mut Peekable<CharIndices<'_>>) -> Result<(), Fault> {
        self.is_quoted = true;
        while let Some((_, character)) = characters.next() {
            let is_mark = character == '"';
            if is_mark && characters.next_if(|&(_, next)| next == '"').is_none() {
                self.kept = self.text.len();
                return Ok(());
            }
            if character.is_control() && character != '\t' {
                return Err(Fault::Control);
            }
            self.text.push(character);
        }
        Err(Fault::OpenQuote)
    }

    /// Reads what follows a percent sign: up to the next one no character has a meaning.
    fn read_token(&mut self, rest: &str, characters: &mut Peekable<CharIndices<'_>>) {
        self.text.push('%');
        let Some(end) = rest.find('%') else { return };
        let token = &rest[..=end];
        self.text.push_str(token);
        for _ in token.chars() {
            characters.next();
        }
    }

    fn take(&mut self) -> String {
        let Self { mut text, kept, .. } = std::mem::take(self);
        let length = kept.max(text.trim_end().len());
        text.truncate(length);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, InfError, Line, lines};

    /// The only entry of a text, as key and values.
    #[track_caller]
    fn entry(text: &str) -> (Option<String>, Vec<String>) {
        match &mut lines(text).unwrap()[..] {
            [(1, Line::Entry { key, values })] => (key.take(), std::mem::take(values)),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn is_entry(text: &str, key: &str, values: &[&str]) {
        let (found_key, found) = entry(text);
        assert_eq!((found_key.as_deref().unwrap_or(""), &found[..]), (key, &owned(values)[..]));
    }

    fn owned(values: &[&str]) -> Vec<String> {
        values.iter().copied().map(String::from).collect()
    }

    #[track_caller]
    fn is_refused(text: &str, line: usize, fault: Fault) {
        assert_eq!(lines(text), Err(InfError::Syntax { line, fault }));
    }

    #[test]
    fn keys_and_values_are_taken_apart_and_trimmed() {
        is_entry("AddReg = a , b b,c", "AddReg", &["a", "b b", "c"]);
        is_entry("\tHKR,,x=y,\t0x1", "", &["HKR", "", "x=y", "0x1"]);
        is_entry("DriverVer =", "DriverVer", &[""]);
        is_entry("a = b = c", "a", &["b = c"]);
        is_entry("file.sys,,,2", "", &["file.sys", "", "", "2"]);
    }

    #[test]
    fn quotes_keep_what_they_hold() {
        is_entry(r#"a = " b, c;d " ; e"#, "a", &[" b, c;d "]);
        is_entry(r#"a = "say ""x""", b"#, "a", &[r#"say "x""#, "b"]);
        is_entry(r#"a = "","#, "a", &["", ""]);
        is_entry(r#"a = x" y "z  "#, "a", &["x y z"]);
        is_entry(r#""" = 1"#, "", &["1"]);
    }

    #[test]
    fn tokens_stay_as_they_are() {
        is_entry("%a;b% = %c,d%", "%a;b%", &["%c,d%"]);
        is_entry(r"ServiceBinary = %13%\a.sys", "ServiceBinary", &[r"%13%\a.sys"]);
        is_entry("a = 100 %, b", "a", &["100 %", "b"]);
        is_entry(r#"a = "%%x%%""#, "a", &["%%x%%"]);
    }

    #[test]
    fn a_backslash_at_the_end_joins_lines() {
        is_entry("a = b,\\\n  c\\ ; comment\n , d", "a", &["b", "c", "d"]);
        is_entry("a = \"dir\\\"\\\n,b", "a", &["dir\\", "b"]);
        is_entry("a = x\\\\\n, b", "a", &["x\\", "b"]);
        is_entry("a = dir\\b", "a", &["dir\\b"]);
    }

    #[test]
    fn comments_and_empty_lines_say_nothing() {
        assert_eq!(lines("; a\n\n  \t\r\n  ; [b]\n"), Ok(Vec::new()));
    }

    #[test]
    fn sections_are_found_with_their_lines() {
        let found = lines("\r\n[A b] ; c\r\n\r\n  [D;\"]\r\nx\r\n").unwrap();
        let entry = Line::Entry { key: None, values: owned(&["x"]) };
        let section = |name: &str| Line::Section(name.to_owned());
        assert_eq!(found, [(2, section("A b")), (4, section("D;\"")), (5, entry)]);
    }

    #[test]
    fn faults_are_told_with_their_lines() {
        is_refused("[a]\nx = \"y", 2, Fault::OpenQuote);
        is_refused("x = \"y\"\"", 1, Fault::OpenQuote);
        is_refused("\n[a", 2, Fault::OpenBracket);
        is_refused("[a] b", 1, Fault::AfterName);
        is_refused("[a\u{7}]", 1, Fault::Control);
        is_refused("[a]\nx = y\u{1}", 2, Fault::Control);
        is_refused("x = \"\u{0}\"", 1, Fault::Control);
        is_refused("x = y\\", 1, Fault::Continued);
        is_refused("x = y\\\nz, \\\n\"", 3, Fault::OpenQuote);
    }
}
