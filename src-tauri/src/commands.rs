//! What the page may ask for. Each is one call; what a value means is said where it is declared, in `engine` and `library`.

use engine::library::{
    Adapter, AdapterId, BucketCoverage, Facets, JobId, Page, Query, Rating, SetId, StickerId, StyleSet,
};
use engine::{
    Device, DeviceTest, Draft, DraftCheck, Error, Exported, Idea, ImportReport, Job, JobAction, Model, ModelOptions,
    Queue, RecipeInside, Settings, Startup, StickerDetail, Studio, StudioEvent,
};
use tauri::ipc::Channel;
use tauri::{Runtime, State, WebviewWindow};

use crate::events::{Frame, subscribe as tell_page};
use crate::{Shell, clipboard, dialogs, drag_out};

type Answer<T> = Result<T, Error>;

/// Asks the studio on a worker thread.
async fn ask<T: Send + 'static>(
    shell: &Shell,
    question: impl FnOnce(&Studio) -> Answer<T> + Send + 'static,
) -> Answer<T> {
    let shell = shell.clone();
    on_worker(move || question(&*shell.studio()?)).await
}

async fn on_worker<T: Send + 'static>(work: impl FnOnce() -> Answer<T> + Send + 'static) -> Answer<T> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|reason| {
        Err(Error::internal(format!(
            "a fault of this program ended the command ({reason})"
        )))
    })
}

fn inside(recipe: bool) -> RecipeInside {
    if recipe {
        RecipeInside::Kept
    } else {
        RecipeInside::LeftOut
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty = $question:expr;)+) => {
        $(
            $(#[$doc])*
            #[tauri::command]
            #[specta::specta]
            pub(crate) async fn $name(shell: State<'_, Shell>, $($argument: $kind),*) -> Answer<$answer> {
                ask(&shell, move |studio| {
                    let question: fn(&Studio, $($kind),*) -> Answer<$answer> = $question;
                    question(studio, $($argument),*)
                }).await
            }
        )+
    };
}

commands! {
    /// What a form may ask of a model; without an id the built-in one.
    model_options(model: Option<String>) -> ModelOptions = |studio, model| studio.model_options(model.as_deref());
    /// What a draft would make and what is wrong with it. The draft is kept for the next start.
    check_draft(draft: Draft) -> DraftCheck = |studio, draft| studio.check_draft(&draft);
    /// Puts a draft into the queue.
    submit_draft(draft: Draft) -> Job = |studio, draft| studio.submit(&draft);
    /// Different prompts to begin with; the same seed gives the same ones.
    ideas(seed: u32, count: u32) -> Vec<Idea> = |studio, seed, count| studio.ideas(seed, count);
    /// The moods that a form offers.
    moods() -> Vec<String> = |studio| Ok(studio.moods());
    /// Prompts of the past that contain the text, the newest first.
    prompt_history(text: String, limit: u32) -> Vec<String> = |studio, text, limit| studio.prompt_history(&text, limit);
    /// The draft that makes this sticker again; a person changes it.
    draft_of(id: StickerId) -> Draft = |studio, id| studio.draft_of(&id);
    /// Nearby seeds of this sticker, as a job.
    variations(id: StickerId, count: u32) -> Job = |studio, id, count| studio.variations(&id, count);
    /// The very same picture once more, as a job.
    recreate(id: StickerId) -> Job = |studio, id| studio.recreate(&id);

    /// All jobs.
    queue() -> Queue = |studio| studio.queue();
    /// Begins no further job, or goes on.
    pause_queue(paused: bool) -> () = |studio, paused| studio.pause_queue(paused);
    /// Pauses, resumes, retries, cancels or removes a job.
    job_action(id: JobId, action: JobAction) -> () = |studio, id, action| studio.job_action(&id, action);
    /// Puts a job before another one, or last.
    move_job(id: JobId, before: Option<JobId>) -> () = |studio, id, before| studio.move_job(&id, before.as_ref());

    /// A part of what a query finds.
    stickers(query: Query, offset: u32, limit: u32) -> Page = |studio, query, offset, limit| studio.stickers(&query, offset, limit);
    /// The ids of everything that a query finds, in its order.
    sticker_ids(query: Query) -> Vec<StickerId> = |studio, query| studio.sticker_ids(&query);
    /// Everything known of one sticker.
    sticker(id: StickerId) -> StickerDetail = |studio, id| studio.sticker(&id);
    /// Gives or takes the star.
    set_favourite(ids: Vec<StickerId>, favourite: bool) -> () = |studio, ids, favourite| studio.set_favourite(&ids, favourite);
    /// Sets both parts of the rating; null takes a part away.
    rate(ids: Vec<StickerId>, rating: Rating) -> () = |studio, ids, rating| studio.rate(&ids, rating);
    /// Adds and removes tags.
    change_tags(ids: Vec<StickerId>, add: Vec<String>, remove: Vec<String>) -> () =
        |studio, ids, add, remove| studio.change_tags(&ids, &add, &remove);
    /// Puts stickers into the trash.
    trash(ids: Vec<StickerId>) -> () = |studio, ids| studio.trash(&ids);
    /// Takes stickers out of the trash.
    restore(ids: Vec<StickerId>) -> () = |studio, ids| studio.restore(&ids);
    /// Deletes what is in the trash for good, and says how many.
    empty_trash() -> u32 = |studio| studio.empty_trash();
    /// What the library can be filtered by.
    facets() -> Facets = |studio| studio.facets();
    /// Makes an empty style set.
    create_set(name: String) -> StyleSet = |studio, name| studio.create_set(&name);
    /// Gives a style set another name.
    rename_set(id: SetId, name: String) -> () = |studio, id, name| studio.rename_set(&id, &name);
    /// Takes a style set away; its stickers stay.
    delete_set(id: SetId) -> () = |studio, id| studio.delete_set(&id);
    /// Puts stickers into a style set.
    add_to_set(set: SetId, ids: Vec<StickerId>) -> () = |studio, set, ids| studio.add_to_set(&set, &ids);
    /// Takes stickers out of a style set.
    remove_from_set(set: SetId, ids: Vec<StickerId>) -> () = |studio, set, ids| studio.remove_from_set(&set, &ids);
    /// How well the prompt buckets are covered by ratings.
    coverage() -> Vec<BucketCoverage> = |studio| studio.coverage();

    /// Puts a sticker on the clipboard, as an image.
    copy_sticker(id: StickerId) -> () = |studio, id| clipboard::copy(studio.picture(&id)?);
    /// Shows a sticker's file in the file manager.
    reveal_sticker(id: StickerId) -> () = |studio, id| reveal(&studio.file(&id)?);

    /// The built-in model and those that the person added.
    models() -> Vec<Model> = |studio| Ok(studio.models());
    /// Forgets a model's folder; its files stay.
    remove_model(id: String) -> () = |studio, id| studio.remove_model(&id);
    /// All adapters.
    adapters() -> Vec<Adapter> = |studio| studio.adapters();
    /// Gives an adapter another name.
    rename_adapter(id: AdapterId, name: String) -> () = |studio, id, name| studio.rename_adapter(&id, &name);
    /// Deletes an adapter and its file for good.
    delete_adapter(id: AdapterId) -> () = |studio, id| studio.delete_adapter(&id);

    /// Changes the settings, and gives them back as they are now.
    change_settings(settings: Settings) -> Settings = |studio, settings| studio.change_settings(settings);
    /// The devices of this machine.
    devices() -> Vec<Device> = |studio| Ok(studio.devices());
    /// Loads the built-in model on a device and times it: some seconds.
    test_device(device: String) -> DeviceTest = |studio, device| studio.test_device(device.parse()?);
}

/// File managers that cannot select a file at least open its folder.
fn reveal(path: &std::path::Path) -> Answer<()> {
    let folder = path.parent().unwrap_or(path);
    tauri_plugin_opener::reveal_item_in_dir(path)
        .or_else(|_| tauri_plugin_opener::open_path(folder, None::<&str>))
        .map_err(|reason| {
            Error::input(format!(
                "no file manager opened ({reason}); open the folder yourself: {}",
                folder.display()
            ))
        })
}

/// What the page needs first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start(shell: State<'_, Shell>) -> Answer<Startup> {
    let shell = shell.inner().clone();
    on_worker(move || shell.startup()).await
}

/// Everything that happens from now on. At most one preview is under way.
#[tauri::command]
#[specta::specta]
pub(crate) async fn subscribe(
    shell: State<'_, Shell>,
    events: Channel<StudioEvent>,
    previews: Channel<Frame>,
) -> Answer<()> {
    let shell = shell.inner().clone();
    on_worker(move || tell_page(&shell, events, previews)).await
}

/// The page has drawn the last preview and can take the next.
#[tauri::command]
#[specta::specta]
pub(crate) fn preview_shown(shell: State<'_, Shell>) {
    shell.page_is_ready();
}

/// Imports files that the person chooses; null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_pictures<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
) -> Answer<Option<ImportReport>> {
    let Some(files) = dialogs::pictures(&window).await? else {
        return Ok(None);
    };
    ask(&shell, move |studio| Ok(Some(studio.import(&files)))).await
}

/// Saves a sticker where the person chooses, with or without its recipe inside: the path, or null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_sticker_as<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
    id: StickerId,
    recipe: bool,
) -> Answer<Option<String>> {
    let named = id.clone();
    let name = ask(&shell, move |studio| studio.suggested_name(&named)).await?;
    let Some(path) = dialogs::save(&window, "Save sticker", &name, ("PNG image", "png")).await? else {
        return Ok(None);
    };
    let saved = ask(&shell, move |studio| studio.save_as(&id, &path, inside(recipe))).await?;
    Ok(Some(saved.display().to_string()))
}

/// Writes stickers into a folder that the person chooses; null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_stickers<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
    ids: Vec<StickerId>,
    recipe: bool,
) -> Answer<Option<Exported>> {
    let Some(folder) = dialogs::folder(&window, "Export stickers").await? else {
        return Ok(None);
    };
    ask(&shell, move |studio| {
        studio.export(&ids, &folder, inside(recipe)).map(Some)
    })
    .await
}

/// Starts the system's drag of the stickers' files out of the window. The button is down already.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drag_stickers<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
    ids: Vec<StickerId>,
) -> Answer<()> {
    let Some(first) = ids.first().cloned() else {
        return Ok(());
    };
    let (files, picture) = ask(&shell, move |studio| {
        let files: Answer<Vec<_>> = ids.iter().map(|id| studio.file(id)).collect();
        Ok((files?, studio.thumbnail(&first)?))
    })
    .await?;
    drag_out::start(&window, files, picture)
}

/// Checks a folder that the person chooses and takes it into the list of models; null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_model<R: Runtime>(window: WebviewWindow<R>, shell: State<'_, Shell>) -> Answer<Option<Model>> {
    let Some(folder) = dialogs::folder(&window, "Add a model folder").await? else {
        return Ok(None);
    };
    ask(&shell, move |studio| studio.add_model(&folder).map(Some)).await
}

/// Imports a LoRA file that the person chooses; null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_adapter<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
) -> Answer<Option<Adapter>> {
    let Some(path) = dialogs::adapter(&window).await? else {
        return Ok(None);
    };
    ask(&shell, move |studio| studio.import_adapter(&path).map(Some)).await
}

/// Saves an adapter's file where the person chooses: the path, or null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_adapter<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
    id: AdapterId,
) -> Answer<Option<String>> {
    let named = id.clone();
    let name = ask(&shell, move |studio| studio.suggested_adapter_name(&named)).await?;
    let Some(path) = dialogs::save(&window, "Export adapter", &name, ("LoRA adapter", "safetensors")).await? else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    ask(&shell, move |studio| studio.export_adapter(&id, &path)).await?;
    Ok(Some(shown))
}

/// Chooses where the library is from the next start on; null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_data_folder<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
) -> Answer<Option<String>> {
    let Some(folder) = dialogs::folder(&window, "Choose the data folder").await? else {
        return Ok(None);
    };
    let chosen = ask(&shell, move |studio| studio.choose_data_folder(&folder)).await?;
    Ok(Some(chosen.display().to_string()))
}
