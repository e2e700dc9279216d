//! kohya's folders and configuration.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::captions::tidy;
use super::super::{DataError, DataSet};
use super::encoded;
use super::stems::Stems;
use super::writer::Writer;

/// What stands at the beginning of the configuration.
const HEAD: &str = "# Folders are named from here: start the trainer in this folder, or write whole paths.\n\n";
/// The folder of pictures without a bucket.
const NO_BUCKET: &str = "sticker";

#[derive(Serialize)]
struct Config {
    general: General,
    datasets: Vec<DataSetConfig>,
}

#[derive(Serialize)]
struct General {
    caption_extension: &'static str,
}

#[derive(Serialize)]
struct DataSetConfig {
    subsets: Vec<Subset>,
}

#[derive(Serialize)]
struct Subset {
    image_dir: String,
    num_repeats: u32,
    /// The bucket as it is written; kohya's tools use it where a picture has no caption, which here each has.
    #[serde(skip_serializing_if = "Option::is_none")]
    class_tokens: Option<String>,
}

pub(super) fn write(set: &DataSet, writer: &mut Writer) -> Result<(), DataError> {
    let mut buckets = BTreeMap::<_, Vec<_>>::new();
    for example in &set.examples {
        buckets.entry(&example.bucket).or_default().push(example);
    }
    let mut folders = Stems::default();
    let mut subsets = Vec::new();
    for (bucket, examples) in buckets {
        let image_dir = format!("1_{}", folders.of(bucket.as_deref().unwrap_or(NO_BUCKET)));
        let mut stems = Stems::default();
        for example in examples {
            let (bytes, suffix) = encoded(example)?;
            let stem = stems.of_path(&example.name);
            // Of several lines kohya's tools would take the first.
            let caption = tidy(&example.caption).unwrap_or_default();
            writer.add(&format!("{image_dir}/{stem}.{suffix}"), &bytes)?;
            writer.add(&format!("{image_dir}/{stem}.txt"), format!("{caption}\n").as_bytes())?;
        }
        subsets.push(Subset {
            image_dir,
            num_repeats: 1,
            class_tokens: bucket.clone(),
        });
    }
    let general = General {
        caption_extension: ".txt",
    };
    let datasets = vec![DataSetConfig { subsets }];
    let config = toml::to_string(&Config { general, datasets });
    let config = config.map_err(|reason| writer.failed(std::io::Error::other(reason)))?;
    writer.add("dataset.toml", format!("{HEAD}{config}").as_bytes())
}
