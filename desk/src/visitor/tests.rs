//! A website's word: what is believed, what is shown, what is left out.

use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;

use super::*;

const NOW_MS: i64 = 1_800_000_000_000;
const SECRET: &str = "a-secret-that-is-at-least-32-bytes-long";
/// Made for these tests; it opens nothing.
const EC_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzmKQ4LXR9K9+cMy2
xojzucEWf1TzvD/g13TbmIOTVvGhRANCAAT5vag/H5mjB8MiIXam7bjwakuu6sbV
mrR6KINBHmD08cxekGvmBgilpA80VLeK+9k2c4vr6JapUho+5lrRbaAo
-----END PRIVATE KEY-----";
const EC_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+b2oPx+ZowfDIiF2pu248GpLrurG
1Zq0eiiDQR5g9PHMXpBr5gYIpaQPNFS3ivvZNnOL6+iWqVIaPuZa0W2gKA==
-----END PUBLIC KEY-----";

fn claims() -> Value {
    let exp = NOW_MS / 1_000 + 60;
    json!({ "sub": "7", "name": "Vera", "email": "vera@shop.example", "exp": exp })
}

fn signed(claims: &Value, algorithm: Algorithm, key: &EncodingKey) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, key).unwrap()
}

fn shared(claims: &Value) -> String {
    signed(claims, Algorithm::HS256, &EncodingKey::from_secret(SECRET.as_bytes()))
}

fn seen(token: String, key: Option<&IdentityKey>) -> (VisitorAbout, Option<String>) {
    let told = VisitorContext {
        token: Some(token),
        id: Some("8".into()),
        name: Some("Mallory".into()),
        email: Some("mallory@elsewhere.example".into()),
        ..VisitorContext::default()
    };
    about(told, key, NOW_MS)
}

#[test]
fn a_signed_identity_goes_before_what_the_browser_says() {
    let ec = EncodingKey::from_ec_pem(EC_PRIVATE.as_bytes()).unwrap();
    for (key, token) in
        [(SECRET, shared(&claims())), (EC_PUBLIC, signed(&claims(), Algorithm::ES256, &ec))]
    {
        let (about, name) = seen(token, Some(&IdentityKey::read(key).unwrap()));
        assert!(about.is_verified, "{key}");
        assert_eq!(about.visitor_id.as_deref(), Some("7"));
        assert_eq!(about.visitor_email.as_deref(), Some("vera@shop.example"));
        assert_eq!(name.as_deref(), Some("Vera"));
    }
    let mut nameless = claims();
    nameless.as_object_mut().unwrap().remove("name");
    let (about, name) = seen(shared(&nameless), Some(&IdentityKey::read(SECRET).unwrap()));
    assert!(about.is_verified && name.is_none(), "an unsigned name is not put beside a signed id");
}

#[test]
fn what_is_not_signed_well_is_only_what_the_browser_says() {
    let key = IdentityKey::read(SECRET).unwrap();
    let public = IdentityKey::read(EC_PUBLIC).unwrap();
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        shared(&claims)
    };
    let now_s = NOW_MS / 1_000;
    let without_end = {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove("exp");
        shared(&claims)
    };
    let other = EncodingKey::from_secret(b"another-secret-that-is-at-least-32-bytes");
    // The public half is no secret: whoever signs with it is not the site.
    let confused = EncodingKey::from_secret(EC_PUBLIC.as_bytes());
    let cases = [
        ("over", with("exp", json!(now_s - 61)), Some(&key)),
        ("not yet", with("nbf", json!(now_s + 61)), Some(&key)),
        ("nobody", with("sub", json!(" ")), Some(&key)),
        ("without end", without_end, Some(&key)),
        ("by somebody else", signed(&claims(), Algorithm::HS256, &other), Some(&key)),
        ("by the public half", signed(&claims(), Algorithm::HS256, &confused), Some(&public)),
        ("by another algorithm", signed(&claims(), Algorithm::HS384, &other), Some(&key)),
        ("no JWT", "nonsense".to_owned(), Some(&key)),
        ("too long", "a".repeat(IDENTITY_BYTES_MAX + 1), Some(&key)),
        ("without a key here", shared(&claims()), None),
    ];
    for (what, token, key) in cases {
        let (about, name) = seen(token, key);
        assert!(!about.is_verified, "{what}");
        assert_eq!(about.visitor_id.as_deref(), Some("8"), "{what}");
        assert_eq!(name.as_deref(), Some("Mallory"), "{what}");
    }
}

#[test]
fn a_key_is_strong_and_of_the_right_kind() {
    assert!(matches!(IdentityKey::read(SECRET), Ok(IdentityKey::Shared(_))));
    assert!(matches!(IdentityKey::read(EC_PUBLIC), Ok(IdentityKey::Public(_))));
    assert_eq!(IdentityKey::read("short"), Err(BadIdentityKey::Short));
    assert_eq!(IdentityKey::read(EC_PRIVATE), Err(BadIdentityKey::NotEcPublic));
    let shown = format!("{:?}", IdentityKey::read(SECRET));
    assert!(!shown.contains(SECRET), "{shown}");
}

#[test]
fn what_is_told_is_bounded_and_plain() {
    let told = json!({
        "page": "https://shop.example/tents\u{0}\n",
        "title": " ",
        "referrer": "x".repeat(1_000),
        "attributes": { "plan": "pro", "seats": 3, "trial": true, "list": [1], "none": null, "": "x" },
        "tags": ["vip", "", " sale "],
        "unknown": { "more": 1 },
    });
    let (about, name) = about(serde_json::from_value(told).unwrap(), None, NOW_MS);
    assert_eq!(about.page.as_deref(), Some("https://shop.example/tents"));
    assert_eq!((about.page_title, name), (None, None));
    assert_eq!(about.referrer.map(|it| it.len()), Some(ABOUT_TEXT_CHARS_MAX));
    let pairs: Vec<_> = about.attributes.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    assert_eq!(pairs, [("plan", "pro"), ("seats", "3"), ("trial", "true")]);
    assert_eq!(about.tags, ["vip", "sale"]);

    let many = |it: usize| (0..it).map(|it| (format!("k{it:03}"), json!(it))).collect();
    let told = VisitorContext {
        attributes: many(ATTRIBUTES_LEN_MAX + 5),
        tags: vec!["t".into(); TAGS_LEN_MAX + 5],
        ..VisitorContext::default()
    };
    let (about, _) = super::about(told, None, NOW_MS);
    assert_eq!((about.attributes.len(), about.tags.len()), (ATTRIBUTES_LEN_MAX, TAGS_LEN_MAX));
}
