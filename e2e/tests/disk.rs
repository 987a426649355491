//! A data file that cannot be written: a refusal on the wire, and all goes on when it can be.

use e2e::raw::{JSON, Visitor};
use e2e::{Product, raw};
use rusqlite::Connection;
use serde_json::json;

fn kept(product: &Product, text: &str) -> i64 {
    let file = Connection::open(product.data_file()).expect("the file is there");
    let sql = "SELECT count(*) FROM record JOIN scope ON scope.id = record.scope \
               WHERE scope.name LIKE 'invitation/%' AND record.body LIKE '%' || ? || '%' \
               AND record.body LIKE '%\"Outgoing\"%' AND record.body LIKE '%\"Connecting\"%'";
    file.query_row(sql, [text], |row| row.get(0)).expect("it reads")
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_1_while_the_data_file_is_locked_nothing_is_acknowledged_or_kept() {
    let product = Product::start().await;
    let visitor = Visitor::connect(&product, "visitor-1").await;
    let door = visitor.start_messaging();
    let url = product.url.clone();
    let own = ("origin", url.as_str());
    let headers = [JSON, own, ("authorization", visitor.bearer.as_str())];
    let body = json!({ "operationId": "op-1", "to": visitor.helpdesk, "subject": "a locked file" });
    let body = body.to_string();

    let locker = Connection::open(product.data_file()).unwrap();
    locker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = product.send("POST", &door, &headers, Some(&body)).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    locker.execute_batch("ROLLBACK").unwrap();
    assert_eq!(kept(&product, "a locked file"), 0, "what was refused never happened");

    // The platform reads what is kept and goes on by itself; the client sends the same again.
    let mut answer = product.send("POST", &door, &headers, Some(&body)).await;
    while answer.status == 503 {
        answer = product.send("POST", &door, &headers, Some(&body)).await;
    }
    assert_eq!(answer.status, 201, "{}", answer.body);
    let again = product.send("POST", &door, &headers, Some(&body)).await;
    assert_eq!(again.header("location"), answer.header("location"), "once, however often sent");
    assert_eq!(kept(&product, "a locked file"), 1);

    // And over a restart: the application remembers its operations.
    let product = product.restart().await;
    let again = product.send("POST", &door, &headers, Some(&body)).await;
    assert_eq!(again.header("location"), answer.header("location"), "also after a restart");
    let application = raw::href(&visitor.application, "self");
    let there = product.send("GET", &application, &headers[1..], None).await;
    assert_eq!(there.status, 200, "{}", there.body);
    product.running.stop().await;
}
