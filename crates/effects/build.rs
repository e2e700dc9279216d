//! Stitches each file of shaders/effects with its imports, checks it with naga, and writes the table of shaders.

#[path = "src/gpu/source.rs"]
mod source;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module, StorageAccess, TypeInner};

fn main() {
    let written = table().and_then(|table| {
        let out = env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?;
        fs::write(Path::new(&out).join("shaders.rs"), table).map_err(|error| error.to_string())
    });
    if let Err(message) = written {
        eprintln!("{message}");
        std::process::exit(1);
    }
}

fn table() -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .ok_or("the crate lies in no workspace")?;
    let shaders = root.join("shaders");
    let mut text = String::new();
    let mut names = Vec::new();
    for folder in ["shared", "effects"] {
        println!("cargo::rerun-if-changed={}", shaders.join(folder).display());
    }
    // Each shared file on its own, too: then a message names it and its own line.
    for file in files(&shaders.join("shared"))? {
        checked(&shaders, &file)?;
    }
    for file in files(&shaders.join("effects"))? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (source, module) = checked(&shaders, &file)?;
        let constant = entry(&name, &source, &module).map_err(|reason| format!("{}: {reason}", file.display()))?;
        text.push_str(&constant);
        names.push(name.to_uppercase());
    }
    let list = names.iter().fold(String::new(), |list, name| list + "&" + name + ", ");
    let _ = writeln!(
        text,
        "/// All of them.\n#[cfg(test)]\npub(crate) const ALL: &[&Shader] = &[{list}];"
    );
    Ok(text)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error| format!("{}: {error}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(unreadable)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "wgsl"))
        .collect();
    files.sort();
    Ok(files)
}

/// Stitched, parsed and validated; the error is naga's message with the excerpt.
fn checked(shaders: &Path, file: &Path) -> Result<(String, Module), String> {
    let stitched = source::stitch(shaders, file)?;
    for file in &stitched.files {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    let path = file.display().to_string();
    let module = naga::front::wgsl::parse_str(&stitched.text)
        .map_err(|error| error.emit_to_string_with_path(&stitched.text, &path))?;
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .map_err(|error| error.emit_to_string_with_path(&stitched.text, &path))?;
    Ok((stitched.text, module))
}

/// The constant of one shader, after a check that its bindings are as `Frame::run` gives them.
fn entry(name: &str, source: &str, module: &Module) -> Result<String, String> {
    let point = match &module.entry_points[..] {
        [point] if point.name == "main" => point,
        _ => return Err("it needs exactly one entry point, main".into()),
    };
    if source::workgroup_size(source) != Some(point.workgroup_size) {
        return Err("write the numbers of @workgroup_size as digits, and in this file before any import".into());
    }
    let inputs = inputs(module)?;
    let stride = stride(module, inputs + 1)?;
    let [x, y, z] = point.workgroup_size;
    let constant = name.to_uppercase();
    Ok(format!(
        "/// shaders/effects/{name}.wgsl\npub(crate) const {constant}: Shader = Shader {{ name: {name:?}, source: {source:?}, \
         workgroup_size: [{x}, {y}, {z}], inputs: {inputs}, stride: {stride} }};\n"
    ))
}

/// How many read-only storage buffers lie between the uniforms, binding 0, and the output, the last binding.
fn inputs(module: &Module) -> Result<u32, String> {
    let expected = "its bindings are to be @group(0): 0 the uniforms, then read-only storage, last read_write storage";
    let mut spaces: Vec<_> = module
        .global_variables
        .iter()
        .filter_map(|(_, variable)| {
            variable
                .binding
                .map(|binding| (binding.group, binding.binding, variable.space))
        })
        .collect();
    spaces.sort_by_key(|&(group, binding, _)| (group, binding));
    let writable = StorageAccess::LOAD | StorageAccess::STORE;
    let last = spaces.len().saturating_sub(1);
    let right = spaces.iter().enumerate().all(|(index, &(group, binding, space))| {
        let place = group == 0 && binding as usize == index;
        place
            && match space {
                AddressSpace::Uniform => index == 0,
                AddressSpace::Storage { access } if index == last => access == writable,
                AddressSpace::Storage { access } => index > 0 && access == StorageAccess::LOAD,
                _ => false,
            }
    });
    if right && last > 0 {
        Ok(last as u32 - 1)
    } else {
        Err(expected.into())
    }
}

/// The bytes of one element of the output, which is an array without a length.
fn stride(module: &Module, binding: u32) -> Result<u32, String> {
    let output = module
        .global_variables
        .iter()
        .find(|(_, variable)| variable.binding.is_some_and(|at| at.binding == binding));
    match output.map(|(_, variable)| &module.types[variable.ty].inner) {
        Some(TypeInner::Array { stride, .. }) => Ok(*stride),
        _ => Err("its output is to be an array, such as array<vec4<f32>>".into()),
    }
}
