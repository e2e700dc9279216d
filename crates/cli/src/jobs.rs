//! Runs requests through the engine, one job each, until all are done, one fails, or Ctrl-C.

use std::sync::Arc;

use crossbeam_channel::{Receiver, select};
use engine::{Engine, Error, Event, GenerateRequest, Picture, Recipe};

use crate::failure::Failure;
use crate::interrupt;
use crate::progress::Progress;

/// The GPU never waits for the next request, and a long list of prompts never fills the queue.
const JOBS_AHEAD: usize = 2;

/// One finished sticker as the engine hands it over.
pub struct Finished {
    pub picture: Arc<Picture>,
    pub recipe: Arc<Recipe>,
}

/// Makes the stickers of `requests` in order and hands each to `keep` as soon as it is finished.
///
/// # Errors
/// The first job that fails or sticker that cannot be kept ends the run. After Ctrl-C what is finished is still kept.
pub fn run(
    requests: Vec<GenerateRequest>,
    progress: &mut Progress,
    mut keep: impl FnMut(Finished, &mut Progress) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let interrupts = interrupt::listen()?;
    let engine = Engine::start(engine::EngineOptions::default())?;
    let events = engine.events();
    let asked = requests.iter().map(|request| request.count as usize).sum();
    let mut finished = 0;
    let mut waiting = requests.into_iter();
    let mut in_flight = Vec::new();
    let mut current = String::new();
    let mut interrupted = false;
    loop {
        while !interrupted
            && in_flight.len() < JOBS_AHEAD
            && let Some(request) = waiting.next()
        {
            in_flight.push(engine.submit(&request)?);
        }
        if in_flight.is_empty() {
            break;
        }
        let Some(event) = next_event(&events, &interrupts, interrupted)? else {
            interrupted = true;
            progress.stage("stopping after this step");
            for &job in &in_flight {
                engine.cancel(job);
            }
            continue;
        };
        if event.is_terminal() {
            in_flight.retain(|&job| job != event.job());
        }
        if let Some(sticker) = follow(event, &mut current, progress)? {
            keep(sticker, progress)?;
            finished += 1;
        }
    }
    if interrupted {
        Err(Failure::Interrupted { finished, asked })
    } else {
        Ok(())
    }
}

/// The engine's next event, or `None` at the first Ctrl-C.
fn next_event(
    events: &Receiver<Event>,
    interrupts: &Receiver<()>,
    interrupted: bool,
) -> Result<Option<Event>, Failure> {
    let ended = |_| Error::internal("the engine ended without a word; please report this");
    if interrupted {
        return Ok(Some(events.recv().map_err(ended)?));
    }
    select! {
        recv(interrupts) -> _ => Ok(None),
        recv(events) -> event => Ok(Some(event.map_err(ended)?)),
    }
}

/// Shows what an event says, and hands over the sticker that it may bring. `current` holds what is being made.
fn follow(event: Event, current: &mut String, progress: &mut Progress) -> Result<Option<Finished>, Failure> {
    match event {
        Event::ModelLoading { stage, .. } => progress.stage(stage),
        Event::Started { request, device, .. } => {
            *current = one_line(&request.prompt);
            progress.stage(format_args!("{current} ({}) on {device}", stickers(request.count)));
        }
        Event::Step {
            step,
            of,
            images,
            count,
            seconds_per_step,
            ..
        } => {
            let images = position(&images, count);
            progress.step(
                step,
                of,
                format_args!("{current} ({images}, {seconds_per_step:.2} s a step)"),
            );
        }
        Event::Warning { text, .. } => progress.warn(text),
        Event::Sticker { picture, recipe, .. } => return Ok(Some(Finished { picture, recipe })),
        Event::Failed { error, .. } => return Err(error.into()),
        Event::Done { .. } | Event::Cancelled { .. } => {}
    }
    Ok(None)
}

/// A prompt in quotes, without the line breaks and control characters that would upset a terminal.
fn one_line(prompt: &str) -> String {
    let printable: String = prompt
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    format!("\"{printable}\"")
}

fn stickers(count: u32) -> String {
    if count == 1 {
        "1 sticker".to_owned()
    } else {
        format!("{count} stickers")
    }
}

/// "sticker 2 of 4", or "stickers 1 to 4 of 4" for a batch. `images` counts from 0.
fn position(images: &std::ops::Range<u32>, count: u32) -> String {
    match images.len() {
        0 | 1 => format!("sticker {} of {count}", images.start + 1),
        _ => format!("stickers {} to {} of {count}", images.start + 1, images.end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_counted_from_one() {
        assert_eq!(position(&(0..1), 4), "sticker 1 of 4");
        assert_eq!(position(&(0..4), 4), "stickers 1 to 4 of 4");
    }

    #[test]
    fn a_prompt_with_line_breaks_stays_on_its_line() {
        assert_eq!(one_line("a\r\ncat \u{1b}[2J"), "\"a  cat  [2J\"");
    }
}
