//! What is on the disk when a run begins: the signing key, the endpoint, the agents and the site, made
//! once by the product itself and shared by all seeds.

use std::sync::Arc;

use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use shared::SipUri;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::clock::SimClock;
use crate::disk::{Disk, Image};
use crate::server::{self, Boot};

/// The password of all agents.
pub const PASSWORD: &str = "three green bottles";
/// The secret of the desk.
pub const SECRET: &str = "secret-of-the-desk";
/// How many agents there are.
pub const AGENTS: usize = 3;

/// The address of an agent.
pub fn agent_uri(number: usize) -> SipUri {
    SipUri::parse(&format!("sip:agent{number}@sim.example")).expect("it is well formed")
}

/// What visitors call an agent.
pub fn agent_name(number: usize) -> String {
    format!("Agent {number}")
}

/// Sets a product up, as its first start does, and takes the disk out.
pub fn make() -> Image {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime of one thread needs nothing that may be missing");
    let mut image = runtime.block_on(async {
        let tasks = TaskTracker::new();
        let disk = Disk::new(Image::default(), tasks, 0);
        let boot = Boot {
            seed: 0,
            process: 0,
            disk: disk.clone(),
            clock: Arc::new(SimClock::start(Instant::now())),
            legs: Arc::default(),
            bug: None,
        };
        let server = server::boot(&boot).await.expect("an empty disk can be set up");
        for number in 0..AGENTS {
            let (uri, name) = (agent_uri(number), agent_name(number));
            let made = server.platform().create_user(&uri, &name, PASSWORD).await;
            made.expect("a new user on a disk that is fine");
            server.desk().add_agent(&uri, &name).await.expect("the disk is fine");
        }
        server.desk().put_site(server::site()).await.expect("the disk is fine");
        disk.image()
    });
    image.rewrite("users", |body| cheaper(body, "password", PASSWORD));
    image.rewrite("endpoints", |body| cheaper(body, "secret", SECRET));
    image
}

/// The same account with a hash that is checked in no time: every run signs in anew.
fn cheaper(body: &str, field: &str, word: &str) -> String {
    let mut account: serde_json::Value = serde_json::from_str(body).expect("accounts are JSON");
    assert!(account[field].is_string(), "an account has a {field}");
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).expect("the smallest are allowed");
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = hasher.hash_password_with_salt(word.as_bytes(), &[7; 16]);
    account[field] = hash.expect("a short word can be hashed").to_string().into();
    account.to_string()
}
