//! What a studio tells while it works.

use std::sync::{Arc, Mutex, PoisonError};

use library::{JobId, Sticker};
use serde::Serialize;

use super::import::ImportReport;
use super::job_view::{Job, Progress};
use crate::Preview;

/// What happened. A page that has read the queue once keeps it true by these.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StudioEvent {
    /// A job is new or changed (not told for every step).
    Job {
        /// As it is now.
        job: Job,
    },
    /// A job was taken out of the list.
    JobRemoved {
        /// Which one.
        id: JobId,
    },
    /// The order of the jobs, or whether the queue is paused.
    Queue {
        /// Whether no further job is begun.
        paused: bool,
        /// All jobs.
        order: Vec<JobId>,
    },
    /// The running job got on; at most ten times a second.
    Progress {
        /// How far it is.
        progress: Progress,
    },
    /// A sticker was saved.
    Made {
        /// The job it belongs to.
        job: JobId,
        /// Its place in the job, from 0.
        tile: u32,
        /// The sticker.
        sticker: Sticker,
    },
    /// Files dropped on the window, or named on the command line.
    Imported {
        /// What came of them.
        report: ImportReport,
    },
    /// Files are dragged over the window, or not any more.
    FilesOver {
        /// Whether they are.
        over: bool,
    },
    /// How far finishing, packing or printing is.
    Work {
        /// So many are done.
        done: u32,
        /// Of so many.
        of: u32,
    },
    /// A sentence for the person.
    Notice {
        /// The sentence.
        text: String,
    },
}

/// Who is told. It must not call the studio back: what it would change may be locked.
pub type Listener = Arc<dyn Fn(StudioEvent) + Send + Sync>;

/// The one listener, if there is one.
#[derive(Default)]
pub(crate) struct Teller(Mutex<Option<Listener>>);

impl Teller {
    pub(crate) fn listen(&self, listener: Listener) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(listener);
    }

    pub(crate) fn tell(&self, event: StudioEvent) {
        let listener = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(listener) = listener {
            listener(event);
        }
    }
}

/// The newest preview as bytes for a page, which puts them on canvases without another copy.
///
/// Little endian: `u32` step, `u32` of, `u32` number of pictures, `u32` length of the job's id, the id padded with zeros to a
/// multiple of four bytes; then each picture: `u32` tile, `u32` width, `u32` height, straight RGBA.
pub(crate) fn preview_frame(job: &JobId, first_tile: u32, preview: &Preview) -> Vec<u8> {
    let id = job.as_str().as_bytes();
    let pixels: usize = preview
        .pictures
        .iter()
        .map(|(_, picture)| picture.rgba.len() + 12)
        .sum();
    let mut frame = Vec::with_capacity(16 + id.len() + 3 + pixels);
    let number = |frame: &mut Vec<u8>, value: u32| frame.extend_from_slice(&value.to_le_bytes());
    for value in [preview.step, preview.of, preview.pictures.len(), id.len()] {
        number(&mut frame, value as u32);
    }
    frame.extend_from_slice(id);
    frame.resize(frame.len().next_multiple_of(4), 0);
    for (index, picture) in &preview.pictures {
        for value in [first_tile + index, picture.width, picture.height] {
            number(&mut frame, value);
        }
        frame.extend_from_slice(&picture.rgba);
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Picture;

    #[test]
    fn a_frame_has_the_bytes_a_page_reads() {
        let job: JobId = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
        let preview = Preview {
            job: crate::JobId(3),
            step: 2,
            of: 25,
            pictures: vec![(
                1,
                Picture {
                    width: 1,
                    height: 2,
                    rgba: (1..=8).collect(),
                },
            )],
        };
        let frame = preview_frame(&job, 4, &preview);
        let numbers: Vec<_> = frame
            .chunks_exact(4)
            .map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
            .collect();
        assert_eq!(numbers[..4], [2, 25, 1, 26]);
        assert_eq!(&frame[16..44], b"01arz3ndektsv4rrffq69g5fav\0\0");
        assert_eq!(numbers[11..14], [5, 1, 2]);
        assert_eq!(frame[56..], [1, 2, 3, 4, 5, 6, 7, 8]);
    }
}
