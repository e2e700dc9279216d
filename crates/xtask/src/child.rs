//! Child processes. They start in the workspace's root, unless told otherwise, with the terminal's own input and output.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

use crate::{Outcome, workspace_root};

/// One program and its arguments, ready to be started.
pub struct Child {
    command: Command,
    /// The command line as a person would type it, for messages.
    line: String,
}

/// A program that runs beside this one.
pub struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A call of the cargo that runs this program.
pub fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Child {
    // cargo sets CARGO to its own path, so a `+toolchain` on the command line is kept.
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Child::new(program, arguments);
    let arguments = child.command.get_args().map(OsStr::to_string_lossy).collect::<Vec<_>>();
    child.line = format!("cargo {}", arguments.join(" "));
    child
}

impl Child {
    pub fn new<'a>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut command = Command::new(&program);
        command.args(arguments).current_dir(workspace_root());
        let words: Vec<_> = std::iter::once(program.as_ref())
            .chain(command.get_args())
            .map(OsStr::to_string_lossy)
            .collect();
        let line = words.join(" ");
        Self { command, line }
    }

    /// Starts it in this folder instead of the workspace's root.
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it to its end; anything but success is an error.
    pub fn run(mut self) -> Outcome {
        let status = self.command.status().map_err(|error| self.not_started(&error))?;
        self.check(status)
    }

    /// Starts it beside this program, and ends it when the value is dropped.
    pub fn start(mut self) -> Outcome<Running> {
        let process = self.command.spawn().map_err(|error| self.not_started(&error))?;
        Ok(Running(process))
    }

    /// Runs it without output; true if it could be started and succeeded.
    pub fn succeeds(mut self) -> bool {
        let silent = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        silent.status().is_ok_and(|status| status.success())
    }

    /// Runs it like [`Child::run`] and shows every line of its standard output to `see` as well.
    pub fn run_watched(mut self, mut see: impl FnMut(&str)) -> Outcome {
        let mut process = self
            .command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| self.not_started(&error))?;
        if let Some(output) = process.stdout.take() {
            for line in BufReader::new(output).split(b'\n') {
                let line = line?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                see(&line);
            }
        }
        let status = process.wait()?;
        self.check(status)
    }

    fn check(&self, status: ExitStatus) -> Outcome {
        if status.success() {
            Ok(())
        } else {
            Err(format!("`{}` failed ({status}).", self.line).into())
        }
    }

    fn not_started(&self, error: &std::io::Error) -> String {
        format!("`{}` could not be started: {error}.", self.line)
    }
}
