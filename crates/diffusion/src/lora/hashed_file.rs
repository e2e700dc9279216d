//! Reads a safetensors file from its first byte to its last, once: what is hashed is what is used.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use sha2::{Digest, Sha256};

use super::LoraFileProblem;
use crate::hexadecimal::hexadecimal;

/// The largest header read, in bytes. Trainers put all tags of a data set into it, so it can be megabytes.
const MAX_HEADER: u64 = 32 << 20;
/// The most numbers in one tensor; the largest layers of image models have a hundredth of it.
const MAX_VALUES: usize = 1 << 27;

/// A matrix, or a convolution kernel, on the host.
#[derive(Debug, Clone, PartialEq)]
pub struct LoraMatrix {
    /// As in PyTorch: `[out, in]`, or `[out, in, height, width]`.
    pub shape: Vec<usize>,
    /// Row-major.
    pub values: Vec<f32>,
}

/// An open file whose header has been read and checked against the file's length.
pub(super) struct HashedFile {
    reader: HashingReader,
    header: Metadata,
}

impl HashedFile {
    pub(super) fn open(path: &Path) -> Result<Self, LoraFileProblem> {
        let attributes = std::fs::metadata(path)?;
        if !attributes.is_file() {
            return Err(LoraFileProblem::NotAFile);
        }
        let mut reader = HashingReader {
            file: File::open(path)?,
            hash: Sha256::new(),
        };
        let length = attributes.len();
        let damaged = |reason: String| Err(LoraFileProblem::Damaged(reason));
        let mut size = [0; 8];
        if length < size.len() as u64 {
            return damaged(format!("it has only {length} bytes"));
        }
        reader.read_exact(&mut size)?;
        let header_length = u64::from_le_bytes(size);
        if header_length > length - 8 || header_length > MAX_HEADER {
            return damaged(format!("its header says {header_length} bytes"));
        }
        let mut header = vec![0; header_length as usize];
        reader.read_exact(&mut header)?;
        let header: Metadata = match serde_json::from_slice(&header) {
            Ok(header) => header,
            Err(error) => return damaged(format!("its header is invalid: {error}")),
        };
        let expected = 8 + header_length + header.data_len() as u64;
        if expected != length {
            return damaged(format!("it has {length} bytes instead of {expected}"));
        }
        Ok(Self { reader, header })
    }

    /// The free-text entries of the header.
    pub(super) fn metadata(&self) -> BTreeMap<String, String> {
        self.header
            .metadata()
            .iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Every tensor's name, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = self.header.offset_keys();
        names.sort_unstable();
        names
    }

    /// A tensor's shape.
    pub(super) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.header.info(name).map(|info| info.shape.as_slice())
    }

    /// Reads to the end of the file. Gives the wanted tensors by name, and the SHA-256 of the file in hexadecimal.
    pub(super) fn read(
        mut self,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(BTreeMap<String, LoraMatrix>, String), LoraFileProblem> {
        let mut tensors = BTreeMap::new();
        for name in self.header.offset_keys() {
            let Some(info) = self.header.info(&name) else { continue };
            let length = info.data_offsets.1 - info.data_offsets.0;
            if wanted(&name) {
                check_size(&name, info)?;
                let mut bytes = vec![0; length];
                self.reader.read_exact(&mut bytes)?;
                tensors.insert(name.clone(), matrix(&name, info, &bytes)?);
            } else {
                let read = io::copy(&mut (&mut self.reader).take(length as u64), &mut io::sink())?;
                if read != length as u64 {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
                }
            }
        }
        Ok((tensors, hexadecimal(&self.reader.hash.finalize())))
    }
}

struct HashingReader {
    file: File,
    hash: Sha256,
}

impl Read for HashingReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        self.hash.update(&bytes[..read]);
        Ok(read)
    }
}

fn check_size(name: &str, info: &TensorInfo) -> Result<(), LoraFileProblem> {
    if info.shape.iter().product::<usize>() > MAX_VALUES {
        return Err(LoraFileProblem::Damaged(format!(
            "`{name}` is larger than any layer of an image model"
        )));
    }
    Ok(())
}

fn matrix(name: &str, info: &TensorInfo, bytes: &[u8]) -> Result<LoraMatrix, LoraFileProblem> {
    let values: Vec<f32> = match info.dtype {
        Dtype::F32 => numbers(bytes, f32::from_le_bytes),
        Dtype::F16 => numbers(bytes, |bytes| f16::from_le_bytes(bytes).to_f32()),
        Dtype::BF16 => numbers(bytes, |bytes| bf16::from_le_bytes(bytes).to_f32()),
        // sd-scripts keeps a whole-number alpha as an integer.
        Dtype::F64 if info.shape.is_empty() => numbers(bytes, |bytes| f64::from_le_bytes(bytes) as f32),
        Dtype::I64 if info.shape.is_empty() => numbers(bytes, |bytes| i64::from_le_bytes(bytes) as f32),
        Dtype::I32 if info.shape.is_empty() => numbers(bytes, |bytes| i32::from_le_bytes(bytes) as f32),
        dtype => {
            return Err(LoraFileProblem::Type {
                key: name.to_owned(),
                dtype: dtype.to_string(),
            });
        }
    };
    if values.iter().all(|value| value.is_finite()) {
        Ok(LoraMatrix {
            shape: info.shape.clone(),
            values,
        })
    } else {
        Err(LoraFileProblem::NotFinite { key: name.to_owned() })
    }
}

fn numbers<const SIZE: usize>(bytes: &[u8], number: impl Fn([u8; SIZE]) -> f32) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| number(*bytes)).collect()
}
