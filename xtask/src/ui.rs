//! Progress of long steps: a moving line at a terminal, plain lines elsewhere.

use std::{
    io::{IsTerminal, stderr},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a step that runs long says so where there is no terminal.
const PLAIN_INTERVAL: Duration = Duration::from_secs(10);

/// A step that is under way. Reports on standard error; ends with [`Step::done`] or when dropped.
pub struct Step {
    title: String,
    started: Instant,
    last_plain: Instant,
    spinner: Option<ProgressBar>,
}

impl Step {
    /// Announces a step.
    #[must_use]
    pub fn start(title: impl Into<String>) -> Self {
        let title = title.into();
        let spinner = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {wide_msg:.dim}") {
                bar.set_style(style);
            }
            bar.set_prefix(title.clone());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        if spinner.is_none() {
            eprintln!("  {title} …");
        }
        let now = Instant::now();
        Self { title, started: now, last_plain: now, spinner }
    }

    /// Shows what the step is at, such as the last line that a tool printed.
    pub fn at(&mut self, detail: &str) {
        match &self.spinner {
            Some(bar) => bar.set_message(detail.trim().to_owned()),
            None if self.last_plain.elapsed() >= PLAIN_INTERVAL => {
                self.last_plain = Instant::now();
                let seconds = self.started.elapsed().as_secs();
                eprintln!("    {seconds} s: {}", detail.trim());
            }
            None => {}
        }
    }

    /// Ends the step and says how long it took.
    pub fn done(mut self) {
        self.clear();
        eprintln!("✓ {} ({:.1} s)", self.title, self.started.elapsed().as_secs_f32());
    }

    /// The title that the step was started with.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    fn clear(&mut self) {
        if let Some(bar) = self.spinner.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.clear();
    }
}
