//! What an operator gets to read for each setting that cannot be.

mod halves;

use super::*;

fn combined(flags: ServeFlags, toml: &str) -> Result<Settings, String> {
    FileSettings::parse(toml)
        .and_then(|file| Settings::combine(flags, file))
        .map_err(|it| it.to_string())
}

/// The error of this file holds all of these.
fn refused(toml: &str, words: &[&str]) {
    let text = combined(ServeFlags::default(), toml).expect_err("it is refused");
    for word in words {
        assert!(text.contains(word), "{word:?} is missing in: {text}");
    }
}

#[test]
fn without_anything_it_serves_on_this_machine() {
    let settings = combined(ServeFlags::default(), "").unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.data, Path::new("frontdesk-data"));
    assert!(!settings.demo && settings.sites.is_empty() && settings.assets.is_none());
    assert_eq!(settings.limits, Limits::default());
}

#[test]
fn a_flag_wins_over_the_file() {
    let flags = ServeFlags { data: Some("flag".into()), demo: Some(false), ..Default::default() };
    let toml = "data = 'file'\ndemo = true\nlisten = '127.0.0.1:1'";
    let settings = combined(flags, toml).unwrap();
    assert_eq!(settings.data, Path::new("flag"));
    assert_eq!(settings.listen.port(), 1);
    assert!(!settings.demo);
}

#[test]
fn an_unknown_key_is_named_with_the_remedy() {
    refused("lisen = '127.0.0.1:1'", &["lisen", "line 1", "correct its spelling", "check-config"]);
    refused(
        "[site.a]\norigins = ['https://a.example']\ntitel = 'x'",
        &["titel", "expected one of"],
    );
    refused("[limits]\nconnections = 1", &["connections", "connections_max"]);
    refused("listen = 'here'", &["listen", "correct the line"]);
}

#[test]
fn an_unknown_variable_is_named_with_the_remedy() {
    let check = |name: &str| check_variables(std::iter::once(name.to_owned()));
    assert_eq!(check("FRONTDESK_LISTEN"), Ok(()));
    assert_eq!(check("PATH"), Ok(()));
    let text = check("FRONTDESK_LISEN").unwrap_err().to_string();
    assert!(text.contains("FRONTDESK_LISEN") && text.contains("spelling"), "{text}");
}

#[test]
fn the_demonstration_is_for_this_machine_only() {
    for listen in ["0.0.0.0:80", "192.0.2.1:80", "[::]:80"] {
        let flags = ServeFlags {
            listen: Some(listen.parse().unwrap()),
            demo: Some(true),
            ..Default::default()
        };
        let text = combined(flags, "").expect_err("it is refused");
        assert!(text.contains("--demo") && text.contains("--listen 127.0.0.1:80"), "{text}");
    }
    refused("demo = true\npublic_url = 'https://a.example'", &["--public-url"]);
    refused("demo = true\nendpoint = 'sip:a@b'", &["leave `endpoint`"]);
    for listen in ["127.0.0.1:80", "[::1]:80"] {
        let flags = ServeFlags {
            listen: Some(listen.parse().unwrap()),
            demo: Some(true),
            ..Default::default()
        };
        combined(flags, "").expect("loopback");
    }
}

#[test]
fn the_public_address_is_an_origin() {
    refused("public_url = 'chat.example'", &["public_url", "https://host"]);
    refused("public_url = 'https://a.example/chat'", &["has a path", "https://a.example"]);
    refused("listen = '0.0.0.0:80'", &["--public-url", "https://chat.example.com"]);
    let settings = combined(ServeFlags::default(), "public_url = 'https://A.example:443/'");
    assert_eq!(settings.unwrap().public_url.unwrap().as_str(), "https://a.example");
}

#[test]
fn the_endpoint_is_a_sip_address() {
    refused("endpoint = 'helpdesk'", &["endpoint", "sip:helpdesk@your.domain"]);
}

#[test]
fn a_site_is_checked_key_by_key() {
    let site = |more: &str| format!("[site.shop]\n{more}");
    refused(&site(""), &["origins"]);
    refused(&site("origins = []"), &["site.shop.origins", "https://www.example.com"]);
    refused(&site("origins = ['*']"), &["site.shop.origins", "https://host"]);
    refused(
        &site("origins = ['https://a.example']\ncolor = 'red'"),
        &["site.shop.color", "#3450d1"],
    );
    for contact in ["javascript:alert(1)", "mailto:", "https://a b"] {
        let text = format!("origins = ['https://a.example']\ncontact_url = '{contact}'");
        refused(&site(&text), &["site.shop.contact_url", "mailto:help@example.com"]);
    }
    refused(&site("origins = ['https://a.example']\ntitle = ' '"), &["site.shop.title"]);
    refused("[site.'Shop 1']\norigins = ['https://a.example']", &["a-z, 0-9 and -", "data-site"]);
    let fine = site(
        "origins = ['https://a.example/x']\ncolor = '#a0B1c2'\ngreeting = ''\ncontact_url = 'mailto:a@b.example'",
    );
    let settings = combined(ServeFlags::default(), &fine).unwrap();
    assert_eq!(settings.sites[0].origins[0].as_str(), "https://a.example");
    assert_eq!(settings.sites[0].title, "Helpdesk");
    assert_eq!(settings.sites[0].greeting.as_deref(), Some(""));
}

#[test]
fn a_site_says_when_somebody_is_there_and_what_it_signs_with() {
    let site = |more: &str| format!("[site.shop]\norigins = ['https://a.example']\n{more}");
    refused(&site("hours = { zone = 'Mars' }"), &["site.shop.hours", "Europe/Berlin"]);
    refused(
        &site("hours = { zone = 'UTC', funday = [] }"),
        &["site.shop.hours", "funday", "monday"],
    );
    refused(&site("hours = { zone = 'UTC', monday = ['9-5'] }"), &["monday", "09:00-12:30"]);
    refused(&site("hours = { monday = ['09:00-12:00'] }"), &["zone"]);
    refused(&site("greetings = { de = 1 }"), &["greetings"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.key");
    let key = format!("identity_key_file = '{}'", file.display());
    refused(&site(&key), &["site.shop.identity_key_file", "cannot be read"]);
    std::fs::write(&file, "short").unwrap();
    refused(&site(&key), &["site.shop.identity_key_file", "32 bytes", "openssl"]);
    std::fs::write(&file, "a-secret-that-is-at-least-32-bytes-long\n").unwrap();
    let hours =
        "hours = { zone = 'Europe/Berlin', monday = ['09:00-12:00'], closed = ['2026-12-25'] }";
    let toml = site(&format!("{key}\n{hours}\ngreetings = {{ de = 'Hallo' }}"));
    let settings = combined(ServeFlags::default(), &toml).unwrap();
    let site = &settings.sites[0];
    assert!(site.hours.is_some() && site.identity.is_some() && site.greeting.is_none());
    assert_eq!(site.greetings["de"], "Hallo");
}

#[test]
fn limits_are_at_least_one() {
    refused("[limits]\nconnections_max = 0", &["limits.connections_max", "at least 1"]);
    let toml = "[limits]\nconnections_max = 5\nbootstraps_per_minute = 6\nopen_conversations = 7";
    let limits = combined(ServeFlags::default(), toml).unwrap().limits;
    assert_eq!((limits.connections_max, limits.desk.bootstraps_per_minute), (5, 6));
    assert_eq!(limits.desk.open_conversations, 7);
}

#[test]
fn limits_of_the_platform_reach_it() {
    let toml = "[limits]\ninvitation_ms = 2000\npoll_timeout_offer_s = 0\nmessage_bytes_max = 9";
    let limits = combined(ServeFlags::default(), toml).unwrap().limits.platform;
    assert_eq!((limits.invitation_ms, limits.poll_timeout_offer_s), (2_000, None));
    assert_eq!((limits.message_bytes_max, limits.typing_ms), (9, 6_000));
    refused("[limits]\ntyping_ms = 0", &["limits.typing_ms", "at least 1"]);
    refused("[limits]\npoll_timeout_min_s = 9999", &["limits.poll_timeout_min_s", "1800"]);
}

#[test]
fn pages_that_hold_a_client_are_listed_as_origins() {
    let settings = combined(ServeFlags::default(), "ucwa_origins = ['https://CRM.example/x']");
    assert_eq!(settings.unwrap().ucwa_origins[0].as_str(), "https://crm.example");
    refused("ucwa_origins = ['*']", &["ucwa_origins", "https://host"]);
}

#[test]
fn a_public_address_means_a_proxy_on_this_machine_unless_said_otherwise() {
    let proxies = |toml| combined(ServeFlags::default(), toml).unwrap().trusted_proxies;
    assert!(proxies("").is_empty());
    assert_eq!(proxies("public_url = 'https://a.example'").len(), 2);
    let named = proxies("public_url = 'https://a.example'\ntrusted_proxies = ['10.0.0.7']");
    assert_eq!(named, ["10.0.0.7".parse::<IpAddr>().unwrap()]);
    refused("trusted_proxies = ['proxy']", &["trusted_proxies", "correct the line"]);
}

#[test]
fn on_this_machine_the_server_has_three_names() {
    let names = |url: &str| -> Vec<String> {
        let url = Origin::parse(url).unwrap();
        own_origins(&url).iter().map(Origin::to_string).collect()
    };
    assert_eq!(
        names("http://localhost:8080"),
        ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"]
    );
    assert_eq!(names("http://[::1]"), ["http://[::1]", "http://127.0.0.1", "http://localhost"]);
    assert_eq!(names("https://chat.example:81"), ["https://chat.example:81"]);
}

#[test]
fn a_service_application_is_checked_key_by_key_and_its_secret_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("crm.secret");
    let table = |endpoint: &str, callback: &str| {
        format!(
            "[application.crm]\nendpoint = '{endpoint}'\ncallback_url = '{callback}'\n\
             client_secret_file = '{}'",
            secret.display()
        )
    };
    let fine = table("sip:CRM@example.com", "https://crm.example/hook");
    refused(&fine, &["application.crm.client_secret_file", "cannot be read", "write the secret"]);
    std::fs::write(&secret, " \n").unwrap();
    refused(&fine, &["application.crm.client_secret_file", "is empty"]);
    std::fs::write(&secret, "s3cret\n").unwrap();
    refused(&table("crm", "https://crm.example/hook"), &["application.crm.endpoint", "sip:"]);
    refused(&table("sip:crm@example.com", "/hook"), &["application.crm.callback_url", "https://"]);
    let settings = combined(ServeFlags::default(), &fine).unwrap();
    let it = &settings.applications[0];
    assert_eq!(it.client_id, "crm");
    assert!(matches!(&it.proof, platform::Proof::Secret(secret) if secret == "s3cret"));
    assert_eq!(
        (it.audience.as_str(), it.uri.as_str()),
        ("https://crm.example", "sip:crm@example.com")
    );
    assert!(!format!("{settings:?}").contains("s3cret"));
}
