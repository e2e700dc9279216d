//! Parity with python diffusers.
