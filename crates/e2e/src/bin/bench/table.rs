//! Tables for people.

/// A row of figures.
pub trait Table {
    /// What stands over each column.
    const HEADS: &'static [&'static str];

    /// The row's cells.
    fn cells(&self) -> Vec<String>;
}

/// Prints rows, each column as wide as its widest cell.
pub fn print<R: Table>(rows: &[R]) {
    let heads = R::HEADS.iter().map(|&head| head.to_owned()).collect();
    let lines: Vec<Vec<String>> = std::iter::once(heads).chain(rows.iter().map(R::cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: Vec<usize> = (0..R::HEADS.len()).filter_map(width).collect();
    for line in &lines {
        let cells = line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
        println!("  {}", cells.collect::<Vec<_>>().join("  "));
    }
}
