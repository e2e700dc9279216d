//! What the page may ask for. Each is one call; what a value means is said where it is declared, in `engine` and `library`.

use engine::effects::Finish;
use engine::library::{
    Adapter, AdapterId, BucketCoverage, Facets, JobId, Pack, PackChange, PackId, Page, Query, Rating, SetId, StickerId,
    StyleSet,
};
use engine::packs::{ContainerKind, EmojiGroup, Platform, PlatformInfo, SheetRequest};
use engine::{
    Device, DeviceTest, Draft, DraftCheck, Error, Exported, FinishOf, FinishOptions, FinishReport, FixedPack, Idea,
    ImportReport, Job, JobAction, Model, ModelOptions, PackDetail, PackExported, PlatformCheck, Preset, Printed, Queue,
    RecipeInside, Settings, Startup, StickerDetail, Studio, StudioEvent,
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

    /// What the Finish screen offers: effects with their ranges, presets, fonts.
    finish_options() -> FinishOptions = |studio| studio.finish_options();
    /// What the Finish screen opens for a sticker: of a finished one its source and its finish.
    finish_of(id: StickerId) -> FinishOf = |studio, id| studio.finish_of(&id);
    /// A sticker with a finish, as pixels: 4 bytes of a length (little-endian), JSON with `width`, `height` and `warnings` of that
    /// length, then straight RGBA. `side`: the longer side is at most this.
    render_finish(id: StickerId, finish: Finish, side: Option<u32>) -> Frame =
        |studio, id, finish, side| studio.render_finish(&id, &finish, side).map(Frame::from);
    /// Finishes stickers and keeps the results as new ones.
    finish_stickers(ids: Vec<StickerId>, finish: Finish) -> FinishReport = |studio, ids, finish| studio.finish_stickers(&ids, &finish);
    /// Ends finishing, packing and printing soon.
    stop_work() -> () = |studio| { studio.stop_work(); Ok(()) };
    /// Keeps a finish under a name; one of that name is replaced.
    save_preset(name: String, finish: Finish) -> Vec<Preset> = |studio, name, finish| studio.save_preset(&name, &finish);
    /// Forgets a preset of the person's.
    delete_preset(name: String) -> Vec<Preset> = |studio, name| studio.delete_preset(&name);

    /// All packs, newest first.
    packs() -> Vec<Pack> = |studio| studio.packs();
    /// A pack and what is in it.
    pack(id: PackId) -> PackDetail = |studio, id| studio.pack(&id);
    /// Makes an empty pack.
    create_pack(title: String, author: String) -> Pack = |studio, title, author| studio.create_pack(&title, &author);
    /// Says what a pack is: this and nothing else.
    change_pack(id: PackId, change: PackChange) -> PackDetail = |studio, id, change| studio.change_pack(&id, &change);
    /// Puts stickers at the end of a pack; those in it already stay where they are.
    add_to_pack(id: PackId, ids: Vec<StickerId>) -> PackDetail = |studio, id, ids| studio.add_to_pack(&id, &ids);
    /// Deletes a pack; its stickers stay.
    delete_pack(id: PackId) -> () = |studio, id| studio.delete_pack(&id);
    /// The platforms, in the order in which they are offered.
    platforms() -> Vec<PlatformInfo> = |_| Ok(Platform::ALL.into_iter().map(Platform::info).collect());
    /// What every platform says to a pack.
    check_pack(id: PackId) -> Vec<PlatformCheck> = |studio, id| studio.check_pack(&id);
    /// Mends what can be mended for a platform; a pack that is too long becomes several.
    fix_pack(id: PackId, platform: Platform) -> FixedPack = |studio, id, platform| studio.fix_pack(&id, platform);
    /// Shows in the file manager what was written last.
    reveal_export() -> () = |studio| reveal(&studio.last_export()?);
    /// Every emoji, by group.
    emoji_groups() -> Vec<EmojiGroup> = |_| Ok(engine::packs::emoji_groups());
    /// Emoji that suit a text, the best first.
    suggest_emoji(text: String) -> Vec<String> = |_, text| Ok(engine::packs::suggest_emoji(&text));

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

/// Saves a sticker as SVG of at most so many colours where the person chooses: the path, or null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_svg<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
    id: StickerId,
    colors: u8,
) -> Answer<Option<String>> {
    let named = id.clone();
    let name = ask(&shell, move |studio| studio.suggested_name(&named)).await?;
    let name = format!("{}.svg", name.trim_end_matches(".png"));
    let Some(path) = dialogs::save(&window, "Save as SVG", &name, ("SVG drawing", "svg")).await? else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    ask(&shell, move |studio| studio.save_svg(&id, colors, &path)).await?;
    Ok(Some(shown))
}

/// Writes a pack where the person chooses; null when the dialog was closed, or the work was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_pack<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
    id: PackId,
    platform: Platform,
) -> Answer<Option<PackExported>> {
    let info = platform.info();
    let named = id.clone();
    let title = format!("Export for {}", info.label);
    let path = match info.container {
        ContainerKind::Folder => dialogs::folder(&window, &title).await?,
        ContainerKind::File => {
            let name = ask(&shell, move |studio| studio.suggested_pack_name(&named)).await?;
            let kind = (info.label, info.suffix.trim_start_matches('.'));
            dialogs::save(&window, &title, &format!("{name}{}", info.suffix), kind).await?
        }
    };
    let Some(path) = path else { return Ok(None) };
    ask(&shell, move |studio| studio.export_pack(&id, platform, &path)).await
}

/// Prints stickers onto sheets, into a folder that the person chooses; null when the dialog was closed, or the work was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn print_sheet<R: Runtime>(
    window: WebviewWindow<R>,
    shell: State<'_, Shell>,
    ids: Vec<StickerId>,
    request: SheetRequest,
) -> Answer<Option<Printed>> {
    let Some(folder) = dialogs::folder(&window, "Print a sheet into a folder").await? else {
        return Ok(None);
    };
    ask(&shell, move |studio| studio.print_sheet(&ids, &request, &folder)).await
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
