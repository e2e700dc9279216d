//! Statistics of alignment, style and diversity, on features and distances that others measured.
//!
//! The unit of every interval is the prompt: pictures of one prompt resemble each other, so resampling pictures would
//! promise more certainty than there is. All randomness comes from a seed and is the same on every machine.

mod alignment;
mod bootstrap;
mod clusters;
mod diversity;
mod error;
mod features;
#[cfg(test)]
mod fixture;
mod frechet;
mod interval;
mod kernel;
mod normal;
mod paired;
mod proportion;
mod random;

pub use alignment::{clip_score, cosine_similarity};
pub use bootstrap::Bootstrap;
pub use clusters::Clusters;
pub use diversity::{cosine_distances, mean_pairwise_distance};
pub use error::Error;
pub use features::Features;
pub use frechet::{FrechetReference, frechet_distance};
pub use interval::{Estimate, bca_interval, percentile_interval, shifted_interval};
pub use kernel::{KernelReference, kernel_distance};
pub use paired::{PairedDifference, difference_interval, paired_difference, prompt_means, sign_flip_p_value};
pub use proportion::{Wins, wilson};
pub use random::Random;
