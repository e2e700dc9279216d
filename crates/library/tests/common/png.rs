//! A picture of one pixel as a real PNG file, as long and as unlike others as its comment.

/// A PNG file with `comment` in it.
pub fn png(comment: &str) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    // One pixel of 8-bit grey.
    chunk(&mut file, *b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    chunk(&mut file, *b"tEXt", &[b"Comment\0", comment.as_bytes()].concat());
    // zlib with one stored block: filter 0 and the grey 0.
    chunk(
        &mut file,
        *b"IDAT",
        &[0x78, 0x01, 1, 2, 0, 0xfd, 0xff, 0, 0, 0, 2, 0, 1],
    );
    chunk(&mut file, *b"IEND", &[]);
    file
}

/// Whether every chunk up to the end is there with its right sum.
#[allow(dead_code, reason = "not every test looks into files")]
pub fn is_whole(file: &[u8]) -> bool {
    let Some(mut rest) = file.strip_prefix(b"\x89PNG\r\n\x1a\n") else {
        return false;
    };
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((content, after)) = after.split_at_checked(4 + length) else {
            return false;
        };
        let Some((sum, after)) = after.split_first_chunk::<4>() else {
            return false;
        };
        if u32::from_be_bytes(*sum) != crc32(content) {
            return false;
        }
        if content == b"IEND" {
            return after.is_empty();
        }
        rest = after;
    }
    false
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    file.extend((content.len() as u32).to_be_bytes());
    let sum = crc32(&[&kind, content].concat());
    file.extend(kind);
    file.extend(content);
    file.extend(sum.to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}
