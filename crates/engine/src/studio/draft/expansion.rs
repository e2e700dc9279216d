//! From the form to the requests of a job.

use super::moods::with_mood;
use super::{Axis, AxisSetting, Draft, FieldProblem, Plan, wildcards};
use crate::studio::plan::{Cell, JobPlan};
use crate::{Error, GenerateRequest, LoraRequest, MAX_COUNT, MAX_PROMPT_BYTES};

/// One job makes no more pictures than this.
pub(crate) const MAX_PICTURES: u32 = MAX_COUNT;
/// A check shows so many of the prompts.
const SHOWN_PROMPTS: usize = 24;

/// Why a draft cannot be submitted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FieldError {
    pub(crate) field: &'static str,
    pub(crate) error: Error,
}

impl FieldError {
    pub(crate) fn new(field: &'static str, error: Error) -> Self {
        Self { field, error }
    }

    fn usage(field: &'static str, message: impl Into<String>) -> Self {
        Self::new(field, Error::usage(message))
    }
}

impl From<FieldError> for FieldProblem {
    fn from(problem: FieldError) -> Self {
        Self {
            field: problem.field.to_owned(),
            message: problem.error.message,
        }
    }
}

/// What a draft comes to, before a seed is chosen.
#[derive(Clone, Debug)]
pub(crate) struct Expansion {
    prompts: Vec<String>,
    pub(crate) pictures: u32,
}

impl Expansion {
    /// Takes the wildcards and the plan apart and counts.
    ///
    /// # Errors
    /// The first field that cannot be used.
    pub(crate) fn of(draft: &Draft) -> Result<Self, FieldError> {
        if draft.prompt.trim().is_empty() {
            return Err(FieldError::usage(
                "prompt",
                "the prompt is empty; write what you would like to see",
            ));
        }
        if draft
            .prompt
            .chars()
            .any(|character| character.is_control() && character != '\n')
        {
            return Err(FieldError::usage(
                "prompt",
                "the prompt holds a control character; remove it",
            ));
        }
        if draft.prompt.len() > MAX_PROMPT_BYTES {
            let message = format!("the prompt is longer than {MAX_PROMPT_BYTES} bytes; use a shorter one");
            return Err(FieldError::usage("prompt", message));
        }
        let prompts = wildcards::expand(draft.prompt.trim()).map_err(|message| FieldError::usage("prompt", message))?;
        if prompts.iter().any(|prompt| prompt.trim().is_empty()) {
            return Err(FieldError::usage(
                "prompt",
                "a choice of the wildcards leaves the prompt empty; write something beside it",
            ));
        }
        if draft.count == 0 {
            return Err(FieldError::usage("count", "the count is 0; use 1 or more"));
        }
        let cells = match &draft.plan {
            Plan::Single {} => 1,
            Plan::Moods { moods } => count_moods(moods)?,
            Plan::Grid { columns, rows } => count_cells(draft, columns, rows.as_ref())?,
        };
        let pictures = draft.count.saturating_mul(cells);
        if pictures > MAX_PICTURES {
            return Err(FieldError::usage(
                "count",
                format!("this would make {pictures} pictures; one job makes at most {MAX_PICTURES}"),
            ));
        }
        let expansion = Self { prompts, pictures };
        if draft.seed.is_some_and(|seed| seed > expansion.largest_seed()) {
            let most = expansion.largest_seed();
            let message = format!("the seed is too large for {pictures} pictures; use at most {most}");
            return Err(FieldError::usage("seed", message));
        }
        Ok(expansion)
    }

    /// The first prompts, as the check shows them.
    pub(crate) fn shown_prompts(&self, plan: &Plan) -> Vec<String> {
        let with_moods: Vec<String> = match plan {
            Plan::Moods { moods } => {
                let pairs = self
                    .prompts
                    .iter()
                    .flat_map(|prompt| moods.iter().map(move |mood| (prompt, mood)));
                pairs
                    .take(SHOWN_PROMPTS)
                    .map(|(prompt, mood)| with_mood(prompt, mood))
                    .collect()
            }
            Plan::Single {} | Plan::Grid { .. } => self.prompts.iter().take(SHOWN_PROMPTS).cloned().collect(),
        };
        with_moods
    }

    /// The largest seed from which every picture still has one of 32 bits.
    pub(crate) fn largest_seed(&self) -> u32 {
        u32::MAX - self.pictures
    }

    /// The job: `base` with every prompt, mood and setting, from `seed` on.
    pub(crate) fn plan(&self, draft: &Draft, base: &GenerateRequest, seed: u32) -> JobPlan {
        let (cells, columns) = match &draft.plan {
            Plan::Single {} => (self.single(draft, base, seed), None),
            Plan::Moods { moods } => {
                let cells = moods.iter().map(|mood| {
                    let request = seeded(base, with_mood(self.prompt(seed), mood), draft.count, seed);
                    cell(draft, request, mood.trim())
                });
                (cells.collect(), None)
            }
            Plan::Grid { columns, rows } => (
                self.grid(draft, base, seed, (columns, rows.as_ref())),
                Some(columns.values.len() as u32 * draft.count),
            ),
        };
        JobPlan::new(cells, columns)
    }

    /// Picture by picture the next prompt; the seed chooses where to begin, so that one picture is not always the first choice.
    fn single(&self, draft: &Draft, base: &GenerateRequest, seed: u32) -> Vec<Cell> {
        if let [prompt] = self.prompts.as_slice() {
            return vec![cell(draft, seeded(base, prompt.clone(), draft.count, seed), "")];
        }
        let numbers = (0..draft.count).map(|number| seed + number);
        numbers
            .map(|seed| cell(draft, seeded(base, self.prompt(seed).to_owned(), 1, seed), ""))
            .collect()
    }

    fn prompt(&self, seed: u32) -> &str {
        &self.prompts[seed as usize % self.prompts.len()]
    }

    fn grid(&self, draft: &Draft, base: &GenerateRequest, seed: u32, axes: (&Axis, Option<&Axis>)) -> Vec<Cell> {
        let (columns, rows) = axes;
        let one = seeded(base, self.prompt(seed).to_owned(), draft.count, seed);
        let rows_of = |rows: &Axis| rows.values.iter().map(|&value| Some((rows.setting, value))).collect();
        let rows_values: Vec<Option<(AxisSetting, f64)>> = rows.map_or_else(|| vec![None], rows_of);
        let mut cells = Vec::new();
        for row in rows_values {
            for &value in &columns.values {
                let mut request = one.clone();
                set(&mut request, draft, columns, value);
                let mut label = describe(columns.setting, value);
                if let (Some((setting, value)), Some(rows)) = (row, rows) {
                    set(&mut request, draft, rows, value);
                    label = format!("{label}, {}", describe(setting, value));
                }
                cells.push(cell(draft, request, &label));
            }
        }
        cells
    }
}

fn seeded(base: &GenerateRequest, prompt: String, count: u32, seed: u32) -> GenerateRequest {
    GenerateRequest {
        prompt,
        count,
        seed: Some(u64::from(seed)),
        ..base.clone()
    }
}

fn cell(draft: &Draft, request: GenerateRequest, label: &str) -> Cell {
    Cell {
        request,
        label: label.to_owned(),
        bucket: draft.bucket,
    }
}

fn count_moods(moods: &[String]) -> Result<u32, FieldError> {
    if moods.is_empty() || moods.iter().any(|mood| mood.trim().is_empty()) {
        return Err(FieldError::usage("plan", "choose at least one mood"));
    }
    Ok(u32::try_from(moods.len()).unwrap_or(u32::MAX))
}

fn count_cells(draft: &Draft, columns: &Axis, rows: Option<&Axis>) -> Result<u32, FieldError> {
    check_axis(draft, columns)?;
    let mut cells = columns.values.len();
    if let Some(rows) = rows {
        check_axis(draft, rows)?;
        if (rows.setting, &rows.adapter) == (columns.setting, &columns.adapter) {
            return Err(FieldError::usage(
                "plan",
                "both sides of the grid change the same setting; choose two",
            ));
        }
        cells = cells.saturating_mul(rows.values.len());
    }
    Ok(u32::try_from(cells).unwrap_or(u32::MAX))
}

fn check_axis(draft: &Draft, axis: &Axis) -> Result<(), FieldError> {
    let problem = |message: &str| Err(FieldError::usage("plan", message));
    if axis.values.is_empty() {
        return problem("a side of the grid has no values; give at least one");
    }
    if axis.values.iter().any(|value| !value.is_finite()) {
        return problem("a value of the grid is no number");
    }
    let whole = |least: f64, most: f64| {
        axis.values
            .iter()
            .all(|&value| value.fract() == 0.0 && (least..=most).contains(&value))
    };
    match axis.setting {
        AxisSetting::Seed if !whole(0.0, f64::from(u32::MAX) - f64::from(MAX_PICTURES)) => {
            problem("seeds are whole numbers from 0 to 4294966295")
        }
        AxisSetting::Steps if !whole(1.0, crate::MAX_STEPS as f64) => problem("steps are whole numbers from 1 to 1000"),
        AxisSetting::Strength if draft.start.is_none() => {
            problem("strength has an effect only with a start picture; choose one first")
        }
        AxisSetting::AdapterWeight if adapter_place(draft, axis).is_none() => {
            problem("the grid changes the weight of an adapter that is not chosen; add the adapter first")
        }
        _ => Ok(()),
    }
}

fn adapter_place(draft: &Draft, axis: &Axis) -> Option<usize> {
    draft
        .adapters
        .iter()
        .position(|adapter| Some(&adapter.id) == axis.adapter.as_ref())
}

fn set(request: &mut GenerateRequest, draft: &Draft, axis: &Axis, value: f64) {
    match axis.setting {
        AxisSetting::Seed => request.seed = Some(value as u64),
        AxisSetting::Steps => request.num_inference_steps = Some(value as usize),
        AxisSetting::Guidance => request.guidance_scale = Some(value as f32),
        AxisSetting::Strength => {
            if let Some(init) = &mut request.init {
                init.strength = value as f32;
            }
        }
        AxisSetting::AdapterWeight => {
            let place = adapter_place(draft, axis);
            let lora: Option<&mut LoraRequest> = place.and_then(|place| request.loras.get_mut(place));
            if let Some(lora) = lora {
                lora.weight = value as f32;
            }
        }
    }
}

fn describe(setting: AxisSetting, value: f64) -> String {
    let name = match setting {
        AxisSetting::Seed => "seed",
        AxisSetting::Steps => "steps",
        AxisSetting::Guidance => "guidance",
        AxisSetting::Strength => "strength",
        AxisSetting::AdapterWeight => "weight",
    };
    format!("{name} {value}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InitRequest;
    use crate::studio::draft::{AdapterUse, StartPicture};

    fn draft(prompt: &str) -> Draft {
        Draft {
            prompt: prompt.into(),
            ..Draft::default()
        }
    }

    fn plan(draft: &Draft, base: &GenerateRequest, seed: u32) -> JobPlan {
        Expansion::of(draft).unwrap().plan(draft, base, seed)
    }

    fn facts(plan: &JobPlan) -> Vec<(&str, u32, u64)> {
        let cells = plan.cells().iter();
        cells
            .map(|cell| {
                (
                    cell.request.prompt.as_str(),
                    cell.request.count,
                    cell.request.seed.unwrap(),
                )
            })
            .collect()
    }

    fn axis(setting: AxisSetting, values: &[f64]) -> Axis {
        Axis {
            setting,
            adapter: None,
            values: values.to_vec(),
        }
    }

    #[test]
    fn a_plain_prompt_is_one_cell() {
        assert_eq!(
            facts(&plan(&draft(" a cat "), &GenerateRequest::default(), 7)),
            [("a cat", 4, 7)]
        );
    }

    #[test]
    fn wildcards_take_turns_and_the_seed_says_where_to_begin() {
        let draft = draft("{red|blue} cat");
        let base = GenerateRequest::default();
        assert_eq!(
            facts(&plan(&draft, &base, 7)),
            [
                ("blue cat", 1, 7),
                ("red cat", 1, 8),
                ("blue cat", 1, 9),
                ("red cat", 1, 10)
            ]
        );
        assert_eq!(facts(&plan(&draft, &base, 8))[0].0, "red cat");
    }

    #[test]
    fn moods_share_a_seed() {
        let mut draft = draft("a cat");
        draft.count = 1;
        draft.plan = Plan::Moods {
            moods: vec!["happy".into(), "angry".into()],
        };
        let plan = plan(&draft, &GenerateRequest::default(), 3);
        assert_eq!(facts(&plan), [("a happy cat", 1, 3), ("an angry cat", 1, 3)]);
        assert_eq!(plan.cells()[1].label, "angry");
    }

    #[test]
    fn a_grid_has_every_combination() {
        let mut draft = draft("a cat");
        draft.count = 1;
        draft.start = Some(StartPicture {
            sticker: "0".repeat(26).parse().unwrap(),
            strength: 0.5,
        });
        draft.plan = Plan::Grid {
            columns: axis(AxisSetting::Guidance, &[2.0, 4.5]),
            rows: Some(axis(AxisSetting::Strength, &[0.3, 0.9])),
        };
        let base = GenerateRequest {
            init: Some(InitRequest {
                path: "a.png".into(),
                strength: 0.5,
            }),
            ..GenerateRequest::default()
        };
        let plan = plan(&draft, &base, 3);
        let found: Vec<_> = plan.cells().iter().map(|cell| cell.label.as_str()).collect();
        assert_eq!(
            found,
            [
                "guidance 2, strength 0.3",
                "guidance 4.5, strength 0.3",
                "guidance 2, strength 0.9",
                "guidance 4.5, strength 0.9"
            ]
        );
        let last = &plan.cells()[3].request;
        assert_eq!(
            (last.guidance_scale, last.init.as_ref().map(|init| init.strength)),
            (Some(4.5), Some(0.9))
        );
        assert_eq!((plan.columns(), last.seed), (Some(2), Some(3)));
    }

    #[test]
    fn what_cannot_be_made_names_its_field() {
        let adapter = AdapterUse {
            id: "0".repeat(26).parse().unwrap(),
            weight: 1.0,
        };
        let grid = |columns| Plan::Grid { columns, rows: None };
        let with_plan = |plan| Draft { plan, ..draft("a cat") };
        for (draft, field) in [
            (draft("  "), "prompt"),
            (draft("{a"), "prompt"),
            (draft("a\u{7}cat"), "prompt"),
            (
                Draft {
                    count: 0,
                    ..draft("a cat")
                },
                "count",
            ),
            (
                Draft {
                    count: 1001,
                    ..draft("a cat")
                },
                "count",
            ),
            (with_plan(Plan::Moods { moods: vec![] }), "plan"),
            (with_plan(grid(axis(AxisSetting::Steps, &[]))), "plan"),
            (with_plan(grid(axis(AxisSetting::Steps, &[2.5]))), "plan"),
            (with_plan(grid(axis(AxisSetting::Seed, &[-1.0]))), "plan"),
            (with_plan(grid(axis(AxisSetting::Guidance, &[f64::NAN]))), "plan"),
            (with_plan(grid(axis(AxisSetting::Strength, &[0.5]))), "plan"),
            (
                Draft {
                    adapters: vec![adapter],
                    ..with_plan(grid(axis(AxisSetting::AdapterWeight, &[0.5])))
                },
                "plan",
            ),
        ] {
            assert_eq!(Expansion::of(&draft).unwrap_err().field, field, "{draft:?}");
        }
    }
}
