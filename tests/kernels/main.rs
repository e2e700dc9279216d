//! The custom kernels of the CPU against their plain-tensor form, their gradients, and that the model runs on them.

#[cfg(test)]
mod comparison;

#[cfg(test)]
mod attention;
#[cfg(test)]
mod conv2d;
#[cfg(test)]
mod counters;
#[cfg(test)]
mod geglu;
#[cfg(test)]
mod group_norm;
#[cfg(test)]
mod layer_norm;
#[cfg(test)]
mod linear;
