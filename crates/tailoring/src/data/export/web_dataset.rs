//! WebDataset's shards.

use std::fs::File;
use std::io::BufWriter;

use serde_json::json;
use tar::{Builder, Header};

use super::super::{DataError, DataSet, Example};
use super::encoded;
use super::stems::Stems;
use super::writer::Writer;

/// The largest shard, in bytes. One sample may be larger and has a shard of its own then.
pub(super) const SHARD_BYTES: u64 = 256_000_000;
/// A tar's header, and what a file's size is rounded up to.
const BLOCK: u64 = 512;
/// What ends a tar: two empty blocks.
const END: u64 = 2 * BLOCK;
/// Anybody may read, the owner may write.
const MODE: u32 = 0o644;

/// Writes shards of at most `limit` bytes.
pub(super) fn write(set: &DataSet, limit: u64, writer: &mut Writer) -> Result<(), DataError> {
    let mut stems = Stems::default();
    let mut shards = 0;
    let mut open: Option<Shard> = None;
    for example in &set.examples {
        let files = sample(example, &stems.of_path(&example.name))?;
        let size: u64 = files.iter().map(|(_, bytes)| stored(bytes)).sum();
        let mut shard = match open.take() {
            Some(shard) if shard.bytes + size + END <= limit => shard,
            full => {
                full.map_or(Ok(()), |full| full.finish(writer))?;
                shards += 1;
                Shard::new(shards - 1, writer)?
            }
        };
        shard.append(&files, writer)?;
        shard.bytes += size;
        open = Some(shard);
    }
    open.map_or(Ok(()), |last| last.finish(writer))
}

/// The files of a sample, by their names.
fn sample(example: &Example, key: &str) -> Result<Vec<(String, Vec<u8>)>, DataError> {
    let (picture, suffix) = encoded(example)?;
    let mut files = vec![
        (format!("{key}.{suffix}"), picture),
        (format!("{key}.txt"), example.caption.clone().into_bytes()),
    ];
    if let Some(bucket) = &example.bucket {
        files.push((
            format!("{key}.json"),
            json!({ "bucket": bucket }).to_string().into_bytes(),
        ));
    }
    Ok(files)
}

/// The bytes that a file takes in a tar. A name of a hundred bytes would take more; keys are shorter.
fn stored(bytes: &[u8]) -> u64 {
    BLOCK + (bytes.len() as u64).next_multiple_of(BLOCK)
}

struct Shard {
    builder: Builder<BufWriter<File>>,
    bytes: u64,
}

impl Shard {
    fn new(number: usize, writer: &mut Writer) -> Result<Self, DataError> {
        let file = writer.create(&format!("{number:05}.tar"))?;
        let builder = Builder::new(BufWriter::new(file));
        Ok(Self { builder, bytes: 0 })
    }

    /// All times are 1970 and nobody is named, so that the same set gives the same bytes.
    fn append(&mut self, files: &[(String, Vec<u8>)], writer: &Writer) -> Result<(), DataError> {
        for (name, bytes) in files {
            let mut header = Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(MODE);
            header.set_mtime(0);
            header.set_uid(0);
            header.set_gid(0);
            let appended = self.builder.append_data(&mut header, name, bytes.as_slice());
            appended.map_err(|reason| writer.failed(reason))?;
        }
        Ok(())
    }

    fn finish(self, writer: &mut Writer) -> Result<(), DataError> {
        let file = self.builder.into_inner().and_then(|buffer| Ok(buffer.into_inner()?));
        let file = file.map_err(|reason| writer.failed(reason))?;
        let bytes = file.metadata().map_err(|reason| writer.failed(reason))?.len();
        writer.close(&file, bytes)
    }
}
