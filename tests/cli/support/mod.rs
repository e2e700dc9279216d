//! Runs the program in an empty folder of its own.

pub mod model;
pub mod png_file;

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Pictures of 16x16 pixels with 3 channels; four steps take a blink.
pub const TINY: &str = "tiny-sd1";

/// An empty working folder, removed afterwards.
pub struct Sandbox {
    folder: TempDir,
}

/// How a run of the program ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, to run in this folder.
    pub fn command<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Command {
        let mut command = Command::new(program());
        self.prepare(&mut command);
        command.args(arguments);
        command
    }

    /// Any command gets the folder and the environment of a test.
    pub fn prepare(&self, command: &mut Command) {
        command
            .current_dir(self.folder.path())
            .env("STICKER_MODEL_DIR", repository().join("assets/model"))
            .env("STICKER_CACHE_DIR", program().parent().unwrap().join("sticker-cache"))
            .env("RUST_BACKTRACE", "0")
            // Mesa's Vulkan layer for choosing a device complains on stderr where there is no desktop.
            .env("NODEVICE_SELECT", "1")
            .stdin(Stdio::null());
    }

    pub fn run<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    /// `sticker generate` with `more` arguments; for one step of the tiny model on the CPU unless they say otherwise.
    pub fn generate<I: IntoIterator<Item: AsRef<OsStr>>>(&self, more: I) -> Ended {
        Ended::of(self.generate_command(more).output().unwrap())
    }

    pub fn generate_command<I: IntoIterator<Item: AsRef<OsStr>>>(&self, more: I) -> Command {
        let more: Vec<_> = more.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        let mut command = self.command(["generate"]);
        let model = fixture_folder(TINY);
        for (option, value) in [
            ("--device", OsStr::new("cpu")),
            ("--steps", OsStr::new("1")),
            ("--model", model.as_os_str()),
        ] {
            if !more.iter().any(|argument| argument == option) {
                command.arg(option).arg(value);
            }
        }
        command.args(more);
        command
    }

    /// The same with something on standard input.
    pub fn generate_from<I: IntoIterator<Item: AsRef<OsStr>>>(&self, input: &[u8], more: I) -> Ended {
        let mut command = self.generate_command(more);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ended::of(child.wait_with_output().unwrap())
    }

    /// Every file and folder in here, relative to it, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(self.folder.path(), self.folder.path(), &mut names);
        names.sort();
        names
    }
}

impl Ended {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Checks that all went well and gives the lines on stdout.
    #[track_caller]
    pub fn lines(&self) -> Vec<&str> {
        assert_eq!(self.code, Some(0), "stderr: {}", self.stderr);
        self.stdout.lines().collect()
    }

    /// Checks the exit code, and that stderr ends in one `error: ` line that holds `sentence`; nothing is on stdout.
    #[track_caller]
    pub fn failed(&self, code: i32, sentence: &str) -> &Self {
        assert_eq!(self.code, Some(code), "stderr: {}", self.stderr);
        assert_eq!(self.stdout, "");
        let errors: Vec<_> = self.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "one sentence: {}", self.stderr);
        assert!(errors[0].contains(sentence), "no '{sentence}' in: {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// Checks that the error ends with this path.
    #[track_caller]
    pub fn naming(&self, path: &Path) {
        let text = self.stderr.trim_end();
        assert!(
            text.ends_with(&format!(": {}", path.display())),
            "the path is not last: {text}"
        );
    }
}

/// The program beside this test: `target/PROFILE/deps/cli-HASH` is this, `target/PROFILE/sticker` is it.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test
        .ancestors()
        .nth(2)
        .unwrap()
        .join(format!("sticker{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "The program is not built; run `cargo build -p cli` or `cargo xtask test` first: {}",
        program.display()
    );
    program
}

/// The repository; this package lies in its `tests` folder.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A model folder that python diffusers wrote.
pub fn fixture_folder(name: &str) -> PathBuf {
    repository().join("tests/parity/fixtures/folders").join(name)
}

/// A LoRA file that fits [`TINY`].
pub fn fixture_lora(name: &str) -> PathBuf {
    repository().join("tests/parity/fixtures/loras").join(name)
}

fn collect(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        names.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        if path.is_dir() {
            collect(root, &path, names);
        }
    }
}
