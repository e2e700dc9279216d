//! Finds the built-in model.

use std::env;
use std::path::{Path, PathBuf};

use crate::Error;

/// Overrides where the built-in model is.
const MODEL_VARIABLE: &str = "STICKER_MODEL_DIR";

/// The file that makes a folder a diffusers model folder.
const INDEX: &str = "model_index.json";

/// The folder of the built-in model: `STICKER_MODEL_DIR`, else next to the binary, in the installed package, or
/// `assets/model` in the working directory or one of its parents.
///
/// # Errors
/// When `STICKER_MODEL_DIR` names a folder without a model, or no place has one: the places are listed.
pub fn built_in_model() -> Result<PathBuf, Error> {
    if let Some(folder) = env::var_os(MODEL_VARIABLE)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
    {
        return named_by_variable(folder);
    }
    let binary = env::current_exe().and_then(|path| path.canonicalize()).ok();
    let working = env::current_dir().ok();
    first_with_a_model(candidates(binary.as_deref(), working.as_deref()))
}

fn named_by_variable(folder: PathBuf) -> Result<PathBuf, Error> {
    if folder.join(INDEX).is_file() {
        return Ok(folder);
    }
    Err(Error::input(format!(
        "{MODEL_VARIABLE} names a folder without a model (no {INDEX} in it); correct or unset it: {}",
        folder.display()
    )))
}

/// The places to look in, best first. `binary` is the running program's file, `working` the working directory.
fn candidates(binary: Option<&Path>, working: Option<&Path>) -> Vec<PathBuf> {
    let mut places = Vec::new();
    if let Some(beside) = binary.and_then(Path::parent) {
        places.extend([beside.join("assets/model"), beside.join("model")]);
        if let Some(prefix) = beside.parent() {
            places.extend([
                prefix.join("share/sticker-studio/model"),
                prefix.join("Resources/model"),
            ]);
        }
    }
    if let Some(working) = working {
        places.extend(working.ancestors().map(|folder| folder.join("assets/model")));
    }
    places
}

fn first_with_a_model(places: Vec<PathBuf>) -> Result<PathBuf, Error> {
    if let Some(found) = places.iter().find(|folder| folder.join(INDEX).is_file()) {
        return Ok(found.clone());
    }
    let listed = places
        .iter()
        .map(|place| place.display().to_string())
        .collect::<Vec<_>>()
        .join(", ");
    Err(Error::input(format!(
        "the built-in model was not found; set {MODEL_VARIABLE} to its folder, or name a model folder in the request. \
         Looked in: {listed}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    fn make_model(folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(INDEX), "{}").unwrap();
    }

    #[test]
    fn a_model_next_to_the_binary_is_taken_before_one_of_the_working_directory() {
        let root = tempfile::tempdir().unwrap();
        let (beside, working) = (
            root.path().join("bin/assets/model"),
            root.path().join("work/assets/model"),
        );
        make_model(&beside);
        make_model(&working);
        let places = candidates(Some(&root.path().join("bin/sticker")), Some(&root.path().join("work")));
        assert_eq!(first_with_a_model(places), Ok(beside));
    }

    #[test]
    fn an_installed_package_is_found_from_its_binary() {
        for place in ["share/sticker-studio/model", "Resources/model"] {
            let root = tempfile::tempdir().unwrap();
            make_model(&root.path().join(place));
            let places = candidates(Some(&root.path().join("bin/sticker")), None);
            assert_eq!(first_with_a_model(places), Ok(root.path().join(place)));
        }
    }

    #[test]
    fn a_parent_of_the_working_directory_is_searched() {
        let root = tempfile::tempdir().unwrap();
        make_model(&root.path().join("assets/model"));
        let deep = root.path().join("crates/engine");
        assert_eq!(
            first_with_a_model(candidates(None, Some(&deep))),
            Ok(root.path().join("assets/model"))
        );
    }

    #[test]
    fn without_a_model_the_places_are_listed() {
        let root = tempfile::tempdir().unwrap();
        let error = first_with_a_model(vec![root.path().join("a"), root.path().join("b")]).unwrap_err();
        assert_eq!(error.code, ErrorCode::Input);
        assert!(error.message.contains(MODEL_VARIABLE), "{error}");
        assert!(
            error.message.ends_with(&format!("{0}/a, {0}/b", root.path().display())),
            "{error}"
        );
    }

    #[test]
    fn a_variable_that_names_no_model_is_an_error_and_no_other_place_is_tried() {
        let root = tempfile::tempdir().unwrap();
        let error = named_by_variable(root.path().to_path_buf()).unwrap_err();
        assert!(
            error
                .message
                .contains("STICKER_MODEL_DIR names a folder without a model"),
            "{error}"
        );
    }
}
