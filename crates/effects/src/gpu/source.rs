//! How a WGSL file becomes one source. Used by the build script, and by debug builds that read shaders from disk again.

use std::fs;
use std::path::{Path, PathBuf};

/// A shader with everything that it imports.
#[derive(Debug)]
pub(crate) struct Stitched {
    /// The file's own lines first, so that line numbers in messages are those of the file; then each import, once.
    pub text: String,
    /// The file and what it imports.
    pub files: Vec<PathBuf>,
}

/// Reads `file` and appends each `shared/<name>.wgsl` of the folder `shaders` that a line `#import <name>` asks for, in it or in an
/// import. WGSL does not mind the order of declarations.
///
/// # Errors
/// A sentence, when a file cannot be read.
pub(crate) fn stitch(shaders: &Path, file: &Path) -> Result<Stitched, String> {
    let mut files = vec![file.to_owned()];
    let mut text = String::new();
    let mut next = 0;
    while let Some(path) = files.get(next).cloned() {
        let source = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for line in source.lines() {
            let Some(name) = line.strip_prefix("#import ") else {
                text.push_str(line);
                text.push('\n');
                continue;
            };
            text.push_str("//\n");
            let import = shaders.join("shared").join(name.trim()).with_extension("wgsl");
            if !files.contains(&import) {
                files.push(import);
            }
        }
        next += 1;
    }
    Ok(Stitched { text, files })
}

/// The numbers of `@workgroup_size(..)`, 1 where fewer than three are given; `None` without it.
pub(crate) fn workgroup_size(text: &str) -> Option<[u32; 3]> {
    let (_, rest) = text.split_once("@workgroup_size(")?;
    let (numbers, _) = rest.split_once(')')?;
    let mut size = [1; 3];
    for (place, number) in size.iter_mut().zip(numbers.split(',')) {
        *place = number.trim().parse().ok()?;
    }
    Some(size)
}
