//! The queue, the panic guard, cancelling and the answers to a failing device, with a generator that computes nothing.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::time::Duration;

use crossbeam_channel::Receiver as Events;

use super::*;
use crate::choice::{OnDeviceFailure, Precision};
use crate::completion::tests::completed;
use crate::event::LoadingStage;
use crate::recipe::ModelReference;
use crate::{CompletedRequest, DeviceChoice, ErrorCode, JobId, Previews};

const STEPS: usize = 4;

/// What the fake generator does with one call of `generate`.
enum Act {
    Succeed,
    RunOutOfMemory,
    Panic(&'static str),
    /// Waits for the test before each step.
    StepByStep(Receiver<()>),
}

/// What was asked of it: attempt, batch and seeds.
type Calls = Arc<Mutex<Vec<(Attempt, Vec<u64>)>>>;

struct Fake {
    acts: Arc<Mutex<VecDeque<Act>>>,
    calls: Calls,
    attempt: Option<Attempt>,
}

impl Generator for Fake {
    fn prepare(
        &mut self,
        _: &CompletedRequest,
        attempt: Attempt,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<Prepared, Failure> {
        on_stage(LoadingStage::UNet);
        self.attempt = Some(attempt);
        Ok(Prepared {
            device: attempt.device.to_string(),
            precision: Precision::F32,
            model: ModelReference {
                name: "fake".into(),
                sha256: "0".repeat(64),
            },
            adapters: vec![],
            batch: if attempt.reductions == 0 { 2 } else { 1 },
            warnings: vec!["the prompt was cut".into()],
        })
    }

    fn generate(
        &mut self,
        _: &CompletedRequest,
        seeds: &[u64],
        on_step: &mut dyn FnMut(StepReport<'_>) -> ControlFlow<()>,
    ) -> Result<Generated, Failure> {
        self.calls.lock().unwrap().push((self.attempt.unwrap(), seeds.to_vec()));
        let act = self.acts.lock().unwrap().pop_front().unwrap_or(Act::Succeed);
        match &act {
            Act::RunOutOfMemory => return Err(Failure::Device("out of memory".into())),
            Act::Panic(message) => panic!("{message}"),
            Act::Succeed | Act::StepByStep(_) => {}
        }
        let picture = |seed: &u64| Picture {
            width: 1,
            height: 1,
            rgba: vec![*seed as u8, 0, 0, 255],
        };
        for step in 1..=STEPS {
            if let Act::StepByStep(go) = &act {
                go.recv().unwrap();
            }
            let report = StepReport {
                step,
                of: STEPS,
                preview: &|| seeds.iter().map(picture).collect(),
            };
            if on_step(report).is_break() {
                return Ok(Generated::Cancelled);
            }
        }
        Ok(Generated::Done(
            seeds.iter().map(|seed| (picture(seed), AlphaKind::Decoder)).collect(),
        ))
    }
}

/// An engine's inside, without the completion of requests.
struct Bench {
    queue: Arc<Queue>,
    events: Events<Event>,
    preview: Arc<PreviewSlot>,
    calls: Calls,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Bench {
    fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let (sender, events) = crossbeam_channel::unbounded();
        let (queue, preview, calls) = (
            Arc::new(Queue::new(8)),
            Arc::new(PreviewSlot::default()),
            Calls::default(),
        );
        let previews = Arc::new(PreviewRate::new(Previews::EverySteps(NonZeroUsize::MIN)));
        let outlet = Outlet {
            events: sender,
            preview: preview.clone(),
            previews,
        };
        let acts = Arc::new(Mutex::new(acts.into_iter().collect::<VecDeque<_>>()));
        let make = {
            let calls = calls.clone();
            move || {
                Box::new(Fake {
                    acts: acts.clone(),
                    calls: calls.clone(),
                    attempt: None,
                }) as Box<dyn Generator>
            }
        };
        let thread = std::thread::Builder::new().name("gpu".into()).spawn({
            let queue = queue.clone();
            move || work(&queue, &outlet, &make)
        });
        let thread = thread.unwrap();
        Self {
            queue,
            events,
            preview,
            calls,
            thread: Some(thread),
        }
    }

    fn submit(&self, id: u64, count: u32, on_device_failure: OnDeviceFailure) {
        let request = CompletedRequest {
            seed: 7,
            count,
            on_device_failure,
            ..completed()
        };
        self.queue
            .push(Job::new(JobId(id), request, Purpose::Pictures))
            .unwrap();
    }

    /// The events up to and with the last one of a job.
    fn until_end(&self) -> Vec<Event> {
        let mut events = Vec::new();
        while !events.last().is_some_and(Event::is_terminal) {
            events.push(
                self.events
                    .recv_timeout(Duration::from_secs(20))
                    .expect("the job goes on"),
            );
        }
        events
    }

    fn calls(&self) -> Vec<(Attempt, Vec<u64>)> {
        self.calls.lock().unwrap().clone()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.queue.close();
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok(), "the worker survives everything");
    }
}

fn stickers(events: &[Event]) -> Vec<(u32, u8, u64)> {
    let sticker = |event: &Event| match event {
        Event::Sticker {
            index, picture, recipe, ..
        } => Some((*index, picture.rgba[0], recipe.seed)),
        _ => None,
    };
    events.iter().filter_map(sticker).collect()
}

fn warnings(events: &[Event]) -> Vec<String> {
    let warning = |event: &Event| match event {
        Event::Warning { text, .. } => Some(text.clone()),
        _ => None,
    };
    events.iter().filter_map(warning).collect()
}

fn step_by_step() -> (Act, SyncSender<()>) {
    let (go, wait) = mpsc::sync_channel(0);
    (Act::StepByStep(wait), go)
}

#[test]
fn a_job_is_made_in_batches_and_tells_everything_once() {
    let bench = Bench::start([]);
    bench.submit(1, 3, OnDeviceFailure::Fail);
    let events = bench.until_end();
    assert_eq!(
        stickers(&events),
        [(0, 7, 7), (1, 8, 8), (2, 9, 9)],
        "picture i has the seed plus i"
    );
    assert_eq!(
        bench.calls().into_iter().map(|(_, seeds)| seeds).collect::<Vec<_>>(),
        [vec![7, 8], vec![9]]
    );
    assert_eq!(warnings(&events), ["the prompt was cut"]);
    assert!(matches!(
        events[0],
        Event::ModelLoading {
            stage: LoadingStage::UNet,
            ..
        }
    ));
    assert_eq!(
        events
            .iter()
            .filter(|event| matches!(event, Event::Started { .. }))
            .count(),
        1
    );
    assert!(matches!(events.last(), Some(Event::Done { job: JobId(1) })));
    let steps = events.iter().filter_map(|event| match event {
        Event::Step {
            step,
            of,
            images,
            count,
            seconds_per_step,
            ..
        } => {
            assert!(*seconds_per_step >= 0.0 && *of == STEPS && *count == 3);
            Some((*step, images.clone()))
        }
        _ => None,
    });
    let expected = (1..=STEPS)
        .map(|step| (step, 0..2))
        .chain((1..=STEPS).map(|step| (step, 2..3)));
    assert!(steps.eq(expected));
    let preview = bench.preview.take().expect("the newest preview waits");
    assert_eq!(
        (preview.step, preview.pictures[0].0, preview.pictures[0].1.rgba[0]),
        (STEPS, 2, 9)
    );
}

#[test]
fn a_cancel_is_honoured_within_one_step() {
    let (act, go) = step_by_step();
    let bench = Bench::start([Act::Succeed, act]);
    bench.submit(1, 4, OnDeviceFailure::Fail);
    go.send(()).unwrap();
    bench.queue.cancel(JobId(1));
    // Whether the first step saw it or the second does, no third is made.
    let _ = go.send(());
    let events = bench.until_end();
    assert!(matches!(events.last(), Some(Event::Cancelled { job: JobId(1) })));
    assert_eq!(stickers(&events).len(), 2, "what was finished stays");
    bench.submit(2, 1, OnDeviceFailure::Fail);
    assert!(
        matches!(bench.until_end().last(), Some(Event::Done { .. })),
        "and the next job runs"
    );
}

#[test]
fn a_panic_fails_its_job_only() {
    let bench = Bench::start([Act::Panic("index out of bounds")]);
    bench.submit(1, 1, OnDeviceFailure::Smaller);
    bench.submit(2, 1, OnDeviceFailure::Smaller);
    match bench.until_end().pop() {
        Some(Event::Failed { error, .. }) => {
            assert_eq!(error.code, ErrorCode::Internal);
            assert!(
                error.message.contains("index out of bounds (") && error.message.contains("tests.rs:"),
                "{error}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(bench.until_end().pop(), Some(Event::Done { job: JobId(2) })));
}

#[test]
fn out_of_memory_is_said_and_the_rest_is_made_one_at_a_time() {
    let bench = Bench::start([Act::Succeed, Act::RunOutOfMemory]);
    bench.submit(1, 4, OnDeviceFailure::Smaller);
    let events = bench.until_end();
    assert_eq!(
        stickers(&events),
        [(0, 7, 7), (1, 8, 8), (2, 9, 9), (3, 10, 10)],
        "each exactly once"
    );
    let batches: Vec<_> = bench
        .calls()
        .into_iter()
        .map(|(attempt, seeds)| (attempt.reductions, seeds))
        .collect();
    assert_eq!(
        batches,
        [(0, vec![7, 8]), (0, vec![9, 10]), (1, vec![9]), (1, vec![10])]
    );
    assert_eq!(
        warnings(&events),
        [
            "the prompt was cut",
            "the device ran out of memory; trying again one picture at a time and with less memory",
        ]
    );
}

#[test]
fn a_lost_device_is_answered_by_the_cpu_when_so_chosen() {
    let bench = Bench::start([Act::Panic("wgpu error: Device lost")]);
    bench.submit(1, 1, OnDeviceFailure::Cpu);
    let events = bench.until_end();
    assert!(matches!(events.last(), Some(Event::Done { .. })));
    assert_eq!(bench.calls()[1].0.device, DeviceChoice::Cpu);
    assert!(
        warnings(&events)[1].ends_with("trying again on the CPU"),
        "{:?}",
        warnings(&events)
    );
    let device = events.iter().find_map(|event| match event {
        Event::Sticker { recipe, .. } => Some(recipe.device.clone()),
        _ => None,
    });
    assert_eq!(
        device.as_deref(),
        Some("cpu"),
        "the recipe names the device that made it"
    );
}

#[test]
fn when_every_attempt_failed_the_job_fails_with_advice() {
    for (answer, failures) in [
        (OnDeviceFailure::Fail, 1),
        (OnDeviceFailure::Smaller, 4),
        (OnDeviceFailure::Cpu, 2),
    ] {
        let bench = Bench::start((0..failures).map(|_| Act::RunOutOfMemory));
        bench.submit(1, 1, answer);
        match bench.until_end().pop() {
            Some(Event::Failed { error, .. }) => {
                assert_eq!(error.code, ErrorCode::Device);
                assert!(
                    error.message.starts_with("the device ran out of memory; make fewer"),
                    "{error}"
                );
            }
            other => panic!("{answer}: {other:?}"),
        }
        assert_eq!(bench.calls().len(), failures, "{answer}");
    }
}
