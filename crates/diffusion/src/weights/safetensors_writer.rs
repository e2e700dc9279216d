//! Writing safetensors: the same tensors and texts give the same bytes, so a file's hash tells what is in it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

/// A named f32 tensor to write.
#[derive(Clone, Copy, Debug)]
pub struct NamedTensor<'a> {
    /// As it is to be found again.
    pub name: &'a str,
    /// Its sizes; empty for a single number.
    pub shape: &'a [usize],
    /// Row-major.
    pub values: &'a [f32],
}

/// Writes a file of f32 tensors in the given order, `metadata` sorted by its keys. Buffered here: no need to do it again.
///
/// # Errors
/// What `file` says.
pub fn write_safetensors(
    mut file: impl Write,
    tensors: &[NamedTensor<'_>],
    metadata: &BTreeMap<String, String>,
) -> io::Result<()> {
    let mut header = Map::new();
    header.insert("__metadata__".to_owned(), json!(metadata));
    let mut offset = 0;
    for tensor in tensors {
        let end = offset + size_of_val(tensor.values);
        let entry = json!({ "dtype": "F32", "shape": tensor.shape, "data_offsets": [offset, end] });
        header.insert(tensor.name.to_owned(), entry);
        offset = end;
    }
    let mut header = Value::Object(header).to_string();
    // Data begins at a multiple of eight bytes, as the format's own writer has it.
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    for tensor in tensors {
        for values in tensor.values.chunks(1 << 16) {
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            file.write_all(&bytes)?;
        }
    }
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_own_reader_reads_what_is_written() {
        let values = [1.0, -2.5, 3.0e-20];
        let tensors = [
            NamedTensor {
                name: "b",
                shape: &[3, 1],
                values: &values,
            },
            NamedTensor {
                name: "alpha",
                shape: &[],
                values: &values[..1],
            },
        ];
        let metadata = BTreeMap::from([("key".to_owned(), "a \"text\"".to_owned())]);
        let mut bytes = Vec::new();
        write_safetensors(&mut bytes, &tensors, &metadata).unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let read: Vec<f32> = file
            .tensor("b")
            .unwrap()
            .data()
            .as_chunks()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect();
        assert_eq!(read, values);
        assert_eq!(file.tensor("b").unwrap().shape(), [3, 1]);
        assert!(file.tensor("alpha").unwrap().shape().is_empty());
        let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
        assert_eq!(header.metadata().as_ref().unwrap()["key"], "a \"text\"");
    }
}
