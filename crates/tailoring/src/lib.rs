//! Style Tailoring (arXiv 2311.10794) on one desktop: data sets, LoRA training, the objective and its baselines, metrics, reports.

pub mod data;
pub mod encoders;
pub mod evaluation;
pub mod export_run;
pub mod log;
pub mod metrics;
pub mod objective;
pub mod prompts;
pub mod random;
pub mod report;
pub mod training;
