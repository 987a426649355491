//! `[site.ID]`: a website whose visitors are served.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use desk::{BadHours, Forms, Hours, IdentityKey, Site, SiteForm};
use serde::Deserialize;

use super::{SettingsError, origins, secret_in};
use crate::limits::{
    SITE_CONTACT_BYTES_MAX, SITE_GREETING_CHARS_MAX, SITE_ID_CHARS_MAX, SITE_ORIGINS_MAX,
    SITE_TITLE_CHARS_MAX,
};

/// One `[site.ID]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteTable {
    title: Option<String>,
    origins: Vec<String>,
    greeting: Option<String>,
    #[serde(default)]
    greetings: BTreeMap<String, String>,
    color: Option<String>,
    contact_url: Option<String>,
    identity_key_file: Option<PathBuf>,
    hours: Option<HoursTable>,
    form: Option<SiteForm>,
    closed_form: Option<SiteForm>,
    #[serde(default)]
    rating: bool,
    sound: Option<bool>,
}

/// `hours` of a site: the days by name, and what is not a day.
#[derive(Debug, Deserialize)]
struct HoursTable {
    zone: String,
    #[serde(default)]
    closed: Vec<String>,
    #[serde(flatten)]
    week: BTreeMap<String, Vec<String>>,
}

impl HoursTable {
    /// Judges names, spans and dates.
    fn read(self) -> Result<Hours, BadHours> {
        Hours::read(&self.zone, &self.week, &self.closed)
    }
}

/// Judges a table.
///
/// # Errors
/// The key that is wrong, and what to write.
pub(super) fn read(id: &str, table: SiteTable) -> Result<Site, SettingsError> {
    let wrong = |key: &str, text: String| Err(SettingsError(format!("site.{id}{key}: {text}")));
    let in_id = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if id.is_empty() || id.len() > SITE_ID_CHARS_MAX || !id.chars().all(in_id) {
        return wrong(
            "",
            format!(
                "a site's id has 1 to {SITE_ID_CHARS_MAX} characters of a-z, 0-9 and -; it is \
                 what the page's script tag has in data-site"
            ),
        );
    }
    let title = table.title.unwrap_or_else(|| "Helpdesk".into());
    if title.trim().is_empty() || title.chars().count() > SITE_TITLE_CHARS_MAX {
        return wrong(".title", format!("give 1 to {SITE_TITLE_CHARS_MAX} characters"));
    }
    if table.origins.is_empty() || table.origins.len() > SITE_ORIGINS_MAX {
        let text = format!(
            "list 1 to {SITE_ORIGINS_MAX} origins of the pages that show the chat, such as \
             [\"https://www.example.com\"]"
        );
        return wrong(".origins", text);
    }
    let origins = origins(&format!("site.{id}.origins"), &table.origins)?;
    if table.greeting.iter().chain(table.greetings.values()).any(|it| is_too_long(it)) {
        return wrong(".greeting", format!("at most {SITE_GREETING_CHARS_MAX} characters"));
    }
    let hours = match table.hours.map(HoursTable::read).transpose() {
        Ok(hours) => hours,
        Err(why) => return wrong(".hours", why.to_string()),
    };
    if let Some(color) = &table.color
        && !is_color(color)
    {
        return wrong(".color", format!("write it as \"#3450d1\", not {color:?}"));
    }
    if let Some(address) = table.contact_url.iter().find(|it| !is_contact(it)) {
        return wrong(".contact_url", format!("{CONTACT_FORM}, not {address:?}"));
    }
    let forms = Forms { before: table.form, closed: table.closed_form, rating: table.rating };
    if let Err(why) = forms.check() {
        return wrong(".form", why.to_string());
    }
    if forms.closed.is_some() && hours.is_none() {
        return wrong(
            ".closed_form",
            "set hours as well: without them the site is never closed".to_owned(),
        );
    }
    let identity = match table.identity_key_file.as_deref().map(identity_key).transpose() {
        Ok(identity) => identity,
        Err(why) => return wrong(".identity_key_file", why),
    };
    let id = id.to_owned();
    let is_silent = table.sound == Some(false);
    let SiteTable { greeting, greetings, color, contact_url, .. } = table;
    Ok(Site {
        id,
        title,
        origins,
        greeting,
        greetings,
        color,
        contact_url,
        identity,
        hours,
        forms,
        is_silent,
    })
}

fn identity_key(file: &Path) -> Result<IdentityKey, String> {
    let text = secret_in(file)?;
    IdentityKey::read(text.expose()).map_err(|why| format!("{}: {why}", file.display()))
}

fn is_too_long(greeting: &str) -> bool {
    greeting.chars().count() > SITE_GREETING_CHARS_MAX
}

/// How an address is written that a visitor can follow.
const CONTACT_FORM: &str =
    "write it as \"https://www.example.com/contact\" or \"mailto:help@example.com\"";

fn is_contact(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("mailto:"));
    text.len() <= SITE_CONTACT_BYTES_MAX
        && rest.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_graphic()))
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|it| it.len() == 6 && it.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
