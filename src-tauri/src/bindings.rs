//! The list of commands: by it they are answered, and described to TypeScript.

use tauri::Runtime;
use tauri_specta::{Builder, collect_commands};

#[allow(clippy::wildcard_imports, reason = "every command is meant")]
use crate::commands::*;

/// Every command of the window. `src-tauri/tests/bindings.rs` writes `ui/src/bindings.ts` from it.
pub fn bindings<R: Runtime>() -> Builder<R> {
    Builder::<R>::new().disable_serde_phases().commands(collect_commands![
        start,
        subscribe,
        preview_shown,
        model_options,
        check_draft,
        submit_draft,
        ideas,
        moods,
        prompt_history,
        draft_of,
        variations,
        recreate,
        queue,
        pause_queue,
        job_action,
        move_job,
        stickers,
        sticker_ids,
        sticker,
        set_favourite,
        rate,
        change_tags,
        trash,
        restore,
        empty_trash,
        facets,
        create_set,
        rename_set,
        delete_set,
        add_to_set,
        remove_from_set,
        coverage,
        import_pictures::<tauri::Wry>,
        copy_sticker,
        save_sticker_as::<tauri::Wry>,
        export_stickers::<tauri::Wry>,
        reveal_sticker,
        drag_stickers::<tauri::Wry>,
        models,
        add_model::<tauri::Wry>,
        remove_model,
        adapters,
        import_adapter::<tauri::Wry>,
        export_adapter::<tauri::Wry>,
        rename_adapter,
        delete_adapter,
        change_settings,
        devices,
        test_device,
        choose_data_folder::<tauri::Wry>,
    ])
}
