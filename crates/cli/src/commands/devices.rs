//! `sticker devices`: what can run a model on this machine.

use engine::DeviceInfo;

use crate::failure::Failure;
use crate::output;

#[derive(clap::Args)]
pub struct Arguments {
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let devices = engine::devices();
    if arguments.json {
        return devices.iter().try_for_each(output::json_line);
    }
    output::text(table(&devices))
}

/// One row a device; `*` marks the one that `--device auto` takes.
fn table(devices: &[DeviceInfo]) -> String {
    let heading = ["  DEVICE", "NAME", "BACKEND", "KIND", "MEMORY", "F16"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(heading).chain(devices.iter().map(row)).collect();
    let widths: [usize; 6] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; 6]| {
        let cells: Vec<_> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    let mut text = rows.iter().map(line).collect::<Vec<_>>().join("\n");
    text.push_str("\n\n* is what --device auto takes.");
    text
}

fn row(device: &DeviceInfo) -> [String; 6] {
    let mark = if device.chosen_by_auto { '*' } else { ' ' };
    [
        format!("{mark} {}", device.choice),
        device.name.clone(),
        device.backend.clone(),
        device.kind.to_string(),
        device.memory_bytes.map_or_else(|| "unknown".to_owned(), gibibytes),
        if device.f16 { "yes" } else { "no" }.to_owned(),
    ]
}

fn gibibytes(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_said_in_binary_units() {
        assert_eq!(gibibytes(24 << 30), "24.0 GiB");
    }
}
