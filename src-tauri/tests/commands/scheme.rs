//! The addresses of pictures, and of pages.

use sticker_studio::{Asked, asked, is_our_page};
use tauri::http::{Method, StatusCode};

const ID: &str = "01arz3ndektsv4rrffq69g5fav";

#[test]
fn two_kinds_of_addresses_are_pictures() {
    for method in [Method::GET, Method::HEAD] {
        assert_eq!(
            asked(&method, &format!("/thumb/{ID}")),
            Ok(Asked::Thumbnail(ID.parse().unwrap()))
        );
        assert_eq!(
            asked(&method, &format!("/full/{ID}")),
            Ok(Asked::Full(ID.parse().unwrap()))
        );
    }
}

#[test]
fn no_other_address_is_anything() {
    for path in [
        "",
        "/",
        "//",
        "/thumb",
        "/thumb/",
        "/thumb/../x",
        "/thumb/..%2f..%2fetc%2fpasswd",
        "/../../etc/passwd",
        "/thumb/../../../../../../etc/passwd",
        "/etc/passwd",
        "/thumb/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/thumb/01arz3ndektsv4rrffq69g5fa",
        "/thumb/01arz3ndektsv4rrffq69g5favx",
        "/thumb/01arz3ndektsv4rrffq69g5fav.png",
        "/thumb/01arz3ndektsv4rrffq69g5fav/",
        "/thumb/01arz3ndektsv4rrffq69g5fav/..",
        "/thumb//01arz3ndektsv4rrffq69g5fav",
        "//thumb/01arz3ndektsv4rrffq69g5fav",
        "/Thumb/01arz3ndektsv4rrffq69g5fav",
        "/adapters/01arz3ndektsv4rrffq69g5fav",
        "thumb/01arz3ndektsv4rrffq69g5fav",
        "/thumb/01arz3ndektsv4rrffq69g5f\u{0}v",
        "/thumb/01arz3ndektsv4rrffq69g5f..",
        "/thumb/..\\..\\..\\..\\..\\..\\..\\..\\win",
        "/thumb/%30%31arz3ndektsv4rrffq69g5fav",
    ] {
        assert_eq!(asked(&Method::GET, path), Err(StatusCode::NOT_FOUND), "{path}");
    }
    let long = format!("/thumb/{}", "a".repeat(1 << 20));
    assert_eq!(asked(&Method::GET, &long), Err(StatusCode::NOT_FOUND));
}

#[test]
fn pictures_are_only_read() {
    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::OPTIONS,
        Method::TRACE,
        Method::CONNECT,
    ] {
        for path in [format!("/thumb/{ID}"), "/etc/passwd".to_owned()] {
            assert_eq!(
                asked(&method, &path),
                Err(StatusCode::METHOD_NOT_ALLOWED),
                "{method} {path}"
            );
        }
    }
}

#[test]
fn only_the_bundled_page_is_ours() {
    for url in ["tauri://localhost", "tauri://localhost/index.html#/library"] {
        assert!(is_our_page(&url.parse().unwrap()), "{url}");
    }
    for url in [
        "https://example.com",
        #[cfg(not(windows))]
        "http://tauri.localhost/",
        "http://localhost:1420",
        "http://localhost",
        "https://localhost",
        "tauri://localhost.example.com",
        "https://tauri.localhost.example.com",
        "https://tauri.localhost@example.com",
        "file:///etc/passwd",
        "data:text/html,<p>",
        "about:blank",
        "javascript:alert(1)",
        "sticker://localhost/full/x",
        "blob:tauri://localhost/1",
    ] {
        assert!(!is_our_page(&url.parse().unwrap()), "{url}");
    }
}
