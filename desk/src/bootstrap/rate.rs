//! How often one address, or one visitor, may ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use crate::limits::CLIENTS_LEN_MAX;

const MINUTE_MS: i64 = 60_000;

/// Whose address it is, for counting: of IPv6 the network, since whoever has one has all 2^64 addresses in it.
pub(crate) fn asker(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() & !u128::from(u64::MAX)).into(),
        it @ IpAddr::V4(_) => it,
    }
}

/// Counts by asker: so many in a minute, at once or spread.
pub(crate) struct Rate<K> {
    price_ms: i64,
    window_ms: i64,
    /// What each has used up, in milliseconds of waiting, and when that was written down.
    used: Mutex<HashMap<K, (i64, i64)>>,
}

impl<K: Eq + Hash> Rate<K> {
    /// Allows so many in a minute.
    pub(crate) fn new(per_minute: u32) -> Self {
        Self::within(per_minute, MINUTE_MS)
    }

    /// Allows so many in a window of so many milliseconds.
    pub(crate) fn within(count: u32, window_ms: i64) -> Self {
        let price_ms = window_ms / i64::from(count.max(1));
        Self { price_ms, window_ms, used: Mutex::new(HashMap::new()) }
    }

    /// Whether one may ask now. Those that nobody can tell apart count as one.
    pub(crate) fn allows(&self, client: K, now_ms: i64) -> bool {
        self.allows_many(client, 1, now_ms)
    }

    /// Whether one may have so many at once; none of them counts where not.
    pub(crate) fn allows_many(&self, client: K, count: u32, now_ms: i64) -> bool {
        let price_ms = self.price_ms * i64::from(count);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= CLIENTS_LEN_MAX && !used.contains_key(&client) {
            used.retain(|_, (debt_ms, at_ms)| *at_ms + *debt_ms > now_ms);
            if used.len() >= CLIENTS_LEN_MAX {
                return false;
            }
        }
        let (debt_ms, at_ms) = used.get(&client).copied().unwrap_or((0, now_ms));
        let debt_ms = (debt_ms - (now_ms - at_ms).max(0)).max(0);
        let is_allowed = debt_ms + price_ms <= self.window_ms;
        let debt_ms = if is_allowed { debt_ms + price_ms } else { debt_ms };
        used.insert(client, (debt_ms, now_ms));
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn an_address_may_ask_so_often_in_a_minute() {
        let rate = Rate::new(3);
        let (a, b) = (Some(IpAddr::from([127, 0, 0, 1])), Some(IpAddr::from([10, 0, 0, 1])));
        let asked: Vec<bool> = [0, 0, 0, 0, 19_999, 20_000].map(|at| rate.allows(a, at)).into();
        assert_eq!(asked, [true, true, true, false, false, true]);
        assert!(rate.allows(b, 0), "another address has its own count");
    }

    #[test]
    fn what_is_too_much_at_once_counts_for_nothing() {
        let rate = Rate::within(10, 10_000);
        let asked = [(0, 6), (0, 5), (0, 4), (999, 1), (1_000, 1), (10_999, 10), (11_000, 10)];
        let asked = asked.map(|(at_ms, count)| rate.allows_many((), count, at_ms));
        assert_eq!(asked, [true, false, true, false, true, false, true]);
    }

    #[test]
    fn the_addresses_of_one_network_are_one_asker() {
        let asker = |it: &str| asker(it.parse().unwrap()).to_string();
        assert_eq!(asker("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(asker("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(asker("192.0.2.7"), "192.0.2.7");
    }

    #[test]
    fn invariant_8_the_table_of_addresses_is_bounded() {
        let rate = Rate::new(1);
        let address = |n: usize| Some(IpAddr::from(u32::try_from(n).unwrap().to_be_bytes()));
        assert!((0..CLIENTS_LEN_MAX).all(|n| rate.allows(address(n), 0)));
        assert!(!rate.allows(address(CLIENTS_LEN_MAX), 1), "a clear refusal");
        assert!(
            rate.allows(address(CLIENTS_LEN_MAX), MINUTE_MS),
            "until the old ones are forgotten"
        );
        assert_eq!(rate.used.lock().unwrap().len(), 1);
    }
}
