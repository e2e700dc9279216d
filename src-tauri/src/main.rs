//! The program `sticker-studio`.

// No console window behind the studio on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    sticker_studio::run()
}
