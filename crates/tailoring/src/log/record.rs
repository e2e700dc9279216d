//! TFRecord: the framing of event files (TensorFlow, tensorflow/core/lib/io/record_writer.h).

/// A record: length, its check sum, data, their check sum; all little-endian.
pub(super) fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut bytes = Vec::with_capacity(data.len() + 16);
    bytes.extend(length);
    bytes.extend(masked_crc32c(&length).to_le_bytes());
    bytes.extend(data);
    bytes.extend(masked_crc32c(data).to_le_bytes());
    bytes
}

/// CRC-32C (Castagnoli), turned right by 15 bits, plus a constant: so a check sum of data that hold check sums stays a
/// good one.
fn masked_crc32c(data: &[u8]) -> u32 {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn check_sums_are_those_of_the_standard() {
        // RFC 3720 (iSCSI), appendix B.4.
        let ascending: Vec<u8> = (0..32).collect();
        let descending: Vec<u8> = (0..32).rev().collect();
        let sums = [&[0; 32][..], &[0xff; 32], &ascending, &descending].map(crc32c::crc32c);
        assert_eq!(sums, [0x8a91_36aa, 0x62a8_ab43, 0x46dd_794e, 0x113f_db5c]);
    }

    #[test]
    fn records_are_those_of_pythons_tensorboard() {
        let fixture: Value = serde_json::from_str(include_str!("fixtures/records.json")).unwrap();
        for case in fixture.as_array().unwrap() {
            let data = vec![case["byte"].as_u64().unwrap() as u8; case["length"].as_u64().unwrap() as usize];
            assert_eq!(u64::from(masked_crc32c(&data)), case["masked_crc32c"].as_u64().unwrap());
            let bytes: Vec<String> = record(&data).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(bytes.concat(), case["record"].as_str().unwrap());
        }
    }
}
