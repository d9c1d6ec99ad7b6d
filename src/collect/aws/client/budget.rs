//! How fast one service in one region is asked, so that the account's own automation is not starved.
//!
//! AWS throttles by account, service and region, and a scan shares those limits with what keeps the account running. The
//! rate starts at about half of what is published, halves when the service says that it is too much, and comes back slowly.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Calls a second where nothing else is known.
const USUAL: f64 = 10.0;
/// Calls a second where the published limits are lower, or much higher.
const RATES: &[(&str, f64)] = &[
    // five a second for all of an account: Route 53 Developer Guide, "Quotas", maximums on API requests
    ("route53", 2.5),
    // ten a second for all management calls of an account: API Gateway Developer Guide, "Quotas"
    ("apigateway", 5.0),
    ("apigatewayv2", 5.0),
    // fifteen a second for the control plane: Lambda Developer Guide, "Lambda quotas"
    ("lambda", 7.5),
    // ten a second: CloudTrail User Guide, "Quotas", Get, Describe and List
    ("cloudtrail", 5.0),
    // a handful a second, one bucket for the whole organisation: Organizations User Guide, "Quotas"
    ("organizations", 2.0),
    // five to ten a second for most descriptions: CloudWatch Logs User Guide, "Quotas"
    ("logs", 5.0),
    // a request for each bucket and setting; reads of a bucket's settings are not limited by a published number
    ("s3", 40.0),
    // fifty and more a second: Key Management Service Developer Guide, "Request quotas"
    ("kms", 25.0),
];
/// The slowest that throttling makes it.
const FLOOR: f64 = 0.5;

/// The budget of an account.
#[derive(Debug)]
pub(super) struct Budget {
    buckets: Mutex<BTreeMap<(&'static str, String), Bucket>>,
    fixed: Option<f64>,
}

#[derive(Debug)]
struct Bucket {
    most: f64,
    rate: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn full(most: f64, now: Instant) -> Self {
        Self { most, rate: most, tokens: most * 2.0, at: now }
    }

    /// Takes a token, even one that is not there yet; how long until it is.
    fn take(&mut self, now: Instant) -> Duration {
        let grown = now.duration_since(self.at).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + grown).min(self.rate * 2.0) - 1.0;
        self.at = now;
        Duration::try_from_secs_f64(-self.tokens / self.rate).unwrap_or(Duration::ZERO)
    }

    fn throttled(&mut self) {
        self.rate = (self.rate / 2.0).max(FLOOR);
        self.tokens = self.tokens.min(0.0);
    }

    fn answered(&mut self) {
        self.rate = (self.rate + self.most / 50.0).min(self.most);
    }
}

impl Budget {
    /// `fixed`: calls a second instead of those known.
    pub(super) fn new(fixed: Option<f64>) -> Self {
        Self { buckets: Mutex::default(), fixed: fixed.map(|rate| rate.max(FLOOR)) }
    }

    /// Waits until it is `service`'s turn.
    pub(super) async fn take(&self, service: &'static str, region: &str) {
        let wait = self.with(service, region, |bucket| bucket.take(Instant::now()));
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// The service says that it is too much.
    pub(super) fn throttled(&self, service: &'static str, region: &str) {
        self.with(service, region, Bucket::throttled);
    }

    /// The service answered.
    pub(super) fn answered(&self, service: &'static str, region: &str) {
        self.with(service, region, Bucket::answered);
    }

    fn with<T>(&self, service: &'static str, region: &str, work: impl FnOnce(&mut Bucket) -> T) -> T {
        let known = RATES.iter().find(|(name, _)| *name == service).map_or(USUAL, |(_, rate)| *rate);
        let rate = self.fixed.unwrap_or(known);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        work(buckets.entry((service, region.to_owned())).or_insert_with(|| Bucket::full(rate, Instant::now())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long `calls` take, one after the other, each as soon as it may.
    fn seconds(bucket: &mut Bucket, calls: u32) -> f64 {
        let start = bucket.at;
        let mut now = start;
        for _ in 0..calls {
            now += bucket.take(now);
        }
        now.duration_since(start).as_secs_f64()
    }

    #[test]
    fn a_burst_is_free_and_the_rest_comes_at_the_rate() {
        let mut bucket = Bucket::full(10.0, Instant::now());
        assert!(seconds(&mut bucket, 20) < 0.01);
        let rest = seconds(&mut bucket, 30);
        assert!((2.9..3.1).contains(&rest), "{rest}");
    }

    #[test]
    fn throttling_halves_the_rate_and_answers_bring_it_back() {
        let mut bucket = Bucket::full(10.0, Instant::now());
        bucket.throttled();
        let slow = seconds(&mut bucket, 10);
        assert!((1.9..2.1).contains(&slow), "{slow}");
        for _ in 0..50 {
            bucket.answered();
        }
        let fast = seconds(&mut bucket, 30);
        assert!((2.8..3.3).contains(&fast), "{fast}");
    }

    #[test]
    fn throttling_never_stops_it() {
        let mut bucket = Bucket::full(10.0, Instant::now());
        (0..20).for_each(|_| bucket.throttled());
        assert!((19.0..21.0).contains(&seconds(&mut bucket, 10)));
    }

    #[test]
    fn one_region_does_not_wait_for_another() {
        let budget = Budget::new(None);
        let wait = |region: &str| budget.with("rds", region, |bucket| bucket.take(bucket.at));
        for _ in 0..21 {
            wait("eu-west-1");
        }
        assert!(!wait("eu-west-1").is_zero());
        assert!(wait("us-east-1").is_zero());
    }
}
