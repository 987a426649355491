//! What a file is: judged by its first bytes, not by its name or by what its sender says.
//!
//! Only kinds that are known are taken, so that nothing is handed out that a browser or a desktop would
//! run. Anything else goes in a ZIP, which is opened on purpose. The name's end is made to fit what the
//! content is, since a desktop goes by that: a text called `a.bat` is handed out as `a.bat.txt`.

use infer::MatcherType;

/// Bytes of a file that are looked at.
pub(super) const HEAD_BYTES: usize = 8 << 10;

/// A kind of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Its media type, as it is handed out.
    pub(super) media_type: &'static str,
    /// What such a name ends in; the first is put on others.
    pub(super) endings: &'static [&'static str],
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotTaken {
    /// Nothing in it.
    #[error("This file is empty. Send one with something in it.")]
    Empty,
    /// A program, a script or a page that could run one.
    #[error(
        "Programs, scripts and web pages are not taken. Put the file into a ZIP and send that."
    )]
    Runs,
    /// Nobody knows what it is.
    #[error(
        "This kind of file is not taken. Send a picture, a PDF, a document, text, sound, film or a ZIP."
    )]
    Unknown,
}

/// Media types that a page may show as a picture: no browser runs anything in them.
pub(super) const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Ends of names that some desktop runs, whatever the content is.
const RUN_BY_NAME: [&str; 46] = [
    "apk",
    "app",
    "appref-ms",
    "bat",
    "chm",
    "cmd",
    "com",
    "command",
    "cpl",
    "desktop",
    "dll",
    "dmg",
    "exe",
    "gadget",
    "hta",
    "htm",
    "html",
    "inf",
    "iso",
    "jar",
    "js",
    "jse",
    "lnk",
    "mht",
    "mhtml",
    "mjs",
    "msc",
    "msi",
    "msp",
    "php",
    "pif",
    "ps1",
    "psm1",
    "reg",
    "scf",
    "scr",
    "sh",
    "svg",
    "svgz",
    "swf",
    "url",
    "vbe",
    "vbs",
    "wsf",
    "wsh",
    "xhtml",
];

const PLAIN: Kind = Kind {
    media_type: "text/plain; charset=utf-8",
    endings: &[
        "txt", "csv", "tsv", "md", "log", "json", "xml", "yaml", "yml", "toml", "ini", "conf",
        "ics", "vcf", "eml", "srt", "vtt", "tex", "diff", "patch", "sql",
    ],
};
const UTF_16: Kind = Kind { media_type: "text/plain; charset=utf-16", ..PLAIN };

/// By what `infer` calls it: kinds that need more than their own name as an end, or another type.
const KNOWN: [Kind; 22] = [
    Kind { media_type: "image/jpeg", endings: &["jpg", "jpeg", "jfif"] },
    Kind { media_type: "image/tiff", endings: &["tif", "tiff"] },
    Kind { media_type: "image/heif", endings: &["heic", "heif"] },
    Kind { media_type: "application/pdf", endings: &["pdf"] },
    Kind { media_type: "application/rtf", endings: &["rtf"] },
    Kind { media_type: "application/epub+zip", endings: &["epub"] },
    Kind {
        media_type: "application/zip",
        endings: &[
            "zip", "docx", "xlsx", "pptx", "docm", "xlsm", "pptm", "odt", "ods", "odp", "odg",
            "epub", "pages", "numbers", "key", "kmz", "usdz",
        ],
    },
    Kind { media_type: "application/gzip", endings: &["gz", "tgz"] },
    Kind { media_type: "application/x-tar", endings: &["tar"] },
    Kind { media_type: "application/x-bzip2", endings: &["bz2", "tbz"] },
    Kind { media_type: "application/x-xz", endings: &["xz", "txz"] },
    Kind { media_type: "application/zstd", endings: &["zst"] },
    Kind { media_type: "application/x-7z-compressed", endings: &["7z"] },
    Kind { media_type: "application/vnd.rar", endings: &["rar"] },
    Kind { media_type: "audio/mpeg", endings: &["mp3"] },
    Kind { media_type: "audio/m4a", endings: &["m4a"] },
    Kind { media_type: "audio/ogg", endings: &["ogg", "oga", "opus"] },
    Kind { media_type: "audio/x-wav", endings: &["wav"] },
    Kind { media_type: "audio/midi", endings: &["mid", "midi"] },
    Kind { media_type: "video/mp4", endings: &["mp4", "m4v"] },
    Kind { media_type: "video/quicktime", endings: &["mov", "qt"] },
    Kind { media_type: "video/mpeg", endings: &["mpg", "mpeg"] },
];

/// What Office wrote until 2003, by the name's end: inside, all of these are one container, which
/// installers are too.
const OLD_OFFICE: [Kind; 3] = [
    Kind { media_type: "application/msword", endings: &["doc", "dot"] },
    Kind { media_type: "application/vnd.ms-excel", endings: &["xls", "xlt"] },
    Kind { media_type: "application/vnd.ms-powerpoint", endings: &["ppt", "pps"] },
];
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The kind of a file, by its first [`HEAD_BYTES`] (or all, if it has fewer) and its name.
///
/// # Errors
/// [`NotTaken`]; the sentence says what to do.
pub(super) fn judge(head: &[u8], name: &str) -> Result<Kind, NotTaken> {
    if head.is_empty() {
        return Err(NotTaken::Empty);
    }
    let ending = ending(name);
    if RUN_BY_NAME.contains(&ending.as_str()) {
        return Err(NotTaken::Runs);
    }
    if head.starts_with(OLE) {
        let found = OLD_OFFICE.iter().find(|it| it.endings.contains(&ending.as_str()));
        return found.copied().ok_or(NotTaken::Unknown);
    }
    if let Some(plain) = plain(head) {
        return text(head, plain);
    }
    let found = infer::get(head).ok_or(NotTaken::Unknown)?;
    let own = (found.mime_type(), found.extension());
    match found.matcher_type() {
        MatcherType::App => Err(NotTaken::Runs),
        MatcherType::Image | MatcherType::Audio | MatcherType::Video | MatcherType::Doc => {
            Ok(known(own))
        }
        MatcherType::Archive | MatcherType::Book | MatcherType::Text => {
            let is_known = |it: &&Kind| it.media_type == own.0;
            KNOWN.iter().find(is_known).copied().ok_or(NotTaken::Unknown)
        }
        MatcherType::Font | MatcherType::Custom => Err(NotTaken::Unknown),
    }
}

/// What the name ends in, in lower case; empty where there is no dot.
pub(super) fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or(String::new(), |(_, it)| it.to_ascii_lowercase())
}

fn known((media_type, extension): (&'static str, &'static str)) -> Kind {
    let found = KNOWN.iter().find(|it| it.media_type == media_type).copied();
    found.unwrap_or_else(|| Kind { media_type, endings: one_of(extension) })
}

/// A list of the one end that `infer` knows.
fn one_of(extension: &'static str) -> &'static [&'static str] {
    const ALONE: [&[&str]; 24] = [
        &["png"],
        &["gif"],
        &["webp"],
        &["bmp"],
        &["avif"],
        &["ico"],
        &["jp2"],
        &["jxl"],
        &["psd"],
        &["cr2"],
        &["docx", "docm"],
        &["xlsx", "xlsm"],
        &["pptx", "pptm"],
        &["odt"],
        &["ods"],
        &["odp"],
        &["webm"],
        &["mkv"],
        &["avi"],
        &["wmv"],
        &["flac"],
        &["aac"],
        &["aiff"],
        &["amr"],
    ];
    ALONE.iter().find(|it| it.contains(&extension)).copied().unwrap_or(&["bin"])
}

/// Text that says of itself what else it is, or else plain.
fn text(head: &[u8], plain: Kind) -> Result<Kind, NotTaken> {
    let says = |mime: &str| infer::is_mime(head, mime);
    if says("application/pdf") || says("application/rtf") {
        let media_type =
            if says("application/rtf") { "application/rtf" } else { "application/pdf" };
        return Ok(known((media_type, "")));
    }
    let lower = head.to_ascii_lowercase();
    let has = |tag: &[u8]| lower.windows(tag.len()).any(|it| it == tag);
    let is_page =
        [&b"<svg"[..], b"<html", b"<!doctype html", b"<script", b"<?php"].into_iter().any(has);
    let runs = is_page || says("text/html") || says("text/x-shellscript");
    if runs { Err(NotTaken::Runs) } else { Ok(plain) }
}

/// Whether it can be read: no control characters but those of lines, in whatever characters.
fn plain(head: &[u8]) -> Option<Kind> {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        // Two bytes for a character, of which the even or the odd ones are often 0; film begins so as well.
        let units = head.chunks_exact(2).map(|it| [it[0], it[1]]);
        let is_big = head[0] == 0xfe;
        let units =
            units.map(|it| if is_big { u16::from_be_bytes(it) } else { u16::from_le_bytes(it) });
        let is_text = char::decode_utf16(units).all(|it| it.is_ok_and(|it| !is_control(it)));
        return is_text.then_some(UTF_16);
    }
    let is_text = head.iter().all(|it| !is_control(char::from(*it)) || *it >= 0x80);
    let begins_as_utf_8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The last character may go on behind the head.
        Err(error) => error.error_len().is_none(),
    };
    (is_text && begins_as_utf_8).then_some(PLAIN)
}

fn is_control(it: char) -> bool {
    it.is_control() && !matches!(it, '\t' | '\n' | '\r' | '\x0c' | '\x1b')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
    const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0\0\0!\0";

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        let taken = |head: &[u8], name: &str| judge(head, name).map(|it| it.media_type);
        let table: [(&[u8], &str, &str); 13] = [
            (PNG, "a.png", "image/png"),
            (JPEG, "holiday.JPG", "image/jpeg"),
            (JPEG, "holiday.png", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0\x80\0", "a.gif", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a.pdf", "application/pdf"),
            (b"%PDF-1.4\nplain", "a.pdf", "application/pdf"),
            (ZIP, "a.zip", "application/zip"),
            (b"ID3\x03\0\0\0\0\0\0", "a.mp3", "audio/mpeg"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", "a.mp4", "video/mp4"),
            ("Grüße\nMZ".as_bytes(), "a.txt", "text/plain; charset=utf-8"),
            (b"MZ is where they are from", "a.txt", "text/plain; charset=utf-8"),
            (b"\xff\xfea\0;\0b\0", "a.csv", "text/plain; charset=utf-16"),
        ];
        for (head, name, wanted) in table {
            assert_eq!(taken(head, name), Ok(wanted), "{name} {head:?}");
        }
        assert_eq!(taken(OLE, "letter.doc"), Ok("application/msword"));
    }

    #[test]
    fn what_runs_is_not_taken_whatever_it_is_called() {
        let table: [(&[u8], &str); 13] = [
            (ELF, "photo.png"),
            (EXE, "letter.pdf"),
            (b"#!/bin/sh\nrm -rf /", "notes.txt"),
            (b"<!DOCTYPE html><title>x</title>", "a.txt"),
            (b"  <html><body>", "a"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.png"),
            (b"<?xml version='1.0'?><!-- a --><SVG onload='x()'/>", "a.xml"),
            (b"hello <script>alert(1)</script>", "a.txt"),
            (PNG, "a.html"),
            (b"WScript.Echo(1)", "a.JS"),
            (ZIP, "a.jar"),
            (b"[InternetShortcut]", "a.url"),
            (b"<?php system($_GET[0]);", "a.txt"),
        ];
        for (head, name) in table {
            assert_eq!(judge(head, name), Err(NotTaken::Runs), "{name} {head:?}");
        }
    }

    #[test]
    fn what_nobody_knows_is_not_taken() {
        assert_eq!(judge(b"\x01\x02\x03\x04\x05", "a.bin"), Err(NotTaken::Unknown));
        assert_eq!(judge(OLE, "setup"), Err(NotTaken::Unknown), "installers are such containers");
        assert_eq!(judge(b"", "a.txt"), Err(NotTaken::Empty));
    }

    #[test]
    fn a_text_may_be_cut_in_the_middle_of_a_character() {
        let text = "ä".repeat(10);
        assert_eq!(judge(&text.as_bytes()[..19], "a.txt"), Ok(PLAIN));
        assert_eq!(judge(b"caf\xe9 latin", "a.txt"), Err(NotTaken::Unknown));
    }
}
