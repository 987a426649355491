//! How the server ends while somebody waits.

use std::time::Duration;

use e2e::Product;
use e2e::raw::{Visitor, href};
use shared::ErrorBody;

#[tokio::test(flavor = "multi_thread")]
async fn ucw_08_a_parked_poll_is_replaced_and_answered_at_once_when_the_server_stops() {
    let product = Product::start().await;
    let visitor = Visitor::connect(&product, "visitor-1").await;
    let events = href(&visitor.application, "events");
    let url = product.url.clone();
    let headers = [("origin", url.as_str()), ("authorization", visitor.bearer.as_str())];
    let http = product.http.clone();
    // When the first comes back, the second has taken its place: now it is parked for sure.
    let mut first = Box::pin(http.send("GET", &events, &headers, None));
    let mut second = Box::pin(http.send("GET", &events, &headers, None));
    let (replaced, parked) = tokio::select! {
        it = &mut first => (it, second),
        it = &mut second => (it, first),
    };
    assert_eq!(replaced.status, 409);
    assert!(ErrorBody::parse(&replaced.body).is_some_and(|it| it.is("PGetReplaced")));

    let (address, stop) = (product.running.addr, product.running.stop());
    let both = async { tokio::join!(parked, stop).0 };
    let answer = tokio::time::timeout(Duration::from_secs(5), both).await.expect("in time");
    assert!(answer.status == 200 || answer.status == 503, "{} {}", answer.status, answer.body);
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
