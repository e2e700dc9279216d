//! The `config.json` of each model part, read strictly.

mod reader;

pub use reader::{ConfigReader, MOST_LAYERS, read_json_object};
