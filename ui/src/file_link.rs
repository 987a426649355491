//! Files among the messages: a message that is nothing but the address of a file at this desk.

use shared::data_uri::percent_decode;
use shared::desk::FILES_PATH;

/// A file that somebody sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLink {
    /// Where it is.
    pub url: String,
    /// What it is called.
    pub name: String,
}

/// Ends of the names of what any browser shows as a picture, and the desk hands out to be shown.
const PICTURES: [&str; 5] = ["png", "jpg", "jpeg", "gif", "webp"];

impl FileLink {
    /// The file that a message is, by the origin of the desk (such as `https://chat.example`); `None`
    /// where it says anything else.
    pub fn read(text: &str, origin: &str) -> Option<Self> {
        let url = text.trim();
        let (id, name) = url.strip_prefix(origin)?.strip_prefix(FILES_PATH)?.split_once('/')?;
        let is_id = !id.is_empty() && id.bytes().all(|it| it.is_ascii_alphanumeric());
        let is_segment = name.bytes().all(|it| it.is_ascii_graphic() && !b"/?#\"<>".contains(&it));
        let name = String::from_utf8(percent_decode(name, false)).ok()?;
        // The desk gives no such names: this address is somebody's own make.
        let is_name =
            !name.is_empty() && name.chars().all(|it| !it.is_control() && it != '\u{202e}');
        (is_id && is_segment && is_name).then(|| Self { url: url.to_owned(), name })
    }

    /// What the name ends in, in capitals, such as `PDF`; empty where it ends in nothing.
    pub fn kind(&self) -> String {
        self.name.rsplit_once('.').map_or(String::new(), |(_, it)| it.to_ascii_uppercase())
    }

    /// Whether it can be shown as a picture.
    pub fn is_picture(&self) -> bool {
        PICTURES.contains(&self.kind().to_ascii_lowercase().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::FileLink;

    const ORIGIN: &str = "https://chat.example";

    #[test]
    fn a_message_that_is_a_files_address_is_the_file() {
        let url = "https://chat.example/desk/files/ab12/my%20caf%C3%A9.PNG";
        let link = FileLink::read(&format!(" {url}\n"), ORIGIN).unwrap();
        assert_eq!((link.url.as_str(), link.name.as_str()), (url, "my café.PNG"));
        assert_eq!((link.kind().as_str(), link.is_picture()), ("PNG", true));
        let pdf = FileLink::read("https://chat.example/desk/files/a/b.pdf", ORIGIN).unwrap();
        assert_eq!((pdf.kind().as_str(), pdf.is_picture()), ("PDF", false));
    }

    #[test]
    fn wid_16_anything_else_stays_a_text() {
        for text in [
            "see https://chat.example/desk/files/a/b.png",
            "https://chat.example/desk/files/a/b.png and more",
            "https://other.example/desk/files/a/b.png",
            "https://chat.example.evil.example/desk/files/a/b.png",
            "https://chat.example/desk/files/a/",
            "https://chat.example/desk/files//b.png",
            "https://chat.example/desk/files/../b.png",
            "https://chat.example/desk/files/a/b/c.png",
            "https://chat.example/desk/files/a/b.png?x=1",
            "https://chat.example/desk/files/a/%E2%80%AEgnp.exe",
            "https://chat.example/desk/files/a/%ff.png",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(FileLink::read(text, ORIGIN), None, "{text:?}");
        }
    }
}
