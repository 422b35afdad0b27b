//! The zip file of a package.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
};

use jiff::civil::Date;
use zip::{DateTime, ZipWriter, write::SimpleFileOptions};

use super::layout;
use crate::{
    error::{Error, Result},
    files,
};

/// Writes all files of `folder` into a zip file, below a folder `name`. The same files make the same zip file: they
/// are sorted, and all are of the same `date`.
///
/// # Errors
///
/// [`Error::Setup`] if a file cannot be read or written.
pub(super) fn write(folder: &Path, name: &str, date: Date, to: &Path) -> Result {
    let packed = pack(folder, name, date)?;
    fs::write(to, packed).map_err(|error| files::cannot("write", to, &error))
}

fn pack(folder: &Path, name: &str, date: Date) -> Result<Vec<u8>> {
    let failed =
        |error: &dyn std::fmt::Display| Error::failed(format!("Cannot make a zip file: {error}."));
    let year = u16::try_from(date.year()).unwrap_or_default();
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    let time = DateTime::from_date_and_time(year, month, day, 0, 0, 0);
    let options = SimpleFileOptions::default()
        .last_modified_time(time.map_err(|error| failed(&error))?)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in layout::list(folder)? {
        zip.start_file(format!("{name}/{file}"), options).map_err(|error| failed(&error))?;
        zip.write_all(&files::bytes(&folder.join(file))?).map_err(|error| failed(&error))?;
    }
    Ok(zip.finish().map_err(|error| failed(&error))?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Read};

    use jiff::civil::date;
    use zip::ZipArchive;

    use super::*;

    #[test]
    fn the_same_files_make_the_same_zip_file() {
        let pack_once = || {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("b")).unwrap();
            fs::write(folder.path().join("b/two"), "2").unwrap();
            fs::write(folder.path().join("a"), "1".repeat(1000)).unwrap();
            pack(folder.path(), "x", date(2026, 3, 7)).unwrap()
        };
        let packed = pack_once();
        assert_eq!(packed, pack_once());
        assert!(packed.len() < 700);

        let mut zip = ZipArchive::new(Cursor::new(packed)).unwrap();
        let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["x/a", "x/b/two"]);
        let mut file = zip.by_name("x/b/two").unwrap();
        assert_eq!(file.last_modified().unwrap().to_string(), "2026-03-07 00:00:00");
        let mut content = String::new();
        file.read_to_string(&mut content).unwrap();
        assert_eq!(content, "2");
    }
}
