//! Line by line: paragraphs, lists, quotes, code, files, cards and answers to choose from.

use super::{Block, Inline, REPLIES_MAX, REPLY_CHARS_MAX, inlines};
use crate::file_link::FileLink;

/// What begins and ends code.
const FENCE: &str = "```";

/// Reads a message; `origin` is where the desk's files are, such as `https://chat.example`.
pub fn blocks(text: &str, origin: &str) -> Vec<Block> {
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    let replies = lines.last().and_then(|it| replies(it));
    if replies.is_some() {
        lines.pop();
    }
    let mut page = Page { origin, out: Vec::new(), card: None, open: Open::Nothing };
    for line in lines {
        page.line(line);
    }
    page.close();
    page.close_card();
    page.out.extend(replies.map(Block::Replies));
    page.out
}

/// What the lines before began and the next one may go on with.
enum Open<'a> {
    Nothing,
    Paragraph(Vec<&'a str>),
    List(Option<u32>, Vec<&'a str>),
    Quote(Vec<&'a str>),
    Code(Vec<&'a str>),
}

/// What stands behind `#`, and what came below it.
type OpenCard = (Vec<Inline>, Vec<Block>);

struct Page<'a> {
    origin: &'a str,
    out: Vec<Block>,
    card: Option<OpenCard>,
    open: Open<'a>,
}

impl<'a> Page<'a> {
    fn line(&mut self, line: &'a str) {
        if let Open::Code(code) = &mut self.open {
            if line.trim() == FENCE {
                self.close();
            } else {
                code.push(line);
            }
            return;
        }
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.close();
        } else if trimmed.starts_with(FENCE) && !trimmed[FENCE.len()..].contains('`') {
            self.close();
            self.open = Open::Code(Vec::new());
        } else if let Some(title) = heading(trimmed) {
            self.close();
            self.close_card();
            self.card = Some((inlines(title), Vec::new()));
        } else if let Some(file) = FileLink::read(trimmed, self.origin) {
            self.close();
            self.push(Block::File(file));
        } else if let Some(action) = self.card.as_ref().and_then(|_| action(trimmed)) {
            self.close();
            self.push(action);
        } else {
            self.text(line, trimmed);
        }
    }

    /// A line that may go on with what is open.
    fn text(&mut self, line: &'a str, trimmed: &'a str) {
        if let Some((number, item)) = item(trimmed) {
            match &mut self.open {
                Open::List(first, items) if first.is_some() == number.is_some() => items.push(item),
                _ => {
                    self.close();
                    self.open = Open::List(number, vec![item]);
                }
            }
        } else if let Some(said) = trimmed.strip_prefix('>') {
            if let Open::Quote(lines) = &mut self.open {
                lines.push(said.trim_start());
            } else {
                self.close();
                self.open = Open::Quote(vec![said.trim_start()]);
            }
        } else {
            if let Open::Paragraph(lines) = &mut self.open {
                lines.push(line);
            } else {
                self.close();
                self.open = Open::Paragraph(vec![line]);
            }
        }
    }

    fn close(&mut self) {
        let block = match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => return,
            Open::Paragraph(lines) => Block::Paragraph(inlines(&lines.join("\n"))),
            Open::List(first, items) => {
                Block::List { first, items: items.into_iter().map(inlines).collect() }
            }
            Open::Quote(lines) => Block::Quote(inlines(&lines.join("\n"))),
            Open::Code(lines) => Block::Code(lines.join("\n")),
        };
        self.push(block);
    }

    fn push(&mut self, block: Block) {
        self.card.as_mut().map_or(&mut self.out, |it| &mut it.1).push(block);
    }

    fn close_card(&mut self) {
        if let Some((title, body)) = self.card.take() {
            self.out.push(Block::Card { title, body });
        }
    }
}

/// `# title`; more signs mean no less here.
fn heading(line: &str) -> Option<&str> {
    let title = line.trim_start_matches('#');
    let depth = line.len() - title.len();
    let title = title.strip_prefix(' ')?.trim();
    (1..=3).contains(&depth).then_some(title).filter(|it| !it.is_empty())
}

/// `- item`, `* item`, `• item` or `1. item`, with the number.
fn item(line: &str) -> Option<(Option<u32>, &str)> {
    if let Some(item) = ["- ", "* ", "• "].iter().find_map(|it| line.strip_prefix(it)) {
        return Some((None, item.trim_start()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let item = line[digits..].strip_prefix(['.', ')'])?.strip_prefix(' ')?;
    // A year that ends a sentence is no item's number.
    let number = line[..digits].parse().ok().filter(|it| *it < 1_000)?;
    Some((Some(number), item.trim_start()))
}

/// A line that is one link with words of its own.
fn action(line: &str) -> Option<Block> {
    match <[Inline; 1]>::try_from(inlines(line)).ok()? {
        [Inline::Link { url, label }] if url != label => Some(Block::Action { url, label }),
        _ => None,
    }
}

/// `[[Yes]] [[No]]`
fn replies(line: &str) -> Option<Vec<String>> {
    let mut rest = line.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (reply, after) = rest.strip_prefix("[[")?.split_once("]]")?;
        let reply = reply.trim();
        let is_short = !reply.is_empty() && reply.chars().count() <= REPLY_CHARS_MAX;
        if !is_short || reply.contains('[') || found.len() == REPLIES_MAX {
            return None;
        }
        found.push(reply.to_owned());
        rest = after.trim_start();
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::super::{Block, Inline};
    use super::blocks;

    const ORIGIN: &str = "https://chat.example";

    fn text(it: &str) -> Vec<Inline> {
        vec![Inline::Text(it.to_owned())]
    }

    fn read(it: &str) -> Vec<Block> {
        blocks(it, ORIGIN)
    }

    #[test]
    fn a_text_without_markup_is_one_paragraph_and_keeps_its_lines() {
        assert_eq!(read("one\n  two - three"), [Block::Paragraph(text("one\n  two - three"))]);
        assert_eq!(read("a\n\nb"), [Block::Paragraph(text("a")), Block::Paragraph(text("b"))]);
        assert_eq!(read("\n \n"), []);
        assert_eq!(read("#5 is yours\n1.5 kg\n2024."), read("#5 is yours\n1.5 kg\n2024.  "));
        assert_eq!(read("In\n2024. It was"), [Block::Paragraph(text("In\n2024. It was"))]);
    }

    #[test]
    fn lists_quotes_and_code_are_told_by_how_their_lines_begin() {
        assert_eq!(
            read(
                "Try:\n- this\n* that\n3. or\n4) so\n> said\n> twice\n```rust\nlet a = *b*;\n```\nend"
            ),
            [
                Block::Paragraph(text("Try:")),
                Block::List { first: None, items: vec![text("this"), text("that")] },
                Block::List { first: Some(3), items: vec![text("or"), text("so")] },
                Block::Quote(text("said\ntwice")),
                Block::Code("let a = *b*;".to_owned()),
                Block::Paragraph(text("end")),
            ]
        );
        assert_eq!(read("```\n- open"), [Block::Code("- open".to_owned())], "never closed");
    }

    #[test]
    fn a_card_has_what_stands_below_its_title() {
        let url = "https://chat.example/desk/files/ab/tent.png";
        let message = format!(
            "Look:\n# Tent\n{url}\nFor **two**\n[Buy it](https://shop.example/1)\n# Mat\nsoft\n[[This]] [[That one]]"
        );
        let read = read(&message);
        let [
            Block::Paragraph(_),
            Block::Card { title, body },
            Block::Card { body: second, .. },
            Block::Replies(replies),
        ] = &read[..]
        else {
            panic!("{read:?}")
        };
        assert_eq!(*title, text("Tent"));
        assert!(matches!(&body[0], Block::File(it) if it.url == url && it.is_picture()));
        assert!(matches!(&body[1], Block::Paragraph(_)));
        let (url, label) = ("https://shop.example/1".to_owned(), "Buy it".to_owned());
        assert_eq!(body[2], Block::Action { url, label });
        assert_eq!(*second, [Block::Paragraph(text("soft"))]);
        assert_eq!(*replies, ["This", "That one"]);
    }

    #[test]
    fn answers_to_choose_from_are_the_whole_last_line_or_none() {
        assert_eq!(read("ok?\n[[Yes]]").len(), 2);
        for it in [
            "[[Yes]] or",
            "[[]]",
            "[[a",
            "a [[b]]",
            "[[[a]]]",
            &"[[a]]".repeat(9),
            &format!("[[{}]]", "a".repeat(81)),
        ] {
            assert!(matches!(read(it)[..], [Block::Paragraph(_)]), "{it}");
        }
        assert_eq!(read("[[a]]\nb"), [Block::Paragraph(text("[[a]]\nb"))]);
    }

    #[test]
    fn a_files_address_of_elsewhere_is_a_link() {
        let url = "https://other.example/desk/files/ab/tent.png";
        let link = Inline::Link { url: url.to_owned(), label: url.to_owned() };
        assert_eq!(read(url), [Block::Paragraph(vec![link])]);
    }
}
