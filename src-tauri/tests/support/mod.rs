//! A page without a window: Tauri's own IPC on the mock runtime, with the program's real configuration and permissions.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use engine::{Picture, Places, Studio};
use serde_json::{Value, json};
use sticker_studio::Shell;
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(2);
/// An id of the right form that nothing has.
pub const NOBODY: &str = "00000000000000000000000000";
/// The bundled page's address.
pub const HOME: &str = "tauri://localhost";

/// What came on a channel: its number, and the message.
type Messages = Arc<Mutex<Vec<(u32, InvokeResponseBody)>>>;

/// One page and the studio behind it.
pub struct Page {
    pub root: TempDir,
    pub shell: Shell,
    messages: Messages,
    window: WebviewWindow<MockRuntime>,
    app: App<MockRuntime>,
}

impl Page {
    /// A page whose studio is open in an empty folder.
    pub fn open() -> Self {
        let page = Self::unopened(tempfile::tempdir().unwrap());
        page.shell.open();
        page
    }

    /// A page that waits for its studio.
    pub fn unopened(root: TempDir) -> Self {
        let shell = Shell::new(Places::within(root.path()));
        let messages = Messages::default();
        let heard = messages.clone();
        let builder = mock_builder().channel_interceptor(move |_, channel, _, body| {
            heard.lock().unwrap().push((channel.0, body.clone()));
            true
        });
        let app = sticker_studio::builder(builder, shell.clone())
            .build(sticker_studio::context())
            .unwrap();
        let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default())
            .build()
            .unwrap();
        Self {
            root,
            shell,
            messages,
            window,
            app,
        }
    }

    pub fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        request(&self.window, command, arguments, HOME)
    }

    pub fn call_from(&self, url: &str, command: &str, arguments: Value) -> Result<Value, Value> {
        request(&self.window, command, arguments, url)
    }

    /// As [`Page::call`], from another window of the program.
    pub fn call_from_window(&self, label: &str, command: &str) -> Result<Value, Value> {
        let window = WebviewWindowBuilder::new(&self.app, label, tauri::WebviewUrl::default())
            .build()
            .unwrap();
        request(&window, command, json!({}), HOME)
    }

    /// The answer of a command that must succeed.
    pub fn ask(&self, command: &str, arguments: Value) -> Value {
        self.call(command, arguments.clone())
            .unwrap_or_else(|error| panic!("{command} {arguments}: {error}"))
    }

    /// The sentence of a command that must fail as a person can understand.
    pub fn refusal(&self, command: &str, arguments: Value) -> String {
        let error = match self.call(command, arguments.clone()) {
            Ok(answer) => panic!("{command} {arguments} is answered with {answer}"),
            Err(error) => error,
        };
        let message = error["message"]
            .as_str()
            .unwrap_or_else(|| panic!("{command} {arguments}: {error}"))
            .to_owned();
        assert!(
            message.contains(' ') && message.starts_with(char::is_lowercase) && !message.ends_with('.'),
            "{message}"
        );
        assert_ne!(error["code"], "internal", "{command} {arguments}: {message}");
        message
    }

    pub fn studio(&self) -> Arc<Studio> {
        self.shell.studio().unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// A picture in the library, imported from a file of this name.
    pub fn sticker(&self, name: &str) -> String {
        let path = self.path(&format!("{name}.png"));
        engine::write_png(&path, &picture(name)).unwrap();
        let report = self.studio().import(&[path]);
        report.imported[0].id.to_string()
    }

    /// What came on a channel so far.
    pub fn heard(&self, channel: u32) -> Vec<InvokeResponseBody> {
        let messages = self.messages.lock().unwrap();
        messages
            .iter()
            .filter(|(number, _)| *number == channel)
            .map(|(_, body)| body.clone())
            .collect()
    }

    /// The events that came on a channel so far.
    pub fn events(&self, channel: u32) -> Vec<Value> {
        let read = |body: InvokeResponseBody| match body {
            InvokeResponseBody::Json(text) => serde_json::from_str(&text).unwrap(),
            InvokeResponseBody::Raw(bytes) => panic!("{} bytes among the events", bytes.len()),
        };
        self.heard(channel).into_iter().map(read).collect()
    }
}

fn request(window: &WebviewWindow<MockRuntime>, command: &str, arguments: Value, url: &str) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: tauri::http::HeaderMap::new(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| match body {
        InvokeResponseBody::Raw(bytes) => json!(bytes),
        InvokeResponseBody::Json(text) => serde_json::from_str(&text).unwrap(),
    })
}

/// A small picture, another one for each name.
pub fn picture(name: &str) -> Picture {
    let bytes = name.bytes().chain(*b"sticker").cycle().take(8 * 8 * 4);
    Picture {
        width: 8,
        height: 8,
        rgba: bytes.collect(),
    }
}

/// Waits until there is an answer.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The default form, with this prompt.
pub fn draft(prompt: &str) -> Value {
    let mut draft = serde_json::to_value(engine::Draft::default()).unwrap();
    draft["prompt"] = prompt.into();
    draft
}

/// The default query.
pub fn query() -> Value {
    serde_json::to_value(engine::library::Query::default()).unwrap()
}

/// Small models and adapters that python diffusers wrote.
pub fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/parity/fixtures")
        .join(path)
}
