//! The part of protobuf's wire format that event files need (protobuf.dev, "Encoding"): fields with default values are
//! left out.

/// Wire types.
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH_DELIMITED: u64 = 2;
const FIXED32: u64 = 5;

/// A message while it is written. Fields are to be added in the order of their numbers, as protobuf's own writers do.
#[derive(Default)]
pub(super) struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// `int32`, `int64` or an enumeration.
    pub(super) fn integer(mut self, field: u64, value: i64) -> Self {
        if value != 0 {
            self.key(field, VARINT);
            // Negative numbers are ten bytes: their two's complement in 64 bits.
            self.varint(value as u64);
        }
        self
    }

    /// `double`.
    pub(super) fn double(mut self, field: u64, value: f64) -> Self {
        if value.to_bits() != 0 {
            self.key(field, FIXED64);
            self.bytes.extend(value.to_le_bytes());
        }
        self
    }

    /// `float` as a member of a oneof, which is written with its default value, too.
    pub(super) fn float_member(mut self, field: u64, value: f32) -> Self {
        self.key(field, FIXED32);
        self.bytes.extend(value.to_le_bytes());
        self
    }

    /// `string` or `bytes`.
    pub(super) fn bytes(self, field: u64, value: &[u8]) -> Self {
        if value.is_empty() {
            self
        } else {
            self.bytes_member(field, value)
        }
    }

    /// `string` or `bytes` as a member of a oneof.
    pub(super) fn bytes_member(mut self, field: u64, value: &[u8]) -> Self {
        self.key(field, LENGTH_DELIMITED);
        self.varint(value.len() as u64);
        self.bytes.extend(value);
        self
    }

    /// A message within, or one of a repeated field.
    pub(super) fn message(self, field: u64, value: &Self) -> Self {
        self.bytes_member(field, &value.bytes)
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn key(&mut self, field: u64, wire_type: u64) {
        self.varint(field << 3 | wire_type);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_documentation_come_out() {
        // protobuf.dev, "Encoding": a = 150 in field 1, "testing" in field 2, that first message in field 3, -2 as an
        // int64.
        let first = Message::default().integer(1, 150);
        assert_eq!(
            Message::default().message(3, &first).into_bytes(),
            [0x1a, 3, 0x08, 0x96, 0x01]
        );
        let text = Message::default().bytes(2, b"testing").into_bytes();
        assert_eq!(text, [0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
        let negative = Message::default().integer(1, -2).into_bytes();
        assert_eq!(
            negative,
            [0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
        );
    }
}
