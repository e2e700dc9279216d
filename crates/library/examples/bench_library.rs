//! Times a library of many stickers: `cargo run --package library --example bench_library [COUNT [FOLDER]]`.
//! `bench_library --killed FOLDER` opens the library, writes to it and dies: what the times after a kill are for.
//! Every sticker has a real file, a recipe of 2 KiB, three tags; the sets hold a tenth each.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::process::{self, Command};
use std::time::{Duration, Instant};

use library::{
    Alignment, Bucket, JobId, Library, NewJob, NewSticker, Order, Origin, Query, Rating, SetId, StickerId, UsedAdapter,
};

#[path = "../tests/common/png.rs"]
mod png;

const RUNS: usize = 21;
const SUBJECTS: [&str; 10] = [
    "cat",
    "dog",
    "robot",
    "ghost",
    "penguin",
    "dragon",
    "avocado",
    "ramen bowl",
    "owl",
    "猫",
];
const MOODS: [&str; 7] = ["happy", "sleepy", "furious", "shy", "dancing", "crying", "proud"];
const STYLES: [&str; 5] = ["flat vector", "watercolour", "pixel art", "felt", "一只戴墨镜的"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1).peekable();
    if arguments.next_if_eq("--killed").is_some() {
        let library = Library::open(&PathBuf::from(arguments.next().unwrap_or_default()))?.library;
        library.set_note("killed by", &process::id().to_string())?;
        process::abort();
    }
    let count: usize = arguments.next().map_or(Ok(10_000), |count| count.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments
        .next()
        .map_or_else(|| temporary.path().join("library"), PathBuf::from);

    let library = Library::open(&folder)?.library;
    if library.page(&Query::default(), 0, 1)?.total == 0 {
        let start = Instant::now();
        fill(&library, count)?;
        println!("filled with {count} stickers in {:.1} s", start.elapsed().as_secs_f64());
    }
    drop(library);

    print("open", median(|| Library::open(&folder).map(drop))?);
    let mut times = Vec::new();
    for _ in 0..RUNS {
        Command::new(env::current_exe()?)
            .arg("--killed")
            .arg(&folder)
            .status()?;
        let start = Instant::now();
        drop(Library::open(&folder)?);
        times.push(start.elapsed());
    }
    times.sort_unstable();
    print("open after a kill", times[RUNS / 2]);
    measure(&Library::open(&folder)?.library)?;
    Ok(())
}

fn measure(library: &Library) -> Result<(), Box<dyn Error>> {
    let set = library.facets()?.sets.remove(0).id;
    let last = library.page(&Query::default(), 0, 0)?.total.saturating_sub(100);
    for (name, change) in questions(set) {
        let mut query = Query::default();
        change(&mut query);
        let offset = if name == "the last page" { last } else { 0 };
        let found = library.page(&query, offset, 100)?.total;
        let time = median(|| library.page(&query, offset, 100))?;
        print(&format!("{name} ({found})"), time);
    }
    let ids = library.ids(&Query::default())?;
    let one = [ids[ids.len() / 2].clone()];
    let tag = ["for the bench".to_owned()];
    let (mut on, mut number) = (false, 0);
    print("ids of all", median(|| library.ids(&Query::default()))?);
    print("facets", median(|| library.facets())?);
    print("coverage", median(|| library.coverage())?);
    print(
        "prompt history, nothing typed",
        median(|| library.prompt_history("", 50))?,
    );
    print(
        "prompt history, no such prompt",
        median(|| library.prompt_history("zebra", 50))?,
    );
    print("one sticker", median(|| library.sticker(&one[0]))?);
    let favour_one = median(|| {
        on = !on;
        library.set_favourite(&one, on)
    })?;
    print("set favourite of one", favour_one);
    print("set favourite of all", median(|| library.set_favourite(&ids, true))?);
    print("tag all", median(|| library.change_tags(&ids, &tag, &[]))?);
    library.change_tags(&ids, &[], &tag)?;
    let add_one = median(|| {
        number += 1;
        add(library, number, None)
    })?;
    print("add one", add_one);
    Ok(())
}

type Question = (&'static str, Box<dyn Fn(&mut Query)>);

/// What a person looks for, each for its first 100.
fn questions(set: SetId) -> Vec<Question> {
    fn search(name: &'static str, text: &'static str) -> Question {
        (name, Box::new(|query| text.clone_into(&mut query.text)))
    }
    vec![
        ("first page of 100", Box::new(|_| {})),
        ("the last page", Box::new(|_| {})),
        ("oldest first", Box::new(|query| query.order = Order::Oldest)),
        ("best first", Box::new(|query| query.order = Order::Best)),
        search("search one word", "happy"),
        search("search one letter", "s"),
        search("search two words", "happy dog"),
        search("search one Chinese character", "猫"),
        search("search in vain", "zebra"),
        ("filter by set", Box::new(move |query| query.set = Some(set.clone()))),
        ("filter by tag", Box::new(|query| query.tag = Some("tag 7".to_owned()))),
        (
            "filter by adapter",
            Box::new(|query| query.adapter = Some("ab".repeat(32))),
        ),
        ("filter by favourite", Box::new(|query| query.favourite = Some(true))),
        ("filter by rating", Box::new(|query| query.min_quality = Some(4))),
        ("the trash", Box::new(|query| query.trash = true)),
    ]
}

fn fill(library: &Library, count: usize) -> Result<(), library::Error> {
    let job = library
        .add_job(&NewJob {
            title: "bench",
            request: "{}",
            pictures: count as u32,
            prompts: &[],
        })?
        .id;
    let ids = (0..count)
        .map(|number| add(library, number, Some(&job)))
        .collect::<Result<Vec<StickerId>, _>>()?;
    let part = |of: usize, which: usize| -> Vec<StickerId> {
        ids.iter()
            .enumerate()
            .filter(|(number, _)| number * 7919 % 1000 % of == which)
            .map(|(_, id)| id.clone())
            .collect()
    };
    for number in 0..10 {
        let set = library.create_set(&format!("set {number}"))?;
        library.add_to_set(&set.id, &part(10, number))?;
        for tag in [number, number + 10, number + 20] {
            library.change_tags(&part(10, number), &[format!("tag {tag}")], &[])?;
        }
    }
    library.set_favourite(&part(9, 4), true)?;
    for (number, &alignment) in Alignment::ALL.iter().enumerate() {
        library.rate(
            &part(6, number),
            Rating {
                alignment: Some(alignment),
                quality: Some(5 - number as u8),
            },
        )?;
    }
    library.trash(&part(50, 17))
}

fn add(library: &Library, number: usize, job: Option<&JobId>) -> Result<StickerId, library::Error> {
    let pick = |from: &[&'static str], step: usize| from[number / step % from.len()];
    let prompt = format!(
        "a {} {} with {} balloons, {} sticker",
        pick(&MOODS, 1),
        pick(&SUBJECTS, 3),
        number % 97,
        pick(&STYLES, 11)
    );
    let recipe = format!("{{\"prompt\": {prompt:?}, \"filler\": \"{}\"}}", "x".repeat(2000));
    let sha256 = "ab".repeat(32);
    let adapters = [UsedAdapter {
        name: "felt",
        sha256: &sha256,
        weight: 0.8,
    }];
    let sticker = library.add(&NewSticker {
        png: &png::png(&format!("{number} {}", "pixels ".repeat(2000))),
        thumbnail: &png::png("thumbnail"),
        pixels_sha256: &format!("{number:064x}"),
        width: 512,
        height: 512,
        origin: Origin::Made,
        prompt: &prompt,
        negative_prompt: "",
        recipe: Some(&recipe),
        parameters: None,
        finished: None,
        seed: Some(number as u64),
        model: Some("built-in"),
        model_sha256: Some(&sha256),
        device: Some(["cpu", "NVIDIA H200", "llvmpipe"][number % 3]),
        bucket: Bucket::ALL.get(number % 5).copied(),
        adapters: &adapters[..usize::from(number.is_multiple_of(4))],
        job: job.map(|job| (job, number as u32)),
    })?;
    Ok(sticker.id)
}

fn median<T>(mut work: impl FnMut() -> Result<T, library::Error>) -> Result<Duration, library::Error> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        work()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times[RUNS / 2])
}

fn print(name: &str, time: Duration) {
    println!("{name:<44}{:>9.2} ms", milliseconds(time));
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
