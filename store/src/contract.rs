//! What every backend must do. Each backend's tests call these functions with an empty store.
//!
//! They panic, as assertions do, where a backend breaks the contract.

use tokio::io::AsyncReadExt as _;

use crate::{BlobError, Blobs, Documents, Log, NewRecord, StoreError};

/// A record that does not close its scope.
pub fn record(scope: &str, body: &str) -> NewRecord {
    NewRecord { scope: scope.into(), body: body.into(), closes: false }
}

/// A record that closes its scope.
pub fn closing(scope: &str, body: &str) -> NewRecord {
    NewRecord { closes: true, ..record(scope, body) }
}

/// The bodies of what replay gives.
pub async fn replayed(log: &dyn Log) -> Vec<String> {
    let records = log.replay().await.expect("replay reads");
    records.into_iter().map(|it| it.body).collect()
}

/// Order, scopes, closing and separation of two logs of one store.
pub async fn check_log(log: &dyn Log, other: &dyn Log) {
    assert_eq!(replayed(log).await, Vec::<String>::new(), "a new log is empty");
    log.submit(vec![]).await.expect("nothing is kept at once");

    // In the order of the calls, whatever order the answers are waited for in.
    let first = log.submit(vec![record("s/1", "a"), record("s/2", "b")]);
    let second = log.submit(vec![record("s/1", "c")]);
    second.await.expect("kept");
    first.await.expect("kept");
    other.submit(vec![record("s/1", "elsewhere")]).await.expect("kept");
    assert_eq!(replayed(log).await, ["a", "b", "c"]);
    assert_eq!(replayed(other).await, ["elsewhere"]);

    let all = log.replay().await.expect("replay reads");
    assert!(all.is_sorted_by(|a, b| a.seq < b.seq), "the sequence grows");
    assert_eq!(all[1].scope, "s/2");

    // A future that is dropped is kept all the same.
    drop(log.submit(vec![record("s/2", "d")]));

    // A scope that is over is passed over by replay and still has its history.
    log.submit(vec![closing("s/1", "e"), record("s/3", "é \u{1f600} \0")]).await.expect("kept");
    assert_eq!(replayed(log).await, ["b", "d", "é \u{1f600} \0"]);
    assert_eq!(replayed(other).await, ["elsewhere"], "a scope is over in its own log only");
    let history = log.history("s/1").await.expect("history reads");
    assert_eq!(history.iter().map(|it| it.body.as_str()).collect::<Vec<_>>(), ["a", "c", "e"]);
    assert!(history.iter().all(|it| it.scope == "s/1"));
    log.submit(vec![record("s/1", "late")]).await.expect("kept");
    assert_eq!(replayed(log).await.len(), 3, "what comes late does not open a scope again");
    assert_eq!(log.history("nobody").await, Ok(vec![]));
}

/// After a refusal a log refuses all that was decided on top of it, until it is replayed.
/// `refuse` makes the backend refuse writes, `recover` ends that.
pub async fn check_refusal(log: &dyn Log, refuse: impl FnOnce(), recover: impl FnOnce()) {
    log.submit(vec![record("s", "kept")]).await.expect("kept");
    refuse();
    let big = "x".repeat(1 << 20);
    let refused = log.submit(vec![record("s", "refused"), record("s", &big)]).await;
    assert!(matches!(refused, Err(StoreError::Unwritable(_))), "{refused:?}");
    recover();
    let built_on_it = log.submit(vec![record("s", "built on what was refused")]).await;
    assert!(matches!(built_on_it, Err(StoreError::Unwritable(_))), "{built_on_it:?}");
    assert_eq!(replayed(log).await, ["kept"], "nothing of a refused call is kept");
    log.submit(vec![record("s", "again")]).await.expect("kept after replay");
    assert_eq!(replayed(log).await, ["kept", "again"]);
}

/// Putting, replacing, listing and deleting.
pub async fn check_documents(store: &dyn Documents) {
    assert_eq!(store.get("c", "k").await, Ok(None));
    assert_eq!(store.put_new("c", "k", "1").await, Ok(true));
    assert_eq!(store.put_new("c", "k", "2").await, Ok(false), "there is one already");
    assert_eq!(store.get("c", "k").await, Ok(Some("1".into())));
    store.put("c", "k", "3").await.expect("replaced");
    store.put("c", "a", "é").await.expect("kept");
    store.put("c2", "k", "other").await.expect("kept");
    let pairs = [("a", "é"), ("k", "3")].map(|(key, body)| (key.to_owned(), body.to_owned()));
    assert_eq!(store.list("c").await, Ok(pairs.to_vec()), "by key, one collection only");
    assert_eq!(store.delete("c", "k").await, Ok(true));
    assert_eq!(store.delete("c", "k").await, Ok(false));
    assert_eq!(store.get("c", "k").await, Ok(None));
    assert_eq!(store.get("c2", "k").await, Ok(Some("other".into())));
}

async fn content(blobs: &dyn Blobs, id: &str) -> Option<Vec<u8>> {
    let mut content = blobs.read(id).await.expect("it can be read")?;
    let mut out = Vec::new();
    content.read_to_end(&mut out).await.expect("it can be read to its end");
    Some(out)
}

/// Writing, reading, leaving and removing of blobs.
pub async fn check_blobs(blobs: &dyn Blobs) {
    assert_eq!(content(blobs, "a1").await, None);
    let mut draft = blobs.begin("a1").await.expect("begun");
    draft.write(b"ab").await.expect("written");
    draft.write(b"c").await.expect("written");
    assert_eq!(content(blobs, "a1").await, None, "nobody finds half of it");
    assert_eq!(blobs.list().await, Ok(vec![]));
    draft.keep().await.expect("kept");
    assert_eq!(content(blobs, "a1").await.as_deref(), Some(&b"abc"[..]));
    assert_eq!(blobs.list().await, Ok(vec!["a1".to_owned()]));

    let mut left = blobs.begin("b2").await.expect("begun");
    left.write(b"x").await.expect("written");
    drop(left);
    assert_eq!(content(blobs, "b2").await, None, "what is left is nothing");
    assert!(blobs.begin("../x").await.is_err() && blobs.begin("").await.is_err());

    assert_eq!(blobs.remove("a1").await, Ok(true));
    assert_eq!(blobs.remove("a1").await, Ok(false));
    assert_eq!(content(blobs, "a1").await, None);
}

/// A full place says so and keeps nothing. `fill` fills it, `free` ends that.
pub async fn check_full(blobs: &dyn Blobs, fill: impl FnOnce(), free: impl FnOnce()) {
    let mut draft = blobs.begin("a").await.expect("begun");
    fill();
    assert_eq!(draft.write(b"x").await, Err(BlobError::Full));
    drop(draft);
    assert_eq!(content(blobs, "a").await, None);
    free();
    let mut draft = blobs.begin("a").await.expect("begun");
    draft.write(b"y").await.expect("written");
    draft.keep().await.expect("kept");
    assert_eq!(content(blobs, "a").await.as_deref(), Some(&b"y"[..]));
}
