//! The small choices of a request. Each is spelled alike on the command line, in JSON and in a recipe.

/// Declares an enum whose values have one spelling each, with `FromStr`, `Display` and serde made from it.
macro_rules! spelled_choice {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order a face lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling on the command line, in JSON and in a recipe.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(text: &str) -> Result<Self, $crate::Error> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::Error::usage(format!(
                        concat!("there is no ", $what, " '{}'; use {}"),
                        text,
                        [$($text),+].join(", "),
                    ))),
                }
            }
        }
    };
}
pub(crate) use spelled_choice;

spelled_choice! {
    /// The looks that the built-in model was trained with. Another model says in its folder whether it knows them.
    Style, "style" {
        /// Soft rendered shapes (Fluent Emoji 3D).
        ThreeD = "3d",
        /// Flat colours (Fluent Emoji Flat).
        Flat = "flat",
        /// Noto Emoji.
        Noto = "noto",
    }
}

spelled_choice! {
    /// Whether a sticker gets an alpha channel.
    #[derive(Default)]
    TransparencyChoice, "transparency" {
        /// From the decoder where the model has alpha, else cut out from a plain background.
        #[default]
        Auto = "auto",
        /// The opaque picture; what the model itself made transparent is shown over white.
        Off = "off",
    }
}

spelled_choice! {
    /// The number format of the weights, as asked for.
    #[derive(Default)]
    PrecisionChoice, "precision" {
        /// f32 on the CPU; on a GPU f16 where the device computes it and f32 weights would not fit.
        #[default]
        Auto = "auto",
        /// 32-bit weights.
        F32 = "f32",
        /// 16-bit weights; norms, softmax and the sampler stay in f32.
        F16 = "f16",
    }
}

spelled_choice! {
    /// The number format of the weights, as used.
    Precision, "precision" {
        /// 32-bit weights.
        F32 = "f32",
        /// 16-bit weights.
        F16 = "f16",
    }
}

spelled_choice! {
    /// What to do when the GPU runs out of memory or is lost.
    #[derive(Default)]
    OnDeviceFailure, "answer to a device failure" {
        /// Try again one picture at a time, with attention in slices and the autoencoder in tiles.
        #[default]
        Smaller = "smaller",
        /// Try again on the CPU.
        Cpu = "cpu",
        /// End the job with an error.
        Fail = "fail",
    }
}

spelled_choice! {
    /// Where a sticker's alpha channel came from.
    AlphaKind, "alpha source" {
        /// The autoencoder decoded it.
        Decoder = "decoder",
        /// A plain background was cut out.
        Cutout = "cutout",
        /// The picture is opaque.
        None = "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn a_choice_reads_its_own_spelling() {
        for &style in Style::ALL {
            assert_eq!(style.to_string().parse::<Style>(), Ok(style));
            assert_eq!(
                serde_json::to_string(&style).unwrap(),
                format!("\"{style}\""),
                "JSON and the command line agree"
            );
        }
    }

    #[test]
    fn an_unknown_choice_lists_the_known_ones() {
        let error = "oil".parse::<Style>().unwrap_err();
        assert_eq!(error.code, ErrorCode::Usage);
        assert_eq!(error.message, "there is no style 'oil'; use 3d, flat, noto");
    }
}
