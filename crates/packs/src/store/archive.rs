//! Archives in which nothing depends on the day, the person or the machine.

use std::io::{self, Cursor, Write};

use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Entry;
use crate::Error;

/// Anybody may read, the owner may write.
const MODE: u32 = 0o644;
/// Says of a gzip file that no system is named.
const NO_SYSTEM: u8 = 255;

/// A deflated ZIP with the entries in their order; all times are the earliest that ZIP knows.
pub(crate) fn zip(entries: &[Entry]) -> Result<Vec<u8>, Error> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(MODE);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut fill = || {
        for entry in entries {
            writer.start_file(entry.path.as_str(), options)?;
            writer.write_all(&entry.bytes)?;
        }
        Ok(())
    };
    let filled: zip::result::ZipResult<()> = fill();
    let bytes = filled
        .and_then(|()| writer.finish())
        .map_err(|reason| internal(&reason))?;
    Ok(bytes.into_inner())
}

/// A gzipped tar with the entries in their order; all times are 1970.
pub(crate) fn tar_gz(entries: &[Entry]) -> Result<Vec<u8>, Error> {
    let packed = GzBuilder::new()
        .mtime(0)
        .operating_system(NO_SYSTEM)
        .write(Vec::new(), Compression::best());
    let mut builder = tar::Builder::new(packed);
    let mut fill = || -> io::Result<()> {
        for entry in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(entry.bytes.len() as u64);
            header.set_mode(MODE);
            header.set_mtime(0);
            header.set_uid(0);
            header.set_gid(0);
            builder.append_data(&mut header, &entry.path, entry.bytes.as_slice())?;
        }
        Ok(())
    };
    let filled = fill();
    let packed = filled.and_then(|()| builder.into_inner()?.finish());
    packed.map_err(|reason| internal(&reason))
}

fn internal(reason: &dyn std::error::Error) -> Error {
    Error::Internal(format!("could not put the archive together: {reason}"))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn entries() -> Vec<Entry> {
        vec![
            Entry::new("title.txt", "Katzen"),
            Entry::new("stickers/日本.png", vec![7; 5000]),
            Entry::new("empty", ""),
        ]
    }

    #[test]
    fn a_zip_is_read_back_in_order_and_is_the_same_each_time() {
        let bytes = zip(&entries()).unwrap();
        assert_eq!(bytes, zip(&entries()).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for (place, entry) in entries().iter().enumerate() {
            let mut file = archive.by_index(place).unwrap();
            let mut read = Vec::new();
            file.read_to_end(&mut read).unwrap();
            assert_eq!((&*file.name().unwrap(), &read), (entry.path.as_str(), &entry.bytes));
            assert_eq!(file.last_modified(), Some(DateTime::default()));
            assert_eq!(file.unix_mode(), Some(0o100_644));
            assert_eq!(file.compression(), CompressionMethod::Deflated);
        }
    }

    #[test]
    fn a_tar_is_read_back_in_order_and_is_the_same_each_time() {
        let bytes = tar_gz(&entries()).unwrap();
        assert_eq!(bytes, tar_gz(&entries()).unwrap());
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
        let mut found = Vec::new();
        for file in archive.entries().unwrap() {
            let mut file = file.unwrap();
            assert_eq!(
                (file.header().mtime().unwrap(), file.header().mode().unwrap()),
                (0, MODE)
            );
            let mut read = Vec::new();
            file.read_to_end(&mut read).unwrap();
            found.push(Entry::new(file.path().unwrap().to_str().unwrap(), read));
        }
        assert_eq!(found, entries());
    }
}
