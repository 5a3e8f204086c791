//! URLs of downloads and repositories.

use crate::error::Fault;

/// An `http` or `https` URL with a host, without credentials (they would be published with the image's
/// manifest) and without fragment.
pub fn download(text: &str) -> Result<(), Fault> {
    let problem = match reqwest::Url::parse(text) {
        Err(error) => format!("`{text}` is no URL: {error}"),
        Ok(url) if !["http", "https"].contains(&url.scheme()) => {
            format!("`{text}` is neither http nor https")
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "the URL has credentials in it".to_owned()
        }
        Ok(url) if url.fragment().is_some() => format!("`{text}` has a fragment"),
        Ok(_) if !text.bytes().all(plain) => {
            format!("`{}` has characters that no URL has", text.escape_debug())
        }
        Ok(_) => return Ok(()),
    };
    let hint = if problem.contains("credentials") {
        "definitions are public: use `--artifact-mirror` for places that ask for a password"
    } else {
        "write `https://…`; of placeholders only `{arch}` is known"
    };
    Err(Fault::input(problem).hint(hint))
}

fn plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_and_https_without_secrets() {
        for good in ["https://example.org/a?b=c", "http://127.0.0.1:8080/x", "https://example.org/a%20b"] {
            assert!(download(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.org/a",
            "ftp://example.org/a",
            "file:///etc/passwd",
            "https://",
            "https://a b/",
            "https://example.org/a#b",
            "https://example.org/{version}",
            "https://example.org/a\n",
        ] {
            assert!(download(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn credentials_are_not_repeated_in_the_error() {
        let fault = download("https://user:hunter2@example.org/").unwrap_err();
        assert!(!fault.message.contains("hunter2"), "{}", fault.message);
    }
}
