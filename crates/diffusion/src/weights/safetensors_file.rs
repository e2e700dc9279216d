//! Reading safetensors: the header once, then one tensor at a time by position.
//!
//! Positional reads rather than a memory map: a file that shrinks while it is read gives an error instead of a SIGBUS, and the
//! process never holds more than the parameters and the one tensor under way.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata};

use super::TensorSource;
use crate::error::{Error, Result};

/// The largest header read, in bytes: that of the `safetensors` crate.
const MAX_HEADER: u64 = 100_000_000;

/// An open safetensors file.
pub struct SafetensorsFile {
    path: PathBuf,
    file: File,
    data_start: u64,
    metadata: Metadata,
}

impl SafetensorsFile {
    /// Reads the header and checks it against the file's length.
    pub fn open(path: &Path) -> Result<Self> {
        let read = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let damaged = |reason: String| Error::Safetensors {
            path: path.to_owned(),
            reason,
        };
        let file = File::open(path).map_err(read)?;
        let length = file.metadata().map_err(read)?.len();
        let mut size = [0; 8];
        if length < 8 {
            return Err(damaged("it is shorter than its header".to_owned()));
        }
        read_exact_at(&file, &mut size, 0).map_err(read)?;
        let header_length = u64::from_le_bytes(size);
        if header_length > MAX_HEADER || header_length + 8 > length {
            return Err(damaged("its header is longer than the file".to_owned()));
        }
        let mut header = vec![0; header_length as usize];
        read_exact_at(&file, &mut header, 8).map_err(read)?;
        let metadata: Metadata = serde_json::from_slice(&header).map_err(|error| damaged(error.to_string()))?;
        let data_start = 8 + header_length;
        let expected = data_start + metadata.data_len() as u64;
        if expected > length {
            return Err(damaged(format!("it ends after {length} of {expected} bytes")));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            data_start,
            metadata,
        })
    }

    /// The free-text entries of the header.
    pub fn text_metadata(&self) -> BTreeMap<String, String> {
        self.metadata
            .metadata()
            .iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    fn unsupported(&self, name: &str, dtype: Dtype) -> Error {
        Error::Safetensors {
            path: self.path.clone(),
            reason: format!("`{name}` has the unsupported type {dtype:?}"),
        }
    }
}

impl TensorSource for SafetensorsFile {
    fn shape(&self, name: &str, _: &[usize]) -> Option<Vec<usize>> {
        self.metadata.info(name).map(|info| info.shape.clone())
    }

    fn read(&self, name: &str, _: &[usize]) -> Result<Vec<f32>> {
        let info = self.metadata.info(name).ok_or_else(|| Error::Safetensors {
            path: self.path.clone(),
            reason: format!("it has no tensor `{name}`"),
        })?;
        let (start, end) = info.data_offsets;
        let offset = self.data_start + start as u64;
        let elements: usize = info.shape.iter().product();
        let fill = |bytes: &mut [u8]| {
            read_exact_at(&self.file, bytes, offset).map_err(|source| Error::Read {
                path: self.path.clone(),
                source,
            })
        };
        debug_assert_eq!(end - start, elements * info.dtype.bitsize() / 8);
        let mut values = vec![0f32; elements];
        match info.dtype {
            Dtype::F32 => fill(bytemuck::cast_slice_mut(&mut values))?,
            Dtype::F16 => {
                let mut halves = vec![f16::ZERO; elements];
                fill(bytemuck::cast_slice_mut(&mut halves))?;
                halves.convert_to_f32_slice(&mut values);
            }
            Dtype::BF16 => {
                let mut halves = vec![bf16::ZERO; elements];
                fill(bytemuck::cast_slice_mut(&mut halves))?;
                halves.convert_to_f32_slice(&mut values);
            }
            dtype => return Err(self.unsupported(name, dtype)),
        }
        Ok(values)
    }

    fn names(&self) -> Vec<String> {
        self.metadata.offset_keys()
    }

    fn path(&self) -> PathBuf {
        self.path.clone()
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    use std::os::windows::fs::FileExt;
    while !bytes.is_empty() {
        match file.seek_read(bytes, offset)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}
