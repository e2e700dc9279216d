//! TensorBoard's event files: scalars and pictures over steps.
//!
//! The messages are those of TensorFlow's `event.proto` and `summary.proto`.

use std::io;
use std::path::{Path, PathBuf};

use image::{ImageEncoder, RgbaImage, codecs::png::PngEncoder};

use super::LogError;
use super::append::{AppendFile, sync_folder};
use super::protobuf::Message;
use super::record::record;

const WRITE: &str = "write TensorBoard's event file";
/// The version from which TensorBoard heeds [`EventFile::resume_at`].
const FILE_VERSION: &[u8] = b"brain.Event:2";
const WRITER: &[u8] = b"sticker-studio";
/// `SessionLog.SessionStatus.START`.
const START: i64 = 1;
/// A picture's `colorspace`: RGBA.
const RGBA: i64 = 4;

/// An event file while it is written. A run that is resumed begins a new one in the same folder: TensorBoard reads them
/// as one.
///
/// Times are seconds since 1970-01-01 00:00 UTC.
#[derive(Debug)]
pub struct EventFile {
    file: AppendFile,
    path: PathBuf,
}

impl EventFile {
    /// Makes `events.out.tfevents.<time>.<name>` in `folder`, which must be there; with a number behind it where that
    /// name is taken. Of `name`, what is no ASCII letter, digit, `-` or `_` becomes `-`.
    pub fn create(folder: &Path, name: &str, time: f64) -> Result<Self, LogError> {
        let letter = |letter: char| {
            if letter.is_ascii_alphanumeric() || letter == '_' {
                letter
            } else {
                '-'
            }
        };
        let name: String = name.chars().map(letter).collect();
        let path = folder.join(format!("events.out.tfevents.{:010}.{name}", time as u64));
        let (file, path) = create(path)?;
        sync_folder(folder).map_err(|source| LogError::file(WRITE, &path, source))?;
        let mut events = Self { file, path };
        let source = Message::default().bytes(1, WRITER);
        let header = event(time, 0).bytes_member(3, FILE_VERSION).message(10, &source);
        events.append(header)?;
        Ok(events)
    }

    /// Has TensorBoard forget what other files of the folder hold of later steps than `step`, the step of the
    /// checkpoint from which the run goes on (PyTorch's `purge_step` is the step after it).
    pub fn resume_at(&mut self, step: u64, time: f64) -> Result<(), LogError> {
        let start = Message::default().integer(1, START);
        self.append(event(time, step + 1).message(7, &start))
    }

    /// Adds values at a step. A tag such as `loss/style` is shown in the group `loss`.
    pub fn scalars(&mut self, step: u64, time: f64, scalars: &[(&str, f64)]) -> Result<(), LogError> {
        let values = scalars.iter().fold(Message::default(), |summary, (tag, value)| {
            let value = Message::default()
                .bytes(1, tag.as_bytes())
                .float_member(2, *value as f32);
            summary.message(1, &value)
        });
        self.append(event(time, step).message(5, &values))
    }

    /// Adds a picture at a step, as a PNG with its alpha.
    pub fn picture(&mut self, step: u64, time: f64, tag: &str, picture: &RgbaImage) -> Result<(), LogError> {
        let (width, height) = picture.dimensions();
        let mut png = Vec::new();
        PngEncoder::new(&mut png)
            .write_image(picture, width, height, image::ExtendedColorType::Rgba8)
            .map_err(|reason| LogError::Picture {
                width,
                height,
                reason: reason.to_string(),
            })?;
        self.append(event(time, step).message(5, &picture_summary(tag, (width, height), &png)))
    }

    /// Returns once every event survives a power cut.
    pub fn sync(&self) -> Result<(), LogError> {
        self.file
            .sync()
            .map_err(|source| LogError::file(WRITE, &self.path, source))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn append(&mut self, event: Message) -> Result<(), LogError> {
        self.file
            .append(&record(&event.into_bytes()))
            .map_err(|source| LogError::file(WRITE, &self.path, source))
    }
}

fn event(time: f64, step: u64) -> Message {
    Message::default().double(1, time).integer(2, step as i64)
}

fn picture_summary(tag: &str, (width, height): (u32, u32), png: &[u8]) -> Message {
    let image = Message::default()
        .integer(1, i64::from(height))
        .integer(2, i64::from(width))
        .integer(3, RGBA)
        .bytes(4, png);
    let value = Message::default().bytes(1, tag.as_bytes()).message(4, &image);
    Message::default().message(1, &value)
}

/// Makes the file, under another name where this one is taken.
fn create(path: PathBuf) -> Result<(AppendFile, PathBuf), LogError> {
    let mut free = path.clone();
    let mut number = 0;
    loop {
        match AppendFile::create_new(&free) {
            Ok(file) => return Ok((file, free)),
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => {
                number += 1;
                let mut name = path.clone().into_os_string();
                // TensorBoard reads files in the order of their names.
                name.push(format!(".{number:03}"));
                free = name.into();
            }
            Err(source) => return Err(LogError::file(WRITE, &path, source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_byte_for_byte_those_of_pythons_protobuf() {
        // fixtures/write_events.py writes the same events with `event_pb2` and tensorboard's `RecordWriter`.
        let folder = tempfile::tempdir().unwrap();
        let mut events = EventFile::create(folder.path(), "fixture", 1700000000.25).unwrap();
        events.resume_at(299, 1700000000.5).unwrap();
        let scalars = [
            ("loss", 0.125),
            ("loss/style", 0.0),
            ("learning_rate", 1e-4),
            ("grad_norm", f64::INFINITY),
        ];
        events.scalars(300, 1700000001.0, &scalars).unwrap();
        events.scalars(0, 1700000002.0, &[("größe", f64::NAN)]).unwrap();
        let png = include_bytes!("fixtures/picture.png");
        let summary = picture_summary("samples/a cat", (3, 2), png);
        events.append(event(1700000003.0, 301).message(5, &summary)).unwrap();
        let expected = include_bytes!("fixtures/events.out.tfevents.1700000000.fixture");
        assert_eq!(std::fs::read(events.path()).unwrap(), expected);
        assert_eq!(
            events.path().file_name().unwrap(),
            "events.out.tfevents.1700000000.fixture"
        );
    }

    #[test]
    fn a_second_file_of_the_same_time_gets_a_name_behind_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<_> = (0..3)
            .map(|_| {
                EventFile::create(folder.path(), "a/b é", 12.9)
                    .unwrap()
                    .path()
                    .file_name()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        let first = "events.out.tfevents.0000000012.a-b--";
        assert_eq!(
            names,
            ["", ".001", ".002"].map(|end| std::ffi::OsString::from(format!("{first}{end}")))
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_in_the_error() {
        let folder = tempfile::tempdir().unwrap();
        let failure = EventFile::create(&folder.path().join("gone"), "run", 1.0)
            .unwrap_err()
            .to_string();
        assert!(
            failure.starts_with("could not write TensorBoard's event file ("),
            "{failure}"
        );
        assert!(
            failure.ends_with("gone/events.out.tfevents.0000000001.run"),
            "{failure}"
        );
    }

    #[test]
    fn a_picture_without_pixels_is_refused_and_the_file_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let mut events = EventFile::create(folder.path(), "run", 1.0).unwrap();
        let before = std::fs::read(events.path()).unwrap();
        let result = events.picture(1, 1.0, "x", &RgbaImage::new(0, 0));
        assert!(matches!(result, Err(LogError::Picture { .. })), "{result:?}");
        assert_eq!(std::fs::read(events.path()).unwrap(), before);
    }
}
