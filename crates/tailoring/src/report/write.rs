//! The report's folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::plot::{Theme, sweep_svg, trade_off_svg};
use super::{Error, Report, csv, html, markdown, to_json};

/// A sheet's PNG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// [`super::Sheet::path`].
    pub path: String,
    /// The file.
    pub png: Vec<u8>,
}

/// Writes `report.html` (with everything in it), `report.json`, `report.csv`, `report.md`, the plots as SVG and the sheets into
/// a new or empty folder, whole or not at all. Returns the HTML's path. Every sheet needs its picture.
pub fn write(report: &Report, pictures: Vec<Picture>, folder: &Path) -> Result<PathBuf, Error> {
    let json = to_json(report)?;
    let pictures: BTreeMap<String, Vec<u8>> = pictures
        .into_iter()
        .map(|picture| (picture.path, picture.png))
        .collect();
    if let Some(sheet) = report.sheets.iter().find(|sheet| !pictures.contains_key(&sheet.path)) {
        return Err(Error::Invalid(format!(
            "the picture of the sheet is missing: {}",
            sheet.path
        )));
    }
    let mut files = BTreeMap::from([
        ("report.json".to_owned(), json.into_bytes()),
        ("report.csv".to_owned(), csv(report).into_bytes()),
        ("report.md".to_owned(), markdown(report).into_bytes()),
        ("report.html".to_owned(), html(report, &pictures).into_bytes()),
        (
            "trade-off.svg".to_owned(),
            trade_off_svg(report, Theme::Light).into_bytes(),
        ),
    ]);
    files.extend(sweep_svg(report, Theme::Light).map(|svg| ("sweep.svg".to_owned(), svg.into_bytes())));
    // Only what the report names, by paths that were checked.
    let named = pictures
        .into_iter()
        .filter(|(path, _)| report.sheets.iter().any(|sheet| sheet.path == *path));
    files.extend(named);
    refuse_occupied(folder)?;
    publish(&files, folder).map_err(|reason| Error::file(folder, reason))?;
    Ok(folder.join("report.html"))
}

fn refuse_occupied(folder: &Path) -> Result<(), Error> {
    let is_free = match fs::symlink_metadata(folder) {
        Err(reason) => reason.kind() == io::ErrorKind::NotFound,
        Ok(found) => found.is_dir() && fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()),
    };
    if is_free {
        Ok(())
    } else {
        Err(Error::Occupied(folder.to_owned()))
    }
}

/// Fills a folder beside the place, puts it on the disk, and gives it its name.
fn publish(files: &BTreeMap<String, Vec<u8>>, folder: &Path) -> io::Result<()> {
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".report-").suffix(".part");
    // Others may read a report, as any file of the person's.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let part = builder.tempdir_in(parent)?;
    for (path, bytes) in files {
        let place = part.path().join(path);
        let folder = place.parent().unwrap_or(part.path());
        fs::create_dir_all(folder)?;
        let mut file = fs::File::create_new(&place)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        sync_folder(folder);
    }
    sync_folder(part.path());
    // Not every system renames a folder onto an empty one.
    if folder.is_dir() {
        fs::remove_dir(folder)?;
    }
    fs::rename(part.path(), folder)?;
    // What is left of it is a name that is in use no more.
    let _ = part.keep();
    sync_folder(parent);
    Ok(())
}

/// Makes a rename last through a power cut. Not every file system can; the files themselves are safe by then.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    let _: io::Result<()> = fs::File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}

#[cfg(test)]
mod tests {
    use super::super::{from_json, sample};
    use super::*;

    fn picture() -> Picture {
        let path = "sheets/style_tailoring.png".to_owned();
        Picture { path, png: vec![7; 9] }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = entries.collect();
        names.sort();
        names
    }

    #[test]
    fn a_report_is_a_folder_with_all_its_forms_and_the_same_bytes_each_time() {
        let root = tempfile::tempdir().unwrap();
        let report = sample::report();
        let [first, second] = ["new/first", "new/second"].map(|name| {
            let page = write(&report, vec![picture()], &root.path().join(name)).unwrap();
            page.parent().unwrap().to_owned()
        });
        let forms = [
            "report.csv",
            "report.html",
            "report.json",
            "report.md",
            "sheets",
            "sweep.svg",
            "trade-off.svg",
        ];
        assert_eq!(names(&first), forms);
        assert_eq!(names(&root.path().join("new")), ["first", "second"]);
        for form in forms.iter().filter(|form| **form != "sheets") {
            assert_eq!(
                fs::read(first.join(form)).unwrap(),
                fs::read(second.join(form)).unwrap(),
                "{form}"
            );
        }
        assert_eq!(fs::read(first.join("sheets/style_tailoring.png")).unwrap(), [7; 9]);
        assert_eq!(
            from_json(&fs::read_to_string(first.join("report.json")).unwrap()).unwrap(),
            report
        );
    }

    #[test]
    fn what_a_person_has_is_not_written_over() {
        let root = tempfile::tempdir().unwrap();
        let report = sample::report();
        fs::write(root.path().join("mine.txt"), "mine").unwrap();
        for occupied in [root.path().to_owned(), root.path().join("mine.txt")] {
            let refused = write(&report, vec![picture()], &occupied).unwrap_err();
            assert!(matches!(refused, Error::Occupied(_)), "{refused}");
        }
        assert_eq!(names(root.path()), ["mine.txt"]);
        let empty = root.path().join("empty");
        fs::create_dir(&empty).unwrap();
        write(&report, vec![picture()], &empty).unwrap();
    }

    #[test]
    fn a_report_that_cannot_be_written_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join("report");
        let missing = write(&sample::report(), vec![], &place).unwrap_err().to_string();
        assert!(
            missing.ends_with("the picture of the sheet is missing: sheets/style_tailoring.png"),
            "{missing}"
        );
        let mut hostile = sample::report();
        hostile.sheets[0].path = "../out.png".to_owned();
        let png = Picture {
            path: "../out.png".to_owned(),
            png: vec![],
        };
        assert!(matches!(write(&hostile, vec![png], &place), Err(Error::Invalid(_))));
        assert_eq!(names(root.path()), Vec::<String>::new());
    }
}
