//! The names that scheduler configurations and people use.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::SchedulerError;

/// What the U-Net predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PredictionType {
    /// The noise (DDPM, arXiv 2006.11239).
    Epsilon,
    /// The velocity (arXiv 2202.00512, appendix D).
    VPrediction,
    /// The clean sample itself.
    Sample,
}

impl fmt::Display for PredictionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Epsilon => "epsilon",
            Self::VPrediction => "v_prediction",
            Self::Sample => "sample",
        })
    }
}

/// How the inference steps are spread over the training timesteps (arXiv 2305.08891, table 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimestepSpacing {
    /// Equal whole strides counted up from zero.
    Leading,
    /// Equal strides counted down from the last training timestep.
    Trailing,
    /// Equal strides from zero to the last training timestep, both included.
    Linspace,
}

/// The variance added at each training timestep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BetaSchedule {
    /// Linear in beta (DDPM).
    Linear,
    /// Linear in the square root of beta (latent diffusion).
    ScaledLinear,
    /// The cosine schedule (arXiv 2102.09672).
    SquaredcosCapV2,
}

/// The noise level after the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinalSigmasType {
    /// None: the last step ends on the predicted clean sample.
    Zero,
    /// That of the first training timestep.
    SigmaMin,
}

/// A scheduler class of diffusers that this program computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulerClass {
    /// Denoising diffusion implicit models.
    Ddim,
    /// Euler's method.
    EulerDiscrete,
    /// Euler's method with fresh noise at each step.
    EulerAncestralDiscrete,
    /// DPM-Solver++ with two steps' memory.
    DpmSolverMultistep,
    /// A unified predictor and corrector.
    UniPcMultistep,
    /// Latent consistency models.
    Lcm,
    /// Pseudo numerical methods.
    Pndm,
}

impl SchedulerClass {
    /// Every class there is.
    pub const ALL: [Self; 7] = [
        Self::Ddim,
        Self::EulerDiscrete,
        Self::EulerAncestralDiscrete,
        Self::DpmSolverMultistep,
        Self::UniPcMultistep,
        Self::Lcm,
        Self::Pndm,
    ];

    /// The `_class_name` that diffusers writes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ddim => "DDIMScheduler",
            Self::EulerDiscrete => "EulerDiscreteScheduler",
            Self::EulerAncestralDiscrete => "EulerAncestralDiscreteScheduler",
            Self::DpmSolverMultistep => "DPMSolverMultistepScheduler",
            Self::UniPcMultistep => "UniPCMultistepScheduler",
            Self::Lcm => "LCMScheduler",
            Self::Pndm => "PNDMScheduler",
        }
    }
}

impl fmt::Display for SchedulerClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SchedulerClass {
    type Err = SchedulerError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let class = Self::ALL.into_iter().find(|class| class.as_str() == name);
        class.ok_or_else(|| SchedulerError::UnknownClass(name.to_owned()))
    }
}

/// A sampler as a person names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SamplerName {
    /// `DDIMScheduler`
    #[serde(rename = "ddim")]
    Ddim,
    /// `EulerDiscreteScheduler`
    #[serde(rename = "euler")]
    Euler,
    /// `EulerAncestralDiscreteScheduler`
    #[serde(rename = "euler_a")]
    EulerA,
    /// `DPMSolverMultistepScheduler` without Karras sigmas
    #[serde(rename = "dpmpp_2m")]
    DpmppTwoM,
    /// `DPMSolverMultistepScheduler` with Karras sigmas
    #[serde(rename = "dpmpp_2m_karras")]
    DpmppTwoMKarras,
    /// `UniPCMultistepScheduler`
    #[serde(rename = "unipc")]
    Unipc,
    /// `LCMScheduler`
    #[serde(rename = "lcm")]
    Lcm,
    /// `PNDMScheduler`, which Stable Diffusion 1.x folders name. Not offered, but a recipe made with such a folder needs its name.
    #[serde(rename = "pndm")]
    Pndm,
}

impl SamplerName {
    /// The samplers a person is offered.
    pub const OFFERED: [Self; 7] = [
        Self::Ddim,
        Self::Euler,
        Self::EulerA,
        Self::DpmppTwoM,
        Self::DpmppTwoMKarras,
        Self::Unipc,
        Self::Lcm,
    ];

    /// The spelling of the command line and of recipes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ddim => "ddim",
            Self::Euler => "euler",
            Self::EulerA => "euler_a",
            Self::DpmppTwoM => "dpmpp_2m",
            Self::DpmppTwoMKarras => "dpmpp_2m_karras",
            Self::Unipc => "unipc",
            Self::Lcm => "lcm",
            Self::Pndm => "pndm",
        }
    }

    /// The diffusers class that computes it.
    pub fn class(self) -> SchedulerClass {
        match self {
            Self::Ddim => SchedulerClass::Ddim,
            Self::Euler => SchedulerClass::EulerDiscrete,
            Self::EulerA => SchedulerClass::EulerAncestralDiscrete,
            Self::DpmppTwoM | Self::DpmppTwoMKarras => SchedulerClass::DpmSolverMultistep,
            Self::Unipc => SchedulerClass::UniPcMultistep,
            Self::Lcm => SchedulerClass::Lcm,
            Self::Pndm => SchedulerClass::Pndm,
        }
    }
}

impl fmt::Display for SamplerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SamplerName {
    type Err = SchedulerError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::OFFERED
            .into_iter()
            .chain([Self::Pndm])
            .find(|sampler| sampler.as_str() == name);
        known.ok_or_else(|| SchedulerError::UnknownSampler(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampler_names_survive_text_and_json() {
        for sampler in SamplerName::OFFERED.into_iter().chain([SamplerName::Pndm]) {
            assert_eq!(sampler.to_string().parse::<SamplerName>().unwrap(), sampler);
            assert_eq!(serde_json::to_value(sampler).unwrap(), sampler.as_str());
        }
    }

    #[test]
    fn an_unknown_sampler_is_answered_with_the_known_ones() {
        let message = "ddmi".parse::<SamplerName>().unwrap_err().to_string();
        assert_eq!(
            message,
            "there is no sampler `ddmi`; choose one of ddim, euler, euler_a, dpmpp_2m, dpmpp_2m_karras, unipc, lcm"
        );
    }

    #[test]
    fn class_names_are_those_of_diffusers() {
        for class in SchedulerClass::ALL {
            assert_eq!(class.as_str().parse::<SchedulerClass>().unwrap(), class);
        }
        assert!("HeunDiscreteScheduler".parse::<SchedulerClass>().is_err());
    }
}
