//! The names of this U-Net's parameters in diffusers.

/// What differs between a path of fields here and the name there.
const DIFFERENCES: [(&str, &str); 11] = [
    (".layers.", "."),
    (".downsampler.", ".downsamplers.0."),
    (".upsampler.", ".upsamplers.0."),
    ("mid_block.first.", "mid_block.resnets.0."),
    ("mid_block.second.", "mid_block.resnets.1."),
    ("mid_block.attention.", "mid_block.attentions.0."),
    (".Convolution.", "."),
    (".Linear.", "."),
    (".to_out.", ".to_out.0."),
    (".ff_proj.", ".ff.net.0.proj."),
    (".ff_out.", ".ff.net.2."),
];

/// diffusers' name of the parameter at `path`, as burn's visitors spell it.
pub fn diffusers_name(path: &str) -> String {
    DIFFERENCES
        .iter()
        .fold(path.to_owned(), |name, (here, there)| name.replace(here, there))
}
